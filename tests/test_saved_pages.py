"""Pages that a browser saved as one file: read as the web pages that they are."""

from newstext.formats import read
from newstext.source import Source
from tests.hostile.carriers import CARRIERS
from tests.hostile.contents import BODY, HEADLINE


def test_a_saved_page_is_a_web_page_with_its_own_address():
    """Its mail header is the browser's: the day in it is when the page was saved, and no story's."""
    saved = next(carrier for carrier in CARRIERS if carrier.name == "mhtml").file(HEADLINE, BODY)
    (unit,) = read(Source.of(saved, "page.mhtml"))
    (draft,) = unit.drafts
    assert (unit.format, draft.headline, draft.stated.url) == ("mhtml", HEADLINE, "https://a.example/1")
    assert (draft.stated.published, unit.origin.fetched_at) == (None, "2019-05-03T10:00:00+00:00")
