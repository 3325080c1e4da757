r"""Wire stories as they come over the line: ANPA 1312 and IPTC 7901, one story or a dump of many.

A story is framed by control characters: SOH, header, STX, text, ETX, trailer. The ANPA header names service, number,
category, format, priority, slug (`BC-BRIDGE-STAYS`), date and words; the IPTC one source, number, priority, category
and words, with the slug (`Council/Bridge/`) on the next line.
"""

from __future__ import annotations

import re

from newstext.article import Stated
from newstext.encoding import scrub
from newstext.formats.base import Look
from newstext.formats.binary import is_binary
from newstext.formats.exports import Record
from newstext.formats.paragraphs import tidy, unwrapped
from newstext.formats.pieces import Records

_SOH, _STX, _ETX = "\x01", "\x02", "\x03"
_OPENING = re.compile(rb"\x01(?=[\t\n\r\x0e-\x1f -~]{3,600}\x02)")
_ANPA = re.compile(r"\b(?:AM|PM|BC|bc|am|pm)-+[A-Z0-9][^\n\x00-\x1f]{0,80}")
_SLUG_END = re.compile(r"(?<!\s)\s+(\d{1,2}-\d{1,2})(?:\s+(\d{1,5}))?\s*$")
_IPTC = re.compile(r"([A-Za-z]{2,8})\s?(\d{1,5}) (\d) ([A-Z]{1,5}) (\d{1,5})\b[ \t]*([^\n]*)")
_TRAILER = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{2,4})\s+(\d{2})(\d{2})\s?([A-Z]{2,4})")
_FILED = re.compile(r"\b(\d{2})(\d{2})(\d{2})\s+([A-Z]{2,4})\s+([A-Za-z]{3})\s+(\d{2,4})\s*$")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_BYLINE = re.compile(r"(?:By|BY|Von|Par|Por)\s+[^\n]{2,100}$")
#: A writer's role on the line below the name, above the indented text: `Associated Press Writer`.
_ROLE = re.compile(r"(?:[A-Z][\w.'-]{1,20} ?){1,5}\n[\t ]")
#: Lines of the frame that are no text: take numbers, desks' marks, end marks.
_FRAME = re.compile(r"^(?:\s*(?:---+|===+|\(?MORE\)?|-?30-?|###?|=+\d*)\s*|\S{0,12}\d{3,5}\S{0,12})$")
_MARKS = str.maketrans("", "", "^<>\x1e\x1f")


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
    lines = [line.translate(_MARKS) for line in scrub(text.replace("\x1f", " ")).split("\n")]
    headline, lines = _headline(text, lines)
    lines = _byline(lines, stated)
    lines = _unsigned(lines, stated)
    body = "\n".join("" if _FRAME.match(line) else line for line in lines)
    body = re.sub(r"\n(?:\t| {2,5})(?=\S)", "\n\n", f"\n{body}")
    return Record(headline or _from_slug(stated), unwrapped(_without_filing(body)), stated)


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
    for place in (text.rstrip()[-80:], trailer):
        found = _FILED.search(place.strip())
        if found and found[5].upper() in _MONTHS:
            month = _MONTHS.index(found[5].upper()) + 1
            zone = "Z" if found[4] in ("GMT", "UTC") else ""
            return f"{_century(int(found[6]))}-{month:02}-{found[1]}T{found[2]}:{found[3]}{zone}"
    return None


def _century(year: int) -> int:
    return year if year > 99 else year + (1900 if year >= 60 else 2000)


def _without_filing(body: str) -> str:
    lines = body.rstrip().split("\n")
    return "\n".join(lines[:-1] if lines and _FILED.fullmatch(lines[-1].strip()) else lines)


def _headline(text: str, lines: list[str]) -> tuple[str | None, list[str]]:
    """The headline: marked `^...<`, or the first lines up to a blank one when they are no sentence of the text."""
    marked = re.search(r"^\s*\^(?!(?:By|BY) )([^\n<]{3,200})<?\s*$", text, re.MULTILINE)
    if marked:
        headline = tidy(marked[1].translate(_MARKS).rstrip("= "))
        return headline, [line for line in lines if tidy(line) != headline]
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return None, lines
    line = lines[first]
    alone = first + 1 >= len(lines) or not lines[first + 1].strip() or lines[first + 1].startswith(("\t", "  "))
    is_text = line.startswith(("\t", "   ")) or line.rstrip().endswith((".", ",")) or len(line) > 120
    return (tidy(line.rstrip("= ")), lines[first + 1 :]) if alone and not is_text else (None, lines)


def _byline(lines: list[str], stated: Stated) -> list[str]:
    for number, line in enumerate(lines[:8]):
        if _BYLINE.match(line.strip()) and len(line.split()) <= 8:
            stated.bylines = [tidy(line)]
            return (
                lines[:number] + lines[number + (2 if _ROLE.match("\n".join(lines[number + 1 : number + 3])) else 1) :]
            )
    return lines


def _unsigned(lines: list[str], stated: Stated) -> list[str]:
    """The lines without the desk's signature below an agency's text: `dpa ab yyzz n1 cd`."""
    last = next(
        (n for n in range(len(lines) - 1, -1, -1) if lines[n].strip() and not _FILED.fullmatch(lines[n].strip())), 0
    )
    source = re.match(r"[A-Za-z]+", stated.id or "")
    signed = source and re.match(rf"\s?{source[0]}(?:[ /][a-z0-9]{{1,4}}){{2,6}}\s*$", lines[last] if lines else "")
    return lines[:last] + lines[last + 1 :] if signed else lines


def _from_slug(stated: Stated) -> str | None:
    """A story without a headline goes by its slug."""
    return stated.topics[0] if stated.topics else None


WIRE = Records(
    "wire", "stories framed by SOH, STX and ETX (ANPA 1312, IPTC 7901)", sniff, _OPENING, record, controls=True
)
