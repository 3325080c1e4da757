from __future__ import annotations

import json
from dataclasses import replace

import pytest
from index_kit import Desk, prose
from outputs import drain, submitted

from tests.chaos.mortal import MortalRedis
from wiredesk import keys, server
from wiredesk.connection import client
from workers import reindex
from workers.desk import Desk as Opened


@pytest.mark.parametrize("options", [("--appendonly", "yes"), ("--appendonly", "no")], ids=["aof", "rdb"])
def test_what_the_index_knows_survives_the_death_of_its_redis(tmp_path, options):
    """Killed and started again, from its append-only file or a snapshot, it tells originals and copies what it told."""
    with MortalRedis(tmp_path, *options) as server:
        desk = Desk(client(server.url))
        stories = [desk.article(f"s{i}", prose(150, i)) for i in range(30)]
        copies = [desk.article(f"c{i}", [*prose(150, i), "late"]) for i in range(15)]
        told = desk.claim(*stories, *copies)
        if "no" in options:
            desk.redis.save()
        server.kill()

        assert desk.claim(*stories, *copies) == told
        assert desk.claim(desk.article("new", [*prose(150, 20), "new"]))[0].story == stories[20].id


def test_an_index_on_a_redis_of_its_own_may_be_lost_and_filled_again(redis, settings):
    """Nothing of it lies on the queues' Redis; after FLUSHALL the desk goes on, and reindex brings its memory back."""
    with server.private() as url, client(url) as index:
        apart = replace(settings, index_url=url)
        submitted(apart, "first.jsonl", json.dumps({"text": " ".join(prose(200))}).encode())
        drain(apart)
        assert (index.dbsize() > 0, redis.keys(keys.INDEX + "*")) == (True, [])
        index.flushall()

        desk = Opened.open(apart)
        reindex.from_streams(desk)
        desk.close()
        submitted(apart, "late.jsonl", json.dumps({"text": " ".join([*prose(200), "late"])}).encode())
        drain(apart)
        assert (redis.xlen(keys.ARTICLES), redis.xlen(keys.COPIES)) == (1, 1)
