from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from redis import Redis

from wiredesk import keys, server
from wiredesk.cli import group

WIREDESK = Path(sys.executable).with_name("wiredesk")


def prose(words: int, seed: int = 1) -> str:
    source = random.Random(seed)
    return " ".join("".join(source.choices("aeioulnrst", k=4)) for _ in range(words))


STORY = "Fighters of ISIS entered the town, residents said. " + prose(150)
ROWS = [
    {"title": "Town entered", "text": STORY, "publisher": "The Daily", "published": "2026-01-05T08:00:00+00:00"},
    {
        "title": "<script>alert(1)</script> \x1b[2J",
        "text": STORY.replace("ISIS", "Daesh"),
        "publisher": "The Herald",
        "published": "2026-01-05T10:00:00+00:00",
    },
    {"title": "Another", "text": prose(160, 2), "published": "2026-01-05T09:00:00+00:00"},
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A Redis that holds three published articles, and a way to run a command on it."""
    folder = tmp_path_factory.mktemp("rows")
    rows = folder / "rows.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    with server.private() as url:
        here = {"WIREDESK_REDIS_URL": url}
        subprocess.run(
            [WIREDESK, "run", rows, "--out", folder / "out.jsonl"], check=True, env=here, capture_output=True
        )

        def run(*arguments):
            return CliRunner().invoke(group, arguments, env=here, catch_exceptions=False).stdout

        published = [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]
        run.out, run.redis = folder / "out.jsonl", url
        run.ids = {record["position"]: record["id"] for record in published}
        yield run


def test_explain_names_the_match_and_the_words_that_differ(desk):
    """The match comes first, with its scores; `ISIS` became `Daesh`."""
    found = json.loads(desk("explain", desk.ids[1], "--json"))

    assert found["article"]["relation"] == "near"
    assert found["considered"][0]["id"] == desk.ids[0]
    assert found["considered"][0]["account"]["judgement"]["relation"] == "near"
    assert "[-ISIS-]{+Daesh+}" in desk("explain", desk.ids[1])


def test_explain_compares_any_two(desk):
    """Two stories that have nothing in common are said to be different."""
    assert "They are different stories." in desk("explain", desk.ids[2], desk.ids[0])


def test_explained_text_stays_text(desk):
    """A headline of markup and escape codes is shown, not run, in a page and at a terminal."""
    page = desk("explain", desk.ids[1], "--html")

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b[2J" not in desk("explain", desk.ids[1])


def test_a_story_lists_who_ran_it_and_what_changed(desk):
    """Versions in time order, each with its changes against the original."""
    rows = [json.loads(line) for line in desk("story", desk.ids[1], "--json").splitlines()]

    assert [(row["publisher"], row["relation"]) for row in rows] == [("The Daily", "original"), ("The Herald", "near")]
    assert rows[1]["changes"] == [{"change": "replaced", "from": "ISIS", "to": "Daesh"}]
    assert "ISIS → Daesh" in desk("story", desk.ids[0])


def test_a_lost_index_is_filled_again_from_streams_or_exports(desk):
    """After the index is gone, `explain` finds the match again by its keys."""
    for arguments in (["reindex", "--json"], ["reindex", str(desk.out), "--json"]):
        with Redis.from_url(desk.redis) as redis:
            redis.delete(*redis.scan_iter(match=f"{keys.INDEX}*"))
        assert json.loads(desk(*arguments))["originals"] == 2

        found = json.loads(desk("explain", desk.ids[1], "--json"))
        assert (found["considered"][0]["id"], found["considered"][0]["shared_keys"] > 0) == (desk.ids[0], True)


def test_articles_are_found_without_reading_through_the_streams(desk, monkeypatch):
    """When the kept texts are gone, what explain and story need is read entry by entry."""
    redis = Redis.from_url(desk.redis)
    redis.delete(*redis.keys("wiredesk:take:*"))
    asked = []
    sent = Redis.xrange
    monkeypatch.setattr(
        "redis.client.Pipeline.xrange", lambda self, *a, **k: (asked.append(a[1:]), sent(self, *a, **k))[1]
    )
    monkeypatch.setattr(Redis, "xrange", None)

    found = json.loads(desk("explain", desk.ids[1], "--json"))
    versions = [json.loads(line) for line in desk("story", desk.ids[1], "--json").splitlines()]

    assert found["considered"][0]["id"] == desk.ids[0]
    assert [version["id"] for version in versions] == [desk.ids[0], desk.ids[1]]
    assert asked
    assert all(first == last for first, last in asked)
