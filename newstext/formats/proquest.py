"""ProQuest exports as text, and the text of its mails: keys such as `Full text:` and `ProQuest document ID:`.

Records are parted by a rule of underscores or asterisks, or follow each other without any: then the line after
`Database:` is the next one's headline. Mails that were forwarded have `> ` before each line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newstext.article import Span, Stated
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Keys, Record, found, words
from newstext.formats.languages import tag
from newstext.formats.paragraphs import paragraphs, tidy
from newstext.source import Source

_NAMES = {
    "headline": ("Title", "Document title"),
    "byline": ("Author", "Authors"),
    "info": ("Publication info",),
    "publisher": ("Publication title",),
    "published": ("Publication date", "Date"),
    "section": ("Section",),
    "language": ("Language of publication", "Language"),
    "topics": ("Subject",),
    "id": ("ProQuest document ID",),
    "url": ("Document URL",),
    "body": ("Full text", "Full Text", "Text"),
    "abstract": ("Abstract",),
    "end": ("Database",),
    "other": (
        *("Publication year", "Publisher", "Place of publication", "Country of publication", "Publication subject"),
        *("ISSN", "CODEN", "Source type", "Document type", "Copyright", "Last updated", "Location", "People", "Pages"),
        *("Company / organization", "Company/organization", "Number of pages", "Links", "Credit", "Volume", "Issue"),
        *("First page", "Start page", "Identifier / keyword", "Classification", "Dateline", "Column"),
        *("Document feature", "Publication", "Supplement", "Edition", "Product name", "Person", "Report number"),
        *("Accession number", "Alternate title", "Contents", "DOI", "Dates", "References", "Source attribution"),
    ),
}
_KEYS = Keys(_NAMES)
_RULE = re.compile(r"^[> \t]*(?:_{50,}|\*{40,}|-{60,})[ \t]*$", re.MULTILINE)
_QUOTED = re.compile(r"^(?:> ?){1,4}", re.MULTILINE)
#: Keys that no page has by chance: what a ProQuest record is known by.
_OWN = re.compile(
    r"^[> \t]*(?:ProQuest document ID|Publication info|Document URL: ?https?://(?:search|www)\.proquest)\b",
    re.MULTILINE,
)
#: Keys that a body never holds.
_ALWAYS = ("Publication title:", "Credit:", "Copyright:", "Database:", "Subject:", "Company / organization:")
_FULL_TEXT = re.compile(r"^[> \t]*Full text:", re.MULTILINE | re.IGNORECASE)
_COUNT = re.compile(r"^[> \t]*Document \d{1,5} of (\d{1,5})[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"(?:(?<![ \t])[ \t]+)?<[^<>\n]{0,2000}>")
_SENT = re.compile(
    r"^(?:Email \d+ of \d+|Document \d+ of \d+|.{1,80} sent you the following:|ProQuest document link.*|Links?:.*)$"
)


def sniff(look: Look) -> float:
    if look.start.startswith("<"):
        return 0
    return 0.9 if len(_OWN.findall(look.text)) > 1 and _FULL_TEXT.search(look.text) else 0


def parse(text: str, _: Source) -> Found:
    records = [(span, record(_plain(text[slice(*span)]))) for span in _spans(text)]
    counts = [int(count) for count in _COUNT.findall(text)]
    result = found(records, text, max(counts, default=None))
    if result.drafts:
        result.furniture.append((0, result.drafts[0].span[0]))
    return result


def _spans(text: str) -> Iterator[Span]:
    """From one rule, or `Database:` line, to the next: those that hold a key which only records have."""
    start = 0
    for mark in re.finditer(rf"{_RULE.pattern}|^[> \t]*Database:[^\n]*$", text, re.MULTILINE):
        if _OWN.search(text, start, mark.end()):
            yield start, mark.end()
        start = mark.end()
    if _OWN.search(text, start):
        yield start, len(text)


def _plain(piece: str) -> str:
    """A record without the marks of a mail: quote signs, and addresses behind linked words."""
    return _LINK.sub("", _RULE.sub("", _QUOTED.sub("", piece)))


def record(text: str) -> Record:
    """The article of a record's lines: a headline, then keys with their values."""
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if _KEYS.split(line)), len(lines))
    values = _values(lines[first:])
    stated = Stated(rule="proquest")
    stated.bylines = [name.strip() for name in values.get("byline", "").split(";") if name.strip()]
    stated.publisher = values.get("publisher") or values.get("info", "").split("[")[0].strip() or None
    stated.published = values.get("published") or _info_date(values.get("info", ""))
    stated.section, stated.id = values.get("section"), values.get("id")
    stated.url = values["url"].split()[0] if values.get("url") else None
    stated.language = tag(values.get("language"))
    stated.topics = [topic.strip() for topic in values.get("topics", "").split(";") if topic.strip()]
    body = values.get("body") or values.get("abstract", "")
    return Record(values.get("headline") or _headline(lines[:first]), paragraphs(body), stated)


def _headline(lines: list[str]) -> str | None:
    """The last paragraph above the keys: a mail's greeting or a cover may stand above it."""
    above = "\n".join("" if _SENT.match(line.strip()) else line for line in lines).rstrip()
    return tidy(re.split(r"\n[ \t]*\n", above)[-1]) or None


def _values(lines: list[str]) -> dict[str, str]:
    """Each key's value; a value goes on, paragraphs and all, until the next key."""
    values: dict[str, list[str]] = {}
    field = ""
    for number, line in enumerate(lines):
        pair = _KEYS.split(line)
        if pair and (field != "body" or _ends_body(lines, number)):
            field = pair[0] if pair[0] not in values else "other"
            values[field] = [pair[1]]
        elif field and not _SENT.match(line.strip()):
            values[field].append(line)
    return {
        field: text if field == "body" else tidy(text)
        for field, lines in values.items()
        if (text := "\n".join(lines).strip())
    }


def _ends_body(lines: list[str], number: int) -> bool:
    """Whether the keys behind the body begin here: they follow each other, a key in the body stands alone."""
    if _OWN.match(lines[number]) or lines[number].startswith(_ALWAYS):
        return True
    behind = [line for line in lines[number + 1 : number + 12] if line.strip()][:2]
    return not behind or any(_KEYS.split(line) for line in behind)


def _info_date(info: str) -> str | None:
    """The date inside `Chicago Tribune ; Chicago, Ill. [Chicago, Ill]21 Apr 2007: 18.`"""
    found_date = re.search(r"\](\d{1,2} \w{3,9} \d{4})", info)
    return found_date[1] if found_date else None


def declared_words(markup: str) -> int | None:
    """The count in `<Text WordCount="239">`."""
    count = re.search(r"""wordcount=["']?(\d{1,7})""", markup, re.IGNORECASE)
    return words(count[1]) if count else None


PROQUEST_TEXT = Whole("proquest-text", "`Full text:` and `ProQuest document ID:` in each record", sniff, parse)
