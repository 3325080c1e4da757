"""schema.org NewsArticle as JSON-LD (https://schema.org/NewsArticle): what search engines read."""

from __future__ import annotations

from typing import Any

from newstext.article import Caption, Dateline, Quote
from wiredesk.export.values import filled, once, uri, urn
from wiredesk.records import Record

_TYPES = {"person": "Person", "organisation": "Organization", "place": "Place"}


def shape(record: Record) -> dict[str, Any]:
    """One NewsArticle node with its context."""
    return filled(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": urn(record.id),
            "identifier": record.id,
            "url": uri(record.url),
            "headline": record.headline,
            "alternativeHeadline": record.subheadline,
            "articleBody": record.body,
            "author": [_named("Person", name) for name in once(record.bylines)],
            "datePublished": record.published,
            "dateModified": record.updated,
            "dateline": record.dateline.text if record.dateline else None,
            "locationCreated": _place(record.dateline) if record.dateline else None,
            "publisher": _named("Organization", record.publisher) if record.publisher else None,
            "sourceOrganization": [_named("Organization", name) for name in once(record.agencies)],
            "creditText": ", ".join(once(record.agencies)),
            "articleSection": record.section,
            "keywords": once(record.topics),
            "inLanguage": record.language,
            "wordCount": record.word_count,
            "version": record.version,
            "mentions": [_named(_TYPES.get(kind, "Thing"), name) for kind, name in _mentioned(record)],
            "associatedMedia": [_picture(caption) for caption in record.captions],
            "hasPart": [_quotation(quote) for quote in record.quotes],
            "isBasedOn": urn(record.duplicate_of) if record.duplicate_of else None,
        }
    )


def _named(kind: str, name: str) -> dict[str, str]:
    return {"@type": kind, "name": name}


def _mentioned(record: Record) -> list[tuple[str, str]]:
    return list(dict.fromkeys((m.kind, m.text) for m in record.mentions))


def _place(dateline: Dateline) -> dict[str, Any]:
    address = {"@type": "PostalAddress", "addressCountry": dateline.country} if dateline.country else None
    return filled({"@type": "Place", "name": dateline.place or dateline.text, "address": address})


def _picture(caption: Caption) -> dict[str, Any]:
    return filled({"@type": "ImageObject", "caption": caption.text, "creditText": caption.credit})


def _quotation(quote: Quote) -> dict[str, Any]:
    speaker = _named("Person", quote.speaker) if quote.speaker else None
    return filled({"@type": "Quotation", "text": quote.text, "spokenByCharacter": speaker})
