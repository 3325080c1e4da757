"""Markdown: a page whose headlines are marked `# `, with or without a header of fields between `---` lines.

Several headlines of the first level are several articles. The marks of the language go, its words stay. Programs that
turn web pages into Markdown put lines above it that say of which page it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from newstext.article import Draft, Span, Stated
from newstext.errors import Unreadable
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import cut
from newstext.formats.fields import Row
from newstext.formats.fragment import looks_like_markup, text_of
from newstext.formats.paragraphs import paragraphs, tidy
from newstext.source import Source

_FRONT = re.compile(r"\A\s{0,100}(?:---|\+\+\+)[ \t]*\n(.{0,20000}?)\n(?:---|\+\+\+|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
#: The same of Jina's reader.
_READER = re.compile(
    r"\A\s{0,100}Title: (?P<title>[^\n]{1,500})\n{1,3}URL Source: (?P<url>\S{1,2000})\n{1,3}"
    r"(?:Published Time: (?P<date>[^\n]{1,100})\n{1,3})?(?:[A-Z][^\n]{0,300}\n{1,3}){0,3}?Markdown Content:[ ]?\n"
)
#: What announces a value of several lines.
_BLOCK = re.compile(r"[>|][+-]?")
_FIELD = re.compile(r"^([A-Za-z][\w -]{0,40}?)\s*[:=]\s*(.*)$")
_HEADING = re.compile(r"^# +(\S[^\n]{0,300}?)[ #]*$|^([^\n]{3,300})\n={3,}[ \t]*$", re.MULTILINE)
_ANY_HEADING = re.compile(r"^#{1,6} +\S", re.MULTILINE)
_LINK = re.compile(r"\]\([^()\s]{1,500}(?:\s\"[^\"\n]{0,200}\")?\)")
_FENCE = re.compile(r"^(?:```|~~~)[^\n]*\n.*?^(?:```|~~~)[ \t]*$", re.MULTILINE | re.DOTALL)

#: Whole sentences above the first headline belong to its article; what else stands there is the site's.
_SENTENCE = re.compile(r"[^\n]{30}[.!?。！？…][\"'”’»)]?[ \t]*$", re.MULTILINE)

#: What marks words, and what stands for a picture or a link: its words are kept, a picture's description is not.
_MARKS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"!\[[^\]\n]{0,500}\]\([^()\n]{0,1000}\)"), ""),
    (re.compile(r"\[([^\]\n]{0,500})\]\([^()\n]{0,1000}\)"), r"\1"),
    (re.compile(r"\[([^\]\n]{0,500})\]\[[^\]\n]{0,100}\]"), r"\1"),
    (re.compile(r"^\[[^\]\n]{1,100}\]:[^\n]*$", re.MULTILINE), ""),
    (re.compile(r"^(?:[ \t]*>)+[ \t]?", re.MULTILINE), ""),
    (re.compile(r"^#{1,6} +([^\n]*)$", re.MULTILINE), lambda heading: f"\n{heading[1].rstrip(' #')}\n"),
    (re.compile(r"^[ \t]*[*+-][ \t]+", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:[*_-][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"(\*\*\*|\*\*|\*|___|__|`)(?=\S)([^\n*`]{1,2000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w])_(?=\S)([^\n_]{1,2000}?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>-])"), r"\1"),
)


def sniff(look: Look) -> float:
    if _READER.match(look.text):
        return 0.9
    front = _FRONT.match(look.text)
    fields = len([line for line in front[1].split("\n") if _FIELD.match(line)]) if front else 0
    marks = len(_ANY_HEADING.findall(look.text)) + len(_LINK.findall(look.text))
    if fields >= 2 or (look.named(".md", ".markdown", ".mdown") and (marks or fields)):
        return 0.6
    return 0.3 if marks >= 3 and _LINK.search(look.text) and _HEADING.search(look.text) else 0


def parse(text: str, source: Source) -> Found:
    fields, start = _header(text)
    stated = Row(fields, source.fields).stated("markdown")
    spans = _articles(text, start)
    result = Found([], furniture=[(0, spans[0][0])])
    for span in spans:
        draft = _draft(text, span, len(result.drafts), stated if not result.drafts else Stated(rule="markdown"))
        if draft.body:
            result.drafts.append(draft)
    if not result.drafts:
        raise Unreadable("no-article", "the page holds headings but no text")
    return result


def _header(text: str) -> tuple[dict[str, object], int]:
    """What stands above a page of itself, and where the page begins."""
    if told := _READER.match(text):
        return dict(told.groupdict()), told.end()
    front = _FRONT.match(text)
    return (_fields(front[1]), front.end()) if front else ({}, 0)


def _fields(front: str) -> dict[str, object]:
    """The lines `name: value` of a front matter; a list is `[a, b]` or lines that begin with `- `. A value behind `>`
    or `|` stands in the lines below, which are set in.
    """
    fields: dict[str, object] = {}
    name = ""
    for line in front.split("\n"):
        found = _FIELD.match(line)
        if found:
            name, value = found[1], found[2].strip()
            fields[name] = [_bare(part) for part in value[1:-1].split(",")] if value[:1] == "[" else _bare(value)
        elif name and line.strip().startswith("- "):
            held = fields[name]
            fields[name] = [*(held if isinstance(held, list) else []), _bare(line.strip()[2:])]
        elif name and line[:1] in " \t" and isinstance(held := fields[name], str):
            fields[name] = " ".join(filter(None, ("" if _BLOCK.fullmatch(held) else held, line.strip())))
    return fields


def _bare(value: str) -> str:
    """A value without its quotes, and what those made of quotes inside."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return value[1:-1].replace("''", "'") if len(value) > 1 and value[0] == value[-1] == "'" else value


def _articles(text: str, start: int) -> list[Span]:
    """From headline to headline. A page's title, repeated where its story begins, and what stands between are the
    site's.
    """
    marks = list(_HEADING.finditer(text, start))
    if len(marks) > 1 and tidy(marks[0][1] or marks[0][2]) == tidy(marks[1][1] or marks[1][2]):
        marks = marks[1:]
        start = marks[0].start()
    return cut(text, [start, *(mark.start() for mark in marks[1:])])


def _draft(text: str, span: Span, position: int, stated: Stated) -> Draft:
    piece = text[slice(*span)]
    heading = _HEADING.search(piece)
    if heading:
        above, below = plain(piece[: heading.start()]), plain(piece[heading.end() :])
        body = f"{above}\n\n{below}" if _SENTENCE.search(above) else below
        stated.headline = stated.headline or tidy(plain(heading[1] or heading[2]))
    else:
        body = plain(piece)
    return Draft(position, span, paragraphs(body), headline=stated.headline, stated=stated)


def plain(text: str) -> str:
    """The words without the marks."""
    text = _FENCE.sub("", text)
    for mark, words in _MARKS:
        text = mark.sub(words, text)
    return text_of(text) if looks_like_markup(text) else text


MARKDOWN = Whole(
    "markdown", "a header of fields between `---` lines, or `# ` headings and `[links](...)`", sniff, parse
)
