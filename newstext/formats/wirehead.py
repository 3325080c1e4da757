"""The lines above a wire story's text, each by its kind: keywords, headline, pictures, notes to editors, writer.

ANPA 1312 opens each with `^`, the Associated Press in this order: `^BC-US--Bridge-Stays,123<`, `^The headline<`,
`^AP Photo ...<`, `^Eds: ...<`, a summary, `^By ANN WRITER=`, `^Associated Press=`. In IPTC 7901 the lines up to the
one that ends in ` =` are the story's: desks' marks (`1ST LEAD`), the headline, the writer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from newstext.article import Stated
from newstext.formats.paragraphs import tidy

_KEYWORDS = re.compile(r"((?:AM|PM|BC|AP|am|pm|bc)-+[A-Z0-9][^,<]{0,100})(?:,([^<\d][^,<]{0,60}))?(,\s?\d{0,5})?\s*<?$")
#: Lines for editors: numbers of pictures, what changed, what else is sent.
_SERVICE = re.compile(
    r"\(?(?:Eds?|EDS?|EDITORS?|Editors?)\s?:|AP (?:Photos?|Graphics?|Video|Audio)\b|With AP (?:Photo|Gra)"
)
#: A note that is printed above the text, unlike what is for editors.
_NOTE = re.compile(r"EDITOR[^a-z]{1,4} NOTE\b")
_BYLINE = re.compile(r"(?:By|BY|Von|Par|Por)\s+[^\n]{2,100}$")
#: A writer's role or agency on the line below the name: `Associated Press Writer`.
_ROLE = re.compile(r"(?:[A-Z][\w.'-]{1,20} ?){1,5}$")
#: What desks write above a headline: `1ST LEAD`, `EXTRA`, `(Achtung)`.
_MARK = re.compile(r"\([^()]{2,40}\)$|[^a-z]{2,30}$")
_MARKS = str.maketrans("", "", "^<>\x1e\x1f")

#: The lines that may stand above a story, and the words that a writer's line has.
_ABOVE, _BYLINE_WORDS, _MARK_WORDS = 12, 10, 3


@dataclass
class Head:
    """What the lines above a text say; `rest` is the text, with those of the lines that belong to it."""

    rest: list[str]
    headline: str | None = None
    summary: str | None = None
    byline: str | None = None
    keywords: str | None = None
    words: str | None = None
    signed: bool = False  # the line before is a person's name: a role may follow
    kept: list[str] = field(default_factory=list)

    def tell(self, stated: Stated) -> None:
        stated.bylines = [self.byline] if self.byline else stated.bylines
        stated.subheadline = self.summary
        if self.keywords:  # the header's own keywords are cut off, and its number is the story's time of day
            stated.topics = [self.keywords]
            stated.words = int(self.words) if self.words else None


def clean(line: str) -> str:
    return line.translate(_MARKS)


def head_of(lines: list[str]) -> Head:
    """The lines of a text, those above it told apart."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    lines = lines[first:]
    if lines and lines[0].startswith("^"):
        return _anpa(lines)
    closing = next((n for n, line in enumerate(lines[:_ABOVE]) if line.rstrip().endswith(" =")), None)
    if closing is not None and all(line.strip() for line in lines[:closing]):
        return _iptc(lines[: closing + 1], lines[closing + 1 :])
    return _plain(lines)


def _anpa(lines: list[str]) -> Head:
    """Lines that begin with `^`, up to the first that does not."""
    count = next((n for n, line in enumerate(lines) if n and not line.startswith("^")), len(lines))
    head = Head([part for line in lines[count:] for part in _of_text(line)])
    for number, line in enumerate(lines[:count]):  # a number for the desk may stand before the keywords: `^*9006< ^`
        _sort(head, line.rpartition("^")[2].strip(), first=number == 0)
    if not head.rest or not any(map(str.strip, head.rest)) or not head.headline:
        head.kept += [head.summary] if head.summary else []
        head.summary = None
    if not head.headline and head.kept:
        head.headline = head.kept.pop(0)
    head.rest = [*(part for kept in head.kept for part in (kept, "")), *head.rest]
    return head


def _of_text(line: str) -> list[str]:
    """A line of the text, one that begins with `^` as a paragraph: the heads of tables and of what follows."""
    return ["", clean(line).rstrip("= "), ""] if line.startswith("^") else [clean(line)]


def _sort(head: Head, line: str, *, first: bool) -> None:
    """Put one line of ANPA where it belongs: `<` ends what is the story's, `=` a line of its layout."""
    found = _KEYWORDS.match(line) if first else None
    signed, head.signed = head.signed, False
    ended, text = line.endswith("<"), tidy(clean(line).rstrip("= "))
    if found:
        head.keywords, head.words = tidy(found[1]), (found[3] or "").strip(", ")
    elif not text or _SERVICE.match(text):
        return
    elif not head.byline and _is_byline(text):
        head.byline, head.signed = text, not text[3:].lower().startswith("the ")
    elif signed and _ROLE.match(text) and not text.isupper():
        return
    elif ended and not head.headline:
        head.headline = text
    elif ended and not head.summary and not head.byline and not _NOTE.match(text):
        head.summary = text
    else:
        head.kept.append(text)


def _is_byline(line: str) -> bool:
    return _BYLINE.match(line) is not None and len(line.split()) <= _BYLINE_WORDS


def _iptc(above: list[str], below: list[str]) -> Head:
    """The lines up to ` =`: a headline may take two of them, the writer stands last."""
    lines = [tidy(clean(line).rstrip("= ")) for line in above]
    head = Head([clean(line) for line in below])
    if len(lines) > 1 and _is_byline(lines[-1]):
        head.byline = lines.pop()
    while len(lines) > 1 and _MARK.match(lines[0]) and len(lines[0].split()) <= _MARK_WORDS:
        lines.pop(0)
    head.headline = tidy(" ".join(lines)) or None
    return head


def _plain(lines: list[str]) -> Head:
    """A first line that stands alone and is no sentence of the text, and a writer's line near the top."""
    head = Head([clean(line) for line in lines])
    if head.rest and _is_alone(head.rest):
        head.headline = tidy(head.rest.pop(0).rstrip("= "))
    for number, line in enumerate(head.rest[:8]):
        if _is_byline(tidy(line)):
            head.byline = tidy(line)
            del head.rest[number : number + (2 if _is_role(head.rest[number + 1 : number + 3]) else 1)]
            break
    return head


def _is_role(lines: list[str]) -> bool:
    """Whether a line is a writer's role: the indented text begins below it."""
    return len(lines) > 1 and _ROLE.match(lines[0].strip()) is not None and lines[1].startswith((" ", "\t"))


def _is_alone(lines: list[str]) -> bool:
    line = lines[0]
    alone = len(lines) < 2 or not lines[1].strip() or lines[1].startswith(("\t", "  "))
    return alone and not (line.startswith(("\t", "   ")) or line.rstrip().endswith((".", ",")) or len(line) > 120)
