"""Buckets of a real S3 server: files taken out of them, and the place of large ones."""

import json
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import replace

import pytest
from running import SECONDS, WIREDESK, command, environment, page, until
from s3_server import BUCKET, SECRET, tell
from test_gateway import gateway
from test_watch import names, watching

from producers import Desk, objects
from wiredesk import keys, server
from wiredesk.connection import client
from wiredesk.errors import StoreAway, StoreFault
from wiredesk.settings import Settings
from workers import packs

#: Where large files are to lie, and from which size on: the smallest there is.
LARGE = {"objects_url": f"s3://{BUCKET}/files", "objects_from": 4 << 20}
VARIABLES = {"WIREDESK_OBJECTS_URL": LARGE["objects_url"], "WIREDESK_OBJECTS_FROM": "4m"}


def large(subject, articles=3):
    """Rows of news, filled up to more than 4 MB by a column that nobody reads."""
    rows = [{"text": page(f"{subject}{n}"), "id": n, "blob": "x" * (4_200_000 // articles)} for n in range(articles)]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.fixture(scope="module")
def desk_url(served):
    """A desk whose workers have the bucket."""
    with server.private() as url:
        settings = environment(WIREDESK_REDIS_URL=url, **VARIABLES, **served.environment())
        workers = subprocess.Popen([WIREDESK, "work"], env=settings)
        yield url
        workers.terminate()
        workers.wait(SECONDS)


@contextmanager
def producer(url, **changes):
    with Desk(url, settings=replace(Settings(), **LARGE), **changes) as desk:
        yield desk


def submit(url, *words):
    status, out, said = command(url, "submit", "--json", *words)
    return status, [json.loads(line) for line in out.splitlines()], said


def test_a_bucket_is_submitted(redis_url, redis, s3, tmp_path):
    """Prefixes and patterns name objects, their addresses are the files', and a journal knows them by their tags."""
    for name in ("in/a/one.txt", "in/two.txt", "in/two.html"):
        s3.put(name, page(name).encode())
    journal = ("--journal", tmp_path / "journal.jsonl")
    by_pattern = submit(redis_url, f"s3://{BUCKET}/in/**/*.txt", *journal)
    s3.put("in/two.txt", page("changed").encode())
    again = submit(redis_url, f"s3://{BUCKET}/in", *journal)

    assert {"a/one.txt", "two.txt"} == {r["name"] for r in by_pattern[1]}
    assert {"two.txt", "two.html"} == {r["name"] for r in again[1]}
    info = json.loads(redis.hget(keys.file(by_pattern[1][0]["file"]), "info"))
    assert info["url"].startswith(f"s3://{BUCKET}/in/")


def test_large_objects_are_read_one_after_the_other(redis_url, redis, s3):
    """Each is open until the desk has it, however long that takes beside the next."""
    for n in range(3):
        s3.put(f"wide/{n}.jsonl", large(f"Wide{n}"))
    status, receipts, said = submit(redis_url, f"s3://{BUCKET}/wide")

    assert (status, len(receipts), said) == (0, 3, "")


def test_a_silent_store_is_away(s3, monkeypatch):
    """A store that takes connections and says nothing is waited for so long, whatever it is asked; then it is away."""
    root, hour = LARGE["objects_url"], 500_000
    (known,) = map(packs.located, packs.write(root, hour, [(b"key", b"value")]))
    asks = [
        lambda: packs._fetch(root, [known]),
        lambda: packs.write(root, hour, [(b"key", b"other")]),
        lambda: list(packs.over(root, hour + 1)),
        lambda: objects.get(root, "ab" * 32),
    ]
    s3.process.send_signal(signal.SIGSTOP)
    try:
        with monkeypatch.context() as short:
            short.setattr("producers.objects.ANSWER", 0.5)
            for ask in asks:
                with pytest.raises(StoreAway, match="nothing came"):
                    ask()
    finally:
        s3.process.send_signal(signal.SIGCONT)

    assert packs._fetch(root, [known]) == [b"value"]


@pytest.mark.parametrize("secret", ["another", None])
def test_wrong_keys_are_told(redis_url, s3, monkeypatch, secret):
    """A sentence says who refuses what, and where the keys come from; nothing is tried for long."""
    tell(monkeypatch, s3.environment(secret or SECRET))
    if secret is None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    status, _, said = submit(redis_url, f"s3://{BUCKET}/in")
    with producer(redis_url) as desk, pytest.raises(StoreFault, match=r"WIREDESK_OBJECTS_URL.*refuses.*AWS_SECRET"):
        desk.submit(large("Keyless"), name="large.jsonl")

    assert status == 1
    assert "refuses access" in said


def test_a_misspelt_bucket_is_told(redis_url, s3):
    """No bucket is made of it."""
    with (
        Desk(redis_url, settings=replace(Settings(), objects_url="s3://nwes", objects_from=4 << 20)) as desk,
        pytest.raises(StoreFault, match="make the bucket"),
    ):
        desk.submit(large("Misspelt"), name="large.jsonl")

    assert [p.name for p in s3.bucket.parent.iterdir()] == [BUCKET]


def test_large_files_lie_in_the_bucket(desk_url, s3, monkeypatch):
    """Redis holds a mark of one byte; the file is published, traced and replayed from the bucket."""
    with producer(desk_url) as desk:
        receipt = desk.submit(large("Bucketham"), name="large.jsonl")
        (status,) = desk.outcomes([receipt.file], timeout=SECONDS)
    with client(desk_url) as redis:
        sha = json.loads(redis.hget(keys.file(receipt.file), "info"))["sha256"]
        assert redis.strlen(keys.blob(sha, 0)) == 1

    assert (status.articles, f"files/{sha[:2]}/{sha}" in s3.objects()) == (3, True)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    assert "large.jsonl" in command(desk_url, "trace", receipt.file)[1]
    replayed = json.loads(command(desk_url, "replay", "--json", receipt.file)[1])
    assert (replayed["same"], replayed["changes"]) == (3, [])


def test_a_server_that_is_killed_costs_nothing(desk_url, s3):
    """Workers wait for it and go on; each file is published once, none is rejected."""
    with producer(desk_url) as desk, client(desk_url) as redis:
        before = redis.xlen("wiredesk:articles"), redis.xlen("wiredesk:rejected")
        receipts = [desk.submit(large(f"Killed{n}", 40), name=f"{n}.jsonl") for n in range(4)]
        for _ in range(2):
            s3.kill()
            s3.start()
        s3.kill()
        assert None is next((s for s in desk.statuses([receipts[-1].file]) if s.done), None)
        s3.start()
        ended = {s.id: (s.outcome, s.articles) for s in desk.outcomes([r.file for r in receipts], timeout=SECONDS)}
        after = redis.xlen("wiredesk:articles"), redis.xlen("wiredesk:rejected")

    assert ended == {r.file: ("published", 40) for r in receipts}
    assert after == (before[0] + 160, before[1])


def test_producers_wait_for_a_server_that_is_away(desk_url, s3, tmp_path):
    """The client says so, the gateway answers 503, and the watcher keeps the file until it can be sent."""
    s3.kill()
    data = large("Awayford")
    (tmp_path / "large.jsonl").write_bytes(data)
    with gateway(desk_url, **VARIABLES, **s3.environment()) as http:
        posted = http.post("/v1/files", params={"name": "large.jsonl"}, content=data)
    with producer(desk_url, patience=0.1) as desk, pytest.raises(StoreAway, match="does not answer"):
        desk.submit(data, name="large.jsonl")
    with watching(desk_url, tmp_path, **LARGE):
        until(lambda: list((tmp_path / ".wiredesk").rglob("large.jsonl")))
        s3.start()
        until(lambda: names(tmp_path / "done") == ["large.jsonl"])

    assert (posted.status_code, posted.headers["retry-after"]) == (503, "2")
    assert "127.0.0.1" not in posted.text
