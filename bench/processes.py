"""Workers forked by a bench, and what a server has used and holds."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

from redis import Redis

from wiredesk import keys, log


def fork(life: Callable[[], None]) -> int:
    """Live a life in a child process that says nothing below `critical`; gives its pid."""
    pid = os.fork()
    if pid == 0:
        log.configure("json", "critical")
        try:
            life()
        finally:
            os._exit(0)
    return pid


def server_cpu(redis: Redis) -> float:
    """Seconds of CPU that the server has used."""
    used = redis.info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


def sizes(redis: Redis) -> Counter[str]:
    """Bytes in Redis by kind of key; the index apart, whose memory does not depend on how much has come."""
    found: Counter[str] = Counter()
    for key in redis.scan_iter(f"{keys.PREFIX}*", count=1000):
        kind = key.decode().removeprefix(keys.PREFIX).partition(":")[0]
        found[kind] += redis.memory_usage(key, samples=0) if kind != "index" else 0
    return found
