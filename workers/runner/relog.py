"""A new log after a restart: a Redis that lost power may have half a script's effects in its log's end.

A script's effects stand in the log between MULTI and EXEC. When the power fails in the midst of one of its commands,
Redis (6.2.14 does) cuts the log behind the command before and leaves the MULTI open: what is written from then on
follows it, and the *next* start runs the half transaction with the first EXEC that comes. An article could be marked
as published without its entry. A rewritten log is made from memory, where none of this is; so the first worker that
finds Redis back, or sweeps, asks for one, once for each life of Redis. Until it is written, a second or two, a second
power failure may do that harm where nobody mends the log before each start, as `wiredesk up` and deploy/redis/start.sh
do.
"""

from __future__ import annotations

from contextlib import suppress

from redis import Redis
from redis.exceptions import NoPermissionError, ResponseError

from wiredesk import keys, log


def renew_log(redis: Redis) -> bool:
    """Have the log rewritten if Redis has restarted since this was last looked at; whether it was asked to."""
    run = str(redis.info("server")["run_id"]).encode()
    before = redis.get(keys.RUN)
    if before == run:
        return False
    asked = before is not None and bool(redis.info("persistence").get("aof_enabled")) and _rewritten(redis)
    redis.set(keys.RUN, run)
    return asked


def _rewritten(redis: Redis) -> bool:
    try:
        with suppress(ResponseError):  # one is under way
            redis.bgrewriteaof()
    except NoPermissionError:
        log.get().warning("log not renewed after a restart", ask="redis-cli bgrewriteaof, or allow it to the worker")
        return False
    return True
