"""Whatever arrives, the desk lives on and says what became of it: a sample of `python -m tests.hostile`."""

import msgspec
import pytest

from newstext.errors import Unreadable
from newstext.formats import read
from newstext.source import Source
from tests.hostile import cases, trial

#: Of kinds x formats: some hundred files, other ones than yesterday's would be no test that can be trusted.
SHARE = 0.012
#: Kinds of the files built to hurt, one of each sort that ends within a second.
STRUCTURES = (
    "entity a billion laughs in rss", "entity a file in nitf", "json of depth 1,000,000", "html of depth 10,000",
    "zstd bomb of 16 GiB", "zip of depth 40", "zip that boasts its size", "tar with a symlink", "warc of length '-1'",
    "json lone surrogates", "parquet of a long foot", "mail of bad words",
)  # fmt: skip


@pytest.fixture(scope="module")
def desk():
    with trial.desk() as opened:
        yield opened


def test_sample_of_all_kinds_in_all_formats(desk):
    """Each file ends as published or rejected with a sentence; no worker dies or grows."""
    tried = list(cases.sample((case for case in cases.cases() if case.carrier != "structure"), SHARE))
    seen = [desk.try_bytes(case.kind, case.carrier, *case.make()) for case in tried]

    assert len(seen) > 200
    assert [(one.kind, one.carrier, one.wrong) for one in seen if one.wrong] == []


@pytest.mark.parametrize("kind", STRUCTURES)
def test_files_built_to_hurt(desk, kind):
    """Bombs, depth, entities and lies end with an article or a reason."""
    (case,) = (case for case in cases.matching(kind) if case.kind == kind and case.carrier == "structure")
    seen = desk.try_bytes(case.kind, case.carrier, *case.make())

    assert seen.outcome in {"published", "partly", "rejected"}
    assert seen.wrong == []


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
