"""RQ's own commands to a worker: stop a job, shut down; and whatever else may stand on its channel."""

from __future__ import annotations

import time

import pytest
from rq.command import send_shutdown_command, send_stop_job_command
from runner_kit import Crew, entries, status, until

from producers.desk import Desk as Producer
from tests import chain
from wiredesk import ids, keys
from wiredesk.serializer import JSONSerializer
from workers.stage import Stage


def _long(desk, calls):
    time.sleep(30 if any(call.args[0] == desk.queues.get("test:long").decode() for call in calls) else 0.01)
    return [chain.split(desk, *call.args) for call in calls]


@pytest.fixture
def crew(settings, redis):
    made = Crew(settings, (Stage("split", _long), *chain.STAGES[1:]))
    yield made
    made.close()


@pytest.fixture
def submit(redis_url, settings):
    producer = Producer(redis_url, settings=settings)
    return lambda name: producer.submit(name.encode(), name=name).file


def test_a_person_can_stop_one_job_of_a_batch(crew, submit, redis):
    """`stop-job` ends that job as RQ's `stopped` and rejects its file; the others of its batch run again."""
    unwanted, other = submit("1.txt"), submit("2.txt")
    redis.set("test:long", unwanted)
    crew.fork("split")
    until(lambda: redis.zcard("rq:wip:split") == 2)
    send_stop_job_command(redis, ids.split_job(unwanted, 0), JSONSerializer)
    until(lambda: status(redis, ids.split_job(other, 0)) == "finished")

    assert status(redis, ids.split_job(unwanted, 0)) == "stopped"
    assert [(e["id"], e["kind"]) for e in entries(redis, keys.REJECTED)] == [(unwanted, "stopped")]


def test_the_shutdown_command_stops_a_worker(crew, redis):
    """`rq`'s shutdown command is a warm stop: exit status 0."""
    pid = crew.fork("split")
    until(lambda: redis.pubsub_numsub(b"") is not None and redis.scard("rq:workers"))
    name = next(iter(redis.smembers("rq:workers"))).decode().removeprefix("rq:worker:")
    until(lambda: redis.pubsub_numsub(f"rq:pubsub:{name}")[0][1])
    send_shutdown_command(redis, name)

    assert crew.end(pid) == 0


@pytest.mark.parametrize(
    "message", [b"", b"{", b"[]", b'{"command": {}}', b"\xff", b'{"command":"stop-job","job_id":[]}']
)
def test_nonsense_on_the_channel_harms_nobody(crew, submit, redis, message):
    """What is no command is told and ignored; the worker goes on."""
    redis.set("test:long", "none")
    worker = crew.hand("split")
    worker.handle_payload({"data": message})
    job = ids.split_job(submit("1.txt"), 0)
    worker._claim_and_run()

    assert status(redis, job) == "finished"
