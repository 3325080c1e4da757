"""An original that is given up after it claimed its story: no copy names what is never published."""

import json
from dataclasses import replace

import pytest
from index_kit import prose
from outputs import submitted
from runner_kit import Crew, end_leases

from wiredesk import keys
from workers.table import STAGES

STORY = " ".join(prose(200))


def failing(stage):
    """The stages, of which this one fails."""
    wrong = lambda _, calls: [RuntimeError("a fault of that hour") for _ in calls]  # noqa: E731
    return tuple(replace(one, run=wrong) if one.name == stage else one for one in STAGES)


def given_up(settings, redis):
    crew = Crew(settings, failing("extract"))
    submitted(settings, "first.txt", STORY.encode())
    crew.drain(redis)
    crew.close()


def killed(settings, redis):
    crew = Crew(replace(settings, retries=1), STAGES)
    submitted(settings, "first.txt", STORY.encode())
    for stage in ("split", "fingerprint"):
        crew.hand(stage)._claim_and_run()
    assert crew.hand("extract")._claimer.claim(8).jobs
    end_leases(redis)
    crew.hand("publish")._tick()
    crew.close()


@pytest.mark.parametrize("harm", [given_up, killed])
def test_copies_of_an_article_that_was_given_up_have_their_own_original(settings, redis, harm):
    """It failed, or killed its worker: the next copy is an original, and those after it name that one."""
    harm(settings, redis)
    assert (redis.xlen(keys.REJECTED), redis.xlen(keys.ARTICLES)) == (1, 0)
    crew = Crew(settings, STAGES)
    for n in range(3):
        submitted(settings, f"{n}.txt", f"{STORY} and then {n}".encode())
    crew.drain(redis)
    crew.close()

    (original,) = [json.loads(fields[b"body"])["id"] for _, fields in redis.xrange(keys.ARTICLES)]
    copies = [json.loads(fields[b"body"])["duplicate_of"] for _, fields in redis.xrange(keys.COPIES)]
    assert copies == [original, original]
