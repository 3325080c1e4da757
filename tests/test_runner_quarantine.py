"""Job records that are none of ours: each goes to quarantine and is told; worker, recovery and RQ's tools live on."""

from __future__ import annotations

import pickle
import zlib

import orjson
import pytest
from rq import Queue
from runner_kit import Crew, end_leases, entries, status

from producers.desk import Desk as Producer
from wiredesk import ids, keys
from wiredesk.serializer import JSONSerializer
from workers.runner import batch

TASK = "workers.tasks.split"


def call(function=TASK, instance=None, args=("x", 0, None), kwargs=None):
    return orjson.dumps([function, instance, list(args), kwargs or {}])


def record(**fields):
    return {"status": "queued", "origin": "split", "timeout": 180, "data": call()} | fields


#: What was seen to end a stock worker, run code in it, or be dropped without a word - and some more.
RECORDS = {
    "no data": {"status": "queued", "origin": "split"},
    "empty data": record(data=b""),
    "no status": {"origin": "split", "data": call()},
    "unknown status": record(status="dancing"),
    "pickle": record(data=pickle.dumps(("os.system", None, ("true",), {}))),
    "compressed pickle": record(data=zlib.compress(pickle.dumps((TASK, None, (), {})))),
    "not JSON": record(data=b"{"),
    "NaN": record(data=b'["workers.tasks.split",null,[NaN],{}]'),
    "not UTF-8": record(data=b'["\xff",null,[],{}]'),
    "JSON of depth 10,000": record(data=b"[" * 10_000 + b"]" * 10_000),
    "no list": record(data=b'{"a":1}'),
    "three parts": record(data=b'["workers.tasks.split",null,[]]'),
    "zlib bomb": record(data=zlib.compress(b" " * (64 << 20))),
    "cut zlib": record(data=zlib.compress(call() * 50)[:40]),
    "oversized data": record(data=call(args=("x" * (2 * batch.LARGEST), 0, None))),
    "os.system": record(data=call("os.system", args=("true",))),
    "eval": record(data=call("eval", args=("1",))),
    "a function of our module's imports": record(data=call("workers.tasks.os.system", args=("true",))),
    "another stage's function": record(data=call("workers.tasks.publish", args=("x",))),
    "no function": record(data=call(None)),
    "an instance": record(data=call(instance={"a": 1})),
    "keyword arguments": record(data=call(kwargs={"a": 1})),
    "arguments that are lists": record(data=call(args=([1], 0))),
    "success callback": record(success_callback_name="os.system"),
    "failure callback": record(failure_callback_name="os.system"),
    "stopped callback": record(stopped_callback_name="os.system"),
    "webhooks": record(webhooks='[{"url":"http://127.0.0.1:9/"}]'),
    "repeats": record(repeats_left=5),
    "rate limit": record(rate_limit_key="x"),
}
#: Records that are strange in fields that the runner never believes: the job runs.
HARMLESS = {
    "timeout": "soon", "created_at": "yesterday", "retries_left": "many", "result_ttl": "nan", "batch_cap": "1e300",
    "meta": pickle.dumps({"a": 1}), "description": b"\xff\x1b[2J", "failure_ttl": "x", "enqueued_at": b"\x00",
    "dependency_ids": b"\xff",
}  # fmt: skip


@pytest.fixture
def crew(settings, redis):
    made = Crew(settings)
    yield made
    made.close()


@pytest.fixture
def submit(redis_url, settings):
    producer = Producer(redis_url, settings=settings)
    return lambda name: producer.submit(name.encode(), name=name).file


@pytest.mark.parametrize("kind", RECORDS)
def test_a_strange_record_is_put_aside_and_told(crew, submit, redis, kind):
    """The record goes to quarantine, `rejected` says so, and the good job behind it runs."""
    redis.hset("rq:job:strange", mapping=RECORDS[kind])
    redis.rpush("rq:queue:split", "strange")
    good = ids.split_job(submit("1.txt"), 0)
    worker = crew.hand("split")
    while redis.llen("rq:queue:split"):
        worker._claim_and_run()

    assert [e["id"] for e in entries(redis, keys.REJECTED)] == ["strange"]
    assert (redis.exists("rq:job:strange"), redis.exists(f"{keys.QUARANTINE}strange")) == (0, 1)
    assert (status(redis, good), redis.zcard("rq:wip:split")) == ("finished", 0)


@pytest.mark.parametrize("job", [b"", b"a:b", b"\xff\xfe", b"a b", b"x" * 5000, b"\n\x1b[2J", b"missing"])
def test_a_strange_id_is_taken_off_the_queue(crew, submit, redis, job):
    """An id that RQ forbids or that has no record leaves the queue, is told, and stops nobody."""
    redis.rpush("rq:queue:split", job)
    good = ids.split_job(submit("1.txt"), 0)
    worker = crew.hand("split")
    while redis.llen("rq:queue:split"):
        worker._claim_and_run()

    assert len(entries(redis, keys.REJECTED)) == 1
    assert status(redis, good) == "finished"


def test_a_record_that_is_no_hash_is_put_aside(crew, submit, redis):
    """A string where a job's hash should be goes to quarantine, too."""
    redis.set("rq:job:strange", "x")
    redis.rpush("rq:queue:split", "strange")
    submit("1.txt")
    crew.hand("split")._claim_and_run()

    assert redis.get(f"{keys.QUARANTINE}strange") == b"x"


@pytest.mark.parametrize("field", HARMLESS)
def test_a_strange_field_that_nobody_believes_does_no_harm(crew, submit, redis, field):
    """Fields that the runner does not go by may hold anything: the job runs, and its recovery works."""
    job = ids.split_job(submit("1.txt"), 0)
    redis.hset(f"rq:job:{job}", field, HARMLESS[field])
    crew.hand("split")._claimer.claim(8)
    end_leases(redis)
    other = crew.hand("split")
    other._tick()
    other._claim_and_run()

    assert status(redis, job) in ("finished", "failed")
    assert redis.zcard("rq:wip:split") == 0


@pytest.mark.parametrize("member", ["", "no-colon", ":", "a:b:c", "gone:1", b"\xff:\xfe"])
def test_recovery_lives_with_strange_leases(crew, submit, redis, member):
    """Leases of jobs that never were are removed; the real ones beside them come back."""
    job = ids.split_job(submit("1.txt"), 0)
    worker = crew.hand("split")
    worker._claimer.claim(8)
    redis.sadd(worker.executions_key, member)
    redis.zadd("rq:wip:split", {member: 1})
    end_leases(redis)
    crew.hand("split")._tick()

    assert status(redis, job) == "queued"
    assert redis.zcard("rq:wip:split") == 0


def test_rqs_own_tools_do_not_meet_what_is_in_quarantine(crew, redis):
    """RQ's queue and registries list none of it, so no listing, and no dashboard page, stumbles."""
    for n, fields in enumerate(RECORDS.values()):
        redis.hset(f"rq:job:strange{n}", mapping=fields)
        redis.rpush("rq:queue:split", f"strange{n}")
    worker = crew.hand("split")
    while redis.llen("rq:queue:split"):
        worker._claim_and_run()
    queue = Queue("split", connection=redis, serializer=JSONSerializer)

    assert queue.get_jobs() == []
    assert [r.count for r in (queue.failed_job_registry, queue.started_job_registry, queue.finished_job_registry)] == [
        0
    ] * 3
