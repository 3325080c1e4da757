"""Where the desk stands, as `wiredesk status`, its live view and the page see it."""

import re
import socket
import time

import pytest
from click.testing import CliRunner
from redis.connection import AbstractConnection
from rich.console import Console

from wiredesk import jobs, keys
from wiredesk.cli import status
from wiredesk.health import StageHealth, look, problems, said_age
from workers.table import NAMES


def queue(redis, stage, count, *, since=0.0):
    """Jobs that have waited for `since` seconds."""
    now = time.gmtime(time.time() - since)
    redis.hset(jobs.key("j0"), "enqueued_at", time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", now))
    redis.rpush(jobs.queue(stage), *(f"j{n}" for n in range(count)))


def employ(redis, stage, name, *, lease=20, state="idle"):
    key = f"rq:worker:{name}"
    redis.sadd(f"rq:workers:{stage}", key)
    redis.hset(key, "state", state)
    if lease:
        redis.zadd(keys.LEASES, {name: time.time() + lease})


def shown(view):
    console = Console(width=160)
    with console.capture() as said:
        console.print(view)
    return said.get()


def test_names_the_command_that_mends(redis):
    """A queue without workers is a problem, and the line ends with the command to type."""
    queue(redis, "extract", 1204)

    assert "extract: 1,204 waiting, no worker -> wiredesk work extract" in look(redis, NAMES).problems


def test_a_slow_queue_asks_for_more_workers(redis):
    """Jobs that wait for minutes although workers live are a line that doubles the workers."""
    queue(redis, "split", 5, since=300)
    employ(redis, "split", "split@here.1", state="busy")
    health = look(redis, NAMES)

    assert health.problems == ["split: 5 waiting, the oldest for 5 min -> wiredesk work split --count 2"]
    assert health.stages[0].oldest_waiting == pytest.approx(300, abs=5)


def test_the_dead_are_not_counted(redis):
    """A worker whose lease has ended is dead, though RQ keeps its row for minutes; a plain rq worker has none."""
    employ(redis, "split", "split@here.1", state="busy")
    employ(redis, "split", "split@here.2", lease=-1)
    employ(redis, "split", "plain", lease=None)

    row = look(redis, NAMES).stages[0]
    assert (row.workers, row.busy) == (2, 1)


def test_odd_records_do_not_blind_the_look(redis):
    """Keys of the wrong type and unreadable times are counted as nothing."""
    redis.set("rq:queue:split", "no list")
    redis.zadd("rq:wip:extract", {"j": 1})
    redis.hset("rq:job:j", "started_at", "yesterday")

    health = look(redis, NAMES)
    assert health.stages[0].waiting == 0
    assert health.stages[2].oldest_running is None


def test_a_refresh_is_one_round_trip(redis, monkeypatch):
    """Each frame of the live view sends once, whatever it shows."""
    monkeypatch.setattr(status, "REFRESH", 0)
    frames = status.watch(redis)
    next(frames)
    sent = []
    send = AbstractConnection.send_packed_command
    monkeypatch.setattr(
        AbstractConnection, "send_packed_command", lambda self, *a, **k: sent.append(1) or send(self, *a, **k)
    )
    next(frames)
    next(frames)

    assert len(sent) == 2


def test_the_view_shows_rates_and_problems(redis):
    """The table has each stage's queue, oldest and rate; problems stand below it."""
    before = look(redis, NAMES)
    redis.hset(keys.COUNTS, "jobs:publish:done", 500)
    queue(redis, "extract", 3, since=40)
    now = look(redis, NAMES)
    now.at = before.at + 5

    said = shown(status.view(now, before))
    assert "100.0" in said
    assert re.search(r"4[012] s", said)
    assert "-> wiredesk work extract" in said


def test_a_container_asks_for_its_own_worker(redis, redis_url, monkeypatch):
    """`wiredesk status --worker` is 0 while a worker of this machine has a lease, 1 when none has."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    employ(redis, "split", "split@elsewhere.1")
    ask = lambda: CliRunner().invoke(status.command, ["--worker"], standalone_mode=False).return_value  # noqa: E731
    assert ask() == 1

    employ(redis, "split", f"split@{socket.gethostname()}.7")
    assert ask() == 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0.0123, "12 ms"), (59.6, "60 s"), (300, "5 min"), (9000, "2.5 h"), (400000, "4.6 d")],
)
def test_ages_are_said_as_a_person_reads_them(seconds, said):
    """An age has the unit that its size asks for."""
    assert said_age(seconds) == said


def test_a_full_redis_is_a_problem(redis):
    """Near its memory limit Redis is named with the command that raises it."""
    health = look(redis, NAMES)
    health.memory, health.memory_limit = 900, 1000

    assert list(problems(health)) == ["Redis is 90% full -> redis-cli config set maxmemory 2000"]
    assert all(isinstance(row, StageHealth) for row in health.stages)
