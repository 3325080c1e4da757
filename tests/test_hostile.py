"""Whatever arrives, the desk lives on and says what became of it: a sample of `python -m tests.hostile`."""

import re
import subprocess
import sys

import msgspec
import pytest
from conftest import ROOT

from newstext.errors import Unreadable
from newstext.formats import read
from newstext.source import Source
from tests.hostile import cases


@pytest.mark.timeout(400)
def test_short_trial_goes_well():
    """Each file ends as published or rejected with a sentence; no worker dies or grows.

    In a process of its own: workers are forked, and would start with all that the test suite holds.
    """
    command = [sys.executable, "-m", "tests.hostile", "--short"]
    tried = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (tried.returncode, "WRONG" in tried.stdout) == (0, False), tried.stdout + tried.stderr
    assert re.search(r"files tried +3\d\d\b", tried.stdout)


def test_corpus_is_as_large_as_promised():
    """At least 300 kinds, in every format that the desk names but those that wrap others."""
    assert cases.kinds() >= 700
    assert cases.formats() >= 40


@pytest.mark.parametrize(
    ("kind", "carrier"),
    [("cut at 10%", "warc"), ("hole in the middle", "docx"), ("code cdata end", "atom"), ("code rtf halves", "rtf")],
)
def test_what_the_corpus_found(kind, carrier):
    """Files on which a library raised what nobody expected: each is read, or refused with a reason."""
    (case,) = (case for case in cases.matching(kind) if (case.kind, case.carrier) == (kind, carrier))
    data, name = case.make()
    try:
        drafts = [draft for unit in read(Source.of(data, name)) for draft in unit.drafts]
    except Unreadable as problem:
        assert str(problem)  # noqa: PT017  (a reason is one of the two right ends)
    else:
        assert msgspec.json.encode(drafts)
