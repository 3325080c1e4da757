"""The whole way of a file, with real workers on a real Redis, by the commands that a person types."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from wiredesk import keys
from wiredesk.records import FileEvent, Record, Rejected

BIN = Path(sys.executable).parent
PAGES = Path(__file__).parent.parent / "examples" / "pages"
#: A run of the example pages takes 3 s on a quiet machine.
SECONDS = 60


def environment(**extra):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("WIREDESK_")}
    return clean | {"PATH": f"{BIN}:{clean['PATH']}"} | extra


def run(*paths, out, workers=1):
    words = [BIN / "wiredesk", "run", *paths, "--out", out, "--workers", str(workers), "--json"]
    done = subprocess.run(words, capture_output=True, timeout=SECONDS, check=False, env=environment())
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    return done.returncode, json.loads(done.stdout), lines


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    return run(PAGES, out=tmp_path_factory.mktemp("examples") / "out.jsonl")


def test_example_pages(examples):
    """Six files hold eleven articles of seven stories, and the command says so."""
    status, summary, lines = examples

    assert (
        status, summary["files"], summary["articles"], summary["stories"], summary["copies"], summary["rejected"],
    ) == (0, 6, 11, 7, 4, 0)  # fmt: skip
    assert len({a["id"] for a in lines}) == len(lines) == 11


def test_records_have_every_field_of_the_contract(examples):
    """Each line is the record: no field missing, none besides, each of its type."""
    fields = [field.encode_name for field in msgspec.structs.fields(Record) if field.name != "version"]

    for line in examples[2]:
        assert fields == list(line)
        msgspec.convert(line, Record)


def test_spans_point_at_the_text(examples):
    """What an article's span covers in the file holds its headline and the start of its body."""
    pages = [a for a in examples[2] if a["file"]["format"] == "page-text"]

    for article in pages:
        text = (PAGES / article["file"]["name"]).read_text("utf-8")
        inside = " ".join(text[slice(*article["span"])].split())
        assert article["headline"] in inside
        assert article["body"].split("\n\n")[-1][:60] in inside


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("order", [0, 1])
def test_copies_are_found_whichever_file_comes_first(tmp_path, order, workers):
    """Two papers' copies of one story are one story, however many workers run and whichever came first."""
    names = ["harbour-gazette.txt", "coastal-times.txt"][:: -1 if order else 1]
    for number, name in enumerate(names):
        (tmp_path / f"{number}-{name}").write_bytes((PAGES / name).read_bytes())
    _, summary, lines = run(tmp_path, out=tmp_path / ".out.jsonl", workers=workers)
    relations = sorted(a["relation"] for a in lines)

    assert (summary["articles"], summary["stories"]) == (3, 2)
    assert relations == ["near", "original", "original"]


def test_a_bad_file_is_told_and_the_rest_is_done(tmp_path):
    """Junk among good files is rejected with a reason, the others are published, the status is 1."""
    (tmp_path / "junk.bin").write_bytes(os.urandom(20_000))
    (tmp_path / "empty.txt").touch()
    (tmp_path / "rows.jsonl").write_text('{"title": "One", "text": "A body of some words."}\n{"not json\n')
    status, summary, lines = run(tmp_path, out=tmp_path / ".out.jsonl")

    assert (status, len(lines), summary["rejected"]) == (1, 1, 3)
    assert {"junk.bin", "empty.txt", "rows.jsonl"} == {name for name, _ in summary["problems"]}


def test_a_long_file_goes_through_in_parts(tmp_path):
    """A file of many rows is split in parts, and every row comes out once, under its number."""
    rows = [
        json.dumps({"title": f"Headline {n}", "text": f"Row number {n} says {n * n} and {n * 7} things."})
        for n in range(1200)
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(rows))
    status, summary, lines = run(tmp_path, out=tmp_path / ".out.jsonl", workers=2)

    assert (status, summary["articles"]) == (0, 1200)
    assert list(range(1200)) == sorted(a["position"] for a in lines)
    assert all(a["headline"] == f"Headline {a['position']}" for a in lines)


class Terminal:
    """A command left running, as in a terminal of its own."""

    def __init__(self, *words, env):
        self.process = subprocess.Popen([*words], env=env, stderr=subprocess.DEVNULL, cwd=PAGES.parent.parent)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


def wiredesk(*words, env):
    command = [BIN / "wiredesk", *words]
    return subprocess.run(command, env=env, capture_output=True, timeout=SECONDS, check=True, text=True).stdout


def test_workers_by_hand(redis, redis_url):
    """Workers in terminals of their own do the job; status and tail show it; Ctrl-C ends them with status 0."""
    env = environment(WIREDESK_REDIS_URL=redis_url)
    shares = ("split", "publish"), ("fingerprint", "extract")
    terminals = [Terminal(BIN / "wiredesk", "work", *stages, env=env) for stages in shares]
    try:
        receipts = wiredesk("submit", "--wait", "--timeout", "50", "--json", str(PAGES), env=env)
        status = json.loads(wiredesk("status", "--json", env=env))
        published = wiredesk("tail", "articles", env=env)
    finally:
        ends = [terminal.stop(signal.SIGINT) for terminal in terminals]

    assert receipts.count("\n") == 6
    assert [stage["workers"] for stage in status["stages"]] == [1, 1, 1, 1]
    assert status["streams"] == {"articles": 7, "copies": 4, "files": 6, "rejected": 0}
    assert published.count("\n") == 7
    assert ends == [0, 0]
    assert redis.smembers("rq:workers") == set()


def test_honcho_runs_the_procfile(redis, redis_url):
    """`honcho start` brings up a worker for each stage."""
    honcho = Terminal(BIN / "honcho", "start", env=environment(WIREDESK_REDIS_URL=redis_url))
    try:
        workers = _wait(lambda: redis.smembers("rq:workers"), lambda names: len(names) == 4)
    finally:
        honcho.stop()

    stages = sorted(name.split(b":")[2].split(b"@")[0].decode() for name in workers)
    assert stages == ["extract", "fingerprint", "publish", "split"]


def _wait(look, good):
    for _ in itertools.count():
        if good(seen := look()) or _ > SECONDS * 10:
            return seen
        time.sleep(0.1)
    raise AssertionError


def test_entries_on_the_streams(redis, redis_url, tmp_path):
    """What stands on each stream is what the contract says: the record in `body`, flat copies, CloudEvents."""
    (tmp_path / "page.txt").write_bytes((PAGES / "coastal-times.txt").read_bytes())
    (tmp_path / "empty.txt").touch()
    env = environment(WIREDESK_REDIS_URL=redis_url)
    subprocess.run(
        [BIN / "wiredesk", "run", tmp_path], env=env, check=False, timeout=SECONDS, stderr=subprocess.DEVNULL
    )
    ((_, article),) = redis.xrange(keys.ARTICLES)
    files = [msgspec.json.decode(e[b"body"], type=FileEvent) for _, e in redis.xrange(keys.FILES)]
    ((_, refused),) = redis.xrange(keys.REJECTED)
    record = msgspec.json.decode(article[b"body"], type=Record)

    assert (record.id, record.story, "original") == tuple(article[f].decode() for f in (b"id", b"story", b"relation"))
    assert (b"1.0", record.id.encode()) == (article[b"ce-specversion"], article[b"ce-id"])
    assert {f.file.name: f.outcome for f in files} == {"page.txt": "published", "empty.txt": "rejected"}
    assert msgspec.json.decode(refused[b"body"], type=Rejected).file.name == "empty.txt"
    assert redis.zcard(keys.OPEN) == 0
