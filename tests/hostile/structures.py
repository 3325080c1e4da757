"""Files that are hostile by their build: bombs, depth, length, entities, lying lengths. Made where they are tried.

Each kind writes one file of its own into a folder; large ones are written piece by piece, sparse ones as holes.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import zstandard

from tests.hostile.carriers import CARRIERS, tarred, zipped
from tests.hostile.contents import BODY, HEADLINE, SENTENCES

MEGABYTE = 1 << 20
LAUGHS = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
ENTITIES = {
    "a billion laughs": f'<!ENTITY a0 "lol">{LAUGHS}',
    "a quadratic text": f'<!ENTITY a9 "{"x" * 50_000}">',
    "a file": '<!ENTITY a9 SYSTEM "file:///etc/passwd">',
    "an address": '<!ENTITY a9 SYSTEM "http://127.0.0.1:1/x">',
    "a foreign subset": '<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;',
    "itself": '<!ENTITY a9 "&a9;">',
}
ROOTS = {
    "rss": "<rss><channel><item><title>{0}</title><description>{0}</description></item></channel></rss>",
    "feed": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{0}</title></entry></feed>',
    "nitf": "<nitf><body><body.content><p>{0}</p></body.content></body></nitf>",
    "newsMessage": '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{0}</itemSet></newsMessage>',
    "urlset": '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{0}</loc></url></urlset>',
    "html": "<html><body><p>{0}</p></body></html>",
    "newsitem": '<newsitem itemid="1"><title>{0}</title></newsitem>',
}


#: A kind's name, its file's name, and what makes its bytes when it is its turn.
Structure = tuple[str, str, Callable[[], bytes]]


def structures() -> Iterator[Structure]:
    """Kinds of at most some megabytes."""
    yield from _entities()
    yield from _deep()
    yield from _rows()
    yield from _bombs()
    yield from _lies()
    for name, data in _long():
        yield f"long {name}", f"long.{name.partition(' ')[0]}", data


def _entities() -> Iterator[Structure]:
    for name, entities in ENTITIES.items():
        for root, form in ROOTS.items():
            text = f'<?xml version="1.0"?><!DOCTYPE {root} [{entities}]>{form.format("&a9;")}'
            yield f"entity {name} in {root}", "a.xml", lambda text=text: text.encode()


def _deep() -> Iterator[Structure]:
    for count in (10_000, 1_000_000):
        yield f"json of depth {count:,}", "a.json", lambda count=count: b"[" * count + b"]" * count
        yield f"json objects of depth {count:,}", "a.json", lambda count=count: b'{"a":' * count + b"1" + b"}" * count
        yield (
            f"json line of depth {count:,}",
            "a.jsonl",
            lambda count=count: b'{"text":' + b"[" * count + b"]" * count + b"}\n" + _row(1),
        )
        yield (
            f"html of depth {count:,}",
            "a.html",
            lambda count=count: b"<html><body>" + b"<div>" * count + BODY.encode(),
        )
        yield (
            f"xml of depth {count:,}",
            "a.xml",
            lambda count=count: b"<rss><channel><item>" + b"<a>" * count + b"x" + b"</a>" * count,
        )
        yield f"nitf of depth {count:,}", "a.xml", lambda count=count: b"<nitf><body>" + b"<p>" * count + b"x"
        yield f"rtf of depth {count:,}", "a.rtf", lambda count=count: b"{\\rtf1" + b"{" * count + b"x" + b"}" * count
        yield f"quotes of depth {count:,}", "a.txt", lambda count=count: b"> " * count + BODY.encode()
    yield "mail parts of depth 500", "a.eml", lambda: _nested_mail(500)
    yield "gzip of depth 40", "a.gz", lambda: _nested(gzip.compress, BODY.encode(), 40)
    yield "zip of depth 40", "a.zip", lambda: _nested(lambda data: zipped({"a.zip": data}), BODY.encode(), 40)


def _row(number: int) -> bytes:
    return json.dumps({"title": f"{HEADLINE} {number}", "text": BODY, "id": number}).encode() + b"\n"


def _rows() -> Iterator[Structure]:
    row = {"title": HEADLINE, "text": BODY}
    odd: dict[str, str] = {
        "duplicate keys": '{"title":"a","title":"b","text":"c d e","text":"f g h"}',
        "NaN": '{"title":NaN,"text":Infinity,"body":-Infinity}',
        "large numbers": '{"title":123456789012345678901234567890,"text":1e400,"date":1e18}',
        "lone surrogates": '{"title":"\\ud800","text":"\\udc00 a b c \\ud83d"}',
        "escapes": '{"title":"\\u0000\\u001b[31m","text":"\\u202e\\ufffe a b c"}',
        "lists for text": json.dumps({"title": [1, 2], "text": ["a b c", {"x": None}]}),
        "objects for text": json.dumps({"title": {"a": 1}, "text": {"b": {"c": "d e f"}}}),
        "numbers for text": json.dumps({"title": 1, "text": 2.5, "published": 3, "author": 4, "url": 5}),
        "nothing for text": json.dumps(dict.fromkeys(["title", "text", "url", "published", "author"])),
        "true for text": json.dumps(dict.fromkeys(["title", "text", "url", "published", "author"], True)),
        "empty keys": json.dumps({"": "", " ": " ", "text": BODY}),
        "an array a line": "[1,2,3]\n[4]\n",
        "scalars": '1\n"x"\nnull\ntrue\n',
        "a comment": "// x\n" + json.dumps(row),
        "a trailing comma": json.dumps(row)[:-1] + ",}",
        "single quotes": str(row),
        "two values": json.dumps(row) + json.dumps(row),
        "broken lines": '{"title": "a"\n{"text": \n}\n' + json.dumps(row) + "\n{",
        "keys without end": json.dumps({f"k{n}": n for n in range(50_000)} | row),
        "a long key": json.dumps({"k" * MEGABYTE: 1} | row),
        "dates that are none": json.dumps(row | {"published": "9" * 5_000, "date": {"$date": []}}),
        "hosts that are none": json.dumps(row | {"url": "http://[", "source": "x" * 9_999}),
    }
    for name, text in odd.items():
        yield f"json {name}", "a.jsonl", lambda text=text: text.encode() + b"\n"
        yield f"json array {name}", "a.json", lambda text=text: f"[{text.strip()}]".encode()
    yield "csv of one quote", "a.csv", lambda: b'title,text\n"' + b"x,y\n" * 50_000
    yield "csv of 10,000 columns", "a.csv", lambda: b"title,text" + b",a" * 10_000 + b"\n" + b"b," * 10_000
    yield "csv of short rows", "a.csv", lambda: b"title,text,date\n" + b"a\n\n,\n,,,,\n" * 5_000
    yield "csv with NULs", "a.csv", lambda: b"title,text\na\0b,c\0d e f\n" * 900
    yield "rows of one file, 20,000", "a.jsonl", lambda: b"".join(map(_row, range(20_000)))


def _bombs() -> Iterator[Structure]:
    """A kilobyte or a megabyte that unpacks to a gigabyte and more."""
    yield "gzip bomb of 1 GiB", "a.txt.gz", lambda: gzip.compress(_zeros()) * 64
    yield "xz bomb of 1 GiB", "a.txt.xz", lambda: lzma.compress(_zeros()) * 64
    yield "zstd bomb of 16 GiB", "a.txt.zst", lambda: zstandard.compress(_zeros()) * 1024
    yield "zip bomb of 1 GiB", "a.zip", lambda: _zip_of(64, _zeros())
    yield "zip of 60,000 empty members", "a.zip", lambda: _zip_of(60_000, b"")
    yield "tar of 20,000 members", "a.tar", lambda: tarred({f"{n}.txt": b"x" for n in range(20_000)})
    yield "zip bombs in a zip", "a.zip", lambda: zipped({f"{n}.zip": _zip_of(8, _zeros()) for n in range(8)})
    yield "docx bomb", "a.docx", lambda: zipped({"word/document.xml": b"<w:document>" + b" " * 256 * MEGABYTE})
    yield "zstd with a window of 2 GiB", "a.zst", lambda: b"\x28\xb5\x2f\xfd\x00\xa8" + bytes(64)
    yield (
        "gzip of spaces in json",
        "a.jsonl.gz",
        lambda: gzip.compress(b'{"title":"x","text":"' + b" " * 64 * MEGABYTE + b'"}'),
    )


def _zeros() -> bytes:
    return bytes(16 * MEGABYTE)


def _zip_of(count: int, data: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", data)
    return held.getvalue()


def _lies() -> Iterator[Structure]:
    """Headers that promise what is not there."""
    archive = zipped({"a.txt": BODY.encode()})
    yield "zip that hides its size", "a.zip", lambda: archive.replace(struct.pack("<I", len(BODY)), b"\x01\0\0\0")
    yield (
        "zip that boasts its size",
        "a.zip",
        lambda: archive.replace(struct.pack("<I", len(BODY)), b"\xff\xff\xff\x7f"),
    )
    yield "zip of a foreign method", "a.zip", lambda: archive.replace(b"\x14\0\0\0\x08\0", b"\x14\0\0\0\x63\0")
    yield "zip with a lock", "a.zip", lambda: archive.replace(b"\x14\0\0\0\x08\0", b"\x14\0\x01\0\x08\0")
    yield "zip behind other bytes", "a.zip", lambda: b"MZ" * 900 + archive
    yield "zip with two directories", "a.zip", lambda: archive + archive
    for kind, carrier, said, lie in (
        ("nexis that counts 9,000 articles", "nexis-text", b"of 2 DOCUMENTS", b"of 9000 DOCUMENTS"),
        ("factiva that counts 9,000 articles", "factiva-xml", b'count="1"', b'count="9000"'),
        ("documents counted as 5,000", "nexis-uni", b"Documents (1)", b"Documents (5000)"),
        ("an article of 99,999 words", "nexis-text", b"1,355 words", b"99,999 words"),
    ):
        yield kind, "a.dat", lambda carrier=carrier, said=said, lie=lie: _made(carrier).replace(said, lie)
    for kind, name in (
        (tarfile.SYMTYPE, "symlink"),
        (tarfile.LNKTYPE, "link"),
        (tarfile.CHRTYPE, "device"),
        (b"x", "pax"),
    ):
        yield f"tar with a {name}", "a.tar", lambda kind=kind: _tar_of(kind)
    yield "tar that boasts its size", "a.tar", lambda: _tar_sized(1 << 40)
    for length in ("-1", "99999999999999999999", "x", ""):
        yield f"warc of length {length!r}", "a.warc", lambda length=length: _warc(length)
    yield "warc of no page", "a.warc", lambda: _warc("0") * 900
    yield (
        "mail without a boundary",
        "a.eml",
        lambda: b"From: a\nTo: b\nContent-Type: multipart/mixed\n\n" + BODY.encode(),
    )
    yield (
        "mail of a foreign charset",
        "a.eml",
        lambda: b"From: a\nTo: b\nContent-Type: text/plain; charset=x-y\n\n" + BODY.encode(),
    )
    yield (
        "mail of bad base64",
        "a.eml",
        lambda: b"From: a\nTo: b\nContent-Transfer-Encoding: base64\n\n" + BODY.encode(),
    )
    yield (
        "mail of bad words",
        "a.eml",
        lambda: b"From: =?x?y?z?=\nSubject: =?utf-8?b?////?=\nDate: x\n\n" + BODY.encode(),
    )
    yield "mail of headers alone", "a.eml", lambda: b"From: a\nTo: b\nSubject: " + b"c\n d" * 90_000
    yield "html of a foreign charset", "a.html", lambda: b"<html><meta charset=x-user-defined><p>" + BODY.encode()
    yield "html of UTF-16 by name", "a.html", lambda: b"<html><meta charset=utf-16><p>" + BODY.encode()
    yield "xml of a foreign charset", "a.xml", lambda: b'<?xml version="1.0" encoding="x-y"?><rss><channel/></rss>'
    yield "rtf of a long binary", "a.rtf", lambda: b"{\\rtf1 \\bin2147483647 " + BODY.encode() + b"}"
    yield "parquet without a foot", "a.parquet", lambda: b"PAR1" + bytes(4_000) + b"PAR1"
    yield "parquet of a long foot", "a.parquet", lambda: b"PAR1" + bytes(400) + b"\xff\xff\xff\x7fPAR1"
    yield "docx without a text", "a.docx", lambda: zipped({"word/document.xml": b"", "[Content_Types].xml": b"<x/>"})
    yield (
        "docx with entities",
        "a.docx",
        lambda: zipped({"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><w:document>&a;'}),
    )


def _made(carrier: str) -> bytes:
    """A healthy file of a format."""
    return next(each for each in CARRIERS if each.name == carrier).file(HEADLINE, BODY)


def _tar_of(kind: bytes) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    return held.getvalue()


def _tar_sized(size: int) -> bytes:
    info = tarfile.TarInfo("a.txt")
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT) + BODY.encode()


def _warc(length: str) -> bytes:
    return (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: x\r\nWARC-Target-URI: x\r\n"
        f"Content-Type: application/http\r\nContent-Length: {length}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<p>{BODY}\r\n\r\n"
    ).encode()


def _nested(pack: Callable[[bytes], bytes], data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = pack(data)
    return data


def _nested_mail(depth: int) -> bytes:
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return f"From: a\nTo: b\nMIME-Version: 1.0\n{head}Content-Type: text/plain\n\n{BODY}\n".encode()


def _long() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Megabytes of one thing, in the readers that take anything."""
    for ending, head in (
        ("txt", b""),
        ("html", b"<html><body><p>"),
        ("jsonl", b'{"title":"x","text":"'),
        ("csv", b"title,text\n"),
    ):
        yield f"{ending} word", lambda head=head: head + b"x" * 4 * MEGABYTE
        yield f"{ending} line", lambda head=head: head + SENTENCES[0].encode() * 50_000
        yield f"{ending} blanks", lambda head=head: head + b" " * 4 * MEGABYTE + b"x"
        yield f"{ending} blank lines", lambda head=head: head + b"\n" * 2 * MEGABYTE + b"x"
        yield f"{ending} NULs", lambda head=head: head + bytes(2 * MEGABYTE)
        yield f"{ending} angles", lambda head=head: head + b"<" * MEGABYTE
        yield f"{ending} ampersands", lambda head=head: head + b"&" * MEGABYTE
        yield f"{ending} quotes", lambda head=head: head + b'"' * MEGABYTE
        yield f"{ending} brackets", lambda head=head: head + b"[" * MEGABYTE
    yield "txt equal headlines, 100,000", lambda: f"{HEADLINE}\n\n".encode() * 100_000
    yield "txt datelines, 100,000", lambda: b"LONDON, May 3 (Reuters) - Bridge stays.\n" * 100_000
    yield "txt words, a line each, 1,000,000", lambda: b"bridge\n" * 1_000_000
    yield "txt combining marks, 1,000,000", lambda: b"a" + "\u0301".encode() * 1_000_000
    yield "txt by lines, 100,000", lambda: b"By Ann Writer\n" * 100_000


