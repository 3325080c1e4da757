"""The format pack: every way that newsrooms and scrapers hold articles, told by content, read in parts.

    read(source)          its articles as drafts with what the format states of them, a unit at a time
    prepare(sources)      for many files: what costs less when it is done for all of them at once
    detect(source)        the format that `read` will use: `.name`, `.recognised`
    known()               all formats, built in or added under the entry-point group `wiredesk.formats`

One small module a format. `base.py` says what a format is; docs/formats.md shows how to add one.
"""

from newstext.formats.detect import detect, known
from newstext.formats.reading import prepare, read

__all__ = ["detect", "known", "prepare", "read"]
