"""Factiva exports as text: each article ends in `Document <id>`, its header names the number of words.

The lines of a header: [section], headline, [writer], `664 words`, date, [time], source, source code, [edition, page],
language, copyright. The HTML export holds the same lines in `<div>`s, so its reader uses `header` too.
"""

from __future__ import annotations

import re
from collections import Counter

from newstext.article import Stated
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Record, found, words
from newstext.formats.languages import tag
from newstext.formats.paragraphs import paragraphs, tidy
from newstext.source import Source

_END = re.compile(
    r"^[ \t]*(?:Document|Dokument|Documento|Документ|文件|文書) ([A-Z][A-Z0-9]{3,9}\d{8}[a-z0-9]{4,12})[ \t]*$",
    re.MULTILINE,
)
WORDS = re.compile(
    r"\d{1,3}(?:[., \u00a0]?\d{3})*[ \u00a0]"
    r"(?:words?|Wörter|Worte|mots?|palabras|parole|palavras|woorden|słów|слов)[ \t]*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?(?: GMT)?$")
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}$")
_COPYRIGHT = re.compile(r"\(c\)|copyright|©", re.IGNORECASE)
_BY = re.compile(r"(?:by|von|par|por|di|door|av) ", re.IGNORECASE)
_COVER = re.compile(r"^(?:Factiva|Dow Jones|Dow Jones Factiva)$", re.IGNORECASE)

_SENTENCE_ENDS = (".", "!", "?", '"', "”", "“", ")", "…")


def sniff(look: Look) -> float:
    if look.start.startswith("<"):
        return 0
    counted = any(WORDS.match(line.strip()) for line in look.text.split("\n"))
    return 0.9 if counted and (_END.search(look.text) or "factiva" in look.start) else 0


def parse(text: str, _: Source) -> Found:
    ends = list(_END.finditer(text))
    spans = [(start, end.end()) for start, end in zip([0, *(end.end() for end in ends)], ends, strict=False)]
    sections = _sections([_above(text[slice(*span)]) for span in spans])
    records = [(span, _record(text[slice(*span)], end[1], sections)) for span, end in zip(spans, ends, strict=True)]
    return found(records, text)


def _lines(piece: str) -> list[str]:
    lines = [tidy(line) for line in piece.strip().split("\n")]
    return [line for line in lines if not _COVER.match(line)]


def _above(piece: str) -> list[str]:
    """The lines above the number of words: section, headline and writer, or some of them."""
    lines = _lines(piece)
    counted = next((n for n, line in enumerate(lines) if WORDS.match(line)), 0)
    return [line for line in lines[:counted] if line]


def _sections(heads: list[list[str]]) -> frozenset[str]:
    """First lines that stand above several articles, or above a headline and a writer, are sections."""
    firsts = Counter(head[0] for head in heads if len(head) > 1)
    longer = {head[0] for head in heads if len(head) > 2}
    return frozenset(first for first, often in firsts.items() if often > 1 or first in longer)


def _record(piece: str, number: str, sections: frozenset[str]) -> Record:
    lines = _lines(piece)[:-1]
    above = _above(piece)
    counted = next((n for n, line in enumerate(lines) if WORDS.match(line)), -1)
    stated = Stated(rule="factiva", id=number)
    headline = _headline(above, stated, sections)
    body = header(lines[counted:] if counted >= 0 else lines, stated)
    rights = next((line for line in lines[counted:] if _COPYRIGHT.match(line)), "")
    return Record(headline, prose(body, rights), stated)


def _headline(above: list[str], stated: Stated, sections: frozenset[str]) -> str | None:
    full = len(above) > 2
    if full or (len(above) > 1 and (above[0] in sections or len(above[0].split()) <= 2)):
        stated.section, *above = above
    if full or (len(above) > 1 and (_BY.match(above[-1]) or _looks_like_names(above[-1]))):
        *above, byline = above
        stated.bylines = [byline]
    return " ".join(above) or None


def _looks_like_names(line: str) -> bool:
    """Names only: a few words, each capitalised, no sentence and no question."""
    names = [word for word in re.split(r"[\s,;&/]+", line) if word not in {"and", "und", "et", "y", "von", "van", "de"}]
    return 0 < len(names) <= 8 and all(name[:1].isupper() for name in names) and not re.search(r"[?!:\d]", line)


def header(lines: list[str], stated: Stated) -> list[str]:
    """Read the lines from the number of words down to the copyright; gives the lines behind them."""
    stated.words = words(lines[0]) if lines and WORDS.match(lines[0]) else None
    rest = lines[1:] if stated.words is not None else lines
    for number, line in enumerate(rest[:14]):
        if _COPYRIGHT.match(line):
            return rest[number + 1 :]
        _place(line, stated)
    return rest


def _place(line: str, stated: Stated) -> None:
    """Give a header line its field: what is not yet known and what the line looks like decide."""
    if stated.published is None and _YEAR.search(line):
        stated.published = line
    elif stated.published is not None and stated.publisher is None and _CLOCK.match(line):
        stated.published = f"{stated.published} {line}"
    elif stated.published is not None and stated.publisher is None and line:
        stated.publisher = line
    elif stated.language is None and not _CODE.match(line):
        stated.language = tag(line)


def prose(lines: list[str], rights: str) -> str:
    """The body's paragraphs without the publisher's name below them, which the line of rights often has too."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    if len(kept) > 1 and not kept[-2] and len(kept[-1]) < 80:
        named = kept[-1].rstrip(". ").casefold() in rights.casefold()
        if named or not kept[-1].endswith(_SENTENCE_ENDS):
            kept.pop()
    return paragraphs("\n".join(kept))


FACTIVA_TEXT = Whole("factiva-text", "`664 words` in each header, `Document <id>` below each article", sniff, parse)
