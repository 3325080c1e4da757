"""Real Scrapy processes against a local site: pipeline, feed storage, and scrapy-redis with the drainer."""

import functools
import http.server
import json
import math
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from running import SECONDS, environment, page

from producers import BadItem, Busy, Desk, rows
from producers.drain.drainer import PREFIX, Drainer
from wiredesk import jobs, keys
from wiredesk.settings import Settings
from workers.blobs import open_blob

SPIDERS = Path(__file__).parent.parent / "examples" / "scrapers"
STORIES = 12


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site with an index and some stories."""
    folder = tmp_path_factory.mktemp("site")
    for n in range(STORIES):
        headline, byline, *paragraphs = page(f"Spiderton {n}").split("\n\n")
        body = "".join(f"<p>{p.strip()}</p>" for p in paragraphs)
        (folder / f"{n}.html").write_text(
            f"<html><head><title>{headline}</title></head><body><h1>{headline}</h1>"
            f"<div class=byline>{byline}</div><article>{body}</article></body></html>"
        )
    links = "".join(f"<a class=story href={n}.html>{n}</a>" for n in range(STORIES))
    (folder / "index.html").write_text(f"<html><body>{links}</body></html>")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def crawl(spider, site, url, *settings, cwd=None):
    words = [Path(sys.executable).with_name("scrapy"), "runspider", SPIDERS / spider, "-a", f"site={site}"]
    words += [w for s in (f"WIREDESK_REDIS_URL={url}", "LOG_LEVEL=INFO", *settings) for w in ("-s", s)]
    done = subprocess.run(
        words, env=environment(), cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert "ERROR" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr
    return done.stderr


def files(redis):
    return {f.decode() for f in redis.zrange(keys.OPEN, 0, -1)}


def test_each_item_becomes_a_file(site, redis_url, redis):
    """Every item is accepted once, under its address; a second crawl finds them known."""
    first = crawl("stories.py", site, redis_url)
    found = files(redis)
    again = crawl("stories.py", site, redis_url)

    assert STORIES == len(found) == redis.llen(jobs.queue("split"))
    assert found == files(redis)
    assert f"'wiredesk/new': {STORIES}" in first
    assert f"'wiredesk/known': {STORIES}" in again


def test_pages_go_as_they_were_fetched(site, redis_url, redis):
    """A page's bytes are the file, under the page's own name."""
    crawl("pages.py", site, redis_url)
    with Desk(redis_url, settings=Settings()) as desk:
        assert {f"{n}.html" for n in range(STORIES)} == {s.file.name for s in desk.statuses(files(redis))}


def test_a_feed_becomes_a_file(site, redis_url, redis):
    """A feed is one file of rows, stored when the spider ends."""
    feeds = '{"wiredesk:///stories.jsonl": {"format": "jsonlines"}}'
    crawl(
        "stories.py", site, redis_url, f"FEEDS={feeds}", "ITEM_PIPELINES={}",
        'FEED_STORAGES={"wiredesk": "producers.scrapy.DeskFeedStorage"}',
    )  # fmt: skip
    with Desk(redis_url, settings=Settings()) as desk:
        (feed,) = desk.statuses(files(redis))
    with open_blob(redis, feed.file.sha256, feed.file.bytes) as blob:
        stored = [json.loads(line) for line in blob.read().splitlines()]

    assert feed.file.name == "stories.jsonl"
    assert {row["url"] for row in stored} == {f"{site}{n}.html" for n in range(STORIES)}


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"body": "half \ud83d of it", "at": datetime(2026, 1, 2, tzinfo=UTC)}, ["half \ufffd of it"]),
        ({"n": 1 << 70, "x": math.nan}, [1 << 70, None]),
        ({"m": {b"key": [{"s"}]}}, [{"key": [["s"]]}]),
    ],
)
def test_items_that_json_has_no_form_for_are_rows(fields, shown):
    """Half a character, a huge number or a key of bytes costs no item."""
    row = json.loads(rows.from_fields(fields, "spider").data)

    assert list(row.values())[: len(shown)] == shown
    assert row.get("at") in (None, "2026-01-02T00:00:00+00:00")


def test_an_item_without_end_is_refused():
    """What contains itself is refused by name, as other items are that can never be accepted."""
    endless = []
    endless.append(endless)

    with pytest.raises(BadItem, match="JSON"):
        rows.from_fields({"links": endless}, "spider")


def test_scrapy_redis_lists_are_drained(site, redis_url, redis):
    """A scrapy-redis spider that knows nothing of the desk fills its list; the drainer empties it, file by file."""
    crawl(
        "stories.py", site, redis_url, f"REDIS_URL={redis_url}",
        'ITEM_PIPELINES={"scrapy_redis.pipelines.RedisPipeline": 300}',
    )  # fmt: skip
    assert redis.llen("stories:items") == STORIES
    with Desk(redis_url, settings=Settings()) as desk:
        Drainer(redis, desk, ["*:items"]).run(threading.Event(), once=True)

    assert len(files(redis)) == STORIES
    assert not redis.exists("stories:items")
    assert not redis.keys(f"{PREFIX}*")


def test_a_dead_drainers_batch_is_handed_out_again(redis_url, redis):
    """What a drainer had claimed when it died is claimed again when its time is over, and is not doubled."""
    redis.rpush("s:items", *[b'{"url": "https://a.example/%d"}' % n for n in range(100)])
    with Desk(redis_url, settings=Settings()) as desk:
        dead = Drainer(redis, desk, ["s:items"])
        batch, items = dead._claim(keys=["s:items", f"{PREFIX}s:items", f"{PREFIX}s:items:dead"], args=[64, 60])
        list(desk.submit_each(rows.from_stored(i, "s:items") for i in items[:10]))
        living = Drainer(redis, desk, ["s:items"])
        assert living.run(threading.Event(), once=True) == 36
        redis.zadd(f"{PREFIX}s:items", {batch: 0})
        assert living.run(threading.Event(), once=True) == 36 + 64

    assert len(files(redis)) == redis.llen(jobs.queue("split")) == 100


def test_a_full_desk_leaves_nothing_behind(redis_url, redis):
    """`--once` ends when the lists are empty, not when the desk was full for a moment."""
    redis.rpush("s:items", *[b"%d" % n for n in range(100)])
    with Desk(redis_url, settings=Settings(high_water=1)) as desk:
        desk.submit(b"in the way")
        drainer = Drainer(redis, desk, ["s:items"])
        with pytest.raises(Busy):
            drainer.round()
    with Desk(redis_url, settings=Settings()) as drainer._desk:
        assert drainer.run(threading.Event(), once=True) == 100

    assert not redis.keys(f"{PREFIX}*")


@pytest.mark.parametrize("stored", [b"\x80\x04\x95pickle", b"[1, 2]", b"plain words", b'{"url": 5}'])
def test_items_of_any_kind_are_files(redis_url, redis, stored):
    """What is no JSON object is a file as it stands; nothing that was pickled is loaded."""
    redis.rpush("odd:items", stored)
    with Desk(redis_url, settings=Settings()) as desk:
        Drainer(redis, desk, ["*:items"]).run(threading.Event(), once=True)

    assert len(files(redis)) == 1
