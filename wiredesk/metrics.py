"""Metrics for Prometheus, read from Redis when they are asked for: nothing is held in any process, so nothing is lost
in workers that are forked, short-lived or killed.

Labels are stages, outcomes and ends out of our own tables, and the names of consumer groups, of which the first
`GROUPS` are told: what comes in can never make a new series. Three round trips a scrape, whatever waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError

from wiredesk import keys
from wiredesk.counts import BUCKETS
from wiredesk.health import Health, StageHealth, look

#: Consumer groups that are told of, in the order of their names; a desk has a handful.
GROUPS = 40
#: Outcomes and ends that the runner counts (wiredesk/counts.py); others in the hash are a stranger's.
OUTCOMES = {"files": ("published", "partly", "rejected"), "articles": ("article", "copy", "rejected")}
ENDS = ("done", "failed", "retried", "back", "waited", "stopped", "foreign")

#: Name, unit in words, value of a stage.
_STAGE_GAUGES: tuple[tuple[str, str, Callable[[StageHealth], float]], ...] = (
    ("wiredesk_queue_jobs", "Jobs that wait in a stage's queue", lambda s: s.waiting),
    ("wiredesk_queue_oldest_seconds", "Age of the oldest job that waits, 0 for none", lambda s: s.oldest_waiting or 0),
    ("wiredesk_running_jobs", "Jobs in workers' hands", lambda s: s.running),
    ("wiredesk_running_oldest_seconds", "Since the oldest job in hand was started", lambda s: s.oldest_running or 0),
    ("wiredesk_failed_jobs", "Jobs in RQ's failed registry", lambda s: s.failed),
)


class DeskCollector(Collector):
    """`index` gives how many articles the near-duplicate index remembers and how many it has room for, `catalogued`
    how many the desk page has read out of the streams.
    """

    def __init__(
        self,
        redis: Redis,
        stages: Sequence[str],
        index: Callable[[], tuple[int, int]],
        catalogued: Callable[[], int] = int,
    ) -> None:
        self._redis, self._stages, self._index, self._catalogued = redis, stages, index, catalogued

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("wiredesk_redis_up", "1 when Redis answered this scrape")
        try:
            found = [*self._desk(look(self._redis, self._stages)), *self._groups(), *self._indexed()]
        except (RedisError, OSError):
            found = []
        up.add_metric([], float(bool(found)))
        yield up
        yield from found

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked of Redis before the first scrape."""
        return []

    def _desk(self, health: Health) -> Iterator[Metric]:
        yield from _counted(health.counts, self._stages)
        for name, about, value in _STAGE_GAUGES:
            gauge = GaugeMetricFamily(name, about, labels=["stage"])
            for stage in health.stages:
                gauge.add_metric([stage.stage], value(stage))
            yield gauge
        workers = GaugeMetricFamily("wiredesk_workers", "Workers that live", labels=["stage", "state"])
        for stage in health.stages:
            workers.add_metric([stage.stage, "busy"], stage.busy)
            workers.add_metric([stage.stage, "idle"], stage.workers - stage.busy)
        yield workers
        entries = GaugeMetricFamily("wiredesk_stream_entries", "Entries in an output stream", labels=["stream"])
        for stream, count in health.streams.items():
            entries.add_metric([stream], count)
        yield entries
        yield _gauge("wiredesk_open_files", "Files without outcome", health.open_files)
        yield _gauge("wiredesk_open_oldest_seconds", "Since the oldest open file was accepted", health.oldest_open or 0)
        yield _gauge("wiredesk_suspended", "1 while the workers are suspended (rq suspend)", health.suspended)
        yield _gauge("wiredesk_redis_memory_bytes", "Memory that Redis uses", health.memory)
        yield _gauge("wiredesk_redis_memory_limit_bytes", "Redis's maxmemory, 0 for none", health.memory_limit)

    def _groups(self) -> Iterator[Metric]:
        labels = ["stream", "group"]
        pending = GaugeMetricFamily("wiredesk_group_pending", "Entries handed out and not acknowledged", labels=labels)
        unread = GaugeMetricFamily("wiredesk_group_unread", "Entries not handed out (Redis 7 or newer)", labels=labels)
        behind = GaugeMetricFamily(
            "wiredesk_group_behind_seconds", "Between a stream's newest entry and the last handed out", labels=labels
        )
        for stream, group, newest in _groups(self._redis):
            names = [stream, group["name"].decode("utf-8", "replace")[:80]]
            pending.add_metric(names, group["pending"])
            behind.add_metric(names, max(0.0, newest - _seconds(group["last-delivered-id"])))
            if group.get("lag") is not None:
                unread.add_metric(names, group["lag"])
        yield from (pending, unread, behind)

    def _indexed(self) -> Iterator[Metric]:
        remembered, room = self._index()
        yield _gauge("wiredesk_index_articles", "Originals that the near-duplicate index remembers", remembered)
        yield _gauge("wiredesk_index_capacity", "Originals that it has room for", room)
        yield _gauge("wiredesk_catalogue_articles", "Articles that the desk page can find", self._catalogued())


