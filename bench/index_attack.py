"""Articles that aim at the near-duplicate index: what they cost, and whether they hide a true pair.

    python bench/index_attack.py [--articles 20000] [--attackers 2000]

Who knows the index's hash finds words that fall into the same buckets as a victim's keys, publishes short articles made
of them, and pushes the victim out: its copies then pass as new stories. Who does not know it (WIREDESK_INDEX_SALT)
sends the same articles in vain. Printed for both, and for as many harmless articles: CPU of Redis and of the worker an
article, and how many of 50 victims' near copies are found afterwards.
"""

from __future__ import annotations

import argparse
import base64
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from redis import Redis

from newstext.compare import Text
from newstext.fingerprint import features_batch
from newstext.shingles import hashing, shingles, words
from wiredesk.server import private
from workers.index import Claimant, Index, Limits

NOW = 1_800_000_000
VICTIMS, WORDS_A_STORY, WORDS_A_BAIT, BATCH = 50, 300, 12, 64


@dataclass
class Room:
    """An index, its texts, and what claims cost."""

    redis: Redis
    articles: int
    secret: str | None
    texts: dict[str, Text] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        limits = Limits(articles=self.articles)
        self.index = Index(self.redis, lambda ids: [self.texts.get(one) for one in ids], limits, keyed=self.secret)

    def claim(self, bodies: Sequence[str]) -> list[str]:
        """Relations of these bodies, claimed in batches."""
        found = []
        for at in range(0, len(bodies), BATCH):
            some = bodies[at : at + BATCH]
            claimants = [self._claimant(*pair) for pair in zip(some, features_batch(some, self.secret), strict=True)]
            found += [verdict.relation for verdict in self.index.claim(claimants)]
        return found

    def _claimant(self, body: str, mark: object) -> Claimant:
        self.count += 1
        article = f"{base64.b32encode(self.count.to_bytes(10, 'big')).decode().lower()}-0"
        self.texts[article] = Text(body, None, NOW)
        return Claimant(article, mark, body, NOW, NOW + self.count)  # type: ignore[arg-type]


def prose(count: int, source: random.Random) -> list[str]:
    return ["".join(source.choices("aeioulnrst", k=5)) for _ in range(count)]


def baits(victims: Sequence[str], buckets: int, wanted: int, source: random.Random) -> Iterator[str]:
    """Short texts with a run of words that falls into a victim's bucket, by the hash that everybody knows."""
    aimed = {(key >> 16) % buckets for mark in features_batch(victims) for key in mark.keys}
    key = hashing(None)
    made = 0
    while made < wanted:
        text = prose(40_000, source)
        runs = shingles(words([" ".join(text)], key).hashes, key.candidate_shingle, key)
        for at in [n for n, value in enumerate(runs.tolist()) if (value >> 16) % buckets in aimed][: wanted - made]:
            made += 1
            yield " ".join(
                [*text[at : at + key.candidate_shingle], *prose(WORDS_A_BAIT - key.candidate_shingle, source)]
            )


def briefs(wanted: int, source: random.Random) -> list[str]:
    """Texts of one form: each is a candidate of all others and differs from them."""
    form = prose(WORDS_A_BAIT - 1, source)
    return [" ".join([*form[:5], str(number), *form[5:]]) for number in range(wanted)]


def stories(source: random.Random) -> tuple[list[str], list[str]]:
    """Victims, and a near copy of each."""
    told = [prose(WORDS_A_STORY, source) for _ in range(VICTIMS)]
    return [" ".join(story) for story in told], [" ".join([*story[:280], *prose(20, source)]) for story in told]


def tried(
    articles: int, secret: str | None, sent: Sequence[str], victims: Sequence[str], copies: Sequence[str]
) -> tuple[float, float, int]:
    """Send the victims, then what is sent at them, then their copies: CPU s of Redis and worker, copies found."""
    with private() as url, Redis.from_url(url) as redis:
        room = Room(redis, articles, secret)
        room.claim(victims)
        server, worker = _cpu(redis), time.process_time()
        room.claim(sent)
        server, worker = _cpu(redis) - server, time.process_time() - worker
        found = sum(relation != "original" for relation in room.claim(copies))
    return server, worker, found


def _cpu(redis: Redis) -> float:
    used = redis.info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


def main() -> None:
    parser = argparse.ArgumentParser(description="Articles that aim at the index")
    parser.add_argument("--articles", type=int, default=20_000, help="that the index remembers")
    parser.add_argument("--attackers", type=int, default=2_000)
    wanted = parser.parse_args()
    source = random.Random(7)
    victims, copies = stories(source)
    with private() as url, Redis.from_url(url) as redis:
        index = Room(redis, wanted.articles, None).index
        buckets = index._spaces.near  # noqa: SLF001  (an attacker reads it in the source)
    aimed = list(baits(victims, buckets, wanted.attackers, source))
    harmless = [" ".join(prose(WORDS_A_BAIT, source)) for _ in aimed]
    print(f"{'':<26}{'us of Redis':>14}{'us of worker':>18}{'copies found':>14}")
    rounds = (
        ("harmless articles", None, harmless),
        ("aimed, hash known", None, aimed),
        ("aimed, index_salt set", "s", aimed),
        ("briefs of one form", "s", briefs(len(aimed), source)),
    )
    for name, secret, sent in rounds:
        server, worker, found = tried(wanted.articles, secret, sent, victims, copies)
        each = 1e6 / len(sent)
        print(f"{name:<26}{server * each:>14.0f}{worker * each:>18.0f}{found:>10} of {len(copies)}")


if __name__ == "__main__":
    main()
