"""Files that are read in parts stay open between the parts.

Each part's job may go to any worker. One that read an earlier part of the file has its stream where that part ended:
behind compression it unpacks what came since, once in all, where a new reader unpacks the file from its start.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from newstext.source import Source

#: Large files that a worker holds open: queues mix their parts. One may hold 100 MB (an export of 16 MB, parsed).
HELD = 2


class Readings:
    """Sources by their file, those read last."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Source] = OrderedDict()

    def take(self, file: str, opened: Callable[[], Source]) -> Source:
        """The file's source, out of those held (a read that fails leaves it out) or opened anew."""
        return self._held.pop(file, None) or opened()

    def hold(self, file: str, source: Source) -> None:
        """Keep it open: a further part follows."""
        self._held[file] = source
        if len(self._held) > HELD:
            self._held.popitem(last=False)
