"""Whose page it is, from its furniture: copyright lines, `Follow ...`, `... Logo`, the masthead, printed addresses.

A page of text says nowhere "my publisher is"; but the furniture around a story names the house again and again,
each time beside words that pages of all houses share. Every such place is a vote for a name, prints of one name
vote together, and a name that too few places support is not believed.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from newstext.article import Evidence
from newstext.extract.tables import fold, rows, toml, words
from newstext.extract.votes import Vote, key, votes

if TYPE_CHECKING:
    from newstext.article import Unit

#: The share of a name's places that print it as an address, or with its article, from which on that is the name.
_ADDRESSED, _WITH_ARTICLE = 0.3, 0.1
#: Ways to speak for a name that any line does.
_WEAK = frozenset({"echo", "alone"})
#: Places that tell how a name is printed, and speak for none.
_PRINTS = frozenset({"host"})


def housed(unit: Unit) -> None:
    """Note the house of a page of text with each of its drafts that states none."""
    told = imprint(unit)
    for draft in unit.drafts:
        if told and not draft.stated.publisher:
            draft.stated.publisher, draft.evidence["publisher"] = told


def imprint(unit: Unit) -> tuple[str, Evidence] | None:
    """The name of the house whose page a unit is, with the evidence; None where its furniture does not tell."""
    return _elected(votes(unit))


def _elected(votes: list[Vote]) -> tuple[str, Evidence] | None:
    """The likeliest name, if it is likely enough, as most places print it.

    Names compete: the chance of each is its share of the page's odds, with the odds that no name is the house's
    beside them (a multinomial logistic model; its weights are fitted by bench/imprint.py).
    """
    places = candidates(votes)
    odds = {each: _odds(*_told(found)) for each, found in places.items()}
    best = max(odds, key=lambda each: odds[each], default="")
    chance = odds[best] / (1 + sum(odds.values())) if best else 0.0
    if chance < toml("imprints")["enough"]:
        return None
    name = printed(places[best])
    first = next(vote for vote in places[best] if vote.name == name)
    return name, Evidence("imprint", first.span, round(chance, 3))


def candidates(votes: list[Vote]) -> dict[str, list[Vote]]:
    """The votes by the name that they speak for, whatever its print."""
    places: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        places[key(vote.name)].append(vote)
    return places


def printed(found: list[Vote]) -> str:
    """The print that most places have; with its article where one of some places prints it as part of the name, as an
    address where a third of them do.
    """
    prints = Counter(vote.name for vote in found)
    for share, such in ((_ADDRESSED, _is_address), (_WITH_ARTICLE, _has_article)):
        alike = {name: count for name, count in prints.items() if such(name)}
        if alike and sum(alike.values()) >= share * len(found):
            return max(alike, key=lambda name: alike[name])
    plain = [name for name in prints if not _is_address(name) and not _has_article(name)]
    return max(plain or prints, key=lambda name: prints[name])


def _is_address(name: str) -> bool:
    return "." in name.strip(".") and " " not in name


def _has_article(name: str) -> bool:
    return name.startswith("The ")


def signs(found: list[Vote]) -> dict[str, float]:
    """What the places of one name tell: how often each kind speaks for it, and how the name looks."""
    return _signs(*_told(found))


class _Looks(NamedTuple):
    """How a name looks, as signs."""

    single: bool
    short: bool
    small: bool
    paper: bool

    @classmethod
    @lru_cache(maxsize=1 << 14)  # the names of a site's furniture stand on all its pages
    def of(cls, name: str) -> _Looks:
        single = " " not in name.strip()
        paper = not single and not words("imprints", "papers").isdisjoint(fold(name).split())
        return cls(single and "." not in name, len(name) < 5, fold(name) in _everyday(), paper)


def _told(found: list[Vote]) -> tuple[_Looks, tuple[str, ...], int]:
    """All that counts of a name's places: most names of a page are told of in one of a few ways."""
    found = [vote for vote in found if vote.reason not in _PRINTS]
    lines = len({vote.span for vote in found}) if len(found) > 1 else 1
    return _Looks.of(found[0].name), tuple(sorted(vote.reason for vote in found)), lines


def _signs(looks: _Looks, reasons: tuple[str, ...], lines: int) -> dict[str, float]:
    times = Counter(reasons)
    told = {"constant": 1.0} | {reason: math.log1p(count) for reason, count in times.items()}
    told |= {"kinds": float(len(times.keys() - _WEAK)), "lines": math.log1p(lines)}
    return told | {sign: float(value) for sign, value in looks._asdict().items()}


@lru_cache(maxsize=1 << 12)
def _odds(looks: _Looks, reasons: tuple[str, ...], lines: int) -> float:
    weights: dict[str, float] = toml("imprints")["weights"]
    return math.exp(sum(weights[sign] * value for sign, value in _signs(looks, reasons, lines).items()))


@cache
def _everyday() -> frozenset[str]:
    """Words that stand in any text: function words of all languages, sections, places."""
    spoken = frozenset(fold(word) for _, listed in rows("function_words") for word in listed.split())
    return spoken | words("bylines", "names", "sections")
