"""The pages: each asks the catalogue, Redis or the stored text, and fills its template."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from wiredesk import ids, rejections
from wiredesk.dashboard import reading
from wiredesk.desk import diff, links, records, texts
from wiredesk.desk.catalogue import Catalogue, Listed
from wiredesk.desk.pulse import Pulse
from wiredesk.desk.views import page
from wiredesk.rejections import Wanted
from workers.desk import Desk
from workers.reopen import Answer, reopen
from workers.table import NAMES

#: Rows of a list on one page.
STORIES, FILES, HEAP, WORKERS = 30, 12, 25, 100
#: Cases that one press of the button starts over; the next press takes the next ones.
RETRIED = 500


class Rooms:
    """What the pages share: the desk's connections, the catalogue, the pulse."""

    def __init__(self, desk: Desk, catalogue: Catalogue, pulse: Pulse) -> None:
        self.desk, self.catalogue, self.pulse = desk, catalogue, pulse


def _rooms(request: Request) -> Rooms:
    rooms: Rooms = request.app.state.rooms
    return rooms


def flow(request: Request) -> Response:
    rooms = _rooms(request)
    beat = rooms.pulse.beat()
    return page(
        request, "flow", beat=beat, stories=with_copies(rooms.catalogue, rooms.catalogue.newest(12)),
        files=rooms.catalogue.files(FILES), heaps=rooms.catalogue.heaps()[:5],
    )  # fmt: skip


def with_copies(catalogue: Catalogue, stories: list[Listed]) -> list[tuple[Listed, list[Listed]]]:
    """Each story's first article with what followed it."""
    return [(first, [a for a in catalogue.story(first.story, 20) if a.id != first.id]) for first in stories]


def stories(request: Request) -> Response:
    catalogue = _rooms(request).catalogue
    said = request.query_params.get("before", "")
    found = catalogue.newest(STORIES + 1, int(said[:18]) if said.isdecimal() and said.isascii() else None)
    older = found[STORIES - 1].at if len(found) > STORIES else None
    return page(request, "stories", stories=with_copies(catalogue, found[:STORIES]), older=older, first=not said)


def story(request: Request) -> Response:
    rooms, story_id = _rooms(request), request.path_params["story"]
    versions = rooms.catalogue.story(story_id)
    if not versions:
        return missing(request, "No story of this id is in the streams.")
    left = _chosen(versions, request.query_params.get("a")) or versions[0]
    right = _chosen(versions, request.query_params.get("b")) or next((v for v in versions if v != left), None)
    both = [records.record(rooms.desk, rooms.catalogue, v.id) if v else None for v in (left, right)]
    difference = diff.compare(both[0].body, both[1].body) if both[0] and both[1] else None
    details = {v.id: records.record(rooms.desk, rooms.catalogue, v.id) for v in versions[:20]}
    return page(
        request, "story", versions=versions, left=left, right=right, records=both, difference=difference,
        details=details, heading=next((v.headline for v in versions if v.headline), "Untitled story"),
    )  # fmt: skip


def _chosen(versions: list[Listed], wanted: str | None) -> Listed | None:
    return next((v for v in versions if v.id == wanted), None)


def article(request: Request) -> Response:
    rooms, article_id = _rooms(request), request.path_params["article"]
    if not links.is_article(article_id):
        return missing(request, "This is not an article's id.")
    found = records.record(rooms.desk, rooms.catalogue, article_id)
    refused = rooms.catalogue.rejected(article_id)
    if found is None:
        return _unpublished(request, article_id, refused)
    original = texts.read(rooms.desk, found.file, found.position)
    pieces = texts.evidence(original, found.span, found.evidence) if original and original.text else []
    return page(
        request, "article", record=found, pieces=pieces, marked=texts.fields_in(pieces), refused=refused,
        fields=_fields(found), siblings=rooms.catalogue.story(found.story, 21),
        jobs=records.living_jobs(rooms.desk, [ids.article_job(stage, article_id) for stage in NAMES[1:]]),
    )  # fmt: skip


def _unpublished(request: Request, article_id: str, refused: list[Any]) -> Response:
    file = ids.place(article_id)[0]
    known = _rooms(request).catalogue.article(article_id)
    if not refused and known is None:
        return missing(request, "Nothing of this id was published. Its file may say more.", links.file(file))
    return page(request, "gone", article=article_id, known=known, refused=refused, file=file)


#: The fields that the article page lists, in the order of a byline sheet.
_FIELDS = (
    "headline", "subheadline", "bylines", "dateline", "published", "updated", "agencies", "publisher", "section",
    "topics", "language", "url",
)  # fmt: skip


