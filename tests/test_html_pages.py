"""HTML pages read into drafts."""

import json

import pytest

from newstext.article import Caption, Label, Origin
from newstext.errors import Unreadable
from newstext.extract import extract
from newstext.formats import detect
from newstext.html import read_html
from newstext.source import Source

STORY = {
    "@type": "NewsArticle",
    "headline": "Harbour bridge opens a year late",
    "datePublished": "2024-02-07T18:05:00+01:00",
    "dateModified": "2024-02-08T09:00:00+01:00",
    "author": [{"@type": "Person", "name": "Ann Poe"}, {"@type": "Person", "name": "Bob Low"}],
    "publisher": {"@type": "Organization", "name": "The Daily Gull"},
    "articleSection": "Town &amp; Port",
    "keywords": ["bridges", "harbour"],
}
PARAGRAPHS = [
    "The new bridge over the harbour opened to the public on Wednesday, a year after the date that was planned.",
    "Hundreds of people walked over it in the first hour, and the mayor thanked the builders for their patience.",
    "It replaces the ferry, which has carried passengers between the two towns for more than eighty years now.",
    "The harbour authority said that the old ferry would be kept as a museum, with a small café on its deck.",
]


def page(head="", story="", lang="en"):
    prose = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return (
        f'<html lang="{lang}"><head><title>Harbour bridge opens a year late - The Daily Gull</title>{head}</head>'
        f"<body><nav><a href='/'>Home</a></nav><article><h1>Harbour bridge opens a year late</h1>{story}{prose}"
        "<figure><img src='b.jpg'><figcaption>The bridge on Tuesday (AFP)</figcaption></figure></article></body></html>"
    ).encode()


def described(data):
    (draft,) = read_html(data, Origin()).drafts
    return extract(draft, Origin())


def test_json_ld_states_the_fields():
    """What structured data declares becomes the article's fields, entities resolved."""
    article = described(page(f'<script type="application/ld+json">{json.dumps({"@graph": [STORY]})}</script>'))

    assert (article.headline, article.publisher) == (STORY["headline"], "The Daily Gull")
    assert (article.bylines, article.section) == (["Ann Poe", "Bob Low"], "Town & Port")
    assert (article.published, article.updated) == (STORY["datePublished"], STORY["dateModified"])
    assert article.topics == ["bridges", "harbour"]


def test_body_is_prose_alone():
    """Headline, caption and navigation are not in the body; the caption keeps its credit apart."""
    article = described(page())

    assert article.body.split("\n\n") == PARAGRAPHS
    assert article.captions == [Caption("The bridge on Tuesday", "AFP")]
    assert article.agencies == []


def test_link_to_another_story_between_paragraphs_is_no_prose():
    """A line that is a link and ends as a headline does is not of the text."""
    link = "<p><a href='/2'>FERRY BECOMES A MUSEUM AT LAST</a></p>"

    body = described(page(story=f"<p>{PARAGRAPHS[0]}</p>{link}")).body

    assert body.split("\n\n") == [PARAGRAPHS[0], *PARAGRAPHS]


@pytest.mark.parametrize(
    "box",
    [
        '<section class="Newsletter-box"><p>Get the big stories of the day in your inbox, every morning.</p></section>',
        '<h2 class="article-subline">Ferries that sailed for eighty years end</h2>',
        '<div class="print-header"><p>This copy is for your personal use. To order copies, write to us here.</p></div>',
    ],
)
def test_boxes_and_decks_are_no_prose(box):
    """Offers, what only print shows, and a second headline under the first stay out of the body."""
    assert read_html(page(story=box), Origin()).drafts[0].body == "\n\n".join(PARAGRAPHS)


def test_deck_is_the_subheadline():
    """A second headline in a deck's element is the article's subheadline where none is declared."""
    (draft,) = read_html(page(story='<h2 class="article-subline">Ferries end</h2>'), Origin()).drafts

    assert (draft.subheadline, draft.evidence["subheadline"].rule) == ("Ferries end", "class")


def test_printed_byline_and_time_are_read_where_nothing_is_declared():
    """Without declarations the page's own print gives writer and time, with their place in the source."""
    data = page(story='<p class="byline">By Ann Poe</p><time datetime="2024-02-07T18:05:00+01:00">yesterday</time>')

    article = described(data)

    assert (article.bylines, article.published) == (["Ann Poe"], "2024-02-07T18:05:00+01:00")
    assert data.decode()[slice(*article.evidence["bylines"].span)] == "By Ann Poe"


