"""Direct quotes of a body and who says them, where a verb of speech ties a name to the quote.

The name is looked for right after the closing mark (`...," Jane Roe said`, `...," said Jane Roe`) and, when
the quote follows a colon or comma, right before the opening one (`Roe said: "..."`). A pronoun names nobody.
"""

from __future__ import annotations

import re
from functools import cache

from newstext.article import Quote
from newstext.extract.mentions import untitled
from newstext.extract.tables import toml

#: A quote has three words at least: shorter ones are terms (`the "deep state"`).
_LEAST_WORDS = 3
_LONGEST = 1_200
_OPENS = re.compile(r"[“„«»「]|(?<![\w\"])\"")
#: What closes a quote that opens so; several languages open with another's closing mark.
_CLOSES = {"“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", '"': '"'}
_WORD = r"[^\W\d_a-zß-ÿ][^\W\d_]*(?:[-'’.][^\W\d_]+|\.)?"
_NAME = rf"(?P<name>{_WORD}(?: (?:(?:de|del|al|bin|von|van|der|la|di|da) )?{_WORD}){{0,4}})"
#: Where a speaker works: `Jane Roe of the Gull Bank said`.
_HOUSE = rf"(?:the )?{_WORD}(?: {_WORD}){{0,3}}"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    verbs = {verb for listed in toml("speech")["verbs"].values() for verb in listed}
    spelled = "|".join(sorted(map(re.escape, verbs), key=len, reverse=True))
    role = r"(?:(?:the|der|die|le|la|el|il|lo|o|a) |l['’])?(?:[a-zà-ÿ][\w-]{1,20} ){0,3}"
    helped = "|".join(map(re.escape, toml("speech")["helping"]))
    return (
        re.compile(rf"[,.]? ?(?:(?:{helped}) )?(?:{spelled})\b,? {role}{_NAME}"),
        re.compile(rf"[,.]? ?{role}{_NAME}(?:,? [\w,’' -]{{0,60}}?)? ?\b(?:{spelled})\b"),
    )


@cache
def _before() -> tuple[re.Pattern[str], ...]:
    verbs = {verb for listed in toml("speech")["verbs"].values() for verb in listed}
    spelled = "|".join(sorted(map(re.escape, verbs), key=len, reverse=True))
    by = "|".join(map(re.escape, toml("speech")["according"]))
    return (
        re.compile(rf"\b(?i:{by}) (?:the )?{_NAME}[:,]? ?$"),
        re.compile(rf"{_NAME}(?: of {_HOUSE})?(?:, [^,.!?“”\"]{{0,50}},)? (?:{spelled})\b[^.!?“”\"]{{0,110}}[:,]? ?$"),
    )


def quotes(body: str) -> list[Quote]:
    """The direct quotes of a body with their speakers; spans include the quotation marks."""
    found, end = [], 0
    for match in _OPENS.finditer(body):
        start = match.start()
        if start < end or (close := _close(body, start)) is None:
            continue
        end = close + 1
        text = body[start + 1 : close]
        if len(text.split()) >= _LEAST_WORDS or match.group() == "「":
            found.append(Quote(text.strip(" ,"), _speaker(body, start, end), (start, end)))
    return found


def _close(body: str, start: int) -> int | None:
    """Where the quote that opens at `start` closes, in its paragraph and within a quote's length."""
    line = body.find("\n", start)
    stop = min(line if line >= 0 else len(body), start + _LONGEST)
    ends = [at for mark in _CLOSES[body[start]] if (at := body.find(mark, start + 1, stop)) > 0]
    return min(ends, default=None)


def _speaker(body: str, start: int, end: int) -> str | None:
    after = body[end : end + 140].split("\n", 1)[0]
    after = re.split(r"(?<=[a-z])[.!?](?:\s|$)|[“„«\"]", after, maxsplit=1)[0]
    for pattern in _patterns():
        if named := pattern.match(after):
            return _name(named["name"])
    before = body[max(0, start - 120) : start].rsplit("\n", 1)[-1]
    before = re.split(r"(?<=[a-z])[.!?] ", before)[-1]
    return next((_name(named["name"]) for pattern in _before() if (named := pattern.search(before))), None)


def _name(text: str) -> str | None:
    """A speaker without article and titles; None for a pronoun."""
    pronouns = {"He", "She", "It", "They", "We", "I", "Er", "Sie", "Il", "Elle", "A", "In", "But", "And"}
    name = untitled(text.removeprefix("The "))
    return None if name.split(" ", maxsplit=1)[0] in pronouns | {"The"} else name
