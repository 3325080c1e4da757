"""Things by the batch (itertools has it from Python 3.12 on)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to `size` things, read as they are asked for."""
    waiting = iter(things)
    while some := list(islice(waiting, size)):
        yield some
