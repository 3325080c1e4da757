"""Sinks: what they promise of any target, and files and feeds."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from contextlib import closing, suppress

import feedparser
import pytest
from conftest import ROOT
from outputs import a_record, publish

from sinks import jsonl
from sinks.base import Down, Refused, Target
from sinks.table import SINKS
from sinks.worker import Carrier, exhume
from wiredesk import keys
from wiredesk.errors import UsageError
from wiredesk.readers import Reader, lags
from wiredesk.settings import Settings


class Shelf:
    """A target in memory that is down or refuses when it is told to."""

    def __init__(self, down=0, refuses=()):
        self.down, self.refuses, self.kept = down, refuses, []

    def write(self, messages):
        if self.down:
            self.down -= 1
            raise Down("not now", wait=0.001)
        if any(m.id in self.refuses for m in messages):
            raise Refused("never")
        self.kept += [m.id for m in messages]

    def close(self):
        pass


def carry(redis, sink, name="shelf"):
    reader = Reader(redis, keys.sink(name), ["articles", "copies"], name="1", batch=4)
    Carrier(name, reader, sink, threading.Event()).run(once=True)


def _ids(count):
    return [a_record(n).id for n in range(count)]


def test_a_target_that_is_down_delays_and_drops_nothing(redis):
    """It is tried until it is back; then everything arrives, once."""
    publish(redis, map(a_record, range(10)))
    shelf = Shelf(down=3)
    carry(redis, shelf)

    assert shelf.kept == _ids(10)
    assert lags(redis, [keys.ARTICLES])[0].behind is None


def test_a_sink_that_is_down_does_not_stop_the_others(redis):
    """Each is a group of its own."""
    publish(redis, map(a_record, range(5)))
    stop = threading.Event()
    reader = Reader(redis, keys.sink("broken"), name="1")
    broken = threading.Thread(target=Carrier("broken", reader, Shelf(down=10**9), stop).run)
    broken.start()
    working = Shelf()
    carry(redis, working)
    stop.set()
    broken.join()

    assert working.kept == _ids(5)
    assert {lag.group: lag.pending for lag in lags(redis, [keys.ARTICLES])} == {"sink:broken": 5, "sink:shelf": 0}


def test_what_the_target_refuses_is_put_aside_and_the_rest_goes_on(redis):
    """The dead-letter stream has the entry with its cause; carried again after the cause was mended."""
    publish(redis, map(a_record, range(10)))
    shelf = Shelf(refuses=[a_record(2).id])
    carry(redis, shelf)
    ((_, dead),) = redis.xrange(keys.dead("shelf"))
    shelf.refuses = ()

    assert sorted(shelf.kept) == sorted(set(_ids(10)) - {a_record(2).id})
    assert (dead[b"id"].decode(), dead[b"error"], dead[b"stream"]) == (a_record(2).id, b"never", b"wiredesk:articles")
    assert (exhume(redis, "shelf", shelf), redis.xlen(keys.dead("shelf"))) == (1, 0)


def _target(redis, to, **options):
    return Target(str(to), redis, Settings(), {name: str(value) for name, value in options.items()})


@pytest.mark.parametrize("kind", ["jsonl", "feed"])
def test_unknown_options_are_refused(redis, tmp_path, kind):
    """A typo names the options that there are."""
    with pytest.raises(UsageError, match="options are"):
        SINKS[kind](_target(redis, tmp_path / "x", nmae="y"))


def _lines(folder):
    return [json.loads(line)["id"] for p in sorted(folder.glob("*.jsonl*")) for line in p.read_text().splitlines()]


def test_json_lines_are_rotated_whole(redis, tmp_path):
    """A full file gets its name; only the last one still grows."""
    publish(redis, map(a_record, range(12)))
    sink = jsonl.open_sink(_target(redis, tmp_path, bytes=5_000))
    carry(redis, sink)
    sink.close()

    assert _lines(tmp_path) == _ids(12)
    assert [p.name for p in sorted(tmp_path.glob("*.jsonl*"))][:2] == ["stories-000001.jsonl", "stories-000002.jsonl"]


def test_one_process_holds_a_folder(redis, tmp_path):
    """A second sink on the same files is told so."""
    held = jsonl.open_sink(_target(redis, tmp_path))

    with pytest.raises(UsageError, match="Another sink"):
        jsonl.open_sink(_target(redis, tmp_path))
    held.close()


def test_json_lines_written_but_not_acknowledged_are_not_written_again(redis, tmp_path):
    """The window between the two: a start passes over the batch that stands there."""
    publish(redis, map(a_record, range(4)))
    first = jsonl.open_sink(_target(redis, tmp_path))
    first.write(Reader(redis, keys.sink("shelf"), ["articles", "copies"], name="1", batch=4).read())
    first.close()
    publish(redis, [a_record(4)])
    second = jsonl.open_sink(_target(redis, tmp_path))
    carry(redis, second)
    second.close()

    assert _lines(tmp_path) == _ids(5)


@pytest.mark.parametrize("restarted", [True, False])
def test_json_lines_know_what_a_redis_that_lost_power_publishes_again(redis, tmp_path, restarted):
    """Streams and group were set back: the same articles come under other numbers, several batches of them."""
    sink = jsonl.open_sink(_target(redis, tmp_path, bytes=5_000))
    publish(redis, map(a_record, range(12)))
    carry(redis, sink)
    redis.flushall()
    if restarted:
        sink.close()
        sink = jsonl.open_sink(_target(redis, tmp_path, bytes=5_000))
    publish(redis, map(a_record, reversed(range(14))))
    publish(redis, [a_record(3, version=2)], keys.COPIES)
    carry(redis, sink)
    sink.close()

    assert sorted(_lines(tmp_path)) == sorted([*_ids(14), a_record(3).id])


def test_half_a_batch_is_cut_off(redis, tmp_path):
    """What stands behind the mark is of a batch that was not finished: it comes again."""
    publish(redis, map(a_record, range(4)))
    first = jsonl.open_sink(_target(redis, tmp_path))
    first.close()
    (tmp_path / "stories-000001.jsonl.part").write_bytes(b'{"id":"half a li')
    second = jsonl.open_sink(_target(redis, tmp_path))
    carry(redis, second)
    second.close()

    assert _lines(tmp_path) == _ids(4)


_FULL = """
import resource, signal, sys
from pathlib import Path
from sinks.base import Down
from sinks.jsonl import Lines
from wiredesk.readers import Message

