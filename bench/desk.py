"""Measure the desk page, the live view and the metrics on a large desk, and what watching costs the pipeline.

usage: uv run python bench/desk.py [--articles 1000000] [--jobs 100000] [--workers 1000] [--skip-cost]
       uv run python bench/desk.py --skip-reach [--files 1500] [--rounds 5]

A private Redis is filled with queued jobs, workers' rows and published articles (small bodies: a record's size does
not matter to lists). Times are medians; CPU is the desk process's own, in per cent of one core.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import httpx
import orjson
from rich.console import Console
from screenshots import FLAGS, story
from selenium import webdriver

from wiredesk import jobs, keys, server
from wiredesk.cli import status
from wiredesk.connection import client
from wiredesk.health import look
from workers.table import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redis import Redis

WIREDESK = str(Path(sys.executable).with_name("wiredesk"))
PORT = 8497
DESK = f"http://127.0.0.1:{PORT}"
#: Times that a page is asked for.
ASKED = 21
TICKS = os.sysconf("SC_CLK_TCK")


def fill(redis: Redis, articles: int, queued: int, workers: int) -> None:
    now = time.time()
    pipe = redis.pipeline(transaction=False)
    for n in range(queued):
        fields = jobs.fields("split", [f"f{n}", 0, None], f"split page-{n}.txt", retries=3, keep=500, at=jobs.instant())
        pipe.hset(jobs.key(f"split-f{n}-0"), items=fields)
        pipe.rpush(jobs.queue("split"), f"split-f{n}-0")
        flush(pipe)
    pipe.sadd(jobs.QUEUES, *map(jobs.queue, NAMES))
    for n in range(workers):
        stage = NAMES[n % len(NAMES)]
        key = f"rq:worker:{stage}@host{n // 40}.{n}"
        pipe.sadd("rq:workers", key).sadd(f"rq:workers:{stage}", key)
        row = {"state": "busy" if n % 3 else "idle", "queues": stage, "birth": jobs.instant(), "pid": n}
        pipe.hset(key, mapping=row | {"last_heartbeat": jobs.instant()})
        pipe.zadd(keys.LEASES, {key.removeprefix("rq:worker:"): now + 86400})
    for n in range(articles):
        pipe.xadd(keys.ARTICLES if n % 4 else keys.COPIES, entry(n), id=f"{n + 1}-0")
        flush(pipe)
    pipe.execute()


def flush(pipe: Redis) -> None:
    if len(pipe) >= 2000:
        pipe.execute()


def entry(n: int) -> dict[str, bytes | str]:
    article = f"aaaaaaaaaaaaa{chr(97 + n % 26)}aa-{n}"
    body = orjson.dumps({"id": article, "file": {"name": f"page-{n}.txt"}, "headline": f"Council {n % 9973} votes {n}"})
    first = f"aaaaaaaaaaaaa{chr(97 + (n // 4 * 4 + 1) % 26)}aa-{n // 4 * 4 + 1}"
    return {
        "body": body, "id": article, "story": article if n % 4 else first, "relation": "original" if n % 4 else "near",
        "language": "en", "publisher": f"Paper {n % 331}", "published": "2026-03-12",
    }  # fmt: skip


def cpu(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def running(url: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    environ = os.environ | {"WIREDESK_REDIS_URL": url}
    process = subprocess.Popen([WIREDESK, *words], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def wait_for(path: str) -> str:
    while True:
        try:
            return httpx.get(DESK + path).text
        except httpx.TransportError:
            time.sleep(0.1)


def gauge(name: str) -> float:
    lines = wait_for("/metrics").splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(f"{name} ")), 0.0)


def median_ms(path: str, times: int = ASKED) -> float:
    with httpx.Client(base_url=DESK, timeout=60) as asker:
        taken = []
        for _ in range(times):
            began = time.perf_counter()
            asker.get(path).raise_for_status()
            taken.append(time.perf_counter() - began)
    return 1000 * statistics.median(taken)


def watched(pid: int, seconds: float = 15) -> float:
    """Per cent of a core that the desk uses while one page is open."""
    with httpx.stream("GET", DESK + "/live", timeout=60) as stream:
        lines = stream.iter_lines()
        next(line for line in lines if line.startswith("data"))
        before, began = cpu(pid), time.monotonic()
        while time.monotonic() - began < seconds:
            next(lines)
        return 100 * (cpu(pid) - before) / (time.monotonic() - began)


def first_paint() -> float:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={tempfile.mkdtemp()}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    seen = []
    for _ in range(7):
        driver.get(DESK + "/")
        time.sleep(0.7)
        script = "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        seen.append(driver.execute_script(script))
    driver.quit()
    return statistics.median(s for s in seen if s)


def live_view(redis: Redis) -> tuple[float, float]:
    """Milliseconds of a refresh of `status --live`, and per cent of a core at one a second."""
    console = Console(file=Path(os.devnull).open("w"), width=120, force_terminal=True)  # noqa: SIM115
    taken, used = [], []
    for _ in range(21):
        began, before = time.perf_counter(), time.process_time()
        console.print(status.view(look(redis, NAMES)))
        taken.append(time.perf_counter() - began)
        used.append(time.process_time() - before)
    return 1000 * statistics.median(taken), 100 * statistics.median(used)


PAGES = (
    "/", "/stories", "/stories?before=500000000000", "/search?q=council+77", "/search?q=council", "/search?q=counc",
    "/rejected", "/workers", "/workers?stage=extract&from=100", "/rq/",
    "/rq/0/data/queues.json", "/rq/0/data/jobs/split/queued/8/dsc/1.json", "/rq/0/data/workers.json", "/metrics",
)  # fmt: skip


def reach(articles: int, queued: int, workers: int) -> None:
    with server.private() as url:
        redis = client(url)
        fill(redis, articles, queued, workers)
        print(f"{queued:,} queued jobs, {workers:,} workers, {articles:,} articles")
        with running(url, "desk", "--port", str(PORT)) as desk:
            wait_for("/healthz")
            began = time.monotonic()
            while (read := gauge("wiredesk_catalogue_articles")) < articles and time.monotonic() - began < 900:
                time.sleep(1)
            print(
                f"catalogue: {read:,.0f} articles read in {time.monotonic() - began:.0f} s, {cpu(desk.pid):.0f} s CPU"
            )
            time.sleep(2)
            for path in PAGES:
                before = cpu(desk.pid)
                wall = median_ms(path)
                print(f"{wall:8.1f} ms, {1000 * (cpu(desk.pid) - before) / ASKED:6.1f} ms CPU  {path}")
            print(f"{first_paint():8.1f} ms  first contentful paint of /")
            print(f"{watched(desk.pid):8.1f} %   of a core while a page is open")
            idle, start = cpu(desk.pid), time.monotonic()
            time.sleep(10)
            print(f"{100 * (cpu(desk.pid) - idle) / (time.monotonic() - start):8.1f} %   of a core while none is")
        refresh, share = live_view(redis)
        print(f"{refresh:8.1f} ms  a refresh of status --live, {share:.1f} % of a core")


class Ran(NamedTuple):
    """One run: seconds by the clock, processor seconds of the pipeline with its Redis, and of the desk beside it."""

    seconds: float
    pipeline: float
    desk: float


def cost(files: int, rounds: int) -> None:
    """The same run with and without a desk page that is open and scraped once a second, in turns.

    By the clock it says what a person waits (on a machine that does nothing else); by the processor what the pipeline
    and its Redis spend more on being looked at, whatever else the machine does.
    """
    ran: dict[bool, list[Ran]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as inbox:
        for n in range(files):
            Path(inbox, f"page-{n}.txt").write_text(story(n))
        for turn in range(2 * rounds):
            with server.private() as url:
                ran[bool(turn % 2)].append(_run(url, inbox, observed=bool(turn % 2)))
    for name, take in (("clock", lambda r: r.seconds), ("processor", lambda r: r.pipeline)):
        alone, watched = (statistics.median(map(take, ran[observed])) for observed in (False, True))
        print(f"{name:10}{alone:7.2f} s alone, {watched:7.2f} s watched: {100 * (watched / alone - 1):+.1f} %")
    shares = [100 * r.desk / r.seconds for r in ran[True]]
    print(f"desk      {statistics.median(shares):7.1f} % of a core while it watches (medians of {rounds} rounds)")
    for observed, rows in ran.items():
        print("  watched" if observed else "  alone  ", *(f"{r.seconds:.2f}/{r.pipeline:.2f}" for r in rows))


def _run(url: str, inbox: str, *, observed: bool) -> Ran:
    environ = os.environ | {"WIREDESK_REDIS_URL": url}
    if not observed:
        return _measured(url, inbox, environ)
    with running(url, "desk", "--port", str(PORT)) as desk, _watched():
        before = cpu(desk.pid)
        return _measured(url, inbox, environ)._replace(desk=cpu(desk.pid) - before)


@contextmanager
def _watched() -> Iterator[None]:
    """A page that is open and a scrape a second, on the desk that runs."""
    wait_for("/healthz")
    over = threading.Event()
    watchers = [threading.Thread(target=t, args=(over,)) for t in (_scrape, _watch)]
    for watcher in watchers:
        watcher.start()
    try:
        yield
    finally:
        over.set()
        for watcher in watchers:
            watcher.join()


def at_rest(seconds: float = 20) -> None:
    """What watching takes of Redis and of a core while nothing is published: what does not grow with the news."""
    with server.private() as url:
        redis = client(url)
        fill(redis, 2_000, 5_000, 20)
        alone = _share(lambda: _redis_seconds(redis), seconds)
        with running(url, "desk", "--port", str(PORT)) as desk, _watched():
            while gauge("wiredesk_catalogue_articles") < 2_000:
                time.sleep(0.5)
            before, began = cpu(desk.pid), time.monotonic()
            watched = _share(lambda: _redis_seconds(redis), seconds)
            own = 100 * (cpu(desk.pid) - before) / (time.monotonic() - began)
    print(f"at rest   {watched - alone:7.2f} % of a core more in Redis, {own:.2f} % in the desk")


def _share(spent: Callable[[], float], seconds: float) -> float:
    """Per cent of a core over some seconds."""
    before, began = spent(), time.monotonic()
    time.sleep(seconds)
    return 100 * (spent() - before) / (time.monotonic() - began)


def _measured(url: str, inbox: str, environ: dict[str, str]) -> Ran:
    before = _spent(url)
    done = subprocess.run([WIREDESK, "run", inbox, "--json"], env=environ, check=True, capture_output=True)
    return Ran(float(orjson.loads(done.stdout)["seconds"]), _spent(url) - before, 0.0)


def _spent(url: str) -> float:
    """Processor seconds of the runs so far (workers included: `wiredesk run` waits for them) and of Redis."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    redis = client(url)
    spent = children.ru_utime + children.ru_stime + _redis_seconds(redis)
    redis.close()
    return spent


def _redis_seconds(redis: Redis) -> float:
    told = redis.info("cpu")
    return float(told["used_cpu_user"] + told["used_cpu_sys"])


def _scrape(over: threading.Event) -> None:
    while not over.wait(1):
        wait_for("/metrics")


def _watch(over: threading.Event) -> None:
    with httpx.stream("GET", DESK + "/live", timeout=60) as stream:
        for _ in stream.iter_lines():
            if over.is_set():
                return


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=1_000)
    parser.add_argument("--files", type=int, default=1500, help="Of the runs that show the cost.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--skip-reach", action="store_true")
    parser.add_argument("--skip-cost", action="store_true")
    given = parser.parse_args()
    if not given.skip_reach:
        reach(given.articles, given.jobs, given.workers)
    if not given.skip_cost:
        at_rest()
        cost(given.files, given.rounds)


if __name__ == "__main__":
    main()
