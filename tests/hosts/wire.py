"""A cable between two network interfaces whose packets are late, lost at random, or all lost while it is cut.

Two TAP devices, and a thread that carries frames from one to the other: what netem does (cable.py) where the kernel is
built without it.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import random
import select
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.hosts.cable import do

#: From linux/if_tun.h: make this open file the interface of that name; frames as they are, with no header.
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
#: An Ethernet frame of the usual size, with room.
FRAME = 2048


class Wire:
    """Carries frames between two interfaces."""

    def __init__(self, one: str, other: str) -> None:
        self.shape()
        self._ends = (_tap(one), _tap(other))
        self._late: list[tuple[float, int, int, bytes]] = []
        self._count = 0
        self._over = False
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def shape(self, delay: float = 0.0, loss: float = 0.0, *, cut: bool = False) -> None:
        """`delay` in seconds, give or take a quarter, `loss` a share of the frames, each way; `cut` loses all."""
        self._delay, self._loss, self._cut = delay, loss, cut

    def close(self) -> None:
        self._over = True
        self._thread.join()
        for end in self._ends:
            os.close(end)

    def _carry(self) -> None:
        while not self._over:
            wait = min(0.1, max(0.0, self._late[0][0] - time.monotonic())) if self._late else 0.1
            for end in select.select(self._ends, [], [], wait)[0]:
                self._take(end)
            while self._late and self._late[0][0] <= time.monotonic():
                _, _, end, frame = heapq.heappop(self._late)
                if not self._cut:
                    _put(end, frame)

    def _take(self, end: int) -> None:
        try:
            frame = os.read(end, FRAME)
        except OSError:  # the interface is going down
            return
        if self._cut or random.random() < self._loss:
            return
        other = self._ends[1 - self._ends.index(end)]
        self._count += 1
        due = time.monotonic() + self._delay * random.uniform(0.75, 1.25)
        heapq.heappush(self._late, (due, self._count, other, frame))


@contextmanager
def wire(one: tuple[str, str], other: tuple[str, str]) -> Iterator[Wire]:
    """The two interfaces, (namespace, name) each, until the block ends."""
    made = Wire(one[1], other[1])
    try:
        for space, name in (one, other):
            do("ip", "link", "set", name, "netns", space)
        yield made
    finally:
        made.close()


def _tap(name: str) -> int:
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return end


def _put(end: int, frame: bytes) -> None:
    try:
        os.write(end, frame)
    except OSError:  # down, or full: a network loses frames
        return
