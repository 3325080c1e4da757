"""Entries for tests of the output side, published as the pipeline's last stage makes them."""

from newstext.article import Caption, Dateline, Evidence, Mention, Quote
from producers import Desk
from wiredesk import ids, keys
from wiredesk.files import FileInfo
from wiredesk.records import FingerprintInfo, Record
from workers import entries
from workers.desk import Desk as Opened
from workers.runner import BatchWorker
from workers.table import STAGES

BODY = 'The harbour board voted on Tuesday to dredge the eastern channel.\n\n"It was overdue," Mara Lindqvist said.'


def a_record(n=0, **changes):
    """An article with every field filled; `n` makes it another one."""
    file = FileInfo(
        id=ids.file_id(f"{n:064x}", f"page-{n}.txt"), name=f"page-{n}.txt", url=f"https://example.org/pages/{n}",
        source="harbour-feed", sha256=f"{n:064x}", bytes=2048, encoding="utf-8", format="page",
        fetched_at="2026-03-03T08:00:00+00:00", received_at="2026-03-03T08:00:01.000+00:00",
    )  # fmt: skip
    article = ids.article_id(file.id, 0)
    fields = {
        "id": article,
        "file": file,
        "position": 0,
        "span": (10, 400),
        "headline": f"Board votes to dredge channel {n}",
        "subheadline": "Work starts in May",
        "body": f"{BODY}\n\nIt was vote number {n}.",
        "bylines": ["Mara Lindqvist"],
        "dateline": Dateline("PORT ELLEN", "Port Ellen", "GB"),
        "published": "2026-03-02T21:30:00+00:00",
        "updated": "2026-03-03T06:00:00+00:00",
        "published_precision": "minute",
        "agencies": ["Reuters"],
        "publisher": "Harbour Gazette",
        "section": "Local",
        "topics": ["harbour", "dredging"],
        "captions": [Caption("The eastern channel at low tide.", "Ida Holm/Reuters", file_photo=True)],
        "language": "en",
        "word_count": 23,
        "url": f"https://example.org/news/{n}",
        "quotes": [Quote("It was overdue", "Mara Lindqvist", (66, 82))],
        "mentions": [Mention("Mara Lindqvist", "person", (84, 98)), Mention("Reuters", "organisation", (0, 4))],
        "evidence": {"headline": Evidence("doubled-headline", (0, 30), 0.9)},
        "fingerprint": FingerprintInfo(f"{n:032x}", "w5-k8"),
        "story": article,
        "relation": "original",
        "duplicate_of": None,
        "similarity": None,
    }
    return Record(**(fields | changes))


def bare(n=0, **changes):
    """An article of which only the text is known."""
    return a_record(
        n, headline=None, subheadline=None, bylines=[], dateline=None, published=None, updated=None,
        published_precision=None, agencies=[], publisher=None, section=None, topics=[], captions=[], url=None,
        quotes=[], mentions=[], evidence={}, **changes,
    )  # fmt: skip


def publish(redis, records, stream=keys.ARTICLES):
    """Add entries as the commit does; gives their ids in the stream."""
    with redis.pipeline(transaction=False) as pipe:
        for record in records:
            pipe.xadd(stream, entries.published(record))
        return [entry.decode() for entry in pipe.execute()]


def submitted(settings, name, data):
    """Submit a file; gives its id."""
    return Desk(settings.redis_url, settings=settings).submit(data, name=name).file


def drain(settings):
    """Run the real stages in turn, by real workers stepped by hand, until no job waits."""
    desks = [Opened.open(settings) for _ in STAGES]
    workers = [BatchWorker(stage, desk, STAGES) for stage, desk in zip(STAGES, desks, strict=True)]
    for worker in workers:
        worker._begin()
    while any(worker.connection.llen(f"rq:queue:{s.name}") for worker in workers[:1] for s in STAGES):
        for worker in workers:
            worker._claim_and_run()
    for worker, desk in zip(workers, desks, strict=True):
        worker._farewell()
        desk.close()
