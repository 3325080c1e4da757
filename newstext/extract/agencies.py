"""News agencies that a text is credited to: lone lines, brackets of datelines, tails of bylines.

A photo's credit never passes here: captions are the business of `credits`.
"""

from __future__ import annotations

import re
from functools import cache

from newstext.extract.tables import fold, toml, words

#: A run of blanks is entered at its start alone: else each of its characters would begin a search of its own.
_SPLIT = re.compile(r"(?:(?<!\s)\s+)?(?:[/,;|+&،•·]|\s[-–—]\s)\s*")
_TAIL = re.compile(r"\(([^()\n]{2,40})\)\s*\.?$")


@cache
def _names() -> dict[str, str]:
    table = toml("agencies")["names"]
    return {fold(print_): name for name, others in table.items() for print_ in (name, *others)}


@cache
def _guarded() -> frozenset[str]:
    return frozenset(toml("agencies")["words"]["guarded"])


def agency(text: str, *, certain: bool = True) -> str | None:
    """The agency that `text` names, nothing else in it; `certain` says that an agency is expected there.

    Names that are common words too (`Trend`, `Mehr`) are taken only where one is expected, printed exactly so.
    """
    text = text.strip(" .()[]–—-*:")
    name = _names().get(fold(text))
    if name is None or text in _guarded():
        return name if certain else None
    if len(text) <= 4 and text.isascii() and text.islower() and name != text:
        return None  # `ap` in running text is no agency: acronyms are printed as such
    return None if name in _guarded() and text != name and len(text) < 5 else name


def named(text: str) -> list[str]:
    """All agencies of a credit such as ``AFP/Reuters`` or ``Le Figaro et AFP``, in the order printed."""
    found = [agency(piece) for piece in _pieces(text)]
    return list(dict.fromkeys(name for name in found if name))


def printed(text: str) -> list[str]:
    """The agencies of a credit as they are printed there: `The Associated Press`."""
    return [piece.strip(" .()[]-–—") for piece in _pieces(text) if agency(piece)]


def _pieces(text: str) -> list[str]:
    joiners = words("agencies", "words", "joiners")
    pieces = []
    for part in _SPLIT.split(text):
        run: list[str] = []
        for word in part.split():
            if fold(word) in joiners:
                pieces.append(" ".join(run))
                run = []
            else:
                run.append(word)
        pieces.append(" ".join(run))
    return [piece for piece in pieces if piece]


def only_agencies(text: str) -> list[str]:
    """The agencies of a line that holds agencies and joining words alone; else nothing."""
    if len(text) > 80:
        return []
    pieces = _pieces(text.strip(" ()[]"))
    generic = words("agencies", "words", "generic")
    found = [agency(piece) or (fold(piece) in generic or None) for piece in pieces]
    return [name for name in found if isinstance(name, str)] if found and all(found) else []


def closing(body: str) -> tuple[str, list[str]] | None:
    """The agencies in brackets that end a body, ``... am Montag sagte. (dpa/KNA)``, with the print."""
    found = _TAIL.search(body[-60:])
    names = only_agencies(found.group(1)) if found else []
    return (found.group(1), names) if found and names else None
