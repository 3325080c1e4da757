"""Files that hold no text: told apart by their first bytes, and refused in words that name what they are."""

from __future__ import annotations

from newstext.encoding import wide
from newstext.errors import Unreadable

#: First bytes of files that get dropped into an inbox by mistake, and what to do about them where there is a way.
_KINDS = (
    (b"%PDF", "a PDF: export its text first (for example with pdftotext)"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF media file"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Office document: save it as .docx or as text"),
    (b"SQLite format 3", "a SQLite database"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"7z\xbc\xaf", "a 7z archive: zip, tar, gzip, bzip2, xz and zstd are read"),
    (b"Rar!", "a RAR archive: zip, tar, gzip, bzip2, xz and zstd are read"),
)

#: Bytes that text does not hold, beside the framing of wire services (SOH STX ETX ... DC1-DC4 SYN FS-US) and ESC.
_NO_TEXT = bytes(
    sorted({*range(0x20), 0x7F} - set(b"\t\n\v\f\r\x1a\x1b\x01\x02\x03\x04\x11\x12\x13\x14\x16\x1c\x1d\x1e\x1f"))
)

#: Random bytes hold one in eighteen of those, packed ones one in nine; the worst text seen (a page with stray NULs) one
#: in two hundred.
_SHARE = 0.02


def unreadable(head: bytes) -> Unreadable:
    """What to say of bytes that no format takes."""
    for magic, kind in _KINDS:
        if head.startswith(magic):
            return Unreadable("binary", f"not a text but {kind}")
    return Unreadable("binary", "not a text: these bytes are no encoding of any")


def is_binary(head: bytes) -> bool:
    """Whether bytes are no text in any encoding: pictures and programs, or what is still packed."""
    if any(head.startswith(magic) for magic, _ in _KINDS if len(magic) > 2):
        return True
    return len(head) - len(head.translate(None, _NO_TEXT)) > _SHARE * len(head) and not wide(head)
