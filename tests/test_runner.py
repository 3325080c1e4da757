"""The runner on a real Redis: what a worker's turn does to RQ's records and to the streams."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from importlib import resources

import chain
import orjson
import pytest
from redis.exceptions import ResponseError
from rq import Queue
from rq.job import Job
from rq.registry import FailedJobRegistry, FinishedJobRegistry, StartedJobRegistry
from rq.suspension import resume, suspend

from producers.desk import Desk as Producer
from wiredesk import ids, keys
from wiredesk.serializer import JSONSerializer
from workers.desk import Desk
from workers.effects import Effects, Publication
from workers.runner import BatchWorker
from workers.runner.line import Line
from workers.runner.pace import Pace
from workers.runner.scripts import source
from workers.stage import Stage


@pytest.fixture
def submit(redis_url, settings):
    producer = Producer(redis_url, settings=settings)
    return lambda name: producer.submit(name.encode(), name=name).file


@pytest.fixture
def worker(desk, settings):
    """Workers of the chain, one a stage, that are stepped by hand."""
    made = {}

    def of(stage, stages=chain.STAGES):
        if stage not in made:
            own = Desk.open(settings)
            made[stage] = BatchWorker(next(s for s in stages if s.name == stage), own, stages)
            made[stage]._begin()
        return made[stage]

    yield of
    for one in made.values():
        one._farewell()


@pytest.fixture
def drain(worker, redis):
    """Run all queues empty."""

    def run(stages=chain.STAGES):
        while any(redis.llen(f"rq:queue:{s.name}") for s in stages):
            for stage in stages:
                worker(stage.name, stages)._claim_and_run()

    return run


def entries(redis, stream):
    return [orjson.loads(fields[b"body"]) for _, fields in redis.xrange(stream)]


def fetch(redis, job):
    return Job.fetch(job, connection=redis, serializer=JSONSerializer)


def registry(kind, redis, stage):
    return kind(stage, connection=redis, serializer=JSONSerializer).get_job_ids(cleanup=False)


def test_every_article_of_a_file_is_published_once(submit, drain, redis):
    """A file goes through all stages: each article on one stream, one closing entry, nothing left open."""
    file = submit("7.txt")
    drain()

    published = [e["id"] for stream in (keys.ARTICLES, keys.COPIES) for e in entries(redis, stream)]
    assert sorted(published) == [ids.article_id(file, n) for n in range(7)]
    assert [e["outcome"] for e in entries(redis, keys.FILES)] == ["published"]
    assert redis.zcard(keys.OPEN) == 0


def test_a_files_event_counts_what_was_found(submit, drain, redis):
    """The closing entry sums parts, articles, copies and the seconds of each stage."""
    submit("7.txt")
    drain()

    event = entries(redis, keys.FILES)[0]
    assert (event["found"], event["articles"], event["copies"], event["rejected"]) == (7, 6, 1, 0)
    assert event["seconds"] == pytest.approx({"split": 15e-6, "publish": 14e-6})


def test_a_claimed_job_looks_started_to_rq(submit, worker, redis):
    """Between claim and finish RQ finds the job started, with its execution, by this worker."""
    file = submit("1.txt")
    one = worker("split")
    one._claimer.claim(8)

    job = fetch(redis, ids.split_job(file, 0))
    assert (job.get_status(), job.worker_name) == ("started", one.name)
    assert [e.job_id for e in one.get_current_executions()] == [job.id]
    assert registry(StartedJobRegistry, redis, "split") == [job.id]


def test_leases_are_kept_in_the_form_that_is_fast_to_write(submit, worker, redis):
    """The members are long enough for Redis not to keep them compact, where each insert would read all of them."""
    submit("1.txt")
    worker("split")._claimer.claim(8)

    assert redis.object("encoding", "rq:wip:split") == b"skiplist"


def test_a_finished_job_looks_finished_to_rq(submit, worker, redis):
    """After the finish RQ finds the job in its finished registry, with its value and an end."""
    file = submit("1.txt")
    worker("split")._claim_and_run()

    job = fetch(redis, ids.split_job(file, 0))
    assert (job.get_status(), job.return_value()) == ("finished", {"articles": 1})
    assert registry(FinishedJobRegistry, redis, "split") == [job.id]
    assert registry(StartedJobRegistry, redis, "split") == []
    assert job.ended_at >= job.started_at


def test_a_job_of_the_next_stage_is_one_that_rq_can_read(submit, worker, redis):
    """Jobs that a script makes have what RQ's own enqueue would have written."""
    file = submit("1.txt")
    worker("split")._claim_and_run()

    job = fetch(redis, f"fingerprint-{file}-0")
    assert (job.func_name, job.args, job.kwargs) == ("workers.tasks.fingerprint", [f"{file}-0"], {})
    assert (job.origin, job.get_status(), job.retries_left, job.timeout) == ("fingerprint", "queued", 3, 180)


