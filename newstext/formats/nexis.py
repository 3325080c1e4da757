"""Nexis (classic) exports as text: `1 of 10 DOCUMENTS` before each article, keys such as `BYLINE:` around its body.

The order of a record: source, date, [edition, copyright], headline, keys, body, keys, copyright. The interface's
language sets the words of the keys; the keys are a closed list, because a body may hold lines like `TOKYO: ...`.
"""

from __future__ import annotations

import re

from newstext.article import Stated
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Block, Keys, Record, blocks, cut, found, words
from newstext.formats.languages import tag
from newstext.formats.paragraphs import tidy
from newstext.source import Source

#: Keys that stand between headline and body ...
HEAD = {
    "byline": ("BYLINE", "AUTOR", "AUTEUR", "AUTORE", "AUTHOR", "DOOR"),
    "section": ("SECTION", "RUBRIK", "RUBRIQUE", "RUBRIEK", "SECCIÓN", "SEZIONE", "RESSORT"),
    "length": ("LENGTH", "LÄNGE", "LONGUEUR", "LENGTE", "LONGITUD", "LUNGHEZZA"),
    "dateline": ("DATELINE", "ORT", "ORTSMARKE"),
    "highlight": ("HIGHLIGHT", "HIGHLIGHTS", "ABSTRACT", "RÉSUMÉ", "ENCART", "ZUSAMMENFASSUNG", "SAMENVATTING"),
    "headline": ("HEADLINE", "KOP", "TITEL", "TITRE", "TÍTULO"),
    "body": ("TEKST", "VOLLEDIGE TEKST", "BODY", "TEXT", "TEXTE"),
    "edition": ("EDITION", "AUSGABE", "ÉDITION", "EDITIE", "SERIES", "COLUMN", "DISTRIBUTION", "SLUG", "DAG"),
}
#: ... and those that end it.
TAIL = {
    "loaded": ("LOAD-DATE", "UPDATE", "DATE-CHARGEMENT", "LADE-DATUM", "UPDATE-DATE", "DATUM-LADEN", "FECHA-CARGA"),
    "language": ("LANGUAGE", "SPRACHE", "LANGUE", "TAAL", "IDIOMA", "LINGUA"),
    "graphic": ("GRAPHIC", "GRAPHICS", "GRAFIK", "GRAPHIQUE", "GRAFIEK", "ILLUSTRATION", "PHOTO"),
    "url": ("URL",),
    "topics": ("SUBJECT", "SUJET", "ONDERWERP", "SCHLAGWÖRTER"),
    "other": (
        *("PUBLICATION-TYPE", "TYPE-PUBLICATION", "PUBLIKATIONSTYP", "PUBLICATIETYPE", "PUB-TYPE", "JOURNAL-CODE"),
        *("JOURNAL CODE", "ZEITUNGS-CODE", "CODE-JOURNAL", "ACC-NO", "TICKER", "INDUSTRY", "PERSON", "ORGANIZATION"),
        *("COMPANY", "GEOGRAPHIC", "COUNTRY", "STATE", "CITY", "CORRECTION-DATE", "DOCUMENT-TYPE", "NOTES", "TYPE"),
        *("DISCLAIMER", "ISSN", "PUBLISHER", "VERLAG", "JOURNAL-TYPE"),
    ),
}
_HEAD_KEYS, _TAIL_KEYS = Keys(HEAD), Keys(TAIL)
_KEYS = Keys(HEAD | TAIL)

