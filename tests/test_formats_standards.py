"""The trade's own formats: wire stories, IPTC's XML, SGML corpora, Markdown; each with what it states."""

import pytest

from newstext.errors import Unreadable
from newstext.formats import read
from newstext.formats.base import PIECE_BYTES
from newstext.source import Source

LEDE, SECOND = "The council voted on Tuesday to keep the old bridge open.", "Work begins in May, the mayor said."
BODY = f"{LEDE}\n\n{SECOND}"


def units_of(data: str | bytes, name: str = "x", cursor: str | None = None) -> list:
    return list(read(Source.of(data if isinstance(data, bytes) else data.encode(), name), cursor))


def drafts_of(data: str | bytes, name: str = "x") -> list:
    return [draft for unit in units_of(data, name) for draft in unit.drafts]


ANPA = (
    "\x16\x16\x01a0113\x1f\r\nr a\x13\x11BC-BRIDGE-STAYS 01-31 0123\r\n\x02^Bridge stays open<\r\n^By ANN WRITER<\r\n"
    f"\t{LEDE}\r\n\t{SECOND[:20]}\r\n{SECOND[20:]}\r\n\x03\r\n01-31-88 1204GMT\r\n"
)
IPTC = (
    f"\x01dpa0123 4 pl 123 \r\nCouncil/Bridge/\r\n\x02Bridge stays open\r\n\r\n   {LEDE}\r\n   {SECOND}\r\n"
    "041426 GMT Apr 19\r\n\x03\r\n\r\n"
).replace(" pl ", " PL ")


def test_anpa_dump_gives_every_story():
    """A dump of stories is one article a frame, with slug, words and the trailer's time."""
    (unit,) = units_of(ANPA * 3)

    draft = unit.drafts[2]
    assert [draft.position for draft in unit.drafts] == [0, 1, 2]
    assert (draft.headline, draft.body) == ("Bridge stays open", BODY)
    assert (draft.stated.bylines, draft.stated.words) == (["By ANN WRITER"], 123)
    assert (draft.stated.published, draft.stated.topics) == ("1988-01-31T12:04Z", ["BC-BRIDGE-STAYS"])


def test_iptc_7901_dump_gives_every_story():
    """Source, category and slug stand in the header, the moment of filing below the text."""
    first, second = drafts_of("noise before\r\n" + IPTC * 2)

    assert (first.headline, first.body) == (second.headline, second.body) == ("Bridge stays open", BODY)
    assert (second.stated.id, second.stated.section, second.stated.words) == ("dpa0123", "PL", 123)
    assert (second.stated.published, second.stated.topics) == ("2019-04-04T14:26Z", ["Council", "Bridge"])


def test_signatures_and_roles_are_no_text():
    """A writer's role below the name, a desk's signature and the mark that ends a headline are the frame's."""
    (anpa,) = drafts_of(ANPA.replace("^By ANN WRITER<\r\n", "^By ANN WRITER<\r\n^Associated Press Writer<\r\n"))
    (iptc,) = drafts_of(
        IPTC.replace("open\r\n\r\n", "open =\r\n\r\n").replace("041426", " dpa ab yyzz n1 cd\r\n041426")
    )

    assert (iptc.headline, iptc.body, anpa.body) == ("Bridge stays open", BODY, BODY)


REUTERS = (
    '<!DOCTYPE lewis SYSTEM "lewis.dtd">\n'
    '<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" OLDID="1" NEWID="{}">\n<DATE>26-FEB-1987 15:01:01.79</DATE>\n'
    "<TOPICS><D>ship</D></TOPICS><PLACES><D>uk</D></PLACES>\n<TEXT>&#2;\n<TITLE>BRIDGE &lt;STAYS> OPEN</TITLE>\n"
    f"<DATELINE>    LONDON, Feb 26 - </DATELINE><BODY>{LEDE}\n    {SECOND}\n Reuter\n&#3;</BODY></TEXT>\n</REUTERS>\n"
)


