"""W3C trace context by computation: a file's id is enough to know its trace, so every message carries it.

Ids are functions of content (wiredesk/ids.py). A trace is a file's way through the desk, a span one job of it; whoever
holds a file's, article's or job's id can name both, in any process and any language (the scripts use `redis.sha1hex`):

trace id   the first 32 hex digits of SHA-1 of the file's id
span id    the first 16 hex digits of SHA-1 of the job's id; of the whole file: of ``file-`` and its id
"""

from __future__ import annotations

import hashlib


def trace_id(file: str) -> str:
    return _sha1(file)[:32]


def span_id(job: str) -> str:
    return _sha1(job)[:16]


def file_span(file: str) -> str:
    """The span that all jobs of a file are children of."""
    return span_id(f"file-{file}")


def traceparent(file: str, span: str | None = None) -> str:
    """The header's value: version, trace, span (the file's own unless one is given), sampled."""
    return f"00-{trace_id(file)}-{span or file_span(file)}-01"


def file_of(job: str) -> str:
    """The file in ``{stage}-{file}-{number}``; '' where a job's id has another form."""
    parts = job.rsplit("-", 2)
    return parts[1] if len(parts) == 3 else ""


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
