"""An object store that fails is not a damaged file: its faults are waited out, whatever the file is packed in."""

import gzip
import io
import json
import random
import tarfile
import zipfile

import pytest

from newstext.errors import Unreadable
from newstext.formats import read
from newstext.source import Source
from producers import objects
from wiredesk import keys
from wiredesk.errors import StoreAway, StoreFault
from workers.blobs import StoreStream, open_blob

NOISE = random.Random(5)
ROWS = b"".join(
    json.dumps({"title": f"Story {n}", "text": NOISE.randbytes(600).hex()}).encode() + b"\n" for n in range(600)
)


class Cable(io.BytesIO):
    """A store's file behind a network that fails after so many bytes, until it is mended."""

    def __init__(self, data: bytes, after: int, fault: OSError) -> None:
        super().__init__(data)
        self.left, self.fault = after, fault

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.left -= len(data)
        if self.left < 0:
            raise self.fault
        return data


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.jsonl", ROWS)
    return held.getvalue()


def tarred() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        info = tarfile.TarInfo("rows.jsonl")
        info.size = len(ROWS)
        archive.addfile(info, io.BytesIO(ROWS))
    return held.getvalue()


def archived() -> bytes:
    record = b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/\r\nContent-Type: text/plain\r\n"
    text = b"The council voted on Tuesday to keep the old bridge open until the winter. " * 20
    return (record + b"Content-Length: %d\r\n\r\n" % len(text) + text + b"\r\n\r\n") * 300


def table() -> bytes:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    held = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist([json.loads(row) for row in ROWS.splitlines()]), held)
    return held.getvalue()


FILES = {
    "rows": lambda: ROWS,
    "gzip": lambda: gzip.compress(ROWS),
    "zip": zipped,
    "tar": tarred,
    "tar.gz": lambda: gzip.compress(tarred()),
    "warc": archived,
    "parquet": table,
}


def stored(data: bytes, after: int, fault: OSError) -> tuple[Cable, Source]:
    cable = Cable(data, after, fault)
    return cable, Source(io.BufferedReader(StoreStream(cable)), len(data))


@pytest.mark.parametrize("kind", FILES)
def test_a_network_fault_is_not_taken_for_damage(kind):
    """It comes out as what is waited for, and the next try reads the file."""
    data = FILES[kind]()
    cable, source = stored(data, 200_000, ConnectionResetError("the cable"))

    with pytest.raises(StoreAway, match="the cable"):
        list(read(source))

    cable.left = 1 << 40
    again = Source(io.BufferedReader(StoreStream(cable)), len(data))
    assert sum(len(unit.drafts) for unit in read(again)) >= 300


@pytest.mark.parametrize(
    ("fault", "outcome"), [(PermissionError("no"), StoreFault), (FileNotFoundError("gone"), Unreadable)]
)
def test_what_waiting_does_not_mend_is_told(fault, outcome):
    """A refusal of the store fails the job, an object that is gone is no article's lack."""
    _, source = stored(FILES["gzip"](), 10_000, fault)

    with pytest.raises(outcome):
        list(read(source))


def test_an_object_that_was_never_there_is_expired(tmp_path, redis):
    """The store is asked when the file is opened; what it does not hold cannot be read."""
    redis.set(keys.blob("ab" * 32, 0), objects.MARKER)
    with pytest.raises(Unreadable, match="no longer has the file"):
        open_blob(redis, "ab" * 32, 50_000_000, f"file://{tmp_path}")
