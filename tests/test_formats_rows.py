"""Rows in every dress: CSV, Parquet, JSON arrays and objects, ninjs; each row an article with its own number."""

import io
import json

import pytest

from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.formats import detect, read
from newstext.formats.rows import BARREN_ROWS
from newstext.source import Source

TEXT = "The council voted on Tuesday to keep the old bridge open.\n\nWork begins in May."
ROW = {"Headline": "Bridge stays", "body_text": TEXT, "Date Published": "2024-02-07", "author": "A. Writer"}


def units_of(data: bytes, cursor: str | None = None) -> list:
    return list(read(Source.of(data, "table"), cursor))


def drafts_of(data: bytes) -> list:
    return [draft for unit in units_of(data) for draft in unit.drafts]


def table(delimiter: str, rows: int = 1) -> bytes:
    quoted = '"' + TEXT.replace('"', '""') + '"'
    lines = [delimiter.join(ROW)] + [delimiter.join(["Bridge stays", quoted, "2024-02-07", "A. Writer"])] * rows
    return "\r\n".join(lines).encode("utf-8-sig")


def test_a_file_is_given_up_behind_ten_thousand_rows_without_an_article():
    """A megabyte of gzip holds a billion blank lines, and each refused row is told by an entry of its own."""
    row = json.dumps(ROW).encode() + b"\n"
    data = row + b"\n" * (BARREN_ROWS - 1) + row + b"\n" * (2 * BARREN_ROWS) + row
    parts = units_of(data)

    assert sum(len(unit.drafts) for unit in parts) == 2
    assert parts[-1].refused[-1].kind == "bad-rows"
    assert [unit.refused[-1].kind for unit in units_of(data, parts[-20].cursor)][-1] == "bad-rows"


@pytest.mark.parametrize("form", ["[{}]", "{}\n{}\n", '{{"items": [{}]}}'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "windows-1252"])
def test_rows_in_any_encoding_are_read_and_it_is_told(form, encoding):
    """An array, lines and a document in an older encoding keep their letters; the unit names the encoding."""
    row = json.dumps(ROW | {"Headline": "Brücke bleibt – sagt Rat"}, ensure_ascii=False)
    unit = units_of(form.replace("{}", row).replace("{{", "{").replace("}}", "}").encode(encoding))[0]

    assert (unit.drafts[0].headline, unit.encoding) == ("Brücke bleibt – sagt Rat", encoding)


@pytest.mark.parametrize("form", ["[{}]", "{}\n{}\n", "{}"])
def test_mojibake_of_rows_is_repaired_and_noted(form):
    """Text that was decoded wrongly before it came is put right where that is sure, and the note says so."""
    row = json.dumps(ROW | {"Headline": "Ã¼ber den HÃ¤fen bleibt die BrÃ¼cke"}, ensure_ascii=False)
    unit = units_of(form.replace("{}", row).encode())[0]

    assert unit.drafts[0].headline == "über den Häfen bleibt die Brücke"
    assert any("had been read as windows-1252" in note for note in unit.audit.notes)


def test_withdrawn_ninjs_items_are_refused():
    """What an agency withdrew is no article, in JSON as in XML."""
    items = [{"uri": "urn:1", "headlines": [], "body_text": TEXT, "pubstatus": s} for s in ("usable", "canceled")]
    units = units_of(json.dumps(items).encode())

    assert [len(unit.drafts) for unit in units] == [1]
    assert [refusal.kind for refusal in units[0].refused] == ["withdrawn"]


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_csv_columns_are_found_by_name(delimiter):
    """Names count whatever their case and blanks; quoted fields may hold line ends."""
    (draft,) = drafts_of(table(delimiter))

    assert (draft.headline, draft.body, draft.position) == ("Bridge stays", TEXT, 0)
    assert (draft.stated.published, draft.stated.bylines) == ("2024-02-07", ["A. Writer"])


