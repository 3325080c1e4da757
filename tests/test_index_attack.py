"""Articles that aim at the near-duplicate index by its public hash miss one whose hash is keyed."""

import random

from bench.index_attack import baits, stories, tried
from workers.index import Limits
from workers.index.packing import NEAR_SLOTS


def test_a_keyed_index_keeps_the_pairs_that_an_attacker_would_hide(redis_url):
    """Hundreds of texts made for the buckets of some stories' keys hide no copy of them where a secret is set."""
    source, articles = random.Random(3), 1_000
    victims, copies = stories(source)
    aimed = list(baits(victims, Limits(articles=articles).articles * 10 // NEAR_SLOTS, 500, source))

    _, _, found = tried(articles, "a secret of the desk", aimed, victims, copies)

    assert found == len(copies)
