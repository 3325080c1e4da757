"""Archives, compressed files and mail are read member by member; hostile ones end with a reason."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

import pytest
import zstandard

from newstext.errors import Unreadable
from newstext.formats import archives, detect, read, unpack
from newstext.source import Source

ROWS = b"\n".join(
    json.dumps({"title": f"Story {n}", "text": f"The council met {n} times on the bridge."}).encode()
    for n in range(250)
)


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return buffer.getvalue()


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name.replace("__", "."))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def articles(data: bytes, cursor: str | None = None) -> list[tuple[int, str]]:
    return [(d.position, d.headline) for unit in read(Source.of(data), cursor) for d in unit.drafts]


PACKED = {
    "gzip": gzip.compress(ROWS),
    "two gzip members": gzip.compress(ROWS[:20_000]) + gzip.compress(ROWS[20_000:]),
    "bzip2": bz2.compress(ROWS),
    "xz": lzma.compress(ROWS),
    "zstd": zstandard.compress(ROWS),
    "zip": zipped(a__jsonl=ROWS),
    "tar": tarred(a__jsonl=ROWS),
    "tar.gz": gzip.compress(tarred(a__jsonl=ROWS)),
    "gz in zip": zipped(a__jsonl__gz=gzip.compress(ROWS)),
}


@pytest.mark.parametrize("name", PACKED)
def test_packed_files_are_read_and_resumed_like_plain_ones(name):
    """Positions go on through all parts, and every cursor gives exactly the rest."""
    units = list(read(Source.of(PACKED[name])))
    expected = [(n, f"Story {n}") for n in range(250)]

    assert [(d.position, d.headline) for unit in units for d in unit.drafts] == expected
    assert articles(PACKED[name], units[0].cursor) == expected[100:]
    assert articles(PACKED[name], units[1].cursor) == expected[200:]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_members_are_counted_on_and_bad_ones_are_named(pack):
    """A member that holds nothing is refused under its name; the next one's articles are numbered on."""
    data = pack(a__jsonl=ROWS[:300], junk__png=b"\x89PNG\r\n\x1a\n" + bytes(200), b__jsonl=ROWS[:300])

    units = list(read(Source.of(data)))

    positions = [draft.position for unit in units for draft in unit.drafts]
    assert positions == sorted(set(positions))
    assert [r.member for unit in units for r in unit.refused if r.kind == "binary"] == ["junk.png"]
    assert articles(data, units[0].cursor) == [(d.position, d.headline) for unit in units[1:] for d in unit.drafts]


def test_a_member_without_a_name_is_read():
    """A name that begins with a NUL is empty to those who read zips, and the member is a file all the same."""
    packed = zipped(NNNN=ROWS, other__jsonl=ROWS).replace(b"NNNN", b"\0NNN")

    assert sum(len(unit.drafts) for unit in read(Source.of(packed, "a.zip"))) == 500


