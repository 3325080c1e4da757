"""Power fails in the midst of a script's effects: nobody ever meets half of them."""

import os
import shutil
from dataclasses import replace
from itertools import pairwise

import pytest
from redis_rig import guarded
from runner_kit import Crew
from running import until

from tests.chaos.mortal import MortalRedis
from wiredesk import keys, server
from wiredesk.connection import client
from wiredesk.settings import Settings
from workers.runner.relog import renew_log

SCRIPT = "for i = 1, 3 do redis.call('SET', 'part' .. i, 1) end"


def _log(folder):
    return max((path for path in folder.rglob("*aof*") if path.is_file()), key=lambda path: path.stat().st_mtime_ns)


def _tear(folder):
    """Cut the log within the last of the script's commands."""
    log = _log(folder)
    end = log.read_bytes().rindex(b"part3")
    os.truncate(log, end + 2)


@pytest.fixture
def torn(tmp_path):
    """A Redis that was up for a while, lost power in mid-script, and is up again."""
    with MortalRedis(tmp_path, "--appendfsync", "always") as mortal:
        redis = client(mortal.url)
        renew_log(redis)
        redis.eval(SCRIPT, 0)
        mortal.end()
        _tear(tmp_path)
        mortal.start()
        yield mortal


def test_a_new_log_after_a_power_failure_has_no_half_script(torn):
    """It is asked for once; the restart after that finds what the desk wrote, and nothing of the script."""
    redis = client(torn.url)
    asked = [renew_log(redis), renew_log(redis)]
    until(lambda: not redis.info("persistence")["aof_rewrite_in_progress"])
    redis.eval("redis.call('SET', 'later', 1) redis.call('SET', 'last', 1)", 0)
    torn.kill()

    assert asked == [True, False]
    assert set(client(torn.url).keys()) == {b"later", b"last", keys.RUN.encode()}


def test_a_log_that_is_mended_before_the_start_has_no_half_script(tmp_path):
    """Without a rewritten log: what was whole before is there, and what came since; a mended log stays as it is."""
    with MortalRedis(tmp_path, "--appendfsync", "always") as mortal:
        client(mortal.url).set("before", 1)
        client(mortal.url).eval(SCRIPT, 0)
        mortal.end()
        _tear(tmp_path)
        server.mend_log(tmp_path)
        mended = _log(tmp_path).read_bytes()
        server.mend_log(tmp_path)
        mortal.start()
        client(mortal.url).eval("redis.call('SET', 'later', 1) redis.call('SET', 'last', 1)", 0)
        mortal.kill()

        assert b"MULTI" not in mended
        assert _log(tmp_path).read_bytes().startswith(mended)
        assert set(client(mortal.url).keys()) == {b"before", b"later", b"last"}


def test_a_log_that_is_broken_elsewhere_waits_for_a_person(tmp_path):
    """Cutting it there would take everything behind."""
    with MortalRedis(tmp_path, "--appendfsync", "always") as mortal:
        client(mortal.url).mset({f"key {n}": n for n in range(10)})
        client(mortal.url).set("last", 1)
    log = _log(tmp_path)
    broken = log.read_bytes().replace(b"key 5", b"key 5 and more")
    log.write_bytes(broken)
    server.mend_log(tmp_path)

    assert log.read_bytes() == broken


def test_the_shipped_start_mends_the_log(tmp_path):
    """Torn and started twice by deploy/redis/start.sh: nobody meets half of the script."""
    lives = [tmp_path / name for name in ("first", "second", "third")]
    lives[0].mkdir()
    with guarded(lives[0]) as guard:
        guard.client("admin").eval(SCRIPT, 0)
        guard.process.kill()
    _tear(lives[0] / "data")
    for last, life in pairwise(lives):
        shutil.copytree(last / "data", life / "data")
        with guarded(life) as guard:
            redis = guard.client("admin")
            redis.eval("redis.call('INCR', 'later') redis.call('INCR', 'last')", 0)
            found = {key: redis.get(key) for key in redis.scan_iter()}
            guard.process.kill()

    assert found == {b"later": b"2", b"last": b"2"}


def test_a_redis_without_a_log_is_left_alone(redis):
    """Where nothing is kept there is nothing to rewrite; nor at the first look."""
    first = renew_log(redis)
    redis.set(keys.RUN, "another life")

    assert (first, renew_log(redis)) == (False, False)


def test_the_first_worker_that_finds_redis_back_asks_for_a_new_log(tmp_path):
    """It does not wait for its turn to sweep: until the log is new, a second power failure does harm."""
    with MortalRedis(tmp_path) as mortal:
        renew_log(client(mortal.url))
        crew = Crew(replace(Settings(), redis_url=mortal.url))
        worker = crew.hand("split")
        mortal.kill()
        worker._attend(worker._turn, once=True)

        redis = client(mortal.url)
        assert redis.get(keys.RUN).decode() == redis.info("server")["run_id"]
        crew.close()