def giants(folder: Path) -> Iterator[tuple[str, Callable[[], Path]]]:
    """Kinds that no memory should hold: written to disk, one at a time; the caller removes each."""
    story, paragraph = f"{BODY}\n\n".encode() * 3_000, b"<p>bridge stays</p>" * 60_000
    text, row = b"bridge stays open " * 60_000, b'{"title":"x","text":"' + b"word " * 200_000
    yield "text of 1 GiB", lambda: _written(folder / "giant.txt", story, 1 << 30)
    yield "rows of 1 GiB in one line", lambda: _written(folder / "giant.jsonl", row, 1 << 30)
    yield "line of 50 MB", lambda: _written(folder / "line.txt", text, 50_000_000)
    yield "html of 200 MB", lambda: _written(folder / "giant.html", b"<html><body>" + paragraph, 200_000_000)
    yield "zip bomb of 8 GiB", lambda: _zip_bomb(folder / "giant.zip")
    yield "hole of 10 TiB", lambda: _hole(folder / "hole.txt", 10 << 40)
    yield "hole of 3 GiB", lambda: _hole(folder / "small-hole.txt", 3 << 30)


def _written(path: Path, piece: bytes, size: int) -> Path:
    with path.open("wb") as out:
        for _ in range(0, size, len(piece)):
            out.write(piece)
    return path


def _hole(path: Path, size: int) -> Path:
    with path.open("wb") as out:
        out.truncate(size)
    return path


def _zip_bomb(path: Path) -> Path:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.txt", "w", force_zip64=True) as member,
    ):
        for _ in range(512):
            member.write(bytes(16 * MEGABYTE))
    return path
