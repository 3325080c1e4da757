"""The reader for asyncio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError, TimeoutError  # noqa: A004

from wiredesk.connection import CONNECT_SECONDS, REPLY_SECONDS
from wiredesk.readers.member import AWAY_SECONDS, LOOK_SECONDS, Member
from wiredesk.readers.membership import Plan
from wiredesk.readers.message import Message

T = TypeVar("T")


class AsyncReader(Member[Redis]):
    """`wiredesk.readers.Reader` with ``async for``; see there."""

    _loop: AsyncGenerator[Message] | None = None

    def _connect(self, url: str) -> Redis:
        return Redis.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=REPLY_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    async def read(self, wait: float = 0.0) -> list[Message]:
        """The next batch, empty when nothing came within `wait` seconds. Handle it, then say `done`."""
        if not self._joined:
            await self._drive(self._member.join())
            self._joined = True
        return await self._drive(self._member.read(wait))

    async def done(self, messages: Iterable[Message]) -> None:
        """Acknowledge messages that were handled."""
        await self._drive(self._member.done(messages))

    async def renew(self, messages: Iterable[Message]) -> None:
        """Keep messages that take long from being handed to another member."""
        await self._drive(self._member.renew(messages))

    def __aiter__(self) -> AsyncIterator[Message]:
        """For ever; a message is acknowledged when the loop asks for the next one. Waits out a Redis that is away."""
        self._loop = self._messages()
        return self._loop

    async def _messages(self) -> AsyncGenerator[Message]:
        while True:
            batch = await self._patiently(partial(self.read, LOOK_SECONDS))
            handled, renewed = 0, time.monotonic()
            try:
                for message in batch:
                    if time.monotonic() - renewed > self._member.idle / 3:
                        await self._patiently(partial(self.renew, batch[handled:]))
                        renewed = time.monotonic()
                    if message.is_ours:
                        yield message
                        message.forget()
                    handled += 1
            except BaseException:
                # As in `Reader`: said once at the loop's end; if Redis is away it will be repeated.
                with suppress(RedisError, OSError):
                    await self.done(batch[:handled])
                raise
            await self._patiently(partial(self.done, batch))

    async def _patiently(self, action: Callable[[], Awaitable[T]]) -> T:
        """Try until Redis answers: each of these actions may be done twice."""
        attempt = 0
        while True:
            try:
                return await action()
            except (ConnectionError, TimeoutError):
                await asyncio.sleep(AWAY_SECONDS[min(attempt, len(AWAY_SECONDS) - 1)])
                attempt += 1

    async def close(self) -> None:
        """Leave the group. What is pending is taken over by the others, or by this name when it comes back."""
        if self._loop:
            await self._loop.aclose()  # a loop that was left by `break` says what it handled
        with suppress(RedisError, OSError):
            await self._drive(self._member.leave())
        if self._owned:
            await self.redis.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await self.close()

    async def _drive(self, plan: Plan[T]) -> T:
        try:
            step = next(plan)
            while True:
                try:
                    reply = await self.redis.execute_command(*step.args, **step.options)  # type: ignore[no-untyped-call]  # redis-py has no types here
                except RedisError as error:
                    step = plan.throw(error)
                else:
                    step = plan.send(reply)
        except StopIteration as end:
            result: T = end.value
            return result
