"""The published record: one JSON object per article, exactly the fields of the contract, none missing.

Field order is the order of the JSON object.
"""

from __future__ import annotations

import msgspec

from newstext.article import Caption, Dateline, Evidence, Mention, Quote, Span
from wiredesk.files import FileInfo

#: Raised with every change of a field's name, type or meaning, in the record or beside it. 2: entries carry
#: `ce-traceparent`.
VERSION = "2"


class Similarity(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Of word 3-shingles, measured on the texts; `estimated` where the other text is no longer stored."""

    jaccard: float
    containment: float
    estimated: bool = False


class FingerprintInfo(msgspec.Struct, frozen=True, gc=False):
    """`exact` is the hash of the normalised body; `signature` names the parameters it was made with."""

    exact: str
    signature: str


class Record(msgspec.Struct, gc=False, omit_defaults=True):
    """One published article. Times are ISO 8601 with offset where the input states one."""

    id: str
    file: FileInfo
    position: int
    span: Span
    headline: str | None
    subheadline: str | None
    body: str
    bylines: list[str]
    dateline: Dateline | None
    published: str | None
    updated: str | None
    published_precision: str | None
    agencies: list[str]
    publisher: str | None
    section: str | None
    topics: list[str]
    captions: list[Caption]
    language: str
    word_count: int
    url: str | None
    quotes: list[Quote]
    mentions: list[Mention]
    evidence: dict[str, Evidence]
    fingerprint: FingerprintInfo
    story: str
    relation: str
    duplicate_of: str | None
    similarity: Similarity | None
    # Counts up when the article is published again with a change (wiredesk replay); left out while it is 1. Every
    # other field is printed, null or empty where the input states nothing.
    version: int = 1


class FileEvent(msgspec.Struct):
    """The event on `wiredesk:files`: what came of a file. `seconds` of work by stage, summed over its articles."""

    id: str
    file: FileInfo
    outcome: str  # published | partly | rejected
    found: int
    articles: int
    copies: int
    rejected: int
    declared: int | None
    characters: dict[str, int]  # article, furniture, unassigned
    seconds: dict[str, float]
    notes: list[str]
    done_at: str


class Rejected(msgspec.Struct):
    """The event on `wiredesk:rejected`: a file or article that could not be processed, and what to do.

    `record` names the key where a job that nobody can run is kept; such a job may belong to no file.
    """

    id: str
    stage: str
    kind: str
    reason: str
    retry: str
    file: FileInfo | None = None
    position: int | None = None
    record: str | None = None
