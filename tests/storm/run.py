"""A storm: files come in by every way, everybody dies, Redis loses power; then calm, and a count."""

from __future__ import annotations

import random
import re
import socket
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from osmem_server import OsmemServer
from redis.exceptions import RedisError

from tests import postgres_rig
from tests.storm import tally
from tests.storm.cast import WAYS, WORKERS, Scene, warm
from tests.storm.power import FrailRedis
from tests.storm.troupe import Troupe
from wiredesk import keys
from wiredesk.connection import client
from workers.table import NAMES

#: Seconds for which an outcome must have stood before its producer lets go of the file, where Redis syncs every second:
#: the longest that was seen to be forgotten is 2.1.
SURE = 4.0
#: Files that are on their way at most: enough that nobody is ever idle.
BACKLOG = 120
#: Seconds after the storm within which more must have arrived: the longest wait is a reader's for what a dead one held.
CALM = 180.0
TICK = 0.05


def port() -> int:
    """A port below those that the kernel gives to connections by itself: it stays free while its owner is dead."""
    while True:
        number = random.randrange(20_000, 32_000)
        try:
            socket.create_server(("127.0.0.1", number)).close()
        except OSError:
            continue
        return number


@dataclass(frozen=True)
class Plan:
    """`pace`: harms a second. Kills of Redis and power losses are spread over the time."""

    minutes: float
    fsync: str
    pace: float
    redis_kills: int
    power_losses: int
    files: int = 1_000_000
    seed: int = 0


@dataclass(frozen=True)
class Report:
    """What was done, and a sentence for each thing that went wrong."""

    done: dict[str, int]
    wrong: list[str]
    said: str


def storm(plan: Plan) -> Report:
    programs = postgres_rig.programs()
    assert programs, "PostgreSQL is not installed: apt install postgresql"
    with ExitStack() as open_ones:
        folder = Path(open_ones.enter_context(tempfile.TemporaryDirectory(prefix="storm-")))
        (folder / "redis").mkdir()
        redis = open_ones.enter_context(FrailRedis(folder / "redis", plan.fsync))
        database = open_ones.enter_context(postgres_rig.running(programs))
        cluster = open_ones.enter_context(OsmemServer.start())
        open_ones.callback(lambda: cluster.process.stdout and cluster.process.stdout.close())
        sure = None if plan.fsync == "always" else SURE
        scene = Scene(folder, redis.url, database.url, cluster.url, port(), port(), sure)
        return _Storm(plan, scene, redis, database.socket).whole()


class _Storm:
    def __init__(self, plan: Plan, scene: Scene, redis: FrailRedis, socket: str) -> None:
        self._plan, self._scene, self._frail, self._socket = plan, scene, redis, socket
        self._redis = client(redis.url)
        self._stock = scene.stock(plan.seed)
        warm(scene)
        self._troupe = Troupe(dict(scene.roles()), scene.folder / "said")
        self._began = time.monotonic()

    def whole(self) -> Report:
        try:
            self._rage()
            self._troupe.thaw(all_of_them=True)
            arrived = self._calm()
        finally:
            self._troupe.dismiss(30.0)
        wrong = [] if arrived else [f"nothing more has arrived for {CALM:g} s: {self._stock.waiting()} files unsettled"]
        wrong += tally.wrong(self._scene, self._redis, self._stock, self._socket)
        wrong += [f"exit: {name} ({n} times)" for name, n in self._troupe.odd().items()]
        return Report(self._counts(wrong), wrong, self._said())

    def _rage(self) -> None:
        seconds = 60 * self._plan.minutes
        harms = 0
        while (spent := time.monotonic() - self._began) < seconds:
            self._troupe.fill()
            self._troupe.thaw()
            self._deliver()
            if harms < spent * self._plan.pace:
                self._troupe.harm()
                harms += 1
            self._harm_redis(spent / seconds)
            time.sleep(TICK)

    def _harm_redis(self, share: float) -> None:
        """Each kind evenly over the time, at no fixed instant."""
        if self._frail.losses < share * self._plan.power_losses and random.random() < 0.2:
            self._frail.lose_power()
        elif self._frail.deaths < share * self._plan.redis_kills and random.random() < 0.2:
            self._frail.kill()

    def _deliver(self) -> None:
        if self._stock.files < self._plan.files and self._stock.waiting() < BACKLOG:
            self._stock.deliver()

    def _left(self) -> int:
        """What is not settled, published or carried, and rows of the dead that have not gone with their leases."""
        waiting, rows = self._stock.waiting(), max(0, self._redis.scard("rq:workers") - WORKERS)
        left = waiting + rows + self._redis.zcard(keys.OPEN) + tally.to_carry(self._redis)
        return left or int(not tally.carried(self._redis))

    def _calm(self) -> bool:
        """Nobody is harmed any more; who ends is still replaced."""

        def left() -> int:
            self._troupe.fill()
            try:
                return self._left()
            except RedisError:
                return sys.maxsize

        return tally.awaited(left, CALM)

    def _counts(self, wrong: list[str]) -> dict[str, int]:
        kinds, dead = self._troupe.done, Counter[str]()
        for (name, kind), n in self._troupe.harmed.items():
            dead[name.partition("-")[0].partition(" ")[0]] += n if kind != "SIGSTOP" else 0
        return {
            "files": self._stock.files,
            "articles": self._stock.expected.total(),
            "killed (SIGKILL)": kinds["SIGKILL"],
            "stopped (SIGTERM)": kinds["SIGTERM"],
            "frozen (SIGSTOP)": kinds["SIGSTOP"],
            "of the dead, workers": sum(dead[stage] for stage in NAMES),
            "of the dead, producers": sum(dead[way] for way in (*WAYS, "gateway")),
            "of the dead, sinks and readers": dead["sink"] + dead["reader"] + dead["receiver"],
            "Redis killed": self._frail.deaths,
            "power losses": self._frail.losses,
            "bytes that they took": self._frail.bytes_lost,
            "texts in packs": tally.packed(self._redis),
            **{f"repeats at a {name}": n for name, n in tally.repeats(self._scene).items()},
            "lost": sum(": lost " in one for one in wrong),
            "twice": sum(": too many of " in one or " stands there " in one for one in wrong),
            "seconds": round(time.monotonic() - self._began),
        }

    def _said(self) -> str:
        """Tracebacks, each once."""
        path = self._scene.folder / "said"
        said = path.read_text("utf-8", "replace") if path.exists() else ""
        return "\n".join(dict.fromkeys(re.findall(r"^Traceback.*\n(?:[ ].*\n)+\S.*", said, re.MULTILINE)))