def test_csv_in_an_encoding_that_python_calls_otherwise():
    """Python does not know each encoding by the name that the web has for it: a Thai table is read whole."""
    text = "สภาท่าเรือลงมติเมื่อวันอังคารให้เปิดสะพานเก่าจนถึงฤดูหนาว วิศวกรคาดว่างานที่ตอม่อด้านเหนือจะใช้เวลาสามปี"
    data = f'headline,text\r\n{text[:20]},"{text} {text}"\r\n'.encode("cp874")

    assert [draft.body for draft in drafts_of(data)] == [f"{text} {text}"]


def test_csv_goes_on_where_it_stopped():
    """A table of 250 rows is three units, and each cursor gives the rest."""
    data = table(",", rows=250)
    units = units_of(data)

    assert [len(unit.drafts) for unit in units] == [100, 100, 50]
    assert units_of(data, units[0].cursor) == units[1:]


def test_quote_that_never_ends_is_an_end():
    """A field without its closing quote keeps what stood before it."""
    data = table(",", rows=120) + b'\r\nBridge,"' + b"x" * 20_000_000

    units = units_of(data)

    assert sum(len(unit.drafts) for unit in units) == 120
    assert units[-1].refused[-1].kind == "bad-row"


def test_parquet_rows():
    """A Parquet file gives the same articles as its rows in JSON would."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    buffer = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist([ROW] * 150), buffer)

    units = units_of(buffer.getvalue())

    assert [len(unit.drafts) for unit in units] == [100, 50]
    assert units_of(buffer.getvalue(), units[0].cursor) == units[1:]
    assert (units[0].format, units[0].drafts[0].body) == ("parquet", TEXT)


def test_json_array_is_read_element_by_element():
    """Elements may be larger than a chunk, and an element that is no article keeps its number."""
    rows = [ROW, {"id": 1}, ROW | {"body_text": "é" * 600_000}, 4, ROW]

    units = units_of(json.dumps(rows, ensure_ascii=False, indent=1).encode())

    assert [draft.position for unit in units for draft in unit.drafts] == [0, 2, 4]
    assert [refusal.position for unit in units for refusal in unit.refused] == [1, 3]


def test_broken_array_keeps_what_stood_before():
    """An array that breaks off gives its articles and says so."""
    data = json.dumps([ROW] * 120).encode()[:-30]

    units = units_of(data)

    assert units[-1].refused[-1].kind == "truncated"
    assert sum(len(unit.drafts) for unit in units) == 119


@pytest.mark.parametrize("key", ["items", "articles"])
def test_object_around_a_list_of_articles(key):
    """JSON Feed and the answers of news APIs hold their articles in a list."""
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "The Paper", key: [ROW, ROW]}

    assert [draft.headline for draft in drafts_of(json.dumps(feed, indent=2).encode())] == ["Bridge stays"] * 2


NINJS_1 = {
    "uri": "urn:x:1",
    "headline": "Bridge stays",
    "byline": "A. Writer",
    "body_html": "<p>The council voted.</p><p>Work begins.</p>",
    "versioncreated": "2024-02-07T10:00:00Z",
    "subject": [{"name": "politics"}],
}
NINJS_3 = {
    "uri": "urn:x:1",
    "headlines": [{"role": "short", "value": "Bridge"}, {"role": "main", "value": "Bridge stays"}],
    "by": "A. Writer",
    "bodies": [
        {"contenttype": "text/html", "value": "<p>?</p>"},
        {"contenttype": "text/plain", "value": "The council voted.\n\nWork begins."},
    ],
    "versioncreated": "2024-02-07T10:00:00Z",
    "subjects": [{"name": "politics"}],
}


NINJS_CAMEL = {
    "guid": "urn:x:1",
    "headline": "Bridge stays",
    "byline": "A. Writer",
    "bodies": [{"contentType": "text/html", "value": "<p>The council voted.</p><p>Work begins.</p>"}],
    "versionCreated": "2024-02-07T10:00:00Z",
    "pubStatus": "usable",
    "subjects": [{"name": "politics"}],
}


@pytest.mark.parametrize("item", [NINJS_1, NINJS_3, NINJS_CAMEL])
def test_ninjs_of_all_versions(item):
    """Flat fields, lists of alternatives and camel case give the same article, with its date."""
    (draft,) = drafts_of(json.dumps(item).encode())

    assert (draft.headline, draft.body) == ("Bridge stays", "The council voted.\n\nWork begins.")
    assert (draft.stated.bylines, draft.stated.topics, draft.stated.id) == (["A. Writer"], ["politics"], "urn:x:1")
    assert draft.stated.published == "2024-02-07T10:00:00Z"


def test_deep_json_ends_with_a_reason():
    """A million brackets are refused before they exhaust the stack."""
    for data in (b'[{"text":' + b"[" * 1_000_000, b'{"text":' + b"[" * 1_000_000, b'{"a":' * 1_000_000):
        with pytest.raises(Unreadable):
            units_of(data)


def test_running_text_with_commas_is_no_table():
    """A page whose first line has commas stays a page."""
    assert detect(Source.of(b"Title, text and date, all in one\n\nThe council voted.")).name == "page-text"


LONG = "x" * 100_000


@pytest.mark.parametrize("ends", [b"\n", b"\n\n", b""])
def test_rows_whose_text_stands_behind_a_picture_are_rows(ends):
    """A first row longer than a first look, its text far behind, does not make the file a JSON document."""
    row = b'{"id": %d, "image": "%s", "title": "Bridge stays", "text": "The council voted on Tuesday."}'
    data = b"\n".join(row % (n, LONG.encode()) for n in range(150)) + ends

    units = units_of(data)

    assert [d.position for unit in units for d in unit.drafts] == list(range(150))
    again = [d.position for unit in read(Source.of(data), units[0].cursor) for d in unit.drafts]
    assert again == [d.position for unit in units[1:] for d in unit.drafts]


def test_a_document_of_one_long_line_is_a_document():
    """A feed on a single line, longer than a first look, gives its items, in parts as well."""
    items = [{"title": f"Story {n}", "content_text": "The council voted."} for n in range(150)]
    data = json.dumps({"icon": LONG, "items": items}).encode()

    units = units_of(data)

    assert sum(len(unit.drafts) for unit in units) == 150
    assert sum(len(unit.drafts) for unit in read(Source.of(data), units[0].cursor)) == 50


STORY = {"title": "Bridge stays", "text": "The council voted on Tuesday."}


@pytest.mark.parametrize(
    "beside",
    [
        {"comments": [{"author": "bob", "text": "At last."}, {"author": "al", "text": "Too late."}]},
        {"related": [{"title": "Ferries", "url": "https://x.test/f"}]},
    ],
)
def test_an_article_goes_before_what_it_lists(beside):
    """An object with a text of its own is the article; its comments and links are none."""
    (draft,) = drafts_of(json.dumps(STORY | beside, indent=1).encode())

    assert draft.headline == "Bridge stays"


def test_all_lists_of_articles_are_read():
    """A document of several lists gives the articles of each, and says so."""
    (unit,) = units_of(json.dumps({"world": [STORY], "sport": [STORY, STORY]}, indent=1).encode())

    assert len(unit.drafts) == 3
    assert "2 lists" in unit.audit.notes[0]


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"news": {"edges": [{"node": STORY}]}}},
        {"hits": {"hits": [{"_id": "7", "_source": STORY}]}},
        {"a7": STORY},
        {"title": {"0": STORY["title"]}, "text": {"0": STORY["text"]}},
        {"title": {"rendered": STORY["title"]}, "content": {"rendered": "<p>The council voted on Tuesday.</p>"}},
        {"headline": {"main": STORY["title"]}, "body": [{"type": "paragraph", "content": STORY["text"]}]},
    ],
)
def test_articles_are_found_in_their_wrappings(document):
    """Search engines, GraphQL, WordPress and pandas wrap rows and values in objects of their own."""
    (draft,) = drafts_of(json.dumps(document, indent=1).encode())

    assert (draft.headline, draft.body) == ("Bridge stays", "The council voted on Tuesday.")


def test_a_row_whose_text_cannot_be_read_is_refused():
    """An object of unknown names under `text` is no empty article."""
    (unit,) = units_of(json.dumps([STORY, {"text": {"delta": [1, 2]}, "date": "2024-02-07"}]).encode())

    assert (len(unit.drafts), [refusal.kind for refusal in unit.refused]) == (1, ["no-article"])


def test_what_mongodb_and_pandas_write_is_understood():
    """Dates are objects, and where nothing was stands NaN, which is no word."""
    date = {"$date": {"$numberLong": "1707329100000"}}
    rows = [STORY | {"text": float("nan"), "author": float("nan")}, STORY | {"date": date}]
    blank, dated = drafts_of("\n".join(map(json.dumps, rows)).encode())

    assert (blank.body, blank.stated.bylines) == ("", [])
    assert dated.stated.published == "2024-02-07T18:05:00+00:00"


def test_json_that_quotes_nitf_is_json():
    """An XML document in a string does not make its holder XML."""
    row = STORY | {"original": "<nitf><body/></nitf>"}

    assert detect(Source.of(json.dumps(row, indent=1).encode())).name == "json"


ROWS = {
    "csv": '\ufeffheadline,text\r\n"A","a ""b"""\r\n\r\nB,"two\r\nlinés"\r\nC,third\r\n',
    "array": '[\r\n {"title": "A", "text": "é"},\r\n {"title": "B", "text": "y"} , {"title": "C", "text": "z"}]',
    "lines": '{"title": "A", "text": "é"}\r\n{"title": "B", "text": "y"}\r\n{"title": "C", "text": "z"}',
}
ENDS = {"csv": ['b"""', 'linés"', "third"], "array": ['"}'] * 3, "lines": ['"}'] * 3}


