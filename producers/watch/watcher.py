"""The watcher: claims complete files, submits them, and moves each where its outcome says.

It holds a file (claimed, on disk) until the desk has published or rejected it, and for some seconds more (`standing`).
So whatever is lost in between, by a power failure of Redis or by a kill of this process, is sent again from the file,
and the desk knows what it had.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from producers.delivery import BATCH, LATER
from producers.desk import Desk
from producers.errors import Changed, NotAFile
from producers.items import Item, Receipt
from producers.parcels import open_regular
from producers.several import batches
from producers.status import Status
from producers.watch.inbox import Inbox
from producers.watch.standing import SURE, Standing
from producers.watch.wake import Wake
from producers.watch.writers import Writers
from wiredesk import log

#: Files claimed and without outcome: some seconds of work; the others wait where a person sees them.
MOST_CLAIMED = 5_000
#: Seconds that one look for outcomes waits while there are any to wait for.
LOOK = 0.1
#: Seconds between two tries while the desk is full or away, or the disk is full.
PAUSE = 0.5
#: Seconds until a file that was still being written is looked at again.
UNFINISHED_LOOK = 0.2
#: A scan is followed by this many times its length without one: scanning takes at most a fifth of the time.
SCAN_REST = 4


class _End(NamedTuple):
    """Where a claimed file goes: `reason` is None for `done/`."""

    tag: str
    reason: str | None


class Watcher:
    """Seconds: `settle`, of quiet where the kernel does not know writers; `rescan`, between looks unasked; `sure`, that
    an outcome must have stood before its file is put away.
    """

    def __init__(
        self, folder: Path, desk: Desk, *, settle: float, rescan: float, sure: float = SURE, source: str | None = None
    ) -> None:
        self._desk, self._source, self._rescan = desk, source, rescan
        self._inbox = Inbox(folder)
        self._writers = Writers(settle)
        self._outcomes = desk.watch_outcomes()
        self._standing = Standing(desk, sure)
        self._wake = Wake(folder)
        self._next_scan = 0.0
        self._unfinished = False
        self._to_send: dict[str, None] = {}
        self._sent: dict[str, list[str]] = {}
        self._ends: dict[str, _End] = {}
        self._held: set[str] = set()
        self._complained: set[str] = set()
        self.rejected = 0
        self._log = log.get(inbox=str(folder))

    def run(self, stop: threading.Event, *, once: bool = False) -> None:
        """Until `stop` is set; with `once`, until nothing is left that could be taken."""
        earliest = 0.0
        while not stop.is_set():
            if time.monotonic() >= self._next_scan:
                began = time.monotonic()
                self._scan()
                earliest = time.monotonic() + SCAN_REST * (time.monotonic() - began)
                again = UNFINISHED_LOOK if self._unfinished else self._rescan
                self._next_scan = max(earliest, time.monotonic() + again)
            calm = self._work()
            if once and not self._held and not self._unfinished:
                return
            idle = min(PAUSE, self._next_scan - time.monotonic()) if not self._held else 0.0 if calm else PAUSE
            if self._wake.wait(max(0.0, idle)):
                self._next_scan = min(self._next_scan, earliest)

    def close(self) -> None:
        """What is claimed stays claimed, for the next watcher of this directory."""
        self._wake.close()
        self._inbox.close()

    def _work(self) -> bool:
        """One round with what is in hand; False when the desk or the disk asks for a pause."""
        try:
            self._send()
            for status in self._outcomes.look(LOOK if self._sent else 0.0):
                self._standing.add(status)
            for file, known in self._standing.due():
                self._conclude(file, known)
            for file in list(self._outcomes.unknown):
                self._send_again(file)
            self._outcomes.unknown.clear()
        except LATER as error:
            self._complain(type(error).__name__, reason=str(error))
            self._put_away()
            return False
        self._complained.clear()
        return self._put_away()

    def _conclude(self, file: str, status: Status | None) -> None:
        """What becomes of a file whose outcome has had its time; one that Redis forgot begins again."""
        if status is None:
            self._send_again(file)
        elif status.done:
            rejected = status.reason or "No article came of it." if status.outcome == "rejected" else None
            for name in self._sent.pop(file, []):
                self._ends[name] = _End(file[:8], rejected)
        else:
            self._outcomes.expect(file)

    def _send_again(self, file: str) -> None:
        self._to_send.update(dict.fromkeys(self._sent.pop(file, [])))

    def _scan(self) -> None:
        """Claim what is complete."""
        self._unfinished = False
        for name in self._inbox.adopt():
            self._hold(name)
        for found in self._inbox.scan():
            full = found.name in self._held or len(self._held) >= MOST_CLAIMED
            if full or not self._writers.finished(self._inbox.path(found.name), found.stat):
                self._unfinished = True
            else:
                self._claim(found.name)
        self._writers.next_round()

    def _claim(self, name: str) -> None:
        try:
            if self._inbox.claim(name):
                self._hold(name)
        except OSError as error:
            self._complain(name, reason=f"It cannot be moved: {error.strerror}.")

    def _hold(self, name: str) -> None:
        self._held.add(name)
        self._to_send[name] = None

    def _send(self) -> None:
        for names in batches(list(self._to_send), BATCH):
            with ExitStack() as opened:
                items = [item for name in names if (item := self._item(name, opened))]
                for item, answer in self._desk.submit_each(items, wait=False):
                    self._note(item.name, answer)

    def _item(self, name: str, opened: ExitStack) -> Item | None:
        try:
            stream = opened.enter_context(open_regular(self._inbox.claimed(name), os.O_NOFOLLOW))
        except FileNotFoundError:
            self._forget(name)
        except (NotAFile, OSError) as error:
            self._note(name, error)
        else:
            return Item(stream, name, source=self._source)
        return None

    def _note(self, name: str, answer: Receipt | Exception) -> None:
        """What the desk said of a file: wait for its outcome, send it again later, or give it up."""
        if isinstance(answer, Changed):
            return
        self._to_send.pop(name, None)
        if isinstance(answer, Receipt):
            self._sent.setdefault(answer.file, []).append(name)
            self._outcomes.expect(answer.file)
        else:
            said = f"It cannot be read: {answer.strerror}." if isinstance(answer, OSError) else str(answer)
            self._ends[name] = _End("again", said)

    def _put_away(self) -> bool:
        """Move what has ended; what cannot be moved now stays claimed and is tried again."""
        for name, end in list(self._ends.items()):
            try:
                if end.reason is None:
                    self._inbox.finish(name, end.tag)
                else:
                    self._inbox.reject(name, end.tag, end.reason)
            except FileNotFoundError:
                pass
            except OSError as error:
                self._complain(name, reason=f"It cannot be moved: {error.strerror}.")
                continue
            self.rejected += end.reason is not None
            self._log.info("file ended", file=name, outcome="done" if end.reason is None else "rejected")
            self._forget(name)
        return not self._ends

    def _forget(self, name: str) -> None:
        self._held.discard(name)
        self._to_send.pop(name, None)
        self._ends.pop(name, None)

    def _complain(self, what: str, reason: str) -> None:
        """Once, until things go well again."""
        if what not in self._complained:
            self._complained.add(what)
            self._log.warning("cannot go on", what=what, reason=reason)
