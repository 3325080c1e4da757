r"""Wire stories as they come over the line: ANPA 1312 and IPTC 7901, one story or a dump of many.

A story is framed by control characters: SOH, header, STX, text, ETX, trailer. The ANPA header names service, number,
category, format, priority, slug (`BC-BRIDGE-STAYS`), date and words; the IPTC one source, number, priority, category
and words, with the slug (`Council/Bridge/`) on the next line.
"""

from __future__ import annotations

import re
from functools import cache

from newstext.article import Stated
from newstext.encoding import scrub
from newstext.extract.tables import fold, rows
from newstext.formats.base import Look
from newstext.formats.binary import is_binary
from newstext.formats.exports import Record
from newstext.formats.paragraphs import tidy, unwrapped
from newstext.formats.pieces import Records
from newstext.formats.wirehead import head_of

_SOH, _STX, _ETX = "\x01", "\x02", "\x03"
_OPENING = re.compile(rb"\x01(?=[\t\n\r\x0e-\x1f -~]{3,600}\x02)")
_ANPA = re.compile(r"\b(?:AM|PM|BC|AP|bc|am|pm)-+[A-Z0-9][^\n\x00-\x1f]{0,80}")
_SLUG_END = re.compile(r"(?<!\s)\s+(\d{1,2}-\d{1,2})(?:\s+(\d{1,5}))?\s*$")
_IPTC = re.compile(r"([A-Za-z]{2,8})\s?(\d{1,5}) (\d) ([A-Za-z]{1,5}) (\d{1,5})\b[ \t]*([^\n]*)")
_TRAILER = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{2,4})\s+(\d{2})(\d{2})\s?([A-Z]{2,4})")
_FILED = re.compile(r"\b(\d{2})(\d{2})(\d{2})\s+(?:([A-Z]{2,4})\s+)?([^\W\d_]{3,5})\.?\s+(\d{2,4})\s*$")
#: The languages of the services that send IPTC 7901, whose months close their stories.
_LANGUAGES = frozenset(("en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "no"))
#: Lines of the frame that are no text: desks' marks, end marks.
_FRAME = re.compile(r"\s*(?:---+|===+|\(?MORE\)?|-?30-?|###?|=+\d*)\s*$")
#: The number of a take stands alone above or below the text; inside it is the end of a line that was wrapped.
_TAKE = re.compile(r"\S{0,12}\d{3,5}[^\s.,;:!?]{0,12}$")
#: What is below a text for editors: `# Notebook`, or stars above `The following is not for publication`.
_NOTEBOOK = re.compile(r"#{1,3} \w[\w ]{1,40}$")
_STARS = re.compile(r"\*(?: ?\*){2,9}$")
#: The control characters that part words, and that which begins a table's row.
_SPACES = str.maketrans({"\x1f": " ", "\x08": "\t"})
_ENDS = "".join(map(chr, range(33))) + "\x7f"


def sniff(look: Look) -> float:
    framed = _OPENING.search(look.head) and b"\x03" in look.head
    return 0.95 if framed and not is_binary(look.head) else 0


def record(piece: str) -> Record | None:
    """A story of either standard; None for what stands before the first one."""
    if not piece.startswith(_SOH):
        return None
    header, _, rest = piece[1:].partition(_STX)
    text, _, trailer = rest.partition(_ETX)
    stated = Stated(rule="wire")
    _anpa(header, stated) or _iptc(header, stated)
    stated.published = _moment(trailer) or _filed(text, trailer)
    head = head_of(scrub(text.translate(_SPACES)).split("\n"))
    head.tell(stated)
    lines = _published(head.rest)
    lines = _unsigned(lines, set(re.findall(r"[A-Za-z]{2,8}", header.partition("\n")[0])))
    body = "\n".join("" if _FRAME.match(line) else line for line in _without_takes(lines))
    body = re.sub(r"\n(?:\t {0,8}| {2,5})(?=\S)", "\n\n", f"\n{body}")
    return Record(head.headline or _from_slug(stated), unwrapped(body), stated)


def _anpa(header: str, stated: Stated) -> bool:
    slug = _ANPA.search(header)
    if not slug:
        return False
    end = _SLUG_END.search(slug[0])
    stated.words = int(end[2]) if end and end[2] else None
    stated.topics = [tidy(slug[0][: end.start()] if end else slug[0])]
    stated.id = tidy(scrub(header.split("\n", maxsplit=1)[0].split("\x1f", maxsplit=1)[0])) or None
    return True


def _iptc(header: str, stated: Stated) -> bool:
    found = _IPTC.search(header)
    if not found:
        return False
    stated.id, stated.section, stated.words = f"{found[1]}{found[2]}", found[4], int(found[5]) or None
    slug = header[found.end() :].strip() or found[6]
    stated.topics = [word for word in map(tidy, re.split(r"[/\n]", slug)) if word][:8]
    return True


def _moment(trailer: str) -> str | None:
    """`01-31-88 1204GMT`, as an ISO time where the zone is Greenwich's, else without one."""
    found = _TRAILER.search(trailer)
    if not found:
        return None
    month, day, year = int(found[1]), int(found[2]), int(found[3])
    zone = "Z" if found[6] in ("GMT", "UTC") else ""
    return f"{_century(year)}-{month:02}-{day:02}T{found[4]}:{found[5]}{zone}"


def _filed(text: str, trailer: str) -> str | None:
    """The line that closes an IPTC story: `041426 GMT Apr 19`."""
    for place in (text.rstrip(_ENDS)[-80:], trailer[:80]):
        found = _FILED.search(place.strip(_ENDS))
        month = _months().get(fold(found[5])) if found else None
        if found and month:
            zone = "Z" if found[4] in ("GMT", "UTC") else ""
            return f"{_century(int(found[6]))}-{month:02}-{found[1]}T{found[2]}:{found[3]}{zone}"
    return None


@cache
def _months() -> dict[str, int]:
    return {fold(name): int(number) for name, number, language in rows("months") if language in _LANGUAGES}


def _century(year: int) -> int:
    return year if year > 99 else year + (1900 if year >= 60 else 2000)


def _published(lines: list[str]) -> list[str]:
    """The lines down to what is told to editors only, or to the line that closes the story."""
    for number, line in enumerate(lines):
        mark = line.strip()
        if _NOTEBOOK.match(mark) or (_STARS.match(mark) and any(each.startswith("#") for each in lines[number:])):
            return lines[:number]
    last = _last(lines)
    return lines[:last] if lines and _FILED.fullmatch(lines[last].strip()) else lines


def _last(lines: list[str]) -> int:
    return next((n for n in range(len(lines) - 1, -1, -1) if lines[n].strip()), 0)


def _unsigned(lines: list[str], desks: set[str]) -> list[str]:
    """The lines without the desk's signature below an agency's text: `dpa ab yyzz n1 cd`, `jr/ab/cd`."""
    last = _last(lines)
    line = lines[last].strip() if lines else ""
    named = re.match(r"([A-Za-z]{2,8})(?:[ /][a-z0-9]{1,4}){1,6}$", line)
    signed = (named and named[1] in desks) or re.match(r"[a-z]{2,4}(?:/[a-z0-9]{1,4}){1,5}$", line)
    return lines[:last] if signed else lines


def _without_takes(lines: list[str]) -> list[str]:
    """The lines without the numbers of takes above and below the text."""
    start, end = 0, len(lines)
    while start < end and (_TAKE.match(lines[start].strip()) or not lines[start].strip()):
        start += 1
    while start < end and (_is_take(lines[start:end]) or not lines[end - 1].strip()):
        end -= 1
    return lines[start:end]


def _is_take(lines: list[str]) -> bool:
    above = lines[-2].strip() if len(lines) > 1 else ""
    parted = not above or above.endswith((".", "!", "?", "''", '"')) or _FRAME.match(above) is not None
    return parted and _TAKE.match(lines[-1].strip()) is not None


def _from_slug(stated: Stated) -> str | None:
    """A story without a headline goes by its slug."""
    return stated.topics[0] if stated.topics else None


WIRE = Records(
    "wire", "stories framed by SOH, STX and ETX (ANPA 1312, IPTC 7901)", sniff, _OPENING, record, controls=True
)
