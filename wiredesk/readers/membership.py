"""A member of a consumer group as a plan: which command comes next, and what its reply means. No I/O.

Each method is a generator that yields commands and is sent their replies; `sync` and `aio` drive it.

The order of a read. First what this very member was handed before and did not finish (a restart under the same name);
then, now and then, what members left behind that have not stirred for `idle` seconds; then new entries. An entry whose
text was trimmed away while it was pending is acknowledged, for nobody can handle it any more.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from wiredesk.readers.message import Message

T = TypeVar("T")

#: Members that hold nothing and have been silent for an hour are forgotten: each process brings a name of its own.
FORGET_SECONDS = 3600

#: In one step, because deleting a member drops what it holds: only one that holds nothing may go.
FORGET = """
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local facts = {}
  for i = 1, #row, 2 do facts[row[i]] = row[i + 1] end
  if facts.pending == 0 and (facts.idle >= tonumber(ARGV[3]) or facts.name == ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], facts.name)
  end
end
"""


class Command(NamedTuple):
    """What to send; `options` are for redis-py's reading of the reply."""

    args: tuple[Any, ...]
    options: dict[str, Any]


def command(*args: Any, **options: Any) -> Command:
    return Command(args, options)


Plan = Generator[Command, Any, T]


class Membership:
    """`batch` entries a fetch; `idle` seconds after which a silent member's entries are taken over."""

    def __init__(self, streams: Sequence[str], group: str, name: str, *, batch: int, idle: float, start: str) -> None:
        self.streams = tuple(streams)
        self.group = group
        self.name = name
        self.batch = batch
        self.idle = idle
        self._start = start
        self._unfinished: dict[str, str] = dict.fromkeys(self.streams, "0")
        self._cursors: dict[str, str] = {}
        self._reclaim_at = 0.0

    def join(self) -> Plan[None]:
        """Create the group where it is missing; the stream too, so that a reader may come before the desk."""
        for stream in self.streams:
            try:
                yield command("XGROUP CREATE", stream, self.group, self._start, "MKSTREAM")
            except Exception as error:
                if "BUSYGROUP" not in str(error):
                    raise

    def read(self, wait: float) -> Plan[list[Message]]:
        """What is next to be handled, waiting up to `wait` seconds for a first new entry."""
        try:
            return (yield from self._read(wait))
        except Exception as error:
            if "NOGROUP" not in str(error):
                raise
        # The stream was deleted or Redis lost it: the group starts over with what is there now.
        yield from self.join()
        return (yield from self._read(wait))

    def _read(self, wait: float) -> Plan[list[Message]]:
        if self._unfinished and (own := (yield from self._own())):
            return own
        if time.monotonic() >= self._reclaim_at and (left := (yield from self._left_behind())):
            return left
        block = min(wait, max(0.001, self._reclaim_at - time.monotonic()))
        return (yield from self._fetch(dict.fromkeys(self.streams, ">"), block if wait else 0.0))

    def _own(self) -> Plan[list[Message]]:
        """Pending since before this member started."""
        found = yield from self._fetch(self._unfinished, 0.0)
        self._unfinished = {m.stream: m.entry for m in found}
        gone = [m for m in found if not m.fields]
        yield from self.done(gone)
        return (yield from self._counted([m for m in found if m.fields]))

    def _left_behind(self) -> Plan[list[Message]]:
        """One sweep over what others left; the next one is due half an `idle` later."""
        for stream in self.streams:
            while True:
                start = self._cursors.get(stream, "0-0")
                millis = int(1000 * self.idle)
                reply = yield command("XAUTOCLAIM", stream, self.group, self.name, millis, start, "COUNT", self.batch)
                cursor, rows = _text(reply[0]), reply[1]
                self._cursors[stream] = cursor
                if any(entry is None or not fields for entry, fields in rows):
                    yield from self._bury(stream)
                if found := [Message(stream, _text(e), fields) for e, fields in rows if e and fields]:
                    return (yield from self._counted(found))
                if cursor == "0-0":
                    break
        self._reclaim_at = time.monotonic() + self.idle / 2
        return []

    def _bury(self, stream: str) -> Plan[None]:
        """Acknowledge what is pending here without a text (Redis 6.2 keeps such entries pending)."""
        held = yield from self._fetch({stream: "0"}, 0.0)
        yield from self.done([m for m in held if not m.fields])

    def _fetch(self, after: dict[str, str], block: float) -> Plan[list[Message]]:
        waiting = ("BLOCK", max(1, int(1000 * block))) if block else ()
        reply = yield command(
            "XREADGROUP",
            "GROUP",
            self.group,
            self.name,
            "COUNT",
            self.batch,
            *waiting,
            "STREAMS",
            *after,
            *after.values(),
        )
        return [
            Message(stream, _text(entry), fields or {}) for stream, rows in _streams(reply) for entry, fields in rows
        ]

    def _counted(self, messages: list[Message]) -> Plan[list[Message]]:
        """The same with how often each was handed out."""
        for stream, own in _by_stream(messages).items():
            rows = yield command(
                "XPENDING", stream, self.group, own[0].entry, own[-1].entry, len(own), self.name, parse_detail=True
            )
            times = {_text(row["message_id"]): row["times_delivered"] for row in rows}
            for message in own:
                message.deliveries = times.get(message.entry, message.deliveries)
        return messages

    def done(self, messages: Iterable[Message]) -> Plan[None]:
        """Acknowledge what was handled."""
        for stream, own in _by_stream(messages).items():
            yield command("XACK", stream, self.group, *(m.entry for m in own))

    def renew(self, messages: Iterable[Message]) -> Plan[None]:
        """Show that these are still being worked on, so that no other member takes them over."""
        for stream, own in _by_stream(messages).items():
            yield command(
                "XCLAIM", stream, self.group, self.name, 0, *(m.entry for m in own), "JUSTID", parse_justid=True
            )

    def leave(self) -> Plan[None]:
        """Forget this member where it holds nothing, and others that were silent for long."""
        for stream in self.streams:
            yield command("EVAL", FORGET, 1, stream, self.group, self.name, FORGET_SECONDS * 1000)


def _by_stream(messages: Iterable[Message]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for message in messages:
        found.setdefault(message.stream, []).append(message)
    return found


def _streams(reply: Any) -> Iterable[tuple[str, Any]]:
    """Stream and rows of an XREADGROUP reply in either protocol's shape."""
    if isinstance(reply, dict):
        return [(_text(stream), rows) for stream, batches in reply.items() for rows in batches]
    return [(_text(stream), rows) for stream, rows in reply or ()]


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
