"""`wiredesk doctor`: each fault is seen and comes with its fix."""

from wiredesk import server
from wiredesk.checks import all_checks


def states(monkeypatch, **environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return {check.name: (check.state, check.fix) for check in all_checks()}


def test_without_a_named_redis_the_private_one_is_found(monkeypatch):
    """A fresh machine is in order: nothing is named, and a server program is there."""
    assert states(monkeypatch)["redis"] == ("ok", "")


def test_a_silent_redis_is_bad(monkeypatch):
    """A Redis that does not answer is a fault, and the checks behind it are not made up."""
    seen = states(monkeypatch, WIREDESK_REDIS_URL="redis://127.0.0.1:1/0")

    assert seen["redis"][0] == "bad"
    assert "persistence" not in seen


def test_a_misspelt_setting_is_bad(monkeypatch):
    """An unknown variable is a fault of the settings."""
    assert states(monkeypatch, WIREDESK_LEESE="4s")["settings"][0] == "bad"


def test_an_evicting_redis_is_bad(monkeypatch, redis, redis_url):
    """A Redis that drops keys when full would lose queued files; the command that mends it is given, and mends it."""
    redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        state, fix = states(monkeypatch, WIREDESK_REDIS_URL=redis_url)["eviction"]
        redis.execute_command(*fix.removeprefix("redis-cli ").split())
        mended, _ = states(monkeypatch)["eviction"]
    finally:
        redis.config_set("maxmemory-policy", "noeviction")

    assert (state, mended) == ("bad", "ok")


def test_receipts_that_take_too_much_are_told(monkeypatch, redis, redis_url):
    """A Redis as it is shipped keeps receipts three times as large; the command that is given mends it."""
    redis.config_set("hash-max-ziplist-value", 64)
    state, fix = states(monkeypatch, WIREDESK_REDIS_URL=redis_url)["receipts"]
    redis.execute_command(*fix.removeprefix("redis-cli ").split())

    assert (state, states(monkeypatch)["receipts"][0]) == ("warn", "ok")


def test_each_redis_that_is_named_is_looked_at(monkeypatch, redis_url):
    """One for texts that is silent, one for the index that drops keys."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    monkeypatch.setenv("WIREDESK_TEXTS_URL", "redis://127.0.0.1:1/0")
    with server.private(("--maxmemory-policy", "allkeys-lru")) as index:
        monkeypatch.setenv("WIREDESK_INDEX_URL", index)
        told = {(check.name, check.seen.partition(":")[0]) for check in all_checks() if check.state == "bad"}

    assert told == {("redis", "WIREDESK_TEXTS_URL"), ("eviction", "WIREDESK_INDEX_URL")}


def test_waiting_files_without_workers_are_told(monkeypatch, redis, redis_url):
    """Files that wait for no one are a warning that names the command to start workers."""
    redis.zadd("wiredesk:open", {"afile": 1})
    seen = states(monkeypatch, WIREDESK_REDIS_URL=redis_url)

    assert seen["desk"] == ("warn", "wiredesk work")
