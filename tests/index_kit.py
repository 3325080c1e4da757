"""An index on a Redis with articles of made-up words, for the tests of the index."""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass, field

from redis import Redis

from newstext.compare import Text
from newstext.fingerprint import features
from workers.index import Claimant, Index, Limits

NOW = 1_800_000_000


@dataclass
class Desk:
    """Stored texts and an index that reads them."""

    redis: Redis
    limits: Limits = field(default_factory=lambda: Limits(articles=5_000))
    texts: dict[str, Text] = field(default_factory=dict)

    @property
    def index(self):
        return Index(self.redis, lambda ids: [self.texts.get(i) for i in ids], self.limits)

    def article(self, name, words, *, when=None, arrived=NOW, publisher=None):
        body = " ".join(words)
        article = f"{base64.b32encode(name.encode().ljust(10)[:10]).decode().lower()}-0"
        self.texts[article] = Text(body, publisher, when)
        return Claimant(article, features(body), body, when, arrived, publisher)

    def claim(self, *articles):
        return self.index.claim(articles)


def prose(words: int, seed: int = 1) -> list[str]:
    source = random.Random(seed)
    return ["".join(source.choices("aeioulnrst", k=4)) for _ in range(words)]
