"""Faults at a chosen round trip of this process: killed before it, killed after it, its reply lost, SIGTERM.

A round trip is one sending on any connection to Redis by the main thread: a command, a script or a whole pipeline.
The heartbeat and the command channel run in threads of their own and are not counted.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError  # noqa: A004


class Fault(Enum):
    """What happens at the round trip."""

    BEFORE = "killed before"
    AFTER = "killed after"
    LOST = "reply lost"
    TERM = "SIGTERM"


@dataclass
class Faults:
    """Counts round trips; at number `at` (from 1) `fault` happens. With `at` 0 it only counts."""

    at: int = 0
    fault: Fault = Fault.BEFORE
    trips: int = 0
    struck: set[int] = field(default_factory=set)

    def sending(self, connection: object) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        self.trips += 1
        if self.trips != self.at:
            return
        if self.fault is Fault.BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault is Fault.TERM:
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            self.struck.add(id(connection))

    def received(self, connection: AbstractConnection) -> None:
        if id(connection) not in self.struck:
            return
        if self.fault is Fault.AFTER:
            os.kill(os.getpid(), signal.SIGKILL)
        self.struck.discard(id(connection))
        connection.disconnect()
        raise ConnectionError("the reply was lost")


@contextmanager
def injected(faults: Faults) -> Iterator[None]:
    """All connections of this process feel `faults`. Meant for a forked child that ends afterwards."""
    send, read = AbstractConnection.send_packed_command, AbstractConnection.read_response

    def sending(self: AbstractConnection, *args: Any, **kwargs: Any) -> Any:
        faults.sending(self)
        return send(self, *args, **kwargs)

    def reading(self: AbstractConnection, *args: Any, **kwargs: Any) -> Any:
        reply = read(self, *args, **kwargs)
        faults.received(self)
        return reply

    AbstractConnection.send_packed_command, AbstractConnection.read_response = sending, reading  # type: ignore[method-assign]
    try:
        yield
    finally:
        AbstractConnection.send_packed_command, AbstractConnection.read_response = send, read  # type: ignore[method-assign]
