"""A chaos run: files go in, workers and Redis die, and in the end every article was published once."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from redis.exceptions import RedisError

from producers.desk import Desk as Producer
from producers.desk import Item
from tests.chaos.herd import Herd
from tests.chaos.mortal import MortalRedis
from tests.chaos.proxy import DroppingProxy
from tests.leftovers import left_behind
from wiredesk import keys
from wiredesk.connection import client
from wiredesk.settings import Settings
from workers.runner.wire import IDLE_LEASE

#: A run that moves nothing for so long has lost something.
STUCK_SECONDS = 120.0
PIECE = 20


@dataclass(frozen=True)
class Plan:
    """How much of everything; `pace` harms a second, one in `redis_every` of them to Redis."""

    articles: int
    deaths: int
    redis_deaths: int
    pace: float
    each: int = 2
    drop: float = 0.002
    per_file: int = 10

    def scaled(self, share: float) -> Plan:
        counts = {name: round(share * getattr(self, name)) for name in ("articles", "deaths", "redis_deaths")}
        return replace(self, **counts)


@dataclass(frozen=True)
class Report:
    """What a run did and what its readers saw."""

    done: dict[str, int]
    wrong: list[str]

    def table(self) -> str:
        rows = [f"  {name:<32}{value:>10,}" for name, value in self.done.items()]
        return "\n".join([*rows, *(f"  WRONG: {sentence}" for sentence in self.wrong[:20])])


def run(plan: Plan) -> Report:
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        folder = Path(name)
        with (
            MortalRedis(folder) as redis,
            DroppingProxy(folder / "proxy.sock", folder / "redis.sock", plan.drop) as proxy,
        ):
            return _Run(plan, redis, proxy).whole()


class _Run:
    def __init__(self, plan: Plan, redis: MortalRedis, proxy: DroppingProxy) -> None:
        self._plan, self._mortal, self._proxy = plan, redis, proxy
        self._redis = client(redis.url)
        self._settings = replace(Settings(), redis_url=proxy.url, keep_jobs=60, lease=2)
        self._producer = Producer(redis.url, settings=self._settings)
        self._herd = Herd(self._settings, plan.each)
        self._files: list[str] = []
        self._began = time.monotonic()

    def whole(self) -> Report:
        try:
            while not self._is_over():
                self._submit()
                self._harm()
                time.sleep(1 / self._plan.pace)
            self._herd.thaw(all_of_them=True)
            self._until_done()
        finally:
            self._herd.dismiss()
        return self._report()

    def _is_over(self) -> bool:
        enough = self._herd.deaths >= self._plan.deaths and self._mortal.deaths >= self._plan.redis_deaths
        return enough and len(self._files) * self._plan.per_file >= self._plan.articles

    def _submit(self) -> None:
        """Files come evenly over the run; a sending whose reply was lost is sent again."""
        share = max(self._herd.deaths / max(self._plan.deaths, 1), 0.01)
        wanted = min(1.0, 1.1 * share + 0.02) * self._plan.articles / self._plan.per_file
        while len(self._files) < wanted:
            first = len(self._files)
            items = [Item(b"%d" % n, name=f"f{n}-{self._plan.per_file}.txt") for n in range(first, first + PIECE)]
            try:
                receipts = self._producer.submit_many(items)
            except (RedisError, OSError):
                return
            self._files += [receipt.file for receipt in receipts]

    def _harm(self) -> None:
        self._herd.fill()
        self._herd.thaw()
        self._herd.harm()
        due = self._plan.redis_deaths * self._herd.deaths / max(self._plan.deaths, 1)
        if self._mortal.deaths < due and random.random() < 0.5:
            self._mortal.kill()

    def _until_done(self) -> None:
        """Nobody is harmed any more; work goes on until every file has its outcome."""
        seen, since = {}, time.monotonic()
        while self._redis.zcard(keys.OPEN) and time.monotonic() - since < STUCK_SECONDS:
            counts = self._redis.hgetall(keys.COUNTS)
            if counts != seen:
                seen, since = counts, time.monotonic()
            self._herd.fill()
            time.sleep(0.1)
        self._until_buried()

    def _until_buried(self) -> None:
        """The last dead are gone, those who died with a lease and no row yet too; the last born have both."""
        until = time.monotonic() + 2 * IDLE_LEASE
        while self._known() != [len(self._herd.alive)] * 2 and time.monotonic() < until:
            time.sleep(0.1)

    def _known(self) -> list[int]:
        """How many workers have a row, and a lease."""
        return [self._redis.scard("rq:workers"), self._redis.zcard(keys.LEASES)]

    def _report(self) -> Report:
        published = Counter(f[b"id"].decode() for s in (keys.ARTICLES, keys.COPIES) for _, f in self._redis.xrange(s))
        files = Counter(f[b"id"].decode() for _, f in self._redis.xrange(keys.FILES))
        rejected = [f[b"id"].decode() for _, f in self._redis.xrange(keys.REJECTED)]
        wanted = [f"{file}-{n}" for file in self._files for n in range(self._plan.per_file)]
        wrong = [f"lost: {a}" for a in wanted if not published[a]]
        wrong += [f"published {n} times: {a}" for a, n in published.items() if n > 1]
        wrong += [f"{files[file]} outcomes: {file}" for file in self._files if files[file] != 1]
        wrong += [f"rejected: {one}" for one in rejected]
        wrong += [
            f"left behind: {thing}"
            for thing in left_behind(self._redis, ["split", "fingerprint", "extract", "publish"])
        ]
        sweeps = sum(int(self._redis.hget(keys.file(f), "sweeps") or 0) for f in self._files)
        harm = self._herd.done
        return Report(
            {
                "articles": len(wanted),
                "files": len(self._files),
                "workers killed (SIGKILL)": harm["SIGKILL"],
                "workers stopped (SIGTERM)": harm["SIGTERM"],
                "workers frozen (SIGSTOP)": harm["SIGSTOP"],
                "ended with another status": sum(n for status, n in self._herd.exits.items() if status not in (0, -9)),
                "Redis killed": self._mortal.deaths,
                "replies dropped": self._proxy.dropped,
                "files the sweep started over": sweeps,
                "articles lost": sum(1 for a in wanted if not published[a]),
                "articles published twice": sum(1 for n in published.values() if n > 1),
                "files without one outcome": sum(1 for f in self._files if files[f] != 1),
                "seconds": round(time.monotonic() - self._began),
            },
            wrong,
        )
