"""Nexis Uni and Lexis Advance exports, as the text of their DOCX or RTF: a line a paragraph.

A cover lists the titles (`Documents (10)`). Each article: headline, source, date, copyright, `Section:` ... keys, a
line `Body`, the body, a line `Classification` and more keys, `End of Document`.
"""

from __future__ import annotations

import re

from newstext.article import Span, Stated
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Keys, Record, cut, found, words
from newstext.formats.languages import tag
from newstext.formats.paragraphs import paragraphs, tidy
from newstext.source import Source

_KEYS = Keys(
    {
        "section": ("Section", "Rubrik", "Rubrique", "Rubriek", "Sección", "Ressort"),
        "length": ("Length", "Länge", "Longueur", "Lengte", "Longitud", "Longitude", "Comprimento"),
        "byline": ("Byline", "Author", "Autor", "Auteur", "Signature", "Verfasser"),
        "dateline": ("Dateline", "Ort"),
        "highlight": ("Highlight", "Zusammenfassung", "Encart"),
        "language": ("Language", "Sprache", "Langue", "Taal", "Idioma"),
        "topics": ("Subject", "Betreff", "Sujet", "Onderwerp", "Asunto"),
        "loaded": ("Load-Date", "Ladedatum", "Date de chargement", "Laaddatum", "Update", "Fecha de carga"),
        "url": ("URL",),
        "other": (
            *("Publication-Type", "Publikationstyp", "Type de publication", "Publicatietype", "Journal Code"),
            *("Distribution", "Correction-Date", "Series", "Edition", "Column", "Industry", "Person", "Geographic"),
            *("Company", "Organization", "Acc-No", "Disclaimer"),
        ),
    },
    foreign=re.compile(r"[^\W\d_][\w'’/-]{1,20}(?: [\w'’/-]{1,20}){0,3}[ \u00a0]?:[ \u00a0\t]"),
)
#: Lines that stand alone and open a part of the article.
_PARTS = {
    "body": "Body|Text|Full Text|Volltext|Hauptteil|Textkörper|Corps|Corps de l'article|Tekst|Hoofdtekst|Cuerpo",
    "rest": "Classification|Klassifizierung|Klassifikation|Classificatie|Clasificación",
    "captions": "Graphic|Grafik|Graphique|Grafiek|Gráfico",
    "notes": "Notes|Anmerkungen|Correction|Berichtigung",
}
_PART_OF = {line.casefold(): part for part, lines in _PARTS.items() for line in lines.split("|")}
_END = re.compile(
    r"^[ \t]*(?:End of Document|Ende des Dokuments|Fin du document|Einde van document|Fin del documento)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_DECLARED = re.compile(
    r"^[ \t]*(?:Documents?|Dokumente?|Documenten|Documentos)[ \u00a0]\((\d{1,6})\)[ \t]*$", re.MULTILINE
)
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_COPYRIGHT = re.compile(r"(?:copyright|©|\(c\) )", re.IGNORECASE)


def sniff(look: Look) -> float:
    if look.start.startswith("<") or not (_DECLARED.search(look.text) or _END.search(look.text)):
        return 0
    lines = {line.strip().casefold() for line in look.text.split("\n")}
    return 0.9 if any(_PART_OF.get(line) == "body" for line in lines) else 0


def parse(text: str, _: Source) -> Found:
    spans = _spans(text)
    records = [(span, _record(text[slice(*span)], cover=number == 0)) for number, span in enumerate(spans)]
    counts = [int(count) for count in _DECLARED.findall(text)]
    result = found(records, text, sum(counts) or None)
    if result.drafts:
        start, end = result.drafts[0].span
        title = text.rfind(result.drafts[0].headline or "\0", start, end)
        result.furniture.append((start, max(start, title)))
        result.drafts[0].span = (max(start, title), end)
    return result


def _spans(text: str) -> list[Span]:
    """From after one `End of Document` to behind the next; what follows the last is no record unless it has a body."""
    starts = [0, *(mark.end() for mark in _END.finditer(text))]
    spans = cut(text, starts)
    return [span for span in spans if _body_line(text[slice(*span)].split("\n")) is not None]


def _body_line(lines: list[str]) -> int | None:
    return next((n for n, line in enumerate(lines) if _PART_OF.get(line.strip().casefold()) == "body"), None)


def _record(piece: str, *, cover: bool) -> Record:
    lines = [line.rstrip() for line in _END.sub("", piece).split("\n")]
    middle = _body_line(lines) or 0
    stated = Stated(rule="nexis-uni")
    head = _keys_start(lines, middle)
    headline = _masthead([line for line in lines[:head] if line.strip()], stated, cover=cover)
    values = _values(lines[head:middle])
    parts = _parts(lines[middle:])
    values |= _values(parts["rest"])
    stated.bylines = [values["byline"]] if "byline" in values else []
    stated.section, stated.dateline, stated.url = (values.get(name) for name in ("section", "dateline", "url"))
    stated.words = words(values["length"]) if "length" in values else None
    stated.language = tag(values.get("language"))
    stated.topics = [topic.split("(")[0].strip() for topic in values.get("topics", "").split(";") if topic.strip()]
    captions = tuple(filter(None, map(tidy, parts["captions"])))
    return Record(headline, paragraphs("\n".join(parts["body"])), stated, captions)


def _keys_start(lines: list[str], middle: int) -> int:
    """The first of the key lines right above the body."""
    return next((n for n in range(max(0, middle - 25), middle) if _is_key(lines[n])), middle)


def _is_key(line: str) -> bool:
    pair = _KEYS.split(line)
    return pair is not None and pair[0] in {"section", "length", "byline"}


def _masthead(lines: list[str], stated: Stated, *, cover: bool) -> str | None:
    """Headline, source and date off the lines above the keys. On the cover's page only the last of them count."""
    for number in range(len(lines) - 1, 1, -1):
        line = lines[number]
        if _YEAR.search(line) and not _COPYRIGHT.match(line.strip()):
            stated.published, stated.publisher = tidy(line), tidy(lines[number - 1])
            return tidy(" ".join(lines[number - 2 if cover else 0 : number - 1]))
    return tidy(lines[-1] if cover else " ".join(lines)) if lines else None


def _values(lines: list[str]) -> dict[str, str]:
    """The values of key lines; a line without a key goes on with the value above it."""
    return dict(_KEYS.values("\n".join(line for line in lines if line.strip())))


def _parts(lines: list[str]) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {part: [] for part in _PARTS}
    part = "body"
    for line in lines:
        pair = _KEYS.split(line)
        if pair and pair[0] == "loaded":
            part = "rest"
        named = _PART_OF.get(line.strip().casefold())
        if named and (named != "body" or not parts["body"]):
            part = named
        else:
            parts[part].append(line)
    return parts


NEXIS_UNI = Whole("nexis-uni", "`Documents (n)` on the cover, `Body` and `End of Document` lines", sniff, parse)
