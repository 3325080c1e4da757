"""A file is told by its content, whatever system wrote its line ends and marks: a confusion table of all formats."""

import pytest

from newstext.errors import Unreadable
from newstext.formats import read
from newstext.formats.detect import BUILT_IN, detect
from newstext.source import Source
from tests.hostile.carriers import CARRIERS
from tests.hostile.contents import BODY, HEADLINE

#: What the carriers' formats are called where that is not the carrier's own name.
NAMES = {
    "html-jsonld": "html", "ninjs": "json", "rss": "feed", "atom": "feed", "sitemap": "news-sitemap",
    "gigaword": "doc-sgml", "newsitem": "rcv1", "anpa": "wire", "iptc": "wire", "proquest": "proquest-text",
    "europresse": "europresse-html", "kikuzo": "kikuzo-text", "eml": "mail", "tei": "xml",
}  # fmt: skip
BINARY = {"docx", "odt", "parquet", "gzip", "bzip2", "xz", "zstd", "zip", "tar"}
#: Lengths stand in their records, and their lines end as they end.
COUNTED = {"warc"}


def healthy() -> dict[str, bytes]:
    return {carrier.name: carrier.file(HEADLINE, BODY) for carrier in CARRIERS}


def texts() -> dict[str, bytes]:
    return {name: data for name, data in healthy().items() if name not in BINARY | COUNTED}


def crlf(data: bytes) -> bytes:
    return lf(data).replace(b"\n", b"\r\n")


def lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


DRESSES = {
    "CRLF": crlf,
    "LF": lf,
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "a mark and CRLF": lambda data: b"\xef\xbb\xbf" + crlf(data),
    "blank lines before": lambda data: b"\n\n" + data,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "blanks at line ends": lambda data: lf(data).replace(b"\n", b" \n"),
    "no last line end": lambda data: data.rstrip(),
}
#: No system writes these: an mbox begins with its first line, controls, RTF and a saved page's parts are bytes.
NEVER = {("mbox", "blank lines before"), ("anpa", "UTF-16"), ("iptc", "UTF-16"), ("rtf", "UTF-16"), ("mhtml", "UTF-16")}


def name_of(data: bytes) -> str:
    try:
        return detect(Source.of(data)).name
    except Unreadable as problem:
        return problem.kind


def confusion(files: dict[str, bytes]) -> dict[str, str]:
    """What was taken for something else: carrier, and for what."""
    taken = {name: name_of(data) for name, data in files.items()}
    return {name: found for name, found in taken.items() if found != NAMES.get(name, name)}


def test_every_format_is_told_from_all_others():
    """Each carrier of the hostile corpus, unharmed, is taken for what it is."""
    assert confusion(healthy()) == {}


def test_most_formats_have_a_carrier():
    """What is not carried is another dress of what is."""
    carried = {NAMES.get(carrier.name, carrier.name) for carrier in CARRIERS}

    assert {form.name for form in BUILT_IN} - carried <= {
        "proquest-html", "europresse-text", "kikuzo-html", "nexis-html"
    }  # fmt: skip


@pytest.mark.parametrize("dress", DRESSES)
def test_a_text_is_told_in_any_dress(dress):
    """Line ends, marks and blanks are the writing system's, not the format's."""
    assert confusion({name: DRESSES[dress](data) for name, data in texts().items() if (name, dress) not in NEVER}) == {}


@pytest.mark.parametrize("dress", DRESSES)
def test_a_text_gives_the_same_articles_in_any_dress(dress):
    """Headlines and words do not change with line ends, marks and blanks."""
    changed = {}
    for name, data in texts().items():
        if (name, dress) not in NEVER and articles(data) != (told := articles(DRESSES[dress](data))):
            changed[name] = told

    assert changed == {}


def articles(data: bytes) -> list[tuple[str, list[str]]]:
    try:
        drafts = [draft for unit in read(Source.of(data)) for draft in unit.drafts]
    except Unreadable as problem:
        return [(problem.kind, [])]
    return [(" ".join((draft.headline or "").split()), draft.body.split()) for draft in drafts]
