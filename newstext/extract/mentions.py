"""People, organisations and places that a body names, found by capitals, context and a gazetteer.

A run of capitalised words is a place when the gazetteer has it, an organisation when one of its words says so
(`Ministry`, `Bank`), a person when a title stands before it, when a verb of speech follows it, or when its last
word comes again alone (`Fuad Hussein ... Hussein stressed`): writers introduce a person by full name once. Who says
a quote of the body is a person too. A run that none of this tells apart is left out. Of scripts without capitals
Arabic has a reader of its own (`arabic`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from newstext.article import Mention
from newstext.extract.arabic import names as arabic_names
from newstext.extract.places import place
from newstext.extract.tables import fold, given_names, toml, words
from newstext.remembered import remembered

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Small letters beyond ASCII: `ß`, `ş`, `č`, `д`.
SMALL = "".join(letter for letter in map(chr, range(0xDF, 0x588)) if letter.islower())
_CAP = rf"[^\W\d_a-z{SMALL}\u0590-\u10ff\u1100-\uffff]"
#: A capitalised word, or an initial with its stop; a stop after a longer word ends a sentence.
_PART = rf"(?:{_CAP}\.(?!\w)|{_CAP}[\w’'-]*)"
_LINK = r"(?:(?:of|for) the|of|for|and|&|für|de la|de|du|des|del|al|bin|von|van|der|di|da|la) "
_RUN = re.compile(rf"{_PART}(?: (?:{_LINK})?{_PART})*")
#: Runs of names beyond this are rare, and are not remembered.
_LONGEST_RUN = 80
_AND = re.compile(r" (?:and|&) ")
_OF = re.compile(r" (of the|of|der|des) ")
_WORD = re.compile(r"\w+(?:-\w+)?")
#: What follows people alone: an age, who they are.
_DESCRIBED = re.compile(r", (?:\d{2}\b|who\b|(?:an?|its) [a-z]|aged\b|qui\b|der [a-z]|die [a-z]|dona\b|dono\b)")
#: The first word that is said of a person after a comma: `Ines Albrecht, Sprecherin der ...`.
_ROLE = re.compile(r", (?:[a-zà-ÿ]{1,4}[ '’])?([^\W\d_]{3,})")
#: People in the gazetteer from which a single capitalised word is taken for the town: smaller towns share their
#: names with words and people, unless a word of place stands before them.
_TOWN, _SITED = 250_000, 15_000
#: Characters of a body by which its script is told.
_LETTERS = 400
_ARABIC = re.compile(r"[\u0621-\u064a]")


def mentions(body: str, speakers: Iterable[str | None] = (), language: str = "") -> list[Mention]:
    """The first mention of each name, in the order of the body; `speakers` are people whom it quotes."""
    people = frozenset(name for name in speakers if name and (is_person(name) or _ARABIC.search(name)))
    head = body[:_LETTERS]
    if not head.isascii() and 2 * len(_ARABIC.findall(head)) > sum(map(str.isalpha, head)):
        return _arabic(body, people)
    first: dict[str, int] = {}
    counts: dict[str, int] = {}
    for match in _RUN.finditer(body):
        for run in _runs(match.group()):
            if text := _trim(run):
                first.setdefault(text, body.find(text, match.start()))
                counts[text] = counts.get(text, 0) + 1
    found: dict[str, Mention] = {}
    for run, at in first.items():
        kind = _kind(body, at, run, counts, people)
        if kind == "person" and language.startswith("de") and not _german_person(run, people):
            continue
        if kind:
            text = untitled(run) if kind == "person" else run
            start = at + len(run) - len(text)
            found.setdefault(text, Mention(text, kind, (start, start + len(text))))
    return list(found.values())


def _arabic(body: str, people: Iterable[str]) -> list[Mention]:
    """Mentions of an Arabic body: organisations, places, and the people whom it quotes by their full names."""
    named = [(name, "person", body.find(name)) for name in people if " " in name]
    found: dict[str, Mention] = {}
    for text, kind, at in sorted([*named, *arabic_names(body)], key=lambda each: each[2]):
        found.setdefault(text, Mention(text, kind, (at, at + len(text))))
    return list(found.values())


@remembered(16_384, _LONGEST_RUN)
def _runs(printed: str) -> tuple[str, ...]:
    """The names that a run of capitals may hold."""
    return tuple(part for whole in _apart(printed) for part in _known(whole)) if " " in printed else (printed,)


def _apart(run: str) -> list[str]:
    """`Syria and Iraq` are two, and so is `Analyst Jane Roe of Gull Bank`; `Ministry of Work and Health` is one."""
    run = re.sub(r"^[LDld]['’](?=\w{3})", "", run)
    head, link, tail = (*_OF.split(run, maxsplit=1), "", "")[:3]
    if link and " " in head and fold(head.split(" ")[0]) in words("mentions", "person", "titles"):
        return [head, tail]
    if link and not _organised(head.split(" ")) and _organised(tail.split(" ")) and not place(run):
        return [head, tail]  # `Verkauf der Donau Bank`, `Jane Roe of the Gull Union`
    if " and " not in run and " & " not in run:
        return [run]
    head = _AND.split(run)[0]
    single = " " not in head.removeprefix("The ") and not place(head) and _organised(run.split(" ")[-1:])
    return [run] if single or (_organised(head.split(" ")) and " of " in head) else _AND.split(run)


def _known(run: str) -> list[str]:
    """`Stadtrat von Leipzig` names a place after a common word, where the run as a whole names nothing."""
    tokens = run.split(" ")
    linked = len(tokens) == 3 and tokens[1] in ("von", "de", "di", "of", "in") and not _organised(tokens)
    return [tokens[0], tokens[2]] if linked and place(tokens[2]) and not place(run) else [run]


def _organised(tokens: list[str]) -> bool:
    keys = [fold(token) for token in tokens]
    if not words("mentions", "organisation", "words").isdisjoint(keys):
        return True
    return any(map(_compound, keys))


def _compound(key: str) -> bool:
    return key.endswith(_endings("organisation")) and key not in _endings("organisation")


@cache
def _endings(kind: str) -> tuple[str, ...]:
    """How German compounds of a kind end: `Bundespolizei`, `Vorstandschefin`."""
    return tuple(fold(ending) for ending in toml("mentions")[kind]["endings"])


def _is_title(token: str) -> bool:
    key = fold(token)
    return key in words("mentions", "person", "titles") or key.endswith(_endings("person"))


def is_person(name: str) -> bool:
    """Whether a name of several words is rather a person's than a place's, an organisation's or a sentence's start."""
    tokens = name.split(" ")
    plain = fold(tokens[0]) in words("mentions", "words", "never")
    return 2 <= len(tokens) <= 4 and not (plain or _organised(tokens) or place(name) or tokens[-1].isupper())


def untitled(text: str) -> str:
    """A person's name without what the person is: `US President Jane Roe` is Jane Roe."""
    tokens = text.split(" ")
    last = max((at for at, token in enumerate(tokens) if _is_title(token)), default=-1)
    rest = tokens[last + 1 :]
    while len(rest) > 2 and rest[0].isupper() and len(rest[0]) <= 3 and "." not in rest[0]:
        rest = rest[1:]
    return " ".join(rest) or text