def test_reuters_sgml():
    """Entities stand for what they mean or for control characters; indented lines begin paragraphs."""
    first, second = drafts_of(REUTERS.format(1) + REUTERS.format(2).split("\n", 1)[1])

    assert (second.headline, second.body) == ("BRIDGE <STAYS> OPEN", BODY)
    assert (first.stated.id, second.stated.id) == ("1", "2")
    assert (first.stated.dateline, first.stated.topics) == ("LONDON, Feb 26 -", ["ship", "uk"])


GIGAWORD = (
    '<DOC id="AFP_ENG_19940512.000{}" type="story" >\n<HEADLINE>\nBridge stays\n</HEADLINE>\n'
    f"<DATELINE>\nLONDON, May 12\n</DATELINE>\n<TEXT>\n<P>\n{LEDE}\n</P>\n"
    f"<P>\n{SECOND[:20]}\n{SECOND[20:]}\n</P>\n</TEXT>\n</DOC>\n"
)
TREC = (
    "<DOC>\n<DOCNO> AP880212-000{} </DOCNO>\n<HEAD>Bridge stays</HEAD>\n<BYLINE>By ANN WRITER</BYLINE>\n<TEXT>\n   "
    f"{LEDE}\n   {SECOND}\n</TEXT>\n</DOC>\n"
)


TREC_FT = (
    "<DOC>\n<DOCNO>FT911-{}</DOCNO>\n<DATE>910514\n</DATE>\n<HEADLINE>\nFT  14 MAY 91 / Bridge stays\n</HEADLINE>\n"
    f"<TEXT>\n   {LEDE}\n   {SECOND}\n</TEXT>\n</DOC>\n"
)


@pytest.mark.parametrize(
    ("record", "published", "publisher"),
    [
        (GIGAWORD, "1994-05-12", "Agence France-Presse"),
        (TREC, "1988-02-12", "Associated Press"),
        (TREC_FT, "1991-05-14", "Financial Times"),
    ],
)
def test_doc_corpora(record, published, publisher):
    """Gigaword's and TREC's ids tell the day and whose text it is."""
    first, second = drafts_of(record.format(1) + record.format(2))

    assert (first.headline, first.body) == (second.headline, second.body) == ("Bridge stays", BODY)
    assert (first.stated.published, first.stated.publisher) == (published, publisher)


def test_long_corpora_are_read_in_parts():
    """Cursors are offsets of records; a record beyond the limit is refused alone."""
    long = TREC.format(1).replace(LEDE, LEDE + "x" * PIECE_BYTES)
    data = TREC.format(1) * 150 + long + TREC.format(2)

    units = units_of(data)

    assert [len(unit.drafts) for unit in units] == [100, 51]
    assert units[1].refused[0].kind == "too-large"
    assert units_of(data, cursor=units[0].cursor) == units[1:]


NITF = (
    '<nitf><head><title>T</title><docdata><doc-id id-string="urn:1"/><date.issue norm="20240207T101500Z"/>'
    '<key-list><keyword key="bridges"/></key-list></docdata></head><body><body.head><hedline><hl1>Bridge stays</hl1>'
    "<hl2>Council votes</hl2></hedline><byline>By Ann Writer</byline><distributor>AP</distributor><dateline><location>"
    f"LONDON</location></dateline></body.head><body.content><media><caption>A bridge</caption></media><p>{LEDE}</p>"
    f"<p>{SECOND}</p></body.content></body></nitf>"
)


def test_nitf_documents():
    """One document or several in a row; pictures inside the text are none of it."""
    first, second = drafts_of('<?xml version="1.0"?>' + NITF + NITF)

    assert (first.headline, first.body) == (second.headline, second.body) == ("Bridge stays", BODY)
    stated = first.stated
    assert (stated.subheadline, stated.bylines, stated.dateline) == ("Council votes", ["By Ann Writer"], "LONDON")
    assert (stated.published, stated.agencies, stated.topics) == ("20240207T101500Z", ["AP"], ["bridges"])


