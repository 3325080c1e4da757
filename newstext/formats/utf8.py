"""A source as UTF-8, for formats that stream: their separators are bytes only in encodings that extend ASCII."""

from __future__ import annotations

import dataclasses
import io

from newstext.encoding import decode, wide
from newstext.formats.base import whole
from newstext.source import Source


def as_utf8(source: Source) -> Source:
    """The source itself or, when it is UTF-16 or UTF-32, one of the same text in UTF-8 (read whole for that)."""
    if not wide(source.head):
        return source
    data = decode(whole(source)).text.encode()
    return dataclasses.replace(source, stream=io.BytesIO(data), size=len(data))
