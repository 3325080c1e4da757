"""Who wrote it: the names of a byline, without the words, roles, places and agencies around them."""

from __future__ import annotations

import re
from functools import cache
from operator import or_
from typing import NamedTuple

from newstext.extract.agencies import agency, named, printed
from newstext.extract.dates import Habit, stamps, time_units
from newstext.extract.places import place
from newstext.extract.tables import fold, given_names, rows, toml, words
from newstext.remembered import remembered

#: Longer than any byline with its date and role; a longer line is prose.
_LONGEST = 240
_EDGES = " \t\u00a0.,;:|/·•*–—-_\"'“”‘’()[]<>﹒›»#（）［］【】"
#: Letters of a word or two before an inner cue: `Posted`, `Monday`, `Ein Beitrag`.
_LABEL = 12
#: Without capitals nothing tells a name from other words, unless hardly anything else stands on the line.
_BARE = 40
_KIND = re.compile(r"[^\W\d_]{3,16}: +(?=[^\W\d_])")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+){0,2}\.[a-z]{2,4}", re.IGNORECASE)
_CLOSING = " ,;:|/·•*–—-_\"'“”‘’()[]<>"
_INITIAL = re.compile(r"(?:^|[\s.])[^\W\d_]\.$")
#: Runs of blanks and of letters are entered at their start alone: else each character would begin a search of its own.
_STRONG = re.compile(r"(?:(?<!\s)\s+)?(?:[|/•·\t()\[\]]|\s[-–—]+\s|\s{3,})\s*")
_WEAK = re.compile(r"(?:(?<!\s)\s+)?[,;،、]\s*")
_LOWER, _UPPER = r"[a-zß-öø-ÿа-яёіїєґ]", r"[A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ]"
#: The end of a name that the next word was glued to where markup was lost: `Jane RoePublished`, not `Roe-FitzGerald`
#: nor `by KentNews`.
_RUN_ON = re.compile(
    rf"(?<!\S)(?!(?i:by|von|par|por|de) )([^\W\d_]\S{{0,20}} \S{{0,20}}{_LOWER}{{3}})(?<!Fitz)(?={_UPPER})"
)
_MONTH_ON = re.compile(r"(?<=[A-Z]{2})(?=[A-Z][a-z]{2,8} \d|(?:Updated|Published|Posted)\b)")
_SINCE = re.compile(r"(?<!\d)\d{1,3} ?([^\W\d_]{1,12})(?: ago\b)?")
_JUNK = re.compile(r"(?<!\S)[^\s@]+@[^\s@]+\.[^\s@]+|https?://\S+|www\.\S+|@\w+|\[email\s+protected\]")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ\u0100-\u024f\u0370-\u03ff\u0400-\u052f]")
_NO_CASE = re.compile(r"[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u10a0-\u10ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_EAST = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
#: A name has at most five words (`Hana Jakubčíková Sádlíková`, `Juan Manuel de la Cruz`).
_MOST_WORDS = 5
#: People of a place that has correspondents; smaller ones share their names with women and men (Ann, Mary).
_METROPOLIS = 200_000
#: What is left of brackets around an address.
_HOLLOW = ("(", ")", "()", "(),")
#: A name as indexes have it: `Roe, Jane A.`
_INDEXED = re.compile(r"([^\s,;]+), ([^\s,;]+)((?: [^\s,;]+){0,2})")
#: Words after `is` among which a writer's role stands: `is a senior national political`.
_ROLE = 8
#: A name printed small has hardly more (`mobasir hassan`).
_PEN_WORDS = 3


def opens(text: str) -> bool:
    """Whether a line starts as a byline does: `By `, `Von `, `Par `."""
    return _cue().match(text) is not None


class Byline(NamedTuple):
    """The names of one line, and the agencies that it credits."""

    names: list[str]
    agencies: list[str]
    cued: bool


@cache
def _cue() -> re.Pattern[str]:
    listed = sorted(toml("bylines")["cues"]["by"], key=len, reverse=True)
    labels = "|".join(map(re.escape, toml("bylines")["cues"]["labels"]))
    spelled = rf"(?:{'|'.join(map(re.escape, listed))})(?:\s*[:：]\s*|[\s\u00a0]+)"
    return re.compile(rf"[\W_]*(?:{spelled}|(?:{labels})\s*[:：]\s*)", re.IGNORECASE)


@cache
def _glued() -> re.Pattern[str]:
    """`bySauli Giliard`: the cue and the name run together where a page's markup was lost."""
    return re.compile(r"(?:by|von|par|por)(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+ [A-ZÀ-ÖØ-Þ])")


@cache
def _inner() -> re.Pattern[str]:
    listed = "|".join(map(re.escape, toml("bylines")["cues"]["inner"]))
    return re.compile(rf"(?:^|[\s|•·,.–—-])(?:{listed})[\s\u00a0:：]+(?=\W{{0,2}}\w)", re.IGNORECASE)


@remembered(1 << 12, _LONGEST)  # a site prints the same lines around all of its stories
def byline(line: str) -> Byline:
    """Read a line that was taken for a byline, e.g. ``By Jane Roe and John Doe, Reuters | March 1, 2024``."""
    if len(line) > _LONGEST:
        return Byline([], [], cued=False)
    apart = _RUN_ON.sub(_apart, _MONTH_ON.sub(" ", _JUNK.sub(" ", line)))
    text = _without_dates(apart).lstrip(_EDGES)
    if _other(text):
        return Byline([], [], cued=False)
    start = _cue().match(text) or _glued().match(text)
    if start:
        text = text[start.end() :]
    elif (inner := _inner().search(text)) and _nearly_empty(text[: inner.start() + 1]):
        start, text = inner, text[inner.end() :]
    elif label := _KIND.match(text):  # `Interview: Jane Roe`
        text = text[label.end() :]
    elif len(text) > _BARE and _NO_CASE.search(text):
        text = ""
    cued = start is not None
    return Byline(_names(text, lenient=cued), _credited(text), cued)


def _apart(glued: re.Match[str]) -> str:
    """A name and the word glued to its end, apart; names of houses are written so (`HuffPost`)."""
    rest = re.match(r"\S*", glued.string[glued.end() :])
    word = glued[1].rpartition(" ")[2] + (rest[0] if rest else "")
    return glued[1] if word.strip(_EDGES).casefold() in _houses() else f"{glued[1]} | "


@cache
def _houses() -> frozenset[str]:
    return frozenset(name.casefold() for _, name in rows("houses"))


@remembered(1 << 12, _LONGEST)  # as those of `byline`
def introduced(line: str) -> Byline | None:
    """The writer whom a line below a story tells of: `Jane Roe is a reporter ...`, `Write to Jane Roe at ...`."""
    text = line[:_LONGEST]
    if "@" in text or "://" in text or "www." in text or "[" in text:
        text = _JUNK.sub(" ", text)
    tokens = [each for each in text.split() if each not in _HOLLOW]
    asked = _asks(tokens)
    rest = tokens[asked:]
    small = words("bylines", "names", "particles")
    named = (at for at, word in enumerate(rest) if not _CAPITAL.match(word) and word not in small)
    end = min(next(named, 0), _MOST_WORDS)
    if end < 2 or not (asked or _works(rest[end:])):
        return None
    name = _name(" ".join(rest[:end]), lenient=False)
    return Byline([name], [], cued=False) if name else None


def _asks(tokens: list[str]) -> int:
    """How many words before a name ask to write to it or to follow it."""
    asks = words("bylines", "cues", "ask")
    if not tokens or fold(tokens[0]) not in _first_words(asks):
        return 0
    return next((n for n in (3, 2, 1) if fold(" ".join(tokens[:n])) in asks), 0)


@cache
def _first_words(cues: frozenset[str]) -> frozenset[str]:
    return frozenset(cue.partition(" ")[0] for cue in cues)


def _works(tokens: list[str]) -> bool:
    """Whether words after a name say that he or she writes: `writes about ...`, `is a senior politics reporter`."""
    verb = fold(tokens[0].strip(",")) if tokens else ""
    if verb in words("bylines", "cues", "works"):
        return True
    roles = words("bylines", "roles", "words")
    return verb in words("bylines", "cues", "is") and any(fold(word.strip(",.")) in roles for word in tokens[1:_ROLE])


def stated(value: str) -> Byline:
    """Read an author that a row or a page declares: trusted to be a name, yet it may hold several, or an agency."""
    if len(value) > _LONGEST or re.match(r"https?://", value.strip()):
        return Byline([], [], cued=True)
    text = _in_order(_JUNK.sub(" ", value))
    start = _cue().match(text)
    alone = not re.search(r"[,;|/]", text)
    if not start and alone and (_outlet(text) or _DOMAIN.fullmatch(text.strip())) and not named(text):
        return Byline(_whole(text), [], cued=True)
    rest = text[start.end() :] if start else text
    names, agencies = _names(rest, lenient=True), _credited(text)
    pen = _pen_name(rest) if alone and not agencies and len(names) < 2 else None
    return Byline([pen] if pen else names, agencies, cued=True)


def _in_order(text: str) -> str:
    """`Roe, Jane; Doe, John` with the given names first; anything else as it is."""
    entries = [_INDEXED.fullmatch(entry.strip()) for entry in text.split(";")]
    names = [f"{entry[2]}{entry[3]} {entry[1]}" for entry in entries if entry and _is_indexed(entry)]
    return "; ".join(names) if len(names) == len(entries) else text


def _is_indexed(entry: re.Match[str]) -> bool:
    return fold(entry[2]).strip(".") in given_names() and agency(entry[1]) is None


def credited(text: str) -> list[str]:
    """The agencies of a byline as it prints them: `By Associated Press | 3 March 2024` gives `Associated Press`."""
    start = _cue().match(text)
    rest = _without_dates(text[start.end() :] if start else text)
    return [name for piece in _STRONG.split(rest) for name in printed(piece)]


def _pen_name(text: str) -> str | None:
    """A declared name that is printed small (`reineckefuchs`, `der Michel`), which nothing else would tell for one."""
    tokens = text.strip(_EDGES).split()
    if not 1 <= len(tokens) <= _PEN_WORDS or not tokens[-1].islower() or _joined(tokens) != [" ".join(tokens)]:
        return None
    name = " ".join(tokens)
    plain = all(token.strip(".").replace("-", "").isalpha() and not _ends(token) for token in tokens)
    return name if plain and len(name) > 2 and fold(name) not in words("bylines", "names", "nobody") else None


def _nearly_empty(before: str) -> bool:
    """Whether hardly a word stands before an inner `by`: running text has its own (`a post shared by ...`)."""
    last = before.rstrip().rpartition("|")[2]
    return sum(c.isalpha() for c in last) <= _LABEL


def _other(text: str) -> bool:
    """`Photo by ...`, `(AP Foto/...)`: whoever is named made something else."""
    first = re.findall(r"[^\W\d_]+", text[:40])[:2]
    return any(fold(word) in words("bylines", "cues", "other") for word in first)


def _credited(text: str) -> list[str]:
    found = named(" | ".join(part for part in _STRONG.split(text) if part))
    return found or [name for part in _parts(text) if (name := _staff(part.split()))]


def _whole(text: str) -> list[str]:
    """A desk that is declared as author (`MND Staff`, `BBC News`) is one name, unless it names nobody."""
    name = text.strip(_EDGES)
    return [] if not name or fold(name) in words("bylines", "names", "nobody") else [name]


def _staff(tokens: list[str]) -> str | None:
    """The agency of `AP Technology Writer`."""
    return agency(tokens[0], certain=False) if len(tokens) > 1 and _ends(tokens[-1]) else None


def _without_dates(text: str) -> str:
    for stamp in reversed(stamps(text, Habit())):
        a, b = stamp.span
        text = f"{text[:a]} | {text[b:]}"
    return _SINCE.sub(lambda since: " | " if fold(since[1]) in time_units() else since[0], text)


def _names(text: str, *, lenient: bool) -> list[str]:
    """Names of the first strongly separated piece that has any, and of those after it that are nothing else."""
    found: list[str] = []
    for piece in _STRONG.split(text):
        parts = [part for part in _parts(piece) if part]
        names: list[str] = []
        for part in parts:
            first = not (found or names)
            name = _name(part, lenient=lenient and first)
            if name and (first or not (_outlet(part) or _shouts(name, found + names))):
                names.append(name)
        if found and len(names) < len(parts):
            break
        found += names
    return list(dict.fromkeys(found))


def _outlet(name: str) -> bool:
    """`Fox News` after a name is where the writer works."""
    return not words("bylines", "names", "outlets").isdisjoint(fold(name).split())


def _parts(piece: str) -> list[str]:
    return [part for listed in _WEAK.split(piece) for part in _joined(listed.split())]


def _shouts(name: str, others: list[str]) -> bool:
    """`MDR SACHSEN` after `Felix Roth` is a house: names of one byline are printed alike."""
    return name.isupper() and not others[0].isupper()


def _joined(tokens: list[str]) -> list[str]:
    """Names between joining words; one letter (`Ana Ruiz y Luis Mora`) joins full names alone: `Volta e Pinto`."""
    joiners = words("bylines", "names", "joiners")
    for at, word in enumerate(tokens):
        plain = word == word.lower() and (len(word) > 1 or not word.isalpha())
        if fold(word) in joiners and (plain or (at > 1 and len(tokens) - at > 2 and not word.isupper())):
            return [" ".join(tokens[:at]), *_joined(tokens[at + 1 :])]
    return [" ".join(tokens)]


def _name(part: str, *, lenient: bool) -> str | None:
    """The name at the start of a part, or None: `Marla Milling Contributor` gives `Marla Milling`."""
    tokens = part.lstrip(_EDGES).rstrip(_CLOSING).split()
    while tokens and fold(tokens[0]) in words("bylines", "names", "titles"):
        tokens = tokens[1:]
    whole, tokens = tokens, _unsuffixed(tokens)
    end = next((i for i, word in enumerate(tokens) if _ends(word)), len(tokens))
    if end == 1 and _surnamed(tokens):
        end = 2
    if end < len(tokens) and end > 2 and place(tokens[end - 1]):
        end -= 1  # `Denis Staunton China Correspondent`
    if end < len(tokens) and agency(tokens[0]):
        return None  # `AP Technology Writer`
    desk = lenient and end == 1 and len(tokens) == 2
    if desk and (fold(tokens[1]) == "staff" or (tokens[0].isupper() and len(tokens[0]) > 1)):
        return " ".join(tokens)  # a house's desk: `MND Staff`, `HT Correspondent`
    tokens = tokens[:end]
    while len(tokens) > 1 and tokens[-1].islower():
        tokens = tokens[:-1]  # `Nicolas C. le` before a date
    tokens = _without_outlet(tokens)
    printed = " ".join(tokens).rstrip(_CLOSING)
    # `Joe S.`, `D.D.`: the stop is part of the name.
    text = printed if _INITIAL.search(printed) else printed.strip(_EDGES)
    if _EAST.search(text) and not lenient and whole == tokens:
        return None  # Korean and Japanese words are names where a reporter's title or a cue stands beside them
    return text if text and _plausible(tokens, text, lenient=lenient) else None


def _surnamed(tokens: list[str]) -> bool:
    """`Jane Writer`, `Jörg Staff`: after a given name and nothing else a role is a surname; `Sydney Correspondent` is a
    desk.
    """
    if len(tokens) != 2 or fold(tokens[1].strip(_EDGES)) not in words("bylines", "roles", "words"):
        return False
    printed_alike = tokens[1][0].isupper() and tokens[0].isupper() == tokens[1].isupper()
    town = place(tokens[0])
    desk = town is not None and (town.kind == "territory" or town.people > _METROPOLIS)
    return printed_alike and not desk and fold(tokens[0]) in given_names()


def _unsuffixed(tokens: list[str]) -> list[str]:
    for suffix in toml("bylines")["roles"]["suffixes"]:
        if tokens and tokens[-1].endswith(suffix):
            tokens = [*tokens[:-1], tokens[-1].removesuffix(suffix)]
    return [token for token in tokens if token]


@cache
def _date_words() -> frozenset[str]:
    return words("dates", "cues", "published") | words("dates", "cues", "updated")


def _without_outlet(tokens: list[str]) -> list[str]:
    """`Jane Roe Fox News` is Jane Roe: a house's name begins at the latest where one of its usual words stands."""
    at = next((i for i, word in enumerate(tokens) if fold(word) in words("bylines", "names", "outlets")), None)
    if at is None or at < 2:
        return tokens
    return tokens[:2] if len(tokens) - at <= 1 and len(tokens) < 5 else tokens[:at]


def _ends(word: str) -> bool:
    key = fold(word.strip(_EDGES))
    if key in words("bylines", "roles", "words") or key in _date_words():
        return True
    return key in words("bylines", "roles", "stops") and (word.islower() or (len(key) > 1 and not word.isupper()))


def _plausible(tokens: list[str], text: str, *, lenient: bool) -> bool:
    if agency(text) or fold(text) in words("bylines", "names", "nobody") or len(tokens) > _MOST_WORDS + lenient:
        return False
    if any(c.isdigit() for c in text) or len(text) > 60 or "…" in text or ":" in text or text.endswith(("?", "!")):
        return False
    if _NO_CASE.search(text):
        return 1 < len(text) <= (24 if lenient else 14)  # one character is a weekday: `（水）`
    particles = words("bylines", "names", "particles")
    capitals = [bool(_CAPITAL.match(token.lstrip("„“\"'‘’("))) for token in tokens]
    small = (fold(token) in particles or fold(token)[:2] in ("d'", "l'") for token in tokens)
    if not all(map(or_, capitals, small)) or not any(capitals) or tokens[-1].islower():
        return False
    if not _INITIAL.search(text) and all(len(token.strip(_EDGES)) < 2 for token in tokens):
        return False  # `A- A`: buttons for the size of letters
    return lenient or 2 <= len(tokens) <= _MOST_WORDS
