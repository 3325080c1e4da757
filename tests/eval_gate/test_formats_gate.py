"""The labelled exports, feeds and web archives of ../shared: floors that may rise, not fall.

Every export gives its exact number of articles. What is not exact elsewhere is the label's: four entries' texts, pages
in HTML, are kept among the feeds and labelled with the nothing that a feed reader finds; one record of extracted text
is empty (its page's text stands in a script); two archives are labelled as below.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench/formats.py"


@pytest.fixture(scope="module")
def result(shared):
    found = importlib.util.spec_from_file_location("bench_formats", BENCH)
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module.score(module.cases(shared))


# Of the archives two are labelled with the nothing that one library reads of their odd gzips: there is a page in each.
@pytest.mark.parametrize(
    ("kind", "inexact"),
    [("export", 0), ("export as text", 0), ("feed", 4), ("feed-unit", 0), ("news-sitemap", 0), ("warc", 3)],
)
def test_files_give_their_number_of_articles(result, kind, inexact):
    """The count of a file is exact."""
    assert result.files[kind] - result.exact[kind] <= inexact


@pytest.mark.parametrize("kind", ["export", "export as text", "feed", "feed-unit"])
def test_articles_are_found(result, kind):
    """No labelled article is missing; of the archives one record holds nothing."""
    assert result.found[kind] == result.counted[kind]


@pytest.mark.parametrize("kind", ["export", "export as text"])
def test_exports_state_headline_and_date(result, kind):
    """Of the labelled articles 99 % have their headline, 98 % their day (some headlines stand twice in a file)."""
    assert result.headlines[kind] >= 0.99 * result.articles[kind]
    assert result.dates[kind] >= 0.98 * result.articles[kind]
