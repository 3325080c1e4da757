"""What a stage may reach: the settings, the three Redis, the near-duplicate index, files held open between parts,
whether the object store is away.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from redis import Redis

from wiredesk.connection import client, reach
from wiredesk.settings import Settings
from workers.absence import Absence
from workers.readings import Readings


@dataclass(frozen=True)
class Desk:
    """`texts` and `index` are the queues' Redis unless the settings name others."""

    settings: Settings
    queues: Redis
    texts: Redis
    index: Redis
    readings: Readings = field(default_factory=Readings, compare=False)
    absence: Absence = field(default_factory=Absence, compare=False)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connect and check that each Redis answers. Raises `RedisUnreachable` or `SettingError`."""
        url = settings.desk_url()
        queues = reach(client(url), url)
        named = (("WIREDESK_TEXTS_URL", settings.texts_url), ("WIREDESK_INDEX_URL", settings.index_url))
        texts, index = (reach(client(url), url, name) if url else queues for name, url in named)
        return cls(settings, queues, texts, index)

    @classmethod
    def at(cls, url: str, settings: Settings) -> Self:
        """The desk whose queues are at `url`, whatever the settings name."""
        return cls.open(replace(settings, redis_url=url))

    @property
    def one_server(self) -> bool:
        """Whether texts ride in the same scripts as the queues."""
        return self.texts is self.queues

    def close(self) -> None:
        for redis in {id(r): r for r in (self.queues, self.texts, self.index)}.values():
            redis.close()
