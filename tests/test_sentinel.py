"""Redis behind Sentinel: a real fail-over under a desk at work loses nothing and doubles nothing."""

import asyncio
import subprocess
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress

import orjson
import pytest
from redis.exceptions import RedisError
from redis_rig import DEPLOY, free_port, guarded, password, standing
from running import SECONDS, page, until

from producers import Desk as Producer
from wiredesk import keys, sentinel, server
from wiredesk.connection import async_client, client
from wiredesk.errors import SettingError
from wiredesk.settings import Settings

FILES = 60
#: Sentinels here agree sooner than the shipped ones: nothing forks for long.
DOWN_MS = 800


@contextmanager
def running(folder, *words):
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([server.find(), *map(str, words)], cwd=folder, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait(SECONDS)


def redis_server(stack, folder, primary=None):
    """A server as start.sh starts it, roles and all; as a replica where a primary is named."""
    folder.mkdir()
    words = ["--repl-diskless-sync-delay", "0", "--masteruser", "replica", "--masterauth", password("replica")]
    words += ["--replicaof", "127.0.0.1", str(primary)] if primary else []
    one = stack.enter_context(guarded(folder, *words))
    if primary:
        with one.client("worker") as redis:
            until(lambda: redis.info("replication")["master_link_status"] == "up")
    return one


def watchers(stack, folder, primary):
    """Three Sentinels with the shipped file, the test's addresses and password in it; their ports."""
    ports = []
    for n in range(3):
        place = folder / f"sentinel{n}"
        place.mkdir()
        ports.append(free_port())
        shipped = (DEPLOY / "redis" / "sentinel.conf").read_text()
        written = shipped.replace("10.0.0.11 6379", f"127.0.0.1 {primary}").replace("PASSWORD", password("sentinel"))
        written = written.replace("port 26379", f"port {ports[-1]}\nbind 127.0.0.1")
        (place / "sentinel.conf").write_text(written.replace("milliseconds desk 5000", f"milliseconds desk {DOWN_MS}"))
        stack.enter_context(running(place, "sentinel.conf", "--sentinel"))
    return ports


def agreed(port):
    """Whether a Sentinel knows the replica and both of its fellows."""
    with client(f"redis://127.0.0.1:{port}") as one, suppress(RedisError):
        seen = one.sentinel_master("desk")
        return seen["num-slaves"] == 1 and seen["num-other-sentinels"] == 2
    return False


@pytest.fixture
def behind(tmp_path):
    """A primary, its replica and three Sentinels; the desk's address and the primary's process."""
    with ExitStack() as stack:
        primary = redis_server(stack, tmp_path / "primary")
        redis_server(stack, tmp_path / "replica", primary.port)
        ports = watchers(stack, tmp_path, primary.port)
        for one in ports:
            until(lambda one=one: agreed(one))
        hosts = ",".join(f"127.0.0.1:{one}" for one in ports)
        yield f"redis+sentinel://worker:{password('worker')}@{hosts}/desk/0", primary.process


async def open_files(url):
    desk = async_client(url)
    try:
        return await desk.zcard(keys.OPEN)
    finally:
        await desk.aclose()


def published(desk):
    entries = [entry for stream in (keys.ARTICLES, keys.COPIES) for entry in desk.xrange(stream)]
    return Counter(fields[b"id"] for _, fields in entries)


def test_a_fail_over_loses_and_doubles_nothing(behind):
    """The primary is killed under workers; the same workers go on with the replica; producers send what they must."""
    url, primary = behind
    texts = [page(f"subject {n}").encode() for n in range(FILES)]
    with standing("work", WIREDESK_REDIS_URL=url), Producer(url, patience=SECONDS) as producer:
        for text in texts[: FILES // 2]:
            producer.submit(text, name="page.txt")
        with client(url) as desk:
            until(lambda: published(desk))
        primary.kill()
        for text in texts:  # known ones are not taken twice; one that died with the primary is
            producer.submit(text, name="page.txt")
        with client(url) as desk:
            until(lambda: desk.scard("rq:workers") and not desk.zcard(keys.OPEN))
            assert asyncio.run(open_files(url)) == 0
            articles, done = published(desk), desk.xrange(keys.FILES)

    assert set(articles.values()) == {1}
    assert len(articles) == FILES
    assert sum(orjson.loads(fields[b"body"])["articles"] for _, fields in done) == FILES


def test_addresses_are_read():
    """Hosts with and without port, user and password, database, the Sentinels' own password, TLS."""
    place = sentinel.parse("rediss+sentinel://me:p%40ss@one,two:5,[::1]:6/desk/3?sentinel_password=x&ssl_ca_certs=/ca")

    assert place.hosts == (("one", 26379), ("two", 5), ("::1", 6))
    assert place.redis == {"ssl": True, "ssl_ca_certs": "/ca", "username": "me", "password": "p@ss", "db": 3}
    assert place.sentinel.items() >= {("password", "x")}
    assert "username" not in place.sentinel


@pytest.mark.parametrize("url", ["redis+sentinel://one", "redis+sentinel:///desk", "redis+sentinel://one/desk/x"])
def test_a_wrong_address_tells_the_form(url):
    """The setting's error shows what such an address looks like."""
    with pytest.raises(SettingError, match="host:26379,host:26379/NAME/0"):
        Settings.read({"WIREDESK_REDIS_URL": url})
