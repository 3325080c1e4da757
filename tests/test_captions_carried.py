"""Captions of pictures that stand in feeds, rows and standards: told apart from the text."""

import orjson
import pytest

from newstext.formats import read
from newstext.source import Source

FIGURE = (
    "<p>The council voted on Monday.</p><figure><img src='a.jpg'><figcaption>The mayor in her office. (Reuters)"
    "</figcaption></figure><p>Work begins in May.</p>"
)
MEDIA = (
    "<media:content url='a.jpg'><media:description type='plain'>The mayor of the town in her office, with two of"
    " her deputies and a map of the harbour</media:description>"
    "<media:credit>Jane Roe/Reuters</media:credit></media:content>"
)


def feed(item: str) -> bytes:
    spaces = 'xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f"<rss version='2.0' {spaces}><channel><title>T</title><item>{item}</item></channel></rss>".encode()


def nitf(content: str) -> bytes:
    return f"<nitf><body><body.content>{content}</body.content></body></nitf>".encode()


def draft_of(data: bytes):
    return next(read(Source.of(data, "x"))).drafts[0]


@pytest.mark.parametrize(
    "data",
    [
        feed(f"<title>Harbour</title><content:encoded><![CDATA[{FIGURE}]]></content:encoded>"),
        orjson.dumps({"title": "Harbour", "content_html": FIGURE}),
        nitf(
            "<p>The council voted on Monday.</p><media><media-caption>The mayor in her office. (Reuters)"
            "</media-caption></media><p>Work begins in May.</p>"
        ),
    ],
    ids=["feed", "row", "nitf"],
)
def test_a_pictures_caption_is_no_text(data):
    """What stands below a picture inside an article is its caption and not a paragraph."""
    draft = draft_of(data)
    assert draft.body == "The council voted on Monday.\n\nWork begins in May."
    assert [caption.text for caption in draft.captions] in (
        ["The mayor in her office."],
        ["The mayor in her office. (Reuters)"],
    )


def test_the_line_that_a_system_ends_an_item_with_is_no_text():
    """WordPress says below each item where it appeared first, in the language of the site."""
    for footer in ("The post Harbour appeared first on The Gull.", "Der Beitrag Harbour erschien zuerst auf Möwe."):
        text = f"<![CDATA[<p>The council voted.</p><p>{footer}</p>]]>"
        assert draft_of(feed(f"<title>Harbour</title><description>{text}</description>")).body == "The council voted."


def test_an_ampersand_leaves_an_items_paragraphs():
    """What named characters stand for is no markup once it is written out."""
    text = "<![CDATA[<p>AT&amp;T rose, B &lt; C.</p><p>The board met.</p>]]>"
    assert (
        draft_of(feed(f"<title>A</title><description>{text}</description>")).body
        == "AT&T rose, B < C.\n\nThe board met."
    )


def test_a_pictures_description_is_no_summary():
    """What a feed says of an item's picture is its caption, however short the item's own summary is."""
    draft = draft_of(feed(f"<title>Harbour</title><description>The council voted.</description>{MEDIA}"))
    assert draft.body == "The council voted."
    assert (draft.captions[0].text[:9], draft.captions[0].credit) == ("The mayor", "Jane Roe/Reuters")
