"""Quotes with their speakers, and mentions, on articles of our own with gold answers: floors that may not fall."""

from __future__ import annotations

import pytest
import spoken

#: F1 of the articles that the rules were mended by, and of those that were written afterwards.
FLOORS = {"quotes": 1.0, "speakers": 0.98, "person": 0.97, "organisation": 1.0, "place": 0.92}
LATER = {"quotes": 1.0, "speakers": 0.94, "person": 0.91, "organisation": 0.70, "place": 0.95}


@pytest.fixture(scope="module")
def scores():
    return {
        "known": spoken.score(list(spoken.articles())),
        "later": spoken.score(list(spoken.articles(spoken.ARTICLES / "later"))),
    }


@pytest.mark.parametrize(("kind", "floor"), FLOORS.items())
def test_known_articles_keep_their_floor(scores, kind, floor):
    """Quotes, speakers and names of articles in six languages are found as well as they were."""
    assert scores["known"].figures(kind)[2] >= floor


@pytest.mark.parametrize(("kind", "floor"), LATER.items())
def test_later_articles_keep_their_floor(scores, kind, floor):
    """The same of articles that no rule was made for."""
    assert scores["later"].figures(kind)[2] >= floor


def test_what_is_given_is_right(scores):
    """Of speakers, people and places that are given hardly one is wrong."""
    assert all(score.figures(kind)[0] >= 0.95 for score in scores.values() for kind in ("speakers", "person", "place"))


def test_articles_are_enough():
    """The articles hold 60 quotes and 120 mentions at least, in six languages."""
    cases = list(spoken.articles())

    assert len({language for language, _ in cases}) >= 6
    assert sum(len(case.quotes) for _, case in cases) >= 60
    assert sum(len(case.names) for _, case in cases) >= 120
