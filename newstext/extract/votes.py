"""Places in a page's furniture that speak for a name: which lines name somebody, and beside what words.

Lines of the story are no furniture. Prints of one name (`The Daily Gull`, `dailygull.com`) have one `key`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from newstext.article import Label
from newstext.extract.publishers import owner
from newstext.extract.tables import fold, rows, words
from newstext.remembered import remembered
from newstext.split.kinds import kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from newstext.article import Span, Unit

#: Lines that are of a story, not of the house.
_STORY = frozenset({Label.BODY, Label.SUBHEAD, Label.CAPTION, Label.CREDIT, Label.HEADLINE, Label.REPEAT, Label.BLANK})
#: Furniture is short; a name has few words.
_LONGEST, _LONGEST_NAME, _MOST_WORDS = 110, 42, 6
#: The words of a cue.
_CUE = 5
#: The masthead stands within so many lines of a page's top.
_TOP = 6
#: Lines of furniture looked at from each end of a page: few web pages have as many.
_END = 400
_DOMAIN = re.compile(
    r"(?<![\w.-])(?:https?://)?(?:[\w.+-]{1,40}@|www\.)?((?:[a-z0-9-]{1,40}\.){1,3}[a-z]{2,12})(?![\w-])", re.IGNORECASE
)
#: One that stands among words, without the rest of an address.
_NAMED_HOST = re.compile(r"(?<![\w./@:-])((?:[\w-]{2,40}\.){1,2}[A-Za-z]{2,6})(?![\w./@-]|\.\w)")
#: Characters of a line in which such addresses are looked for.
_HOSTS = 400
_SUFFIX = re.compile(r"(?:\.(?:co|com|org|net|gov))?\.[a-z]{2,6}$")
_NO_LETTER = re.compile(r"[\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TITLE = re.compile(r"(?:\s[-–—|]+\s|(?:(?<!\s)\s+)?\|\s*)([^|–—]{2,42})$")
_MARGIN = " \t\u00a0.,:;!?_>&|-–—"
_EDGES = " \t\u00a0•*·–—|>»«:,;/()[]\"“”„'"
_TOKEN = re.compile(r"[^\s|•·,;:()\[\]«»“”„\"/]+")


class Vote(NamedTuple):
    """One place that speaks for a name, and in which way."""

    name: str
    reason: str  # a key of the weights: `owner`, `company`, `address`, `house`, `word`, `before`, `after`, ...
    span: Span


#: What becomes a vote: a name as it stands, the reason, the place.
_Place = tuple[str, str, "Span"]


class _Line(NamedTuple):
    """A line with its words: where each stands, and its letters alone."""

    text: str
    places: list[Span]
    letters: list[str]
    span: Span


def votes(unit: Unit) -> list[Vote]:
    """All places of a page that speak for a name."""
    lines = [line for line in unit.lines if line.label not in _STORY]
    shown = _ends([(text, line.span) for line in lines if (text := _plain(unit, line.span))])
    addresses = _addresses(text for text, _ in shown)
    short = [(text, span) for text, span in shown if len(text) <= _LONGEST]
    writers = {line.span for line in lines if line.label in (Label.BYLINE, Label.TIMESTAMP)}
    end = max((line.span[1] for line in unit.lines if line.label is Label.BODY), default=0)
    spaced = [_Line(text, *_spelling(text), span) for text, span in short]
    found = [*_owned(shown, end), *_cued(short), *_alone(short), *_spelt(spaced, addresses, writers)]
    names = [(bare, reason, span) for name, reason, span in found if _is_name(bare := name.strip(_MARGIN))]
    known = {key(name) for name, _, _ in names}
    hosts = [(name, "host", span) for name, span in _hosts(shown) if key(name) in known]
    return [Vote(*each) for each in (*names, *_echoes(spaced, known), *hosts)]


def _ends(lines: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """The first and last lines of a page: there a house names itself, and a long dump costs no more than a page."""
    return lines if len(lines) <= 2 * _END else [*lines[:_END], *lines[-_END:]]


def _plain(unit: Unit, span: Span) -> str:
    return unit.text[slice(*span)].strip(_EDGES + "\n-+")


def _addresses(texts: Iterable[str]) -> set[str]:
    """Names of the hosts that a page prints, without their suffix: `dailygull` of `letters@dailygull.com`."""
    found = {_host(match[1]) for text in texts if "." in text for match in _DOMAIN.finditer(text[:1000])}
    return {name for name in found if len(name) > 3} - words("imprints", "elsewhere")


def _host(domain: str) -> str:
    bare = _SUFFIX.sub("", domain.lower())
    return _letters(bare.rpartition(".")[2])


@lru_cache(maxsize=1 << 14)
def _letters(text: str) -> str:
    return text.lower() if text.isascii() and text.isalnum() else _NO_LETTER.sub("", fold(text))


@remembered(1 << 14, _LONGEST)
def key(name: str) -> str:
    """What all prints of one name share: no article, no suffix of a host, letters alone."""
    bare = _SUFFIX.sub("", fold(name) if "." not in name else name.lower())
    return _letters(re.sub(r"^the\s+", "", bare)) or _letters(name)


def _owned(shown: list[tuple[str, Span]], end: int) -> Iterator[_Place]:
    """Owners in copyright lines; without a year or the word the sign is a photographer's, but for below the story."""
    for text, span in shown:
        below = span[0] > end or _YEAR.search(text) or "opyright" in text
        name = owner(text) if below else None
        if name:
            company = not words("imprints", "companies").isdisjoint(fold(name).split()) or name.endswith("verlag")
            yield name, "company" if company else "owner", span