def _fields(record: Any) -> list[tuple[str, str, Any]]:
    """Field, value in words, evidence: only what the article has."""
    listed = []
    for name in _FIELDS:
        value = getattr(record, name)
        if name == "dateline" and value:
            value = ", ".join(part for part in (value.text, value.country) if part)
        if isinstance(value, list):
            value = " · ".join(value)
        if value:
            listed.append((name, str(value), record.evidence.get(name)))
    return listed


def article_json(request: Request) -> Response:
    rooms = _rooms(request)
    found = records.record(rooms.desk, rooms.catalogue, request.path_params["article"])
    if found is None:
        return Response('{"error": "not found"}', 404, media_type="application/json")
    return Response(msgspec.json.format(msgspec.json.encode(found)), media_type="application/json")


def file(request: Request) -> Response:
    rooms, file_id = _rooms(request), request.path_params["file"]
    account = records.account(rooms.desk, file_id)
    listed = rooms.catalogue.file(file_id)
    if account is None and listed is None:
        return missing(request, "No file of this id was accepted, or its receipt has expired.")
    original = texts.read(rooms.desk, account.file) if account else None
    lines = texts.audit_lines(original) if original else []
    return page(
        request, "file", id=file_id, account=account, listed=listed, lines=lines,
        labels=Counter(line.label for line in lines if line.kind != "blank"),
        articles=rooms.catalogue.of_file(file_id), refused=rooms.catalogue.rejected(file_id),
        jobs=records.living_jobs(rooms.desk, [ids.split_job(file_id, part) for part in range(20)]),
    )  # fmt: skip


def rejected(request: Request) -> Response:
    rooms = _rooms(request)
    heaps = []
    for stage, kind, count in rooms.catalogue.heaps():
        newest = rooms.catalogue.heap(stage, kind, HEAP)
        heaps.append((stage, kind, count, list(zip(newest, records.settled(rooms.desk, newest), strict=True))))
    said = request.query_params.get("again", "")
    again = int(said[:9]) if said.isdecimal() and said.isascii() else None
    return page(request, "rejected", heaps=heaps, again=again)


async def retry(request: Request) -> Response:
    """Start the files of one heap over: those of its cases that nobody has settled yet."""
    form = await request.form(max_fields=4, max_files=0)
    wanted = Wanted(stage=str(form.get("stage", "")), kind=str(form.get("kind", "")))
    count = await run_in_threadpool(_retry, _rooms(request).desk, wanted)
    return RedirectResponse(f"/rejected?again={count}", 303)


def _retry(desk: Desk, wanted: Wanted) -> int:
    """How many files started over."""
    found = list(itertools.islice(rejections.cases(desk.queues, wanted), RETRIED))
    answers = {file: reopen(desk, file) for file in dict.fromkeys(case.file for case in found) if file}
    started = {file for file, answer in answers.items() if answer is Answer.REOPENED}
    rejections.settle(desk.queues, [case for case in found if case.file in started], "retried")
    return len(started)


def search(request: Request) -> Response:
    """By id (leads straight there), or by words of headline and publisher."""
    said = request.query_params.get("q", "").strip()[:200]
    catalogue = _rooms(request).catalogue
    if links.is_file(said):
        return RedirectResponse(links.file(said), 303)
    if links.is_article(said):
        return RedirectResponse(links.article(said), 303)
    if leads := links.of_job(said):
        return RedirectResponse(leads, 303)
    return page(request, "search", said=said, found=catalogue.search(said))


def workers(request: Request) -> Response:
    """A page of those of one stage or of all, by name: a machine's workers stand together."""
    redis, asked = _rooms(request).desk.queues, request.query_params
    stage = asked.get("stage", "")
    names = reading.worker_names(redis, stage if stage in NAMES else "")
    first = _whole(asked.get("from", ""))
    return page(
        request, "workers", workers=reading.workers(redis, names[first : first + WORKERS]), stage=stage,
        beat=_rooms(request).pulse.beat(), count=len(names), first=first, size=WORKERS,
    )  # fmt: skip


def _whole(said: str) -> int:
    return int(said[:9]) if said.isdecimal() and said.isascii() else 0


def job(request: Request) -> Response:
    return RedirectResponse(links.of_job(request.path_params["job"]) or links.job(request.path_params["job"]), 303)


def missing(request: Request, sentence: str, leads: str = "") -> Response:
    return page(request, "missing", 404, sentence=sentence, leads=leads)