@pytest.mark.parametrize("kind", ROWS)
def test_a_rows_span_is_where_it_stands(kind):
    """The span of a row's article is that row's in the decoded file, quotes, marks and blank lines counted."""
    text = decode(ROWS[kind].encode()).text
    drafts = drafts_of(ROWS[kind].encode())
    rows = [text[slice(*draft.span)].strip() for draft in drafts]
    assert all(draft.headline in row[:12] for draft, row in zip(drafts, rows, strict=True))
    assert all(row.endswith(end) for row, end in zip(rows, ENDS[kind], strict=True))


OBJECT = '{\n "title": "Bridge stays",\n "text": "The council voted."\n}'
SEQUENCES = {
    "one below the other": f"{OBJECT}\n{OBJECT}\n",
    "without a line between": OBJECT.replace("\n", "") * 2,
    "by RFC 7464": f"\x1e{OBJECT}\n\x1e{OBJECT}\n",
    "lines of an array": f"{OBJECT.replace(chr(10), '')},\n{OBJECT.replace(chr(10), '')}\n",
    "pandas": '{"columns": ["title", "text"], "data": [["Bridge stays", "The council voted."], ["Bridge stays", ""]]}',
}


@pytest.mark.parametrize("kind", SEQUENCES)
def test_objects_that_stand_in_no_array_are_rows(kind):
    """Programs print one object after the other, over several lines or with an array's commas."""
    drafts = drafts_of(SEQUENCES[kind].encode())
    assert [draft.headline for draft in drafts] == ["Bridge stays"] * 2
    assert drafts[0].body == "The council voted."


def test_remarks_above_a_table_are_passed_over():
    """Programs note there what was exported, and when."""
    (draft,) = drafts_of(b"# export of 2024-02-07\n# 1 row, all\nheadline,text\nBridge stays,The council voted.\n")
    assert (draft.headline, draft.body, draft.span) == ("Bridge stays", "The council voted.", (50, 82))


def test_named_characters_in_a_rows_text_are_written_out():
    """Tables filled from pages keep `&amp;` and `&#8217;`, without any markup around them."""
    (draft,) = drafts_of(
        b'{"title": "R&amp;D &quot;cafe&quot;", "text": "The caf&eacute;&#8217;s owner, AT&T; said so."}'
    )
    assert (draft.headline, draft.body) == ('R&D "cafe"', "The café’s owner, AT&T; said so.")


def test_articles_of_one_document_share_its_span():
    """Where in an object one of its articles stands is not known: each was taken from all of it."""
    data = b'{"articles": [{"title": "A", "text": "x"}, {"title": "B", "text": "y"}]}'
    (unit,) = read(Source.of(data, "x"))
    assert [draft.span for draft in unit.drafts] == [(0, len(data))] * 2
    assert unit.audit.article <= len(data)
