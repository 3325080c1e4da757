"""Digests as text: mailing lists' (RFC 1153, and what list managers make of it), alerts and newsletters with links.

A list's digest holds messages between lines of hyphens, each with a header of its own. An alert or a newsletter holds
stories that end with their address on a line of its own.
"""

from __future__ import annotations

import email.utils
import re
from typing import NamedTuple

from newstext.article import Span, Stated
from newstext.formats.paragraphs import paragraphs, tidy

#: RFC 1153 asks for 30 hyphens between messages and 70 after the preamble; list managers are not that exact.
_RULE = re.compile(r"^[ \t]*-{25,80}[ \t]*$", re.MULTILINE)
_NUMBER = re.compile(r"\s*(?:Message:?[ \t]*#?\d{1,5}[^\n]{0,40}\n)?\s*")
_FIELDS = re.compile(r"(?:[A-Z][\w-]{1,30}:[^\n]*\n(?:[ \t][^\n]*\n){0,20}){2,40}")
_FIELD = re.compile(r"^([A-Z][\w-]{1,30}):[ \t]*([^\n]*(?:\n[ \t][^\n]*){0,20})", re.MULTILINE)
_OWN = frozenset(["date", "from", "subject"])
#: What ends a list's digest stands in a message's place, under these subjects.
_TAIL = re.compile(r"(?:digest footer|end of .{0,80}digest|\[.{1,80}\] digest footer)", re.IGNORECASE)

#: A line that is an address, in brackets or behind a few words ("Read more: ...").
_LINK = re.compile(
    r"[ \t]*(?:[^\s:<>/]{1,20}[ \t]){0,5}(?:[^\s:<>/]{1,20}:?[ \t]+)?[<\[(]?(https?://[^\s<>]{4,2000}?)[>\])]?\s*"
)
_WORDED = re.compile(r"\w")
#: What stands before a paragraph; a story begins right behind the address of the one before.
_BREAK = re.compile(r"\n[ \t]*\n\s*")
_DENSE = re.compile("[\u0e00-\u0eff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]")

#: Stories of a newsletter, words of a headline and of a story's text: fewer are links in a message.
STORIES, HEADLINE_WORDS, TEXT_WORDS = 3, (3, 25), 8
#: What the stories take of all words of a newsletter at least: a message with three links has more around them.
SHARE = 0.5


#: Paragraphs before an address among which its headline is looked for.
_BACK = 12


class Story(NamedTuple):
    """One story: where it stands in the text, its headline, its paragraphs, and what is stated of it."""

    span: Span
    headline: str
    body: str
    stated: Stated


def stories(text: str) -> list[Story]:
    """The stories of a digest; none when the text is no digest."""
    return messages(text) or linked(text)


def messages(text: str) -> list[Story]:
    """The messages of a mailing list's digest."""
    marks = [(0, 0), *((rule.start(), rule.end()) for rule in _RULE.finditer(text))]
    ends = [start for start, _ in marks[1:]] + [len(text)]
    found = [_message(text, (start, end)) for (_, start), end in zip(marks, ends, strict=True)]
    kept = [story for story in found if story]  # one alone is a mail that was forwarded
    return kept if len(kept) >= 2 else []


def _message(text: str, span: Span) -> Story | None:
    number = _NUMBER.match(text, *span)
    header = _FIELDS.match(text, number.end() if number else span[0], span[1])
    if header is None:
        return None
    fields = {name.lower(): tidy(value) for name, value in _FIELD.findall(header[0])}
    body = paragraphs(text[header.end() : span[1]])
    if len(_OWN & fields.keys()) < 2 or not body or _TAIL.match(fields.get("subject", "")):
        return None
    writer = email.utils.parseaddr(fields.get("from", ""))[0]
    stated = Stated(
        headline=fields.get("subject"),
        bylines=[writer] if writer else [],
        published=fields.get("date"),
        rule="digest",
    )
    return Story((header.start(), span[1]), fields.get("subject", ""), body, stated)


def linked(text: str) -> list[Story]:
    """The stories of an alert or newsletter: each ends with a line that is its address."""
    found: list[Story] = []
    start = at = 0
    for line in text.splitlines(keepends=True):
        at += len(line)
        link = _LINK.fullmatch(line)
        if link:
            story = _story(text, (start, at - len(line)), link[1])
            found += [story] if story else []
            start = at
    return found if is_digest(found, text) else []


def is_digest(found: list[Story], text: str) -> bool:
    """Whether so many stories make most of what the text says."""
    told = sum(words(story.body) + words(story.headline) for story in found)
    return len(found) >= STORIES and told >= SHARE * words(text)


def _story(text: str, span: Span, address: str) -> Story | None:
    """The last headline before the address that has a text behind it."""
    first = span[1] - len(text[slice(*span)].lstrip())
    starts = [first, *(gap.end() for gap in _BREAK.finditer(text, first, span[1]))]
    for start in reversed(starts[-_BACK:]):
        head, _, rest = text[start : span[1]].partition("\n")
        body = paragraphs(rest)
        if is_headline(head) and words(body) >= TEXT_WORDS:
            headline = tidy(head)
            stated = Stated(headline=headline, url=address, rule="digest")
            return Story((start, span[1]), headline, body, stated)
    return None


def is_headline(line: str) -> bool:
    """Whether a line may be a story's headline: some words, no sentence's end."""
    least, most = HEADLINE_WORDS
    return (
        least <= words(line) <= most and line.rstrip()[-1:] not in {".", ",", ";", ":"} and bool(_WORDED.search(line))
    )


def words(text: str) -> int:
    """How many words; two characters make one in scripts that set no blanks."""
    return len(text.split()) + len(_DENSE.findall(text)) // 2
