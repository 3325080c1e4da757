"""All that is tried: every content and every damage in every format, and the files that are hostile by their build."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.hostile.carriers import CARRIERS, Carrier
from tests.hostile.contents import BODY, HEADLINE, contents
from tests.hostile.damage import Damage, damages
from tests.hostile.structures import structures

#: Of kinds x formats, in the short trial: other ones than yesterday's would be no test that can be trusted.
SHARE = 0.012
#: Its files built to hurt, one of each sort that ends within a second.
STRUCTURES = (
    "entity a billion laughs in rss", "entity a file in nitf", "json of depth 1,000,000", "html of depth 10,000",
    "zstd bomb of 16 GiB", "zip of depth 40", "zip that boasts its size", "tar with a symlink", "warc of length '-1'",
    "json lone surrogates", "parquet of a long foot", "mail of bad words",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One file: `make` gives its bytes and its name when it is its turn."""

    kind: str
    carrier: str
    make: Callable[[], tuple[bytes, str]]


def cases() -> Iterator[Case]:
    """Every file, in an order that does not change."""
    for kind, headline, body in contents():
        for carrier in CARRIERS:
            yield _filled(kind, carrier, headline, body)
    for kind, damage in damages():
        for carrier in CARRIERS:
            yield _damaged(kind, carrier, damage)
    for kind, name, make in structures():
        yield Case(kind, "structure", lambda make=make, name=name: (make(), name))


def matching(word: str) -> Iterator[Case]:
    return (case for case in cases() if word in case.kind or word == case.carrier)


def sample(found: Iterable[Case], share: float, seed: int = 20_190_503) -> Iterator[Case]:
    """That share of the cases, the same ones for the same seed, spread over all kinds and formats."""
    chance = random.Random(seed)
    return (case for case in found if share >= 1 or chance.random() < share)


def short() -> Iterator[Case]:
    """What each change is tried on: a sample of the kinds in the formats, and STRUCTURES."""
    yield from sample((case for case in cases() if case.carrier != "structure"), SHARE)
    yield from (case for case in cases() if case.carrier == "structure" and case.kind in STRUCTURES)


def kinds() -> int:
    return sum(1 for _ in contents()) + sum(1 for _ in damages()) + sum(1 for _ in structures())


def formats() -> int:
    return len(CARRIERS)


def _filled(kind: str, carrier: Carrier, headline: str, body: str) -> Case:
    return Case(kind, carrier.name, lambda: (carrier.file(headline, body), f"a.{carrier.ending}"))


def _damaged(kind: str, carrier: Carrier, damage: Damage) -> Case:
    def make() -> tuple[bytes, str]:
        data, ending = damage(carrier.file(HEADLINE, BODY), carrier.ending)
        return data, f"a.{ending}"

    return Case(kind, carrier.name, make)
