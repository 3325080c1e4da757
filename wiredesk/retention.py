"""How long the output streams keep their entries, and what that means for groups that have not read them.

Too many or too old entries go, oldest first. What a held group has not done stays, whatever the limits say: sinks
hold by default, because a sink that is down must lose nothing; other groups do not, because a group that somebody
tried once and forgot would fill Redis. What a group loses is counted entry by entry, and said before it happens.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.resources import files
from typing import cast

from redis import Redis

from wiredesk import keys
from wiredesk.readers.lag import Lag, count_between, lags
from wiredesk.settings import Settings

#: Entries a script call: some MB, a few milliseconds of Redis.
STEP = 500
#: A call ends after so long and goes on with the next one: it is made in passing, once a minute.
BUDGET_SECONDS = 2.0
#: From this share of a limit on, a slow group is warned of.
NEAR = 0.8


def trim(redis: Redis, settings: Settings) -> int:
    """Trim all streams; how many entries went."""
    script = redis.register_script(files("wiredesk").joinpath("trim.lua").read_text("utf-8"))
    limits: list[int | str] = [settings.keep_stream_entries, 1000 * settings.keep_stream_age, settings.hold_trim, STEP]
    until = time.monotonic() + BUDGET_SECONDS
    total = 0
    for stream in keys.STREAMS:
        gone = STEP
        while gone == STEP and time.monotonic() < until:
            gone = int(script(keys=[stream, keys.TRIMMED], args=limits)[0])
            total += gone
    return total


def holds(settings: Settings, group: str) -> bool:
    """Whether this group keeps entries from being trimmed."""
    return settings.hold_trim == "all" or (settings.hold_trim == "sinks" and group.startswith(keys.sink("")))


def warnings(redis: Redis, settings: Settings) -> Iterator[str]:
    """Groups that are about to lose entries, that hold the trim, or that have lost some; with the way out. And sinks
    whose targets refused some.
    """
    found = lags(redis)
    for lag in found:
        if lag.oldest is None:
            continue
        used = _used(redis, settings, lag)
        what = f"{lag.stream}: group {lag.group} has {lag.unread + lag.pending:,} entries not done"
        if used >= 1 and holds(settings, lag.group):
            away = f"redis-cli xgroup destroy {keys.PREFIX}{lag.stream} {lag.group}"
            yield f"{what} and holds the trim -> start its reader, or: {away}"
        elif used >= NEAR and not holds(settings, lag.group):
            yield f"{what}, {used:.0%} of the way to being trimmed -> start its reader, or set WIREDESK_HOLD_TRIM=all"
    lost = cast("dict[bytes, bytes]", redis.hgetall(keys.TRIMMED))
    for name, count in lost.items():
        stream, _, group = name.decode().partition(" ")
        yield (
            f"{stream.removeprefix(keys.PREFIX)}: group {group} lost {int(count):,} entries to trimming "
            f"-> WIREDESK_HOLD_TRIM=all keeps them; seen: redis-cli hdel {keys.TRIMMED} '{name.decode()}'"
        )
    yield from _put_aside(redis, {lag.group for lag in found})


def _put_aside(redis: Redis, groups: set[str]) -> Iterator[str]:
    for group in sorted(group for group in groups if group.startswith(keys.sink(""))):
        name = group.removeprefix(keys.sink(""))
        if aside := redis.xlen(keys.dead(name)):
            yield (
                f"sink {name}: its target refused {aside:,} entries, which were put aside "
                f"-> wiredesk sink KIND --to TARGET --name {name} --dead"
            )


def _used(redis: Redis, settings: Settings, lag: Lag) -> float:
    """How much of the limits the group's oldest entry that is not done has used up: 1 is when it is trimmed."""
    behind = lag.unread
    if lag.pending and lag.oldest:
        behind += count_between(redis, keys.PREFIX + lag.stream, lag.oldest, lag.last)
    by_count = behind / settings.keep_stream_entries
    by_age = (lag.behind or 0.0) / settings.keep_stream_age
    return max(by_count, by_age)
