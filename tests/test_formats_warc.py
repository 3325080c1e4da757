"""Web archives are read however they were packed, record by record, and go on at any of them."""

import gzip

import pytest

from newstext.formats import read
from newstext.source import Source

PROSE = "The council voted on Tuesday to keep the old bridge open to traffic until repairs begin in May. "
COUNT = 12


def record(number: int) -> bytes:
    page = f"<html><body><article><h1>Story {number} of the day</h1><p>{PROSE * 6}</p></article></body></html>"
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
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
