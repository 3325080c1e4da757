"""Stored files through today's rules, held against what they gave when they were published.

What it promises. An article keeps its id: what is read now is paired with what was published by its text and its
place, not by its number alone, so one more article at the top of a page moves no ids. A changed article is published
again as the next version of itself (stream `copies`, `version` above 1), never as a double: the commit is one step
and takes a version only after the one that was looked at. What is new goes through the stages like any article, under
a number of its own. What today's rules no longer find stays published and is told.

Only what a reader of the article would see makes a new version; a better reason for the same value does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import msgspec
import numpy as np

from newstext.article import Article
from newstext.errors import Unreadable
from newstext.extract import extract
from newstext.fingerprint import features, signature
from newstext.formats import read
from wiredesk import ids, jobs, keys, places, trace
from wiredesk.files import FileInfo
from wiredesk.records import FingerprintInfo, Record
from workers import claimants, entries, pairing
from workers import take as takes
from workers.blobs import source_of
from workers.desk import Desk
from workers.rejudge import insert, rejudge
from workers.reopen import Answer, outlook, reopen, scripts
from workers.runner.wire import Arena, NewJob, Value, call_data
from workers.stages.publish import record_of
from workers.take import Take

#: Fields that say where and why, not what: alone they make no new version.
SILENT = frozenset({"id", "file", "position", "span", "evidence", "fingerprint", "version"})


class Change(msgspec.Struct, frozen=True):
    """An article before and after; `before` is None for a new one, `after` for one that is no longer found."""

    before: Record | None
    after: Record | None
    take: Take | None = None

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """What differs, as (before, after)."""
        if self.before is None or self.after is None:
            return {}
        pairs = {f: (getattr(self.before, f), getattr(self.after, f)) for f in Record.__struct_fields__}
        return {name: pair for name, pair in pairs.items() if name not in SILENT and pair[0] != pair[1]}

    @property
    def kind(self) -> str:
        """same, changed, new or gone."""
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        return "changed" if self.fields else "same"


class Difference(msgspec.Struct, frozen=True):
    """What a replay of one file would change. `problem` says why it cannot be replayed."""

    file: str
    name: str
    changes: list[Change] = []
    problem: str | None = None

    def of(self, kind: str) -> list[Change]:
        return [change for change in self.changes if change.kind == kind]


class Revision(msgspec.Struct, frozen=True):
    position: int
    seen: int
    stream: str
    from_: int = msgspec.field(name="from")
    to: int
    take: Value | None
    story: str
    left: str


class ReviseCall(msgspec.Struct, frozen=True):
    file: str
    revisions: list[Revision]
    jobs: list[NewJob]
    writes: list[Value]
    added: int


def look(desk: Desk, files: Sequence[str]) -> Iterator[Difference]:
    """The difference for each file, in order; nothing is changed."""
    before = _published(desk, files)
    for file in files:
        answer = outlook(desk, file)
        info = desk.queues.hget(keys.file(file), "info")
        known = msgspec.json.decode(info, type=FileInfo) if info else None
        if answer is not Answer.REOPENED or known is None:
            yield Difference(file, known.name if known else file, problem=str(answer))
            continue
        try:
            after = list(_read(desk, known))
        except Unreadable as error:
            yield Difference(file, known.name, problem=str(error))
            continue
        yield Difference(file, known.name, _changes(desk, file, before.get(file, []), after))


def commit(desk: Desk, difference: Difference) -> int:
    """Publish the changed and start the new. How many articles that were; 0 where another replay was faster."""
    changed, new = difference.of("changed"), difference.of("new")
    if difference.problem or not changed + new:
        return 0
    if not any(change.before for change in difference.changes):
        return len(new) if reopen(desk, difference.file) is Answer.REOPENED else 0
    fresh = [cast("Take", change.take) for change in new]
    _write_elsewhere(desk, fresh)
    arena, carried = Arena(), trace.brought(desk.queues, difference.file)
    call = ReviseCall(
        difference.file,
        [_revision(desk, change, arena, carried) for change in changed],
        [_job(take, arena, carried) for take in fresh],
        [_value(desk, take, arena) for take in fresh] if desk.one_server else [],
        len(new),
    )
    done = set(scripts(desk).call("revise", call, raw=arena.raw))
    for after in (c.after for c in changed if c.after and ids.place(c.after.id)[1] in done and _is_new_original(c)):
        insert(desk, after)
    _write_elsewhere(desk, [t for t in (c.take for c in changed) if t and ids.place(t.id)[1] in done])
    return len(done) + len(new)


def _is_new_original(change: Change) -> bool:
    before, after = change.before, change.after
    return bool(before and after and before.relation != "original" and after.relation == "original")


def _write_elsewhere(desk: Desk, written: Iterable[Take]) -> None:
    """Where texts have a Redis of their own they cannot ride in the step itself."""
    if not desk.one_server:
        for take in written:
            desk.texts.set(keys.take(take.id), takes.dump(take), ex=desk.settings.keep_texts)


def _revision(desk: Desk, change: Change, arena: Arena, carried: str) -> Revision:
    before, after = cast("Record", change.before), cast("Record", change.after)
    flat = [part for pair in entries.published(after, carried).items() for part in pair]
    first = arena.put(*flat)
    return Revision(
        before.position,
        before.version,
        keys.COPIES,
        first,
        first + len(flat) - 1,
        _value(desk, cast("Take", change.take), arena) if desk.one_server else None,
        after.story,
        before.story,
    )


def _job(take: Take, arena: Arena, carried: str) -> NewJob:
    name = "fingerprint"
    place = arena.put(call_data(name, [take.id], carried), jobs.printable(f"{name} {take.file.name}"))
    return NewJob(name, ids.article_job(name, take.id), place)


def _value(desk: Desk, take: Take, arena: Arena) -> Value:
    return Value(keys.take(take.id), arena.put(takes.dump(take)), desk.settings.keep_texts)


def _read(desk: Desk, file: FileInfo) -> Iterator[Take]:
    """The file's articles by today's rules, numbered as they stand."""
    for unit in read(source_of(desk, file)):
        owner = msgspec.structs.replace(file, encoding=unit.encoding or None, format=unit.format or None)
        for draft in unit.drafts:
            take = Take(id=ids.article_id(file.id, draft.position), file=owner, draft=draft, origin=unit.origin)
            take.article = extract(draft, take.where())
            yield take


def _published(desk: Desk, files: Sequence[str]) -> dict[str, list[Record]]:
    """What the files gave, in its latest version: from the kept texts, and where they have expired, the streams."""
    found: dict[str, list[Record]] = {}
    missing: list[str] = []
    for file in files:
        articles = [ids.article_id(file, n) for n in _positions(desk.queues.get(keys.published(file)))]
        for article, take in zip(articles, takes.load(desk, articles) if articles else [], strict=True):
            if isinstance(take, Unreadable) or take.article is None or take.judged is None:
                missing.append(article)
            else:
                found.setdefault(file, []).append(_versioned(desk, record_of(take)))
    if missing:
        for message in places.messages(desk.queues, missing):
            found.setdefault(ids.place(message.id)[0], []).append(message.article)
    return found


def _versioned(desk: Desk, record: Record) -> Record:
    version = desk.queues.hget(keys.file(ids.place(record.id)[0]), f"version:{record.position}")
    return msgspec.structs.replace(record, version=int(version or 1))


def _positions(bitmap: Any) -> list[int]:
    """The numbers whose bits are set, as Redis counts them: the highest bit of the first byte is 0."""
    return np.flatnonzero(np.unpackbits(np.frombuffer(bitmap or b"", np.uint8))).tolist()


def _changes(desk: Desk, file: str, before: Sequence[Record], after: Sequence[Take]) -> list[Change]:
    """Pair what was with what is, and number what is new."""
    pairs = pairing.pair(before, [cast("Article", take.article) for take in after])
    changes = [
        _changed(desk, record, after[pairs[n]]) if n in pairs else Change(record, None)
        for n, record in enumerate(before)
    ]
    taken = {record.position for record in before}
    fresh = [take for n, take in enumerate(after) if n not in set(pairs.values())]
    free = max([*taken, *(t.draft.position for t in after if t.draft)], default=-1) + 1
    for take in fresh:
        position = cast("Article", take.article).position
        if position in taken:
            position, free = free, free + 1
        taken.add(position)
        changes.append(_new(file, take, position))
    return changes


def _changed(desk: Desk, before: Record, take: Take) -> Change:
    """The published record with what today's rules say of the text and of its story."""
    article = msgspec.structs.replace(cast("Article", take.article), position=before.position)
    key = claimants.keyed(desk)
    exact = features(article.body, key).exact
    after = msgspec.structs.replace(
        before,
        file=take.file,
        fingerprint=FingerprintInfo(exact, signature(key)),
        version=before.version + 1,
        **{f: getattr(article, f) for f in Article.__struct_fields__},
    )
    judged = rejudge(desk, after)
    after = msgspec.structs.replace(after, **msgspec.structs.asdict(judged))
    kept = Take(
        id=before.id, file=take.file, origin=take.origin, article=article, fingerprint=after.fingerprint, judged=judged
    )
    return Change(before, after, kept)


def _new(file: str, take: Take, position: int) -> Change:
    draft = msgspec.structs.replace(cast("Any", take.draft), position=position)
    renamed = Take(id=ids.article_id(file, position), file=take.file, origin=take.origin, draft=draft)
    article = msgspec.structs.replace(cast("Article", take.article), position=position)
    parts = {f: getattr(article, f) for f in Article.__struct_fields__}
    # Its story is for the index to say: until then it is its own.
    shown = Record(
        id=renamed.id, file=take.file, story=renamed.id, relation="original", duplicate_of=None, similarity=None,
        fingerprint=FingerprintInfo("", signature()), **parts,
    )  # fmt: skip
    return Change(None, shown, renamed)
