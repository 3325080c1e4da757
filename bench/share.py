"""How much CPU the real pipeline spends outside of the stage functions: claiming, finishing, waiting, and in Redis.

    python -m bench.share [--files 400]

A worker works each stage's full queue empty, one stage after the other: saturation, with full batches. The pages are
copies of examples/pages whose every fifth word is changed, so that each is a story of its own. CPU of the workers is
taken from the start of their loop; inside a stage function counts what it does with Redis itself (loading texts, the
index). Prints both shares.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from redis import Redis

from producers.desk import Desk as Producer
from producers.items import Item
from wiredesk import keys, log
from wiredesk.connection import client
from wiredesk.server import private
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.runner import work
from workers.stage import Call, Stage
from workers.table import STAGES

PAGES = Path(__file__).parent.parent / "examples" / "pages"
PATIENCE = 600.0


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


def _changed(text: str, n: int) -> str:
    lines = []
    for line in text.split("\n"):
        words = line.split(" ")
        if len(words) > 12:
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


def _fork(life: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        log.configure("json", "error")
        try:
            life()
        finally:
            os._exit(0)
    return pid


def _server_cpu(redis: Redis) -> float:
    used = redis.info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


def _is_busy(redis: Redis, stage: str) -> bool:
    return bool(redis.llen(f"rq:queue:{stage}") or redis.zcard(f"rq:wip:{stage}"))


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU outside of the stage functions")
    parser.add_argument("--files", type=int, default=400)
    files = parser.parse_args().files
    with private() as url:
        redis = client(url)
        Producer(url, settings=replace(Settings(), redis_url=url)).submit_many(pages(files))
        before, began = _server_cpu(redis), time.monotonic()
        read, write = os.pipe()
        for stage in STAGES:
            pid = _fork(lambda stage=stage: _life(stage, url, write))
            while _is_busy(redis, stage.name) and time.monotonic() - began < PATIENCE:
                time.sleep(0.05)
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
        seconds, server = time.monotonic() - began, _server_cpu(redis) - before
        os.close(write)
        articles = redis.xlen(keys.ARTICLES) + redis.xlen(keys.COPIES)
    with os.fdopen(read) as lines:
        spent = [json.loads(line) for line in lines]
    inside, workers = sum(s[1] for s in spent), sum(s[2] for s in spent)
    for name, own, whole in spent:
        around = 1e6 * (whole - own) / articles
        print(f"{name:<12} {1e6 * own / articles:8.0f} us an article in the stage, {around:6.0f} around it")
    print(f"{'redis':<12} {1e6 * server / articles:8.0f} us an article, texts and index included")
    print(f"{articles} articles of {files} files in {seconds:.1f} s")
    print(f"outside of the stage functions: {100 * (workers - inside) / workers:.1f} % of the workers' CPU,")
    print(f"{100 * (workers - inside + server) / (workers + server):.1f} % of all CPU with Redis")


if __name__ == "__main__":
    main()
