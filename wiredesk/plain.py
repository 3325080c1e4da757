"""Text for people: a count with its noun, and text that steers nothing.

What a terminal, or the direction of writing, would obey is written out.
"""

from __future__ import annotations

import re

#: Controls of both sets but tab and line end, DEL, line and paragraph separators, marks and overrides of direction.
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def many(count: int, thing: str) -> str:
    """``1 file``, ``2,000 stories``, ``3 copies``."""
    if count == 1:
        return f"1 {thing}"
    stories = thing.endswith("y") and thing[-2] not in "aeiou"
    return f"{count:,} {thing[:-1]}ies" if stories else f"{count:,} {thing}s"


def visible(text: str) -> str:
    """The text with what steers a terminal written out; line ends stay."""
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
