"""Who is on the desk in a storm: producers of every kind, every stage, every sink, readers; each by its own command."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from redis.exceptions import RedisError

from tests.storm import senders, takers
from tests.storm.stock import Stock
from wiredesk import keys, log
from wiredesk.cli import main
from wiredesk.connection import client
from wiredesk.errors import DeskError
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.runner import work
from workers.table import NAMES

WAYS = ("library", "posted", "submitted", "watch")
SINKS = ("jsonl", "postgres", "opensearch", "webhook", "feed")
GROUPS = [*(keys.sink(kind) for kind in SINKS), "storm"]
SECRET = "whsec_c3Rvcm0gaW4gYSB0ZWEgY3VwLCBzZWFsZWQ="  # noqa: S105  (of a receiver that lives as long as the storm)
#: Workers of each stage: a queue is shared by two, so that what one held goes to another.
EACH = 2
WORKERS = EACH * len(NAMES)
#: Readers in one group.
MEMBERS = 2
#: Entries that a sink carries at once: many batches, so that deaths fall between them.
BATCH = 20


@dataclass(frozen=True)
class Scene:
    """Addresses and folders; `sure` is when a producer counts a file as settled (see `senders`)."""

    folder: Path
    redis: str
    postgres: str
    opensearch: str
    gateway: int
    receiver: int
    sure: float | None

    @property
    def settings(self) -> dict[str, str]:
        """Short leases and records, as the runner's chaos has them; texts soon in packs; webhooks signed, a salt."""
        return {
            "WIREDESK_REDIS_URL": self.redis, "WIREDESK_LEASE": "2s", "WIREDESK_KEEP_JOBS": "60s",
            "WIREDESK_LOG": "json", "WIREDESK_LOG_LEVEL": "error", "WIREDESK_WEBHOOK_SECRET": SECRET,
            "WIREDESK_INDEX_SALT": "storm", "WIREDESK_OBJECTS_URL": f"file://{self.folder / 'store'}",
            "WIREDESK_OBJECTS_AFTER": "3s",
        }  # fmt: skip

    def stock(self, seed: int) -> Stock:
        ways = {way: self.folder / way for way in WAYS}
        for folder in ways.values():
            folder.mkdir()
        return Stock(ways, seed)

    def taken(self, name: str) -> Path:
        """Where the takers of a kind write what they got."""
        return self.folder / f"taken-{name}"

    def roles(self) -> Mapping[str, Callable[[], object]]:
        base = f"http://127.0.0.1:{self.gateway}"
        targets = {
            "jsonl": str(self.taken("jsonl")), "postgres": self.postgres, "opensearch": self.opensearch,
            "webhook": f"http://127.0.0.1:{self.receiver}/hook", "feed": str(self.taken("feed.xml")),
        }  # fmt: skip
        carry = ("--batch", str(BATCH))
        return {
            "library": partial(senders.library, self.folder / "library", self.redis, self.sure),
            "posted": partial(senders.posted, self.folder / "posted", base, self.sure),
            "submitted": partial(senders.submitted, self.folder / "submitted", self.sure),
            "watch": partial(_command, "watch", str(self.folder / "watch"), "--rescan", "1"),
            "gateway": partial(_command, "gateway", "--port", str(self.gateway)),
            "receiver": partial(takers.receiver, self.receiver, self.taken("webhook")),
            **{f"{stage}-{n}": partial(_stage, stage) for stage in NAMES for n in range(EACH)},
            **{f"sink {kind}": partial(_command, "sink", kind, "--to", to, *carry) for kind, to in targets.items()},
            **{f"reader-{n}": partial(takers.reader, self.redis, str(n), self.taken("reader")) for n in range(MEMBERS)},
        }


def _command(*words: str) -> None:
    sys.argv = ["wiredesk", *words]
    main()


def _stage(name: str) -> None:
    """A worker as `wiredesk work` forks it; its first look at a Redis that is being killed may take some."""
    settings = Settings.read()
    log.configure(settings.log, settings.log_level)
    while True:
        try:
            desk = Desk.open(settings)
            break
        except (RedisError, DeskError):
            time.sleep(0.1)
    work(name, desk)


def warm(scene: Scene) -> None:
    """Read what every role imports, before anything is forked, and set what they read."""
    os.environ.update(scene.settings)
    from producers.gateway import app, serve  # noqa: F401, PLC0415  (for those that are forked from here)
    from producers.watch import watcher  # noqa: F401, PLC0415
    from sinks.table import SINKS  # noqa: F401, PLC0415
    from wiredesk.cli import gateway, sink, submit, watch  # noqa: F401, PLC0415

    client(scene.redis).close()
