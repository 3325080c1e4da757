"""The length that an export declares is held against the words that were found."""

import pytest

from newstext.article import Draft, Stated
from newstext.formats import read
from newstext.formats.lengths import differing
from newstext.source import Source


def draft(found: int, declared: int | None, word: str = "canal ", position: int = 0) -> Draft:
    return Draft(position, (0, 1), (word * found).strip(), stated=Stated(words=declared))


@pytest.mark.parametrize(
    ("found", "declared", "told"),
    [(100, 100, 0), (57, 100, 0), (113, 100, 0), (100, None, 0), (10, 30, 0), (20, 400, 1), (400, 200, 1)],
)
def test_only_lengths_far_off_are_told(found, declared, told):
    """Vendors count in their own way; half or one and a half times as much is no way of counting."""
    assert len(differing([draft(found, declared)])) == told


def test_scripts_without_blanks_have_no_words():
    """A Japanese text of 400 characters is no article of one word."""
    assert differing([draft(400, 300, "港")]) == []


def test_the_file_says_which_article_is_cut():
    """A Nexis export whose second article lost its text behind the first paragraph names it, once."""
    head = "{} of 2 DOCUMENTS\n\n  The Harbour Post\n\n  January 11, 2010 Monday\n\nCanal to be widened\n\n"
    long = "The harbour board voted on Tuesday to widen the northern canal. " * 30
    articles = [
        f"{' ' * 30}{head.format(n)}LENGTH: 330 words\n\n{body}\n\nLOAD-DATE: January 12, 2010\n\n\n"
        for n, body in ((1, long), (2, long[:64]))
    ]

    (unit,) = read(Source.of("".join(articles).encode()))

    assert [note for note in unit.audit.notes if "length" in note] == [
        "1 articles differ from the length that the file declares: #1 has 11 words of 330"
    ]
