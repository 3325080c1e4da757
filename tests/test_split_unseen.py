"""Pages that no training has seen: ours, in layouts of their own. What the labelled pages cannot show, these do."""

from pathlib import Path

import pytest
from pages import pages

from newstext.split import split

ROOT = Path(__file__).parent.parent

#: Of sixty: all of them, but for one that another BLAS may round away.
RIGHT = 59


def test_generated_pages_are_split_in_two():
    """Of sixty scrolled pages as many as ever give their two articles."""
    assert sum(len(split(text).drafts) == 2 for _, text in pages(60)) >= RIGHT


@pytest.mark.parametrize(
    ("name", "articles"), [("coastal-times", 1), ("harbour-gazette", 2), ("island-wire", 3), ("morning-ledger", 1)]
)
def test_example_pages_give_their_articles(name, articles):
    """The pages that ship with the project are split as their writers meant."""
    assert len(split((ROOT / "examples" / "pages" / f"{name}.txt").read_text("utf-8")).drafts) == articles
