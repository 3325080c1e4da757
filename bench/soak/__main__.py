"""A desk under constant load: does anything grow that should not?

    python -m bench.soak --minutes 30                      at 80 % of what this machine was measured to do just before
    python -m bench.soak --minutes 300 --out soak.jsonl    with each sample as a JSON line
    python -m bench.soak --minutes 8 --share 0.02 --burst 50     a minute of fifty times the load, and how it drains

Workers, a sink, the gateway and the desk's page run as their commands, on a Redis that syncs every second; real pages
come in by the library. Records are kept for a minute instead of days and the index is small, so that what comes and
what goes are even soon. Prints the first and the second half of the time after the warm-up side by side, and what grew.
Exit status 1 when something did, or a file had no outcome.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from redis import Redis

from bench.soak.gauge import Gauge
from bench.soak.load import Load
from bench.soak.verdict import summary, verdict
from sinks.jsonl import KNOWN, State
from wiredesk import keys
from wiredesk.connection import client
from wiredesk.server import private

WIREDESK = Path(sys.executable).with_name("wiredesk")
#: Everything is kept for a minute, the index is full soon: a steady state within the warm-up.
SETTINGS = {
    "WIREDESK_KEEP_FILES": "60s", "WIREDESK_KEEP_TEXTS": "60s", "WIREDESK_KEEP_RECEIPTS": "60s",
    "WIREDESK_KEEP_JOBS": "60s", "WIREDESK_KEEP_STREAM_AGE": "60s", "WIREDESK_KEEP_STREAM_ENTRIES": "5000",
    "WIREDESK_NEAR_WINDOW": "60s", "WIREDESK_EXACT_WINDOW": "60s", "WIREDESK_INDEX_ARTICLES": "5000",
    "WIREDESK_INDEX_SALT": "soak", "WIREDESK_LOG_LEVEL": "error",
}  # fmt: skip
#: Files that measure the capacity, after as many that warm the workers up.
TRIAL = 200
EVERY = 5.0
BURST_SECONDS = 60.0
#: Seconds in which all that was accepted must have its outcome, once no more comes.
DRAIN = 900.0


def main() -> int:
    parser = argparse.ArgumentParser(description="A desk under constant load")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--share", type=float, default=0.8, help="of the capacity, which is measured first")
    parser.add_argument("--rate", type=float, help="files a second, in place of a share")
    parser.add_argument("--burst", type=float, default=0.0, help="in mid-time a minute of so many times the load")
    parser.add_argument("--out", type=Path, help="each sample as a JSON line")
    wanted = parser.parse_args()
    os.environ.update(SETTINGS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what it started ends with it
    with ExitStack() as open_ones:
        url = open_ones.enter_context(private(("--save", "", "--appendonly", "yes", "--appendfsync", "everysec")))
        os.environ["WIREDESK_REDIS_URL"] = url
        out = Path(open_ones.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        _remembering(out)
        commands = {
            "workers": ("work",), "sink": ("sink", "jsonl", "--to", str(out)), "gateway": ("gateway", "--port", "0"),
            "desk": ("desk", "--port", "0"),
        }  # fmt: skip
        pids = {name: open_ones.enter_context(_running(*words)) for name, words in commands.items()}
        return _soak(wanted, url, pids)


def _soak(wanted: argparse.Namespace, url: str, pids: dict[str, int]) -> int:
    redis = client(url)
    load = Load(url, 1.0)
    gauge = Gauge(redis, load, {**pids, "redis": int(redis.info("server")["process_id"])})
    capacity = _capacity(redis, load)
    load.rate = wanted.rate or wanted.share * capacity
    print(f"capacity {capacity:.1f} files/s, load {load.rate:.1f} files/s for {wanted.minutes:g} min", flush=True)
    load.start()
    samples = list(_sampled(gauge, wanted, load))
    load.end()
    drained = _until_empty(redis, DRAIN)
    lost = load.count - gauge.done()
    grown = [] if wanted.burst else list(verdict(samples))
    print("\n".join(summary(samples)))
    print(
        f"  {load.count:,} files accepted, {gauge.done():,} with an outcome, {lost} without; {drained:.0f} s to drain"
    )
    print("\n".join(f"  GREW {sentence}" for sentence in grown) or "  nothing grew")
    return 1 if grown or lost else 0


def _sampled(gauge: Gauge, wanted: argparse.Namespace, load: Load) -> Iterator[dict[str, Any]]:
    """A sample every few seconds; in mid-time the burst, if one is wanted."""
    began, steady = time.monotonic(), load.rate
    middle = 30 * wanted.minutes
    while (spent := time.monotonic() - began) < 60 * wanted.minutes:
        in_burst = wanted.burst and middle <= spent < middle + BURST_SECONDS
        load.rate = steady * wanted.burst if in_burst else steady
        sample = {"seconds": round(spent), "rate": round(load.rate, 1), **gauge.sample()}
        if wanted.out:
            with wanted.out.open("a", encoding="utf-8") as out:
                out.write(json.dumps(sample) + "\n")
        yield sample
        time.sleep(EVERY)


def _capacity(redis: Redis, load: Load) -> float:
    """Files a second that the desk does with more than enough to do; a first round warms it up."""
    rates = []
    for _ in range(2):
        before = redis.xlen(keys.FILES)
        began = time.monotonic()
        load.hand_in(TRIAL)
        _until_empty(redis, DRAIN)
        rates.append((redis.xlen(keys.FILES) - before) / (time.monotonic() - began))
    return max(rates)


def _until_empty(redis: Redis, seconds: float) -> float:
    """Wait until no file is open; the seconds that it took."""
    began = time.monotonic()
    while redis.zcard(keys.OPEN) and time.monotonic() - began < seconds:
        time.sleep(0.05)
    return time.monotonic() - began


def _remembering(folder: Path) -> None:
    """Leave in a sink's folder what it finds there after hours: as many articles as it ever remembers."""
    rows = (b'{"id":"%016x-0","version":1}\n' % number for number in range(KNOWN))
    (folder / "stories-000001.jsonl").write_bytes(b"".join(rows))
    (folder / ".stories.state").write_bytes(msgspec.json.encode(State(2)))


@contextmanager
def _running(*words: str) -> Iterator[int]:
    process = subprocess.Popen([WIREDESK, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
