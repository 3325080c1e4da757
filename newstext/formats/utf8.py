r"""A source as UTF-8 with `\n`, for formats that stream: they look for line ends as bytes.

That holds in every encoding that extends ASCII. UTF-16 and UTF-32, and files whose lines end with CR alone, are
converted, and read whole for that.
"""

from __future__ import annotations

import dataclasses
import io

from newstext.encoding import decode, wide
from newstext.formats.base import whole
from newstext.source import Source


def as_utf8(source: Source) -> Source:
    """The source itself or, where its line ends are not bytes, one of the same text in UTF-8."""
    if not wide(source.head) and (b"\r" not in source.head or b"\n" in source.head):
        return source

    def converted() -> bytes:
        return decode(whole(source)).text.encode()

    data = source.keep("utf-8", None, converted)
    return dataclasses.replace(source, stream=io.BytesIO(data), size=len(data))
