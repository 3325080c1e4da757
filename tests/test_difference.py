from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newstext.difference import Change, difference, passages

EARLIER = "Fighters of ISIS entered the town on Monday, residents said, after two days of heavy shelling."
LATER = "Fighters of Daesh entered the town on Monday after two days of heavy shelling by the army."


def cut(text, span):
    return text[span[0] : span[1]]


def test_a_house_style_shows_as_the_word_that_it_changed():
    """`ISIS` in the one is `Daesh` in the other; what was cut and what was added is named so."""
    changes = [
        (p.change, cut(EARLIER, p.earlier), cut(LATER, p.later))
        for p in difference(EARLIER, LATER)
        if p.change != Change.SAME
    ]

    assert changes == [
        (Change.REPLACED, "ISIS", "Daesh"),
        (Change.DELETED, ", residents said,", ""),
        (Change.INSERTED, "", "by the army"),
    ]


words = st.lists(st.sampled_from(["a", "b", "c", "d.", "e"]), max_size=60).map(" ".join)


@given(words, words)
def test_the_pieces_cover_both_texts_in_order(earlier, later):
    """Put together, the pieces of either side are all of its words; pieces that are the same are the same."""
    pieces = difference(earlier, later)

    assert "".join(cut(earlier, p.earlier) for p in pieces).replace(" ", "") == earlier.replace(" ", "")
    assert "".join(cut(later, p.later) for p in pieces).replace(" ", "") == later.replace(" ", "")
    assert all(cut(earlier, p.earlier) == cut(later, p.later) for p in pieces if p.change == Change.SAME)


def test_a_moved_paragraph_is_a_shared_passage():
    """Passages are found wherever they stand, longest first."""
    source = random.Random(1)
    one, two = (" ".join(str(source.random())[2:8] for _ in range(n)) for n in (30, 20))

    found = passages(f"{one}\n\n{two}", f"New start.\n\n{two}\n\n{one}")

    assert [p.words for p in found] == [30, 20]


@pytest.mark.parametrize("words", [["a"] * 20_000, ["a", "b"] * 10_000, [*"abcdefgh"] * 2_500])
def test_hostile_texts_cost_no_more_than_news(words):
    """A megabyte of repetition is compared in well under a second."""
    began = time.process_time()
    difference(" ".join(words), " ".join(words[:-7]))

    assert time.process_time() - began < 2
