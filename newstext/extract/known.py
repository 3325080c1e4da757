"""What is known before the fields are looked for: the draft, its origin, and the publisher's habits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newstext.article import Label
from newstext.extract.bylines import Byline, byline, opens
from newstext.extract.dates import Habit, Stamp, cues, role, stamps
from newstext.extract.tables import toml, words

if TYPE_CHECKING:
    from newstext.article import Draft, Mark, Origin, Span


#: Marks whose text may hold the story's date.
_DATED = (Label.TIMESTAMP, Label.BYLINE)
#: Characters between a byline and its date, above a headline, and below a story where its own date may stand,
#: with a word that says so and without.
_BESIDE, _ABOVE, _BELOW, _BARELY = 40, 250, 300, 100
#: A line that does not say of what its date is tells of something else when it is longer, or has as many other words.
_STATEMENT, _BESIDES = 85, 30
#: How much worse a place is that tells of something else.
_WORSE = 5
#: A stamp with a writer's name beside it is one short line.
_SHORT = 110


class Dated(NamedTuple):
    """A stamp, what is said of it (`published`, `updated`, `other`), its mark, and its place (0 is the likeliest)."""

    stamp: Stamp
    said: str | None
    mark: Mark
    place: int


def _besides(text: str) -> int:
    """Characters of a line beside its dates."""
    return len(text) - sum(b - a for a, b in (stamp.span for stamp in stamps(text, Habit())))


@dataclass(frozen=True)
class Known:
    """A draft with its surroundings; `language` is ``""`` until it has been told."""

    draft: Draft
    origin: Origin
    url: str | None
    language: str = ""

    @classmethod
    def of(cls, draft: Draft, origin: Origin) -> Known:
        return cls(draft, origin, draft.stated.url or origin.url)

    def reading(self, language: str) -> Known:
        return replace(self, language=language)

    def marks(self, *labels: Label) -> list[Mark]:
        return [mark for mark in self.draft.marks if mark.label in labels]

    @cached_property
    def bylines(self) -> list[tuple[Byline, Mark]]:
        """The byline marks as read; where none names a writer, stamps that do: `12 May 2024 | Jane Roe`."""
        read = [(byline(mark.text), mark) for mark in self.marks(Label.BYLINE)]
        if any(line.names for line, _ in read) or "split" in self.draft.evidence:
            return read  # of a page of text all lines have been weighed already
        return read + [(byline(mark.text), mark) for mark in self.marks(Label.TIMESTAMP) if len(mark.text) < _SHORT]

    @cached_property
    def stamps(self) -> list[Dated]:
        """Stamps of timestamp and byline marks with what is said of them, those in the likeliest places first."""
        placed = [(place, mark) for mark in self.marks(*_DATED) if (place := self._place(mark)) is not None]
        found = [
            Dated(stamp, role(mark.text, stamp), mark, place)
            for place, mark in sorted(placed, key=lambda each: each[0])
            for stamp in stamps(mark.text, self.habit)
        ]
        body = self._span("body")
        if "split" not in self.draft.evidence or body is None:
            return found
        return [
            each for each in found if not each.place or each.mark.span[0] < body[1] + (_BELOW if each.said else _BARELY)
        ]

    def _place(self, mark: Mark) -> int | None:
        """How likely a mark's place is for the story's own date: beside its byline, in its head, right above it, in
        the body, below it; None further off, where other stories and comments stand.
        """
        head, body, by = self._span("headline"), self._span("body"), self._span("bylines")
        at, end = mark.span
        if "split" not in self.draft.evidence or body is None:
            return 1 + int(head is not None and at < head[0])
        besides = 0 if any(cues(mark.text)) or opens(mark.text) else _besides(mark.text)
        if besides > _STATEMENT:
            return None  # a sentence with a day in it
        worse = _WORSE * (besides > _BESIDES)  # a caption
        if by and max(at - by[1], by[0] - end) <= _BESIDE:
            return worse
        if head and at < head[0]:
            return worse + (2 if head[0] - end <= _ABOVE else 4)
        if at < body[0]:
            return worse + 1
        return worse + 3 if at - body[1] <= _BELOW else None

    def _span(self, field: str) -> Span | None:
        told = self.draft.evidence.get(field)
        return told.span if told else None

    @cached_property
    def host(self) -> str:
        """The address's host without ``www.``; empty where no address is known."""
        host = (urlsplit(self.url).hostname or "") if self.url and "//" in self.url else ""
        return host.removeprefix("www.")

    @cached_property
    def now(self) -> datetime | None:
        """When the file was fetched, with a zone (UTC where the origin names none)."""
        try:
            moment = datetime.fromisoformat(self.origin.fetched_at or "")
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """The clock of the publisher's country, told by its domain, where the whole country has one."""
        name = toml("dates")["clocks"].get(self.host.rpartition(".")[2])
        return ZoneInfo(name) if name else None

    @cached_property
    def habit(self) -> Habit:
        """Month first for English pages of American (or no country's) domains; day first everywhere else."""
        country = self.host.rpartition(".")[2]
        generic = not country or country in words("dates", "order", "generic")
        english = self.language.startswith("en") or not self.language
        stated = self.language.lower().partition("-")[2]
        if generic and stated:
            country, generic = stated, False
        american = country in words("dates", "order", "month_first") or generic
        return Habit(month_first=english and american, now=self.now, year_first=self.language[:2] in ("ja", "ko", "zh"))
