"""Markdown: a page whose headlines are marked `# `, with or without a header of fields between `---` lines.

Several headlines of the first level are several articles. The marks of the language go, its words stay.
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
    (re.compile(r"^[ \t]*(?:[*+-]|\d{1,3}[.)])[ \t]+", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:[*_-][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"(\*\*\*|\*\*|\*|___|__|`)(?=\S)([^\n*`]{1,2000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w])_(?=\S)([^\n_]{1,2000}?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>-])"), r"\1"),
)


def sniff(look: Look) -> float:
    front = _FRONT.match(look.text)
    fields = len([line for line in front[1].split("\n") if _FIELD.match(line)]) if front else 0
    marks = len(_ANY_HEADING.findall(look.text)) + len(_LINK.findall(look.text))
    if fields >= 2 or (look.named(".md", ".markdown", ".mdown") and (marks or fields)):
        return 0.6
    return 0.3 if marks >= 3 and _LINK.search(look.text) and _HEADING.search(look.text) else 0


def parse(text: str, source: Source) -> Found:
    front = _FRONT.match(text)
    stated = Row(_fields(front[1]), source.fields).stated("markdown") if front else Stated(rule="markdown")
    start = front.end() if front else 0
    result = Found([], furniture=[(0, start)])
    for span in _articles(text, start):
        draft = _draft(text, span, len(result.drafts), stated if not result.drafts else Stated(rule="markdown"))
        if draft.body:
            result.drafts.append(draft)
    if not result.drafts:
        raise Unreadable("no-article", "the page holds headings but no text")
    return result


def _fields(front: str) -> dict[str, object]:
    """The lines `name: value` of a front matter; a list is `[a, b]` or lines that begin with `- `."""
    fields: dict[str, object] = {}
    name = ""
    for line in front.split("\n"):
        found = _FIELD.match(line)
        if found:
            name, value = found[1], found[2].strip().strip("\"'")
            fields[name] = [part.strip(" \"'") for part in value[1:-1].split(",")] if value[:1] == "[" else value
        elif name and line.strip().startswith("- "):
            held = fields[name]
            fields[name] = [*(held if isinstance(held, list) else []), line.strip()[2:].strip("\"'")]
    return fields


def _articles(text: str, start: int) -> list[Span]:
    marks = [mark.start() for mark in _HEADING.finditer(text, start)]
    return cut(text, [start, *marks[1:]])


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
