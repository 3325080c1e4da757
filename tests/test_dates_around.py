"""Which of the dates on a page of text is the story's own."""

from newstext.article import Origin
from newstext.extract import extract
from newstext.formats.pagetext import page_unit

HEAD = "Harbour bridge opens after a year of repairs"
BODY = """
The bridge over the harbour opened on Wednesday after a year of repairs, the port authority said in a statement.

Lorries will be let onto it from Monday, when the last barriers on the southern side have been taken away, it said.
"""


def published(head, below=""):
    unit = page_unit(f"{HEAD}\n\n{head}\n{BODY}\n{below}\n", "utf-8")
    return extract(unit.drafts[0], Origin()).published


def test_date_beside_the_byline_comes_first():
    """Of two dates in a story's head the one beside its writer is the story's."""
    assert published("By Ann Poe\n19 June 2023") == "2023-06-19"


def test_date_far_below_a_story_is_another_storys():
    """Dates of comments and related stories, far below the text, are not taken."""
    assert published("By Ann Poe", "Related stories\n" + 20 * "A harbour in the north\n" + "3 May 2021") is None


def test_date_of_the_last_change_alone_is_taken_with_doubt():
    """Where a page prints no other date, the day of the last change stands for it, less sure."""
    unit = page_unit(f"{HEAD}\n\nUpdated: 19 June 2023\n{BODY}", "utf-8")
    article = extract(unit.drafts[0], Origin())

    assert (article.published, article.evidence["published"].rule) == ("2023-06-19", "last change")
    assert article.evidence["published"].confidence < 0.7
