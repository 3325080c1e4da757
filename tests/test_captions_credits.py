"""Captions apart from the credits that stand at their end."""

import pytest

from newstext.article import Caption
from newstext.extract.captions import caption

PRINTED = [
    ("The minister in Baghdad, Feb. 6, 2024. (AP)", Caption("The minister in Baghdad, Feb. 6, 2024.", "AP")),
    ("The minister. (AFP file photo)", Caption("The minister.", "AFP", file_photo=True)),
    ("A ferry on Monday. (AP Photo/Ann Poe)", Caption("A ferry on Monday.", "AP/Ann Poe")),
    ("A ferry. (AP Photo/Ann Poe, File)", Caption("A ferry.", "AP/Ann Poe", file_photo=True)),
    ("Der Turm fiel zuerst. Foto: Ann Poe/dpa", Caption("Der Turm fiel zuerst.", "Ann Poe/dpa")),
    ("A man walks home. REUTERS/Ann Poe", Caption("A man walks home.", "REUTERS/Ann Poe")),
    ("Dark mode. Image Credits: Gull Corp", Caption("Dark mode.", "Gull Corp")),
    ("칩 사진 [사진 출처 = 연합뉴스]", Caption("칩 사진", "연합뉴스")),
    ("Talks in Genf © picture alliance/dpa", Caption("Talks in Genf", "picture alliance/dpa")),
    ("A ferry. (Staff photo by Ann Poe)", Caption("A ferry.", "Ann Poe")),
    ("A ferry. AP file photo by Ann Poe", Caption("A ferry.", "Ann Poe/AP", file_photo=True)),
    ("A ferry. (Photo courtesy of the Gull Museum)", Caption("A ferry.", "the Gull Museum")),
    ("He won courtesy of a late goal", Caption("He won courtesy of a late goal")),
    ("A man (center) walks home", Caption("A man (center) walks home")),
]


@pytest.mark.parametrize(("line", "read"), PRINTED)
def test_printed_caption(line, read):
    """The credit is given apart from the words, and an old picture is told by its print."""
    assert caption(line) == read


def test_hostile_caption_takes_linear_time():
    """A megabyte of open brackets and slashes is read at once."""
    assert caption("(" * 500_000 + "/" * 500_000).credit is None
