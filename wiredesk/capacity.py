"""What a desk of a given size takes: cores by stage, Redis's time and memory, and the settings that go with it.

The costs are what `python -m bench.share` (processor) and `bench/scale.py` (bytes) printed; deploy/SCALING.md says
where and on which pages. A desk whose pages are others measures its own and passes them as `costs`.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec

from wiredesk.jobs import human_size
from wiredesk.settings import Settings

DAY: Final = 86_400
#: Of a core's time that may be planned for: above that, queues grow with every wave.
BUSY: Final = 0.7
#: Of Redis's one thread: a script that waits behind others is a worker that waits.
REDIS_BUSY: Final = 0.5
#: Memory that a rewrite of the log and replicas' buffers take beside the data.
SPARE: Final = 1.5
#: Of WIREDESK_OBJECTS_AFTER, until the last of what is due is packed (workers/packer.py rests for a quarter of it).
PACKED: Final = 1.25
#: A machine's size that is sold everywhere.
CORES: Final = 8
#: Beyond these, of articles a day and of mean hours, a number is a slip of the hand: all of the web is a billion a day.
MOST: Final = 100_000_000_000
MOST_PEAK: Final = 1_000.0

#: Beyond this, one server's restart takes minutes.
LARGE: Final = 32 * 2**30
#: What takes each part of the memory elsewhere, or away.
SMALLER: Final = {
    "texts": "set WIREDESK_OBJECTS_URL and WIREDESK_OBJECTS_AFTER to keep them in an object store, or "
    "WIREDESK_TEXTS_URL to a Redis of its own",
    "files": "set WIREDESK_KEEP_FILES lower (once split, a file is kept for replays alone), or WIREDESK_OBJECTS_URL "
    "and WIREDESK_OBJECTS_AFTER to keep them in an object store",
    "streams": "set WIREDESK_KEEP_STREAM_ENTRIES lower",
    "receipts": "set WIREDESK_KEEP_RECEIPTS lower: a file sent again after it is taken for a new one",
    "index": "set WIREDESK_INDEX_URL to a Redis of its own, or WIREDESK_NEAR_WINDOW lower",
}


class Costs(msgspec.Struct, frozen=True):
    """Of one article: microseconds of a core by stage, of Redis; bytes that it leaves in each part of Redis."""

    stages: dict[str, float]
    #: All of Redis's thread: queues, texts and index.
    redis_us: float
    #: The share of it that stays when texts and index stand on Redis of their own (`bench/limit.py --apart`).
    queues: float
    #: The article as kept for judging copies, under zstd (WIREDESK_KEEP_TEXTS).
    take_bytes: float
    #: Its share of its file's bytes, under zstd (WIREDESK_KEEP_FILES).
    file_bytes: float
    #: Its entry in a stream (WIREDESK_KEEP_STREAM_ENTRIES, WIREDESK_KEEP_STREAM_AGE).
    entry_bytes: float
    #: Its share of its file's receipt (WIREDESK_KEEP_RECEIPTS).
    receipt_bytes: float
    #: What stays of its text, and of its share of its file, once they lie in an object store (`bench/packs.py`).
    take_left: float = 104.0
    file_left: float = 76.0
    #: In the near-duplicate index (`bench/index.py`): fixed by WIREDESK_INDEX_ARTICLES, whatever comes.
    index_bytes: float = 160.0
    #: Of a worker process, at most (`bench/scale.py`).
    worker_megabytes: float = 250.0


#: Short pages of one to three articles, HTML and rows among them, on two cores with nothing else to do; bytes are those
#: of pages of two long articles.
MEASURED: Final = Costs(
    stages={"split": 3_300.0, "fingerprint": 700.0, "extract": 900.0, "publish": 300.0},
    redis_us=690.0,
    queues=0.7,
    take_bytes=1_840.0,
    file_bytes=1_040.0,
    entry_bytes=4_670.0,
    receipt_bytes=700.0,
)


#: Whole web pages of many publishers, an article each, as they were fetched (`python -m bench.share --web`): the time
#: goes into finding what of a page is its article, the bytes are the page's.
WEB: Final = Costs(
    stages={"split": 60_100.0, "fingerprint": 1_200.0, "extract": 3_300.0, "publish": 250.0},
    redis_us=920.0,
    queues=0.7,
    take_bytes=3_800.0,
    file_bytes=36_200.0,
    entry_bytes=10_190.0,
    receipt_bytes=1_200.0,
    file_left=152.0,
)


class Plan(msgspec.Struct, frozen=True):
    """What to set up. Rates in articles a second, memory in bytes, `redis` a share of one core at the busiest hour.

    `memory`: what Redis holds, by kind; `redis_memory`: what its machine needs for that. `machines`: for the workers.
    """

    articles_per_day: int
    mean_rate: float
    peak_rate: float
    processes: dict[str, int]
    machines: int
    worker_memory: int
    redis: float
    memory: dict[str, int]
    redis_memory: int
    settings: dict[str, str]
    notes: list[str]


def plan(articles: int, settings: Settings, costs: Costs = MEASURED, *, peak: float = 3.0, cores: int = CORES) -> Plan:
    """`articles` a day; `peak`: the busiest hour over the mean one; machines of so many `cores`."""
    mean = articles / DAY
    busiest = mean * peak
    processes = {stage: max(1, math.ceil(busiest * us / 1e6 / BUSY)) for stage, us in costs.stages.items()}
    remembered = max(articles * settings.near_window // DAY, 100_000)
    memory = _memory(articles, remembered, settings, costs)
    redis = busiest * costs.redis_us / 1e6
    return Plan(
        articles, round(mean, 2), round(busiest, 2), processes, math.ceil(sum(processes.values()) / cores),
        int(sum(processes.values()) * costs.worker_megabytes * 2**20), round(redis, 3), memory,
        int(sum(memory.values()) * SPARE),
        {"WIREDESK_INDEX_ARTICLES": str(remembered), "maxmemory": f"{math.ceil(sum(memory.values()) / 2**30)}gb"},
        _notes(redis, costs.queues, memory),
    )  # fmt: skip


def _memory(articles: int, remembered: int, settings: Settings, costs: Costs) -> dict[str, int]:
    """Bytes in Redis by what they hold, once as much is kept as the settings say."""
    entries = min(settings.keep_stream_entries, articles * settings.keep_stream_age / DAY)
    return {
        "texts": _kept(articles, settings.keep_texts, settings, costs.take_bytes, costs.take_left),
        "files": _kept(articles, settings.keep_files, settings, costs.file_bytes, costs.file_left),
        "streams": int(entries * costs.entry_bytes),
        "receipts": int(articles * settings.keep_receipts / DAY * costs.receipt_bytes),
        "index": int(remembered * costs.index_bytes),
    }


def _kept(articles: int, seconds: int, settings: Settings, size: float, left: float) -> int:
    """Bytes in Redis of what is kept for so many seconds: whole, or until it goes to the object store."""
    whole = seconds if settings.objects_after is None else min(seconds, math.ceil(settings.objects_after * PACKED))
    return int(articles / DAY * (whole * size + (seconds - whole) * left))


def _notes(redis: float, queues: float, memory: dict[str, int]) -> list[str]:
    """What to split off first, in the order in which to do it; `queues`: the share that stays once the others are."""
    notes = []
    needed = sum(memory.values()) * SPARE
    if needed > LARGE:
        large = max(memory, key=lambda part: memory[part])
        notes.append(f"Redis needs {human_size(int(needed))}, most of it for {large}: {SMALLER[large]}.")
    if redis > REDIS_BUSY:
        notes.append(
            f"Redis is busy for {redis:.0%} of its one core in the busiest hour: set WIREDESK_INDEX_URL and "
            f"WIREDESK_TEXTS_URL to Redis of their own, which leaves {redis * queues:.0%}."
        )
    if redis * queues > REDIS_BUSY:
        desks = math.ceil(redis * queues / REDIS_BUSY)
        notes.append(f"That is still more than one core should have: run {desks:,} desks, each for its sources.")
    return notes
