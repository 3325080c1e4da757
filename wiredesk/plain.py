"""Text that steers nothing: what a terminal, or the direction of writing, would obey is written out."""

from __future__ import annotations

import re

#: Controls of both sets but tab and line end, DEL, line and paragraph separators, marks and overrides of direction.
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """The text with what steers a terminal written out; line ends stay."""
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
