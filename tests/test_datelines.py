"""Datelines at the start of a body."""

import pytest

from newstext.article import Dateline
from newstext.extract.datelines import dateline

PRINTED = [
    ("CAIRO: Ministers", Dateline("CAIRO", "Cairo", "EG"), []),
    ("LONDON, March 1 (Reuters) - Shares", Dateline("LONDON", "London", "GB"), ["Reuters"]),
    ("BUENOS AIRES, Argentina (AP) _ Prices", Dateline("BUENOS AIRES, Argentina", "Buenos Aires", "AR"), ["AP"]),
    ("LA CROSSE, Wis. (AP) — Voters", Dateline("LA CROSSE, Wis.", "La Crosse", "US"), ["AP"]),
    ("Tehran, IRNA – The", Dateline("Tehran", "Tehran", "IR"), ["IRNA"]),
    ("Berlin (dpa/KNA) - Der", Dateline("Berlin", "Berlin", "DE"), ["dpa", "KNA"]),
    ("القاهرة: قال", Dateline("القاهرة", "Cairo", "EG"), []),
    ("NEW YORK, Feb 26 - Stocks", Dateline("NEW YORK", "New York", "US"), []),
]


@pytest.mark.parametrize(("body", "found", "agencies"), PRINTED)
def test_printed_dateline(body, found, agencies):
    """The place is read as printed, with its country and the agencies beside it."""
    read = dateline(body)

    assert (read.dateline, read.agencies) == (found, agencies)


@pytest.mark.parametrize(
    "body", ["BREAKING NEWS — Two", "UPDATE: The", "The White House - in", "Washington said", "US: Two", "Roe - a man"]
)
def test_start_that_is_no_dateline(body):
    """Capitals and dashes alone make no dateline."""
    assert dateline(body) is None
