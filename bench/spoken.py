#!/usr/bin/env python3
"""Score quotes with their speakers, and mentions, on articles of our own with gold answers.

usage: bench/spoken.py [--misses] [--later]      figures by language and of all

The articles stand in tests/data/spoken, a file a language, parted by ``---``, with their answers in them (those in
`later` were written when the rules stood, and measured as they were: `--later`):
``<Jane Roe|“We are late,”>`` is a quote and its speaker as printed beside it (empty where nobody is named),
``{person:Jane Roe}`` the first mention of a name. A quote counts with its speaker right, a mention with its kind.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from newstext.extract.mentions import mentions
from newstext.extract.quotes import quotes

ARTICLES = Path(__file__).parents[1] / "tests" / "data" / "spoken"
KINDS = ("quotes", "speakers", "person", "organisation", "place")
_QUOTE = re.compile(r"<([^<>|]*)\|([^<>]*)>")
_NAME = re.compile(r"\{(person|organisation|place):([^{}]*)\}")
_MARKS = '“”„«»" ,.!?\u00a0'


class Told(NamedTuple):
    """What an article tells: its body without the answers, words of quotes with speakers, names by kind."""

    body: str
    quotes: dict[str, str | None]
    names: set[tuple[str, str]]


class Score(NamedTuple):
    """Values given, right ones among them, and all that there are, by kind."""

    given: Counter[str]
    right: Counter[str]
    there: Counter[str]

    def figures(self, kind: str) -> tuple[float, float, float]:
        """Precision, recall and F1."""
        p, r = self.right[kind] / max(1, self.given[kind]), self.right[kind] / max(1, self.there[kind])
        return p, r, 2 * p * r / (p + r) if p + r else 0.0


def told(marked: str) -> Told:
    """The body and the answers of an article that holds both."""
    named = _NAME.sub(r"\2", marked)
    spoken = {text.strip(_MARKS): who or None for who, text in _QUOTE.findall(named)}
    names = {(kind, name) for kind, name in _NAME.findall(marked)}
    return Told(_QUOTE.sub(r"\2", named).strip(), spoken, names)


def articles(folder: Path = ARTICLES) -> Iterator[tuple[str, Told]]:
    """The language and the answers of each article."""
    for path in sorted(folder.glob("*.txt")):
        yield from ((path.stem, told(marked)) for marked in path.read_text("utf-8").split("\n---\n"))


def score(cases: list[tuple[str, Told]], missed: list[str] | None = None) -> Score:
    """Compare what is found in bodies with their answers; note what is wrong or missing in `missed`."""
    result = Score(Counter(), Counter(), Counter())
    for language, case in cases:
        found = {quote.text.strip(_MARKS): quote.speaker for quote in quotes(case.body)}
        named = {(mention.kind, mention.text) for mention in mentions(case.body, found.values(), language)}
        said = {(text, who) for text, who in found.items() if who}
        true = {(text, who) for text, who in case.quotes.items() if who}
        _count(result, "quotes", set(found), set(case.quotes), missed)
        _count(result, "speakers", said, true, missed)
        for kind in KINDS[2:]:
            _count(result, kind, {each for each in named if each[0] == kind}, _of(case.names, kind), missed)
    return result


def _of(names: set[tuple[str, str]], kind: str) -> set[tuple[str, str]]:
    return {each for each in names if each[0] == kind}


def _count(result: Score, kind: str, given: set[object], there: set[object], missed: list[str] | None) -> None:
    result.given[kind] += len(given)
    result.right[kind] += len(given & there)
    result.there[kind] += len(there)
    if missed is not None:
        missed += [f"{kind}: wrong {each}" for each in given - there]
        missed += [f"{kind}: missing {each}" for each in there - given]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--later", action="store_true")
    args = parser.parse_args()
    cases = list(articles(ARTICLES / "later" if args.later else ARTICLES))
    for language in [*dict.fromkeys(name for name, _ in cases), "all"]:
        missed: list[str] = []
        found = score([each for each in cases if language in (each[0], "all")], missed)
        for kind in KINDS:
            p, r, f1 = found.figures(kind)
            print(f"{language:4s} {kind:13s} there {found.there[kind]:4d}  P {p:.3f}  R {r:.3f}  F1 {f1:.3f}")
        if args.misses and language != "all":
            print("\n".join(f"     {each}" for each in missed))


if __name__ == "__main__":
    main()
