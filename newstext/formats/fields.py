"""Columns by name: how rows of every kind (JSON, CSV, Parquet) call an article's fields.

Names are compared without case, blanks, `_`, `-` and `.`; the first name of a line that has a value wins. Where they
are seen: scrapy items, news-please and CC-News, newspaper4k, NewsAPI, GDELT, Kaggle news sets, dolma, passim,
schema.org's NewsArticle. A source's own `fields` setting comes before all of them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from newstext.article import Caption, Stated
from newstext.encoding import scrub
from newstext.formats.fragment import looks_like_markup, text_of, written_out
from newstext.formats.paragraphs import paragraphs, tidy
from newstext.formats.pictures import apart

NAMES: dict[str, tuple[str, ...]] = {
    "headline": (
        *("headline", "title", "headlinemain", "hl", "articletitle", "webtitle"),
        *("titel", "titre", "titulo", "titolo"),
    ),
    "subheadline": ("subheadline", "subtitle", "subhead", "standfirst", "dek", "deck", "alternativeheadline"),
    "body": (
        *("text", "body", "content", "articlebody", "fulltext", "maintext", "bodytext", "contenttext", "articletext"),
        *("articlecontent", "story", "article", "rawcontent", "cleanedtext", "plaintext", "rawtext", "texte", "texto"),
        *("tekst", "contenthtml", "bodyhtml", "bodyxhtml", "paragraphs"),
    ),
    "lead": ("leadparagraph", "summary", "description", "abstract", "excerpt", "snippet", "lead"),
    "html": ("html", "rawhtml", "pagehtml"),
    "url": ("url", "link", "canonicalurl", "weburl", "permalink", "articleurl", "mainentityofpage", "href"),
    "published": (
        *("published", "date", "publishedat", "datepublished", "datepublish", "publishdate", "publicationdate"),
        *("publisheddate", "pubdate", "firstpublished", "datetime", "timestamp", "created", "createdat"),
        "webpublicationdate",
    ),
    "updated": ("updated", "modified", "datemodified", "datemodify", "updatedat", "modifiedat", "lastmodified"),
    "bylines": ("author", "byline", "authors", "bylines", "creator", "creators", "writer", "writers", "by"),
    "id": ("id", "guid", "docid", "articleid", "documentid", "uid", "uuid"),
    "publisher": (
        *("source", "publisher", "sourcename", "publication", "newspaper", "outlet", "sitename", "site"),
        *("sourcedomain", "domain", "series"),
    ),
    "section": ("section", "articlesection", "sectionname", "category", "rubric", "desk", "newsdesk"),
    "topics": ("topics", "tags", "keywords", "subjects", "categories"),
    "language": ("language", "lang", "inlanguage", "languagecode"),
    "agencies": ("agencies", "agency"),
    "dateline": ("dateline",),
}

#: Names under which an object holds a value: a person, a source or a topic, e.g. ``{"name": "Reuters"}``; a text of
#: WordPress (`rendered`), of the New York Times (`main`, `original`) or of an editor's blocks; what MongoDB writes.
_INSIDE = (
    *("name", "rendered", "main", "original", "title", "text", "value", "content"),
    *("$date", "$numberLong", "$oid", "id", "@id", "url"),
)
#: Objects in which a row keeps its columns, or more of them: Elasticsearch, GraphQL, the Guardian, JSON:API.
_ENVELOPES = ("metadata", "_source", "node", "fields", "attributes")

_FIELD_OF = {name: (field, rank) for field, names in NAMES.items() for rank, name in enumerate(names)}
_FOLD = str.maketrans("", "", " _-.")


class Row:
    """A row whose columns are found by what they mean."""

    def __init__(self, columns: Mapping[str, Any], own: Mapping[str, str]) -> None:
        self._values: dict[str, Any] = {}
        for layer in _layers(columns):
            self._values |= dict(_named(layer, own))

    def value(self, field: str) -> Any:
        """What the row holds for a field, as it stands; None where it holds nothing."""
        return self._values.get(field)

    def text(self, field: str) -> str | None:
        return _text(self._values.get(field)) or None

    def texts(self, field: str) -> list[str]:
        value = self._values.get(field)
        items = value if isinstance(value, list | tuple) else [value]
        return [text for text in map(_text, items) if text]

    def time(self, field: str) -> str | None:
        return _time(self._values.get(field))

    @property
    def html(self) -> str | None:
        page = self._values.get("html")
        return page if isinstance(page, str) and page.strip() else None

    @property
    def body(self) -> str:
        """The article's paragraphs: its text or, where a row holds no more, its summary."""
        return paragraphs(self._prose[0])

    @property
    def captions(self) -> list[Caption]:
        """Of the pictures that stand in the text."""
        return self._prose[1]

    @cached_property
    def _prose(self) -> tuple[str, list[Caption]]:
        value = self._values.get("body") or self._values.get("lead")
        return apart("\n\n".join(map(_text, value)) if isinstance(value, list) else _text(value))

    @property
    def is_locked(self) -> bool:
        """Whether the text or the headline is an object of which nothing can be read: there is one, and it is lost."""
        values = (self.value(field) for field in ("body", "headline"))
        return any(isinstance(value, Mapping | list) and not _text(value) for value in values)

    def stated(self, rule: str) -> Stated:
        return Stated(
            headline=_line(self.text("headline")),
            subheadline=_line(self.text("subheadline")),
            bylines=self.texts("bylines"),
            dateline=self.text("dateline"),
            published=self.time("published"),
            updated=self.time("updated"),
            agencies=self.texts("agencies"),
            publisher=_line(self.text("publisher")),
            section=self.text("section"),
            topics=self.texts("topics"),
            language=self.text("language"),
            url=self.text("url"),
            id=self.text("id"),
            rule=rule,
        )


