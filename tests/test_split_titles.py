"""Headlines that the likeliest reading of a page misses are looked for above the body."""

import numpy as np

from newstext.split.states import NUMBER, STATES
from newstext.split.titles import titled


def reading(*names):
    path = [NUMBER[name] for name in names]
    scores = np.zeros((len(path), len(STATES)), np.float32)
    scores[range(len(path)), path] = 5
    return path, scores


def names(path):
    return [STATES[at] for at in path]


def test_the_likeliest_row_above_a_body_becomes_its_headline():
    """Rows between it and the body become parts of the article's head."""
    path, scores = reading("PF", "PF", "PD", "BB", "BB")
    scores[1, NUMBER["HN"]] = 3

    assert names(titled(path, scores)) == ["PF", "HN", "HD", "BB", "BB"]


def test_a_headline_is_taken_from_what_followed_the_story_before():
    """An article that began with its body begins with the headline then."""
    path, scores = reading("HN", "BB", "EF", "EF", "BN", "BB")
    scores[3, NUMBER["HN"]] = 3

    assert names(titled(path, scores)) == ["HN", "BB", "EF", "HN", "BB", "BB"]


def test_bodies_without_a_row_above_them_stay_without_a_headline():
    """Stories that a dump gives one after the other without headlines keep their bodies whole."""
    path, scores = reading("BN", "BB", "BN", "BB")

    assert titled(path, scores) == path


def test_a_row_that_is_surely_something_else_is_no_headline():
    """A row stays what it was when it would have to be a headline against all likelihood."""
    path, scores = reading("PD", "BB")
    scores[0, NUMBER["HN"]] = -100

    assert titled(path, scores) == path