def _cued(lines: list[tuple[str, Span]]) -> Iterator[_Place]:
    """Names after (or before) words that stand beside a house's name: `Follow The Daily Gull`, `Gull Logo`."""
    for text, span in lines:
        for name, reason in _beside(text):
            yield name, reason, span


@lru_cache(maxsize=1 << 14)  # the furniture of one page is that of a site's others
def _beside(text: str) -> tuple[tuple[str, str], ...]:
    """The names of a line that stand beside a cue, each with the side that the cue is on."""
    tokens = text.replace("-", " -").split()
    most = min(_CUE, len(tokens) - 1)
    if most < 1:
        return ()
    found = []
    if tokens[0].casefold() in _first_words():
        before, small = words("imprints", "before"), [token.casefold() for token in tokens[:most]]
        if size := next((size for size in range(most, 0, -1) if " ".join(small[:size]) in before), 0):
            found.append((text.split(maxsplit=size)[-1].strip(_EDGES), "before"))
    if tokens[-1].casefold().lstrip("-") in _last_words():
        after, small = words("imprints", "after"), [token.casefold() for token in tokens[-most:]]
        if size := next((size for size in range(most, 0, -1) if " ".join(small[-size:]).lstrip("-") in after), 0):
            rest = "".join(token if token[0] == "-" else f" {token}" for token in tokens[:-size])
            found.append((rest.strip(_EDGES + "-"), "after"))
    return tuple(found)


@cache
def _first_words() -> frozenset[str]:
    return frozenset(cue.partition(" ")[0] for cue in words("imprints", "before"))


@cache
def _last_words() -> frozenset[str]:
    return frozenset(cue.rpartition(" ")[2].lstrip("-") for cue in words("imprints", "after"))


def _alone(lines: list[tuple[str, Span]]) -> Iterator[_Place]:
    """Names that are lines of their own: on top of the page, or again and again."""
    times: dict[str, list[Span]] = defaultdict(list)
    for number, (text, span) in enumerate(lines):
        times[text].append(span)
        if number < _TOP:
            yield text, "top", span
        elif len(text.split()) < _MOST_WORDS:
            yield text, "alone", span
        if number < _TOP and (tail := _TITLE.search(text)):
            yield tail[1], "title", span
    for text, spans in times.items():
        yield from ((text, "again", span) for span in spans[1:])


def _hosts(lines: list[tuple[str, Span]]) -> Iterator[tuple[str, Span]]:
    """Addresses that stand among words as a name does: `Read on at Gull.com`."""
    for text, span in lines:
        if "." in text:
            yield from ((found[1], span) for found in _NAMED_HOST.finditer(text[:_HOSTS]))


@cache
def _houses() -> dict[str, bool]:
    """Keys of widely read houses, and whether the name has words enough to be nothing else (`People` has not)."""
    return {key(name): len(re.sub(r"^The ", "", name).split()) > 1 for _, name in rows("houses")}


class _Wanted(NamedTuple):
    """The letters of names, and of all that those begin with."""

    keys: Collection[str]
    begins: Collection[str]

    @classmethod
    def of(cls, names: Collection[str]) -> _Wanted:
        return cls(names, frozenset(name[:end] for name in names for end in range(1, len(name) + 1)))


@cache
def _read() -> _Wanted:
    return _Wanted.of(_houses().keys())


@lru_cache(maxsize=1 << 14)  # the furniture of one page is that of a site's others
def _spelling(text: str) -> tuple[list[Span], list[str]]:
    """The words of a line: where each stands, and its letters alone."""
    found = list(_TOKEN.finditer(text))
    return [each.span() for each in found], [_letters(each.group()) for each in found]


def _runs(line: _Line, wanted: _Wanted, others: _Wanted | None = None) -> Iterator[tuple[str, str]]:
    """Runs of words whose letters are those of a wanted name: (letters, as printed with an article before it)."""
    (keys, begins), (more, beginnings) = wanted, others or wanted
    text, places, every, _ = line
    for at, first in enumerate(every):
        spelt, number = first, at
        while spelt in begins or spelt in beginnings:
            if spelt in keys or spelt in more:
                begin, end = places[at][0], places[number][1]
                yield spelt, text[begin - 4 if text[max(0, begin - 4) : begin] == "The " else begin : end]
            number += 1
            if number == len(every) or number == at + _MOST_WORDS:
                break
            spelt += every[number]


def _spelt(lines: list[_Line], addresses: set[str], writers: set[Span]) -> Iterator[_Place]:
    """Runs of words that spell an address of the page, or the name of a house that is widely read."""
    hosts, known, houses = _Wanted.of(addresses), _read(), _houses()
    for line in lines:
        for spelt, name in _runs(line, hosts, known):
            if spelt in addresses:
                yield name, "address", line.span
            if spelt in houses and name[0].isupper():
                alone = "employer" if line.span in writers else "house"
                yield name, alone if houses[spelt] else "word", line.span


def _echoes(lines: list[_Line], names: set[str]) -> Iterator[_Place]:
    """More lines that name a candidate, whatever else they say."""
    wanted = _Wanted.of(names)
    for line in lines:
        yield from ((name, "echo", line.span) for _, name in _runs(line, wanted))


@remembered(1 << 14, _LONGEST)
def _is_name(name: str) -> bool:
    if not 2 <= len(name) <= _LONGEST_NAME or len(name.split()) > _MOST_WORDS or "@" in name or "/" in name:
        return False
    if not any(c.isalpha() for c in name) or kind(name) is not Label.FURNITURE or name[-1] in "!?…":
        return False
    small = name.islower() and "." not in name and len(name) < 5
    folded = fold(name)
    return not (small or folded in words("publishers", "never") or folded in words("imprints", "elsewhere"))
