"""Captions: the text under a picture, who took it, whether it is an old one."""

from __future__ import annotations

import re

from newstext.article import Caption
from newstext.split.words import Words, words

#: A credit is short; what is longer in brackets is part of the sentence.
LONGEST_CREDIT = 60

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|©")
_SLASHED = re.compile(
    r"(?:REUTERS|Reuters|AP|AFP|EPA|EFE|UPI|dpa|Getty Images)(?: Photo| PHOTO)? ?/ ?[^/.,;:()]{2,40}$"
)
_CLOSERS = {")": "(", "]": "["}


def caption(line: str) -> Caption:
    """Take a caption line apart: ``Fuad Hussein. (AFP file photo)`` gives text, ``AFP``, an old picture."""
    table = words()
    text, old = opened(once(line.strip()), table)
    text, credit = credited(text, table)
    if credit is not None:
        credit, filed = without_file(credit, table)
        old = old or filed
    return Caption(text, credit or None, old)


def once(text: str) -> str:
    """A caption that a converter printed twice on one line, once."""
    for middle in range(len(text) // 2 - 1, len(text) // 2 + 2):
        if middle > 10 and text[:middle].strip() == text[middle:].strip():
            return text[:middle].strip()
    return text


def opened(text: str, table: Words) -> tuple[str, bool]:
    """Cut what only says that a caption follows; whether it says that the picture is from the files."""
    low = text.lower()
    if not low.startswith(table.captions):
        return text, False
    for start in table.captions:
        if low.startswith(start) and not low[len(start) : len(start) + 1].isalnum():
            return text[len(start) :].strip(" :-–—"), start.startswith("file")
    return text, False


def credited(text: str, table: Words) -> tuple[str, str | None]:
    """A caption's text and its credit as printed, by the closest of the forms in which credits stand."""
    if (opener := _CLOSERS.get(text[-1:])) and (at := text.rfind(opener)) >= 0:
        inside = text[at + 1 : -1]
        if is_credit(inside, table):
            return text[:at].rstrip(), unmarked(inside, table)
    if found := _SLASHED.search(text[-LONGEST_CREDIT:]):
        at = max(0, len(text) - LONGEST_CREDIT) + found.start()
        return text[:at].rstrip(" |-–—"), text[at:]
    low = text.lower()
    end = max(0, len(low) - LONGEST_CREDIT)
    at = max((low.rfind(marker, end) for marker in table.markers), default=-1)
    if at >= 0 and not low[at - 1 : at].isalpha():
        return text[:at].rstrip(" |-–—("), unmarked(text[at:].rstrip(")"), table)
    cut = max(text.rfind(stop) for stop in (". ", "| ", '." ', ".” ", "— ")) + 1
    if cut and len(text) - cut <= LONGEST_CREDIT and mentions(text[cut:], table):
        return text[:cut].rstrip(" |—"), text[cut:].strip(" |")
    return text, None


def is_credit(text: str, table: Words) -> bool:
    """Whether what stands in brackets is a credit: it names a photographer's trade or agency, or only names."""
    parts = _WORD.findall(text)
    if not 0 < len(text) <= LONGEST_CREDIT or not parts:
        return False
    return mentions(text, table) or (all(part[0].isupper() for part in parts) and ("/" in text or len(parts) == 1))


def mentions(text: str, table: Words) -> bool:
    return not table.credits.isdisjoint(map(str.lower, _WORD.findall(text)))


def unmarked(text: str, table: Words) -> str:
    low = text.lower()
    marker = next((m for m in table.markers if low.startswith(m)), "")
    return text[len(marker) :].strip(" :/|.")


def without_file(credit: str, table: Words) -> tuple[str, bool]:
    """Cut ``file photo``, ``File/`` or ``/File`` off a credit; whether something was cut."""
    pieces = [piece.strip() for piece in credit.split("/")]
    kept = [piece for piece in pieces if not all(w.lower() in table.file | {"photo"} for w in _WORD.findall(piece))]
    bare = " ".join(w for w in "/".join(kept).split() if w.lower() not in table.file)
    old = len(kept) < len(pieces) and any(w.lower() in table.file for w in _WORD.findall(credit))
    if bare != "/".join(kept):
        return bare.removesuffix(" photo").removesuffix(" Photo").strip(), True
    return bare, old