def test_one_job_that_fails_fails_alone(submit, drain, redis):
    """An article whose stage raises is rejected after its retries; the others of the file are published."""
    file = submit("fail-4.txt")
    drain()

    assert [(e["id"], e["kind"]) for e in entries(redis, keys.REJECTED)] == [(f"{file}-1", "error")]
    assert [e["outcome"] for e in entries(redis, keys.FILES)] == ["partly"]
    failed = fetch(redis, f"extract-{file}-1")
    assert (failed.get_status(), failed.retries_left) == ("failed", 0)
    assert "this article fails" in failed.latest_result().exc_string


def test_an_input_that_yields_nothing_is_not_tried_again(submit, drain, redis):
    """`Unreadable` goes to `rejected` at once, with its own kind and sentence."""
    submit("hopeless-2.txt")
    drain()

    entry = entries(redis, keys.REJECTED)[0]
    assert (entry["kind"], entry["reason"]) == ("empty", "Nothing stands in it.")


def test_a_failed_job_can_be_requeued_with_rqs_own_command(submit, drain, redis):
    """`rq requeue` puts a failed job back (RQ compresses its call); it is run, and publishes nothing twice."""
    file = submit("fail-2.txt")
    drain()
    FailedJobRegistry("extract", connection=redis, serializer=JSONSerializer).requeue(f"extract-{file}-1")
    drain()

    assert fetch(redis, f"extract-{file}-1").get_status() == "failed"
    assert len(entries(redis, keys.REJECTED)) == len(entries(redis, keys.FILES)) == 1


def test_a_stage_that_fails_as_a_whole_finds_who_made_it_fail(submit, drain, redis):
    """When a stage raises for its batch, it is run call by call."""

    def picky(desk, calls):
        if any(ids.place(call.args[0])[1] == 1 for call in calls):
            raise RuntimeError("the whole batch")
        return [chain.extract(desk, *call.args) for call in calls]

    stages = tuple(Stage("extract", picky) if s.name == "extract" else s for s in chain.STAGES)
    file = submit("3.txt")
    drain(stages)

    assert [e["id"] for e in entries(redis, keys.REJECTED)] == [f"{file}-1"]
    assert len(entries(redis, keys.ARTICLES)) + len(entries(redis, keys.COPIES)) == 2


def test_a_lost_reply_of_a_claim_costs_nothing(submit, worker, redis):
    """What a worker holds without knowing it is handed out again by its next claim."""
    submit("1.txt")
    one = worker("split")
    lost = one._claimer.claim(8)

    assert one._claimer.claim(8).jobs == lost.jobs
    assert len(lost.jobs) == 1


def test_a_finish_that_is_sent_again_changes_nothing(submit, worker, redis):
    """The second sending of the same finish finds no lease: nothing is made or counted twice."""
    submit("1.txt")
    one = worker("split")
    job = one._claimer.claim(8).jobs[0]
    effects = chain.split(one._desk, *job.call.args)
    one._finisher.finish([(job, effects)], 0.1)
    second = one._finisher.finish([(job, effects)], 0.1)

    assert second[0].lost == [job.id.encode()]
    assert redis.llen("rq:queue:fingerprint") == 1


