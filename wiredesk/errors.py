"""What can go wrong around the texts, each with the exit status that the command line gives it.

DeskError                 base: one sentence with the way out
SettingError            a setting that is unknown or cannot be read                 (2)
UsageError              a path or argument that cannot be used                      (2)
RedisUnreachable        no answer from the Redis that the settings name             (3)
NoRedisServer           no Redis named and no server program to start a private one (3)
StoreError              what the object store holds cannot be had for now           (1)
  StoreAway               no answer from it: it is waited for
  StoreFault              it answers, and does not give the file
"""

from __future__ import annotations

from typing import ClassVar


class DeskError(Exception):
    """Said to the person as it stands; `status` is the command's exit status."""

    status: ClassVar[int] = 1


class SettingError(DeskError):
    status = 2


class UsageError(DeskError):
    status = 2


class RedisUnreachable(DeskError):  # noqa: N818  (reads as the state it names)
    status = 3


class NoRedisServer(DeskError):  # noqa: N818
    status = 3


class StoreError(DeskError):
    pass


class StoreAway(StoreError):  # noqa: N818
    pass


class StoreFault(StoreError):  # noqa: N818
    pass
