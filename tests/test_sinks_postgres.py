"""The PostgreSQL sink on a real server."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from conftest import ROOT
from installed import needed
from outputs import a_record, publish
from pg8000.native import Connection
from postgres_rig import USER, programs, running

from sinks import postgres
from sinks.base import Target
from sinks.worker import Carrier
from wiredesk import keys
from wiredesk.errors import UsageError
from wiredesk.readers import Reader
from wiredesk.settings import Settings


@pytest.fixture(scope="module")
def server():
    with running(needed(programs(), "PostgreSQL", "postgresql")) as own:
        yield own


@pytest.fixture
def database(server):
    connection = Connection(USER, database="postgres", unix_sock=server.socket)
    connection.run("DROP SCHEMA IF EXISTS wiredesk CASCADE")
    yield connection
    connection.close()


def _sink(redis, server, **options):
    return postgres.open_sink(Target(server.url, redis, Settings(), options))


def _carrier(redis, sink, stop=None):
    reader = Reader(redis, keys.sink("postgres"), ["articles", "copies"], name="1", batch=50)
    return Carrier("postgres", reader, sink, stop or threading.Event())


def _carry(redis, sink):
    _carrier(redis, sink).run(once=True)
    sink.close()


def test_stories_articles_and_versions_are_kept(redis, server, database):
    """An original and its copy are two articles of one story; fields are columns, the record is there whole."""
    publish(redis, [a_record(0)])
    publish(redis, [a_record(1, story=a_record(0).id, relation="near", duplicate_of=a_record(0).id)], keys.COPIES)
    _carry(redis, _sink(redis, server))

    assert database.run("SELECT count(*) FROM wiredesk.stories") == [[1]]
    assert database.run(
        "SELECT relation, word_count, record->'bylines'->>0 FROM wiredesk.articles ORDER BY id"
    ) == sorted(
        [["original", 23, "Mara Lindqvist"], ["near", 23, "Mara Lindqvist"]],
        key=lambda row: a_record(0 if row[0] == "original" else 1).id,
    )


def test_a_later_version_replaces_an_older_one_and_never_the_reverse(redis, server, database):
    """Whatever the order in which they come; each version is kept."""
    for version in (2, 3, 1):
        publish(redis, [a_record(0, version=version, headline=f"v{version}")], keys.COPIES)
        _carry(redis, _sink(redis, server))

    assert database.run("SELECT version, headline FROM wiredesk.articles") == [[3, "v3"]]
    assert database.run("SELECT version FROM wiredesk.versions ORDER BY 1") == [[1], [2], [3]]


def test_carrying_a_batch_again_changes_nothing(redis, server, database):
    """Killed between the commit and the acknowledgement: the second time leaves every row as it was."""
    publish(redis, map(a_record, range(20)))
    batch = Reader(redis, keys.sink("postgres"), name="1").read()
    sink = _sink(redis, server)
    sink.write(batch)
    rows = database.run("SELECT id, xmin::text, stored_at FROM wiredesk.articles ORDER BY id")
    sink.write(batch)
    sink.close()

    assert len(rows) == 20
    assert database.run("SELECT id, xmin::text, stored_at FROM wiredesk.articles ORDER BY id") == rows


def test_migrations_run_once(redis, server, database):
    """A second start finds them done."""
    for n in range(2):
        publish(redis, [a_record(n)])
        _carry(redis, _sink(redis, server))

    assert database.run("SELECT number FROM wiredesk.migrations") == [[n] for n, _ in postgres.migrations()]


def test_text_that_postgresql_cannot_keep_is_made_keepable(redis, server, database):
    """NUL has no place in its text."""
    publish(redis, [a_record(0, body="a\x00b")])
    _carry(redis, _sink(redis, server))

    assert database.run("SELECT body FROM wiredesk.articles") == [["a\N{REPLACEMENT CHARACTER}b"]]


# pg8000 leaves the file of a connection that broke to the collector, which says so when it gets to it.
@pytest.mark.filterwarnings("ignore:Exception ignored in.*socket:pytest.PytestUnraisableExceptionWarning")
def test_a_database_that_is_down_delays_and_drops_nothing(redis, server, monkeypatch):
    """Stopped in mid-work and started again: all is there, once."""
    monkeypatch.setattr("sinks.worker.FIRST_PAUSE", 0.05)
    stop = threading.Event()
    sink = _sink(redis, server, schema="again")
    work = threading.Thread(target=_carrier(redis, sink, stop).run)
    publish(redis, map(a_record, range(500)))
    work.start()
    server.stop()
    publish(redis, map(a_record, range(500, 1000)))
    time.sleep(0.3)
    server.start()
    connection = Connection(USER, database="postgres", unix_sock=server.socket)
    until = time.monotonic() + 30
    while _count(connection, "again") < 1000 and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    work.join()
    sink.close()

    assert _count(connection, "again") == 1000
    assert redis.xlen(keys.dead("postgres")) == 0
    connection.run("DROP SCHEMA again CASCADE")
    connection.close()


def _count(connection, schema="wiredesk"):
    there = connection.run("SELECT to_regclass(:name)", name=f"{schema}.articles")[0][0]
    return connection.run(f"SELECT count(*) FROM {schema}.articles")[0][0] if there else 0  # noqa: S608  (our word)


@pytest.mark.filterwarnings("ignore:Exception ignored in.*socket:pytest.PytestUnraisableExceptionWarning")
def test_a_sink_killed_at_random_keeps_each_article_once(redis, redis_url, server, database):
    """SIGKILL in mid-work, then to the end: each article and each version is one row."""
    publish(redis, map(a_record, range(2000)))
    words = [sys.executable, "-c", "from wiredesk.cli import main; main()", "sink", "postgres", "--to", server.url]
    env = {**os.environ, "WIREDESK_REDIS_URL": redis_url, "WIREDESK_LOG_LEVEL": "error"}
    for goal in (1, 900):
        sink = subprocess.Popen([*words, "--batch", "7"], env=env, cwd=ROOT)
        until = time.monotonic() + 20
        while _count(database) < goal and time.monotonic() < until:
            time.sleep(0.002)
        sink.send_signal(signal.SIGKILL)
        sink.wait()
    subprocess.run([*words, "--once"], env=env, cwd=ROOT, check=True)

    assert database.run("SELECT count(*), count(DISTINCT article) FROM wiredesk.versions") == [[2000, 2000]]
    assert _count(database) == 2000


@pytest.mark.parametrize("url", ["postgres", "mysql://u@h/d", "postgresql://host/db"])
def test_an_address_that_is_none_is_refused(redis, url):
    """Before anything is read."""
    with pytest.raises(UsageError, match="postgresql://user@host"):
        postgres.open_sink(Target(url, redis, Settings()))
