"""What holds for splitting whatever the page: characters, spacing, line ends, time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newstext.article import FURNITURE, Label
from newstext.split import split, split_all
from newstext.split.model import shipped

#: Lines as pages have them: prose, menus, stamps, blanks, other scripts, and what no page should have.
LINES = st.one_of(
    st.sampled_from(
        [
            "",
            "Home",
            "  • World",
            "Council votes to rebuild the bridge",
            "The council voted on Tuesday to rebuild the old harbour bridge, closed since a barge struck it.",
            "By Ann Lee",
            "07 Feb 2024 01:02:02 GMT9",
            "Ships wait off the port. (AP)",
            "市議会は火曜日、古い港の橋を再建することを決めた。橋は三月に船が衝突してから閉鎖されている。",
            "* * *",
        ]
    ),
    st.text(max_size=80),
)
PAGES = st.lists(LINES, max_size=40).map("\n".join)

#: Pages are read in milliseconds, the first one loads the model; no deadline, machines that test are busy.
calmly = settings(deadline=None, max_examples=50)


@calmly
@given(PAGES)
def test_every_character_is_accounted_for(text):
    """The lines cover the text, and what is not blank is counted exactly once."""
    unit = split(text)
    shown = [line for line in unit.lines if line.label is not Label.BLANK]

    assert "".join(text[a:b] for a, b in (line.span for line in unit.lines)) == text
    assert unit.audit.article + unit.audit.furniture + unit.audit.unassigned == sum(
        b - a for a, b in (x.span for x in shown)
    )


@calmly
@given(st.lists(PAGES, max_size=5))
def test_pages_read_together_are_read_as_alone(texts):
    """Nothing of a page depends on the pages that are read with it, but for the last bits of confidences."""
    assert list(map(shape, split_all(texts))) == [shape(split(text)) for text in texts]


def shape(unit):
    drafts = [(draft.headline, draft.body, draft.span, draft.captions, draft.marks) for draft in unit.drafts]
    return drafts, [(line.span, line.label, line.article) for line in unit.lines], unit.audit


@calmly
@given(PAGES)
def test_drafts_stand_in_the_text_in_order(text):
    """Articles do not overlap, and each paragraph of a body stands in its article's span."""
    drafts = split(text).drafts
    ends = [0, *(d.span[1] for d in drafts)]

    assert all(end <= d.span[0] < d.span[1] for end, d in zip(ends, drafts, strict=False))
    for draft in drafts:
        inside = " ".join(text[slice(*draft.span)].split())
        assert all(" ".join(p.split()) in inside for p in draft.body.split("\n\n"))


@calmly
@given(PAGES)
def test_line_ends_and_trailing_space_change_nothing(text):
    """A byte order mark, CR LF and spaces at line ends leave headlines and bodies as they were."""
    plain = [(d.headline, d.body) for d in split("\n".join(text.splitlines())).drafts]
    other = "\ufeff" + "  \r\n".join(text.splitlines())

    assert [(d.headline, d.body) for d in split(other).drafts] == plain


@calmly
@given(PAGES)
def test_confidence_is_a_share(text):
    """Confidences lie between 0 and 1, and furniture belongs to no article."""
    unit = split(text)

    assert all(0 <= line.confidence <= 1 for line in unit.lines)
    assert all(line.article is None for line in unit.lines if line.label in FURNITURE)
    assert all(0 <= e.confidence <= 1 for d in unit.drafts for e in d.evidence.values())


@pytest.mark.parametrize("text", ["", "\n", " \n\t\n", "\ufeff", "Home\nWorld\n"])
def test_a_page_without_prose_has_no_article(text):
    """Nothing, white space and a menu give no draft."""
    assert split(text).drafts == []


def test_time_grows_with_the_text_alone():
    """Eight times the lines take at most sixteen times as long: 20,000 lines against 2,500."""
    story = (
        "Bridge to be rebuilt\n\n" + "The council voted to rebuild the old bridge across the harbour by June.\n\n" * 8
    )
    shipped()
    took = []
    for times in (125, 1000):
        rounds = []
        for _ in range(3):
            start = time.process_time()
            split(story * times)
            rounds.append(time.process_time() - start)
        took.append(min(rounds))

    assert took[1] < 16 * took[0]