def test_effects_that_redis_refuses_leave_nothing_behind(submit, worker, redis):
    """A job whose effects cannot be written fails alone; the rest of its batch is written."""
    submit("1.txt")
    submit("2.txt")
    one = worker("split")
    first, second = one._claimer.claim(8).jobs
    bad = Effects(publications=(Publication("a" * 16, -1, keys.ARTICLES, {"id": "x"}),))
    one._finisher.finish([(first, bad), (second, chain.split(one._desk, *second.call.args))], 0.1)

    assert fetch(redis, first.id).get_status() == "queued"
    assert fetch(redis, second.id).get_status() == "finished"


def test_no_worker_claims_while_work_is_suspended(submit, worker, redis, monkeypatch):
    """`rq suspend` holds all workers, `rq resume` lets them go on."""
    monkeypatch.setattr("workers.runner.worker.SUSPENDED_SECONDS", 0.01)
    submit("1.txt")
    one = worker("split")
    suspend(redis)
    one._claim_and_run()
    held = redis.llen("rq:queue:split"), redis.hget(one.key, "state")
    resume(redis)
    one._claim_and_run()

    assert held == (1, b"suspended")
    assert redis.llen("rq:queue:split") == 0


def test_a_stage_waits_until_the_next_has_room(submit, redis, settings, monkeypatch):
    """Above the high-water mark of the queue that it fills a stage takes no more, and goes on when there is room."""
    monkeypatch.setattr("workers.runner.worker.CROWDED_SECONDS", 0.01)
    one = BatchWorker(chain.BY_NAME["split"], Desk.open(replace(settings, high_water=3)), chain.STAGES)
    one._begin()
    submit("3.txt")
    one._claim_and_run()
    submit("1.txt")
    one._claim_and_run()
    crowded = redis.llen("rq:queue:split"), redis.llen("rq:queue:fingerprint")
    redis.lpop("rq:queue:fingerprint")
    one._claim_and_run()
    one._farewell()

    assert crowded == (1, 3)
    assert (redis.llen("rq:queue:split"), redis.llen("rq:queue:fingerprint")) == (0, 3)


def test_a_backlog_is_shared_among_the_workers_of_a_queue(submit, worker, redis, settings):
    """A claim takes a worker's share of what waits, but no less than is worth a batch: one of many workers is not left
    with the last jobs, and the stages behind are not left with crumbs."""
    for n in range(12):
        submit(f"{n}-1.txt")
    one = worker("split")
    other = BatchWorker(chain.BY_NAME["split"], Desk.open(settings), chain.STAGES)
    other._begin()

    assert len(one._claimer.claim(64).jobs) == 6
    assert len(other._claimer.claim(64, least=5).jobs) == 5
    other._farewell()


def test_what_is_worth_a_batch_is_learnt():
    """A worker takes alone what it would have done in no time, never more than fills a batch, and one job at first;
    the clock counts less than the processor, but it counts."""
    quick, slow = Pace(64), Pace(64)
    first = quick.least
    for _ in range(20):
        quick.learn(10, 0.001, 0.001)
        slow.learn(2, 0.0, 8.0)

    assert (first, quick.least, slow.least) == (1, 64, 1)


def test_a_worker_that_leaves_gives_back_what_it_holds(submit, worker, redis):
    """Leaving queues the held jobs again in their old order, and RQ sees no such worker any more."""
    files = [submit(f"{n}-1.txt") for n in range(3)]
    one = worker("split")
    one._claimer.claim(8)
    one._farewell()

    assert [j.decode() for j in redis.lrange("rq:queue:split", 0, -1)] == [ids.split_job(f, 0) for f in files]
    assert one.key not in BatchWorker.all_keys(connection=redis)
    one._begin()


def test_a_compressed_call_is_read(submit, worker, redis):
    """RQ's own tools compress a job's call when they save it."""
    file = submit("1.txt")
    key = f"rq:job:{ids.split_job(file, 0)}"
    redis.hset(key, "data", zlib.compress(redis.hget(key, "data")))
    worker("split")._claim_and_run()

    assert redis.llen("rq:queue:fingerprint") == 1


