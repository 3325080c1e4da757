"""A proxy before Redis that now and then swallows a reply: the server ran the command, the client never hears of it."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import random
import time
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Self

PIECE = 65_536


class DroppingProxy:
    """Listens on `listen`, speaks to `server` (both unix sockets); drops a reply with the chance `share`."""

    def __init__(self, listen: Path, server: Path, share: float) -> None:
        self.url = f"unix://{listen}"
        self._listen, self._server, self._share = listen, server, share
        self._count: Synchronized[int] = multiprocessing.Value("i", 0)
        self._process = multiprocessing.get_context("fork").Process(target=self._run, daemon=True)

    @property
    def dropped(self) -> int:
        return self._count.value

    def __enter__(self) -> Self:
        self._process.start()
        while not self._listen.exists():
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def _run(self) -> None:
        random.seed(os.getpid())
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        listener = await asyncio.start_unix_server(self._connect, path=self._listen)
        await listener.serve_forever()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_unix_connection(self._server)
        except OSError:
            writer.close()
            return
        there = asyncio.create_task(self._pass_on(reader, to_server, drop=0.0))
        back = asyncio.create_task(self._pass_on(from_server, writer, drop=self._share))
        await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
        for task in (there, back):
            task.cancel()
        for end in (writer, to_server):
            end.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, drop: float) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(PIECE):
                if drop and random.random() < drop:
                    with self._count.get_lock():
                        self._count.value += 1
                    return
                writer.write(data)
                await writer.drain()
