"""What a person meets when something is not as it should be: one sentence with the way out, and the right status."""

import os
import re
import shlex
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from wiredesk import keys
from wiredesk.cli import main
from workers.stages.split import PART_UNITS

WIREDESK = Path(sys.executable).with_name("wiredesk")
#: Nothing that is merely wrong takes longer to be said: half of it is Python's imports on a busy machine.
SECONDS = 30


def program(*words):
    """The command in a process of its own: its exit status and what it said to whom."""
    done = subprocess.run([WIREDESK, *words], capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def wiredesk(monkeypatch, capsys):
    """The same in this process, which spares Python's start."""

    def run(*words, env=None):
        monkeypatch.setattr(sys, "argv", ["wiredesk", *words])
        for name, value in (env or {}).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return run


def test_the_program_ends_as_the_function_does(wiredesk):
    """What holds in this process holds for the command that a person types."""
    words = ("read", "no/such/file.txt")

    assert program(*words) == wiredesk(*words)


@pytest.mark.parametrize("command", ["run", "read"])
def test_missing_path(wiredesk, command):
    """A path that does not exist is named, before anything is started."""
    status, out, said = wiredesk(command, "no/such/file.txt")

    assert (status, out) == (2, "")
    assert "There is no file or folder 'no/such/file.txt'" in said


def test_no_path_at_all(wiredesk):
    """A command without its argument shows how it is used."""
    status, _, said = wiredesk("run")

    assert status == 2
    assert "Usage: " in said


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b"  \n\n\t\n", "white space"),
        ("junk.bin", bytes(range(256)) * 40, "not a text"),
        ("furniture.txt", b"Home\nSport\nSubscribe\nPrivacy Policy\nContact Us\n", "article"),
    ],
)
def test_file_without_an_article(wiredesk, tmp_path, name, content, word):
    """A file that gives nothing is rejected with the reason; the command ends with status 1."""
    (tmp_path / name).write_bytes(content)
    status, out, said = wiredesk("read", str(tmp_path / name))

    assert (status, out) == (1, "")
    assert name in said
    assert word in said


def test_an_archive_without_an_article_is_rejected_after_all_its_parts(tmp_path):
    """One of more empty members than a part takes ends with a reason too, not with an event alone."""
    with tarfile.open(tmp_path / "empty.tar", "w") as archive:
        for number in range(PART_UNITS + 1):
            archive.addfile(tarfile.TarInfo(f"{number}.txt"))
    status, _, said = program("run", str(tmp_path / "empty.tar"), "--out", str(tmp_path / "out.jsonl"))

    assert status == 1
    assert re.search(r"empty\.tar.*\n?.*the file is empty", said)


def test_a_bad_file_does_not_stop_the_good_ones(wiredesk, tmp_path):
    """The rest of a folder is read though one file in it is junk."""
    (tmp_path / "a.txt").write_bytes(b"\x00\x01\x02" * 5000)
    (tmp_path / "b.jsonl").write_text('{"title": "A headline", "text": "A body of a few words that will do."}\n')
    status, out, _ = wiredesk("read", str(tmp_path))

    assert status == 1
    assert out.count("\n") == 1


@pytest.mark.parametrize("command", [("run", "README.md"), ("status",), ("tail",), ("submit", "README.md"), ("work",)])
def test_redis_not_reachable(wiredesk, command):
    """Where no Redis answers, the address is named and what to do; nothing hangs."""
    status, out, said = wiredesk(*command, env={"WIREDESK_REDIS_URL": "redis://127.0.0.1:1/0"})

    assert (status, out) == (3, "")
    assert "redis://127.0.0.1:1/0 does not answer" in said


