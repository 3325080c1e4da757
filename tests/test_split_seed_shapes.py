"""Splitting pages of the kinds that scrapers leave, written out here."""

from newstext.article import Label
from newstext.split import split

VOTE = """The council voted on Tuesday to rebuild the old harbour bridge, which has been closed to traffic since a
 barge struck it in March, officials said after the meeting.""".replace("\n", "")
COST = """Rebuilding will cost 40 million and take two years, during which the ferry between the two banks of the river
 will run without a fare, the harbour office said.""".replace("\n", "")
HARVEST = """Farmers in the northern valley began the wheat harvest two weeks early this year after the warmest spring
 that the weather service has measured since its records began.""".replace("\n", "")
MILLS = """Mills along the valley said that they were hiring drivers and hoped to store the whole crop before the rains
 that usually come in the second half of August.""".replace("\n", "")
PAGE = f"""Council Votes to Rebuild Harbour Bridge

Workers inspect the bridge on Monday. (AFP file photo)
Workers inspect the bridge on Monday. (AFP file photo)
TT
20

Council Votes to Rebuild Harbour Bridge

Workers inspect the bridge on Monday. (AFP file photo)
Workers inspect the bridge on Monday. (AFP file photo)

CAIRO: {VOTE}

{COST}



Wheat Harvest Begins Two Weeks Early

A combine in a field near the town of Brenna. (Reuters)
A combine in a field near the town of Brenna. (Reuters)
TT

Wheat Harvest Begins Two Weeks Early

A combine in a field near the town of Brenna. (Reuters)
A combine in a field near the town of Brenna. (Reuters)

{HARVEST}
{MILLS}
"""


def test_a_page_of_two_stories_gives_two_drafts():
    """Headlines that stand twice around doubled captions open two articles."""
    drafts = split(PAGE).drafts

    assert [d.headline for d in drafts] == [
        "Council Votes to Rebuild Harbour Bridge",
        "Wheat Harvest Begins Two Weeks Early",
    ]
    assert [d.body for d in drafts] == [f"{VOTE}\n\n{COST}", f"{HARVEST}\n\n{MILLS}"]


def test_a_doubled_caption_is_given_once_with_its_credit():
    """The credit and the age of a picture are taken out of the caption."""
    captions = split(PAGE).drafts[0].captions

    assert [(c.text, c.credit, c.file_photo) for c in captions] == [
        ("Workers inspect the bridge on Monday.", "AFP", True)
    ]


def test_a_dateline_becomes_a_mark():
    """The place of filing leaves the body and stays known with its place in the text."""
    [mark] = [m for m in split(PAGE).drafts[0].marks if m.label is Label.DATELINE]

    assert (mark.text, PAGE[slice(*mark.span)]) == ("CAIRO", "CAIRO: ")


def test_every_character_is_accounted_for():
    """The lines cover the text without gap or overlap."""
    lines = split(PAGE).lines

    assert "".join(PAGE[a:b] for a, b in (line.span for line in lines)) == PAGE
