"""One trial: files in, a host cut off while it holds a batch, healed once others have its jobs; then what came out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from redis import Redis
from redis.exceptions import RedisError

from producers import Desk as Producer
from producers import Item
from tests.hosts.lan import Host, Lan
from wiredesk import keys
from wiredesk.connection import client

#: Longer than anything here takes on a machine that is busy with other things.
SECONDS = 120


@dataclass
class Outcome:
    """`recoveries`: seconds from each lapse of the cut host's leases until its jobs were out of its hands."""

    accepted: int = 0
    recoveries: list[float] = field(default_factory=list)
    published: Counter[bytes] = field(default_factory=Counter)
    left_open: int = 0

    @property
    def lost(self) -> int:
        return self.accepted - len(self.published)

    @property
    def doubled(self) -> int:
        return sum(n - 1 for n in self.published.values())


class Shape(NamedTuple):
    """Of a network: `delay` in seconds each way, `loss` a share of the packets each way."""

    delay: float
    loss: float


def until(look: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with suppress(RedisError):
            if look():
                return
        time.sleep(0.005)
    raise AssertionError(f"not true within {SECONDS} s")


def holders(redis: Redis, host: Host) -> dict[bytes, set[bytes]]:
    """The host's workers that have jobs in their hands, with those jobs."""
    names = [name for name in redis.smembers("rq:workers") if f"@{host.name}.".encode() in name]
    found = {name.removeprefix(b"rq:worker:"): redis.smembers(name + b":executions") for name in names}
    return {name: jobs for name, jobs in found.items() if jobs}


def cut_mid_batch(redis: Redis, host: Host, shape: Shape) -> float:
    """Cut the host off while it holds jobs; seconds from the end of their lease, by Redis's own clock, until it holds
    none of them any more. Leaves it cut.
    """
    while True:
        until(lambda: holders(redis, host))
        host.cable.shape(*shape, cut=True)
        time.sleep(2 * shape.delay)  # what was under way arrives
        if cut := holders(redis, host):
            return _recovered(redis, cut)
        host.cable.shape(*shape)


def _recovered(redis: Redis, cut: dict[bytes, set[bytes]]) -> float:
    """Seconds between the end of a worker's lease and the moment when it holds none of these jobs; the slowest's."""
    lapses = dict.fromkeys(cut, 0.0)
    late = list[float]()

    def look() -> bool:
        with redis.pipeline() as pipe:
            for worker in lapses:
                pipe.zscore(keys.LEASES, worker).smembers(b"rq:worker:" + worker + b":executions")
            *told, (seconds, micros) = pipe.time().execute()
        for worker, lease, held in zip(list(lapses), told[::2], told[1::2], strict=True):
            lapses[worker] = lease or lapses[worker]
            if not cut[worker] & held:
                late.append(seconds + micros / 1e6 - lapses.pop(worker))
        return not lapses

    until(look)
    return max(late)


def run(lan: Lan, pages: Sequence[str], *, cuts: int, delay: int, loss: float, lease: int) -> Outcome:
    """All pages (an article each) through the hosts, `cuts` times one of them cut off and healed."""
    outcome = Outcome()
    settings = {"WIREDESK_LEASE": str(lease), "WIREDESK_BATCH": "8"}
    with client(lan.socket) as redis, Producer(lan.socket) as producer:
        until(redis.ping)
        shape = Shape(delay / 1000, loss / 100)
        for host in lan.hosts:
            host.cable.shape(*shape)
            host.work(lan.url, settings)
        until(lambda: redis.scard("rq:workers") == 4 * len(lan.hosts))
        share = -(-len(pages) // cuts)
        for number in range(cuts):
            some = pages[number * share : (number + 1) * share]
            outcome.accepted += sum(r.new for r in producer.submit_many([Item(p.encode(), "page.txt") for p in some]))
            host = lan.hosts[number % len(lan.hosts)]
            outcome.recoveries.append(cut_mid_batch(redis, host, shape))
            host.cable.shape(*shape)
        until(lambda: not redis.zcard(keys.OPEN))
        until(lambda: redis.scard("rq:workers") == 4 * len(lan.hosts))  # who was cut off is back
        entries = [entry for stream in (keys.ARTICLES, keys.COPIES) for entry in redis.xrange(stream)]
        outcome.published = Counter(fields[b"id"] for _, fields in entries)
        outcome.left_open = redis.zcard(keys.OPEN)
    return outcome
