"""The stage functions under RQ's own worker: slower, and just as correct."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rq import Queue, SimpleWorker
from runner_kit import entries, fetch

from producers.desk import Desk as Producer
from wiredesk import ids, keys
from wiredesk.connection import client
from wiredesk.serializer import JSONSerializer
from workers import tasks

ROOT = Path(__file__).parent.parent
STAGES = ("split", "fingerprint", "extract", "publish")


@pytest.mark.timeout(120)
def test_a_plain_rq_worker_runs_the_stages(redis, redis_url, settings):
    """`rq worker` takes a page through all four stages: the same streams, the same closing entry."""
    pages = sorted((ROOT / "examples" / "pages").glob("*.txt"))[:1]
    producer = Producer(redis_url, settings=settings)
    files = [producer.submit(page).file for page in pages]
    command = [
        Path(sys.executable).with_name("rq"), "worker", "--url", redis_url, "--burst", "--quiet",
        "--serializer", "wiredesk.serializer.JSONSerializer", "--worker-class", "rq.SimpleWorker", *STAGES,
    ]  # fmt: skip
    subprocess.run(
        command, check=True, timeout=100, cwd=ROOT, env={"WIREDESK_REDIS_URL": redis_url, "PATH": "/usr/bin:/bin"}
    )

    assert [e["id"] for e in entries(redis, keys.FILES)] == files
    assert redis.xlen(keys.ARTICLES) + redis.xlen(keys.COPIES) == entries(redis, keys.FILES)[0]["found"] > 0
    assert fetch(redis, ids.split_job(files[0], 0)).get_status() == "finished"
    assert redis.zcard(keys.OPEN) == 0


def test_running_a_stage_twice_publishes_once(redis, redis_url, settings, monkeypatch):
    """RQ may start a job twice; what it leads to appears once."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    tasks._desk.cache_clear()
    file = Producer(redis_url, settings=settings).submit(next((ROOT / "examples" / "pages").glob("*.txt"))).file
    job = fetch(redis, ids.split_job(file, 0))
    queue = Queue("split", connection=redis, serializer=JSONSerializer)
    for _ in range(2):
        job.perform()

    assert redis.llen("rq:queue:fingerprint") == int(redis.hget(keys.file(file), "found"))
    assert queue.count == 1


def test_a_plain_worker_rejects_what_yields_nothing(redis, redis_url, settings, monkeypatch):
    """A file without any article ends in `rejected` at once, RQ's retries or not, and is closed."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    tasks._desk.cache_clear()
    file = Producer(redis_url, settings=settings).submit(b"\x89PNG\r\n\x1a\n" + bytes(200), name="x.txt").file
    worker = SimpleWorker(["split"], connection=client(redis_url), serializer=JSONSerializer)
    worker.work(burst=True, logging_level="CRITICAL")

    assert [e["id"] for e in entries(redis, keys.REJECTED)] == [file]
    assert [e["outcome"] for e in entries(redis, keys.FILES)] == ["rejected"]


def test_a_stage_function_outside_of_a_job_says_what_it_is_for():
    """Called by hand there is no job to work for, and the error names the way."""
    with pytest.raises(TypeError, match="wiredesk read"):
        tasks.split("x", 0, None)
