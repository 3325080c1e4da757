from __future__ import annotations

import random

import pytest

from newstext.account import account
from newstext.compare import Text, read


def prose(words: int, seed: int = 1) -> str:
    source = random.Random(seed)
    return " ".join("".join(source.choices("aeioulnrst", k=4)) for _ in range(words))


def rates(seed: int) -> str:
    source = random.Random(seed)
    return " ".join(f"{month} {source.randrange(6000, 7000)}" for month in ("MAY", "JUL", "SEP", "DEC") * 6)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (prose(300), prose(300), "The words of the two bodies are the same."),
        (prose(300), prose(300, 2), "They are different stories."),
        (prose(300), prose(300) + " late", "A copy with light editing"),
        (prose(300), " ".join(prose(300).split()[:100]), "All of it stands in the other"),
        (rates(1), rates(2), "of its figures agree"),
        (prose(50), prose(50, 2), "A short text (50 words)"),
    ],
)
def test_the_account_says_what_decided(old, new, said):
    """The sentence that decided stands in the account."""
    assert said in " ".join(account(read(Text(new)), read(Text(old))).reasons)


def test_the_account_shows_shared_passages_and_the_difference():
    """Spans are those of the two bodies, the earlier first."""
    old, new = prose(100), prose(40, 3) + " " + prose(100)

    found = account(read(Text(new)), read(Text(old)))

    assert [p.words for p in found.passages] == [100]
    assert new[slice(*found.passages[0].later)] == old[slice(*found.passages[0].earlier)] == old
    assert [p.change.value for p in found.pieces] == ["inserted", "same"]
