"""What a producer may be told.

DeskError
Busy         the queue is above its high-water mark: nothing was accepted, send again later
TooLarge     the file is larger than `max_file_bytes`: it will never be accepted
"""

from __future__ import annotations

from wiredesk.errors import DeskError


class Busy(DeskError):  # noqa: N818  (the desk is busy: a state, not a fault)
    pass


class TooLarge(DeskError):  # noqa: N818
    pass
