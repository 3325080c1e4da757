"""The hostile files that docs/formats.md promises an end of, a row each: bombs, entities, depth, length, cuts, lies."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.cases import Case, cases
from tests.hostile.trial import Seen

#: What is shown of all kinds; a kind of contents or damage with the formats that it is shown in.
BUILT = (
    *("gzip bomb of 1 GiB", "xz bomb of 1 GiB", "zstd bomb of 16 GiB", "zip bomb of 1 GiB", "zip bombs in a zip"),
    *("docx bomb", "gzip of spaces in json", "zip of depth 40", "gzip of depth 40", "zip of 60,000 empty members"),
    *("tar of 20,000 members", "entity a billion laughs in rss", "entity a billion laughs in nitf"),
    *("entity a quadratic text in feed", "entity a file in nitf", "entity a file in rss", "entity a file in html"),
    *("entity an address in newsMessage", "entity a foreign subset in urlset", "json of depth 1,000,000"),
    *("json objects of depth 1,000,000", "json line of depth 1,000,000", "html of depth 1,000,000"),
    *("xml of depth 1,000,000", "nitf of depth 1,000,000", "rtf of depth 1,000,000", "mail parts of depth 500"),
    *("zip that boasts its size", "zip that hides its size", "tar that boasts its size"),
    *("warc of length '-1'", "warc of length '99999999999999999999'", "parquet of a long foot"),
    *("nexis that counts 9,000 articles", "factiva that counts 9,000 articles", "documents counted as 5,000"),
    *("an article of 99,999 words", "long txt blank lines", "long txt word"),
)
CUT = ("gzip", "bzip2", "xz", "zstd", "zip", "tar", "warc", "parquet", "docx", "mbox")
GIANT = ("line of 50 MB", "zip bomb of 8 GiB")


def promised() -> Iterator[Case]:
    """These files, in the order of the corpus."""
    for case in cases():
        if case.kind in BUILT or (case.kind == "cut at 50%" and case.carrier in CUT):
            yield case


HEAD = "| file | outcome | seconds | peak MiB | what is said |\n|---|---|---|---|---|"


def row(one: Seen) -> str:
    """What it is, how it ended, its seconds by the clock, the largest worker meanwhile, what was said."""
    kind = one.kind if one.carrier in ("structure", "path") else f"{one.carrier} {one.kind}"
    told = one.told.replace("|", "/")
    return f"| {kind} | {one.outcome} | {one.wall:.1f} | {one.memory >> 20} | {told} |"
