"""What happens to a file on its way: cut, filled up, re-coded, packed, misnamed. Each kind takes bytes and ending."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
from collections.abc import Callable, Iterator

import zstandard

from tests.hostile.carriers import tarred, zipped

#: A file's bytes and ending, before and after.
File = tuple[bytes, str]
Damage = Callable[[bytes, str], File]

ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-32-be",
    "utf-7",
    "cp037",
    "cp437",
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "latin-1",
    "iso8859-2",
    "iso8859-15",
    "koi8-r",
    "mac-roman",
    "shift-jis",
    "euc-jp",
    "iso2022-jp",
    "euc-kr",
    "gb18030",
    "big5",
    "hz",
)

MAGIC = {
    "PNG": b"\x89PNG\r\n\x1a\n",
    "JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "GIF": b"GIF89a",
    "ELF": b"\x7fELF\x02\x01\x01",
    "EXE": b"MZ\x90\x00",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "ZIP": b"PK\x03\x04",
    "GZIP": b"\x1f\x8b\x08\x00",
    "BZIP2": b"BZh91AY&SY",
    "XZ": b"\xfd7zXZ\x00",
    "ZSTD": b"\x28\xb5\x2f\xfd",
    "7Z": b"7z\xbc\xaf\x27\x1c",
    "RAR": b"Rar!\x1a\x07\x01\x00",
    "OLE": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "MP3": b"ID3\x03\x00",
    "OGG": b"OggS\x00",
    "SQLite": b"SQLite format 3\x00",
    "Parquet": b"PAR1",
    "pickle": b"\x80\x04\x95",
    "class": b"\xca\xfe\xba\xbe",
    "wasm": b"\x00asm",
    "RTF": b"{\\rtf1",
    "WARC": b"WARC/1.0\r\n",
    "shebang": b"#!/bin/sh\n",
    "XML": b"<?xml version='9.9'?>",
    "doctype": b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
}

BOMS = {
    "UTF-8": b"\xef\xbb\xbf",
    "UTF-8 twice": b"\xef\xbb\xbf" * 2,
    "UTF-16 LE": b"\xff\xfe",
    "UTF-16 BE": b"\xfe\xff",
    "UTF-32 LE": b"\xff\xfe\x00\x00",
    "UTF-32 BE": b"\x00\x00\xfe\xff",
    "UTF-7": b"+/v8",
    "GB18030": b"\x84\x31\x95\x33",
}

BAD_BYTES = {
    "NUL": b"\x00",
    "NULs": b"\x00" * 4096,
    "continuation": b"\x80",
    "lead": b"\xc3",
    "overlong": b"\xc0\xaf",
    "overlong NUL": b"\xc0\x80",
    "surrogate": b"\xed\xa0\x80",
    "beyond": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "FE FF": b"\xfe\xff",
    "cut emoji": b"\xf0\x9f\x98",
    "BOM": b"\xef\xbb\xbf",
    "escape": b"\x1b",
    "SUB": b"\x1a",
    "latin": b"\xe9",
}

PACKS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "gzip": (gzip.compress, "gz"),
    "gzip twice": (lambda data: gzip.compress(gzip.compress(data)), "gz.gz"),
    "gzip ten times": (lambda data: _times(gzip.compress, data, 10), "gz"),
    "bzip2": (bz2.compress, "bz2"),
    "xz": (lzma.compress, "xz"),
    "zstd": (zstandard.compress, "zst"),
    "zip": (lambda data: zipped({"a.txt": data}), "zip"),
    "zip ten times": (lambda data: _times(lambda inner: zipped({"a.zip": inner}), data, 10), "zip"),
    "zip out of its folder": (lambda data: zipped({"../../a.txt": data, "/etc/b.txt": data}), "zip"),
    "zip of odd names": (
        lambda data: zipped({"a\x1b[31m.txt": data, "\u202etxt.a": data, "-rf": data, " ": data}),
        "zip",
    ),
    "tar": (lambda data: tarred({"a.txt": data}), "tar"),
    "tar out of its folder": (lambda data: tarred({"../../a.txt": data}), "tar"),
    "tar in zip in gzip": (lambda data: gzip.compress(zipped({"a.tar": tarred({"a.txt": data})})), "gz"),
}

ENDINGS = (
    "",
    "txt",
    "html",
    "json",
    "jsonl",
    "csv",
    "xml",
    "zip",
    "gz",
    "docx",
    "rtf",
    "parquet",
    "warc",
    "mbox",
    "md",
    "exe",
)

LINE_ENDS = {
    "CR": b"\r",
    "CRLF": b"\r\n",
    "CRCRLF": b"\r\r\n",
    "LFCR": b"\n\r",
    "NEL": b"\xc2\x85",
    "U+2028": b"\xe2\x80\xa8",
    "none": b" ",
}


def damages() -> Iterator[tuple[str, Damage]]:
    """Every kind: its name, and what it does."""
    yield from _lengths()
    yield from _bytes()
    for name, bom in BOMS.items():
        yield f"BOM {name}", lambda data, ending, bom=bom: (bom + data, ending)
    for name, magic in MAGIC.items():
        yield f"magic {name}", lambda data, ending, magic=magic: (magic + data, ending)
        yield f"magic {name} over", lambda data, ending, magic=magic: (magic + data[len(magic) :], ending)
    for name in ENCODINGS:
        yield f"encoding {name}", lambda data, ending, name=name: (_recoded(data, name), ending)
    for name, line_end in LINE_ENDS.items():
        yield f"line ends {name}", lambda data, ending, end=line_end: (data.replace(b"\n", end), ending)
    for name, (pack, more) in PACKS.items():
        yield f"packed {name}", lambda data, ending, pack=pack, more=more: (pack(data), f"{ending}.{more}")
    for named in ENDINGS:
        yield f"ending .{named}", lambda data, _, named=named: (data, named)


def _lengths() -> Iterator[tuple[str, Damage]]:
    """Cut, repeated, turned around, parts missing or swapped."""
    for share in (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97):
        yield f"cut at {share:.0%}", lambda data, ending, share=share: (data[: int(len(data) * share)], ending)
        yield f"begins at {share:.0%}", lambda data, ending, share=share: (data[int(len(data) * share) :], ending)
    for count in (1, 2, 3, 5, 8):
        yield f"{count} bytes missing", lambda data, ending, count=count: (data[:-count], ending)
        yield f"first {count} bytes", lambda data, ending, count=count: (data[:count], ending)
    for times in (2, 30):
        yield f"{times} times", lambda data, ending, times=times: (data * times, ending)
    yield "turned around", lambda data, ending: (data[::-1], ending)
    yield "nothing", lambda _, ending: (b"", ending)
    yield "every second byte", lambda data, ending: (data[::2], ending)
    yield "each byte twice", lambda data, ending: (bytes(b for byte in data for b in (byte, byte)), ending)
    yield "hole in the middle", lambda data, ending: (data[: len(data) // 3] + data[len(data) // 2 :], ending)
    yield "zeros in the middle", lambda data, ending: (_holed(data), ending)
    yield "halves swapped", lambda data, ending: (data[len(data) // 2 :] + data[: len(data) // 2], ending)


def _bytes() -> Iterator[tuple[str, Damage]]:
    """Bytes put in, and bits turned."""
    for name, bad in BAD_BYTES.items():
        for where, place in (("first", 0.0), ("within", 0.43), ("last", 1.0)):
            yield f"{name} {where}", lambda data, ending, bad=bad, place=place: (_with(data, bad, place), ending)
    for seed in range(8):
        yield f"bits turned {seed}", lambda data, ending, seed=seed: (_turned(data, seed, 1 + seed * 4), ending)
        yield f"bytes strewn {seed}", lambda data, ending, seed=seed: (_strewn(data, seed, 1 + seed * 4), ending)
        yield f"pieces shuffled {seed}", lambda data, ending, seed=seed: (_shuffled(data, seed), ending)
    yield "random tail", lambda data, ending: (data + random.Random(1).randbytes(3_000), ending)
    yield "random head", lambda data, ending: (random.Random(2).randbytes(3_000) + data, ending)
    yield "all random", lambda data, ending: (random.Random(len(data)).randbytes(len(data)), ending)
    yield "capitals", lambda data, ending: (data.upper(), ending)
    yield "eighth bit set", lambda data, ending: (bytes(byte | 0x80 for byte in data), ending)
    yield "eighth bit lost", lambda data, ending: (bytes(byte & 0x7F for byte in data), ending)


def _times(pack: Callable[[bytes], bytes], data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = pack(data)
    return data


def _recoded(data: bytes, encoding: str) -> bytes:
    return data.decode("utf-8", "replace").encode(encoding, "replace")


def _holed(data: bytes) -> bytes:
    third = len(data) // 3
    return data[:third] + bytes(third) + data[2 * third :]


def _with(data: bytes, bad: bytes, place: float) -> bytes:
    at = int(len(data) * place)
    return data[:at] + bad + data[at:]


def _turned(data: bytes, seed: int, times: int) -> bytes:
    chance, held = random.Random(seed), bytearray(data)
    for _ in range(times if held else 0):
        held[chance.randrange(len(held))] ^= 1 << chance.randrange(8)
    return bytes(held)


def _strewn(data: bytes, seed: int, times: int) -> bytes:
    chance = random.Random(seed)
    for _ in range(times):
        data = _with(data, bytes([chance.randrange(256)]), chance.random())
    return data


def _shuffled(data: bytes, seed: int) -> bytes:
    """Eight to 64 pieces in another order."""
    chance, count = random.Random(seed), 8 + 8 * seed
    size = max(1, len(data) // count)
    pieces = [data[n : n + size] for n in range(0, len(data), size)]
    chance.shuffle(pieces)
    return b"".join(pieces)
