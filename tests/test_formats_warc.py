"""Web archives are read however they were packed, record by record, and go on at any of them."""

import gzip
import re

import pytest
import zstandard

from newstext.formats import read
from newstext.source import Source

brotli = pytest.importorskip("brotli")  # comes with what fetches pages

PROSE = "The council voted on Tuesday to keep the old bridge open to traffic until repairs begin in May. "
COUNT = 12
PAGE = f"<html><body><article><h1>Story {{number}} of the day</h1><p>{PROSE * 6}</p></article></body></html>"


def record(number: int, kind: str = "Content-Type: text/html; charset=utf-8\r\n", page: str = PAGE) -> bytes:
    return wrapped(number, f"HTTP/1.1 200 OK\r\n{kind}\r\n{page}".replace("{number}", str(number)).encode())


def wrapped(number: int, http: bytes) -> bytes:
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"WARC-Target-URI: https://a.example/{number}\r\nWARC-Date: 2026-02-07T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


RECORDS = [record(number) for number in range(COUNT)]
WHOLE = b"".join(RECORDS)
PACKED = {
    "plain": WHOLE,
    "record by record": b"".join(map(gzip.compress, RECORDS)),
    "as a whole": gzip.compress(WHOLE),
    "cut anywhere": b"".join(gzip.compress(WHOLE[at : at + 700]) for at in range(0, len(WHOLE), 700)),
    "heads apart": b"".join(gzip.compress(part) for one in RECORDS for part in (one[:300], one[300:])),
}


@pytest.mark.parametrize("packing", PACKED)
def test_an_archive_is_read_however_it_is_packed(packing):
    """Every page comes with its address, and each cursor gives exactly the rest."""
    data = PACKED[packing]
    units = list(read(Source.of(data)))
    addresses = [draft.stated.url for unit in units for draft in unit.drafts]
    rest = [draft.stated.url for unit in read(Source.of(data), units[4].cursor) for draft in unit.drafts]

    assert addresses == [f"https://a.example/{number}" for number in range(COUNT)]
    assert rest == addresses[5:]


def taken(*records: bytes) -> list[str | None]:
    return [draft.stated.url for unit in read(Source.of(b"".join(records))) for draft in unit.drafts]


@pytest.mark.parametrize("kind", ["Content-Type: text/plain\r\n", "Content-Type: application/xml\r\n", ""])
def test_a_page_that_is_served_under_another_type_is_read_as_a_page(kind):
    """Markup that came as plain text, as XML or as nothing is the page that it looks like."""
    (draft,) = (draft for unit in read(Source.of(record(7, kind))) for draft in unit.drafts)

    assert draft.headline == "Story 7 of the day"


@pytest.mark.parametrize("kind", ["text/css", "text/javascript", "application/json", "text/csv", "image/svg+xml"])
def test_what_belongs_to_pages_is_no_page(kind):
    """Style sheets, scripts and the answers of interfaces are passed over, however much prose is in them."""
    assert taken(record(0, f"Content-Type: {kind}\r\n", PROSE * 9), record(1)) == ["https://a.example/1"]


def test_a_feed_in_an_archive_of_pages_is_told_and_not_published():
    """Its items stand in the archive as pages."""
    feed = f"<rss version='2.0'><channel><item><title>Bridge stays</title><description>{PROSE}</description></item>"
    data = record(0, "Content-Type: text/xml\r\n", f"{feed}</channel></rss>") + record(1)
    told = [refusal.told for unit in read(Source.of(data)) for refusal in unit.refused]

    assert told == ["https://a.example/0, byte 0: the record is no page but feed"]


def test_a_record_without_a_byte_is_told_as_empty():
    """A converter that found no text writes a record all the same."""
    (told,) = (refusal.kind for unit in read(Source.of(record(0, page="") + record(1))) for refusal in unit.refused)

    assert told == "empty"


def test_a_wrong_length_brings_no_text_into_the_log(capsys):
    """What stands behind a record that is longer than it says is skipped, and shown to nobody."""
    said = int(re.search(rb"Content-Length: (\d+)", RECORDS[0])[1])
    short = RECORDS[0].replace(b"%d" % said, b"%d" % (said - len("</html>")))

    assert taken(short, RECORDS[1]) == ["https://a.example/0", "https://a.example/1"]
    assert capsys.readouterr() == ("", "")


def packed(number: int, packing: str, data: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: {packing}\r\n\r\n"
    return wrapped(number, head.encode() + data)


@pytest.mark.parametrize(
    ("packing", "pack"),
    [("br", brotli.compress), ("zstd", zstandard.compress), ("gzip", gzip.compress), ("br", bytes), ("rot", bytes)],
)
def test_content_is_unpacked_as_its_server_packed_it(packing, pack):
    """Brotli and zstd are undone as gzip is, and content that was unpacked before it was kept is left as it is."""
    assert taken(packed(1, packing, pack(PAGE.encode())), record(2)) == ["https://a.example/1", "https://a.example/2"]


@pytest.mark.parametrize("packing", ["br", "zstd", "rot", "gzip"])
def test_content_that_cannot_be_unpacked_is_refused_alone(packing):
    """Damaged and unknown packings are told with the record's address, and the archive goes on behind them."""
    damaged = packed(1, packing, zstandard.compress(PAGE.encode())[:-30])
    units = list(read(Source.of(damaged + record(2))))

    assert [draft.stated.url for unit in units for draft in unit.drafts] == ["https://a.example/2"]
    assert [refusal.member for unit in units for refusal in unit.refused] == ["https://a.example/1"]
