r"""Bytes to text: which encoding, what was wrong with it, and no more repair than is sure.

The order, each step only when the ones before do not hold:

1. a byte order mark;
2. UTF-16/32 without a mark, known by where its NULs stand;
3. ISO-2022-JP, the encoding of Japanese mail, known by its escapes: it is ASCII to every other test;
4. strict UTF-8, then UTF-8 with a few foreign bytes in it (a page pasted together from two systems);
5. the encoding that the file declares (XML declaration, `<meta charset>`, a mail's or a web record's header);
6. Windows-1252, when the bytes make words in it, or the code page of the language that these are in;
7. detection (charset-normalizer) on a sample.

The text that comes out has `\n` line ends, no NULs, no control characters, no lone surrogates. Direction marks,
zero-width joiners and combining marks stay: they are part of the text. Everything that was changed beyond line
ends is noted in a sentence.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

import charset_normalizer
import ftfy

from newstext.codepages import own_page

#: Bytes of the text that detection looks at: charset-normalizer needs ~0.1 s for this much, minutes for 50 MB.
SAMPLE_BYTES = 32_768

#: Foreign bytes in a UTF-8 text are pardoned up to one in so many of its well-formed non-ASCII characters: a
#: legacy text has hardly any well-formed sequence, a pasted page hardly any malformed one.
PARDON = 4

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: What a label means in practice (the WHATWG encoding standard's supersets), where Python takes it literally.
_LABELS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}

#: How the outside knows them.
_NAMES = {
    **{f"cp{page}": f"windows-{page}" for page in (1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 874)},
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "big5hkscs": "big5",
    "iso8859-2": "iso-8859-2",
    "iso2022_jp_ext": "iso-2022-jp",
}
_CODECS = {name: codec for codec, name in _NAMES.items()}

#: What detection may answer: encodings that news is kept in (it also knows EBCDIC pages and the like, which
#: only ever match by accident).
_DETECTABLE = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("iso8859_2", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8", "koi8_r", "koi8_u", "mac_roman", "cp866"),
    *("cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "euc_kr"),
]

_DECLARATION = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})"""
    rb"""|<meta[^>]{0,300}?charset\s*=\s*(?:["']\s*)?([\w.:-]{2,40})""",
    re.IGNORECASE,
)

_PAGE = re.compile(rb"\s*<(?:!doctype html|html|head)\b", re.IGNORECASE)
#: Bytes of a page in which it may declare its encoding: browsers read on to the end of its head.
_PAGE_HEAD = 65_536

_SCRUB = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udfff]")
_LINE_ENDS = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028")
#: In UTF-8: controls beyond ASCII, lone surrogates, what is no character.
_ODD_BYTES = (re.compile(rb"\xc2[\x80-\x9f]"), re.compile(rb"\xed[\xa0-\xbf]"), re.compile(rb"\xef\xbf[\xbe\xbf]"))
_CONTROLS = bytes(sorted({*range(0x20), 0x7F} - {0x09, 0x0A}))
_FOREIGN = re.compile(r"[\udc80-\udcff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_MOJIBAKE_LEADS = "\u00c2\u00c3\u00e2\u00d0\u00d1\u00d8\u00d9"
_MOJIBAKE = re.compile(f"[{_MOJIBAKE_LEADS}][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u2122]")
#: Symbols where letters belong: inside a word, or at an edge where no Western text puts them (`m³`, `¿Qué`, `«a»` do).
_SYMBOL_IN_WORD = re.compile(r"[^\W\d_][\xa1-\xbf\xd7\xf7][^\W\d_]|[^\W\d_]{2}[³¹²£]|[±¶¼¾¦¬][^\W\d_]|[^\W\d_][±¶¼¾¦¬]")
#: Kana are a third and more of any Japanese text, and hardly a character of one that is decoded wrongly.
_KANA, _KANA_SHARE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]"), 5
#: How ISO-2022-JP passes to Japanese.
_SHIFT = re.compile(rb"\x1b\$(?:[@B]|\(D)")
_HIGH_RUN = re.compile(r"[\x80-\xff]{4,}")

