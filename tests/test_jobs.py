"""Jobs as RQ keeps them, read back with RQ's own code."""

import base64
import hashlib

import pytest
from rq.job import Job, JobStatus

from wiredesk import ids, jobs
from wiredesk.serializer import JSONSerializer


def queued(redis, *, description="split page.txt (6.4 KB)"):
    fields = jobs.fields("split", ["f", 0, None], description, retries=3, keep=500, at=jobs.instant())
    redis.hset(jobs.key("split-f-0"), items=fields)
    return Job.fetch("split-f-0", connection=redis, serializer=JSONSerializer)


def test_rq_reads_our_jobs(redis):
    """A job built here is to RQ a queued job of the stage's function with the ids as arguments."""
    job = queued(redis)

    assert (
        job.get_status(), job.origin, job.func_name, job.args,
    ) == (JobStatus.QUEUED, "split", "workers.tasks.split", ["f", 0, None])  # fmt: skip
    assert (job.retries_left, job.result_ttl, job.timeout) == (3, 500, jobs.TIMEOUT)


def test_job_data_is_json(redis):
    """What a worker decodes is JSON: reading it can run nothing."""
    queued(redis)

    assert redis.hget(jobs.key("split-f-0"), "data") == b'["workers.tasks.split",null,["f",0,null],{}]'


def test_description_cannot_carry_markup(redis):
    """A hostile file name becomes a plain line on the dashboard."""
    job = queued(redis, description="split <img src=x onerror=alert(1)>\n\x1b[2J")

    assert "<" not in job.description
    assert job.description.isprintable()


@pytest.mark.parametrize(
    ("size", "said"),
    [(12, "12 bytes"), (6554, "6.4 KB"), (3 << 20, "3.0 MB"), (5 << 30, "5.0 GB"), (2500 << 40, "2,500.0 TB")],
)
def test_human_size(size, said):
    """Sizes are said as a person reads them."""
    assert said == jobs.human_size(size)


def test_file_ids_are_base32():
    """A file's id is the base32 of 80 bits of BLAKE2b over content hash and address."""
    expected = base64.b32encode(hashlib.blake2b(b"abc\0https://a.example/1", digest_size=10).digest()).decode().lower()

    assert expected == ids.file_id("abc", "https://a.example/1")