def message(n):
    return Message("s", f"{n}-0", {b"id": b"id%d" % n, b"body": b'{"id":"id%d","text":"%s"}' % (n, b"a" * 500)})

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
lines = Lines(Path(sys.argv[1]), "stories", 1 << 20)
lines.write([message(1)])
for room in (600, 10, resource.RLIM_INFINITY):
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    try:
        lines.write([message(2)])
    except Down as error:
        print(error)
lines.close()
"""


def test_a_full_disk_is_waited_for(tmp_path):
    """Where no byte goes into a file (its largest size stands for a disk), the sink is down, and then goes on."""
    said = subprocess.run(
        [sys.executable, "-c", _FULL, tmp_path], capture_output=True, text=True, check=False, cwd=ROOT
    )

    assert (said.returncode, said.stdout.count("File too large")) == (0, 2), said.stderr
    assert _lines(tmp_path) == ["id1", "id2"]


def test_a_file_that_was_taken_away_is_begun_anew(redis, tmp_path):
    """Nothing but lines stands in it, where the state knows of more bytes than there are."""
    publish(redis, map(a_record, range(3)))
    first = jsonl.open_sink(_target(redis, tmp_path))
    carry(redis, first)
    first.close()
    (tmp_path / "stories-000001.jsonl.part").unlink()
    publish(redis, [a_record(3)])
    second = jsonl.open_sink(_target(redis, tmp_path))
    carry(redis, second)
    second.close()

    assert _lines(tmp_path) == [a_record(3).id]


def test_a_file_renamed_before_its_state_is_done_with(redis, tmp_path):
    """Killed between the two: the next file begins, the full one is left alone."""
    sink = jsonl.open_sink(_target(redis, tmp_path))
    publish(redis, map(a_record, range(2)))
    carry(redis, sink)
    sink.close()
    (tmp_path / "stories-000001.jsonl.part").rename(tmp_path / "stories-000001.jsonl")
    again = jsonl.open_sink(_target(redis, tmp_path))
    publish(redis, [a_record(2)])
    carry(redis, again)
    again.close()

    assert _lines(tmp_path) == _ids(3)


def _written(folder):
    """Bytes so far; a file that is renamed meanwhile is counted at the next look."""
    total = 0
    for path in folder.glob("*.jsonl*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _start(url, *words):
    code = "from wiredesk.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "sink", *words],
        env={**os.environ, "WIREDESK_REDIS_URL": url, "WIREDESK_LOG_LEVEL": "error"}, cwd=ROOT,
    )  # fmt: skip


def test_a_json_lines_sink_killed_at_random_writes_each_article_once(redis, redis_url, tmp_path):
    """SIGKILL at moments of all kinds, in mid-write too; then to the end: nothing is missing, nothing stands twice."""
    chance = random.Random(9)
    publish(redis, map(a_record, range(1200)))
    words = ("jsonl", "--to", str(tmp_path), "--batch", "5", "-o", "bytes=100000")
    for goal in (1, 500):
        sink = _start(redis_url, *words)
        until = time.monotonic() + 20
        while _written(tmp_path) < goal * 1500 and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(chance.random() / 50)
        sink.send_signal(signal.SIGKILL)
        sink.wait()
    assert _start(redis_url, *words, "--once").wait() == 0

    assert sorted(_lines(tmp_path)) == sorted(_ids(1200))


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss"])
def test_feeds_hold_the_newest_stories(redis, tmp_path, name):
    """Any feed reader reads them; the newest comes first; copies are no news."""
    publish(redis, [a_record(n, headline=f"Dredging <b>&amp; {n}\x0b") for n in range(5)])
    publish(redis, [a_record(9)], keys.COPIES)
    carry(redis, SINKS["feed"](_target(redis, tmp_path / name, stories=3, link="https://example.org/")))

    feed = feedparser.parse(str(tmp_path / name))

    assert feed.bozo == 0
    assert [entry.id for entry in feed.entries] == [f"urn:wiredesk:{a_record(n).id}" for n in (4, 3, 2)]
    assert feed.entries[0].link == "https://example.org/news/4"


@pytest.mark.parametrize(
    ("kind", "to", "options", "said"),
    [
        *(
            (kind, url.format(scheme), {}, "address such as")
            for kind, scheme in (("postgres", "postgresql"), ("opensearch", "https"), ("webhook", "https"))
            for url in ("desk", "{}://u@h:99999/x", "{}://u@h:x/y", "{}://u@[::1/x", "{}://u@a..b/x", "{}://u@a b/x")
        ),
        ("webhook", "https://", {}, "address such as"),
        ("postgres", "postgresql://host/x", {}, "user's name"),
        ("opensearch", "http://h", {"index": "A/B"}, "-o index=A/B"),
        ("jsonl", "out", {"bytes": "²"}, "-o bytes=²"),
        ("jsonl", "out", {"name": "a/b"}, "-o name=a/b"),
        ("feed", ".", {}, "a folder"),
    ],
)
def test_targets_that_cannot_be(redis, monkeypatch, tmp_path, kind, to, options, said):
    """A sink that could never carry anything does not start: it would wait for ever, or put all aside as refused."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said):
        SINKS[kind](Target(to, redis, Settings(), options))


def test_feeds_escape_what_was_scraped(redis, tmp_path):
    """A headline with markup in it is text."""
    publish(redis, [a_record(0, headline="<script>x</script> & \x00")])
    carry(redis, SINKS["feed"](_target(redis, tmp_path / "feed.xml")))

    (title,) = ET.parse(tmp_path / "feed.xml").getroot().findall("{http://www.w3.org/2005/Atom}entry/{*}title")  # noqa: S314

    assert title.text == "<script>x</script> & "


@pytest.mark.parametrize("kind", ["jsonl", "feed"])
def test_an_entry_of_another_program_stops_no_story(redis, tmp_path, kind):
    """What has no id and no record stands in nobody's way, wherever in the stream it is."""
    publish(redis, [a_record(0)])
    redis.xadd(keys.ARTICLES, {"hello": "x"})
    publish(redis, [a_record(1)])
    with closing(SINKS[kind](_target(redis, tmp_path / "out"))) as sink:
        carry(redis, sink, kind)

    written = "".join(p.read_text() for p in [tmp_path / "out", *tmp_path.glob("out/stories*")] if p.is_file())
    assert all(story in written for story in _ids(2))
    assert lags(redis, [keys.ARTICLES])[0].pending == 0