#: A foreign byte in a UTF-8 text is one of Windows-1252, or nothing that can be told.
_FOREIGN_AS_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


class Decoded(NamedTuple):
    """The text, the name of its encoding as the outside knows it, and a sentence for each repair."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None, *, controls: bool = False) -> Decoded:
    """Decode bytes of any encoding; never fails. `declared` outranks a declaration in the bytes themselves.

    With `controls` the control characters stay (wire services frame their stories with them).
    """
    text, encoding, notes = _raw(data, declared)
    repaired, repairs = _unscramble(text)
    text = scrub(repaired, controls=controls)
    dropped = len(repaired) - len(text)
    if dropped > 0 and (dropped := dropped - repaired.count("\r\n")) > 0:
        repairs = (*repairs, f"{dropped} control characters were removed")
    return Decoded(text, _NAMES.get(encoding, encoding), (*notes, *repairs))


def scrub(text: str, *, controls: bool = False) -> str:
    r"""Text with `\n` line ends and without what no news text holds: NULs, controls, lone surrogates, marks."""
    if text.isascii() and len(text) == len(text.encode().translate(None, _CONTROLS)):
        return text  # nearly all rows and many pages, at a twentieth of the time
    for end in _LINE_ENDS:  # a plain search for each is faster than one pattern for all
        text = text.replace(end, "\n")
    text = text.replace("\u2029", "\n\n").replace("\ufeff", "")
    if controls or not _unprintable(text):
        return text
    return _SCRUB.sub(lambda found: "\ufffd" if found[0] >= "\ud800" and found[0] < "\ue000" else "", text)


def _unprintable(text: str) -> bool:
    """Whether a text may hold what `_SCRUB` takes out: asked of its bytes, which are searched faster."""
    data = text.encode("utf-8", "surrogatepass")
    return len(data) != len(data.translate(None, _CONTROLS)) or any(odd.search(data) for odd in _ODD_BYTES)


def codec(encoding: str) -> str:
    """Python's codec for an encoding that `decode` named, for a reader that goes on by itself, line by line."""
    return _CODECS.get(encoding, encoding)


def declared_in(head: bytes) -> str | None:
    """The encoding that markup declares of itself within its first bytes."""
    near = head[:4096]
    found = _DECLARATION.search(near)
    if found is None and _PAGE.match(near):  # behind scripts and styles in the head of a page
        found = _DECLARATION.search(head[:_PAGE_HEAD])
    return (found[1] or found[2]).decode("ascii") if found else None


def _raw(data: bytes, declared: str | None) -> tuple[str, str, tuple[str, ...]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], encoding)
    if unmarked := _unmarked(data):
        return _lenient(data, unmarked)
    if escaped := _escaped(data):
        return escaped
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        return _nearly_utf8(data) or _as_declared(data, declared) or _as_found(data)


def _lenient(data: bytes, encoding: str) -> tuple[str, str, tuple[str, ...]]:
    text = data.decode(encoding, "replace")
    broken = text.count("\ufffd")
    return text, encoding, (f"{broken} characters could not be decoded as {encoding}",) if broken else ()


def wide(head: bytes) -> bool:
    """Whether these first bytes are of UTF-16 or UTF-32: encodings in which line ends are not single bytes."""
    marked = any(head.startswith(mark) for mark, name in _MARKS if name != "utf-8")
    return marked or _unmarked(head) is not None


