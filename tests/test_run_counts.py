"""A run counts and writes every article that its files gave, however far behind it reads."""

import io
import json
import zipfile

import pytest
from runner_kit import Crew

from producers.outcomes import Outcomes
from wiredesk import keys, streams
from wiredesk.cli._paths import Found
from wiredesk.cli._run import Run
from workers.table import STAGES

#: Entries of a stream that one read takes here.
BATCH = 100
#: Three reads and a little.
ARTICLES = 3 * BATCH + 20


@pytest.fixture(autouse=True)
def _short_reads(monkeypatch):
    monkeypatch.setattr(streams, "BATCH", BATCH)


@pytest.fixture
def crew(settings):
    made = Crew(settings, STAGES)
    yield made
    made.close()


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "rows.zip"
    rows = [json.dumps({"title": f"Story {n}", "text": f"The council met {n} times."}) for n in range(ARTICLES)]
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.jsonl", "\n".join(rows[:150]))
        file.writestr("b.jsonl", "\n".join(rows[150:]))
    return Found(path, path.name)


def test_a_run_that_reads_behind_counts_every_article(redis, desk, crew, archive):
    """The file's last event is read with the first articles: those behind them are still counted and written."""
    lines = io.BytesIO()
    run = Run(desk, lines)
    driving = run.drive([archive])
    next(driving)
    crew.drain(redis)
    list(driving)

    assert run.summary().articles == ARTICLES
    assert len({json.loads(line)["id"] for line in lines.getvalue().splitlines()}) == ARTICLES


def test_a_run_joins_a_file_that_others_began(redis, desk, crew, archive):
    """Of a file that was half published before, a run gives all articles once."""
    next(Run(desk).drive([archive]))
    for stage in STAGES:
        crew.hand(stage.name)._claim_and_run()
    late = Run(desk)
    driving = late.drive([archive])
    next(driving)
    crew.drain(redis)
    list(driving)

    assert redis.xlen(keys.FILES) == 1
    assert (late.summary().articles, late.summary().known) == (ARTICLES, 1)


def test_articles_that_were_trimmed_unread_are_told(redis, desk, crew, archive):
    """What left the streams before the run read it is missing from the output, and the summary says how much."""
    run = Run(desk)
    driving = run.drive([archive])
    next(driving)
    crew.drain(redis)
    redis.xtrim(keys.ARTICLES, maxlen=100, approximate=False)
    list(driving)

    summary = run.summary()
    assert summary.missed == ARTICLES - summary.articles > 0


def test_entries_of_other_programs_end_no_run(redis, desk, crew, archive):
    """On a desk whose streams others write to as well, a run and a wait for outcomes go on and count their own."""
    run, watched = Run(desk), Outcomes(redis)
    driving = run.drive([archive])
    next(driving)
    watched.expect(redis.zrange(keys.OPEN, 0, 0)[0].decode())
    for stream in keys.STREAMS:
        redis.xadd(stream, {"hello": "x"})
    crew.drain(redis)
    list(driving)

    assert run.summary().articles == ARTICLES
    assert [status.articles + status.copies for status in watched.look()] == [ARTICLES]
