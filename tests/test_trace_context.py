"""W3C trace context: what a producer brings goes on through every stage, onto every entry."""

import pytest
from outputs import drain, submitted
from running import page

from producers import Desk, Item
from producers.errors import BadItem
from wiredesk import ids, keys, trace
from workers.reopen import Answer, reopen

BROUGHT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def _traces(redis, stream):
    return [fields[b"ce-traceparent"].decode() for _, fields in redis.xrange(stream)]


@pytest.fixture
def handed_in(redis, settings):
    """A page and an empty file, each with the header of the work that it came from, run through every stage."""
    files = [
        Item(page("Continuation").encode(), "page.txt", traceparent=BROUGHT),
        Item(b"", "empty.txt", traceparent=BROUGHT),
    ]
    receipts = Desk(settings.redis_url, settings=settings).submit_many(files)
    drain(settings)
    return [receipt.file for receipt in receipts]


def test_entries_continue_the_trace_of_their_producer(redis, handed_in):
    """An article names the span that published it, in the producer's trace; a file's events name the producer's."""
    publishing = trace.span_id(ids.article_job("publish", ids.article_id(handed_in[0], 0)))

    assert _traces(redis, keys.ARTICLES) == [f"{BROUGHT[:36]}{publishing}-01"]
    assert _traces(redis, keys.REJECTED) == [BROUGHT]
    assert _traces(redis, keys.FILES) == [BROUGHT, BROUGHT]


def test_a_file_that_starts_over_stays_in_its_trace(redis, settings, handed_in, desk):
    """Its new first job carries the header that the file came with."""
    assert reopen(desk, handed_in[1]) is Answer.REOPENED
    drain(settings)

    assert _traces(redis, keys.FILES)[2:] == [BROUGHT]


def test_without_a_header_the_trace_is_that_of_the_file(redis, settings):
    """Whoever knows a file's id can name its trace; entries of all streams agree."""
    file = submitted(settings, "page.txt", page("Alone").encode())
    drain(settings)

    assert {t.split("-")[1] for s in (keys.ARTICLES, keys.FILES) for t in _traces(redis, s)} == {trace.trace_id(file)}


@pytest.mark.parametrize(
    ("header", "travels"),
    [
        (BROUGHT, BROUGHT),
        (BROUGHT[:-2] + "03", BROUGHT),
        (BROUGHT[:-2] + "00", BROUGHT[:-2] + "00"),
        ("cc" + BROUGHT[2:] + "-more", BROUGHT),
        (BROUGHT + "-more", ""),
        ("ff" + BROUGHT[2:], ""),
        (BROUGHT.upper(), ""),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", ""),
        (f"00-{'4' * 32}-{'0' * 16}-01", ""),
        ("nonsense", ""),
        (None, ""),
    ],
)
def test_headers_are_read_as_the_standard_says(header, travels):
    """Version 00 exactly, later versions by their first four parts, nothing of all zeros."""
    assert trace.accepted(header) == travels


def test_a_wrong_header_in_a_program_is_named(settings):
    """A program is told; over HTTP the standard has it ignored."""
    with pytest.raises(BadItem, match="nonsense"):
        Desk(settings.redis_url, settings=settings).submit("text", traceparent="nonsense")
