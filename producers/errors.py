"""What a producer may be told.

DeskError
Busy           the queue is above its high-water mark, or Redis is full: not accepted, send again later
Refused        this file will never be accepted as it is; others may be
TooLarge         larger than `max_file_bytes`
NotAFile         a pipe, device or folder where a file was expected
Changed          it was written to while it was read: send it when it is complete
BadItem          a fact about it cannot be read: a time that is not ISO 8601, a callback that is no http address

RedisUnreachable (wiredesk.errors) is raised when Redis stayed away for longer than the client's patience. Whether the
last attempt was accepted is then unknown; sending the same again cannot make a second file. So it is with StoreAway,
where large files go to an object store; StoreFault says that the store refuses our keys, and is raised at once.
"""

from __future__ import annotations

from wiredesk.errors import DeskError


class Busy(DeskError):  # noqa: N818  (the desk is busy: a state, not a fault)
    pass


class Refused(DeskError):  # noqa: N818
    pass


class TooLarge(Refused):
    pass


class NotAFile(Refused):
    pass


class Changed(Refused):
    pass


class BadItem(Refused):
    pass
