"""Harmless changes of a file change nothing of what is read; what was written is read back. By properties."""

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newstext.errors import Unreadable
from newstext.formats import read
from newstext.source import Source

#: Words of stories, with what quoting, markup and tables would trip over.
WORDS = st.sampled_from('bridge council voted "open" winter, engineers\' 12.5 & <said> größer 橋 mayor; | a\\b'.split())
LINE = st.lists(WORDS, min_size=4, max_size=12).map(" ".join)
ROWS = st.lists(st.tuples(LINE, st.lists(LINE, min_size=1, max_size=3).map("\n\n".join)), min_size=1, max_size=6)
PAGE = st.lists(LINE.map(lambda line: f"{line.capitalize()} on Tuesday."), min_size=3, max_size=12).map("\n\n".join)
EFFORT = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def found(data: bytes) -> list[tuple[str | None, str]]:
    return [(draft.headline, draft.body) for unit in read(Source.of(data)) for draft in unit.drafts]


def jsonl(rows: list[tuple[str, str]]) -> bytes:
    return "\n".join(json.dumps({"title": title, "text": text}) for title, text in rows).encode()


def array(rows: list[tuple[str, str]]) -> bytes:
    return json.dumps([{"title": title, "text": text} for title, text in rows], ensure_ascii=False).encode()


def table(rows: list[tuple[str, str]], delimiter: str = ",") -> bytes:
    held = io.StringIO()
    writer = csv.writer(held, delimiter=delimiter)
    writer.writerows([("title", "text"), *rows])
    return held.getvalue().encode()


WRITERS = {"json lines": jsonl, "json array": array, "csv": table, "semicolons": lambda rows: table(rows, ";")}


@pytest.mark.parametrize("name", WRITERS)
@EFFORT
@given(rows=ROWS)
def test_rows_that_were_written_are_read_back(name, rows):
    """Every row, in its order, with its headline and its words."""
    told = found(WRITERS[name](rows))

    assert [title for title, _ in told] == [title for title, _ in rows]
    assert [body.split() for _, body in told] == [body.split() for _, body in rows]


CHANGES = {
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "trailing spaces": lambda data: data.replace(b"\n", b"  \n"),
    "a last line end": lambda data: data + b"\n",
}


@pytest.mark.parametrize("change", CHANGES)
@EFFORT
@given(page=PAGE, headline=LINE)
def test_a_page_is_split_alike_after_harmless_changes(change, page, headline):
    """Headlines and bodies of its articles are the same."""
    data = f"{headline}\n\n{page}\n\n\n{headline.title()}\n\nBy Ann Writer\n\n{page}\n".encode()

    assert outcome(CHANGES[change](data)) == outcome(data)


def outcome(data: bytes) -> object:
    try:
        return found(data)
    except Unreadable as problem:
        return problem.kind
