"""What all tests share: a real Redis of their own, flushed for each test, and the desk on it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from desk_rig import browser, worked, worked_desk, worked_run  # noqa: F401  (fixtures that several files share)
from running import running  # noqa: F401  (a fixture: one desk at work for all tests of producers)
from s3_server import s3, served  # noqa: F401  (fixtures of those that need an object store)

from wiredesk import server
from wiredesk.connection import client
from wiredesk.errors import NoRedisServer
from wiredesk.settings import Settings
from workers.desk import Desk

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# What is measured by a bench is tested by it; last, since bench/queue is not Python's queue.
sys.path.append(str(ROOT / "bench"))


def pytest_report_header():
    """Which server the tests run on: put another one in front of PATH to try it."""
    try:
        said = subprocess.run([server.find(), "--version"], capture_output=True, text=True, check=False).stdout
    except NoRedisServer as error:
        return str(error)
    return " ".join(said.split()[:3])


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch):
    """No setting of the machine reaches a test."""
    for name in [n for n in os.environ if n.startswith("WIREDESK_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def redis_url():
    try:
        with server.private() as url:
            yield url
    except NoRedisServer as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture
def redis(redis_url):
    connection = client(redis_url)
    connection.flushall()
    yield connection
    connection.close()


@pytest.fixture
def settings(redis_url):
    return replace(Settings(), redis_url=redis_url)


@pytest.fixture
def desk(redis, settings):
    opened = Desk.open(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared():
    """The folder of labelled data and expected results that stands beside a developer's checkout."""
    if not SHARED.exists():
        pytest.skip("../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def produced(tmp_path_factory):
    """The URL of a desk that took in examples/pages and a file that gives nothing, through real workers."""
    bad = tmp_path_factory.mktemp("bad") / "noise.txt"
    bad.write_bytes(bytes(range(256)) * 16)
    pages = [str(ROOT / "examples" / "pages"), str(bad)]
    run = [sys.executable, "-c", "from wiredesk.cli import main; main()", "run", *pages]
    try:
        with server.private() as url:
            subprocess.run(run, env={**os.environ, "WIREDESK_REDIS_URL": url}, check=False, timeout=100)
            yield url
    except NoRedisServer as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
