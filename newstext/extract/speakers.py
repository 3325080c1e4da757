"""Who says a quote, where the words around it tie a name to it.

The name is looked for right after the closing mark (`...," Jane Roe said`, `...," said Jane Roe`), then before the
opening one (`Roe said: "..."`, `according to Roe, "..."`; a colon alone ties the first person of its sentence to
the quote; in Turkish a comma does, where a verb follows the quote). A pronoun names nobody.
"""

from __future__ import annotations

import re
from functools import cache

from newstext.extract.arabic import spoken_after, spoken_before
from newstext.extract.mentions import SMALL, is_person, untitled
from newstext.extract.tables import toml

#: Characters looked at after a quote and before it.
_AFTER, _BEFORE = 140, 180
#: Characters between a quote and the next one of the same speaker.
_BETWEEN = 200
_BLANKS = dict.fromkeys([0xA0, 0x2009, 0x202F], " ")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_WORD = rf"\b[^\W\d_a-z{SMALL}][^\W\d_]*(?:[-'’.][^\W\d_]+|\.)?"
_NAME = rf"(?P<name>{_WORD}(?: (?:(?:de|del|al|bin|von|van|der|la|di|da) )?{_WORD}){{0,4}})"
#: Where a speaker works: `Jane Roe of the Gull Bank said`.
_HOUSE = rf"(?:the )?{_WORD}(?: {_WORD}){{0,3}}"
_ASIDE = r"(?:, [^.!?“”«»\"]{0,70},)?"
_NAMED = re.compile(_NAME)
_NOBODY = frozenset({"He", "She", "It", "They", "We", "I", "Er", "Sie", "Il", "Elle", "A", "In", "But", "And", "The"})


@cache
def _spelled() -> str:
    verbs = {verb for listed in toml("speech")["verbs"].values() for verb in listed}
    return "|".join(sorted(map(re.escape, verbs), key=len, reverse=True))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    role = r"(?:(?P<article>the|der|die|le|la|el|il|lo|o|a) |l['’])?(?:[a-zà-ÿ][\w-]{1,20},? ){0,3}"
    helped = "|".join(map(re.escape, toml("speech")["helping"]))
    return (
        re.compile(rf"[,.]? ?(?:(?:{helped}) )?(?:{_spelled()})\b,? {role}{_NAME}"),
        re.compile(rf"[,.]? ?{role}{_NAME}(?:,? [\w,’' -]{{0,60}}?)? ?\b(?:{_spelled()})\b"),
    )


@cache
def _before() -> tuple[re.Pattern[str], ...]:
    by = "|".join(map(re.escape, toml("speech")["according"]))
    return (
        re.compile(rf"\b(?i:{by}) (?:the )?{_NAME}{_ASIDE}[:,]? ?$"),
        re.compile(rf"{_NAME}(?: of {_HOUSE})?{_ASIDE} (?:{_spelled()})\b[^.!?“”\"]{{0,110}}[:,]? ?$"),
    )


@cache
def _framed() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before and after a quote that its sentence goes on around: `Ece Poe, “...” dedi`."""
    framing = "|".join(map(re.escape, toml("speech")["framing"]))
    return re.compile(rf"{_NAME}, ?$"), re.compile(rf" ?(?:{framing})\b")


def speaker(body: str, start: int, end: int) -> str | None:
    """The name of who says the quote of these offsets; None where nobody is named beside it."""
    after = body[end : end + _AFTER].split("\n", 1)[0].translate(_BLANKS)
    before = body[max(0, start - _BEFORE) : start].rsplit("\n", 1)[-1].translate(_BLANKS)
    if _ARABIC.search(after[:20] + before[-20:]):
        return spoken_after(after) or spoken_before(before)
    return _named_after(after) or _named_before(re.split(r"(?<=[^\W\d_A-Z])[.!?] ", before)[-1], after)


def _named_after(after: str) -> str | None:
    after = re.split(r"(?<=[a-z])[.!?](?:\s|$)|[“„«\"]", after, maxsplit=1)[0]
    for pattern in _patterns():
        if named := pattern.match(after):
            return _name(named["name"], german=named["article"] in ("der", "die"))
    return None


def _named_before(before: str, after: str) -> str | None:
    head, tail = _framed()
    if tail.match(after) and (named := head.search(before)):
        return _name(named["name"])
    for pattern in _before():
        if named := pattern.search(before):
            return _name(named["name"])
    if before.rstrip().endswith(":"):
        return next(iter(_people(before)), None)
    return None


def goes_on(between: str, who: str) -> bool:
    """Whether a quote that follows another one after these words is by the same speaker: a sentence has ended, and
    nobody else was named.
    """
    ended = between.rstrip().endswith((".", ".”"))
    return ended and "\n" not in between and len(between) < _BETWEEN and all(who in name for name in _people(between))


def _people(text: str) -> list[str]:
    """Full names of people in a few words."""
    names = (_name(named["name"]) for named in _NAMED.finditer(text))
    return [name for name in names if name and is_person(name)]


def _name(text: str, *, german: bool = False) -> str | None:
    """A speaker without article and titles; None for a pronoun. After a German article the first noun is a title."""
    name = untitled(text.removeprefix("The "))
    if german and name.count(" ") > 1:
        name = name.partition(" ")[2]
    return None if name[:1].islower() or name.split(" ", maxsplit=1)[0] in _NOBODY else name
