"""`wiredesk submit`: everything that may be named is handed in once."""

import json

import pytest
from running import SECONDS, command, page

from wiredesk import jobs, keys


def submit(url, *words, stdin=b""):
    status, out, said = command(url, "submit", "--json", *words, stdin=stdin)
    return status, [json.loads(line) for line in out.splitlines()], said


@pytest.fixture
def pages(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a/one.txt", "a/b/two.txt", "a/b/other.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"page {name}")
    return tmp_path


def test_patterns_lists_and_standard_input(redis_url, redis, pages):
    """Patterns reach into folders, names ended by NUL may hold anything, and a dash is a file itself."""
    (pages / "odd\nname").write_text("odd")
    listed = b"\0".join([b"odd\nname", b"a/one.txt", b""])
    by_pattern = submit(redis_url, "a/**/*.txt")
    by_list = submit(redis_url, "-0", stdin=listed)
    by_dash = submit(redis_url, "-", stdin=b"from a pipe")

    assert {"one.txt", "two.txt"} == {r["name"] for r in by_pattern[1]}
    assert [r["new"] for r in by_list[1]] == [True, False]
    assert (by_dash[0], by_dash[1][0]["name"], by_dash[1][0]["bytes"]) == (0, "stdin", 11)
    assert redis.llen(jobs.queue("split")) == 4


def test_a_journal_goes_on_where_it_was(redis_url, redis, pages):
    """What the journal holds is not read again; what changed since is."""
    words = ("a", "--journal", "journal.jsonl")
    first = submit(redis_url, *words)
    with (pages / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"source": "cut by a cra')
    (pages / "a" / "one.txt").write_text("page a/one.txt, changed")
    again = submit(redis_url, *words)

    assert (len(first[1]), len(again[1])) == (3, 1)
    assert "2 files of the journal not read again" in again[2]


def test_one_bad_file_does_not_stop_the_others(redis_url, redis, pages, monkeypatch):
    """A file that is refused is named, the others are handed in, and the exit status is 1."""
    (pages / "a" / "large.txt").write_bytes(b"x" * 2000)
    monkeypatch.setenv("WIREDESK_MAX_FILE_BYTES", "1k")
    status, receipts, said = submit(redis_url, "a")

    assert (status, len(receipts)) == (1, 3)
    assert "large.txt" in said


def test_object_stores(redis_url, redis, pages):
    """Anything that fsspec opens may be named; the object's address is the file's."""
    status, receipts, _ = submit(redis_url, f"file://{pages}/a/**/*.txt")
    again = submit(redis_url, f"file://{pages}/a/b")

    assert (0, {"one.txt", "b/two.txt"}) == (status, {r["name"] for r in receipts})
    assert {"two.txt", "other.html"} == {r["name"] for r in again[1]}
    info = json.loads(redis.hget(keys.file(receipts[0]["file"]), "info"))
    assert info["url"].startswith("file://")


def test_waiting_says_what_became_of_each(running, tmp_path):
    """With --wait the command ends when each file has its outcome, and its status tells of a rejection."""
    (tmp_path / "good.txt").write_text(page("Waitby"))
    (tmp_path / "bad.bin").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    status, receipts, said = submit(running, tmp_path, "--wait", "--timeout", str(SECONDS))

    assert (status, len(receipts)) == (1, 2)
    assert "published" in said
    assert "PNG" in said