def _layers(columns: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A row's own columns, which win, behind those of the objects in it."""
    nested = (columns.get(name) for name in _ENVELOPES)
    return [*(layer for layer in nested if isinstance(layer, Mapping)), columns]


def _given(value: object) -> bool:
    """Whether a column holds anything: pandas writes NaN where there is nothing."""
    return value not in (None, "", []) and not _is_nan(value)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _named(columns: Mapping[str, Any], own: Mapping[str, str]) -> Iterable[tuple[str, Any]]:
    """Each field's value under the best of its names in this row."""
    ranked: dict[str, tuple[int, Any]] = {}
    for column, value in columns.items():
        if column in _ENVELOPES and isinstance(value, Mapping):
            continue
        field, rank = (own[column], -1) if column in own else _FIELD_OF.get(fold(column), ("", 0))
        if field and _given(value) and (field not in ranked or rank < ranked[field][0]):
            ranked[field] = rank, value
    return ((field, value) for field, (_, value) in ranked.items())


def fold(column: str) -> str:
    """A column's name as the table spells it: `Date_Published` is `datepublished`."""
    return str(column).casefold().translate(_FOLD)


def is_article(columns: Iterable[str], own: Mapping[str, str]) -> bool:
    """Whether a table with these columns holds articles: it has to hold text. A row may keep them in an object."""
    if isinstance(columns, Mapping):
        columns = [name for layer in _layers(columns) for name in layer]
    fields = {own.get(name) or _FIELD_OF.get(fold(name), ("", 0))[0] for name in columns}
    return bool(fields & {"body", "html"} or {"headline", "lead"} <= fields or {"headline", "url"} <= fields)


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return next((_text(value[key]) for key in _INSIDE if value.get(key)), "")
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_text, value)))
    return "" if value is None or isinstance(value, bool) or _is_nan(value) else scrub(str(value)).strip()


def _line(text: str | None) -> str | None:
    if text is None:
        return None
    return tidy(text_of(text) if looks_like_markup(text) else written_out(text)) or None


#: Seconds since 1970 of 1990 and 2100: a number between is a time, a thousand times it one in milliseconds.
_EPOCH = (631_152_000, 4_102_444_800)


def _time(value: object) -> str | None:
    """A time as stated; numbers that can only be a Unix time are written out."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    text = _text(value)
    try:
        number = float(text)
    except ValueError:
        return text or None
    for scale in (1, 1_000, 1_000_000):
        if _EPOCH[0] <= number / scale <= _EPOCH[1]:
            return dt.datetime.fromtimestamp(number / scale, dt.UTC).isoformat()
    return text
