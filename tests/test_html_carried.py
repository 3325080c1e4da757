"""Pages that are put together in the browser: their article is read out of the data that they carry."""

import json

import pytest

from newstext.errors import Unreadable
from newstext.formats import read
from newstext.source import Source

STORY = "".join(
    f"<p>{text}</p>"
    for text in (
        "The harbour council voted on Tuesday to keep the old bridge open until the winter, its mayor said.",
        'Engineers expect that the work on the northern pier takes "three years", and that it costs 12 million.',
        "Two fishing boats were damaged in the storm of last week, but nobody was hurt, the coast guard said.",
        "The budget of the port grew by four per cent to 12.5 million crowns in the past year, a report says.",
    )
)
DATA = {"id": 7, "teaser": "<p>A short one.</p>", "article": {"title": "Bridge stays open", "contents": STORY}}
FLIGHT = f'5:["$","main",null,{json.dumps(DATA)}]\n'

SCRIPTS = {
    "next data": f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(DATA)}</script>',
    "next flight": f"<script>self.__next_f.push([1,{json.dumps(FLIGHT)}])</script>".replace("</p>", "\\u003c/p>"),
    "state": f"<script>window.__INITIAL_STATE__={json.dumps(DATA)};</script>".replace("</p>", "<\\/p>"),
}


def page(script: str) -> bytes:
    return (
        f"<!doctype html><html><head><title>Bridge stays open</title></head><body><div id=root></div>{script}".encode()
    )


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_article_that_scripts_carry_is_read(name):
    """Its paragraphs are the body, as if the browser had put them into the page."""
    (unit,) = read(Source.of(page(SCRIPTS[name])))

    assert unit.drafts[0].body.count("\n\n") == 3
    assert unit.drafts[0].body.startswith("The harbour council voted")
    assert unit.drafts[0].headline == "Bridge stays open"


@pytest.mark.parametrize(
    "script", ["", '<script>__NUXT__={"a":"unclosed</script>', "<script>var x='<p>a</p>'</script>"]
)
def test_a_page_that_carries_nothing_is_refused(script):
    """Code and broken data are no article."""
    with pytest.raises(Unreadable):
        list(read(Source.of(page(script))))
