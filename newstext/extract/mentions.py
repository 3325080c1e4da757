"""People, organisations and places that a body names, found by capitals, context and a gazetteer.

A run of capitalised words is a place when the gazetteer has it, an organisation when one of its words says so
(`Ministry`, `Bank`), a person when a title stands before it, when a verb of speech follows it, or when its last
word comes again alone (`Fuad Hussein ... Hussein stressed`): writers introduce a person by full name once. A
run that none of this tells apart is left out. Scripts without capitals get places alone.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from newstext.article import Mention
from newstext.extract.places import place
from newstext.extract.tables import fold, toml, words

_CAP = r"[^\W\d_a-zß-öø-ÿ\u0561-\u0587\u0590-\u10ff\u1100-\uffff]"
#: A capitalised word, or an initial with its stop; a stop after a longer word ends a sentence.
_PART = rf"(?:{_CAP}\.(?!\w)|{_CAP}[\w’'-]*)"
_LINK = r"(?:(?:of|for) the|of|for|and|&|de la|de|du|des|del|al|bin|von|van|der|di|da|la) "
_RUN = re.compile(rf"{_PART}(?: (?:{_LINK})?{_PART})*")
_AND = re.compile(r" (?:and|&) ")
_WORD = re.compile(r"\w+(?:-\w+)?")
#: What follows people alone: an age, who they are.
_DESCRIBED = re.compile(r", (?:\d{2}\b|who\b|an? [a-z]|aged\b|qui\b|der [a-z]|die [a-z]|dona\b|dono\b)")
#: People in the gazetteer from which a single capitalised word is taken for the town: smaller towns share their
#: names with words and people.
_TOWN = 250_000


def mentions(body: str) -> list[Mention]:
    """The first mention of each name, in the order of the body."""
    first: dict[str, int] = {}
    counts: dict[str, int] = {}
    for match in _RUN.finditer(body):
        for run in _runs(match.group()):
            if text := _trim(run):
                first.setdefault(text, body.find(text, match.start()))
                counts[text] = counts.get(text, 0) + 1
    found: dict[str, Mention] = {}
    for run, at in first.items():
        if kind := _kind(body, at, run, counts):
            text = untitled(run) if kind == "person" else run
            start = at + len(run) - len(text)
            found.setdefault(text, Mention(text, kind, (start, start + len(text))))
    return list(found.values())


@lru_cache(maxsize=16_384)
def _runs(printed: str) -> tuple[str, ...]:
    """The names that a run of capitals may hold."""
    return tuple(part for whole in _apart(printed) for part in _known(whole)) if " " in printed else (printed,)


def _apart(run: str) -> list[str]:
    """`Syria and Iraq` are two, and so is `Analyst Jane Roe of Gull Bank`; `Ministry of Work and Health` is one."""
    head, of, tail = run.partition(" of ")
    if of and " " in head and fold(head.split(" ")[0]) in words("mentions", "person", "titles"):
        return [head, tail]
    if " and " not in run and " & " not in run:
        return [run]
    head = _AND.split(run)[0]
    return [run] if _organised(head.split(" ")) and " of " in head else _AND.split(run)


def _known(run: str) -> list[str]:
    """`Stadtrat von Leipzig` names a place after a common word, where the run as a whole names nothing."""
    tokens = run.split(" ")
    linked = len(tokens) == 3 and tokens[1] in ("von", "de", "di", "of", "in") and not _organised(tokens)
    return [tokens[0], tokens[2]] if linked and place(tokens[2]) and not place(run) else [run]


def _organised(tokens: list[str]) -> bool:
    return not words("mentions", "organisation", "words").isdisjoint(map(fold, tokens))


def untitled(text: str) -> str:
    """A person's name without what the person is: `US President Jane Roe` is Jane Roe."""
    tokens = text.split(" ")
    titles = words("mentions", "person", "titles")
    last = max((at for at, token in enumerate(tokens) if fold(token) in titles), default=-1)
    rest = tokens[last + 1 :]
    while len(rest) > 2 and rest[0].isupper() and len(rest[0]) <= 3 and "." not in rest[0]:
        rest = rest[1:]
    return " ".join(rest) or text


@lru_cache(maxsize=16_384)
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


def _kind(body: str, start: int, text: str, counts: dict[str, int]) -> str | None:
    tokens = text.split(" ")
    if len(tokens) > 1 and _organised(tokens):
        return "organisation"
    if known := place(text):
        return "place" if known.kind == "territory" or len(tokens) > 1 or known.people >= _TOWN else None
    if len(tokens) == 1:
        return "organisation" if text.isupper() and len(text) > 2 and counts[text] > 1 else None
    named = untitled(text).split(" ")
    linked = any(token in ("of", "for") for token in tokens)
    return "person" if len(named) <= 4 and not linked and _person(body, start, tokens, counts) else None


def _person(body: str, start: int, tokens: list[str], counts: dict[str, int]) -> bool:
    titles = words("mentions", "person", "titles")
    if tokens[-1] in counts or any(fold(token) in titles for token in tokens[:-1]):
        return True
    before = _WORD.findall(body[max(0, start - 24) : start])
    if before and (fold(before[-1]) in words("mentions", "person", "titles") or before[-1] in _verbs()):
        return True
    at = body.find(tokens[-1], start) + len(tokens[-1])
    following = _WORD.match(body, at + 1)
    return bool(following and following.group() in _verbs()) or _DESCRIBED.match(body, at) is not None


@cache
def _verbs() -> frozenset[str]:
    return frozenset(verb for listed in toml("speech")["verbs"].values() for verb in listed)
