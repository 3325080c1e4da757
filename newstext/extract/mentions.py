"""People, organisations and places that a body names, found by capitals, context and a gazetteer.

A run of capitalised words is a place when the gazetteer has it, an organisation when one of its words says so
(`Ministry`, `Bank`), a person when a title stands before it, when a verb of speech follows it, or when its last
word comes again alone (`Fuad Hussein ... Hussein stressed`): writers introduce a person by full name once. A
run that none of this tells apart is left out. Scripts without capitals get places alone.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from newstext.article import Mention
from newstext.extract.places import place
from newstext.extract.tables import fold, toml, words

_CAP = r"[^\W\d_a-zß-öø-ÿ\u0561-\u0587\u0590-\u10ff\u1100-\uffff][\w’'-]*"
_RUN = re.compile(rf"{_CAP}\.?(?: (?:(?:of|for|the|and|&|de|du|des|del|al|bin|von|van|der|di|da|la) ){{0,2}}{_CAP})*")
_WORD = re.compile(r"\w+(?:-\w+)?")
#: People in the gazetteer from which a single capitalised word is taken for the town: smaller towns share their
#: names with words and people.
_TOWN = 250_000


def mentions(body: str) -> list[Mention]:
    """The first mention of each name, in the order of the body."""
    first: dict[str, int] = {}
    counts: dict[str, int] = {}
    for match in _RUN.finditer(body):
        if text := _trim(match.group()):
            first.setdefault(text, body.find(text, match.start()))
            counts[text] = counts.get(text, 0) + 1
    kinds = ((text, at, _kind(body, at, text, counts)) for text, at in first.items())
    return [Mention(text, kind, (at, at + len(text))) for text, at, kind in kinds if kind]


@lru_cache(maxsize=16_384)
def _trim(text: str) -> str | None:
    """A run without plain words at its ends (a sentence's first word) and without the possessive."""
    tokens = text.rstrip(".").split(" ")
    never = words("mentions", "words", "never")
    while tokens and fold(tokens[0]) in never:
        tokens = tokens[1:]
    while tokens and fold(tokens[-1]) in never:
        tokens = tokens[:-1]
    if not tokens:
        return None
    tokens[-1] = re.sub(r"['’]s?$", "", tokens[-1])
    return " ".join(tokens) or None


def _kind(body: str, start: int, text: str, counts: dict[str, int]) -> str | None:
    tokens = text.split(" ")
    if len(tokens) > 1 and not words("mentions", "organisation", "words").isdisjoint(map(fold, tokens)):
        return "organisation"
    if known := place(text):
        return "place" if known.kind == "territory" or len(tokens) > 1 or known.people >= _TOWN else None
    if len(tokens) == 1:
        return "organisation" if text.isupper() and len(text) > 2 and counts[text] > 1 else None
    return "person" if len(tokens) <= 4 and _person(body, start, tokens, counts) else None


def _person(body: str, start: int, tokens: list[str], counts: dict[str, int]) -> bool:
    if tokens[-1] in counts or fold(tokens[0]) in words("mentions", "person", "titles"):
        return True
    before = _WORD.findall(body[max(0, start - 24) : start])
    if before and fold(before[-1]) in words("mentions", "person", "titles"):
        return True
    at = body.find(tokens[-1], start) + len(tokens[-1])
    following = _WORD.match(body, at + 1)
    return bool(following and following.group() in _verbs())


@cache
def _verbs() -> frozenset[str]:
    return frozenset(verb for listed in toml("speech")["verbs"].values() for verb in listed)
