"""The sync client's round trips: store, accept, try again while Redis is away or full."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from redis import Redis
from redis.exceptions import NoScriptError, RedisError

from producers import objects, patience
from producers.delivery import AT_ONCE, FIRST_STAGE, KEYS, Delivery, Script, away, busy, full, given_up
from producers.errors import Busy
from producers.parcels import Parcel
from producers.several import batches
from wiredesk import jobs, keys
from wiredesk.connection import client
from wiredesk.errors import StoreAway
from wiredesk.settings import Settings

#: A reply that takes longer is taken for lost; sending again does no harm.
REPLY_SECONDS = 15.0


def goes_to_store(parcel: Parcel, settings: Settings) -> bool:
    return settings.objects_url is not None and parcel.info.bytes >= settings.objects_from


def place_in_store(parcel: Parcel, settings: Settings) -> list[tuple[str, bytes]]:
    """Copy a large file to the object store; what Redis holds of it from then on."""
    assert settings.objects_url
    assert parcel.stream
    objects.put(settings.objects_url, parcel.info.sha256, parcel.info.bytes, parcel.stream)
    parcel.count = 1
    return [(keys.blob(parcel.info.sha256, 0), objects.MARKER)]


class Channel:
    """Two Redis, which may be one: `queues` and the one that holds the files' bytes."""

    def __init__(self, url: str, settings: Settings, seconds: float | None) -> None:
        self.settings, self._url, self._seconds = settings, url, seconds
        self._script = Script()
        self.queues: Redis = client(url, socket_timeout=REPLY_SECONDS)
        texts = settings.texts_url
        self._texts: Redis = client(texts, socket_timeout=REPLY_SECONDS) if texts else self.queues
        self.one_server = not texts

    def deliver(self, delivery: Delivery, *, wait: bool) -> None:
        """Until every file of it is accepted. Raises `Busy` (without `wait`) and `RedisUnreachable`."""
        while delivery.unsettled:
            self._patiently(lambda: self._attempt(delivery), wait=wait)
            if delivery.busy:
                self._hold(wait=wait)

    def store(self, parcel: Parcel, *, wait: bool) -> None:
        """Read a large file into Redis, chunk by chunk. Raises `Changed` when it was written to meanwhile."""
        self._patiently(lambda: self._make_room(wait=wait), wait=wait)
        if goes_to_store(parcel, self.settings):
            self._patiently(lambda: self._put(place_in_store(parcel, self.settings)), wait=wait)
        else:
            self._patiently(lambda: self._upload(parcel), wait=wait)

    def close(self) -> None:
        self.queues.close()
        self._texts.close()

    def _attempt(self, delivery: Delivery) -> None:
        """One round trip, two where the bytes live elsewhere."""
        if not self.one_server:
            self._put(delivery.puts())
        arguments = delivery.call()
        try:
            reply = self.queues.evalsha(self._script.sha, len(KEYS), *KEYS, *arguments)
        except NoScriptError:
            reply = self.queues.eval(self._script.text, len(KEYS), *KEYS, *arguments)
        delivery.settle(cast("Sequence[int]", reply))

    def _upload(self, parcel: Parcel) -> None:
        """Chunks that are there already (an upload that broke off, another sighting) are kept longer, not sent."""
        with self._texts.pipeline(transaction=False) as pipe:
            for name in parcel.names():
                pipe.expire(name, self.settings.keep_files)
            present = pipe.execute()
        if all(present):
            return
        for some in batches(parcel.pieces(), AT_ONCE):
            self._put(some)

    def _put(self, chunks: Iterable[tuple[str, bytes]]) -> None:
        with self._texts.pipeline(transaction=False) as pipe:
            for name, chunk in chunks:
                pipe.set(name, chunk, ex=self.settings.keep_files)
            pipe.execute()

    def _make_room(self, *, wait: bool) -> None:
        """Large files are not sent to a desk that would refuse them."""
        while self.queues.llen(jobs.queue(FIRST_STAGE)) >= self.settings.high_water:
            self._hold(wait=wait)

    def _hold(self, *, wait: bool) -> None:
        if not wait:
            raise Busy(busy(self.settings))
        time.sleep(patience.BUSY)

    def _patiently(self, action: Callable[[], None], *, wait: bool) -> None:
        """Do it again while Redis or the store is away (until the patience is over), or full (as `wait` allows)."""
        tries = patience.pauses(self._seconds)
        while True:
            try:
                return action()
            except (RedisError, StoreAway) as error:
                if full(error):
                    self._hold(wait=wait)
                    continue
                pause = next(tries, None) if away(error) else None
                if pause is None:
                    raise given_up(self._url, error) from error
                time.sleep(pause)
