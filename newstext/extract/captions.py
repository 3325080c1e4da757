"""Captions: the picture's words, who made it, and whether it is an old picture.

... in Baghdad, Iraq. (AP)      (AFP file photo)      Foto: Peter Kneffel/dpa      REUTERS/Jane Roe      FILE - ...
"""

from __future__ import annotations

import re
from functools import cache

from newstext.article import Caption
from newstext.extract.agencies import agency
from newstext.extract.tables import fold, toml, words

_BRACKET = re.compile(r"[(\[（【]([^()\[\]（）【】\n]{1,80})[)\]）】]\s*(?:\.\s*)?$")
_FILE_FIRST = re.compile(r"\W{0,2}FILE\b(?: PHOTO| - PHOTO| IMAGE)?\s*[-–—:.]?\s*")
_SLASHED = re.compile(r"(?:^|[.!?”\"]\s+|(?<!\s)\s{2,}|\|\s*)([A-Z][\w,&' -]{1,40}(?:/[\w.,&' -]{2,40}){1,3})\s*\.?$")
#: Who sent the maker stands before `photo by` at times: `Staff photo by ...`, `AP Photo by ...`, `Post file photo by`.
_PRINTED = r"(?-i:[A-Z])[\w'’&-]{0,30}"
_SENT = rf"(?:^|(?<=[.!?”\")\]] ))(?P<sender>{_PRINTED}(?: {_PRINTED})?) (?:file )?photos? by\s+"
_WORD_FILE = re.compile(
    r"(?:(?<![\s,/|-])[\s,/|-]+)?\b(file(?: photo| image)?|archiv\w*|photo|foto|image)s?\b[\s,/|-]*", re.IGNORECASE
)


def caption(text: str, credit: str | None = None) -> Caption:
    """A caption line read: its words without the credit, the credit alone, an old picture or not."""
    text = " ".join(text.split())
    old = bool(first := _FILE_FIRST.match(text))
    body = text[first.end() :] if first else text
    cut = _bracketed(body) or _slashed(body) or _cued(body)
    if cut is None:
        return Caption(body or text, credit, old)
    start, printed = cut
    name, aged = _clean(printed)
    rest = body[:start].rstrip(" |-–—/,")
    return Caption(rest or body, credit or name, old or aged)


def again(read: Caption) -> Caption:
    """A caption that a splitter made, read again where it holds no credit yet."""
    if read.credit is not None:
        return read
    more = caption(read.text)
    return Caption(more.text, more.credit, read.file_photo or more.file_photo)


def _bracketed(text: str) -> tuple[int, str] | None:
    found = _BRACKET.search(text[-120:])
    if not found or not _credits(found.group(1)):
        return None
    return len(text) - len(text[-120:]) + found.start(), found.group(1)


def _cued(text: str) -> tuple[int, str] | None:
    hits = [match for match in _cue().finditer(text) if len(text) - match.end() <= 90]
    if not hits or not text[hits[0].end() :].strip(" :."):
        return None
    return hits[0].start(), text[hits[0].start() :]


def _slashed(text: str) -> tuple[int, str] | None:
    found = _SLASHED.search(text[-140:])
    if not found or not any(_house(part) for part in found.group(1).split("/")):
        return None
    return len(text) - len(text[-140:]) + found.start(1), found.group(1)


@cache
def _cue() -> re.Pattern[str]:
    marked = rf"(?<!\w)(?:{_spelled('by')})\s?(?:[:：=/]|\bby\b)\s*"
    whole = rf"(?<!\w)(?:{_spelled('whole')})\s+|^courtesy of\s+"
    return re.compile(rf"{_SENT}|{marked}|{whole}|(?:©|\(c\))\s*", re.IGNORECASE)


def _spelled(cues: str) -> str:
    listed = sorted(toml("credits")["cues"][cues], key=len, reverse=True)
    return "|".join(re.escape(word) for word in listed)


@cache
def _houses() -> frozenset[str]:
    return frozenset(fold(name) for name in toml("credits")["houses"]["names"])


def _house(text: str) -> bool:
    return fold(text.strip(" .")) in _houses() or agency(text) is not None


def _credits(inside: str) -> bool:
    """Whether the words in a caption's closing brackets name a maker: an agency, a house, `file`, `Photo: X`."""
    if _cue().match(inside) or fold(inside) in words("credits", "words", "file"):
        return True
    parts = [part for part in re.split(r"[/,|;]| via ", _unworded(inside)) if part.strip()]
    return any(_house(part) for part in parts)


def _unworded(text: str) -> str:
    """A credit without words such as `photo`; in `AP Photo/Jane Roe` the slash that parts two names stays."""
    return _WORD_FILE.sub(lambda found: "/" if "/" in found[0] else " ", text)


def _clean(printed: str) -> tuple[str | None, bool]:
    cue = _cue().match(printed)
    printed = printed[cue.end() :] if cue else printed
    if cue and cue["sender"]:
        name, old = printed.strip(" .,;|()[]"), "file photo" in cue[0].lower()
        return f"{name}/{cue['sender']}" if _house(cue["sender"]) else name, old
    if _house(printed):
        return printed.strip(), False
    lowered = fold(printed)
    old = any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lowered) for word in words("credits", "words", "file"))
    name = _unworded(printed).strip(" .,;|/-–—[]()（）") if old or _WORD_FILE.search(printed) else printed
    return (name.strip(" .,;|") or None), old
