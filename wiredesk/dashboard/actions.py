"""What the dashboard's buttons do: RQ's own, with our serializer, and a way out for records it cannot read."""

from __future__ import annotations

from contextlib import suppress

from redis import Redis
from redis.exceptions import ResponseError
from rq.defaults import RQ_KEY_PREFIX
from rq.exceptions import DeserializationError, InvalidJobOperation, NoSuchJobError
from rq.job import Job

from wiredesk import jobs
from wiredesk.dashboard.reading import REGISTRIES, queue_names
from wiredesk.serializer import JSONSerializer

#: What RQ raises over records that are not as it writes them.
ODD = (
    NoSuchJobError, InvalidJobOperation, DeserializationError, ResponseError,
    ValueError, TypeError, KeyError, AttributeError,
)  # fmt: skip
#: Job records are small; a larger one is not given to rq, which would inflate it without a bound.
LARGEST_DATA = 65_536


def delete(redis: Redis, job: str) -> bool:
    """Remove a job with all that RQ keeps of it; whether there was one. A file keeps its place: see the sweep."""
    try:
        _checked(redis, job).delete()
    except ODD:
        return _remove(redis, job)
    return True


def requeue(redis: Redis, job: str) -> bool:
    """Put a failed job back on its queue; whether that was possible."""
    try:
        _checked(redis, job).requeue()
    except ODD:
        return False
    return True


def _checked(redis: Redis, job: str) -> Job:
    if int(redis.hstrlen(jobs.key(job), "data")) > LARGEST_DATA:
        raise ValueError(job)
    return Job.fetch(job, connection=redis, serializer=JSONSerializer)


def _remove(redis: Redis, job: str) -> bool:
    """By hand: out of every list and registry, then its own keys."""
    for queue in queue_names(redis):
        with suppress(ResponseError):
            redis.lrem(jobs.queue(queue), 0, job)
        for family in REGISTRIES.values():
            with suppress(ResponseError):
                redis.zrem(f"{RQ_KEY_PREFIX}:{family}:{queue}", job)
    return bool(redis.delete(jobs.key(job), f"{RQ_KEY_PREFIX}:results:{job}"))
