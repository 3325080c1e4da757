"""A short storm over the whole desk; ``python -m tests.storm`` is the long one. And the power losses that it makes."""

import re
import subprocess
import sys

import pytest
from conftest import ROOT
from installed import needed
from postgres_rig import programs

from tests.storm.power import FrailRedis
from tests.storm.preload import compiler
from wiredesk.connection import client


@pytest.fixture(scope="module", autouse=True)
def _programs():
    needed(programs(), "PostgreSQL", "postgresql")
    needed(compiler(), "C compiler", "gcc libc6-dev")


@pytest.mark.parametrize(("fsync", "forgets"), [("always", False), ("everysec", True)])
def test_a_power_loss_takes_what_no_fsync_has_made_sure_of(tmp_path, fsync, forgets):
    """With `always` all that was acknowledged is there afterwards; with `everysec` the last of it is not."""
    acknowledged, gone = 0, []
    with FrailRedis(tmp_path, fsync) as frail:
        for _ in range(5):
            redis = client(frail.url)
            acknowledged += sum(bool(redis.set(f"key {acknowledged} {n}", "x" * 1000)) for n in range(200))
            frail.lose_power()
            left = client(frail.url).dbsize()
            gone.append(acknowledged - left)
            acknowledged = left

    assert any(gone) is forgets


@pytest.mark.timeout(300)
def test_the_whole_desk_in_a_storm_loses_and_doubles_nothing():
    """Producers, stages, sinks and readers die, Redis is killed and loses power: streams and sinks have all, once."""
    words = "--minutes 0.12 --files 30 --pace 2 --fsync always --redis-kills 1 --power-losses 2".split()
    done = subprocess.run(
        [sys.executable, "-m", "tests.storm", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert {"lost": "0", "twice": "0", "power losses": "2"}.items() <= dict(
        re.findall(r"^  (.+?)  +([\d,]+)$", done.stdout, re.MULTILINE)
    ).items()
