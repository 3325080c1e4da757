"""`wiredesk replay` judges again: whose story an article is by today's thresholds."""

import json
from dataclasses import replace

import pytest
from index_kit import prose
from outputs import drain, submitted

from wiredesk import keys, places
from workers import replay
from workers.desk import Desk

STORY = prose(300)
ROWS = [{"text": " ".join(STORY)}, {"text": " ".join(STORY[:200] + prose(100, 2))}, {"text": " ".join(prose(300, 3))}]


@pytest.fixture
def files(redis, settings):
    """A story, one that shares two thirds of its words, and another, a file each, published by the real stages."""
    found = [submitted(settings, f"{n}.jsonl", json.dumps(row).encode()) for n, row in enumerate(ROWS)]
    drain(settings)
    return found


@pytest.fixture
def replayed(settings):
    """What a replay by other settings published: each file's relation and story, where it changed."""

    def run(files, **changes):
        desk = Desk.open(replace(settings, **changes))
        seen = []
        for difference in replay.look(desk, files):
            replay.commit(desk, difference)
            seen += [(c.after.relation, c.after.story) for c in difference.of("changed")]
        desk.close()
        return seen

    return run


def test_by_the_same_thresholds_nothing_changes(files, replayed):
    """What was judged is judged the same again."""
    assert replayed(files) == []


def test_a_stricter_line_makes_a_copy_a_story_of_its_own_and_back(files, replayed, redis):
    """A new version says so, the stories' articles follow, and the first line brings the copy back."""
    first, second = f"{files[0]}-0", f"{files[1]}-0"
    assert places.story(redis, first) == [first, second]

    assert replayed(files, same_story=0.9) == [("original", second)]
    assert places.story(redis, first) == [first]
    assert replayed(files) == [("version", first)]
    assert places.story(redis, first) == [first, second]
    assert redis.xlen(keys.ARTICLES) == 2


def test_a_copy_that_became_an_original_is_one_for_later_copies(files, replayed, redis, settings):
    """The index knows it from then on."""
    strict = {"same_story": 0.9}
    replayed(files, **strict)
    later = submitted(settings, "later.jsonl", json.dumps({"text": ROWS[1]["text"] + " late"}).encode())
    drain(replace(settings, **strict))

    (message,) = places.messages(redis, [f"{later}-0"])

    assert message.article.story == f"{files[1]}-0"


def test_an_article_whose_match_has_expired_keeps_what_it_was_told(files, replayed, redis):
    """Without the other text there is nothing to judge on."""
    redis.delete(*redis.keys("wiredesk:take:*"), keys.ARTICLES)

    assert replayed(files[1:2], same_story=0.9) == []