def test_names_that_lead_out_of_an_archive_are_labels():
    """Nothing is written, so `../` leads nowhere; links are passed over."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        info = tarfile.TarInfo("../../etc/cron.d/x\n\x1b[31m")
        info.size = len(ROWS[:300])
        archive.addfile(info, io.BytesIO(ROWS[:300]))

    units = list(read(Source.of(buffer.getvalue())))

    assert [r.kind for unit in units for r in unit.refused if r.member == "link"] == ["no-file"]
    assert sum(len(unit.drafts) for unit in units) > 0
    assert all("\x1b" not in (r.member or "") for unit in units for r in unit.refused)


def kind_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        list(read(Source.of(data)))
    return problem.value.kind


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd", "zip", "tar.gz"])
def test_truncated_archives_give_what_they_hold_and_say_so(name):
    """What was read before the cut stays; the cut itself is a refusal, or the reason why there is nothing."""
    assert ending(PACKED[name][: len(PACKED[name]) // 2]) == "truncated"


def ending(data: bytes) -> str:
    """The kind of the last refusal, whether articles stand before it or not."""
    try:
        *_, last = read(Source.of(data))
    except Unreadable as problem:
        return problem.kind
    return last.refused[-1].kind


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_compressed_zeros_are_no_text(compress):
    """A bomb of zeros is known by its first bytes."""
    assert kind_of(compress(bytes(20_000_000))) in {"binary", "empty"}


def test_bombs_run_out(monkeypatch):
    """A file that unpacks beyond the limit stops there, with what it gave so far."""
    monkeypatch.setattr(unpack, "UNPACKED_BYTES", 5_000_000)
    monkeypatch.setattr(unpack.Unpacked.__init__, "__defaults__", (5_000_000,))

    units = list(read(Source.of(gzip.compress(ROWS * 400))))

    assert units[-1].refused[-1].kind == "bomb"
    assert sum(len(unit.drafts) for unit in units) > 1_000


def test_decoders_may_not_ask_for_gigabytes():
    """A zstd frame names the memory its decoder needs: beyond the limit it is refused."""
    params = zstandard.ZstdCompressionParameters(window_log=30)
    frame = zstandard.ZstdCompressor(compression_params=params).compressobj().compress(b"x" * 100)

    wide = zstandard.ZstdCompressor(compression_params=params).compressobj()
    assert kind_of(frame + wide.compress(ROWS) + wide.flush()) == "truncated"


def test_nesting_ends():
    """An archive inside archives inside archives is refused."""
    data = ROWS
    for _ in range(5):
        data = zipped(a=data)

    assert kind_of(data) == "too-deep"


def test_zip_directory_is_bounded():
    """A directory that would fill the memory is not opened."""
    data = bytearray(zipped(a=ROWS))
    end = data.rfind(b"PK\x05\x06")
    data[end + 12 : end + 16] = (archives.DIRECTORY_BYTES + 1).to_bytes(4, "little")

    assert kind_of(bytes(data)) == "too-many"


def attached(rows: int) -> str:
    """A message with two exports as attachments."""
    row = 'Story {n},"The council voted on Tuesday to keep bridge {n}."\n'
    csv = "title,text\n" + "".join(row.format(n=n) for n in range(rows))
    part = f'--x\nContent-Type: text/csv; name=a.csv\nContent-Disposition: attachment; filename="a.csv"\n\n{csv}\n'
    return (
        "From desk@paper.example Mon Jan 11 10:00:00 2010\nFrom: desk@paper.example\nTo: x@y.example\nSubject: Two\n"
        f'Date: Mon, 11 Jan 2010 10:00:00 +0000\nContent-Type: multipart/mixed; boundary="x"\n\n{part}{part}--x--\n\n'
    )


@pytest.mark.parametrize("rows", [3, 250])
def test_attachments_in_an_archived_mbox_are_all_read(rows):
    """Three containers deep, each puts its own cursor on a unit: none of them may read another's."""
    data = zipped(mails=(attached(rows) * 2).encode(), more=ROWS)
    units = list(read(Source.of(data)))
    found = [draft.position for unit in units for draft in unit.drafts]
    middle = units[len(units) // 2]
    rest = [draft.position for unit in read(Source.of(data), middle.cursor) for draft in unit.drafts]

    assert found[: 4 * rows] == list(range(4 * rows))
    assert len(set(found)) == len(found)
    assert rest == [draft.position for unit in units[len(units) // 2 + 1 :] for draft in unit.drafts]


def test_a_zip_that_only_speaks_of_word_is_a_zip():
    """`word/` in a text, as in a link to `/forgot-password/`, makes no Word file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("page.txt", "See /forgot-password/ and word/document.xml\n" * 5)

    assert detect(Source.of(made.getvalue(), "pages.zip")).name == "zip"


@pytest.mark.parametrize("mark", ["META-INF/container.xml", "datapackage.json"], ids=["epub", "wacz"])
def test_what_a_package_keeps_of_itself_is_no_article(mark):
    """Books and packages of web archives hold lists of their parts: prose in them is not read."""
    prose = b"The council voted on Tuesday to keep the old bridge open to traffic until repairs begin in May. " * 6
    page = b"<html><body><article><h1>Bridge stays open</h1><p>" + prose + b"</p></article></body></html>"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("archive/page.html", page)
        out.writestr(mark, prose)
        out.writestr("META-INF/x.txt" if mark.startswith("META") else "pages/x.txt", prose)

    drafts = [draft for unit in read(Source.of(made.getvalue())) for draft in unit.drafts]
    assert [draft.headline for draft in drafts] == ["Bridge stays open"]


def test_mbox_holds_messages():
    """Each message is read for itself: a page of text under its subject, an export as an export."""
    prose = "The council voted on Tuesday to keep the old bridge open to traffic until the repair begins.\n\n" * 8
    message = (
        "From desk@paper.example Mon Jan 11 10:00:00 2010\nFrom: desk@paper.example\nTo: x@y.example\n"
        "Subject: =?utf-8?q?Br=C3=BCcke_bleibt?=\nDate: Mon, 11 Jan 2010 10:00:00 +0000\n\n"
    )

    units = list(read(Source.of(f"{message}{prose}\n{message}{prose}\n".encode())))

    found = [draft for unit in units for draft in unit.drafts]
    assert [(draft.position, draft.stated.published) for draft in found] == [
        (0, "Mon, 11 Jan 2010 10:00:00 +0000"),
        (1, "Mon, 11 Jan 2010 10:00:00 +0000"),
    ]
    assert units[0].format == "mbox/mail"
