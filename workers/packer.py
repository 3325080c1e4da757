"""The packer: moves texts and files that have had their outcome for a while into packs in the object store.

What is to be moved stands in the output streams, in the order of time; `packed` notes how far each was gone through.
Where a stream is trimmed by its length sooner than that, it is moved when half of that length has come after it.
A step takes the next few MB, in this order:

    read the values  ->  write the pack  ->  put locators in their place  ->  note how far

Killed anywhere it loses nothing and says nothing twice: before the locators stand, Redis still has all values, and the
next step packs them again; a locator is put only where the value is still the one that was packed (pack.lua). The
packs that nobody's locator names are found when their hour is over. So is one whose values were given a longer life:
they are packed anew. A store that is away costs memory in Redis and nothing else.

Any worker of the last stage does this, one at a time, in a thread of its own: a slow store holds up nobody.
"""

from __future__ import annotations

import random
import struct
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha1
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import msgspec
from redis.exceptions import RedisError

from producers import blobs
from producers.several import batches
from wiredesk import keys, log
from wiredesk.errors import StoreError, StoreFault
from wiredesk.files import FileInfo
from workers import packs
from workers.absence import Absence

if TYPE_CHECKING:
    from workers.desk import Desk

#: Bytes of a pack: 2,000 articles of text. Twice that waits in memory while it is sent.
LARGEST: Final = 4 << 20
#: Smaller values stay where they are; a locator takes 21 bytes.
SMALLEST: Final = 64
#: Entries that are asked for at once, each of some KB that Redis looks through: about 2 ms of its time.
PAGE: Final = 250
#: ... of which so many are measured at once.
FEW: Final = 25
#: Keys of one script that puts locators: about a millisecond of Redis.
AT_ONCE: Final = 100
#: Seconds for which a step is left alone: one of 4 MB takes one or two. If two workers pack the same, one of the packs
#: is read by nobody and goes with its hour.
LOCK = 10
#: Seconds between two tries to be the one who packs, and after a fault.
LOOK, PAUSE = 5.0, 5.0
#: The share of `objects_after` that is waited once all is packed, so that packs of a small desk are no tiny ones, and
#: its bounds in seconds.
SHARE, SHORTEST, LONGEST = 4, 1, 900
#: ... where a stream may be trimmed before that: seconds in which half of its entries should not come anew.
CROWDED = 10
#: Seconds of tidying in one step.
TIDYING = 1.0

_AGED, _PACK, _PACKING = (
    files("workers").joinpath(f"lua/{name}.lua").read_text("utf-8") for name in ("aged", "pack", "packing")
)


class _Value(NamedTuple):
    """What is to be packed. `stands`: what Redis has there now, `life`: for how many milliseconds more."""

    key: bytes
    value: bytes
    stands: bytes
    life: int


