"""An object store that was away is left alone for a while: it may take half a minute to say nothing, and whoever asks
holds all that his batch has in hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from wiredesk.errors import StoreAway, StoreError

T = TypeVar("T")

#: Seconds for which a store is not asked again: the first time, and after a long absence. Never for less than it took
#: to hear nothing. Whoever needs it comes back then.
FIRST, LONGEST = 5.0, 60.0


class Absence:
    """What one worker knows of the store."""

    def __init__(self) -> None:
        self._until = self._pause = 0.0
        self._said: StoreError = StoreAway()

    @property
    def left(self) -> float:
        """Seconds until it is worth asking."""
        return max(FIRST, self._until - time.monotonic())

    def ask(self, ask: Callable[[], T]) -> T:
        """What `ask` gives; while the store is left alone, what it said last is raised."""
        began = time.monotonic()
        if began < self._until:
            raise type(self._said)(str(self._said))
        try:
            given = ask()
        except StoreError as error:
            took = time.monotonic() - began
            self._pause = min(max(FIRST, took, 2 * self._pause), LONGEST)
            self._until, self._said = began + took + self._pause, error
            raise
        self._pause = 0.0
        return given


def given(value: T | StoreError) -> T:
    """Raises the store's error, if it is one."""
    if isinstance(value, StoreError):
        raise value
    return value