def test_nitf_with_a_note_of_the_editor():
    """A note in the head has a body of its own, and a headline; a byline's parts stand in elements."""
    note = "<note><body.content><hl2>Not this</hl2><p>Editors: the last paragraph is new.</p></body.content></note>"
    byline = "<byline>By<person>Ann Writer</person><byttl>Harbour Editor</byttl></byline>"
    (draft,) = drafts_of(
        NITF.replace("<body.head>", f"<body.head>{note}").replace("<byline>By Ann Writer</byline>", byline)
    )

    assert (draft.body, draft.stated.subheadline, draft.stated.bylines) == (BODY, "Council votes", ["By Ann Writer"])


def g2(item: str) -> str:
    return f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{item}</itemSet></newsMessage>'


def g2_item(content: str, status: str = "stat:usable") -> str:
    return (
        f'<newsItem guid="urn:1" version="2"><itemMeta><provider><name>Agency</name></provider><firstCreated>2024-02-07'
        f'T10:15:00Z</firstCreated><versionCreated>2024-02-07T11:00:00Z</versionCreated><pubStatus qcode="{status}"/>'
        '</itemMeta><contentMeta><headline>Bridge stays</headline><by>Ann Writer</by><language tag="en-GB"/><subject>'
        f"<name>bridges</name></subject></contentMeta><contentSet>{content}</contentSet></newsItem>"
    )


@pytest.mark.parametrize(
    "content",
    [
        f"<inlineXML>{NITF}</inlineXML>",
        f'<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{LEDE}</p><p>{SECOND}</p></body></html></inlineXML>',
        f"<inlineData>{BODY}</inlineData>",
    ],
)
def test_newsml_g2_items(content):
    """An item's text may be NITF, XHTML or plain; its own metadata goes before what the text states."""
    (draft,) = drafts_of(g2(g2_item(content)))

    assert (draft.headline, draft.body) == ("Bridge stays", BODY)
    stated = draft.stated
    assert (stated.id, stated.published, stated.updated) == ("urn:1", "2024-02-07T10:15:00Z", "2024-02-07T11:00:00Z")
    assert (stated.bylines, stated.language, stated.topics) == (["Ann Writer"], "en-GB", ["bridges"])


def test_a_headline_in_an_items_own_text_is_told_once():
    """Systems set it into the XHTML too, above the first paragraph."""
    body = f"<html><body><h1>Bridge stays</h1><p>{LEDE}</p></body></html>"
    (draft,) = drafts_of(g2(g2_item(f"<inlineXML>{body}</inlineXML>")))
    assert (draft.headline, draft.body) == ("Bridge stays", LEDE)


def test_withdrawn_and_remote_items_are_refused():
    """An item that its agency withdrew or withholds, or whose text lies elsewhere, is no article; the others are."""
    text = f"<inlineData>{BODY}</inlineData>"
    items = g2_item(text) + g2_item(text, "stat:canceled") + g2_item(text, "stat:withheld")
    items += g2_item('<remoteContent href="a.jpg"/>')

    (unit,) = units_of(g2(items))

    assert len(unit.drafts) == 1
    assert [refusal.kind for refusal in unit.refused] == ["withdrawn", "withheld", "no-article"]


def test_items_with_nitf_inside_keep_their_own_places():
    """The document inside of an item is no item: each article's span is that of its item, counted once."""
    (unit,) = units_of(data := g2(g2_item(f"<inlineXML>{NITF}</inlineXML>") * 2))

    first, second = (draft.span for draft in unit.drafts)
    assert first[1] == second[0] == data.index("<newsItem", first[0] + 1)
    assert min(unit.audit.article, unit.audit.furniture, unit.audit.unassigned) >= 0


