"""Files are told apart by their content and read in parts; nothing that is in them vanishes."""

import json

import pytest

from newstext.errors import Unreadable
from newstext.formats import detect, read
from newstext.formats.base import PIECE_BYTES, Cursor
from newstext.source import Source

TEXT = "The council voted on Tuesday to keep the old bridge open to traffic.\n\nWork begins in May."


def rows(*columns: dict) -> bytes:
    return "\n".join(json.dumps(row) for row in columns).encode()


def drafts(data: bytes, name: str = "") -> list:
    return [draft for unit in read(Source.of(data, name)) for draft in unit.drafts]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\0" * 5000, "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "binary"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40, "binary"),
        (bytes(range(256)) * 40, "binary"),
        (b"Home\nSport\nTT\n20\n", "no-article"),
        (b"[1, 2]\n{\n", "no-article"),
    ],
)
def test_what_holds_no_article_is_unreadable_for_a_reason(data, kind):
    """An empty file, bytes that are no text and bare furniture each say in a sentence what they are."""
    with pytest.raises(Unreadable) as problem:
        list(read(Source.of(data, "page.txt")))

    assert problem.value.kind == kind
    assert str(problem.value)


def test_row_states_its_fields():
    """What a row calls headline, text, date, author and source is taken as stated."""
    row = {
        "title": "Bridge stays",
        "content": TEXT,
        "date": "2024-02-07",
        "authors": ["A. Writer", "B. Writer"],
        "source": {"id": None, "name": "The Paper"},
        "link": "https://paper.example/1",
        "id": 17,
    }

    (draft,) = drafts(rows(row))

    assert (draft.body, draft.headline) == (TEXT, "Bridge stays")
    stated = draft.stated
    assert (stated.published, stated.publisher, stated.id) == ("2024-02-07", "The Paper", "17")
    assert (stated.bylines, stated.url) == (["A. Writer", "B. Writer"], "https://paper.example/1")


def test_odd_column_names_can_be_given():
    """A source may say what its own columns mean."""
    source = Source.of(rows({"kop": "Brug blijft", "broodtekst": TEXT}))
    source.fields.update(kop="headline", broodtekst="body")

    (unit,) = read(source)

    assert (unit.drafts[0].headline, unit.drafts[0].body) == ("Brug blijft", TEXT)


def test_rows_keep_their_numbers():
    """A blank, a broken and an empty row are refused under their own numbers; the rows after them keep theirs."""
    good = json.dumps({"text": TEXT})
    data = f'{good}\n\n{{"text": \n[1]\n{{"id": 4}}\n{good}\n'.encode()

    (unit,) = read(Source.of(data))

    assert [draft.position for draft in unit.drafts] == [0, 5]
    assert [(refusal.position, refusal.kind) for refusal in unit.refused] == [
        (1, "blank-row"),
        (2, "bad-row"),
        (3, "bad-row"),
        (4, "no-article"),
    ]


def test_long_files_come_in_parts_that_can_be_resumed():
    """Each unit's cursor gives exactly the rest: same positions, same spans."""
    data = rows(*({"text": f"{TEXT} Nr. {number} é"} for number in range(250)))
    units = list(read(Source.of(data)))

    resumed = list(read(Source.of(data), units[0].cursor))

    assert [len(unit.drafts) for unit in units] == [100, 100, 50]
    assert resumed == units[1:]
    start, end = units[2].drafts[-1].span
    assert json.loads(data.decode()[start:end])["text"].endswith("Nr. 249 é")


def test_row_of_fifty_megabytes_is_refused_alone():
    """A line longer than a row may be is never held in memory, and its neighbours are read."""
    good = rows({"text": TEXT})
    data = good + b'\n{"text": "' + b"x" * (3 * PIECE_BYTES) + b'"}\n' + good

    (unit,) = read(Source.of(data))

    assert [draft.position for draft in unit.drafts] == [0, 2]
    assert unit.refused[0].kind == "too-large"


def test_rows_in_utf_16_are_rows():
    """Line separators are found in wide encodings too."""
    assert len(drafts(rows({"text": TEXT}, {"text": TEXT}).decode().encode("utf-16"))) == 2


def test_page_text_is_what_nothing_else_claims():
    """A plain text is page text, in whatever encoding."""
    assert detect(Source.of("Brücke bleibt offen\n".encode("utf-16"), "a.txt")).name == "page-text"


def test_cursor_survives_its_trip():
    """A cursor is text outside and the same cursor again inside."""
    cursor = Cursor(7, 3, 100, Cursor(1, 1).dump())

    assert Cursor.load(cursor.dump()) == cursor


def test_row_with_a_page_is_read_as_the_page():
    """What the row's columns state goes before what its page says."""
    prose = f"<article><h1>Old title</h1><p>{TEXT * 4}</p></article>"
    page = f"<html><head><title>Old title</title></head><body>{prose}</body></html>"

    (draft,) = drafts(rows({"html": page, "headline": "Bridge stays", "url": "https://paper.example/1"}))

    assert (draft.headline, draft.stated.url) == ("Bridge stays", "https://paper.example/1")
    assert "keep the old bridge open" in draft.body


def test_a_row_with_an_empty_text_is_an_article_without_one():
    """A row that names its text and has none is taken in: an archive with a blank entry is not refused for it."""
    (unit,) = read(Source.of(rows({"title": "", "text": ""}, {"text": TEXT})))

    assert [draft.body for draft in unit.drafts] == ["", TEXT]
    assert unit.refused == []
