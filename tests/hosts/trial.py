"""One trial: files in, a host cut off while it holds a batch, healed once others have its jobs; then what came out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

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
    """`recoveries`: seconds from each cut until the last of the host's jobs was out of its hands."""

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


def until(look: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with suppress(RedisError):
            if look():
                return
        time.sleep(0.005)
    raise AssertionError(f"not true within {SECONDS} s")


def held(redis: Redis, host: Host) -> set[bytes]:
    """Jobs in the hands of a host's workers."""
    workers = [name for name in redis.smembers("rq:workers") if f"@{host.name}.".encode() in name]
    return set().union(*(redis.smembers(name + b":executions") for name in workers)) if workers else set()


def cut_mid_batch(redis: Redis, host: Host) -> float:
    """Cut the host off while it holds jobs; seconds until it holds none of them any more. Leaves it cut."""
    while True:
        until(lambda: held(redis, host))
        host.wire.cut = True
        began = time.monotonic()
        if jobs := held(redis, host):  # what was under way has arrived by now
            until(lambda: not jobs & held(redis, host))
            return time.monotonic() - began
        host.wire.cut = False


def run(lan: Lan, pages: Sequence[str], *, cuts: int, delay: int, loss: float, lease: int) -> Outcome:
    """All pages (an article each) through the hosts, `cuts` times one of them cut off and healed."""
    outcome = Outcome()
    settings = {"WIREDESK_LEASE": str(lease), "WIREDESK_BATCH": "8"}
    with client(lan.socket) as redis, Producer(lan.socket) as producer:
        until(redis.ping)
        for host in lan.hosts:
            host.wire.delay, host.wire.loss = delay / 1000, loss / 100
            host.work(lan.url, settings)
        until(lambda: redis.scard("rq:workers") == 4 * len(lan.hosts))
        share = -(-len(pages) // cuts)
        for number in range(cuts):
            some = pages[number * share : (number + 1) * share]
            outcome.accepted += sum(r.new for r in producer.submit_many([Item(p.encode(), "page.txt") for p in some]))
            host = lan.hosts[number % len(lan.hosts)]
            outcome.recoveries.append(cut_mid_batch(redis, host))
            host.wire.cut = False
        until(lambda: not redis.zcard(keys.OPEN))
        until(lambda: redis.scard("rq:workers") == 4 * len(lan.hosts))  # who was cut off is back
        entries = [entry for stream in (keys.ARTICLES, keys.COPIES) for entry in redis.xrange(stream)]
        outcome.published = Counter(fields[b"id"] for _, fields in entries)
        outcome.left_open = redis.zcard(keys.OPEN)
    return outcome
