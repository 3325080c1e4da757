"""What RQ sees of a worker: a name, a row in its lists, a command channel.

RQ's tools know workers by these, so this half is a subclass of RQ's `SimpleWorker`. The loop is the other half
(worker.py).
"""

from __future__ import annotations

import logging
import os
import socket
import time
from contextlib import suppress
from typing import Any

import msgspec
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.worker import WorkerStatus

from wiredesk import log
from wiredesk.serializer import JSONSerializer
from workers.runner.commands import Commands
from workers.runner.fence import Fence
from workers.runner.scripts import Scripts
from workers.runner.signals import Signals
from workers.runner.tick import Ticker
from workers.runner.wire import ROW_SECONDS, Common

#: A lost reply or two, or a connection that has to be made anew, must not keep a worker from giving back.
FAREWELLS = 3


class LeaveCall(msgspec.Struct, frozen=True):
    queue: str
    worker: str


class ListedWorker(SimpleWorker):
    """A worker of one queue that is listed, can be commanded, and leaves no trace. It does no work yet."""

    def __init__(self, stage: str, redis: Redis, common: Common, signals: Signals) -> None:
        self._fence = Fence(redis)
        self._queue = Queue(stage, connection=redis, serializer=JSONSerializer)
        super().__init__(
            [self._queue],
            name=_free_name(redis, stage),
            connection=redis,
            serializer=JSONSerializer,
            worker_ttl=ROW_SECONDS - 60,  # RQ adds the minute again
        )
        self.log.setLevel(logging.WARNING)  # RQ narrates what the runner says once
        self._log = log.get(worker=self.name)
        self._scripts = Scripts(redis, common)
        self._ticker = Ticker(self._scripts, self.name, stage, self.key)
        self._commands = Commands(signals)

    def _begin(self) -> None:
        self._register()
        if self.pubsub_thread is None:
            self.subscribe()  # type: ignore[no-untyped-call]
        self._log.info("worker started", stage=self._queue.name, pid=os.getpid())

    def _register(self) -> None:
        """Into RQ's lists of workers; with a lease first, so that a row never outlives its worker."""
        self._ticker.tick()
        self.connection.delete(self.key)  # what is left of a row that was buried: RQ would take it for another worker
        self.register_birth()  # type: ignore[no-untyped-call]
        self.set_state(WorkerStatus.STARTED)

    def _farewell(self) -> None:
        """Give back and leave no row. When Redis is away the lease ends by itself and another worker does this."""
        for _ in range(FAREWELLS):
            try:
                self._scripts.call("leave", LeaveCall(self._queue.name, self.name))
                break
            except (RedisError, OSError) as error:
                self._fence.forget()
                self._log.warning("farewell not heard", error=str(error))
        with suppress(RedisError, OSError):
            self.unsubscribe()
        self._scripts.line.close()
        self._log.info("worker stopped")

    def _set_connection(self, connection: Redis) -> Redis:
        """RQ would set a socket timeout of minutes here; the desk's own stands."""
        return connection

    def unsubscribe(self) -> None:
        """RQ unsubscribes before it stops the thread, which then waits out a second."""
        if self.pubsub_thread is not None and self.pubsub is not None:
            self.pubsub_thread.stop()
            self.pubsub.unsubscribe()
            self.pubsub_thread.join(timeout=1)

    def handle_payload(self, message: dict[str, Any]) -> None:
        """A command from the worker's channel; runs in the subscription's thread."""
        self._commands.obey(message)

    def _pubsub_exception_handler(self, exc: Exception, *_: Any) -> None:
        """The subscription outlives whatever befalls its connection: redis-py subscribes again when it reconnects."""
        self._log.debug("command channel away", error=str(exc))
        time.sleep(1.0)


def _free_name(redis: Redis, stage: str) -> str:
    """`stage@host.pid`, with a number behind it while a dead worker of the same place is not buried yet."""
    name = f"{stage}@{socket.gethostname()}.{os.getpid()}"
    tried, n = name, 1
    prefix = SimpleWorker.redis_worker_namespace_prefix
    while redis.exists(prefix + tried, f"{prefix}{tried}:executions"):
        n += 1
        tried = f"{name}.{n}"
    return tried
