"""What is remembered of texts: short ones alone, so that no page raises what a process holds."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from io import BytesIO

import pytest

from newstext.article import Origin
from newstext.extract import extract
from newstext.formats import read
from newstext.remembered import remembered
from newstext.source import Source


def test_short_texts_are_remembered():
    """A text that comes again is not worked out again."""
    asked = []
    again = remembered(8, longest=5)(lambda text: asked.append(text) or text.upper())

    assert [again("short"), again("short"), again("longer"), again("longer")] == ["SHORT", "SHORT", "LONGER", "LONGER"]
    assert asked == ["short", "longer", "longer"]


@pytest.mark.parametrize("line", ["Bridge stays open, says the council. " * 3_000, "x" * 100_000, "HARBOUR " * 12_000])
@pytest.mark.parametrize(
    "page", ["Bridge open\n\n{0}\n\nBy {0}\n", "<html><body><h1>Bridge</h1><p>{0}</p><p>By {0}</p>"]
)
def test_no_long_line_stays_behind(page, line):
    """After a page with a line of 100 KB no function of the process holds a text of a tenth of that."""
    data = page.format(line).encode()

    for unit in read(Source(BytesIO(data), len(data)), None):
        for draft in unit.drafts:
            extract(draft, Origin())

    assert max(map(len, _held())) < 10_000


def _held() -> Iterator[str]:
    """The texts that caches of functions hold, as arguments or results."""
    for cache in [each for each in gc.get_objects() if isinstance(each, _lru_cache_wrapper)]:
        for entries in [each for each in gc.get_referents(cache) if isinstance(each, dict)]:
            for entry in entries.items():
                yield from (text for text in (*entry, *gc.get_referents(*entry)) if isinstance(text, str))
