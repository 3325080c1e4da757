"""Texts that a pattern may choke on, made from its own parse tree: what it repeats, again and again, then no match.

A pattern backtracks super-linearly where one run of characters can be taken by its repeats in many ways, or where a
search begins anew at each character of the run. So each repeat's item, each literal and each class's members are
pumped, alone and in pairs, behind what the pattern wants first and before something it does not want.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

#: Characters that stand for the classes and may be asked for.
CANDIDATES = " \t\nax AZ09_.,:;-–'\"()[]<>/&@#*|é" + "\u0301\u00a0中"
MEMBERS = 4
ALPHABET = 7
#: Examples of repeats, and characters, in a short run.
FEW = 5
#: A repeat up to fewer times than this is a constant.
MANY = 40


def baits(pattern: re.Pattern[Any], *, pairs: bool = True) -> Iterator[tuple[str, str, str]]:
    """Head, pump and tail: the text is ``head + pump * n + tail``. Without `pairs` a few of each."""
    tree = _parser.parse(pattern.pattern, pattern.flags)
    heads, pumps = {""}, set()
    for head, pump in _repeats(tree, ""):
        heads.add(head[:200])
        pumps.add(pump[:80])
    letters = _letters(tree)
    if pairs:
        pumps |= set(letters) | {a + b for a, b in product(letters[:ALPHABET], repeat=2)}
    else:
        pumps = {*sorted(pumps, key=len)[:FEW], *letters[:FEW]}
    for head, pump in product(sorted(heads, key=len)[: 6 if pairs else 2], sorted(filter(None, pumps))):
        yield head, pump, "\x00"


def _repeats(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    """Each unbounded repeat with an example of what comes before it and of one round of it."""
    head = before
    for op, args in tree:
        for part in _parts(op, args):
            yield from _repeats(part, head)
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT) and args[1] >= MANY:
            yield head, _example(args[2])
        head += _example([(op, args)])


def _parts(op: Any, args: Any) -> list[Any]:
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        return [args[2]]
    if op is ops.SUBPATTERN:
        return [args[3]]
    if op is ops.BRANCH:
        return list(args[1])
    if op in (ops.ASSERT, ops.ASSERT_NOT):
        return [args[1]]
    if op is ops.ATOMIC_GROUP:
        return [args]
    return []


def _example(tree: Any) -> str:
    """A text that the tree matches, more or less."""
    text = ""
    for op, args in tree:
        if op is ops.LITERAL:
            text += chr(args)
        elif op in (ops.IN, ops.ANY, ops.NOT_LITERAL):
            text += next(iter(_members(op, args)), "")
        elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            text += _example(args[2]) * max(min(args[0], 3), args[0] == 0 and args[1] > 0)
        elif op is ops.BRANCH:
            text += _example(args[1][0])
        elif op is not ops.ASSERT and op is not ops.ASSERT_NOT:
            text += "".join(_example(part) for part in _parts(op, args))
    return text


def _members(op: Any, args: Any) -> list[str]:
    """Some characters that a class takes."""
    one = re.compile(".", re.DOTALL)
    if op is ops.IN:
        taken = [char for char in CANDIDATES if _in_class(args, char)]
        named = [chr(value) for kind, value in args if kind is ops.LITERAL and args[0][0] is not ops.NEGATE]
        ranges = [chr(value[0]) for kind, value in args if kind is ops.RANGE and args[0][0] is not ops.NEGATE]
        return [*taken[:MEMBERS], *named[:MEMBERS], *ranges[:2]]
    if op is ops.NOT_LITERAL:
        return [char for char in CANDIDATES if char != chr(args)][:MEMBERS]
    return [char for char in CANDIDATES if one.match(char)][:MEMBERS]


_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d", ops.CATEGORY_NOT_DIGIT: r"\D", ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S", ops.CATEGORY_WORD: r"\w", ops.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _in_class(items: Any, char: str) -> bool:
    negated, taken = False, False
    for kind, value in items:
        if kind is ops.NEGATE:
            negated = True
        elif kind is ops.LITERAL:
            taken |= ord(char) == value
        elif kind is ops.RANGE:
            taken |= value[0] <= ord(char) <= value[1]
        elif kind is ops.CATEGORY:
            taken |= bool(re.match(_CATEGORIES[value], char))
    return taken != negated


def _letters(tree: Any) -> list[str]:
    """Single characters that the pattern knows: members of its classes and its literals, most telling first."""
    found: dict[str, None] = {}
    for op, args in tree:
        if op in (ops.IN, ops.ANY, ops.NOT_LITERAL):
            found |= dict.fromkeys(_members(op, args)[:MEMBERS])
        elif op is ops.LITERAL:
            found |= {chr(args): None}
        for part in _parts(op, args):
            found |= dict.fromkeys(_letters(part))
    return list(found)[: 2 * ALPHABET]
