from __future__ import annotations

import pytest
from index_kit import Desk, prose

from tests.chaos.mortal import MortalRedis
from wiredesk.connection import client


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