@pytest.mark.parametrize("command", [("run", "README.md"), ("status",), ("config",)])
def test_wrong_url(wiredesk, command):
    """An address that is none is an error of the settings, with an example of a right one."""
    status, _, said = wiredesk(*command, env={"WIREDESK_REDIS_URL": "localhost"})

    assert status == 2
    assert "WIREDESK_REDIS_URL is 'localhost', but must be an address such as redis://127.0.0.1:6379/0" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("submit {page} --fetched-at yesterday", "--fetched-at: fetched_at is 'yesterday'"),
        ("submit {page} --wait --timeout nan", "nan is too large or no number"),
        ("submit {page} --journal {page}", "is a file of another kind"),
        ("submit {page} --journal {page}/x", "cannot be used: Not a directory"),
        ("submit s3://", "s3://bucket/prefix"),
        ("submit s3://*/x", "cannot be opened"),
        ("submit zip://x.txt::{page}", "cannot be opened: File is not a zip file"),
        ("submit ''", "empty, as an unset variable leaves it"),
        ("tail --idle nan --group g", "nan is too large or no number"),
        ("tail --idle inf --group g", "inf is too large or no number"),
        ("tail --since bogus", "--since is 'bogus', but must be a day"),
        ("tail --since 99999999999999999999999", "must be a day"),
        ("export --to x.jsonl --since 5-99999999999999999999999", "must be a day"),
        ("drain --from redis://me:word@a..b --once", "'redis://me:***@a..b' must be an address"),
        ("gateway key add x --rate nan", "nan is too large or no number"),
        ("watch {page}.d --rescan inf", "inf is too large or no number"),
        ("sink feed --to {folder}", "a folder"),
        ("run {page} --out -", "--out /dev/stdout"),
        ("export --to -", "wiredesk tail articles"),
        ("rejected retry nope", "no such open case"),
    ],
)
def test_a_plausible_mistake_is_told_of(wiredesk, redis, redis_url, tmp_path, words, said):
    """One sentence that names the option and the value; the status of wrong usage, or 1 for what is not there."""
    page = tmp_path / "page.txt"
    page.write_text("The harbour board voted.\n" * 3)
    line = shlex.split(words.format(page=page, folder=tmp_path))
    status, out, error = wiredesk(*line, env={"WIREDESK_REDIS_URL": redis_url})

    assert (status, out) == (1 if "rejected" in line else 2, "")
    assert said in error


def test_a_reader_that_goes_away_ends_a_command_quietly(redis, redis_url):
    """`wiredesk tail | head -1` is done with status 0 and no word."""
    for _ in range(20):
        redis.xadd(keys.ARTICLES, {"id": "x", "body": "x" * 100_000})
    words = [WIREDESK, "tail"]
    env = os.environ | {"WIREDESK_REDIS_URL": redis_url}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as tail:
        tail.stdout.read(1)
        tail.stdout.close()
        said = tail.stderr.read()

    assert (tail.wait(SECONDS), said) == (0, b"")


def test_misspelt_setting(wiredesk):
    """A misspelt variable stops the command and names its neighbour."""
    status, _, said = wiredesk("config", env={"WIREDESK_KEEP_TEXT": "1d"})

    assert status == 2
    assert "did you mean WIREDESK_KEEP_TEXTS?" in said


@pytest.mark.parametrize("command", [("status",), ("submit", "README.md"), ("work",)])
def test_no_desk_named(wiredesk, command):
    """Commands that talk to a running desk say which variable names it."""
    status, _, said = wiredesk(*command)

    assert status == 2
    assert "Set WIREDESK_REDIS_URL=" in said


def test_no_redis_program_anywhere(tmp_path):
    """Without any Redis the message names the command that installs one."""
    code = (
        "import sys; sys.executable = '/nowhere/python'; sys.argv = ['wiredesk', 'run', '.']\n"
        "from wiredesk import server; server.importlib.util.find_spec = lambda name: None\n"
        "from wiredesk.cli import main; main()"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("WIREDESK_")} | {"PATH": str(tmp_path)}
    (tmp_path / "page.txt").write_text("x")
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, timeout=SECONDS, check=False, env=clean, cwd=tmp_path)

    assert done.returncode == 3
    assert b"Install one with: " in done.stderr


def test_unwritable_out(wiredesk, tmp_path):
    """An --out that cannot be written is said before any work is done."""
    (tmp_path / "page.txt").write_text("x")
    status, _, said = wiredesk("run", str(tmp_path), "--out", str(tmp_path / "no" / "out.jsonl"))

    assert status == 2
    assert "cannot be written" in said


def test_the_result_is_never_an_input(wiredesk, tmp_path):
    """A file that is to be taken in is not written over; what an earlier run wrote is not read."""
    story = tmp_path / "x.txt"
    story.write_text("The harbour board voted.")
    named = wiredesk("run", str(story), "--out", str(story))
    alone = wiredesk("run", str(tmp_path), "--out", str(story))

    assert (named[0], alone[0]) == (2, 2)
    assert "is one of the files" in named[2]
    assert "There is no file" in alone[2]
    assert story.read_text() == "The harbour board voted."


def test_a_path_that_cannot_be_used_is_named(wiredesk, redis_url):
    """One sentence and the status of wrong usage, no traceback."""
    status, _, said = wiredesk("export", "--to", "/dev/null/x.jsonl", env={"WIREDESK_REDIS_URL": redis_url})

    assert status == 2
    assert "/dev/null" in said
    assert "Traceback" not in said
