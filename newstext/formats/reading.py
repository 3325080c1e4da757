"""Reading a file of any format, in parts.

What a broken file means is decided here, once for all formats. A file that gives no article at all is `Unreadable`.
A file that gave some is readable: damage behind them (a cut-off archive, a bomb as the ninth member) ends its last
unit, which has no drafts but says what happened in `refused` and in its audit's notes. Nothing that was given before
the damage is taken back, however the caller groups the units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from newstext.article import Audit, Refusal, Unit
from newstext.errors import Unreadable
from newstext.formats.base import Format
from newstext.formats.detect import detect
from newstext.formats.lengths import differing
from newstext.formats.pagetext import PAGE_TEXT
from newstext.source import Source


def prepare(sources: Sequence[Source]) -> None:
    """Do for many files at once what costs less so; `read` of each of these sources finds it done.

    Nothing is decided here: what fails is left to `read`, which tries again and says of which file it is true.
    """
    pages = []
    for source in sources:
        with suppress(Exception):
            if _form(source) is PAGE_TEXT:
                pages.append(source)
    with suppress(Exception):
        PAGE_TEXT.prepare(pages)


def read(source: Source, cursor: str | None = None) -> Iterator[Unit]:
    """The units of a file, from its start or from after the unit whose `cursor` is given.

    Raises `Unreadable`, at once or when the last unit is asked for, if no unit had a draft. A read that is resumed
    never raises it: the articles were given before.
    """
    form = _form(source)
    given = cursor is not None
    refused = 0
    first: Refusal | None = None
    try:
        for unit in form.read(source, cursor):
            unit.format = f"{form.name}/{unit.format}" if unit.format else form.name
            given = given or bool(unit.drafts)
            refused += len(unit.refused)
            if source.depth == 0:
                unit.audit.notes += differing(unit.drafts)
            first = first or next(iter(unit.refused), None)
            yield unit
    except Unreadable as damage:
        if not given:
            raise
        yield _closing(damage, form.name, source)
    if not given:
        raise _nothing(refused, first)


def _form(source: Source) -> Format:
    return source.keep("format", None, lambda: detect(source))


def _closing(damage: Unreadable, name: str, source: Source) -> Unit:
    """The file's end: what happened, and up to which byte it had been read by then."""
    refusal = Refusal(damage.kind, f"the rest could not be read: {damage}", place=f"byte {source.stream.tell():,}")
    return Unit(drafts=[], audit=Audit(), format=name, refused=[refusal])


def _nothing(refused: int, first: Refusal | None) -> Unreadable:
    """Why a file without an article has none: the reason of its parts, when they gave one."""
    if first is None:
        return Unreadable("no-article", "the file is readable but holds no article")
    if refused == 1:
        return Unreadable(first.kind, first.told)
    return Unreadable("no-article", f"none of {refused} parts holds an article; the first: {first.told}")
