from __future__ import annotations

import json
import random

import pytest
from click.testing import CliRunner

from newstext.calibrate import borderline, histogram, score, what_if
from newstext.compare import Text
from wiredesk.cli import group


def prose(words: int, seed: int = 1) -> list[str]:
    source = random.Random(seed)
    return ["".join(source.choices("aeioulnrst", k=4)) for _ in range(words)]


def shared(share: float, seed: int) -> Text:
    """A text of 300 words, so many of which stand in all of them at the start."""
    kept = int(300 * share)
    return Text(" ".join(prose(300)[:kept] + prose(300 - kept, seed)))


@pytest.fixture
def texts():
    return [Text(" ".join(prose(300))), shared(0.95, 2), shared(0.6, 3), shared(0.5, 4), Text(" ".join(prose(300, 5)))]


def test_pairs_are_scored_by_their_containment(texts):
    """Each pair that shares a key has its measures; one without anything in common is no pair."""
    scored = score(texts)

    assert {(p.earlier, p.later) for p in scored if p.same} == {(0, 1), (0, 2), (1, 2)}
    assert all(4 not in (p.earlier, p.later) for p in scored)
    assert sum(b.pairs for b in histogram(scored)) == len(scored)


def test_the_borderline_pairs_are_those_nearest_to_the_line(texts):
    """Sorted by their distance from what was asked, on either side."""
    close = borderline(score(texts), 2)

    assert all(abs(p.margin) < 0.1 for p in close)


def test_another_line_is_told_by_what_it_changes(texts):
    """A lower line joins more, a higher one fewer."""
    lower, now, higher = what_if(score(texts), [0.4, 0.54, 0.9])

    assert (lower.more > 0, lower.fewer) == (True, 0)
    assert (now.more, now.fewer) == (0, 0)
    assert (higher.more, higher.pairs) == (0, 1)


def test_texts_further_apart_than_the_window_are_no_pair():
    """A text that recurs after the window is not scored."""
    body = " ".join(prose(100))

    assert score([Text(body, when=0.0), Text(body, when=1000.0)], window=999) == []


def test_calibrate_reads_files_and_names_the_pairs(tmp_path, texts):
    """The command needs no Redis; JSON carries the histogram, the pairs and the thresholds."""
    rows = tmp_path / "rows.jsonl"
    rows.write_text(
        "".join(json.dumps({"title": f"t{i}", "text": t.body}) + "\n" for i, t in enumerate(texts)), "utf-8"
    )

    found = json.loads(CliRunner().invoke(group, ["calibrate", str(rows), "--json"], catch_exceptions=False).stdout)

    assert (found["articles"], len(found["histogram"])) == (5, 20)
    assert {p["later"] for p in found["borderline"]} <= {f"rows.jsonl#{i}" for i in range(4)}
    assert "what another threshold would change" in CliRunner().invoke(group, ["calibrate", str(rows)]).stdout
