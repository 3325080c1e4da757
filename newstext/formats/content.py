"""How a web record's content is packed: what servers squeezed for browsers is unpacked here, to a bound.

warcio undoes gzip and deflate by itself. Some archives keep the header of a content that they unpacked: what is text
already is left as it is.
"""

from __future__ import annotations

import importlib
import io

import zstandard

from newstext.errors import Unreadable
from newstext.formats.base import PIECE_BYTES
from newstext.formats.binary import is_binary

#: What warcio undoes itself, or what means nothing.
_UNDONE = ("gzip", "deflate", "identity", "none", "")
#: The window of zstd that RFC 9659 lets servers use.
_WINDOW = 8 << 20
#: Bytes of a content by which it is told whether it is text.
_LOOKED_AT = 4096


def is_undone(packing: str) -> bool:
    """Whether warcio's own reader of a record's content gives it unpacked."""
    return packing in _UNDONE


def content_of(data: bytes, packing: str) -> bytes:
    """A record's content as text in bytes; `Unreadable` where it cannot be unpacked, or is no text."""
    if not is_undone(packing):
        try:
            data = _unpacked(data, packing)
        except Unreadable:
            if is_binary(data[:_LOOKED_AT]):
                raise
    if is_binary(data[:_LOOKED_AT]):
        raise Unreadable("binary", "the record holds no text but binary data")
    return data


def _unpacked(data: bytes, packing: str) -> bytes:
    try:
        if packing == "br":
            return _brotli(data)
        if packing == "zstd":
            return _zstd(data)
    except ImportError as problem:
        raise Unreadable("packed", "the record is packed: `pip install 'brotli>=1.2'` reads brotli") from problem
    except Exception as problem:  # brotli's own error is known only where brotli is
        raise Unreadable("packed", f"the record is said to be packed as {packing} and cannot be unpacked") from problem
    raise Unreadable("packed", f"the record is packed in an unknown way: {packing[:40]}")


def _zstd(data: bytes) -> bytes:
    reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
        io.BytesIO(data), read_across_frames=True
    )
    text = reader.read(PIECE_BYTES + 1)
    if not text:
        raise ValueError("cut off")
    return text


def _brotli(data: bytes) -> bytes:
    """Unpacked brotli, as much as a record may have: the library is no dependency of ours but of what fetches pages."""
    decoder = importlib.import_module("brotli").Decompressor()
    text = bytes(decoder.process(data, output_buffer_limit=PIECE_BYTES + 1))
    if not decoder.is_finished() and len(text) <= PIECE_BYTES:
        raise ValueError("cut off")
    return text