@remembered(16_384, _LONGEST_RUN)
def _trim(text: str) -> str | None:
    """A run without plain words at its ends (a sentence's first word) and without the possessive."""
    tokens = re.sub(r"^[LDld]['’](?=\w{3})", "", text).rstrip(".").split(" ")
    if len(tokens) > 1 and place(" ".join(tokens)):
        return " ".join(tokens)  # `La Paz`
    never = words("mentions", "words", "never")
    while tokens and fold(tokens[0]) in never:
        tokens = tokens[1:]
    while tokens and fold(tokens[-1]) in never:
        tokens = tokens[:-1]
    if not tokens:
        return None
    tokens[-1] = re.sub(r"['’]s?$", "", tokens[-1])
    return " ".join(tokens) or None


def _kind(body: str, start: int, text: str, counts: dict[str, int], people: frozenset[str]) -> str | None:
    tokens = text.split(" ")
    if text in people and len(tokens) > 1:
        return "person"
    if len(tokens) > 1 and _organised(tokens):
        return "organisation"
    if known := place(text):
        return "place" if known.kind == "territory" or len(tokens) > 1 or _is_town(body, start, known.people) else None
    if len(tokens) == 1:
        return "organisation" if _is_house(text, counts[text]) else None
    named = untitled(text).split(" ")
    linked = any(token in ("of", "for", "für", "des") for token in tokens) or named[0].islower()
    known_by = untitled(text) in people or _person(body, start, tokens, counts)
    return "person" if len(named) <= 4 and not linked and known_by else None


def _german_person(text: str, people: frozenset[str]) -> bool:
    """Whether two German capitals are a person for sure, not two nouns: a given name, or one who is quoted."""
    name = untitled(text)
    return name in people or fold(name.split(" ")[0]).strip(".") in given_names()


def _is_town(body: str, start: int, people: int) -> bool:
    """Whether a single word that is a town's name means it: large towns do, small ones after `in` and its like."""
    before = _WORD.findall(body[max(0, start - 12) : start])
    sited = bool(before) and before[-1].lower() in words("mentions", "place", "before")
    return people >= (_SITED if sited else _TOWN)


def _is_house(text: str, times: int) -> bool:
    """Whether a single word is an organisation: an acronym that comes again, a parliament, a German compound."""
    known = fold(text) in words("mentions", "organisation", "alone") or _compound(fold(text))
    return known or (text.isupper() and len(text) > 2 and times > 1)


def _person(body: str, start: int, tokens: list[str], counts: dict[str, int]) -> bool:
    if tokens[-1] in counts or any(map(_is_title, tokens[:-1])):
        return True
    before = _WORD.findall(body[max(0, start - 24) : start])
    if before and (_is_title(before[-1]) or before[-1] in _verbs()):
        return True
    at = body.find(tokens[-1], start) + len(tokens[-1])
    following = _WORD.match(body, at + 1)
    role = _ROLE.match(body, at)
    described = _DESCRIBED.match(body, at) is not None or (role is not None and _is_title(role[1]))
    return bool(following and following.group() in _verbs()) or described


@cache
def _verbs() -> frozenset[str]:
    return frozenset(verb for listed in toml("speech")["verbs"].values() for verb in listed)
