"""A bound on how long somebody else's library may take: most of those of object stores cannot be told to give up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def waited_for(ask: Callable[[], T], seconds: float) -> T:
    """What `ask` gives or raises, TimeoutError when that takes longer.

    It runs in a thread of its own (100 to 200 us); one that hangs is left to its library, and ends with
    the process.
    """
    answer: Future[T] = Future()
    threading.Thread(target=_answer, args=(ask, answer), name="deadline", daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        if answer.done():
            raise
        raise TimeoutError(f"nothing came for {seconds:.0f} seconds") from None


def _answer(ask: Callable[[], T], answer: Future[T]) -> None:
    try:
        answer.set_result(ask())
    except BaseException as error:  # noqa: BLE001  (who waits for it gets it)
        answer.set_exception(error)
