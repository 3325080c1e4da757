"""Queues, texts and index on three Redis of their own: each holds its part, and the desk works as on one."""

from dataclasses import replace

from conftest import ROOT
from redis_rig import standing
from running import command, until

from wiredesk import keys, server
from wiredesk.connection import client
from wiredesk.settings import Settings
from workers.desk import Desk


def kinds(redis):
    """The kinds of keys that a Redis holds, by the word after the prefix."""
    return {key.decode().removeprefix(keys.PREFIX).partition(":")[0] for key in redis.scan_iter(f"{keys.PREFIX}*")}


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
