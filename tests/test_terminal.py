"""What strangers wrote cannot steer the terminal of who looks at the desk, nor forge a line of its log."""

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from running import command

from producers.desk import Desk as Producer
from wiredesk import log, server
from wiredesk.connection import client
from wiredesk.plain import many, visible

BIN = Path(sys.executable).parent
#: What a terminal obeys, and what turns writing around: everything that `visible` writes out, and lone surrogates.
OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\u2066[bold red]x[/] \r\n{}\x7f\x08"
BODY = (
    "Bridge\x1b[31m stays\u202e open\n\nBy Ann\u202e Writer\n\nThe council\x9b31m voted\u202e on Tuesday to keep the "
    "old bridge open until the winter.\n\nEngineers expect that\u2067 the work takes three years, the mayor said.\n"
)
READ_COMMANDS = (
    ["status"], ["status", "--json"], ["tail", "--lag"], ["doctor"], ["doctor", "--json"], ["config"],
    ["rejected", "list"], ["rejected", "list", "--json"], ["rejected", "show", "{rejected}"], ["trace", "{file}"],
    ["trace", "{file}", "--json"], ["trace", EVIL], ["explain", "{article}"], ["explain", "{article}", "--html"],
    ["story", "{article}"], ["replay", "{file}"], ["read", "--audit", "{path}"],
    ["read", "--audit", "--html", "{path}"], ["formats", "{path}"], ["submit", "{path}"],
)  # fmt: skip


@pytest.fixture(scope="module")
def evil(tmp_path_factory):
    """A desk whose files, sources, groups, workers and jobs have names that attack: its URL, and what to ask for."""
    folder = tmp_path_factory.mktemp("evil")
    path = folder / "a\x1b[31m\u202etxt\x9b.txt"
    path.write_text(BODY)
    (folder / "\x1b[2Jempty\udc9b.txt").touch()
    with server.private() as url:
        with Producer(url) as producer:
            producer.submit(b"\x89PNG\r\n" + bytes(99), name=EVIL, url=f"https://a.example/{EVIL}", source=EVIL)
            file = producer.submit(BODY, name=EVIL, source=EVIL).file
        environ = os.environ | {"WIREDESK_REDIS_URL": url, "WIREDESK_LOG": "json", "WIREDESK_LOG_LEVEL": "debug"}
        run = subprocess.run([BIN / "wiredesk", "run", folder], env=environ, capture_output=True, check=False)
        redis = client(url)
        _poison(redis)
        rejected = redis.xrevrange("wiredesk:rejected", count=1)[0][0].decode()
        yield url, {"file": file, "article": f"{file}-0", "rejected": rejected, "path": str(path)}, run.stderr
        redis.close()


def _poison(redis):
    """Names that only somebody who reaches Redis can choose."""
    with contextlib.suppress(Exception):
        redis.xgroup_create("wiredesk:articles", EVIL, "0")
    redis.sadd("rq:workers", f"rq:worker:{EVIL}")
    redis.hset(f"rq:worker:{EVIL}", mapping={"birth": EVIL, "queues": EVIL, "state": EVIL})
    redis.hset("wiredesk:trimmed", f"wiredesk:articles {EVIL}", 5)
    redis.hset("rq:job:evil", mapping={"data": EVIL, "description": EVIL, "status": EVIL, "enqueued_at": EVIL})
    redis.rpush("rq:queue:split", "evil")


@pytest.mark.parametrize("words", READ_COMMANDS, ids=lambda words: " ".join(words[:2]).translate({27: "-"})[:20])
def test_no_command_prints_what_a_terminal_obeys(evil, words):
    """Whatever names and texts the desk holds, the output of each command is free of controls and overrides."""
    url, known, _ = evil
    said = _said(url, [word.format(**known) if "{" in word and word != EVIL else word for word in words])

    assert said
    assert OBEYED.findall(said) == []


def _said(url, words):
    _, out, err = command(url, *words)
    return out + err


@pytest.mark.parametrize("words", [["tail", "articles"], ["tail", "files"], ["tail", "rejected"], ["read"]])
def test_records_at_a_terminal_are_the_same_json(evil, words):
    """A terminal is shown the same values, with escapes in place of controls; a pipe gets the record as it is."""
    url, known, _ = evil
    words = [*words, known["path"]] if words == ["read"] else words
    shown = _at_a_terminal(url, words)
    _, piped, _ = command(url, *words)

    assert OBEYED.findall(shown) == []
    assert [json.loads(line) for line in shown.splitlines()] == [json.loads(line) for line in piped.splitlines()]


def _at_a_terminal(url, words):
    master, slave = pty.openpty()
    environ = os.environ | {"WIREDESK_REDIS_URL": url}
    process = subprocess.Popen([BIN / "wiredesk", *words], env=environ, stdout=slave, stderr=subprocess.DEVNULL)
    os.close(slave)
    said = b""
    with contextlib.suppress(OSError):  # how Linux says that the other end was closed
        while piece := os.read(master, 65_536):
            said += piece
    os.close(master)
    process.wait(60)
    return said.decode().replace("\r\n", "\n")


def test_a_run_says_nothing_that_a_terminal_obeys(evil):
    """Summary and logs of the command that took the files in."""
    assert OBEYED.findall(evil[2].decode()) == []


@pytest.mark.parametrize("form", ["json", "pretty"])
def test_no_value_forges_a_line_of_the_log(form, capsys):
    """A line is a line whatever a value holds, tracebacks aside, which hold no control either."""
    before = structlog.get_config()
    log.configure(form, "info")
    try:
        log.get().info("event", name=f"{EVIL}\nERROR forged", nested=[EVIL])
        one_line = capsys.readouterr().err
        log.get().error("broke", exc_info=ValueError(EVIL))
        said = one_line + capsys.readouterr().err
    finally:
        structlog.configure(**before)

    assert one_line.count("\n") == 1
    assert OBEYED.findall(said) == []


def test_what_is_harmless_stays():
    """Writing of any script, tabs and line ends are left alone."""
    text = "Жеребец\tجسر\nbridge — “open”"

    assert visible(text) == text
    assert visible("a\x1b[31m\u202e") == "a\\u001b[31m\\u202e"


@pytest.mark.parametrize(
    ("count", "thing", "said"), [(1, "copy", "1 copy"), (0, "copy", "0 copies"), (2000, "key", "2,000 keys")]
)
def test_a_count_agrees_with_its_noun(count, thing, said):
    """What commands count reads as people write it."""
    assert many(count, thing) == said
