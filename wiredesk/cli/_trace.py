"""What Redis knows of one file: its receipt, its jobs, its articles, its entries in the output streams.

Everything is read, nothing inferred; what has expired is simply not there. Streams are searched from the moment of
acceptance on, and no further than `MOST_ENTRIES`, so tracing stays a matter of a second on a desk with millions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec
from redis import Redis
from rq.defaults import RQ_KEY_PREFIX

from producers import blobs
from producers.several import batches
from producers.status import Status, parse
from wiredesk import ids, jobs, keys
from wiredesk.streams import is_ours

#: Entries of each stream that are looked through.
MOST_ENTRIES = 200_000
PAGE = 5_000
#: Articles shown of a file; an archive has thousands, all alike.
MOST_ARTICLES = 1_000
#: Clocks of producers and Redis may differ by this much: streams are searched from so much earlier.
SKEW_MS = 10 * 60 * 1000


class JobTrace(msgspec.Struct, frozen=True):
    """A job as RQ has it; times as RQ writes them."""

    id: str
    stage: str
    status: str
    enqueued_at: str | None
    ended_at: str | None
    retries_left: int | None
    leased: bool


class ArticleTrace(msgspec.Struct):
    """How far an article got: its jobs, whether its text is stored, the stream it was published on."""

    id: str
    stream: str | None = None
    entry: str | None = None
    story: str | None = None
    relation: str | None = None
    reason: str | None = None
    text_stored: bool = False
    jobs: list[JobTrace] = []


class Trace(msgspec.Struct):
    """`sightings`: files with the same content. `chunks`: how many of the file's chunks are stored."""

    status: Status
    accepted_at: float | None
    seen_again: str | None
    chunks: int
    chunks_stored: int
    sightings: list[str]
    split: list[JobTrace]
    articles: list[ArticleTrace]
    ended: list[str]


def trace(redis: Redis, texts: Redis, file: str, stages: Sequence[str]) -> Trace | None:
    """Everything about a file, None where the desk does not know it. `stages` in their order, the first splits."""
    fields: Any = redis.hgetall(keys.file(file))
    status = parse(fields)
    if status is None:
        return None
    info = status.file
    accepted: Any = redis.zscore(keys.OPEN, file)
    chunks = blobs.count(info.bytes)
    stored: Any = sum(
        texts.exists(*names) for names in batches((keys.blob(info.sha256, n) for n in range(chunks)), PAGE)
    )
    sightings: Any = redis.smembers(keys.content(info.sha256))
    parts = max(int(fields.get(b"parts", 0)) + (not status.done), 1)
    articles = [ArticleTrace(ids.article_id(file, n)) for n in range(min(status.found, MOST_ARTICLES))]
    _jobs_of(redis, articles, stages[1:])
    _texts_of(texts, articles)
    ended = list(_entries_of(redis, file, info.received_at, {a.id: a for a in articles}))
    return Trace(
        status=status,
        accepted_at=accepted,
        seen_again=fields[b"seen_at"].decode() if b"seen_at" in fields else None,
        chunks=chunks,
        chunks_stored=stored,
        sightings=sorted(s.decode() for s in sightings),
        split=_look(redis, [(stages[0], ids.split_job(file, n)) for n in range(parts)]),
        articles=articles,
        ended=ended,
    )


def resolve(redis: Redis, text: str) -> list[str]:
    """Files that an id of a file or article, or a content's SHA-256, stands for."""
    if len(text) == 64:
        found: Any = redis.smembers(keys.content(text))
        return sorted(f.decode() for f in found)
    return [text.partition("-")[0]]


def _jobs_of(redis: Redis, articles: Sequence[ArticleTrace], stages: Sequence[str]) -> None:
    for some in batches(articles, 100):
        wanted = [(stage, ids.article_job(stage, article.id)) for article in some for stage in stages]
        found = {job.id: job for job in _look(redis, wanted)}
        for article in some:
            names = [ids.article_job(stage, article.id) for stage in stages]
            article.jobs = [found[name] for name in names if name in found]


def _look(redis: Redis, wanted: Sequence[tuple[str, str]]) -> list[JobTrace]:
    """Those of the jobs whose records are still there (finished ones stay for `keep_jobs`)."""
    held = [cast("list[bytes]", redis.zrange(f"{RQ_KEY_PREFIX}:wip:{stage}", 0, -1)) for stage in dict(wanted)]
    leased = {member.partition(b":")[0].decode() for members in held for member in members}
    with redis.pipeline(transaction=False) as pipe:
        for _, job in wanted:
            pipe.hmget(jobs.key(job), ["status", "enqueued_at", "ended_at", "retries_left"])
        replies = pipe.execute(raise_on_error=False)
    found = []
    for (stage, job), reply in zip(wanted, replies, strict=True):
        if isinstance(reply, Exception) or reply[0] is None:
            continue
        state, queued, ended, left = (value.decode("utf-8", "replace") if value else None for value in reply)
        number = int(left) if left and left.isdigit() else None
        found.append(JobTrace(job, stage, state or "", queued, ended, number, job in leased))
    return found


def _texts_of(texts: Redis, articles: Sequence[ArticleTrace]) -> None:
    for some in batches(articles, PAGE):
        with texts.pipeline(transaction=False) as pipe:
            for article in some:
                pipe.exists(keys.take(article.id))
            for article, there in zip(some, pipe.execute(), strict=True):
                article.text_stored = bool(there)


def _entries_of(redis: Redis, file: str, since: str | None, articles: dict[str, ArticleTrace]) -> Iterator[str]:
    """Notes on each article its entry; yields how the file's own entries read."""
    start = f"{max(0, int(datetime.fromisoformat(since).timestamp() * 1000) - SKEW_MS)}" if since else "-"
    for stream in keys.STREAMS:
        for entry, fields in _search(redis, stream, start, file.encode()):
            subject = fields[b"id"].decode("utf-8", "replace")
            short = stream.removeprefix(keys.PREFIX)
            if article := articles.get(subject):
                article.stream, article.entry = short, entry
                article.story, article.relation = _text(fields, b"story"), _text(fields, b"relation")
                article.reason = _reason(fields) if stream == keys.REJECTED else None
            elif subject == file:
                said = _text(fields, b"outcome") or _reason(fields)
                yield f"{short} {entry}: {said}"


def _search(redis: Redis, stream: str, start: str, file: bytes) -> Iterator[tuple[str, dict[bytes, bytes]]]:
    seen = 0
    while seen < MOST_ENTRIES:
        page: Any = redis.xrange(stream, start, "+", PAGE)
        for entry, fields in page:
            if is_ours(fields) and fields[b"id"].startswith(file):
                yield entry.decode(), fields
        if len(page) < PAGE:
            return
        seen += len(page)
        start = f"({page[-1][0].decode()}"


def _text(fields: dict[bytes, bytes], name: bytes) -> str | None:
    return fields[name].decode("utf-8", "replace") if name in fields else None


def _reason(fields: dict[bytes, bytes]) -> str:
    body = msgspec.json.decode(fields.get(b"body", b"{}"))
    return str(body.get("reason", ""))
