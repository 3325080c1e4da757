"""The running text of a page: trafilatura's, freed of what is another part of the article.

A JSON-LD `articleBody` that agrees with the page in length is taken only where the extraction found less than a
third of it: publishers put summaries, whole lists of related links or markup there.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from trafilatura import bare_extraction

from newstext.extract.tables import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newstext.html.page import Element

#: Taken out before extraction: captions are read apart, the rest is never prose.
_PRUNED = ["//figcaption", "//figure", "//time", "//nav", "//form", "//button", "//*[@rel='author']"]
_MARKUP = re.compile(r"<[^<>]{1,500}>")
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its remarks on odd pages are not for our users


def body(tree: Element, known: Iterable[str], declared: str = "") -> str:
    """Paragraphs joined by a blank line; `known` are texts of other parts (headline, captions) to leave out."""
    document = bare_extraction(tree, include_comments=False, include_tables=False, prune_xpath=_PRUNED)
    text = getattr(document, "text", None) or ""
    elsewhere = {fold(each) for each in known if each}
    kept = [line.strip() for line in text.split("\n") if line.strip() and fold(line.strip(" -")) not in elsewhere]
    read = "\n\n".join(kept)
    if len(read) < len(declared) / 3:
        return "\n\n".join(line for part in declared.split("\n") if (line := _MARKUP.sub(" ", part).strip()))
    return read
