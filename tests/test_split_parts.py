"""The small parts of splitting: wrapped lines, captions, datelines, kinds of furniture."""

import time

import pytest

from newstext.article import Label
from newstext.split.captions import caption
from newstext.split.datelines import opening
from newstext.split.kinds import kind
from newstext.split.page import cut, join
from newstext.split.words import bare

WRAPPED = """HARBOUR BRIDGE TO BE REBUILT, COUNCIL SAYS
    PORTVILLE, March 4 - The council voted to rebuild the old bridge
across the harbour, which has been closed since a barge struck one
of its piers, officials said.
    The work will cost 40 mln dlrs and will take about two years to
finish, they said.
"""


def test_wrapped_lines_become_paragraphs():
    """Lines that end where the next word did not fit are one paragraph; an indent begins the next."""
    rows = join(cut(WRAPPED))

    assert [len(text.split()) for text in rows.texts] == [7, 29, 17]
    assert rows.texts[1].endswith("which has been closed since a barge struck one of its piers, officials said.")


def test_short_lines_are_not_joined():
    """A menu's lines end early, each is a row of its own."""
    menu = "Home\nWorld\nBusiness and markets\nSport\nOpinion and letters to the editor\nWeather\n" * 4

    assert len(join(cut(menu))) == 24


@pytest.mark.parametrize(
    ("line", "text", "credit", "old"),
    [
        ("Ships wait off the port. (AP)", "Ships wait off the port.", "AP", False),
        ("Ships wait off the port. (AFP file photo)", "Ships wait off the port.", "AFP", True),
        ("Ships wait off the port (File/AFP)", "Ships wait off the port", "AFP", True),
        ("Ships wait off the port. Photo: Getty Images", "Ships wait off the port.", "Getty Images", False),
        ("Ships wait off the port. REUTERS/Ann Lee", "Ships wait off the port.", "REUTERS/Ann Lee", False),
        ("Ships wait off the port. [Ann Lee/Reuters]", "Ships wait off the port.", "Ann Lee/Reuters", False),
        ("FILE - Ships wait off the port.", "Ships wait off the port.", None, True),
        ("Ships (and boats) wait off the port", "Ships (and boats) wait off the port", None, False),
        ("Ships wait off the port. Ships wait off the port.", "Ships wait off the port.", None, False),
    ],
)
def test_a_caption_is_taken_apart(line, text, credit, old):
    """Text, credit and age of a picture, in the forms that pages print."""
    found = caption(line)

    assert (found.text, found.credit, found.file_photo) == (text, credit, old)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("CAIRO: The minister said", "CAIRO"),
        ("WASHINGTON (AP) — Two officers", "WASHINGTON"),
        ("NEW YORK, March 18 - Shares fell", "NEW YORK"),
        ("New York, March 18 - Shares fell", "New York"),
        ("BEIRUT, Lebanon — The army", "BEIRUT, Lebanon"),
        ("FARMINGTON HILLS, Mich., March 25 - Net loss", "FARMINGTON HILLS, Mich."),
        ("Tehran, IRNA – The president", "Tehran"),
        ("BERLIN -- The agency", "BERLIN"),
    ],
)
def test_a_dateline_is_seen(text, place):
    """Place with or without state, date and agency, before a dash or colon."""
    assert opening(text).place == place


@pytest.mark.parametrize(
    "text",
    [
        "Beauty company Coty is breaking out — in a good way.",
        "The plan – if it holds – ends the war.",
        "Sir, - Kiitos for focusing attention on it.",
        "He said: we will see.",
    ],
)
def test_prose_is_no_dateline(text):
    """Sentences with dashes and colons stay whole."""
    assert opening(text) is None


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("  • facebook", Label.SHARE),
        ("20", Label.SHARE),
        ("Skip to main content", Label.NAVIGATION),
        ("Most Popular", Label.RELATED),
        ("ADVERTISEMENT", Label.ADVERT),
        ("Privacy Policy", Label.LEGAL),
        ("© 2024 The Portville Press", Label.LEGAL),
        ("07 Feb 2024 01:02:02 GMT9", Label.TIMESTAMP),
        ("Veröffentlicht: 7. Februar 2024, 18:05 Uhr", Label.TIMESTAMP),
        ("Reuters", Label.AGENCY),
        ("By Ann Lee", Label.BYLINE),
        ("* * *", Label.RULE),
        ("Short Url:", Label.SHARE),
    ],
)
def test_furniture_is_named(line, label):
    """Menus, widgets, stamps and the like are told apart by their words."""
    assert kind(line) is label


@pytest.mark.parametrize(
    "line", ["# Bridge to be rebuilt", "  * Bridge to be rebuilt", "Headline: Bridge to be rebuilt"]
)
def test_marks_of_a_heading_are_cut(line):
    """What only says that a headline follows is not part of it."""
    assert bare(line.strip()) == "Bridge to be rebuilt"


@pytest.mark.parametrize(
    "bait", ["A" * 10**6, "A " * 10**6, "((" * 10**5, ", A." * 10**5, "a/" * 10**5, "- " * 10**5, "1:" * 10**5]
)
def test_no_pattern_backtracks(bait):
    """A megabyte made to mislead the patterns costs each of them less than a tenth of a second."""
    start = time.process_time()
    for work in (opening, caption, kind.__wrapped__, bare):
        work(bait)

    assert time.process_time() - start < 0.4