def test_lines_around_the_story_tell_what_markup_does_not():
    """A date and a name in elements without a class, between headline and text, are the story's."""
    data = page(story="<div>3 March 2024</div><div>Ann Poe</div><div>Staff reporter</div>")
    article = described(data)

    assert (article.bylines, article.published) == (["Ann Poe"], "2024-03-03")
    assert data.decode()[slice(*article.evidence["bylines"].span)] == "Ann Poe"


def test_dates_of_related_stories_are_a_guess_at_most():
    """Dates below the text, without a word that says what they are, are not taken for lines of the story."""
    others = "".join(f"<div>Ferry number {day}</div><div>{day} March 2021</div>" for day in range(10, 14))

    told = described(page().replace(b"</body>", f"{others}</body>".encode())).evidence["published"]

    assert (told.rule, told.confidence) == ("htmldate", 0.6)


OTHERS = "<time datetime='2022-08-10'>10 August 2022</time><time datetime='2022-08-09'>9 August 2022</time>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Harbour bridge opens a year late -", "Harbour bridge opens a year late | DW | 07.02.2024 -"),
        ("<h1>Harbour bridge opens a year late</h1>", "<h1>A bridge at last</h1><div>Wednesday, 7 February 2024</div>"),
        ("<p>The new bridge", "<p>(7 February 2024) The new bridge"),
    ],
    ids=["title", "below another heading", "in the text's first bracket"],
)
def test_day_of_a_story_among_days_of_others(before, after):
    """Where nothing is declared, the story's own head tells its day; what its neighbours' times say is not asked."""
    data = page().decode().replace(before, after).replace("</body>", f"{OTHERS}</body>")
    if before.startswith("Harbour"):
        data = data.replace(" - The Daily Gull</title>", "</title>")
    assert described(data.encode()).published == "2024-02-07"


@pytest.mark.parametrize("foot", ["<footer><span class='author'>Ann Poe</span></footer>", "<p>By Ann Poe</p>"])
def test_footer_of_an_article_names_its_writer(foot):
    """A footer inside the article is a part of it, not of the page."""
    assert described(page(story=f"<div>{foot}</div>")).bylines == ["Ann Poe"]


@pytest.mark.parametrize(
    "other",
    [
        '<div itemprop="image" itemscope><span itemprop="author">Joe Lens</span></div>',
        '<li itemprop="citation" itemscope><span itemprop="author">Mia Marsh</span></li>',
    ],
)
def test_authors_of_pictures_and_cited_works_are_none_of_the_storys(other):
    """Microdata names an author for each thing on a page, and the university where the story's own one works."""
    work = '<b itemprop="affiliation" itemscope><i itemprop="name">Gull University</i></b>'
    own = f'<div itemprop="author" itemscope><i itemprop="name">Ann Poe</i>{work}</div>'

    assert described(page(story=f"{other}{own}")).bylines == ["Ann Poe"]


def test_agency_that_a_page_names_as_author_is_its_byline():
    """`By Associated Press`: where nobody else is named the agency stands as printed, and among the agencies."""
    article = described(page('<meta name="author" content="The Associated Press">'))

    assert (article.bylines, article.agencies) == (["The Associated Press"], ["AP"])


def test_bare_date_gives_way_to_the_day_in_the_storys_head():
    """A meta element that is called `date` and no more may be the printed issue's."""
    shown = '<p class="byline">By Ann Poe</p><time>29.04.2020, 12:01 Uhr</time>'
    (draft,) = read_html(page('<meta name="date" content="2020-04-30">', shown, "de"), Origin()).drafts
    article = extract(draft, Origin())

    assert (article.published, article.evidence["published"].other) == ("2020-04-29T12:01:00", "2020-04-30")


def test_moment_in_utc_is_told_by_the_clock_of_the_publishers_country():
    """Midnight in Rome is the day before in UTC: the instant stays, and the day is the reader's."""
    head = '<link rel="canonical" href="https://gabbiano.example.it/1">'
    head += '<meta property="article:published_time" content="2023-11-01T23:01:00Z">'

    assert described(page(head)).published == "2023-11-02T00:01:00+01:00"