def _unmarked(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: in Western text every second byte, or three of four, are NULs."""
    sample = data[:4096]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    shares = [sample[offset::4].count(0) / len(sample[offset::4]) for offset in range(4)]
    low, high = 0.05, 0.7
    for encoding, nuls in (
        ("utf-32-le", (False, True, True, True)),
        ("utf-32-be", (True, True, True, False)),
        ("utf-16-le", (False, True, False, True)),
        ("utf-16-be", (True, False, True, False)),
    ):
        if all(share > high if nul else share < low for share, nul in zip(shares, nuls, strict=True)):
            return encoding
    return None


def _escaped(data: bytes) -> tuple[str, str, tuple[str, ...]] | None:
    """ISO-2022-JP, with the katakana of half width that mail has beside the standard."""
    if b"\x1b$" not in data or not data.isascii() or not _SHIFT.search(data):
        return None
    text, encoding, notes = _lenient(data, "iso2022_jp_ext")
    return None if text.count("\ufffd") * 100 > len(text) else (text, encoding, notes)


def _nearly_utf8(data: bytes) -> tuple[str, str, tuple[str, ...]] | None:
    text = data.decode("utf-8", "surrogateescape")
    foreign = len(_FOREIGN.findall(text))
    if foreign * PARDON > len(_NOT_ASCII.findall(text)) - foreign:
        return None
    note = f"{foreign} bytes that are not UTF-8 were read as windows-1252"
    return text.translate(_FOREIGN_AS_CP1252), "utf-8", (note,)


def _as_declared(data: bytes, declared: str | None) -> tuple[str, str, tuple[str, ...]] | None:
    label = declared or declared_in(data)
    try:
        name = codecs.lookup(label).name if label else None
    except (LookupError, ValueError):  # the latter: a label with a NUL in it
        return None
    if name is None or name.startswith("utf"):
        return None
    name = _LABELS.get(name, name)
    try:
        text, _, notes = _lenient(data, name)
    except (LookupError, UnicodeError):  # a codec that is not text to text (`hex`), or that knows no `replace`
        return None
    broken = text.count("\ufffd")
    return None if broken * 100 > len(text) else (text, name, notes)


def _as_found(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    sample = _telling(data)
    western = sample.decode("cp1252", "replace")
    letters = sum(map(str.isalpha, western)) or 1
    odd = western.count("\ufffd") + len(_SYMBOL_IN_WORD.findall(western)) + len(_HIGH_RUN.findall(western))
    if odd * 200 <= letters and len(_NOT_ASCII.findall(western)) * 4 < letters:
        page = own_page(western)
        return _taken_for(data, page) if page else _lenient(data, "cp1252")
    return _taken_for(data, _japanese(sample) or _detected(sample))


def _taken_for(data: bytes, encoding: str) -> tuple[str, str, tuple[str, ...]]:
    text, _, notes = _lenient(data, codecs.lookup(encoding).name)
    name = _NAMES.get(encoding, encoding)
    return text, codecs.lookup(encoding).name, (*notes, f"the encoding is not declared: taken for {name}")


def _japanese(sample: bytes) -> str | None:
    """The Japanese encoding in which a sample is full of kana. Detection knows these encodings by their plain tables: a
    circled digit or a Roman numeral, which vendors added, makes it give them up.
    """
    for encoding in ("cp932", "euc_jp"):
        text = sample.decode(encoding, "replace")
        if _KANA_SHARE * len(_KANA.findall(text)) > len(_NOT_ASCII.findall(text)) and text.count("\ufffd") * 100 < len(
            text
        ):
            return encoding
    return None


def _detected(sample: bytes) -> str:
    best = charset_normalizer.from_bytes(sample, cp_isolation=_DETECTABLE, enable_fallback=False).best()
    return best.encoding if best else "cp1252"


def _telling(data: bytes) -> bytes:
    """The first lines that hold anything beyond ASCII: the rest tells nothing of the encoding."""
    lines, size = [], 0
    for line in data[: 32 * SAMPLE_BYTES].splitlines(keepends=True):
        if not line.isascii():
            lines.append(line[: SAMPLE_BYTES - size])
            size += len(line)
        if size >= SAMPLE_BYTES:
            break
    return b"".join(lines)


def _unscramble(text: str) -> tuple[str, tuple[str, ...]]:
    """Undo UTF-8 that was once read as Windows-1252, line by line where ftfy is sure."""
    if not any(lead in text for lead in _MOJIBAKE_LEADS) or not _MOJIBAKE.search(text):
        return text, ()
    lines = text.split("\n")
    mended = [ftfy.fix_encoding(line) if _MOJIBAKE.search(line) else line for line in lines]
    changed = sum(before != after for before, after in zip(lines, mended, strict=True))
    note = f"{changed} lines of UTF-8 that had been read as windows-1252 were repaired"
    return "\n".join(mended), (note,) if changed else ()
