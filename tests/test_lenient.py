"""JSON that is valid but says what no text can hold."""

import json

import pytest

from newstext import lenient


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\ud800"', "\ufffd"),
        (r'"\uDC00 \ud83d\ude00 \ud83d"', "\ufffd \U0001f600 \ufffd"),
        (r'"\\ud800"', "\\ud800"),
        (r'"\\\ud800\u0041"', "\\\ufffdA"),
        (r'{"\udfff": [NaN]}', None),
    ],
)
def test_halves_of_characters_are_replaced(text, value):
    """A lone surrogate becomes U+FFFD wherever it stands; pairs and escaped backslashes stay what they are."""
    found = lenient.loads(text)

    assert json.dumps(found, ensure_ascii=False).encode()
    assert value is None or found == value
