"""What the runner's scripts count for the metrics."""

from wiredesk import keys
from wiredesk.counts import BUCKETS
from workers.table import NAMES


def test_counts_agree_with_what_was_published(worked_desk):
    """Articles and files are counted by outcome in the step that publishes them: as many as stand in the streams."""
    redis = worked_desk.queues
    counts = {name.decode(): int(n) for name, n in redis.hgetall(keys.COUNTS).items()}

    assert counts["articles:article"] == redis.xlen(keys.ARTICLES)
    assert counts["articles:copy"] == redis.xlen(keys.COPIES)
    assert sum(n for name, n in counts.items() if name.startswith("files:")) == redis.xlen(keys.FILES)
    assert counts["files:rejected"] == 2


def test_every_job_is_in_one_bucket_of_its_stage(worked_desk):
    """The histogram of a stage holds each job that was done once, under bounds that the metrics know."""
    counts = {name.decode(): int(n) for name, n in worked_desk.queues.hgetall(keys.COUNTS).items()}
    bounds = {f"{bound:g}" for bound in BUCKETS} | {"+Inf"}

    for stage in NAMES:
        took = {k.rpartition(":")[2]: n for k, n in counts.items() if k.startswith(f"took:{stage}:")}
        assert sum(took.values()) == counts[f"jobs:{stage}:done"]
        assert set(took) <= bounds
