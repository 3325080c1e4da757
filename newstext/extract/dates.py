"""Dates as pages print them: found in a line, read in many languages, with the precision they have.

The forms are few (year first, day first, month first, a name for the month, so many hours ago); the words are
many and stand in tables. A time of day is looked for beside the date, a zone beside the time. Nothing is
completed: a date without a year is no date, a time without a zone stays local.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from newstext.extract.tables import fold, rows, toml, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newstext.article import Span

_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DAY = r"(?<!\d)(?P<d>[0-3]?\d)"
_NAME = r"(?P<m>[^\W\d_]{3,12})"
_TWO_WORDS = r"(?P<m>[^\W\d_]{3,12}(?: [^\W\d_]{4,6})?)"
_MONTH_AND_YEAR = rf"{_TWO_WORDS}[.,]?[ -]{{1,2}}(?:de |del |d')?{_YEAR}"
#: The printed forms. Every piece is bounded, so a line costs time linear in its length.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}(?P<sep>[-/.])(?P<m>[01]?\d)(?P=sep)(?P<d>[0-3]?\d)(?!\d)",
        rf"(?<!\d){_YEAR}(?:年|년|\. ?) ?(?P<m>[01]?\d)(?:月|월|\.) ?(?P<d>[0-3]?\d)(?:日|일|\.)?",
        rf"{_DAY}(?:st|nd|rd|th|er|[ªº°.])? ?(?:de |d'|of |-)?{_MONTH_AND_YEAR}",
        rf"{_NAME}[. ]{{1,2}}(?P<d>[0-3]?\d)(?:st|nd|rd|th)?(?:,|, | ){_YEAR}",
        rf"(?<![\d.]){_DAY}(?P<sep>[./-]) ?(?P<m>[0-3]?\d)(?P=sep) ?{_YEAR}(?!\d\d\d)",
        r"(?<![\d./-])(?P<d>[0-3]?\d)(?P<sep>[./])(?P<m>[0-3]?\d)(?P=sep)(?P<y>\d\d)(?![\d./-])",
        rf"(?<!\d){_YEAR},? {_NAME}[. ]{{1,2}}(?P<d>[0-3]?\d)(?!\d)",
        rf"{_NAME} {{1,2}}(?P<d>[0-3]?\d)(?= \d\d:\d\d:\d\d (?:[A-Z]{{1,5}} |[+-]\d{{4}} )?{_YEAR}(?!\d))",
    )
)
#: All forms but one print the year in full: most lines of a page hold none.
_CENTURY, _SHORT_YEAR = re.compile(r"(?:19|20)\d\d"), slice(5, 6)
#: Characters of a line whose dates are remembered.
_LINE = 300
_CLOCK = (
    r"(?:(?P<half1>오후|오전|午後|午前|下午|上午) ?)?(?P<h>[0-2]?\d)"
    r"(?:(?P<colon>[:.h٫]|시 ?|時)(?P<min>[0-5]\d)(?:분|分)?(?:[:.](?P<s>[0-5]\d)(?!\d)(?:[.,]\d{1,9})?)?)?"
    r"(?: ?(?P<half>[ap]\.?m\b\.?|ص|م(?!\w)|مساء|صباحا))?(?: ?(?:Uhr|hrs?|h|WIB)\b)?"
)
_OFFSET = (
    r"(?: ?\(?(?P<zone>(?:GMT|UTC)? ?(?P<sign>[+−-])(?P<zh>[01]?\d):?(?P<zm>[0-5]\d)?"
    r"|(?:GMT|UTC)(?P<bare>\d{1,2})(?!\d)|(?<![A-Za-z])[A-Z]{1,5}(?![A-Za-z]))\)?)?"
)
_TIME = re.compile(_CLOCK + _OFFSET, re.IGNORECASE)
#: Between a date and its time: separators and a few short words (`um`, `at`, `à`, `a las`).
_SMALL = r"at|um|à|a las|às|as|alle|ore|kl|klo|om|o|ob|saat|в|la|de|the|pukul|den"
_AFTER = re.compile(
    rf"T(?=\d)|[(（][月火水木金土日][)）] ?(?=\d)|(?:[\s,|–—•·;:/\-(]|\b(?:{_SMALL})\b\.?){{0,6}}", re.IGNORECASE
)
#: Between a time and its date: separators, a small word, the day of the week.
_GAP = re.compile(
    r"[\s,|–—•·;:/\-)]{0,4}(?:\b(?:on|am|le|el|il|den|em)\b ?)?(?:[^\W\d_]{2,12}[.,]? ?,? ?)?$", re.IGNORECASE
)
_AGO = re.compile(r"(?P<n>\d{1,3}|[^\W\d_]{1,6})\s?(?P<unit>[^\W\d_]{1,12})")
_WORD = re.compile(r"[^\W\d_]+")
#: Blanks that do not break a line stand in dates as others do (`31. 3. 2023`), Arabic's digits as our own.
_USUAL = dict.fromkeys([0xA0, 0x2009, 0x202F], " ") | {
    zero + n: str(n) for zero in (0x660, 0x6F0, 0xFF10) for n in range(10)
}
#: A year of two digits behind a month's name, told by the time behind it: mail and feeds of RFC 822's time.
_YEAR_OF_TWO = re.compile(r"(\d{1,2}[ -][A-Za-z]{3}[ -])(\d\d)(?= \d\d:\d\d)")
#: Clocks of 24 hours and of places beyond America, beside which the day stands before the month.
_WORLDLY = re.compile(r"\b(?:1[3-9]|2[0-3])[:.][0-5]\d\b|\b(?:GMT|BST|IST|CES?T|E[AE]T|WAT|SAST|[AN][EWZ][SD]T)\b")
#: Characters between such a cue's start and its date, the day of the week among them.
_NEAR_CUE = 40
#: The last word of some that lost the blank between them: `PressApril 28, 2023`.
_GLUED = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]+$")
_UNITS = ("second", "minute", "hour", "day", "week")


class Stamp(NamedTuple):
    """One date of a text: ISO 8601, `second`, `minute` or `day`, where it stands, and its printed order.

    `sure` is False where day and month could be told apart only by the publisher's habit.
    """

    iso: str
    precision: str
    span: Span
    sure: bool = True


class Habit(NamedTuple):
    """How a publisher writes: month before day or not, short years first (East Asia).

    `now` anchors `3 hours ago`; without it relative times are not resolved.
    """

    month_first: bool = False
    now: datetime | None = None
    year_first: bool = False


#: Characters of a line in which dates are looked for: what a line of a page says further on is said of no story, and
#: readers ask of each date what stands before it, which a line of a thousand dates makes a million questions.
_TELLING = 4_000


def stamps(text: str, habit: Habit) -> list[Stamp]:
    """Every full date of `text` in printed order; overlapping readings are given once, longest form first."""
    return list(_line_stamps(text, habit)) if len(text) <= _LINE else _stamps(text, habit)


@lru_cache(maxsize=1 << 13)  # a line is asked for its dates by everything that wonders what it is
def _line_stamps(text: str, habit: Habit) -> tuple[Stamp, ...]:
    return tuple(_stamps(text, habit))


def _stamps(text: str, habit: Habit) -> list[Stamp]:
    found: list[Stamp] = []
    taken: list[Span] = []
    text = text[:_TELLING]
    text = text if text.isascii() else text.translate(_USUAL)
    if habit.month_first and _WORLDLY.search(text):
        habit = habit._replace(month_first=False)
    for form in _FORMS if _CENTURY.search(text) else _FORMS[_SHORT_YEAR]:
        for match in form.finditer(text):
            a, b = match.span()
            if all(b <= x or a >= y for x, y in taken) and (day := _day(match, habit)):
                stamp = _with_time(text, (a, b), *day)
                found.append(stamp)
                taken.append((min(a, stamp.span[0]), max(b, stamp.span[1])))
    found.sort(key=lambda stamp: stamp.span)
    return found or ([ago] if (ago := _relative(text, habit.now)) else [])


def parse(text: str, habit: Habit) -> Stamp | None:
    """The first date of a string that states one, e.g. a column or a meta tag."""
    text = text.strip()
    if re.fullmatch(r"1\d{9}(\d{3})?", text):  # seconds or milliseconds since 1970, as feeds and tools write
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return Stamp(moment.isoformat(), "second", (0, len(text)))
    if re.fullmatch(r"(?:19|20)\d{6}(?:T\d{4,6}\S{0,8})?", text):  # ISO 8601 in its basic form
        clock = f"T{text[9:11]}:{text[11:13]}{':' * text[13:14].isdigit()}{text[13:]}" if len(text) > 8 else ""
        text = f"{text[:4]}-{text[4:6]}-{text[6:8]}{clock}"
    text = _YEAR_OF_TWO.sub(lambda found: f"{found[1]}{'19' if found[2] >= '70' else '20'}{found[2]}", text, count=1)
    found = stamps(text, habit)
    return found[0] if found else None


@cache
def _months() -> dict[str, int]:
    listed = {name: int(number) for name, number, _ in rows("months")}
    return listed | {fold(name): n for name, n in toml("dates")["months"].items()}


def _month(name: str) -> int | None:
    key = fold(name)
    if key.isdigit():
        return int(key)
    glued = _GLUED.search(name)
    return _months().get(key) or _months().get(key.split(" ")[0]) or (_months().get(fold(glued[0])) if glued else None)


def _day(match: re.Match[str], habit: Habit) -> tuple[date, bool] | None:
    day, month = int(match["d"]), _month(match["m"])
    if month is None:
        return None
    sure = True
    if match.re in (_FORMS[4], _FORMS[5]):
        sure = max(day, month) > 12 or day == month or (match["sep"] == "." and not habit.month_first)
        if month > 12 or (day <= 12 and habit.month_first and match["sep"] != "."):
            day, month = month, day
    year = int(match["y"])
    if habit.year_first and year < 100:  # `19.03.02` of a Japanese page is 2 March 2019
        day, month, year, sure = year, int(match["m"]), int(match["d"]), True
    try:
        return date(year + (0 if year > 99 else 2000), month, day), sure
    except ValueError:
        return None


def _with_time(text: str, span: Span, day: date, sure: bool) -> Stamp:
    a, b = span
    start = _AFTER.match(text, b)
    clock = _TIME.match(text, start.end() if start else b)
    moment = _clock(clock, day) if clock else None
    if moment and clock:
        return Stamp(*moment, (a, clock.end()), sure)
    before = text[max(0, a - 40) : a]
    for clock in _TIME.finditer(before):
        if _GAP.match(before, clock.end()) and (moment := _clock(clock, day)):
            return Stamp(*moment, (max(0, a - 40) + clock.start(), b), sure)
    return Stamp(day.isoformat(), "day", span, sure)


def _clock(match: re.Match[str], day: date) -> tuple[str, str] | None:
    half = fold(match["half"] or match["half1"] or "")
    hour = int(match["h"])
    if (match["min"] is None and not half) or hour > 23 or (match["colon"] == "." and match["s"] and not half):
        return None
    if half in words("dates", "half", "pm") or half.startswith("p"):
        hour = hour + 12 if hour < 12 else hour
    elif half and hour == 12:
        hour = 0
    moment = datetime.combine(day, time(hour, int(match["min"] or 0), int(match["s"] or 0)))
    zone = _zone(match, moment)
    precision = "second" if match["s"] else "minute"
    return moment.replace(tzinfo=zone).isoformat(), precision


def _zone(match: re.Match[str], moment: datetime) -> tzinfo | None:
    if match["zh"]:
        east = timedelta(hours=int(match["zh"]), minutes=int(match["zm"] or 0))
        return timezone(-east if match["sign"] in "-−" else east) if east < timedelta(hours=15) else None
    if match["bare"]:
        return timezone(timedelta(hours=min(14, int(match["bare"]))))
    name = (match["zone"] or "").strip(" ()")
    if name in toml("dates")["zones"]:
        return timezone(timedelta(hours=toml("dates")["zones"][name]))
    if name in toml("dates")["places"]:
        offset = ZoneInfo(toml("dates")["places"][name]).utcoffset(moment)
        return timezone(offset) if offset is not None else None
    return None


@cache
def time_units() -> dict[str, str]:
    """The unit that a folded word names: `hours`, `stunden` and `horas` are ``hour``."""
    return {fold(word): unit for unit in _UNITS for word in toml("dates")["relative"][unit]}


def _relative(text: str, now: datetime | None) -> Stamp | None:
    """`3 hours ago` against the moment of fetching; hours and more give the day, minutes the minute."""
    if now is None or len(text) > 200:
        return None
    folded = fold(text)
    if any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded) for word in words("dates", "relative", "ago")):
        for match in _AGO.finditer(text):
            unit = time_units().get(fold(match["unit"]))
            number = match["n"] if match["n"].isdigit() else fold(match["n"]) in words("dates", "relative", "one")
            if unit and number:
                return _before(now, unit, int(number), match.span())
    for name, days in (("today", 0), ("yesterday", 1)):
        if folded.rstrip(" :,") in words("dates", "relative", name):
            return _before(now, "day", days, (0, len(text)))
    return None


def _before(now: datetime, unit: str, number: int, span: Span) -> Stamp:
    then = now - timedelta(**{f"{unit}s": number})
    if unit in ("second", "minute"):
        return Stamp(then.replace(second=0, microsecond=0).isoformat(), "minute", span)
    return Stamp(then.date().isoformat(), "day", span)


def cues(text: str) -> Iterator[tuple[int, str]]:
    """Where a line says `published`, `updated` or that a date is of something else (`other`), in printed order."""
    folded = text.casefold()
    known = _cue_words()
    for match in _WORD.finditer(folded):
        at = match.start()
        for phrase, kind in known.get(folded[at : at + 2], ()):
            if folded.startswith(phrase, at):
                yield at, kind
                break


@cache
def _cue_words() -> dict[str, list[tuple[str, str]]]:
    """Cue phrases by their first two characters, longer ones first; scripts without blanks run on after them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in ("published", "updated", "other"):
        for phrase in toml("dates")["cues"][kind]:
            found.setdefault(phrase.casefold()[:2], []).append((phrase.casefold(), kind))
    return {start: sorted(phrases, key=lambda each: -len(each[0])) for start, phrases in found.items()}


def announced(text: str, stamp: Stamp) -> bool:
    """Whether a line says right before a stamp that the story was published then: `This entry was posted on ...`."""
    said = [(at, kind) for at, kind in cues(text[: stamp.span[1]]) if at < stamp.span[0]]
    return bool(said) and said[-1][1] == "published" and stamp.span[0] - said[-1][0] <= _NEAR_CUE


def role(text: str, stamp: Stamp) -> str | None:
    """What the nearest word before a stamp says of it: `published`, `updated`, `other`, or None when none does."""
    said = [kind for at, kind in cues(text[: stamp.span[1]]) if at < stamp.span[0]]
    return said[-1] if said else None
