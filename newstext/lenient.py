r"""JSON as it stands in the wild: `NaN`, whole numbers of any length, and escapes of half a character.

`"\ud800"` is valid JSON of no valid text: it can be neither stored nor printed. Such halves become U+FFFD before the
parser sees them, as a decoder of bytes would have put them.
"""

from __future__ import annotations

import json
import re

#: An escaped pair, a half alone, or any other escape, which is passed over whole: `\\ud800` is a backslash and letters.
_ESCAPE = re.compile(
    r"\\(?:(?P<pair>u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|(?P<other>.))",
    re.DOTALL,
)


def loads(text: str, *, strict: bool = True) -> object:
    """The value of a JSON text; `strict=False` lets control characters stand in strings.

    Raises ValueError, and RecursionError where it is nested some thousand times.
    """
    return json.loads(whole(text), strict=strict)


def whole(text: str) -> str:
    """A JSON text without halves of characters."""
    return _ESCAPE.sub(_whole, text) if may_be_halved(text) else text


def may_be_halved(text: str) -> bool:
    """Whether there is an escape that could be half a character: seldom, and then mostly a whole pair."""
    return "\\ud" in text or "\\uD" in text


def _whole(escape: re.Match[str]) -> str:
    return "\\ufffd" if escape["half"] else escape[0]
