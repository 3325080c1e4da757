"""What the stages that work on articles share: load the takes of a batch, keep failures apart, note the time spent."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec

from wiredesk import ids, keys, log
from wiredesk.files import FileInfo
from workers import take as takes
from workers.desk import Desk
from workers.effects import Effects, Next
from workers.stage import Call
from workers.take import Take

Results = list[Effects | Exception]


def each(calls: Sequence[Call], work: Callable[[Call], Effects]) -> Results:
    """Apply `work` to each call; an exception takes the place of its result."""
    results: Results = []
    for call in calls:
        try:
            results.append(work(call))
        except Exception as error:  # noqa: BLE001  (whatever an article does, its batch goes on)
            results.append(error)
    return results


def each_take(desk: Desk, calls: Sequence[Call], work: Callable[[Take], Effects]) -> Results:
    """Apply `work` to each call's take."""
    loaded = dict(zip((c.id for c in calls), takes.load_each(desk, [c.args[0] for c in calls]), strict=True))

    def one(call: Call) -> Effects:
        take = loaded[call.id]
        try:
            if isinstance(take, Exception):
                raise take
            return work(take)
        except takes.Gone as gone:
            return split_again(desk, call, gone)

    return each(calls, one)


def split_again(desk: Desk, call: Call, gone: takes.Gone) -> Effects:
    """Nothing, for an article whose file still has its bytes: once no job of that file is left, the sweep starts it
    over, and what has its outcome keeps it. Raises `gone` for all others.
    """
    file = ids.place(call.args[0])[0]
    info, state = desk.queues.hmget(keys.file(file), ["info", "state"])
    known = msgspec.json.decode(info, type=FileInfo) if info and state == b"open" else None
    if known is None or not desk.texts.exists(keys.blob(known.sha256, 0)):
        raise gone
    log.get().warning("text is lost, its file will be split again", job=call.id)
    return Effects(value={"lost": str(gone)})


def microseconds(began: float) -> int:
    """Since `began`, a ``time.perf_counter()``."""
    return int(1e6 * (time.perf_counter() - began))


def hand_on(desk: Desk, take: Take, stage: str, spent: int, to: str) -> Effects:
    """Write the take with the microseconds that `stage` spent on it and queue it for the stage `to`."""
    take.spent[stage] = take.spent.get(stage, 0) + spent
    job = Next(to, ids.article_job(to, take.id), [take.id], f"{to} {place(take)}")
    return Effects(writes=(takes.write(take, desk.settings.keep_texts),), jobs=(job,))


def place(take: Take) -> str:
    """An article as a description names it: ``page.txt#1``."""
    return f"{take.file.name}#{ids.place(take.id)[1]}"
