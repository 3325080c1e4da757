"""The client that a scraper imports: push a file the moment it appears, get a receipt.

    from producers import Desk

    desk = Desk("redis://127.0.0.1:6379/0")
    receipt = desk.submit(page_bytes, name="story.html", url="https://example.org/story")

Bytes are stored first, then the file is accepted in one atomic step; a lost reply may be answered by sending again:
the same content under the same address is one file.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.resources import files as resources
from pathlib import Path
from typing import BinaryIO

import msgspec
import orjson
from redis import Redis

from producers import blobs
from producers.errors import Busy, TooLarge
from wiredesk import ids, jobs, keys
from wiredesk.connection import client
from wiredesk.errors import SettingError
from wiredesk.files import FileInfo
from wiredesk.jobs import human_size
from wiredesk.settings import Settings

FIRST_STAGE = "split"
#: Seconds between two attempts while the desk is above its high-water mark.
BUSY_PAUSE = 0.25
#: Files whose acceptance shares one round trip: beyond this the gain per file is below a microsecond.
BATCH = 64
#: ... as long as their bytes stay below this, so that no producer holds more than a few MB.
BATCH_BYTES = 4 << 20

_NEW, _FULL = 1, -1


class Item(msgspec.Struct, frozen=True):
    """A file to be submitted: bytes in hand or a path; `name` defaults to the path's last part."""

    data: bytes | Path
    name: str = ""
    url: str | None = None
    source: str | None = None
    fetched_at: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    """`new` is False when the same content came under the same address before. Ask with ``wiredesk trace FILE``."""

    file: str
    name: str
    new: bool
    bytes: int


class Desk:
    """A connection to a desk. Safe to share among threads."""

    def __init__(self, url: str | None = None, *, settings: Settings | None = None) -> None:
        self.settings = settings or Settings.read()
        address = url or self.settings.redis_url
        if not address:
            raise SettingError("No Redis is named: give Desk(url) one, or set WIREDESK_REDIS_URL=redis://host:6379/0")
        self._queues: Redis = client(address)
        texts = self.settings.texts_url
        self._texts: Redis = client(texts) if texts else self._queues
        self._accept = self._queues.register_script(resources("producers").joinpath("accept.lua").read_text("utf-8"))

    def submit(
        self,
        data: bytes | str | Path,
        *,
        name: str = "",
        url: str | None = None,
        source: str | None = None,
        fetched_at: str | None = None,
        wait: bool = True,
    ) -> Receipt:
        """Push one file: bytes, text, or a path. Raises `TooLarge`, and `Busy` when not `wait`."""
        content = data.encode("utf-8") if isinstance(data, str) else data
        item = Item(content, name, url, source, fetched_at)
        return self.submit_many([item], wait=wait)[0]

    def submit_many(self, items: Iterable[Item], *, wait: bool = True) -> list[Receipt]:
        """Push files in batches of one round trip each; receipts in the order of the items."""
        receipts: list[Receipt] = []
        batch: list[Item] = []
        held = 0
        for item in items:
            batch.append(item)
            held += len(item.data) if isinstance(item.data, bytes) else item.data.stat().st_size
            if len(batch) >= BATCH or held >= BATCH_BYTES:
                receipts += self._send(batch, wait=wait)
                batch, held = [], 0
        return receipts + (self._send(batch, wait=wait) if batch else [])

    def _send(self, batch: Sequence[Item], *, wait: bool) -> list[Receipt]:
        infos = [self._store(item) for item in batch]
        answers = self._ask(infos)
        while any(answer == _FULL for answer in answers):
            if not wait:
                raise Busy(
                    f"The desk is full: {self.settings.high_water} files wait to be split. Send again later, start "
                    "more workers (wiredesk work split), or raise WIREDESK_HIGH_WATER."
                )
            time.sleep(BUSY_PAUSE)
            again = [n for n, answer in enumerate(answers) if answer == _FULL]
            for n, answer in zip(again, self._ask([infos[n] for n in again]), strict=True):
                answers[n] = answer
        return [Receipt(i.id, i.name, a == _NEW, i.bytes) for i, a in zip(infos, answers, strict=True)]

    def _store(self, item: Item) -> FileInfo:
        """Put a file's bytes into Redis under their hash; they are there before any job names them."""
        if isinstance(item.data, Path):
            with item.data.open("rb") as stream:
                return self._store_stream(item, stream, item.name or item.data.name)
        return self._store_stream(item, io.BytesIO(item.data), item.name)

    def _store_stream(self, item: Item, stream: BinaryIO, name: str) -> FileInfo:
        sha256, size = blobs.digest(stream)
        if size > self.settings.max_file_bytes:
            raise TooLarge(
                f"{jobs.printable(name) or 'The file'} has {human_size(size)}, more than WIREDESK_MAX_FILE_BYTES "
                f"allows ({human_size(self.settings.max_file_bytes)})."
            )
        with self._texts.pipeline(transaction=False) as pipe:
            for n, chunk in enumerate(blobs.chunks(stream)):
                pipe.set(keys.blob(sha256, n), blobs.pack(chunk), ex=self.settings.keep_files)
                if len(pipe) * blobs.CHUNK >= BATCH_BYTES:
                    pipe.execute()
            pipe.execute()
        name = name.encode("utf-8", "replace").decode("utf-8")
        return FileInfo(
            id=ids.file_id(sha256, item.url or name),
            name=name,
            url=item.url,
            source=item.source,
            sha256=sha256,
            bytes=size,
            fetched_at=item.fetched_at,
            received_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        )

    def _ask(self, infos: Sequence[FileInfo]) -> list[int]:
        with self._queues.pipeline(transaction=False) as pipe:
            for info in infos:
                self._accept(keys=_keys(info), args=self._arguments(info), client=pipe)
            return [int(answer) for answer in pipe.execute()]

    def _arguments(self, info: FileInfo) -> list[bytes | str | int]:
        facts: list[bytes | str | int] = ["info", orjson.dumps(msgspec.to_builtins(info)), "state", "open"]
        fields = jobs.fields(
            FIRST_STAGE,
            [info.id, 0, None],
            f"{FIRST_STAGE} {info.name or info.id} ({human_size(info.bytes)})",
            retries=self.settings.retries,
            keep=self.settings.keep_jobs,
            at=jobs.instant(),
        )
        return [info.id, ids.split_job(info.id, 0), self.settings.high_water, len(facts), *facts, *fields]


def _keys(info: FileInfo) -> list[str]:
    job = jobs.key(ids.split_job(info.id, 0))
    return [keys.file(info.id), keys.OPEN, job, jobs.queue(FIRST_STAGE), jobs.QUEUES]
