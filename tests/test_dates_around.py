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


def test_day_of_a_broadcast_is_not_the_storys():
    """A date of which the line says that it is of something else is passed over."""
    assert (
        published("Im Radio am 21.06.2023 um 06:00 Uhr\n\nVon Ann Poe\n19.06.2023, 12:30 Uhr") == "2023-06-19T12:30:00"
    )


def test_day_in_a_caption_gives_way_to_a_date_below_the_story():
    """A caption's day stands in the head, yet a line that says `Date` below the text is the story's."""
    caption = "The northern barriers of the bridge over the old harbour, 12 June 2023"

    assert published(caption, "Date 19 June 2023\nAuthor Ann Poe") == "2023-06-19"


def test_last_change_in_the_head_comes_before_dates_further_off():
    """`Stand:` in the head is believed before a bare date between later paragraphs."""
    assert published("Stand: 19. Juni 2023, 05:00 Uhr", "Mo 12.06.2023 15:17 Uhr") == "2023-06-19T05:00:00"


def test_line_that_tells_of_the_posting_is_read_below_the_story():
    """`This entry was posted on ...` dates a story though the line goes on."""
    below = (
        "This entry was posted on Monday, June 19th, 2023 at 12:53 pm and is filed under Ports, Bridges, Uncategorized."
    )

    assert published("", below) == "2023-06-19T12:53:00"
