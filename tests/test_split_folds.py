"""The folds by which splitting is validated: no publisher is learned and scored, every article is scored once."""

from collections import Counter

import pytest
from split_folds import folds
from split_pages import page


def case(number, family, *publishers):
    """A page of two-line articles, one for each publisher."""
    articles = [{"start_line": 4 * n, "headline": f"{p} {number}"} for n, p in enumerate(publishers)]
    text = "\n".join(f"{p} {number}\nTold by {p}.\n\n" for p in publishers)
    codes = "HB__" * len(publishers)
    kind = {"family": family, "layout": family, "mode": "blank", "k": len(publishers), "publishers": list(publishers)}
    return {"id": f"{family}{number}", "text": text, "line_codes": codes, "articles": articles, **kind}


CASES = [
    *(case(n, "native", f"site{n}", f"site{n + 1}") for n in range(0, 12, 3)),
    *(case(n, "composed", f"site{n % 9}", f"site{(n * 5 + 2) % 9}", f"paper{n % 4}") for n in range(9)),
]


@pytest.fixture
def divided():
    return folds([page(one) for one in CASES], 3)


def test_no_publisher_is_learned_and_scored(divided):
    """What a fold's model is scored on comes from publishers that it has not seen."""
    for fold in divided:
        seen = {name for one in fold.learn for name in one.publishers}
        assert seen.isdisjoint(name for one in fold.held for name in one.publishers)


def test_every_article_is_scored_once(divided):
    """Dealing composed pages again neither loses nor doubles an article."""
    scored = Counter(a["headline"] for fold in divided for one in fold.held for a in one.case["articles"])

    assert scored == Counter(a["headline"] for one in CASES for a in one["articles"])


def test_dealt_pages_keep_their_labels(divided):
    """A line's code and article stay with it: headlines are headlines of the article that they open."""
    for fold in divided:
        for one in fold.held:
            titles = [(line.article, line.text) for line in one.lines if line.code == "H"]
            assert titles == [(n, a["headline"]) for n, a in enumerate(one.case["articles"])]