def test_markdown_page():
    """A header of fields states them; marks go, words stay; each first-level heading is an article."""
    page = (
        f"---\ntitle: Bridge stays\nauthor: Ann Writer\ndate: 2024-02-07\ntags: [bridges, council]\n---\n\n"
        f"{LEDE.replace('Tuesday', '**Tuesday**')}\n\n> [Work](https://x.example/1) _begins_ in May, the mayor "
        "said.\n\n"
    )

    (draft,) = drafts_of(page, "page.md")
    two = drafts_of(f"# One\n\n{LEDE}\n\n## Part\n\n[a](b) {SECOND}\n\n# Two\n\n{LEDE}\n", "two.md")

    assert (draft.headline, draft.body, draft.stated.bylines) == ("Bridge stays", BODY, ["Ann Writer"])
    assert (draft.stated.published, draft.stated.topics) == ("2024-02-07", ["bridges", "council"])
    assert [(d.position, d.headline) for d in two] == [(0, "One"), (1, "Two")]


def test_markdown_of_a_program_that_reads_web_pages():
    """The lines above say which page it is; its title comes again where the story begins."""
    page = "Title: Bridge stays\n\nURL Source: https://a.example/1\n\nPublished Time: 2024-02-07T18:05:00Z\n\n"
    (draft,) = drafts_of(
        f"{page}Markdown Content:\nBridge stays\n===\n\n[Home](/)\n\n# Bridge stays\n\n{LEDE}\n\n1. {SECOND}\n"
    )
    assert (draft.headline, draft.body) == ("Bridge stays", f"{LEDE}\n\n1. {SECOND}")
    assert (draft.stated.url, draft.stated.published) == ("https://a.example/1", "2024-02-07T18:05:00Z")


def test_markdown_values_of_several_lines_and_quotes():
    """A title that goes on below, and one whose quotes are inside of quotes."""
    (folded,) = drafts_of(f"---\ntitle: >-\n  Bridge\n  stays\ndate: 2024-02-07\n---\n{LEDE}\n", "x.md")
    (quoted,) = drafts_of(f'---\ntitle: "The \\"old\\" bridge"\ndate: 2024-02-07\n---\n{LEDE}\n', "x.md")
    assert (folded.headline, quoted.headline) == ("Bridge stays", 'The "old" bridge')


def test_markdown_above_its_first_heading():
    """A story's first paragraph above a heading stays in its text; a breadcrumb does not."""
    (draft,) = drafts_of(f"---\ntitle: Bridge stays\ndate: 2024-02-07\n---\n{LEDE}\n\n# What now\n\n{SECOND}\n", "x.md")
    (plain,) = drafts_of(f"[Home](/) [News](/news)\n\n# One\n\n{LEDE}\n", "x.md")
    assert (draft.headline, draft.body) == ("Bridge stays", f"{LEDE}\n\n{SECOND}")
    assert (plain.headline, plain.body) == ("One", LEDE)


ENTITIES = {
    "billion laughs": '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">',
    "a file": '<!ENTITY a SYSTEM "file:///etc/passwd">',
    "an address": '<!ENTITY % a PUBLIC "x" "http://127.0.0.1/x.dtd">',
    "a long text": f'<!ENTITY a "{"x" * 500}">',
}


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize(
    "document",
    [
        "<nitf><body><body.content><p>&a;</p></body.content></body></nitf>",
        "<rss><channel><item><title>&a;</title></item></channel></rss>",
    ],
)
def test_entities_that_grow_or_fetch_are_refused(entity, document):
    """Neither a tree nor a feed is read from a document that attacks its reader."""
    root = document[1:5].rstrip(">")

    with pytest.raises(Unreadable) as problem:
        units_of(f'<?xml version="1.0"?><!DOCTYPE {root} [{ENTITIES[entity]}]>{document}')

    assert problem.value.kind == "entities"


@pytest.mark.parametrize("root", ["nitf", "newsItem", "rss", "html", "ppsArticleResultSet", "urlset"])
def test_deep_nesting_ends(root):
    """A million nested elements end in bounded time, with an article or a reason."""
    opened = f"<{root}><channel><item><body>" if root == "rss" else f"<{root}><body>"
    try:
        units_of(f"{opened}{'<b>' * 1_000_000}deep")
    except Unreadable as problem:
        assert str(problem)  # noqa: PT017  (a reason is the expected end, an article would be one too)
