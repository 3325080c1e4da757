from __future__ import annotations

import random

import pytest

from newstext.compare import Text, Thresholds, judge, judge_estimate, measure, read
from newstext.fingerprint import Estimate


def prose(words: int, seed: int = 1) -> list[str]:
    source = random.Random(seed)
    return ["".join(source.choices("aeioulnrst", k=4)) for _ in range(words)]


def reading(words: list[str], publisher: str | None = None):
    return read(Text(" ".join(words), publisher))


STORY = prose(400)


@pytest.mark.parametrize(
    ("new", "relation"),
    [
        (STORY, "exact"),
        (["updated", *STORY], "near"),
        (STORY[:200], "contained"),
        (STORY + prose(300, 2), "contains"),
        (STORY[:300] + prose(130, 3), "version"),
        (prose(400, 4), None),
        (STORY[:150] + prose(250, 5), None),
    ],
)
def test_a_relation_is_named_by_what_is_shared(new, relation):
    """Copies, cuts, extensions, versions and other stories are told apart by containment, length and Jaccard."""
    judged = judge(reading(new), reading(STORY))

    assert (judged.relation if judged else None) == relation


def test_a_later_text_of_the_same_paper_is_a_version():
    """What a paper prints again with a change is an update of its own story; the same from another is a copy."""
    new = [*STORY, "correction"]

    assert judge(reading(new, "The Daily"), reading(STORY, "the daily")).relation == "version"
    assert judge(reading(new, "The Herald"), reading(STORY, "The Daily")).relation == "near"


def test_a_short_template_with_other_numbers_is_another_story():
    """Two market reports of one frame differ in their figures; an edited brief keeps them."""
    frame = (
        "Shares in Oslo closed at {} on Tuesday after {} were traded, the exchange said, with the index at {} points"
    )
    text = frame.format("101.5", "12,300", "877.1") + " " + " ".join(prose(40))

    other = read(Text(text.replace("101.5", "99.2").replace("12,300", "9,100").replace("877.1", "850.4")))
    edited = read(Text(text.replace("the exchange said", "said the exchange")))

    assert judge(other, read(Text(text))) is None
    assert judge(edited, read(Text(text))).relation == "near"


def test_measures_are_symmetric():
    """Which text comes first changes the relation's name, not the figures."""
    a, b = reading(STORY), reading(STORY[:250] + prose(80, 9))

    assert measure(a, b) == measure(b, a)


def test_thresholds_are_the_callers():
    """A desk that wants copies alone raises the threshold."""
    version = STORY[:300] + prose(130, 3)

    assert judge(reading(version), reading(STORY), Thresholds(same=0.8)) is None


@pytest.mark.parametrize(
    ("estimate", "new", "old", "relation"),
    [
        (Estimate(0.9, 0.95), 400, 410, "near"),
        (Estimate(0.45, 1.0), 200, 400, "contained"),
        (Estimate(0.45, 1.0), 400, 200, "contains"),
        (Estimate(0.4, 0.57), 400, 400, "version"),
        (Estimate(0.2, 0.33), 400, 400, None),
        (Estimate(0.6, 0.75), 80, 80, None),
    ],
)
def test_a_text_that_is_gone_is_judged_by_its_sketch(estimate, new, old, relation):
    """The estimate decides as the texts would, but a short text must be a plain copy: its numbers are unknown."""
    judged = judge_estimate(estimate, new, old)

    assert (judged.relation if judged else None) == relation
    assert judged is None or judged.estimated
