"""Split: a file, or the next part of it, into articles.

A large file goes through in parts: a part's job ends with the next part's job, which carries the cursor of its
format. So memory is that of a part, a crash repeats a part, and other files get their turn in between.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from newstext.article import Audit, Draft, Refusal, Unit
from newstext.errors import Unreadable
from newstext.formats import prepare, read
from newstext.source import Source
from wiredesk import ids, keys
from wiredesk.files import REACHED, FileInfo
from workers import entries, memory
from workers import take as takes
from workers.blobs import source_of, sources_of
from workers.desk import Desk
from workers.effects import Effects, Next, Part, Publication, Rejection
from workers.stage import Call, Stage
from workers.stages.batch import Results, each, microseconds, place
from workers.take import Take

#: A part ends after so many articles or characters: about a second of the later stages' work, a few MB of memory.
PART_ARTICLES = 250
PART_CHARACTERS = 2_000_000
#: ... or refused rows, each of which has an entry of its own: millions of blank lines took 584 MB in one part.
PART_REFUSED = 20_000
#: ... or units: a member of an archive that holds no article costs 3 ms, and 20,000 of them were a job of 50 s.
PART_UNITS = 2_000
#: ... or bytes, where a file holds other things than articles: so much is unpacked and passed over in some seconds.
PART_BYTES = 64_000_000

#: So many refusals of a part are told one by one: a file's event holds 50 notes, and each part wants its own.
NOTED = 10
#: Files of at most so many bytes are opened and read together; a larger page gains nothing by company.
TOGETHER = 65_536

NAME = "split"


class _Known(NamedTuple):
    """What a batch knows of a call before it is run: its file, if it is still known, how far that was read and how many
    articles it gave, its source where that was opened with others, and the microseconds that this took.
    """

    file: FileInfo | None
    reached: int
    found: int
    source: Source | None = None
    spent: int = 0


def run(desk: Desk, calls: Sequence[Call]) -> Results:
    with desk.queues.pipeline(transaction=False) as pipe:
        for call in calls:
            pipe.hmget(keys.file(call.args[0]), ["info", REACHED, "found"])
        told = pipe.execute()
    known = {
        call.id: _Known(_receipt(info), int(reached or 0), int(found or 0))
        for call, (info, reached, found) in zip(calls, told, strict=True)
    }
    large = any(one.file and one.file.bytes >= memory.LARGE for one in known.values())
    if large:
        memory.release()  # what small ones left is room for it
    _together(desk, calls, known)
    results = each(calls, lambda call: _split(desk, call, known[call.id]))
    if large:
        memory.release()
    return results


def _together(desk: Desk, calls: Sequence[Call], known: dict[str, _Known]) -> None:
    """Open the small files of a batch in one round trip, and read their pages of text together."""
    began = time.perf_counter()
    small: dict[str, FileInfo] = {}
    for call in calls:
        file, (_, part, _) = known[call.id].file, call.args
        if file and part == 0 and file.bytes <= TOGETHER:
            small[call.id] = file
    if len(small) < 2:
        return
    sources = sources_of(desk, list(small.values()))
    prepare(sources)
    spent = microseconds(began) // len(small)
    for name, source in zip(small, sources, strict=True):
        known[name] = known[name]._replace(source=source, spent=spent)


def _receipt(info: bytes | None) -> FileInfo | None:
    return None if info is None else msgspec.json.decode(info, type=FileInfo)


def _split(desk: Desk, call: Call, known: _Known) -> Effects:
    began = time.perf_counter()
    file_id, part, cursor = call.args
    file = known.file
    if file is None:
        raise Unreadable("expired", "The file's receipt is no longer stored (WIREDESK_KEEP_RECEIPTS). Submit it again.")
    try:
        source = known.source or desk.readings.take(file_id, lambda: source_of(desk, file))
        units, rest = read_part(source, cursor)
    except Unreadable as error:
        if part == 0:
            return Effects(rejections=(Rejection(file_id, NAME, error.kind, str(error)),))
        units, rest = [Unit(drafts=[], audit=Audit(notes=[str(error)]))], None
    if rest is not None:
        desk.readings.hold(file_id, source)
    if rest is None and not known.found and not any(unit.drafts for unit in units):
        return Effects(rejections=(nothing(file_id, units),))
    found = [take_of(file, unit, draft) for unit in units for draft in unit.drafts]
    refused = [_refused(file, refusal) for unit in units for refusal in unit.refused if refusal.position is not None]
    return Effects(
        writes=tuple(takes.write(take, desk.settings.keep_texts) for take in found),
        jobs=(*map(_job, found), *_following(file, part, rest)),
        parts=(
            Part(
                file_id,
                part,
                len(found) + len(refused),
                rest is None,
                _tally(units, known.spent + microseconds(began)) | _progress(source, rest, known.reached),
                _notes(units),
            ),
        ),
        publications=tuple(refused),
        value={"articles": len(found), "refused": len(refused)},
    )


def nothing(file_id: str, units: Sequence[Unit]) -> Rejection:
    """Why a file that was read to its end gave no article: the first refusal of its last part says it, if any does."""
    refusal = next((r for unit in units for r in unit.refused), None)
    if refusal:
        return Rejection(file_id, NAME, refusal.kind, refusal.told)
    return Rejection(file_id, NAME, "no-article", "No part of the file holds an article.")


def _refused(file: FileInfo, refusal: Refusal) -> Publication:
    position = refusal.position or 0
    entry = entries.rejected(file, position, NAME, refusal.kind, refusal.told)
    return Publication(file.id, position, keys.REJECTED, entry)


def read_part(source: Source, cursor: str | None) -> tuple[list[Unit], str | None]:
    """Units up to a part's size, and the cursor of the next part (None at the file's end)."""
    units: list[Unit] = []
    articles = characters = refused = 0
    reading: Iterator[Unit] = read(source, cursor)
    start = 0
    for unit in reading:
        start = start if units else _place(source)  # a new stream has gone to the part's first byte by now
        units.append(unit)
        articles += len(unit.drafts)
        characters += sum(len(draft.body) for draft in unit.drafts)
        refused += sum(refusal.position is not None for refusal in unit.refused)
        full = articles >= PART_ARTICLES or characters >= PART_CHARACTERS or refused >= PART_REFUSED
        full = full or len(units) >= PART_UNITS or _place(source) - start >= PART_BYTES
        if unit.cursor and full:
            return units, unit.cursor
    return units, None


def _place(source: Source) -> int:
    return source.stream.tell()


def _progress(source: Source, rest: str | None, before: int) -> dict[str, int]:
    """How many bytes of the file this part went forward: a tally is a sum."""
    return {REACHED: (source.size if rest is None else max(before, _place(source))) - before}


def take_of(file: FileInfo, unit: Unit, draft: Draft) -> Take:
    owner = msgspec.structs.replace(file, encoding=unit.encoding or None, format=unit.format or None)
    return Take(id=ids.article_id(file.id, draft.position), file=owner, draft=draft, origin=unit.origin)


def _job(take: Take) -> Next:
    return Next("fingerprint", ids.article_job("fingerprint", take.id), [take.id], f"fingerprint {place(take)}")


def _following(file: FileInfo, part: int, cursor: str | None) -> tuple[Next, ...]:
    if cursor is None:
        return ()
    description = f"{NAME} {file.name}, part {part + 2}"
    return (Next(NAME, ids.split_job(file.id, part + 1), [file.id, part + 1, cursor], description),)


def _tally(units: Sequence[Unit], spent: int) -> dict[str, int]:
    """Characters by kind, the file's own count, and the microseconds of splitting."""
    sums = {
        "chars_article": sum(u.audit.article for u in units),
        "chars_furniture": sum(u.audit.furniture for u in units),
        "chars_unassigned": sum(u.audit.unassigned for u in units),
        "declared": sum(u.audit.declared or 0 for u in units),
        f"us_{NAME}": spent,
    }
    return {name: value for name, value in sums.items() if value}


def _notes(units: Sequence[Unit]) -> list[str]:
    """What the file's event says about it; refusals that keep no number are told here, the first ones each."""
    said = [note for unit in units for note in unit.audit.notes]
    told = [refusal.told for unit in units for refusal in unit.refused if refusal.position is None]
    more = [f"{len(told) - NOTED} more parts of the file gave no article"] if len(told) > NOTED else []
    return said + told[:NOTED] + more


STAGE = Stage(NAME, run)
