"""Pages of very many lines take the memory of what they say, or are refused."""

import tracemalloc

import pytest

from newstext.errors import Unreadable
from newstext.formats import pagetext, read
from newstext.source import Source
from newstext.split import split
from workers.stages.split import PART_REFUSED, read_part

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


def test_a_page_of_too_many_lines_is_refused():
    """More than a worker could hold is told by its number of lines, before anything is made of them."""
    data = b"bridge\n" * (pagetext.MOST_LINES + 1)

    with pytest.raises(Unreadable, match="lines that are not blank"):
        list(read(Source.of(data)))


def test_a_part_ends_behind_so_many_refused_rows():
    """Millions of blank rows are told one by one, but not in one breath."""
    row = b'{"title": "Bridge stays open", "text": "The harbour council voted to keep the old bridge."}\n'
    units, rest = read_part(Source.of(row * 2 + b"\n" * (PART_REFUSED + 500)), None)

    assert PART_REFUSED <= sum(len(unit.refused) for unit in units) < PART_REFUSED + 200
    assert rest is not None
