"""Bare names beside a headline that the splitter took for furniture."""

from itertools import accumulate

import pytest

from newstext.article import Audit, Draft, Evidence, Label, Line, Mark, Origin, Unit
from newstext.extract import extract
from newstext.extract.beside import complete


def read(*between, label=Label.FURNITURE):
    lines, spans = ["Harbour bridge opens", *between, "The bridge opened on Wednesday after a year."], []
    for text in lines:
        start = spans[-1][1] + 1 if spans else 0
        spans.append((start, start + len(text)))
    labels = [Label.HEADLINE, *[label] * len(between), Label.BODY]
    told = {"headline": Evidence("lines", spans[0]), "body": Evidence("lines", spans[-1])}
    draft = Draft(0, (0, spans[-1][1]), lines[-1], headline=lines[0], evidence=told)
    shown = [Line(span, name) for span, name in zip(spans, labels, strict=True)]
    unit = Unit([draft], Audit(), lines=shown, text="\n".join(lines))
    complete(unit)
    marks = [mark for mark in unit.drafts[0].marks if mark.label is Label.BYLINE]
    return [(mark.text, unit.text[slice(*mark.span)]) for mark in marks]


def test_bare_name_after_a_headline_is_a_byline():
    """A line that is a name and nothing else, with a date beside it, is marked where it stands."""
    assert read("Ann Poe", "3 March 2024") == [("Ann Poe", "Ann Poe")]


def test_bare_name_that_nothing_speaks_for_is_left_out():
    """Two words alone may be anything: without a date, a role or a given name they are no byline."""
    assert read("Share", "Ferry Quay") == []
    assert read("Share", "Ann Poe") == [("Ann Poe", "Ann Poe")]


def test_cue_alone_on_a_line_makes_the_next_a_byline():
    """`By` alone belongs to the line after it."""
    assert read("By", "Ann Poe") == [("By Ann Poe", "Ann Poe")]


@pytest.mark.parametrize(
    "line", ["Middle East", "Breaking News", "(Ann Poe / Reuters)", "New York", "KEY POINTS", "20"]
)
def test_sections_places_and_credits_are_no_names(line):
    """Two capitals are not enough: what pages call their parts, towns and photographers are left out."""
    assert read(line) == []


def test_lines_of_a_page_compete():
    """Of two lines that may name the writer the one for which more speaks is marked, the other is not."""
    assert read("By Ann Poe", "3 March 2024", "Share", "Ferry Quay", "Print", "Rob Roe") == [
        ("By Ann Poe", "By Ann Poe")
    ]


def test_writers_may_stand_a_line_each():
    """Names for which as much speaks, one below the other, are all marked."""
    assert [text for text, _ in read("By Ann Poe", "By Rob Roe", "3 March 2024")] == ["By Ann Poe", "By Rob Roe"]


def test_lines_that_have_a_label_of_their_own_stay():
    """A caption that is a name stays a caption."""
    assert read("Ann Poe", label=Label.CAPTION) == []


def test_page_of_many_articles_costs_each_as_much():
    """Lines far from an article are not looked at: names on them are none of its own."""
    far = ["Ann Poe", "3 March 2024", *[f"Tide table {number}" for number in range(600)]]
    lines = [*far, "Harbour bridge opens", "The bridge opened on Wednesday after a year."]
    ends = list(accumulate(len(line) + 1 for line in lines))
    spans = [(end - len(line) - 1, end - 1) for line, end in zip(lines, ends, strict=True)]
    told = {"headline": Evidence("lines", spans[-2]), "body": Evidence("lines", spans[-1])}
    shown = [Line(span, Label.FURNITURE) for span in spans[:-2]]
    shown += [Line(spans[-2], Label.HEADLINE), Line(spans[-1], Label.BODY)]
    draft = Draft(0, (spans[-2][0], spans[-1][1]), lines[-1], headline=lines[-2], evidence=told)
    complete(Unit([draft], Audit(), lines=shown, text="\n".join(lines)))

    assert draft.marks == []


def test_agency_alone_in_a_storys_head_stands_for_the_writer():
    """A page of text whose head names nobody but an agency is credited to it, as printed."""
    told = {"split": Evidence("lines"), "headline": Evidence("lines", (0, 20)), "body": Evidence("lines", (60, 99))}
    marks = [Mark(Label.TIMESTAMP, (22, 50), "The Associated Press / 3 March 2024")]
    article = extract(Draft(0, (0, 99), "The bridge opened.", headline="Bridge", evidence=told, marks=marks), Origin())

    assert (article.bylines, article.agencies) == (["The Associated Press"], ["AP"])
