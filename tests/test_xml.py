"""XML whose references name no character."""

import pytest

from newstext.formats.xml import tree_of


@pytest.mark.parametrize(
    ("reference", "read"),
    [
        ("&#8217;", "\u2019"),
        ("&eacute;", "\u00e9"),
        ("&#xD800;", "\ufffd"),
        ("&#55296;", "\ufffd"),
        ("&#xdfff", "\ufffd"),
        (f"&#x{'0' * 5000}D800;", "\ufffd"),
        (f"&#{'0' * 5000}8217;", "\u2019"),
        ("&#x110000;", "\ufffd"),
        (f"&#{'9' * 5000};", "\ufffd"),
    ],
)
def test_what_is_no_character_is_replaced(reference, read):
    """Half a character, or a number beyond all of them, becomes U+FFFD; libxml2 makes bytes of it that are no text."""
    assert "".join(tree_of(f"<a>x{reference} y</a>").itertext()) == f"x{read} y"