def test_texts_on_another_redis_are_there_before_the_jobs_that_need_them(submit, settings, redis, desk):
    """With texts elsewhere, a finish writes them there, and jobs and accounts here."""
    elsewhere = Desk.at(f"{settings.redis_url}?db=1", settings)
    own = replace(Desk.open(settings), texts=elsewhere.queues)
    one = BatchWorker(chain.BY_NAME["split"], own, chain.STAGES)
    one._begin()
    file = submit("1.txt")
    one._claim_and_run()
    one._farewell()

    assert elsewhere.queues.get(keys.take(f"{file}-0")) == f"{file}-0".encode()
    assert redis.get(keys.take(f"{file}-0")) is None


def test_a_script_that_redis_forgot_is_sent_again(submit, worker, redis):
    """`SCRIPT FLUSH`, or a failover to a server that never saw the scripts, costs one more sending."""
    submit("1.txt")
    one = worker("split")
    redis.script_flush()
    one._claim_and_run()

    assert redis.llen("rq:queue:fingerprint") == 1


def test_a_line_that_broke_is_connected_anew(redis):
    """The command whose connection broke fails, the next one is answered; an error reply leaves the line whole."""
    line = Line(redis)
    line.command("PING")
    line._connection.disconnect()
    with pytest.raises(ResponseError):
        line.command("NO SUCH COMMAND")

    assert line.command("PING") == b"PONG"
    line.close()


def test_a_job_that_waits_for_ours_is_queued_by_its_end(submit, worker, redis):
    """A person's own RQ job may depend on one of ours: RQ's dependents are woken when it finishes."""
    file = submit("1.txt")
    ours = fetch(redis, ids.split_job(file, 0))
    Queue("elsewhere", connection=redis, serializer=JSONSerializer).enqueue_call("os.getpid", depends_on=ours)
    worker("split")._claim_and_run()

    assert redis.llen("rq:queue:elsewhere") == 1


def test_a_job_of_ours_that_waited_for_another_runs_when_rq_queues_it(submit, worker, redis):
    """A person may queue one of our jobs with RQ's `depends_on`: what it waited for has ended by then."""
    first, second = submit("1.txt"), submit("2.txt")
    redis.delete("rq:queue:split", f"rq:job:split-{second}-0")
    redis.rpush("rq:queue:split", ids.split_job(first, 0))
    Queue("split", connection=redis, serializer=JSONSerializer).enqueue_call(
        "workers.tasks.split", (second, 0, None), depends_on=ids.split_job(first, 0), job_id=ids.split_job(second, 0)
    )
    for _ in range(2):
        worker("split")._claim_and_run()

    assert fetch(redis, ids.split_job(second, 0)).get_status() == "finished"


def test_scripts_and_python_name_a_files_keys_alike():
    """The scripts append what wiredesk/keys.py says, so that the page of names stays true."""
    text = source("finish")

    for name in (keys.parts("x"), keys.published("x"), keys.rejected("x")):
        assert f"'{name.removeprefix(keys.file('x'))}'" in text


@pytest.mark.parametrize("name", sorted(f.name for f in (resources.files("workers") / "lua").iterdir()))
def test_a_script_opens_with_what_it_promises(name):
    """Each Lua file begins with prose: what it does and what holds before and after it."""
    text = (resources.files("workers") / "lua" / name).read_text("utf-8")

    assert len([line for line in text.split("\n\n")[0].splitlines() if line.startswith("-- ")]) >= 2


@pytest.mark.parametrize("left", [{}, {"state": "busy"}])
def test_a_worker_whose_row_was_deleted_writes_it_anew(submit, worker, redis, left):
    """Whatever is left of its row, a worker registers again before it claims."""
    submit("1.txt")
    one = worker("split")
    redis.delete(one.key)
    if left:
        redis.hset(one.key, mapping=left)
    one._claim_and_run()
    one._claim_and_run()

    assert redis.hexists(one.key, "birth")
    assert redis.llen("rq:queue:fingerprint") == 1


def test_a_worker_is_named_after_its_stage_and_place(worker, redis):
    """`stage@host.pid`; with a number when a dead worker of the same name is not buried yet."""
    first = worker("split").name
    redis.sadd(f"rq:worker:publish@{first.partition('@')[2]}:executions", "a:b")

    assert re.fullmatch(r"split@\S+\.\d+", first)
    assert worker("publish").name == f"publish@{first.partition('@')[2]}.2"
