"""What is refused inside of containers is told with its place: member, row, byte."""

import gzip
import io
import json
import random
import re
import zipfile

import pytest

from newstext.errors import Unreadable
from newstext.formats import read
from newstext.source import Source

GOOD = json.dumps({"title": "Bridge stays open", "text": "The council voted to keep the old bridge open."})
ROWS = f"{GOOD}\n{{broken\n{GOOD}".encode()
PAGE = b"<html><body><nav><a href=/>Home</a></nav></body></html>"


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return held.getvalue()


def told(data: bytes) -> list[str]:
    return [refusal.told for unit in read(Source.of(data)) for refusal in unit.refused]


def test_a_row_of_a_packed_member_of_an_archive_is_named():
    """Every container's name, then the row."""

    assert told(zipped(a__jsonl=ROWS, b__jsonl__gz=gzip.compress(ROWS))) == [
        "a.jsonl, row 1: the row is not valid JSON",
        "b.jsonl.gz, row 1: the row is not valid JSON",
    ]


def test_rows_of_archives_keep_their_own_number_and_one_of_the_file():
    """The place counts in the member, the position through the whole file."""
    refused = [r for unit in read(Source.of(zipped(a=ROWS, b=ROWS))) for r in unit.refused]

    assert [(r.position, r.place) for r in refused] == [(1, "row 1"), (4, "row 1")]


def test_a_record_of_a_web_archive_is_named_by_address_and_byte():
    """The byte is where the record begins."""
    first, second = _record("https://a.example/1", PAGE), _record("https://a.example/2", b"")
    good = _record("https://a.example/3", b"<p>The council voted on Tuesday to keep the old bridge open.</p>" * 5)

    assert told(first + second + good) == [
        "https://a.example/1, byte 0: the page holds no running text",
        f"https://a.example/2, byte {len(first)}: the record holds nothing",
    ]


def _record(url: str, page: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(http)}\r\n"
    return head.encode() + b"Content-Type: application/http; msgtype=response\r\n\r\n" + http + b"\r\n\r\n"


def test_damage_is_told_with_how_far_the_file_was_read():
    """A cut member of a zip says its name and the byte inside of it."""
    rows = "\n".join(GOOD.replace("Bridge", random.Random(n).randbytes(40).hex()) for n in range(900)).encode()
    units = list(read(Source.of(zipped(a__jsonl__gz=gzip.compress(rows)[:-20_000]))))
    (said,) = [refusal.told for unit in units for refusal in unit.refused]

    assert re.match("a.jsonl.gz, byte [0-9,]+: the rest could not be read: the gzip data is damaged, cut off", said)
    assert 300 < sum(len(unit.drafts) for unit in units) < 900


def test_an_archive_whose_directory_lies_about_offsets_is_refused():
    """A member that would begin before the file is damaged, whatever the library raises on it."""
    data = bytearray(zipped(a__jsonl=GOOD.encode()))
    end = data.rfind(b"PK\x05\x06") + 16
    data[end : end + 4] = (int.from_bytes(data[end : end + 4], "little") + 171).to_bytes(4, "little")

    with pytest.raises(Unreadable, match="damaged"):
        list(read(Source.of(bytes(data))))


def test_names_in_refusals_cannot_leave_their_line():
    """A member's name is the file's to choose: it is shortened, and what does not print is replaced."""
    (said, _) = told(zipped(**{"a\n\x1b[31m" + "x" * 500: b"\x89PNG\r\n", "b": GOOD.encode(), "c": b"\x89PNG\r\n"}))

    assert said.isprintable()
    assert len(said) < 300
