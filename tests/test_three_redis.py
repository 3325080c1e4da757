"""Queues, texts and index on three Redis of their own: each holds its part, and the desk works as on one."""

from dataclasses import replace

from conftest import ROOT
from outputs import submitted
from redis_rig import standing
from runner_kit import Crew
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
        redis.zadd(keys.LEASES, {sleeper.name: 0})
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
