"""Long files come in parts: each part gives exactly the rest, and who keeps the file open reads it once."""

import bz2
import csv
import gzip
import io
import json
import lzma
import random
import tarfile
import zipfile

import pytest
import zstandard

from newstext.formats import read
from newstext.source import Source

#: Noise that hardly packs, so that bytes read tell how often a file was unpacked.
NOISE = random.Random(7)
STORIES = [{"title": f"Story {n} ü", "text": f"{NOISE.randbytes(900).hex()} {n}"} for n in range(2_500)]


def rows() -> bytes:
    return "\n".join(json.dumps(story, ensure_ascii=n % 2 == 0) for n, story in enumerate(STORIES)).encode()


def table() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["title", "text"])
    writer.writerows((story["title"], story["text"].replace(" ", "\r\n")) for story in STORIES)
    return text.getvalue().encode()


def array() -> bytes:
    return json.dumps(STORIES, indent=1, ensure_ascii=False).encode()


def mbox() -> bytes:
    return "".join(
        f"From a@b.example Mon Jan 11 10:00:00 2010\nFrom: a@b.example\nTo: c@d.example\nSubject: {story['title']}\n"
        f"Date: Mon, 11 Jan 2010 10:00:00 +0000\n\n{'The bridge stays open. ' * 12}\n\n>From {story['text']}\n\n"
        for story in STORIES[:120]
    ).encode()


def wire() -> bytes:
    return "".join(
        f"\x01dpa0123 4 pl 123 \r\nA/B/\r\n\x02{story['title']}\r\n\r\n   {story['text']}\r\n\x03\r\n"
        for story in STORIES
    ).encode()


def zipped(*members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, data in enumerate(members):
            archive.writestr(f"{number}/", b"")
            archive.writestr(f"{number}/rows", data)
    return buffer.getvalue()


def tarred(*members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number, data in enumerate(members):
            info = tarfile.TarInfo(f"{'long/' * 30}{number}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def many() -> list[bytes]:
    return [json.dumps(story).encode() for story in STORIES[:250]]


FILES = {
    "rows": rows,
    "table": table,
    "array": array,
    "mbox": mbox,
    "wire": wire,
    "rows.gz": lambda: gzip.compress(rows(), 1),
    "rows.bz2": lambda: bz2.compress(rows()),
    "rows.xz": lambda: lzma.compress(rows(), preset=0),
    "rows.zst": lambda: zstandard.compress(rows()),
    "table.gz": lambda: gzip.compress(table(), 1),
    "array.zst": lambda: zstandard.compress(array()),
    "mbox.gz": lambda: gzip.compress(mbox(), 1),
    "wire.zst": lambda: zstandard.compress(wire()),
    "zip of rows": lambda: zipped(rows(), rows()),
    "zip of many": lambda: zipped(*many()),
    "zip of wire": lambda: zipped(wire()),
    "zip of rows.gz": lambda: zipped(gzip.compress(rows(), 1)),
    "tar of rows": lambda: tarred(rows(), rows()),
    "tar of many": lambda: tarred(*many()),
    "rows.tar.gz": lambda: gzip.compress(tarred(rows(), rows()), 1),
    "many.tar.zst": lambda: zstandard.compress(tarred(*many())),
}


class Counted(io.BytesIO):
    """Counts the bytes that are read of it."""

    taken = 0

    def read(self, size=-1, /):
        data = super().read(size)
        self.taken += len(data)
        return data

    def readline(self, size=-1, /):
        data = super().readline(size)
        self.taken += len(data)
        return data


@pytest.mark.parametrize("name", FILES)
def test_parts_are_the_whole_and_are_read_once(name):
    """Read unit by unit, a file that stays open gives the articles of one read, for a few bytes more than it has."""
    data = FILES[name]()
    expected = [(draft.position, draft.headline) for unit in read(Source.of(data)) for draft in unit.drafts]
    stream = Counted(data)
    source = Source(stream, len(data))
    found, cursor = [], None
    while unit := next(read(source, cursor), None):
        found += [(draft.position, draft.headline) for draft in unit.drafts]
        cursor = unit.cursor
        if cursor is None:
            break

    assert found == expected
    assert [position for position, _ in found] == list(range(len(found)))
    assert len(found) in (120, 250, 2_500, 5_000)
    assert stream.taken < 2 * len(data) + 4_000_000


@pytest.mark.parametrize("name", ["rows.gz", "table.gz", "array.zst", "mbox.gz", "zip of rows", "rows.tar.gz"])
def test_a_new_reader_goes_on_where_another_ended(name):
    """Without what was kept open, every cursor gives exactly the rest."""
    data = FILES[name]()
    units = list(read(Source.of(data)))
    middle = len(units) // 2

    rest = [draft.position for unit in read(Source.of(data), units[middle].cursor) for draft in unit.drafts]

    assert rest == [draft.position for unit in units[middle + 1 :] for draft in unit.drafts]
