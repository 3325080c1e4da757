"""The list of formats, how others add to it, and what every format must bear."""

import importlib.metadata
import json
import random
import sys
import time
import tracemalloc

import pytest
from click.testing import CliRunner

from newstext.errors import Unreadable
from newstext.formats import detect, known, read
from newstext.formats.base import Found, Look, Whole
from newstext.source import Source
from wiredesk.cli.formats import command

STORY = "The council voted on Tuesday to keep the old bridge open. " * 5


def test_every_format_says_how_it_is_recognised():
    """Names are unique, and each has its line for people."""
    names = [form.name for form in known()]

    assert len(set(names)) == len(names) >= 35
    assert all(form.recognised for form in known())


def test_formats_command_lists_and_tells(tmp_path):
    """Without files the list, with files the format of each; status 1 where there is none."""
    rows, junk = tmp_path / "a.txt", tmp_path / "b.txt"
    rows.write_text(json.dumps({"text": STORY}) + "\n" + json.dumps({"text": STORY}))
    junk.write_bytes(bytes(range(256)) * 9)

    listed = CliRunner().invoke(command, ["--json"], standalone_mode=False)
    told = CliRunner().invoke(command, ["--json", str(rows), str(junk)], standalone_mode=False)

    assert {"nexis-text", "warc", "csv"} <= {json.loads(line)["name"] for line in listed.stdout.splitlines()}
    assert [json.loads(line)["format"] for line in told.stdout.splitlines()] == ["json-lines", None]
    assert (listed.return_value, told.return_value) == (0, 1)


OURS = Whole("ours", "`@@` at the start", lambda look: 0.9 * look.text.startswith("@@"), lambda *_: Found([]))


def test_third_party_adds_a_format_by_entry_point(monkeypatch):
    """An entry point of the group is asked like the built-in ones, before them."""

    class Point:
        def load(self):
            return OURS

    module = sys.modules["newstext.formats.detect"]
    monkeypatch.setattr(module, "entry_points", lambda group: [Point()] * (group == "wiredesk.formats"))
    known.cache_clear()
    try:
        assert detect(Source.of(b"@@TITLE x")).name == "ours"
    finally:
        known.cache_clear()


def test_installed_entry_points_are_of_the_group():
    """Nobody else uses the group's name in this environment."""
    assert list(importlib.metadata.entry_points(group="wiredesk.formats")) == []


BAIT = {
    "blank": " \n" * 400_000,
    "tabs": "\t" * 900_000,
    "one line": "x" * 900_000,
    "angle": "<" * 900_000,
    "open tags": "<a " * 300_000,
    "open divs": '<html><div class="article enArticle">' + "<div>" * 60_000,
    "keys": "LENGTH: 3 words\n" * 15_000,
    "marks": "1 of 9 DOCUMENTS\n" * 10_000,
    "carets": "^ИС: " * 150_000 + "^ЗГ:",
    "quotes": "> " * 450_000,
    "rules": ("_" * 70 + "\nProQuest document ID: 1\nFull text:\n") * 4_000,
    "words": "Document AB1234567890123456\n12 words\n" * 10_000,
    "end of document": "Body\nEnd of Document\n" * 10_000,
    "europresse": "Numéro de document : news·20060315·LM·1\n" * 8_000,
    "wire": "\x01a\x02b\x03" * 50_000,
    "soh": "\x01" * 900_000,
    "headers": "From: a\nTo: b\nSubject: c\n" * 30_000,
    "boundaries": "From: a\nTo: b\nMIME-Version: 1\nContent-Type: multipart/mixed; boundary=x\n\n"
    + "--x\n\n" * 100_000,
    "brackets": "[" * 900_000,
    "braces": '{"a":' * 60_000,
    "stars": "# a\n[b](c)\n# d\n" + "*" * 900_000,
    "links": "# a\n# b\n" + "[a](" * 200_000,
    "commas": "title,text\n" + "," * 900_000,
    "sgml": "<DOC><TEXT>" * 20_000,
    "nitf": "<nitf>" * 30_000,
    "rtf": "{\\rtf1" + "{" * 900_000,
}


@pytest.mark.parametrize("name", BAIT)
def test_hostile_text_ends_in_time(name):
    """Whatever a megabyte holds, detection and reading end within seconds, with articles or a reason."""
    began = time.process_time()
    try:
        for _ in read(Source.of(BAIT[name].encode())):
            pass
    except Unreadable as problem:
        assert str(problem)  # noqa: PT017  (a reason is one of the two right ends)

    assert time.process_time() - began < 20


def test_random_bytes_are_refused_or_read():
    """No bytes raise anything but `Unreadable`."""
    chance = random.Random(7)
    starts = [
        b"",
        b"PK\x03\x04",
        b"\x1f\x8b\x08\0",
        b"BZh9",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
        b"{\\rtf",
        b"WARC/1.0\r\n",
    ]
    starts += [
        b"<rss>",
        b"<html>",
        b"[{",
        b'{"a"',
        b"From a b\n",
        b"\x01abc\x02",
        b"PAR1",
        b"<?xml?><newsItem ",
        b"<REUTERS ",
    ]
    for number in range(85):
        data = starts[number % len(starts)] + chance.randbytes(chance.randrange(3_000))
        try:
            list(read(Source.of(data)))
        except Unreadable as problem:
            assert problem.kind  # noqa: PT017


def test_long_files_pass_through_little_memory():
    """8 MB of rows are read with a few MB of Python's memory at any time."""
    row = json.dumps({"title": "Story", "text": STORY * 500}).encode() + b"\n"
    source = Source.of(row * (8_000_000 // len(row)))
    tracemalloc.start()
    try:
        units = sum(1 for _ in read(source))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert units > 6
    assert peak < 8_000_000


def test_look_ends_between_characters():
    """A head that ends inside a character is no reason to doubt its encoding."""
    head = ("é" * 40_000).encode()[:65_535]

    assert set(Look(head, "", 80_000).text) == {"é"}
