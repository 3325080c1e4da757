"""How much CPU the real pipeline spends outside of the stage functions: claiming, finishing, waiting, and in Redis.

    python -m bench.share [--files 400] [--warm 100] [--web]

A worker works each stage's full queue empty, one stage after the other: saturation, with full batches. The pages are
copies of examples/pages whose every fifth word is changed in all but the shortest lines, so that each is a story of its
own that shares no key with the others; with `--web` the labelled web pages of ../shared, whole HTML, each once. The
first `--warm` of them are not measured: Redis allocates the index's tables when they are first written, once in their
life. CPU of the workers is taken from the start of their loop; inside a stage function counts what it does with Redis
itself (loading texts, the index). Prints both shares, and the bytes that an article leaves in Redis.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from wiredesk.settings import one_thread

one_thread()  # as in a worker; before NumPy is imported

from redis import Redis  # noqa: E402

from bench.labelled import SHARED, rows  # noqa: E402
from bench.processes import fork, server_cpu, sizes  # noqa: E402
from producers.desk import Desk as Producer  # noqa: E402
from producers.items import Item  # noqa: E402
from wiredesk import keys  # noqa: E402
from wiredesk.connection import client  # noqa: E402
from wiredesk.server import private  # noqa: E402
from wiredesk.settings import Settings  # noqa: E402
from workers.desk import Desk  # noqa: E402
from workers.runner import work  # noqa: E402
from workers.stage import Call, Stage  # noqa: E402
from workers.table import STAGES  # noqa: E402

PAGES = Path(__file__).parent.parent / "examples" / "pages"
PATIENCE = 600.0


class Spent(NamedTuple):
    """Seconds of CPU for so many articles: Redis's, and of each stage its name, inside of its function, altogether."""

    articles: int
    seconds: float
    server: float
    stages: list[tuple[str, float, float]]


class Timed:
    """A stage function that adds up the CPU of its own thread."""

    def __init__(self, run: Callable[[Desk, Sequence[Call]], Any]) -> None:
        self.seconds = 0.0
        self._run = run

    def __call__(self, desk: Desk, calls: Sequence[Call]) -> Any:
        began = time.thread_time()
        try:
            return self._run(desk, calls)
        finally:
            self.seconds += time.thread_time() - began


def pages(files: int) -> list[Item]:
    texts = [page.read_text("utf-8") for page in sorted(PAGES.glob("*.txt"))]
    return [Item(_changed(texts[n % len(texts)], n).encode(), name=f"page{n}.txt") for n in range(files)]


def web_pages(files: int) -> list[Item]:
    """Whole pages of many publishers, in an order of no kind."""
    found = [row["html"] for row in rows(SHARED / "data/eval/3-html-meta/dev.jsonl.xz") if row.get("html")]
    random.Random(11).shuffle(found)
    return [Item(text.encode(), name=f"page{n}.html") for n, text in enumerate(found[:files])]


def _changed(text: str, n: int) -> str:
    lines = []
    for line in text.split("\n"):
        words = line.split(" ")
        if len(words) > 4:
            words[::5] = [f"{word}{n}" for word in words[::5]]
        lines.append(" ".join(words))
    return "\n".join(lines)


def _life(stage: Stage, url: str, pipe: int) -> None:
    timed = Timed(stage.run)
    table = tuple(replace(s, run=timed) if s is stage else s for s in STAGES)
    desk = Desk.open(replace(Settings(), redis_url=url))
    began = time.process_time()
    work(stage.name, desk, table)
    os.write(pipe, json.dumps([stage.name, timed.seconds, time.process_time() - began]).encode() + b"\n")


def _is_busy(redis: Redis, stage: str) -> bool:
    return bool(redis.llen(f"rq:queue:{stage}") or redis.zcard(f"rq:wip:{stage}"))


def _published(redis: Redis) -> int:
    return int(redis.xlen(keys.ARTICLES)) + int(redis.xlen(keys.COPIES))


def _work_off(url: str, items: list[Item]) -> Spent:
    """Queue the pages, then let a worker work each stage's queue empty, one stage after the other."""
    redis = client(url)
    Producer(url, settings=replace(Settings(), redis_url=url)).submit_many(items)
    articles, before, began = _published(redis), server_cpu(redis), time.monotonic()
    read, write = os.pipe()
    for stage in STAGES:
        pid = fork(lambda stage=stage: _life(stage, url, write))
        while _is_busy(redis, stage.name) and time.monotonic() - began < PATIENCE:
            time.sleep(0.05)
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
    seconds, server = time.monotonic() - began, server_cpu(redis) - before
    os.close(write)
    with os.fdopen(read) as lines:
        return Spent(_published(redis) - articles, seconds, server, [json.loads(line) for line in lines])


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU outside of the stage functions")
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--warm", type=int, default=100)
    parser.add_argument("--web", action="store_true", help="whole web pages")
    wanted = parser.parse_args()
    items = (web_pages if wanted.web else pages)(wanted.warm + wanted.files)
    with private() as url:
        _work_off(url, items[: wanted.warm])
        before = sizes(client(url))
        spent = _work_off(url, items[wanted.warm :])
        kept = sizes(client(url)) - before
    inside, workers = sum(s[1] for s in spent.stages), sum(s[2] for s in spent.stages)
    each = 1e6 / spent.articles
    for name, own, whole in spent.stages:
        print(f"{name:<12} {each * own:8.0f} us an article in the stage, {each * (whole - own):6.0f} around it")
    print(f"{'redis':<12} {each * spent.server:8.0f} us an article, texts and index included")
    print("bytes: " + ", ".join(f"{kind} {size / spent.articles:,.0f}" for kind, size in sorted(kept.items())))
    print(f"{spent.articles} articles of {wanted.files} files in {spent.seconds:.1f} s")
    print(f"outside of the stage functions: {100 * (workers - inside) / workers:.1f} % of the workers' CPU,")
    print(f"{100 * (workers - inside + spent.server) / (workers + spent.server):.1f} % of all CPU with Redis")


if __name__ == "__main__":
    main()
