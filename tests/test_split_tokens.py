"""Words as numbers: equal words share one, whatever their case, their row and the block that they are read in."""

import numpy as np
import pytest

from newstext.split import tokens
from newstext.split.signs import rows

TEXTS = ["The council VOTED", "the Council voted on 12 March", "— — —", "東京都庁で", "Réunion à 18:05, le 6.5.2024"]


def keys(text):
    return tokens.read([text])[0].key.tolist()


def test_equal_words_share_a_number():
    """Case does not count, and neither does the place in the text."""
    assert keys("Council votes") == keys("COUNCIL Votes") == keys("votes, council!")[::-1]


def test_numbers_are_one_word():
    """Stamps that differ in their digits alone have the same words."""
    assert keys("May 6, 2024") == keys("May 17, 1999") != keys("May six, 2024")


def test_unspaced_scripts_are_read_in_pairs():
    """A word of two characters is found inside a longer run of them."""
    assert set(keys("東京")[:1]) <= set(keys("大東京都"))


def test_beginnings_have_the_numbers_of_their_phrases():
    """A row's first words are known under the number that they have as a row of their own."""
    named = rows(tokens.read(["Read more: ships", "read more"])[0], 2)

    assert named.begun[0][1] == named.whole[1] == named.begun[1][1]


@pytest.mark.parametrize("size", [1, 20, 60])
def test_blocks_change_nothing(monkeypatch, size):
    """A page that is read in several blocks has the words and shapes that it has in one."""
    whole = tokens.read(TEXTS)
    monkeypatch.setattr(tokens, "BLOCK", size)

    for one, other in zip(whole, tokens.read(TEXTS), strict=True):
        assert all(np.array_equal(getattr(one, name), getattr(other, name)) for name in one.__dataclass_fields__)


def test_of_a_long_row_both_ends_are_read():
    """A paragraph of any length costs the same, and its last words are seen."""
    words, shapes = tokens.read(["word " * 5000 + "(Reuters)"])

    assert len(words.key) < 120
    assert words.key[-1] == keys("reuters")[0]
    assert shapes.counts.sum() < 500
