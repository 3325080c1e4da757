"""Producers: whatever they are killed by, what they have not settled lies in their folder and is sent again.

`sure` says when a file is settled. None: with its receipt, which is a promise where Redis syncs always. A number: once
it has had its outcome for so many seconds, longer than what a Redis that syncs every second may forget.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from redis.exceptions import RedisError

from producers.desk import Desk
from producers.errors import Busy
from producers.items import Item, Receipt
from tests.storm.stock import held
from wiredesk.cli import group
from wiredesk.errors import DeskError

BATCH, LOOK = 64, 0.2
#: What a producer meets while Redis or the gateway is away: it waits and begins again.
AWAY = (RedisError, OSError, DeskError, Busy, httpx.HTTPError)

#: Sends files and gives their ids as the desk has taken them; says of ids: done, open or None (unknown).
Send = Callable[[list[Path]], Iterator[tuple[Path, str]]]
Ask = Callable[[list[str]], Iterator[bool | None]]


def settle(folder: Path, send: Send, ask: Ask, sure: float | None) -> None:
    """For ever: send what lies in the folder, take away what is settled."""
    taken: dict[str, Path] = {}
    done_since: dict[str, float] = {}
    while True:
        with contextlib.suppress(*AWAY):
            for path, file in send([path for path in held(folder) if path not in set(taken.values())][:BATCH]):
                taken[file] = path
                if sure is None:
                    taken.pop(file).unlink()
            asked = list(taken)
            for file, done in zip(asked, ask(asked), strict=True):
                if done is None:
                    taken.pop(file)
                if not done:
                    done_since.pop(file, None)
                elif sure is not None and time.monotonic() - done_since.setdefault(file, time.monotonic()) > sure:
                    taken.pop(file).unlink()
        time.sleep(LOOK)


def library(folder: Path, url: str, sure: float | None) -> None:
    """A scraper with the library, batch after batch."""
    desk = Desk(url, patience=None)

    def send(paths: list[Path]) -> Iterator[tuple[Path, str]]:
        items = {path.name: Item(path, path.name, f"https://library.example/{path.name}") for path in paths}
        for item, answer in desk.submit_each(items.values()):
            assert isinstance(answer, Receipt), answer
            yield folder / item.name, answer.file

    def ask(files: list[str]) -> Iterator[bool | None]:
        return (status and status.done for status in desk.statuses(files))

    settle(folder, send, ask, sure)


def posted(folder: Path, base: str, sure: float | None) -> None:
    """A client of the gateway."""
    http = httpx.Client(base_url=base, timeout=5)

    def send(paths: list[Path]) -> Iterator[tuple[Path, str]]:
        for path in paths:
            answer = http.post(
                "/v1/files", params={"url": f"https://posted.example/{path.name}"}, content=path.read_bytes()
            )
            if answer.status_code == httpx.codes.ACCEPTED:
                yield path, answer.json()["file"]

    def ask(files: list[str]) -> Iterator[bool | None]:
        for file in files:
            answer = http.get(f"/v1/files/{file}")
            known = answer.status_code == httpx.codes.OK
            yield answer.json()["outcome"] is not None if known else None if answer.status_code == 404 else False

    settle(folder, send, ask, sure)


def submitted(folder: Path, sure: float | None) -> None:
    """A person or cron job with `wiredesk submit`: given again until it ends well, and where `sure`, once more."""
    while True:
        paths = held(folder)[:BATCH]
        if paths and _submit(paths, sure) and (sure is None or (time.sleep(sure) or _submit(paths, sure))):
            for path in paths:
                path.unlink()
        time.sleep(LOOK)


def _submit(paths: list[Path], sure: float | None) -> bool:
    waiting = [] if sure is None else ["--wait", "--timeout", "20"]
    try:
        return not group.main(["submit", *waiting, *map(str, paths)], standalone_mode=False)
    except AWAY:
        return False