def _counted(counts: dict[str, int], stages: Sequence[str]) -> Iterator[Metric]:
    for what, outcomes in OUTCOMES.items():
        counter = CounterMetricFamily(f"wiredesk_{what}", f"{what.capitalize()} by outcome", labels=["outcome"])
        for outcome in outcomes:
            counter.add_metric([outcome], counts.get(f"{what}:{outcome}", 0))
        yield counter
    jobs = CounterMetricFamily("wiredesk_jobs", "Jobs by stage and end", labels=["stage", "end"])
    died = CounterMetricFamily("wiredesk_worker_deaths", "Workers whose lease ended unrenewed", labels=["stage"])
    recovered = CounterMetricFamily("wiredesk_recovered_jobs", "Jobs taken back from dead workers", labels=["stage"])
    took = HistogramMetricFamily(
        "wiredesk_job_seconds", "Work on a job: its share of the batch that it ran in", labels=["stage"]
    )
    for stage in stages:
        for end in ENDS:
            jobs.add_metric([stage, end], counts.get(f"jobs:{stage}:{end}", 0))
        died.add_metric([stage], counts.get(f"died:{stage}", 0))
        recovered.add_metric([stage], counts.get(f"recovered:{stage}", 0))
        took.add_metric([stage], _buckets(counts, stage), counts.get(f"us:{stage}", 0) / 1e6)
    yield from (jobs, died, recovered, took)


def _buckets(counts: dict[str, int], stage: str) -> list[tuple[str, float]]:
    """Cumulative, as Prometheus wants them."""
    found, total = [], 0
    for bound in (*(f"{b:g}" for b in BUCKETS), "+Inf"):
        total += counts.get(f"took:{stage}:{bound}", 0)
        found.append((bound, float(total)))
    return found


def _groups(redis: Redis) -> list[tuple[str, dict[str, Any], float]]:
    """Stream, group, and the time of the stream's newest entry."""
    with redis.pipeline(transaction=False) as pipe:
        for stream in keys.STREAMS:
            pipe.xinfo_groups(stream)
            pipe.xinfo_stream(stream)
        replies = pipe.execute(raise_on_error=False)
    found = []
    for n, stream in enumerate(keys.STREAMS):
        groups, facts = replies[2 * n : 2 * n + 2]
        if isinstance(groups, list) and isinstance(facts, dict):
            newest = _seconds(facts["last-generated-id"])
            found += [(stream.removeprefix(keys.PREFIX), group, newest) for group in groups]
    return sorted(found, key=lambda f: (f[0], f[1]["name"]))[:GROUPS]


def _seconds(entry: bytes) -> float:
    return int(entry.partition(b"-")[0]) / 1000


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=float(value))


def registry(collector: DeskCollector) -> CollectorRegistry:
    made = CollectorRegistry(auto_describe=False)
    made.register(collector)
    return made


def exposition(made: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The scrape's body and its content type, in the form that the scraper accepts."""
    encode, kind = choose_encoder(accept)
    return encode(made), kind
