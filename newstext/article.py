"""The shapes that text takes on its way from a page to a described article.

`Draft` is what splitting gives: where the article stands, its parts as printed, and what the format itself
states. `Article` is what describing gives: the fields that the world reads (see the published record).
All spans are half-open ``[start, end)`` offsets in characters of the decoded file (for a unit of a container:
of that unit's text).
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

Span = tuple[int, int]


class Label(StrEnum):
    """What a line of a page is."""

    HEADLINE = "headline"
    REPEAT = "repeat"  # the headline again, after the caption block or as the last breadcrumb
    SUBHEADLINE = "subheadline"
    CAPTION = "caption"
    CREDIT = "credit"  # a photo credit alone on its line
    BYLINE = "byline"
    DATELINE = "dateline"  # a dateline alone on its line
    TIMESTAMP = "timestamp"
    AGENCY = "agency"  # the text's agency alone on its line
    BREADCRUMB = "breadcrumb"
    TAGS = "tags"
    BODY = "body"
    SUBHEAD = "subhead"  # a crosshead inside the body: part of the body
    NAVIGATION = "navigation"
    SHARE = "share"  # share, size and comment widgets
    RELATED = "related"  # blocks of links to other stories
    ADVERT = "advert"
    LEGAL = "legal"  # copyright, privacy, terms
    RULE = "rule"  # a line that only separates
    FURNITURE = "furniture"  # page furniture of no closer kind
    UNASSIGNED = "unassigned"
    BLANK = "blank"


#: Labels whose characters count as named furniture in a file's audit; BODY and the parts of an article count as
#: article, UNASSIGNED as unassigned, BLANK as nothing.
FURNITURE = frozenset(
    {
        Label.NAVIGATION,
        Label.SHARE,
        Label.RELATED,
        Label.ADVERT,
        Label.LEGAL,
        Label.RULE,
        Label.FURNITURE,
        Label.BREADCRUMB,
    }
)


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of a page with what it was taken for, 0..1 how surely, and the article it belongs to."""

    span: Span
    label: Label
    confidence: float = 1.0
    article: int | None = None


class Mark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A labelled piece of text that stands around an article's body: the raw material of its metadata."""

    label: Label
    span: Span
    text: str


class Caption(msgspec.Struct, frozen=True, gc=False):
    """A caption without its credit; `file_photo` when the page says that the picture is an old one."""

    text: str
    credit: str | None = None
    file_photo: bool = False


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """Why a field has its value: the rule that fired, where in the file, how sure it is (0..1).

    `other` holds the value of a second source that disagreed, when there was one.
    """

    rule: str
    span: Span | None = None
    confidence: float = 1.0
    other: str | None = None


class Stated(msgspec.Struct, omit_defaults=True):
    """What the format itself states of an article (a row's columns, JSON-LD, an export's keys): taken as stated."""

    headline: str | None = None
    subheadline: str | None = None
    bylines: list[str] = []
    dateline: str | None = None
    published: str | None = None  # as stated, unparsed
    updated: str | None = None
    agencies: list[str] = []
    publisher: str | None = None
    section: str | None = None
    topics: list[str] = []
    language: str | None = None
    url: str | None = None
    id: str | None = None
    words: int | None = None  # the length that an export declares
    rule: str = "stated"  # which format or part of it states this: the evidence's rule


class Draft(msgspec.Struct, omit_defaults=True):
    """One article as found: its place, its parts as printed, not yet described."""

    position: int
    span: Span
    body: str  # clean paragraphs joined by a blank line
    headline: str | None = None
    subheadline: str | None = None
    captions: list[Caption] = []
    marks: list[Mark] = []  # bylines, timestamps, agency lines, breadcrumbs, tags ... in the order of the page
    stated: Stated = msgspec.field(default_factory=Stated)
    evidence: dict[str, Evidence] = {}  # of `headline`, `body`, `captions` and of the split itself (`split`)


class Dateline(msgspec.Struct, frozen=True, gc=False):
    """Where a story was filed: as printed (`CAIRO`), the place's name, ISO 3166 alpha-2 country or None."""

    text: str
    place: str | None = None
    country: str | None = None


class Quote(msgspec.Struct, frozen=True, gc=False):
    """A direct quote, with the speaker where the text names one; `span` in `body`."""

    text: str
    speaker: str | None
    span: Span


class Mention(msgspec.Struct, frozen=True, gc=False):
    """A person, organisation or place that the body names; `span` in `body`."""

    text: str
    kind: str  # person | organisation | place
    span: Span


class Article(msgspec.Struct):
    """One described article. Field names and meanings are those of the published record."""

    position: int
    span: Span
    headline: str | None
    subheadline: str | None
    body: str
    bylines: list[str]
    dateline: Dateline | None
    published: str | None
    updated: str | None
    published_precision: str | None  # second | minute | day
    agencies: list[str]
    publisher: str | None
    section: str | None
    topics: list[str]
    captions: list[Caption]
    language: str
    word_count: int
    url: str | None
    quotes: list[Quote]
    mentions: list[Mention]
    evidence: dict[str, Evidence]


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a file from outside its text; `fetched_at` (ISO 8601) anchors relative times."""

    name: str = ""
    url: str | None = None
    source: str | None = None
    fetched_at: str | None = None
    format: str | None = None


class Audit(msgspec.Struct, omit_defaults=True):
    """Where a file's characters went, and what the file says of itself against what was found."""

    article: int = 0
    furniture: int = 0
    unassigned: int = 0
    declared: int | None = None
    notes: list[str] = []


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a readable file that gave no article: a bad row, a damaged member, a vendor's error page.

    `kind` and `reason` are those of `Unreadable`; `position` is the number that the part keeps, where it has
    one of its own (a row). `member` names the archive's member, the record's address or the mail's message, those
    around it before it (`a.zip/b.jsonl`); `place` says where inside of that (`row 3`, `byte 1,024`).
    """

    kind: str
    reason: str
    position: int | None = None
    member: str | None = None
    place: str | None = None

    @property
    def told(self) -> str:
        """The reason with where it was met, printable and of one line: names come from the file."""
        where = ", ".join(filter(None, (_printable(self.member or ""), self.place)))
        return f"{where}: {self.reason}" if where else self.reason


#: Of a name so much is told: an address has a hundred characters, a hostile name as many as it likes.
_NAME_CHARS = 160


def _printable(name: str) -> str:
    shown = "".join(char if char.isprintable() else "\ufffd" for char in name[: _NAME_CHARS + 1])
    return shown if len(shown) <= _NAME_CHARS else f"{shown[: _NAME_CHARS - 3]}..."


class Unit(msgspec.Struct):
    """A piece of a file that was read whole: a page, a batch of rows, one record of an archive.

    `cursor` resumes reading right after this unit (opaque text of the format's own); None when the format can
    only be read from its start or this was the last unit. `lines` is empty where a format has no page to audit.
    """

    drafts: list[Draft]
    audit: Audit
    cursor: str | None = None
    lines: list[Line] = []
    text: str = ""  # the decoded text that the spans refer to; empty where the format keeps none
    format: str = ""  # how it was read: the format's name, containers before it (`zip/nexis-txt`)
    encoding: str = ""  # what its bytes were decoded from (`utf-8`, `windows-1252`); empty where mixed
    refused: list[Refusal] = []
    origin: Origin | None = None  # what is known of this piece alone: address and time of an archive's record
