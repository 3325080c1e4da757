"""Publisher, section and topics from what pages print around a story."""

import pytest

from newstext.extract.publishers import owner, tags


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("© 2005-2019 The Daily Gull, All Rights Reserved.", "The Daily Gull"),
        ("Copyright (c) 2024 The Daily Gull", "The Daily Gull"),
        ("© 2025 Möwe GmbH | Alle Rechte vorbehalten", "Möwe"),
        ("Copyright © All rights reserved", None),
        ("The copyright of a song was sold for a sum that nobody would name when asked by us", None),
    ],
)
def test_copyright_line_names_the_owner(line, name):
    """The owner stands without years, rights and legal form; prose about copyright names nobody."""
    assert owner(line) == name


def test_tag_line_is_cut_into_tags():
    """Tags come without the word before them and the signs between them."""
    assert tags("Tags: Iraq, coalition · ports #trade") == ["Iraq", "coalition", "ports", "trade"]
