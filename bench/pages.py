"""Pages for benchmarks: two articles each, in the layout of a scrolled news page, all stories different.

The text is made of common words in a seeded order: no two stories share a 5-shingle by more than chance, sentence and
paragraph lengths are those of news copy, and the furniture is that of the user's own sample pages.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

#: Common words of news copy, the little ones first.
WORDS = tuple(Path(__file__).with_name("words.txt").read_text("utf-8").split())
LITTLE = 15
NAMES = ("Anna", "Bruno", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Irene", "Jonas", "Marta", "Nils")
FAMILIES = ("Almeida", "Bergström", "Castellano", "Dupont", "Eriksen", "Greco", "Hoffmann", "Ivanova", "Keller")
PLACES = ("Valletta", "Tromsø", "Ghent", "Heraklion", "Évora", "Leeds", "Porto", "Turku", "Graz", "Cork", "Siena")


def pages(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """`count` pages as (name, text); the same seed gives the same pages."""
    for number in range(count):
        rng = random.Random(seed * 1_000_003 + number)
        yield f"page-{number:06d}.txt", "\n\n\n\n".join(_article(rng) for _ in range(2)) + "\n"


def _article(rng: random.Random) -> str:
    headline = " ".join(w.capitalize() for w in rng.sample(WORDS[LITTLE:], 8))
    place, person = rng.choice(PLACES), f"{rng.choice(NAMES)} {rng.choice(FAMILIES)}"
    topic, day = rng.choice(WORDS[LITTLE:]), rng.randint(1, 28)
    caption = f"{person} speaks to visitors at the {topic} in {place}, {day} March 2026. (Reuters)"
    head = f"{headline}\n\n{caption}\n{caption}\nTT\n{rng.randint(1, 40)}\n\n{headline}\n\n{caption}\n{caption}\n"
    body = [_paragraph(rng) for _ in range(rng.randint(6, 10))]
    body[1] = f"“{_sentence(rng)}” said {person}, who lives in {place}. {_sentence(rng)}"
    return head + "\n" + "\n\n".join(body)


def _paragraph(rng: random.Random) -> str:
    return " ".join(_sentence(rng) for _ in range(rng.randint(2, 3)))


def _sentence(rng: random.Random) -> str:
    words = rng.choices(WORDS, k=rng.randint(10, 22))
    return " ".join(words).capitalize() + "."
