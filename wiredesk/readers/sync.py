"""The reader for ordinary programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from redis import Redis
from redis.exceptions import ConnectionError, RedisError, TimeoutError  # noqa: A004

from wiredesk.connection import client
from wiredesk.readers.lag import Lag, lags
from wiredesk.readers.member import AWAY_SECONDS, LOOK_SECONDS, Member
from wiredesk.readers.membership import Plan
from wiredesk.readers.message import Message

T = TypeVar("T")


class Reader(Member[Redis]):
    """A member of a consumer group. Iterate over it, or call `read` and `done` yourself.

    `redis` is a client or a URL. A new group begins at `start`: ``0`` is all that is kept, ``$`` what comes from now
    on. A member that restarts under the same `name` first gets what it had in hand. While a loop goes on, the rest
    of its batch is shown to be alive; a single message that takes longer than `idle` seconds may be handed to another
    member as well.
    """

    def _connect(self, url: str) -> Redis:
        return client(url)

    def read(self, wait: float = 0.0) -> list[Message]:
        """The next batch, empty when nothing came within `wait` seconds. Handle it, then say `done`."""
        if not self._joined:
            self._drive(self._member.join())
            self._joined = True
        return self._drive(self._member.read(wait))

    def done(self, messages: Iterable[Message]) -> None:
        """Acknowledge messages that were handled."""
        self._drive(self._member.done(messages))

    def renew(self, messages: Iterable[Message]) -> None:
        """Keep messages that take long from being handed to another member."""
        self._drive(self._member.renew(messages))

    def __iter__(self) -> Iterator[Message]:
        """For ever; a message is acknowledged when the loop asks for the next one. Waits out a Redis that is away.

        Entries of other programs are passed over: see `Message.is_ours`. `read` gives all.
        """
        while True:
            yield from self._each(self._patiently(partial(self.read, LOOK_SECONDS)))

    def _each(self, batch: list[Message]) -> Iterator[Message]:
        handled, renewed = 0, time.monotonic()
        try:
            for message in batch:
                if time.monotonic() - renewed > self._member.idle / 3:
                    self._patiently(partial(self.renew, batch[handled:]))
                    renewed = time.monotonic()
                if message.is_ours:
                    yield message
                    message.forget()
                handled += 1
        except BaseException:
            # The loop's end, by whatever way: what was handled is said once; if Redis is away it will be repeated.
            with suppress(RedisError, OSError):
                self.done(batch[:handled])
            raise
        self._patiently(partial(self.done, batch))

    def _patiently(self, action: Callable[[], T]) -> T:
        """Try until Redis answers: each of these actions may be done twice."""
        attempt = 0
        while True:
            try:
                return action()
            except (ConnectionError, TimeoutError):
                time.sleep(AWAY_SECONDS[min(attempt, len(AWAY_SECONDS) - 1)])
                attempt += 1

    def lag(self) -> list[Lag]:
        """How far this group is behind, stream by stream."""
        return [lag for lag in lags(self.redis, self._member.streams) if lag.group == self._member.group]

    def close(self) -> None:
        """Leave the group. What is pending is taken over by the others, or by this name when it comes back."""
        with suppress(RedisError, OSError):
            self._drive(self._member.leave())
        if self._owned:
            self.redis.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def _drive(self, plan: Plan[T]) -> T:
        try:
            step = next(plan)
            while True:
                try:
                    reply = self.redis.execute_command(*step.args, **step.options)  # type: ignore[no-untyped-call]  # redis-py has no types here
                except RedisError as error:
                    step = plan.throw(error)
                else:
                    step = plan.send(reply)
        except StopIteration as end:
            result: T = end.value
            return result
