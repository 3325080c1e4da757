"""Workers forked by a bench, and what a server has used."""

from __future__ import annotations

import os
from collections.abc import Callable

from redis import Redis

from wiredesk import log


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
