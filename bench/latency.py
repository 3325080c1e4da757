"""From a file's submission to its article's stream entry, beside the same way through bare Redis lists.

    python -m bench.latency [--files 600] [--rate 10] [--real]

Both at once in one run, so that the machine's noise falls on both: every tenth of a second a file of one article is
submitted to the desk and a token to a chain of four processes that hand it on with BLMOVE. Prints p50 and p99 of each
in milliseconds. `--real` runs the real stages on a short page instead of no-op ones.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from redis import Redis

from bench.processes import fork
from bench.queue.measure import STAGES
from producers.desk import Desk as Producer
from wiredesk import ids, keys
from wiredesk.connection import client
from wiredesk.server import private
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.effects import Effects, Next, Part, Publication
from workers.runner import work
from workers.stage import Call, Stage

Times = dict[bytes, float]
PAGE = "Rivers rise in the north\n\nCAIRO, March 3 (Reuters) - {body}\n"


def _split(_desk: Desk, calls: Sequence[Call]) -> list[Effects]:
    return [
        Effects(jobs=(_next("fingerprint", ids.article_id(c.args[0], 0)),), parts=(Part(c.args[0], 0, 1, True),))
        for c in calls
    ]


def _next(stage: str, article: str) -> Next:
    return Next(stage, ids.article_job(stage, article), [article], f"{stage} {article}")


def _handing_on(stage: str) -> Callable[[Desk, Sequence[Call]], list[Effects]]:
    return lambda _desk, calls: [Effects(jobs=(_next(stage, c.args[0]),)) for c in calls]


def _publish(_desk: Desk, calls: Sequence[Call]) -> list[Effects]:
    return [
        Effects(publications=(Publication(ids.place(c.args[0])[0], 0, keys.ARTICLES, {"id": c.args[0]}),))
        for c in calls
    ]


NO_OP = (
    Stage("split", _split),
    Stage("fingerprint", _handing_on("extract")),
    Stage("extract", _handing_on("publish")),
    Stage("publish", _publish),
)


def _worker(stage: str, url: str, *, real: bool) -> None:
    work(stage, Desk.open(replace(Settings(), redis_url=url)), None if real else NO_OP)


def _hop(place: int, url: str) -> None:
    redis = client(url)
    while True:
        redis.blmove(f"hop:{place}", f"hop:{place + 1}", 0, "LEFT", "RIGHT")


def _watch_desk(redis: Redis, arrived: Times, ended: threading.Event) -> None:
    last: dict[str, bytes | str] = {keys.ARTICLES: "0", keys.COPIES: "0"}
    while not ended.is_set():
        for stream, found in redis.xread(last, block=1000) or []:  # type: ignore[arg-type]
            moment = time.monotonic()
            for entry, fields in found:
                arrived[fields[b"id"].rpartition(b"-")[0]] = moment
                last[stream.decode()] = entry


def _watch_hops(redis: Redis, arrived: Times, ended: threading.Event) -> None:
    while not ended.is_set():
        if found := redis.blpop(f"hop:{len(STAGES)}", 1):
            arrived[found[1]] = time.monotonic()


def measure(url: str, files: int, rate: float) -> tuple[list[float], list[float]]:
    """Milliseconds of each file through the desk and of each token through the lists."""
    arrived: Times = {}
    ended = threading.Event()
    watchers = [threading.Thread(target=w, args=(client(url), arrived, ended)) for w in (_watch_desk, _watch_hops)]
    for watcher in watchers:
        watcher.start()
    producer, redis = Producer(url, settings=replace(Settings(), redis_url=url)), client(url)
    desk, hops = {}, {}
    for n in range(files):
        time.sleep(1 / rate)
        body = " ".join(f"word{n}x{i}" for i in range(120))
        moment = time.monotonic()
        desk[producer.submit(PAGE.format(body=body), name=f"{n}.txt").file.encode()] = moment
        token = b"token %d" % n
        hops[token] = time.monotonic()
        redis.rpush("hop:0", token)
    until = time.monotonic() + 10
    while not (desk.keys() | hops.keys()) <= arrived.keys() and time.monotonic() < until:
        time.sleep(0.05)
    ended.set()
    for watcher in watchers:
        watcher.join()
    return [[1000 * (arrived[name] - sent) for name, sent in of.items()] for of in (desk, hops)]  # type: ignore[return-value]


def main() -> None:
    parser = argparse.ArgumentParser(description="Latency of the four stages at a given rate")
    parser.add_argument("--files", type=int, default=600)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--real", action="store_true")
    wanted = parser.parse_args()
    if wanted.real:
        import workers.table  # noqa: F401, PLC0415  (before the fork, so that no worker pays for it)
    with private() as url:
        pids = [fork(lambda stage=stage: _worker(stage, url, real=wanted.real)) for stage in STAGES]
        pids += [fork(lambda place=place: _hop(place, url)) for place in range(len(STAGES))]
        try:
            time.sleep(1.0)
            results = measure(url, wanted.files, wanted.rate)
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
    for name, times in zip(("desk, four stages", "bare BLMOVE, four hops"), results, strict=True):
        hundredths = statistics.quantiles(times, n=100)
        print(f"{name:<24} p50 {hundredths[49]:6.1f} ms   p99 {hundredths[98]:6.1f} ms   of {len(times)}")


if __name__ == "__main__":
    main()
