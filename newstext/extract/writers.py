"""Lines of a page that may name an article's writers, and what speaks for each of them.

A bare name is the commonest byline there is, and a page is full of bare names: people in the news, photographers,
writers of other stories. What tells them apart stands around them: a cue, a date, a role, the same name in a
biography below the story, and the names that the story itself is about.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from newstext.article import Label
from newstext.extract.bylines import Byline, byline, introduced, opens
from newstext.extract.dates import Habit, stamps
from newstext.extract.places import place
from newstext.extract.tables import fold, given_names, words
from newstext.split.kinds import is_stamp
from newstext.split.words import words as split_words

if TYPE_CHECKING:
    from newstext.article import Draft, Span, Unit

#: Labels of lines that may name a writer; of the story's own lines those with a cue, or hardly more than a name.
_STORY = frozenset({Label.BODY, Label.HEADLINE})
_LABELS = _STORY | {
    Label.BYLINE,
    Label.FURNITURE,
    Label.UNASSIGNED,
    Label.SUBHEADLINE,
    Label.NAVIGATION,
    Label.TIMESTAMP,
}
#: Lines looked at around the headline, before the story and after it; the headline may stand far above in a title.
_ABOVE, _BELOW, _BEFORE, _AFTER, _LONGEST = 3, 25, 8, 12, 160
_BODY, _CUE = 4, 40
#: Lines of the story, and below the headline, among which one that looks like a byline is looked at.
_DEEP, _FAR = 20, 80
#: The share of a line's letters that are its names', where it says hardly anything else.
_MOSTLY = 0.7
#: Signs of which a line must have one.
_SPEAKING = (
    *("given", "cued", "led", "introduced", "role", "mail", "dated", "date beside"),
    *("biography", "portrait", "outlet", "uncased"),
)
_NEW = Habit()
_BARE = " \t\n\u00a0•*-+·|"


class Shown(NamedTuple):
    """A line that is not blank: its text without bullets, its place and its label."""

    text: str
    span: Span
    label: Label


class Candidate(NamedTuple):
    """A line that names somebody, as it was read, with the line before it where that holds the cue."""

    line: Shown
    read: Byline
    text: str
    signs: dict[str, float]

    @property
    def spoken_for(self) -> bool:
        """Whether anything speaks for the names: two capitals for which nothing does may be anything."""
        return any(self.signs[sign] for sign in _SPEAKING)


def shown(unit: Unit) -> list[Shown]:
    return [
        Shown(text, line.span, line.label)
        for line in unit.lines
        if line.label is not Label.BLANK and (text := unit.text[slice(*line.span)].strip(_BARE))
    ]


def candidates(lines: list[Shown], draft: Draft) -> list[Candidate]:
    """The lines near one article of a page that name somebody, in the page's order."""
    told = draft.evidence
    body = told["body"].span if "body" in told else None
    if body is None:
        return []
    head = told["headline"].span if "headline" in told and told["headline"].span else body
    first, start, end = (_line(lines, at) for at in (head[0], body[0], body[1]))
    marked = range(first, min(start + _DEEP, first + _FAR, end))
    near = sorted(
        {
            *range(max(0, first - _ABOVE), min(first + _BELOW, start)),
            *range(max(0, start - _BEFORE), min(start + _BODY, end)),
            *range(end, min(end + _AFTER, len(lines))),
            *(at for at in marked if lines[at].label is Label.BYLINE or (at < start and _speaks(lines[at].text))),
        }
    )
    zone = {at: "above" if at < first else "head" if at < start else "body" if at < end else "after" for at in near}
    found: list[Candidate] = []
    for at in near:
        if (one := _candidate(lines, at, zone[at])) is not None:
            away = {"from head": math.log1p(max(0, at - first)), "to body": math.log1p(abs(start - at))}
            signs = one.signs | away | _of_names(one.read.names, lines, at, draft) | {"rank": math.log1p(len(found))}
            found.append(one._replace(signs=signs))
    return found


def _line(lines: list[Shown], place: int) -> int:
    """The number of the first line that begins at or after a place of the text."""
    return bisect_left(lines, place, key=lambda line: line.span[0])


