"""An HTML page in, its articles out: body and captions as printed, and what the page declares of itself.

    read_html(data, origin)     a page's bytes -> Unit
    read_page(text, origin)     the same for text that is decoded already

Declarations (JSON-LD, OpenGraph, meta) go into `Draft.stated`, print that names writers and times into
`Draft.marks`: `newstext.extract` reads both in the same way as it reads a page of text.
"""

from newstext.html.reader import read_html, read_page

__all__ = ["read_html", "read_page"]