_MARKER = re.compile(
    r"^[ \t]*(?:[^\W\d]{1,20} - )?(?:(\d{1,6}) of (\d{1,6}) DOCUMENTS?"
    r"|(?:Dokument|Document|Documento) (\d{1,6}) (?:von|de|van|sur|di) (\d{1,6}))[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_SELECTED = re.compile(r"(?:Selected Items|Auswahl|Sélection|Geselecteerde items)\s?: ?(\d{1,6})\s?-\s?(\d{1,6})")
_LENGTH = re.compile(rf"^(?:{'|'.join(HEAD['length'])})\s?: ?[\d.,]{{1,9}} ?\w{{3,8}}", re.MULTILINE)
_LOADED = re.compile(rf"^(?:{'|'.join(TAIL['loaded'])}): ", re.MULTILINE)
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_COPYRIGHT = re.compile(r"copyright|©|\(c\) |all rights reserved|alle rechte vorbehalten|tous droits", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+$")

#: Centred lines of the plain text are indented at least so far; no headline or paragraph is.
_CENTRED = " " * 8


def sniff(look: Look) -> float:
    if look.start.startswith("<"):
        return 0
    if _MARKER.search(look.text):
        return 0.9 if _KEYS_SEEN.search(look.text) else 0.6
    return 0.8 if _LENGTH.search(look.text) and _LOADED.search(look.text) else 0


_KEYS_SEEN = re.compile(rf"{_LENGTH.pattern}|{_LOADED.pattern}", re.MULTILINE)


def parse(text: str, _: Source) -> Found:
    markers = list(_MARKER.finditer(text))
    spans = cut(text, [mark.start() for mark in markers]) or [(0, len(text))]
    records = [(span, record(blocks(text, span))) for span in spans]
    result = found(records, text, declared(text, [_numbers(mark) for mark in markers]))
    result.furniture.append((0, spans[0][0]))
    return result


def _numbers(mark: re.Match[str]) -> tuple[int, int]:
    return int(mark[1] or mark[3]), int(mark[2] or mark[4])


def declared(text: str, numbers: list[tuple[int, int]]) -> int | None:
    """How many articles the file says it holds: `1-10` on its cover, or `n of M`, summed over pasted exports."""
    covers = [int(last) - int(first) + 1 for first, last in _SELECTED.findall(text)]
    runs = [total - number + 1 for (before, _), (number, total) in zip([(1 << 30, 0), *numbers], numbers, strict=False)
            if number <= before]  # fmt: skip
    return sum(covers) if covers and len(covers) == len(runs) else sum(runs) or None


def record(parts: list[Block]) -> Record:
    """One article out of the paragraphs of its record."""
    rest = [part for part in parts if not _MARKER.match(part.text) and not _ADDRESS.match(part.line)]
    stated = Stated(rule="nexis")
    rest = _masthead(rest, stated)
    headline, rest = _headline(rest)
    values, rest = _head(rest)
    body, tail = _body(rest)
    values |= tail
    stated.bylines = [values["byline"]] if "byline" in values else []
    stated.section, stated.dateline = values.get("section"), values.get("dateline")
    stated.language, stated.url = tag(values.get("language")), values.get("url")
    stated.words = words(values["length"]) if "length" in values else None
    stated.topics = [topic.strip() for topic in values.get("topics", "").split(";") if topic.strip()]
    captions = (values["graphic"],) if "graphic" in values else ()
    return Record(values.get("headline") or headline, "\n\n".join(body), stated, captions)


def _masthead(parts: list[Block], stated: Stated) -> list[Block]:
    """Source, date, edition and copyright; what follows them."""
    for number, part in enumerate(parts[:6]):
        if _KEYS.split(part.text):
            return parts[number:]
        if _YEAR.search(part.line) and not _COPYRIGHT.search(part.line) and len(part.line) < 120 and number:
            stated.published = part.line
            stated.publisher = tidy(parts[number - 1].text.split("\n")[0])
            return _past_centred(parts[number + 1 :])
    return parts


def _past_centred(parts: list[Block]) -> list[Block]:
    for number, part in enumerate(parts):
        if not (part.text.startswith(_CENTRED) or (_COPYRIGHT.search(part.line) and len(part.line) < 160)):
            return parts[number:]
    return []


def _headline(parts: list[Block]) -> tuple[str | None, list[Block]]:
    if parts and not _KEYS.split(parts[0].text):
        return parts[0].line, parts[1:]
    return None, parts


def _head(parts: list[Block]) -> tuple[dict[str, str], list[Block]]:
    """The keys before the body. `TEKST:` begins it, so its value is the body's first paragraph."""
    values: dict[str, str] = {}
    for number, part in enumerate(parts):
        pair = _HEAD_KEYS.split(part.text)
        if pair is None:
            return values, parts[number:]
        if pair[0] == "body":
            return values, [*([part._replace(text=pair[1])] if pair[1].strip() else []), *parts[number + 1 :]]
        values = dict(_HEAD_KEYS.values(part.text)) | values
    return values, []


def _body(parts: list[Block]) -> tuple[list[str], dict[str, str]]:
    """The body's paragraphs and the values of the keys behind it, without the copyright lines at the end."""
    end = next((n for n in range(len(parts)) if _ends_body(parts, n)), len(parts))
    values: dict[str, str] = {}
    for part in parts[end:]:
        values = dict(_KEYS.values(part.text)) | values
    while end and (parts[end - 1].text.startswith(_CENTRED) or _is_copyright(parts[end - 1].line)):
        end -= 1
    return [part.line for part in parts[:end] if part.line], values


def _ends_body(parts: list[Block], number: int) -> bool:
    """Whether the keys behind the body begin here: a key in the body stands alone among its paragraphs."""
    if not _TAIL_KEYS.split(parts[number].text):
        return False
    behind = parts[number + 1 : number + 3]
    return not behind or any(_TAIL_KEYS.split(part.text) or _is_copyright(part.line) for part in behind)


def _is_copyright(line: str) -> bool:
    return len(line) < 160 and _COPYRIGHT.match(line) is not None


NEXIS_TEXT = Whole(
    "nexis-text", "`n of m DOCUMENTS` before each article, keys such as LENGTH: and LOAD-DATE:", sniff, parse
)