def _candidate(lines: list[Shown], at: int, zone: str) -> Candidate | None:
    line = lines[at]
    if line.label not in _LABELS:
        return None
    told = introduced(line.text)
    if len(line.text) > _LONGEST and not told:
        return None
    read, text, before = told or byline(line.text), line.text, lines[at - 1].text if at else ""
    whole = f"{before} {line.text}"
    lead = not read.cued and not told and len(before) < _CUE and opens(before + " ") and not byline(before).names
    if lead and (led := byline(whole)).names:
        read, text = led, whole
    else:
        lead = False
    if not read.names:
        return None
    after = lines[at + 1].text if at + 1 < len(lines) else ""
    letters = sum(map(str.isalpha, line.text))
    covered = sum(sum(map(str.isalpha, name)) for name in read.names) / max(1, letters)
    dated = _dated(line.text)
    alone = line.label is Label.BODY and len(line.text) <= _CUE and (dated or covered > _MOSTLY)
    if line.label in _STORY and not read.cued and not alone and not told:
        return None
    signs = {
        "constant": 1.0,
        "cued names": float(read.cued and len(read.names) > 1),
        "cued": float(read.cued and not lead),
        "led": float(lead),
        zone: 1.0,
        f"is {line.label.value}": 1.0,
        "dated": float(dated),
        "date beside": float(not dated and any(_dated(each) for each in (before, after))),
        "role": float(_role(line.text) or _role(after)),
        "bracketed": float(line.text[0] in "(["),
        "agency": float(bool(read.agencies) and not read.cued),
        "photo": float(_photo(line.text) or _photo(before)),
        "covered": covered,
        "again": float(line.text in (before, after)),
        "introduced": float(told is not None),
        "mail": float("@" in line.text or "@" in after),
    }
    return Candidate(line, read, text, signs)


def _speaks(text: str) -> bool:
    """Whether a short line has a byline's words, wherever it stands: `By`, a role."""
    return len(text) < _LONGEST // 2 and (opens(text) or _role(text))


def _dated(text: str) -> bool:
    """Whether a short line tells a date, with its year or without, or how long ago."""
    if len(text) >= _LONGEST or not any(map(str.isdigit, text)):
        return False
    return is_stamp(text, split_words()) or bool(stamps(text, _NEW))


def _role(text: str) -> bool:
    return len(text) < _LONGEST and not words("bylines", "roles", "words").isdisjoint(
        fold(text).replace(",", " ").split()
    )


def _photo(text: str) -> bool:
    first = re.findall(r"[^\W\d_]+|©", text[:60])[:3]
    return len(text) < _LONGEST and any(
        fold(word) in words("bylines", "cues", "other") or word == "©" for word in first
    )


def _of_names(names: list[str], lines: list[Shown], at: int, draft: Draft) -> dict[str, float]:
    """What the names themselves tell, and the rest of the page of the first of them."""
    name = names[0]
    parts = name.split()
    others = [line for number, line in enumerate(lines) if number != at and name in line.text]
    story = (Label.BODY, Label.SUBHEAD, Label.CAPTION, Label.HEADLINE, Label.REPEAT)
    given = fold(parts[0]).strip(".") in given_names()
    letters = sum(map(str.isalpha, lines[at].text))
    return {
        "given": float(given),
        "given alone": float(given and sum(map(str.isalpha, "".join(names))) > _MOSTLY * letters),
        "uncased": float(name.lower() == name.upper()),
        "section": float(not words("bylines", "names", "sections").isdisjoint(fold(name).split())),
        "outlet": float(not words("bylines", "names", "outlets").isdisjoint(fold(name).split())),
        "place": float(place(name) is not None or (len(parts) > 1 and place(parts[0]) is not None)),
        "single": float(len(parts) < 2 and name != name.lower()),
        "shouted": float(name.isupper()),
        "many": float(len(names) > 1),
        "subject": float(any(part in (draft.headline or "") for part in parts if len(part) > 3)),
        "told of": float(any(line.label in story and name in line.text for line in others)),
        "elsewhere": math.log1p(sum(line.label not in story for line in others)),
        "biography": float(any(line.text.startswith(name) and len(line.text) > len(name) + 15 for line in others)),
        "portrait": float(any(_introduces(line.text, name) for line in others)),
    }


def _introduces(text: str, name: str) -> bool:
    """`Headshot of Jane Roe`, `Email Jane Roe`, `About Jane Roe`."""
    before = text.partition(name)[0]
    return 3 < len(before) < 24 and fold(before) in words("bylines", "cues", "portraits")
