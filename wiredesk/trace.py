"""W3C trace context: which trace a file's way through the desk belongs to, and which span is above each job.

A producer may bring the header of the work that it does (`traceparent`); then the desk's spans continue that trace, and
the header travels in each job's call. Without one the trace is computed: ids are functions of content
(wiredesk/ids.py), so whoever holds a file's, article's or job's id can name its trace, in any process and any language
(the scripts use `redis.sha1hex`):

trace id   the first 32 hex digits of SHA-1 of the file's id
span id    the first 16 hex digits of SHA-1 of the job's id; of the whole file: of ``file-`` and its id
"""

from __future__ import annotations

import hashlib
import re
from typing import cast

from redis import Redis

from wiredesk import keys

#: The keyword argument of a job's call, and the field of a file's hash.
NAME = "traceparent"

#: version, trace, span, flags; versions after 00 may add more.
_HEADER = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,200})?", re.ASCII)


def accepted(header: str | None) -> str:
    """A caller's header as it travels on, in version 00. '' for none, and for one that the standard has ignored."""
    found = _HEADER.fullmatch((header or "").strip())
    if found is None:
        return ""
    version, trace, span, flags, more = found.groups()
    if version == "ff" or (version == "00" and more) or not int(trace, 16) or not int(span, 16):
        return ""
    return f"00-{trace}-{span}-{int(flags, 16) & 1:02}"


def brought(redis: Redis, file: str) -> str:
    """The header that a file was submitted with, '' for none: for who starts a file's jobs anew."""
    return (cast("bytes | None", redis.hget(keys.file(file), NAME)) or b"").decode()


def trace_id(file: str) -> str:
    return _sha1(file)[:32]


def span_id(job: str) -> str:
    return _sha1(job)[:16]


def file_span(file: str) -> str:
    """The span that all jobs of a file are children of, when its producer brought none."""
    return span_id(f"file-{file}")


def above(job: str, carried: str = "") -> str:
    """The header of what a job is a child of: what its call carries, else the file as a whole."""
    return carried or traceparent(file_of(job))


def of_job(job: str, carried: str = "") -> str:
    """The header of the job's own span: what a reader of its entries continues."""
    parent = above(job, carried)
    return f"{parent[:36]}{span_id(job)}{parent[52:]}"


def traceparent(file: str, span: str | None = None) -> str:
    """The computed header: version, trace, span (the file's own unless one is given), sampled."""
    return f"00-{trace_id(file)}-{span or file_span(file)}-01"


def file_of(job: str) -> str:
    """The file in ``{stage}-{file}-{number}``; '' where a job's id has another form."""
    parts = job.rsplit("-", 2)
    return parts[1] if len(parts) == 3 else ""


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
