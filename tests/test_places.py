from __future__ import annotations

from wiredesk import keys, places
from wiredesk.connection import client
from wiredesk.export.source import published


def test_every_published_article_is_found_where_it_stands(produced):
    """By its id alone, whichever stream it went to; ids that nothing was published under give nothing."""
    redis = client(produced)
    wanted = {message.id: (message.stream, message.entry) for message in published(redis, "0")}
    file = next(iter(wanted)).rpartition("-")[0]

    found = places.messages(redis, [*wanted, f"{file}-999", "nonsense", f"{file}--1"])

    assert {message.id: (message.stream, message.entry) for message in found} == wanted


def test_a_story_knows_its_articles(produced):
    """The original first, whichever was published first; a story of one article has it alone."""
    redis = client(produced)
    stories = {}
    for message in published(redis, "0"):
        stories.setdefault(message.fields[b"story"].decode(), set()).add(message.id)

    found = {story: places.story(redis, story) for story in stories}

    assert all(articles[0] == story for story, articles in found.items())
    assert {story: set(articles) for story, articles in found.items()} == stories


def test_places_go_when_their_entries_may(produced, settings):
    """They outlive the receipt where entries do, and stay no longer."""
    redis = client(produced)
    kept = max(settings.keep_receipts, settings.keep_stream_age)

    lives = [redis.ttl(key) for kind in ("file:*:entries", "story:*") for key in redis.keys(keys.PREFIX + kind)]

    assert lives
    assert all(kept - 86_400 < life <= kept for life in lives)