class Packer:
    """Packs for one desk. `worker`: its name in the lock."""

    def __init__(self, desk: Desk, worker: str) -> None:
        self._queues, self._texts = desk.queues, desk.texts
        self._root, self._after = desk.settings.objects_url or "", desk.settings.objects_after or 0
        self._crowded = desk.settings.keep_stream_entries // 2
        self._longest = 1000 * max(desk.settings.keep_texts, desk.settings.keep_files)
        self._worker = worker
        self._aged, self._swap = desk.queues.register_script(_AGED), desk.texts.register_script(_PACK)
        self._turn = desk.queues.register_script(_PACKING)
        self._over = threading.Event()
        self._absence = Absence()

    # -- a thread of its own -----------------------------------------------------------------------------------

    def start(self) -> None:
        threading.Thread(target=self._run, name="packer", daemon=True).start()

    def end(self) -> None:
        """A step that is under way is left where it is: it may be broken off anywhere."""
        self._over.set()

    def _run(self) -> None:
        pause = random.random()
        while not self._over.wait(pause):
            try:
                pause = self.step()
            except Exception as error:  # noqa: BLE001  (what a store or a stranger's object does: the next step tries again)
                log.get().warning("texts stay in redis", reason=str(error) or type(error).__name__)
                pause = self._absence.left if isinstance(error, StoreError) else PAUSE

    # -- a step ------------------------------------------------------------------------------------------------

    def step(self) -> float:
        """Pack a few MB, or tidy for a moment, unless another worker does; seconds until the next step.

        Raises `StoreAway`, `StoreFault` and what Redis raises.
        """
        if not self._note("take", self._worker, LOCK):
            return LOOK
        try:
            packed = [self._pack(stream) for stream in (keys.ARTICLES, keys.COPIES, keys.FILES)]
            more = any(packed) or self._tidy()
        except Exception:
            with suppress(RedisError):
                self._queues.delete(keys.PACKING)
            raise
        if more:
            self._queues.delete(keys.PACKING)
            return 0.0
        rest = min(max(self._after // SHARE, SHORTEST), CROWDED if self._is_crowded() else LONGEST)
        self._note("keep", self._worker, rest)
        return float(rest)

    def _is_crowded(self) -> bool:
        with self._queues.pipeline(transaction=False) as pipe:
            for stream in (keys.ARTICLES, keys.COPIES, keys.FILES):
                pipe.xlen(stream)
            return bool(max(pipe.execute()) > self._crowded)

    def _note(self, *words: bytes | str | int) -> bool:
        return bool(self._turn(keys=[keys.PACKING, keys.PACKED], args=words))

    def _pack(self, stream: str) -> bool:
        """Pack the next of this stream; whether that was a whole pack, behind which more may wait."""
        known = cast("bytes | None", self._queues.hget(keys.PACKED, stream)) or b""
        names, last, full = self._next(stream, known)
        self._move(self._read(names))
        if last != known:
            self._note("note", stream, last)
        return full

    def _next(self, stream: str, last: bytes) -> tuple[list[str], bytes, bool]:
        """Keys of about a pack's worth after the entry `last`, the entry up to which they are all there are, and
        whether they are a whole pack.
        """
        chosen: list[str] = []
        size = 0
        while size < LARGEST and (
            page := self._aged(keys=[stream], args=[last, 1000 * self._after, PAGE, self._crowded])
        ):
            about = self._names(stream, [one.decode("ascii", "replace") for one in page[1::2]])
            for entry, names, sizes in self._sizes(zip(page[::2], about, strict=True)):
                for name, length in zip(names, sizes, strict=True):
                    if length < SMALLEST:
                        continue
                    if size >= LARGEST:
                        return chosen, last, True
                    chosen.append(name)
                    size += length
                last = entry
        return chosen, last, size >= LARGEST

    def _sizes(self, page: Iterable[tuple[bytes, list[str]]]) -> Iterator[tuple[bytes, list[str], list[int]]]:
        """With the keys of each entry their sizes. A file may have a thousand chunks, of which four make a pack."""
        for some in batches(page, FEW):
            with self._texts.pipeline(transaction=False) as pipe:
                for name in (name for _, names in some for name in names):
                    pipe.strlen(name)
                sizes = iter(pipe.execute())
            for entry, names in some:
                yield entry, names, list(islice(sizes, len(names)))

    def _names(self, stream: str, about: Sequence[str]) -> list[list[str]]:
        """The keys that each article or file has on the texts' Redis."""
        if stream != keys.FILES:
            return [[keys.take(article)] for article in about]
        with self._queues.pipeline(transaction=False) as pipe:
            for file in about:
                pipe.hget(keys.file(file), "info")
            return [_chunks(info) for info in pipe.execute()]

    def _read(self, names: Sequence[str]) -> list[_Value]:
        if not names:
            return []
        with self._texts.pipeline(transaction=False) as pipe:
            pipe.mget(names)
            for name in names:
                pipe.pttl(name)
            values, *lives = pipe.execute()
        return [
            _Value(name.encode(), value, value, life)
            for name, value, life in zip(names, values, lives, strict=True)
            if value is not None and not packs.located(value)
        ]

    def _move(self, held: Sequence[_Value]) -> None:
        if not held:
            return
        lives = [one.life if one.life >= 0 else self._longest for one in held]
        hour = int(time.time() + max(lives) / 1000) // packs.HOUR + 1
        values = [(one.key, one.value) for one in held]
        locators = self._absence.ask(lambda: packs.write(self._root, hour, values))
        for some in batches(zip(held, locators, strict=True), AT_ONCE):
            args = [part for one, locator in some for part in (_sha1(one.stands), locator)]
            self._swap(keys=[one.key for one, _ in some], args=args)

    # -- packs whose time is over ------------------------------------------------------------------------------

    def _tidy(self) -> bool:
        """Once an hour, and for a moment each: whether there is more."""
        hour = int(time.time()) // packs.HOUR
        if int(self._queues.hget(keys.PACKED, "tidied") or 0) >= hour:
            return False
        if not self._is_ours():
            log.get().warning("packs of another desk", reason="nothing is removed", fix="wiredesk doctor")
            self._note("note", "tidied", hour)
            return False
        began = time.monotonic()
        for name in packs.over(self._root, hour):
            try:
                self._renew(name)
            except (StoreFault, ValueError, struct.error, msgspec.MsgspecError) as error:  # it is no pack of ours
                log.get().warning("pack not removed", pack=name, reason=str(error) or type(error).__name__)
            if time.monotonic() - began > TIDYING:
                return True
        self._note("note", "tidied", hour)
        return False

    def _is_ours(self) -> bool:
        """Whether packs here are this desk's, which says so if nobody does."""
        mark = cast("bytes | None", self._queues.hget(keys.PACKED, "desk"))
        if mark is None:
            self._note("note", "desk", uuid.uuid4().hex)
            return self._is_ours()
        owner = packs.owner(self._root)
        if owner is None:
            packs.own(self._root, mark.decode())
        return owner in (None, mark.decode())

    def _renew(self, name: str) -> None:
        """Remove a pack, once those of its values that are still looked for (a file was seen again) lie in a new one.

        Who has just read an old locator reads the new one next (packs.load).
        """
        if not packs.half(name):
            with suppress(FileNotFoundError):
                self._move(list(self._wanted(packs.read(self._root, name))))
        packs.remove(self._root, name)

    def _wanted(self, packed: Sequence[packs.Packed]) -> Iterator[_Value]:
        with self._texts.pipeline(transaction=False) as pipe:
            for one in packed:
                pipe.get(one.key)
                pipe.pttl(one.key)
            told = pipe.execute()
        for one, stands, life in zip(packed, told[::2], told[1::2], strict=True):
            if stands == one.locator:
                yield _Value(one.key, one.value, stands, life)


def _chunks(info: bytes | None) -> list[str]:
    if info is None:
        return []
    file = msgspec.json.decode(info, type=FileInfo)
    return [keys.blob(file.sha256, n) for n in range(blobs.count(file.bytes))]


def _sha1(value: bytes) -> str:
    return sha1(value, usedforsecurity=False).hexdigest()
