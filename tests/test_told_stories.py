"""Quotes with their speakers and the names of people, organisations and places, scored on stories of our own."""

import tomllib
from pathlib import Path

import pytest

from newstext.extract.mentions import mentions
from newstext.extract.quotes import quotes

STORIES = tomllib.loads((Path(__file__).parent / "data" / "told.toml").read_text("utf-8"))["story"]
KINDS = {"person": "people", "organisation": "organisations", "place": "places"}


def share(wanted, found):
    """Precision and recall of `found`, sets of anything."""
    return len(wanted & found) / len(found), len(wanted & found) / len(wanted)


def everywhere(read):
    """What `read` gives for each story, told apart by the story's number."""
    return {(number, *each) for number, story in enumerate(STORIES) for each in read(story)}


def test_quotes_are_found_whole():
    """Nearly all direct quotes are found with their exact words, and nothing else is taken for one."""
    wanted = everywhere(lambda story: [(text,) for text, _ in story["quotes"]])
    found = everywhere(lambda story: [(quote.text,) for quote in quotes(story["body"])])

    assert min(share(wanted, found)) >= 0.95


def test_speakers_are_named_where_the_text_names_them():
    """A speaker that is given is right; most that the text names are given."""
    wanted = everywhere(lambda story: [(text, who) for text, who in story["quotes"] if who])
    found = everywhere(lambda story: [(quote.text, quote.speaker) for quote in quotes(story["body"]) if quote.speaker])
    precision, recall = share(wanted, found)

    assert precision >= 0.9
    assert recall >= 0.9


@pytest.mark.parametrize(("kind", "least"), [("person", 0.9), ("organisation", 0.85), ("place", 0.8)])
def test_names_are_told_apart(kind, least):
    """Of each kind of name most are found, and what is given is of that kind."""
    wanted = everywhere(lambda story: [(name,) for name in story[KINDS[kind]]])
    found = everywhere(lambda story: [(each.text,) for each in mentions(story["body"]) if each.kind == kind])
    precision, recall = share(wanted, found)

    assert precision >= 0.9
    assert recall >= least
