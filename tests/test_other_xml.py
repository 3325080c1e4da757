"""XML of no known kind: read for its text, told by name where it has none."""

import pytest

from newstext.errors import Unreadable
from newstext.formats import read
from newstext.source import Source

PROSE = (
    "The town council of <place>Gull Bay</place> voted on Tuesday evening to replace the iron bridge over the river.",
    "The mayor said that the new crossing would cost 14 million euros &amp; take three years to build.",
    "Opponents said that the plan had been drawn up in haste, and announced a petition against it.",
)


def test_text_of_unknown_xml_is_read_without_its_markup():
    """Elements with words of their own are paragraphs, whatever they are called, and what is inside them is text."""
    body = "".join(f"<abs>{text}</abs>" for text in PROSE)
    data = f"<?xml version='1.0'?><x:doc xmlns:x='urn:x'><x:hd>Council votes to replace bridge</x:hd>{body}</x:doc>"
    (unit,) = read(Source.of(data.encode(), "x.xml"))
    assert (unit.format, unit.drafts[0].headline) == ("xml/page-text", "Council votes to replace bridge")
    assert unit.drafts[0].body.split("\n\n")[0].startswith("The town council of Gull Bay voted")
    assert "<" not in unit.drafts[0].body


def test_xml_without_text_says_so():
    """Settings and lists of files are refused as what they are."""
    with pytest.raises(Unreadable, match="no known kind"):
        list(read(Source.of(b"<?xml version='1.0'?><files><file path='a'/><file path='b'/></files>", "x.xml")))
