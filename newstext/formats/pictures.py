"""Text and captions of a fragment of HTML, apart: what a feed or a row gives as its article has pictures in it."""

from __future__ import annotations

from newstext.article import Caption
from newstext.formats.fragment import block_text, looks_like_markup, parse, written_out
from newstext.html import captions


def apart(markup: str) -> tuple[str, list[Caption]]:
    """A fragment's paragraphs, a blank line between them, and its pictures' captions; plain text with its lines."""
    if not looks_like_markup(markup):
        return written_out(markup), []
    tree = parse(markup)
    found = captions.captions(tree)
    for element in captions.elements(tree):
        element.drop_tree()
    return block_text(tree), found
