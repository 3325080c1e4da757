"""Queues, texts and index on three Redis of their own: each holds its part, and the desk works as on one."""

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest
from conftest import ROOT
from outputs import submitted
from redis_rig import standing
from runner_kit import Crew, end_leases
from running import command, page, until

from wiredesk import keys, server
from wiredesk.connection import client
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.runner.perform import perform
from workers.table import STAGES


def kinds(redis):
    """The kinds of keys that a Redis holds, by the word after the prefix."""
    return {key.decode().removeprefix(keys.PREFIX).partition(":")[0] for key in redis.scan_iter(f"{keys.PREFIX}*")}


def test_who_slept_through_its_lease_writes_no_text():
    """The texts' Redis has no leases: an earlier stage's take would stand in the place of a later one's."""
    with server.private() as queues, server.private() as texts:
        crew = Crew(replace(Settings(), redis_url=queues, texts_url=texts), STAGES)
        submitted(crew.settings, "page.txt", page("a bridge").encode())
        redis, kept = client(queues), client(texts)
        sleeper = crew.hand("split")
        jobs = sleeper._claimer.claim(8, 1).jobs
        results = perform(sleeper._stage, sleeper._desk, jobs, sleeper._signals, sleeper._commands)
        end_leases(redis)
        crew.hand("split")._ticker.tick()
        for stage in ("split", "fingerprint"):
            crew.hand(stage)._claim_and_run()
        (take,) = kept.scan_iter(keys.take("*"))
        before = kept.get(take)
        sleeper._finisher.finish(results, 1.0)
        after = kept.get(take)
        for stage in ("extract", "publish"):
            crew.hand(stage)._claim_and_run()
        published = redis.xlen(keys.ARTICLES)
        crew.close()

    assert after == before
    assert published == 1


@contextmanager
def apart():
    """Workers of a desk whose texts have a Redis of their own, and the two."""
    with server.private() as queues, server.private() as kept:
        crew = Crew(replace(Settings(), redis_url=queues, texts_url=kept), STAGES)
        yield crew, client(queues), client(kept)
        crew.close()


def lost_second(crew, texts, stage):
    """A file of two articles, of whose texts what was written in the turn before this stage's is lost."""
    rows = [json.dumps({"text": page(f"a lost second {n}")}) for n in range(2)]
    file = submitted(crew.settings, "rows.jsonl", "\n".join(rows).encode())
    before = {}
    for turn in STAGES[: [one.name for one in STAGES].index(stage)]:
        before = {take: texts.get(take) for take in texts.scan_iter(keys.take("*"))}
        crew.hand(turn.name)._claim_and_run()
    texts.delete(*texts.scan_iter(keys.take("*")))
    if before:
        texts.mset(before)
    return file


@pytest.mark.parametrize("stage", ["fingerprint", "extract", "publish"])
def test_a_text_that_its_redis_lost_is_split_again(stage):
    """Power took the last second of the texts' Redis: the file's bytes give the articles again, once each."""
    with apart() as (crew, redis, texts):
        file = lost_second(crew, texts, stage)
        crew.drain(redis)
        lost = redis.xlen(keys.ARTICLES), redis.xlen(keys.REJECTED)
        crew.hand("split")._sweep.sweep([file])
        crew.drain(redis)
        outcome = (redis.xlen(keys.ARTICLES), redis.xlen(keys.REJECTED), redis.zcard(keys.OPEN))

    assert (lost, outcome) == ((0, 0), (2, 0, 0))


def test_a_text_whose_file_is_gone_too_is_rejected():
    """Without the bytes there is nothing to split: the article has its outcome at once."""
    with apart() as (crew, redis, texts):
        submitted(crew.settings, "page.txt", page("a lost second").encode())
        crew.hand("split")._claim_and_run()
        texts.flushall()
        crew.drain(redis)
        kinds = [fields[b"kind"] for _, fields in redis.xrange(keys.REJECTED)]

    assert kinds == [b"expired"]


def test_each_redis_holds_its_part(monkeypatch):
    """Bytes and takes on one, the index on another, the rest with the queues; every file comes to its end."""
    with server.private() as queues, server.private() as texts, server.private() as index:
        settings = {"WIREDESK_TEXTS_URL": texts, "WIREDESK_INDEX_URL": index}
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        desk = Desk.open(replace(Settings(), redis_url=queues, texts_url=texts, index_url=index))
        with standing("work", WIREDESK_REDIS_URL=queues, **settings):
            command(queues, "submit", ROOT / "examples" / "pages")
            until(lambda: desk.queues.xlen(keys.FILES) == 6)
        published = desk.queues.xlen(keys.ARTICLES), desk.queues.xlen(keys.COPIES)
        held = kinds(desk.queues), kinds(desk.texts), kinds(client(index))
        desk.close()

    assert published[0] > published[1] > 0
    assert held[1:] == ({"blob", "take"}, {"index"})
    assert not held[0] & {"blob", "take", "index"}
