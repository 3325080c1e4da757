"""Pages of very many lines take the memory of what they say, or are refused."""

import io
import tarfile
import tracemalloc

import pytest

from newstext.errors import Unreadable
from newstext.formats import pagetext, read
from newstext.source import Source
from newstext.split import split
from workers.stages.split import PART_REFUSED, PART_UNITS, read_part

ARTICLE = "Bridge stays open\n\nThe harbour council voted on Tuesday to keep the old bridge open until the winter.\n"


def test_a_long_run_of_blank_lines_costs_no_memory():
    """Its end is accounted for as one line; every character still lies in one."""
    text = f"{ARTICLE}{chr(10) * 300_000}{ARTICLE}"
    tracemalloc.start()
    unit = split(text)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 20_000_000
    assert [line.span[0] for line in unit.lines[1:]] == [line.span[1] for line in unit.lines[:-1]]
    assert unit.lines[-1].span[1] == len(text)


LINES = b"bridge\n" * (pagetext.MOST_LINES + 1)
LONG = {
    "page": LINES,
    "mail": b"From: a@b.example\nTo: c@d.example\nSubject: Bridge\n\n" + LINES,
    "web archive": (
        b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/\r\nContent-Type: text/plain\r\n"
        b"Content-Length: %d\r\n\r\n" % len(LINES)
    )
    + LINES,
}


@pytest.mark.parametrize("carrier", LONG)
def test_a_page_of_too_many_lines_is_refused(carrier):
    """More than a worker could hold is told by its number of lines, before anything is made of them."""
    with pytest.raises(Unreadable, match="lines that are not blank"):
        list(read(Source.of(LONG[carrier])))


def test_a_part_ends_behind_so_many_refused_rows():
    """Millions of blank rows are told one by one, but not in one breath."""
    row = b'{"title": "Bridge stays open", "text": "The harbour council voted to keep the old bridge."}\n'
    blank = b"\n" * (PART_REFUSED // 4)
    units, rest = read_part(Source.of((row + blank) * 5), None)

    assert PART_REFUSED <= sum(len(unit.refused) for unit in units) < PART_REFUSED + 200
    assert rest is not None


def test_a_part_ends_behind_so_many_members_without_an_article():
    """An archive of 20,000 empty files is many short jobs, and the next one goes on where the last ended."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for number in range(2 * PART_UNITS + 1):
            archive.addfile(tarfile.TarInfo(f"{number}.txt"))
    source = Source.of(held.getvalue())
    first, cursor = read_part(source, None)
    second, _ = read_part(source, cursor)

    assert [part[0].refused[0].member for part in (first, second)] == ["0.txt", f"{PART_UNITS}.txt"]
