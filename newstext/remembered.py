"""Results that are remembered, for short texts alone: what is kept then has a size that no page can raise."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Result = TypeVar("Result")
Asked = Callable[[str], Result]


def remembered(many: int, longest: int) -> Callable[[Asked[Result]], Asked[Result]]:
    """Keep the results of a pure function for the last `many` texts of at most `longest` characters.

    Longer ones are worked out each time: a page may hold thousands of different lines of 100 KB, and a cache of 32,768
    such lines is 3 GB. They hardly come again.
    """

    def keep(function: Asked[Result]) -> Asked[Result]:
        known = lru_cache(maxsize=many)(function)

        @wraps(function)
        def ask(text: str) -> Result:
            return known(text) if len(text) <= longest else function(text)

        return ask

    return keep
