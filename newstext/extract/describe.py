"""`extract`: all fields of an article from a draft, and how each was found.

What a format states (`draft.stated`) comes first; marks of the page and the body's ends confirm, contradict or
fill in. A field that nothing states stays None or empty.
"""

from __future__ import annotations

from typing import TypeVar

from newstext.article import Article, Draft, Evidence, Origin
from newstext.extract.captions import again
from newstext.extract.known import Known
from newstext.extract.language import UNKNOWN
from newstext.extract.mentions import mentions
from newstext.extract.publishers import publisher, section, topics
from newstext.extract.quotes import quotes
from newstext.extract.tongue import language
from newstext.extract.when import published, updated
from newstext.extract.where import filed
from newstext.extract.who import agencies, bylines

T = TypeVar("T")


def extract(draft: Draft, origin: Origin) -> Article:
    """Describe one draft of a file that came from `origin`. Pure; a field without a source is None or empty."""
    known = Known.of(draft, origin)
    told: dict[str, Evidence] = dict(draft.evidence)
    tongue = told_of(told, "language", language(known)) or UNKNOWN
    known = known.reading(tongue)
    stamp = told_of(told, "published", published(known))
    later = told_of(told, "updated", updated(known, stamp))
    place = filed(known)
    said = quotes(draft.body)
    return Article(
        position=draft.position,
        span=draft.span,
        headline=draft.headline or draft.stated.headline,
        subheadline=draft.subheadline or draft.stated.subheadline,
        body=draft.body,
        bylines=told_of(told, "bylines", bylines(known)) or [],
        dateline=told_of(told, "dateline", place),
        published=stamp.iso if stamp else None,
        updated=later.iso if later else None,
        published_precision=stamp.precision if stamp else None,
        agencies=told_of(told, "agencies", agencies(known)) or [],
        publisher=told_of(told, "publisher", publisher(known)),
        section=told_of(told, "section", section(known)),
        topics=told_of(told, "topics", topics(known)) or [],
        captions=[again(one) for one in draft.captions],
        language=tongue,
        word_count=len(draft.body.split()),
        url=known.url,
        quotes=said,
        mentions=mentions(draft.body, [quote.speaker for quote in said], tongue),
        evidence=told,
    )


def told_of(told: dict[str, Evidence], field: str, settled: tuple[T, Evidence] | None) -> T | None:
    """The value of a settled field, its evidence noted; a field without a value has no evidence."""
    if settled is None:
        told.pop(field, None)
        return None
    value, evidence = settled
    told[field] = evidence
    return value
