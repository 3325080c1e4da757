"""What stands above and below a wire story's text is told apart by its kind, and the text itself stays whole."""

import pytest

from newstext.formats import read
from newstext.source import Source

TEXT = ["The council of Gull Bay voted on Tuesday to keep the old bridge open.", "Work begins in May, the mayor said."]
ANPA = (
    "\x16\x16\x01W1234\x1f_lakes\r\nr d\x13\x11 BC-US--Bridge-OpenAgain 1stLd-Writethru   11-13 1049\r\n"
    "\x02^BC-US--Bridge-Open Again, 1st Ld-Writethru,21<\r\n^Old bridge opens again<\r\n^AP Photo XX101, XX102<\r\n"
    "^Eds: With AP Photos.<\r\n^The bridge opens, the council says.<\r\n^By ANN WRITER and BO POE=\r\n"
    f"^Associated Press=\r\n\t   {TEXT[0]}\r\n\t   {TEXT[1]}\r\n\r\n\t   \x03AP-WF-11-13-13 1509GMT<\r\n\x04"
)
IPTC = (
    "\x01xyz062 4 i 21 ccccb   dpa 061\r\n\nBridge/Council/\r\n\x02{}\r\n\n   Gull Bay (dpa) - " + TEXT[0] + "\r\n\n   "
    + TEXT[1] + "\r\n\n{}dpa ab cd\r\n\r\n\x03131137 Okt 13 \r\n\x7f\n\x7f\x04"
)  # fmt: skip
NOTEBOOK = "# dpa Notebook\r\n\n* * * *\r\nNot for publication\r\n\n## Contacts\r\n- Ann Writer, +49 30 123456\r\n\n"


def draft_of(data: str):
    (unit,) = read(Source.of(data.encode(), "a"))
    return unit.drafts[0]


def test_the_lines_above_an_agencys_text():
    """Keywords are no headline, and neither they nor pictures, notes and roles are text."""
    draft = draft_of(ANPA)

    assert (draft.headline, draft.body) == ("Old bridge opens again", "\n\n".join(TEXT))
    assert draft.stated.bylines == ["By ANN WRITER and BO POE"]
    assert draft.stated.subheadline == "The bridge opens, the council says."
    assert (draft.stated.words, draft.stated.topics) == (21, ["BC-US--Bridge-Open Again"])


def test_a_note_above_the_text_is_printed():
    """A note to readers opens the text; the writer's agency below the name is none of it."""
    draft = draft_of(ANPA.replace("^The bridge opens, the council says", "^EDITOR'S NOTE _ One of two reports"))

    assert draft.body == "\n\n".join(["EDITOR'S NOTE _ One of two reports.", *TEXT])


def test_a_list_of_headlines_keeps_its_lines():
    """Its title is the headline; lines without a text below them are the text."""
    lines = "^Old bridge opens\r\n^Mayor wins vote\r\n"
    draft = draft_of(f"\x01V4644\x1f_-----\r\nr e\x13\x11 AP-Top-News 02-09 0121\r\n\x02^*9006< ^AP-Top-News,17<\r\n"
                     f"^Top news at noon<\r\n{lines}\r\n\x03AP-WF-02-10-16 0423GMT<\r\n\x04")  # fmt: skip

    assert (draft.headline, draft.body) == ("Top news at noon", "Old bridge opens\n\nMayor wins vote")


@pytest.mark.parametrize(
    ("above", "bylines"),
    [
        ("Old bridge opens again =", []),
        ("1ST LEAD\r\nOld bridge opens again\r\nBy Ann Writer, dpa =", ["By Ann Writer, dpa"]),
        ("(Achtung)\r\nOld bridge opens\r\nagain =", []),
    ],
)
@pytest.mark.parametrize("below", ["", NOTEBOOK])
def test_iptc_lines_up_to_the_mark(above, bylines, below):
    """A small category letter, a month of any language, no zone: header and last line are read all the same."""
    draft = draft_of(IPTC.format(above, below))
    stated = draft.stated

    assert (draft.headline, stated.bylines) == ("Old bridge opens again", bylines)
    assert draft.body == f"Gull Bay (dpa) - {TEXT[0]}\n\n{TEXT[1]}"
    assert (stated.id, stated.section, stated.topics) == ("xyz062", "i", ["Bridge", "Council"])
    assert stated.published == "2013-10-13T11:37"


@pytest.mark.parametrize("number", ["1988.", "1,250.", "2024"])
def test_a_number_on_a_wrapped_line_is_text(number):
    """Only above and below the text is a lone number that of a take."""
    draft = draft_of(ANPA.replace("\x02", "\x02a0123\r\n").replace(TEXT[0], f"It stands since the year of\r\n{number}"))

    assert f"It stands since the year of {number}" in draft.body
    assert "a0123" not in draft.body
