"""Readers take twice the time for twice the records, whatever the format is."""

import json
import time

import pytest

from newstext.formats import read
from newstext.source import Source
from tests.hostile.carriers import CARRIERS
from tests.hostile.contents import BODY, HEADLINE
from tests.superlinear.clock import RATIO

#: Records of the smaller file: enough that what a reader does once (tables, models) does not count.
RECORDS = 60
#: Formats whose files go on where they end: their records can be written one after the other.
REPEATED = ("json-lines", "csv", "reuters-sgml", "gigaword", "newsitem", "anpa", "iptc", "nexis-text", "factiva-text",
            "factiva-codes", "proquest", "kikuzo", "integrum", "mbox", "warc", "nexis-uni")  # fmt: skip
TRIES = 8


@pytest.mark.parametrize("carrier", [c for c in CARRIERS if c.name in REPEATED], ids=lambda c: c.name)
def test_twice_the_records_take_no_more_than_their_time(carrier):
    """One of some tries shows it: a busy machine makes a run longer, never shorter."""
    one = carrier.file(HEADLINE, BODY)
    spent(one * 5)

    assert any(growth(one) < RATIO for _ in range(TRIES))


#: Formats whose records stand inside of a frame: what opens and closes one.
FRAMED = {
    "rss": ("<item>", "</item>"),
    "atom": ("<entry>", "</entry>"),
    "sitemap": ("<url>", "</url>"),
    "newsml": ("<newsItem", "</newsItem>"),
    "nitf": ("<p>", "</p>"),
    "factiva-xml": ("<ppsarticle>", "</ppsarticle>"),
    "europresse": ("<article>", "</article>"),
    "html": ("<article>", "</article>"),
    "json-array": ("{", "}"),
}


@pytest.mark.parametrize("name", FRAMED)
def test_twice_the_records_in_a_frame_take_no_more_than_their_time(name):
    """Feeds, sitemaps, items, documents and pages of many articles."""
    carrier = next(carrier for carrier in CARRIERS if carrier.name == name)
    data, (opening, closing) = carrier.file(HEADLINE, BODY).decode(), FRAMED[name]
    start, end = data.index(opening), data.rindex(closing) + len(closing)
    between = "," if name == "json-array" else ""

    def framed(count: int) -> bytes:
        return (data[:start] + between.join([data[start:end]] * count) + data[end:]).encode()

    assert any(spent(framed(4 * RECORDS)) < RATIO * spent(framed(2 * RECORDS)) for _ in range(TRIES))


@pytest.mark.parametrize("name", ["docx", "odt", "tei", "rtf", "eml", "xz", "zip", "tar", "markdown", "html-jsonld"])
def test_twice_the_text_takes_no_more_than_its_time(name):
    """Documents of an office, mails and packed pages: an article of twice the paragraphs."""
    carrier = next(carrier for carrier in CARRIERS if carrier.name == name)
    small, large = (carrier.file(HEADLINE, "\n\n".join([BODY] * count)) for count in (RECORDS, 2 * RECORDS))

    assert any(spent(large) < RATIO * spent(small) for _ in range(TRIES))


NEWSLETTER = (
    "From: a@b.example\nTo: c@d.example\nSubject: News\nContent-Type: text/html\n\n<html><body>",
    "<p><a href=https://a.example/1>The old bridge stays open</a></p><p>The council voted to keep it until winter.</p>",
)
FACTIVA = (
    "Factiva\n\n",
    "News\nBridge\n2 words\n11 May 2010\nPost\nP\nEnglish\n(c) P\n\nText.\n\nDocument POST00020100511a0001\n",
)


@pytest.mark.parametrize(("head", "story"), [NEWSLETTER, FACTIVA], ids=["newsletter", "factiva"])
def test_twice_the_stories_take_no_more_than_their_time(head, story):
    """Thousands of short ones in one file: none is held against all others."""
    small, large = ((head + story * count).encode() for count in (2_000, 4_000))

    assert any(spent(large) < RATIO * spent(small) for _ in range(TRIES))


#: What web pages hold by the thousand, each once slow for a reader of its own: crowds of inline elements, blocks that
#: no prose parts, times, lines of dates.
PIECES = ("<a href=x>y</a> ", "<b>y</b> ", "<td>y</td>", "<time>x</time>", "<span class=date>May 3, 2019</span>")


@pytest.mark.parametrize("piece", PIECES)
def test_twice_the_elements_take_no_more_than_their_time(piece):
    """A page's time grows with its elements, not with their square."""
    html = next(carrier for carrier in CARRIERS if carrier.name == "html")
    small, large = (html.file(HEADLINE, piece * count + BODY) for count in (3_000, 6_000))

    assert any(spent(large) < RATIO * spent(small) for _ in range(TRIES))


@pytest.mark.parametrize("printed", [True, False], ids=["printed", "declared"])
def test_twice_the_articles_of_a_page_take_no_more_than_their_time(printed):
    """What holds for the page as a whole is asked once, not for each of its articles."""

    def page(count: int) -> bytes:
        heads = [f"{HEADLINE} {number}" for number in range(count)]
        prose = "".join(f"<p>{text}</p>" for text in BODY.split("\n\n") * 3)
        items = [{"@type": "NewsArticle", "headline": head, "articleBody": f"{head}. {BODY * 3}"} for head in heads]
        script = f'<script type="application/ld+json">{json.dumps({"@graph": items})}</script>'
        shown = "".join(f"<article><h2>{head}</h2>{prose}</article>\n" for head in heads)
        return f"<html><head><title>News</title>{script}</head><body>{shown if printed else ''}</body></html>".encode()

    assert sum(len(unit.drafts) for unit in read(Source.of(page(3)))) == 3
    assert any(spent(page(4 * RECORDS)) < RATIO * spent(page(2 * RECORDS)) for _ in range(TRIES))


def growth(one: bytes) -> float:
    return spent(one * 2 * RECORDS) / spent(one * RECORDS)


def spent(data: bytes) -> float:
    began = time.process_time()
    list(read(Source.of(data)))
    return time.process_time() - began