def test_day_that_a_page_declares_of_itself_is_its_storys_where_no_article_is_declared():
    """Systems that declare a WebPage alone put the time of publication there; the stamp may be the last change's."""
    node = {"@type": "WebPage", "datePublished": "2024-02-07T18:05:00+01:00"}
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>'

    assert described(page(head, '<time datetime="2024-03-10">10 March</time>')).published == node["datePublished"]


@pytest.mark.parametrize(
    "flaw", [('"keywords": [', '"keywords": ["port", ],"x": ['), ("@graph", "@graph"), ("}]}", "}]}}")]
)
def test_structured_data_with_small_flaws_is_read(flaw):
    """A comma after the last value and a bracket too many, which browsers' tools let pass."""
    script = json.dumps({"@graph": [STORY]}).replace(*flaw)

    assert described(page(f'<script type="application/ld+json">{script}</script>')).publisher == "The Daily Gull"


def test_headline_loses_the_sites_name():
    """The print that most titles of the page support is the headline."""
    head = '<meta property="og:title" content="Harbour bridge opens a year late | The Daily Gull">'
    head += '<meta property="og:site_name" content="The Daily Gull">'

    assert described(page(head)).headline == "Harbour bridge opens a year late"


def test_page_with_appended_articles_gives_several():
    """Whole articles one after the other, each with its heading, become drafts of their own."""
    prose = "".join(f"<p>{text}</p>" for text in PARAGRAPHS * 2)
    titles = ["Harbour bridge opens a year late", "Ferry becomes a museum at last"]
    body = "".join(f"<article><h1>{title}</h1><p>By Ann Poe</p>{prose}</article>" for title in titles)

    drafts = read_html(f"<html><body>{body}</body></html>".encode(), Origin()).drafts

    assert [(draft.position, draft.headline) for draft in drafts] == list(enumerate(titles))


@pytest.mark.parametrize(("paragraphs", "found"), [(3, 2), (2, 1)])
def test_short_stories_of_three_paragraphs_are_articles(paragraphs, found):
    """A front page of whole briefs gives each; one or two short paragraphs below a heading are a teaser."""
    prose = "".join(f"<p>{text[:104]}</p>" for text in PARAGRAPHS[:paragraphs])
    body = "".join(f"<article><h2>{title}</h2>{prose}</article>" for title in ("Bridge opens late", "Ferry stays"))
    assert len(read_html(f"<html><body>{body}</body></html>".encode(), Origin()).drafts) == found


FRAMES = ["<div class='content-sidebar-wrap'><main>{}</main></div>", "<div class='has-sidebar'><div role=main>{}</div>"]


@pytest.mark.parametrize("frame", FRAMES)
def test_frame_that_is_called_after_the_box_in_it_is_no_foreign_part(frame):
    """What holds the main part is the story's, though its class speaks of a sidebar."""
    story = page(story="<span class='author'>Ann Poe</span>").decode()
    before, _, rest = story.partition("<article>")

    article = described(f"{before}{frame.format(rest.replace('</article>', ''))}".encode())

    assert (article.bylines, article.captions) == (["Ann Poe"], [Caption("The bridge on Tuesday", "AFP")])


def test_articles_in_a_frame_with_a_sidebar_are_several():
    """The articles of a site's front page are told apart whatever its columns are called; not those of a sidebar."""
    prose = "".join(f"<p>{text}</p>" for text in PARAGRAPHS * 2)
    shown = [
        f"<article><h2>{title}</h2>{prose}</article>" for title in ("Bridge opens late", "Ferry stays", "Quay sold")
    ]
    data = f"<div class='has-sidebar'><main>{shown[0]}{shown[1]}</main><div class='sidebar'>{shown[2]}</div></div>"

    drafts = read_html(data.encode(), Origin()).drafts

    assert [draft.headline for draft in drafts] == ["Bridge opens late", "Ferry stays"]


@pytest.mark.parametrize("script", ["", "<script>'<article>'</script>\n"])
def test_articles_below_their_table_of_contents_stand_where_their_text_does(script):
    """Each one's span holds its own text and no other's, though a list above has all the headlines."""
    titles = ["Harbour bridge opens a year late", "Ferry becomes a museum at last", "Quay is sold to the town"]
    prose = "".join(f"<p>{text}</p>" for text in PARAGRAPHS * 2)
    shown = "\n".join(f"<article><h2>{title}</h2>{prose}</article>" for title in titles)
    data = f"<html><body><h3>{', '.join(titles)}</h3>{script}{shown}</body></html>"

    unit = read_html(data.encode(), Origin())

    starts = [draft.span[0] for draft in unit.drafts]
    assert [data[start:].startswith(title) for start, title in zip(starts, titles, strict=True)] == [True] * 3
    assert script or [data[: draft.span[1]].endswith(PARAGRAPHS[-1]) for draft in unit.drafts] == [True] * 3


def test_story_beside_whole_teasers_is_the_pages_own():
    """Articles below a story whose heading the page's title repeats are other stories': the page is one."""
    prose = "".join(f"<p>{text}</p>" for text in PARAGRAPHS * 2)
    titles = ["Ferry becomes a museum at last", "Fishermen ask for a new quay"]
    others = "".join(f"<article><h2>{title}</h2>{prose}</article>" for title in titles)
    data = page().replace(b"<article>", b"<div>").replace(b"</article>", b"</div>")

    (draft,) = read_html(data.replace(b"</body>", f"{others}</body>".encode()), Origin()).drafts

    assert draft.headline == "Harbour bridge opens a year late"


def several(*stories, printed=True):
    items = [{**STORY, "headline": head, **({} if printed else {"articleBody": text})} for head, text in stories]
    prose = "".join(f"<h2>{head}</h2><p>{text}</p>" for head, text in stories) if printed else "<p>Two stories.</p>"
    return f'<html><head><script type="application/ld+json">{json.dumps(items)}</script></head><body>{prose}'.encode()


@pytest.mark.parametrize("printed", [True, False])
def test_items_that_declare_a_story_each_give_several(printed):
    """Without article elements, items with a story each are articles: their text as printed or as declared."""
    first, second = " ".join(PARAGRAPHS), " ".join(reversed(PARAGRAPHS))
    unit = read_html(several(("Bridge opens", first), ("Ferry stays", second), printed=printed), Origin())
    articles = [extract(draft, Origin()) for draft in unit.drafts]

    assert [(article.headline, article.body) for article in articles] == [
        ("Bridge opens", first),
        ("Ferry stays", second),
    ]
    assert articles[1].bylines == ["Ann Poe", "Bob Low"]


def test_items_of_other_stories_are_no_articles():
    """Items that only point to other stories leave the page one article."""
    others = [{**STORY, "headline": f"Another story of the week, part {number}"} for number in range(3)]
    data = page(f'<script type="application/ld+json">{json.dumps([STORY, *others])}</script>')

    assert [draft.headline for draft in read_html(data, Origin()).drafts] == [STORY["headline"]]


def test_breadcrumbs_and_tags_become_marks():
    """Print that markup names is given as marks, in the order of the page."""
    story = '<ul class="breadcrumb"><li><a>Home</a></li><li><a>Port</a></li></ul><a rel="tag">bridges</a>'

    (draft,) = read_html(page(story=story), Origin()).drafts

    labels = [mark.label for mark in draft.marks]
    assert labels == [Label.BREADCRUMB, Label.BREADCRUMB, Label.TAGS]


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"<html><body><nav>Home</nav></body></html>"])
def test_page_without_text_is_refused(data):
    """A page that holds no running text is unreadable, with a reason."""
    with pytest.raises(Unreadable):
        read_html(data, Origin())


def test_web_page_is_told_from_page_text():
    """A document is read as HTML by its opening, comments before it or not; text about tags is not."""
    pages = (page(), b"<!-- saved -->\n" + page(), b"The <p> element is old.")

    assert [detect(Source.of(data)).name for data in pages] == ["html", "html", "page-text"]


@pytest.mark.parametrize("before", ["HTTP/1.1 200 OK\nServer: x\n\n", "https://gull.example/a\n", "Notice: old call\n"])
def test_page_below_what_a_tool_printed_is_a_web_page(before):
    """The head of an answer or an address above the document does not make its markup a text."""
    data = before.encode() + page()

    assert detect(Source.of(data)).name == "html"
    assert described(data).body.split("\n\n") == PARAGRAPHS


def test_element_of_a_page_is_a_web_page():
    """One element saved alone is read as markup; a text that begins with a tag is not."""
    piece = f"<div class='content'><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></div>\n"
    speaking = "<div> and <main> are elements of HTML.\n\nSo is <html>\n<p>."

    assert [detect(Source.of(each.encode())).name for each in (piece, speaking)] == ["html", "page-text"]
    assert described(piece.encode()).body.split("\n\n") == PARAGRAPHS[:2]
