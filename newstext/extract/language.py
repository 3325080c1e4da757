"""Which language a text is in: by script where that settles it, else by the function words it uses.

Function words make up a third to a half of running text in any language, so a few hundred characters decide.
A language's score is the sum of its words in the text, earlier ranks and words of few languages weighing more;
the lists are from Wikipedia (justext's), cut where they turn from grammar to topics.
"""

from __future__ import annotations

import math
import re
from functools import cache
from itertools import islice
from typing import NamedTuple

from newstext.extract.tables import rows

#: Words looked at: the figure at which more text changed no verdict on the development pages.
_WORDS = 150
#: Languages of few pages beside a large neighbour whose words they share: a short text is rather the neighbour's.
_SMALL = frozenset({"af", "bs", "cy", "ga", "gl", "eu", "ku", "lb", "ms", "mt", "mk", "ne", "tl", "sw", "is", "sq"})
_RARE = 0.85
#: The first words, and how sure a guess by them must be to stand.
_FIRST, _CLEAR = 60, 0.9
#: A word; vowel signs and points of Indic and Arabic scripts are no letters of their own.
_WORD = re.compile(
    r"[^\W\d_](?:[^\W\d_]|['\u0300-\u036f\u064b-\u0652\u0900-\u0903\u093a-\u094f\u0a01-\u0a51\u0b01-\u0b57])*"
)
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("te", re.compile(r"[\u0c00-\u0c7f]")),
    ("kn", re.compile(r"[\u0c80-\u0cff]")),
    ("ml", re.compile(r"[\u0d00-\u0d7f]")),
    ("gu", re.compile(r"[\u0a80-\u0aff]")),
    ("pa", re.compile(r"[\u0a00-\u0a7f]")),
    ("si", re.compile(r"[\u0d80-\u0dff]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("km", re.compile(r"[\u1780-\u17ff]")),
    ("lo", re.compile(r"[\u0e80-\u0eff]")),
    ("am", re.compile(r"[\u1200-\u137f]")),
)
#: Any of their characters: most texts have none.
_ANY = re.compile("[" + "".join(pattern.pattern[1:-1] for _, pattern in _SCRIPTS) + "]")
#: A script settles the language when it makes up this share of the letters looked at (kana: a tenth is enough,
#: the rest of Japanese is Chinese characters).
_SHARE = {"ja": 0.08, "ko": 0.3, "zh": 0.3}
_LETTERS = 1_500
#: A score that some eight common words make: enough to be sure.
_ENOUGH = 2.0
#: What a text without a single known word is said to be (BCP 47: undetermined).
UNKNOWN = "und"


class Guess(NamedTuple):
    """A BCP 47 language and 0..1 how surely."""

    code: str
    sure: float


def detect(text: str, clear: float = _CLEAR) -> Guess:
    """The language of `text`; ``und`` when nothing in it tells. A guess by the first words that is `clear` stands."""
    head = text[:_LETTERS]
    if not head.isascii() and _ANY.search(head) and (script := _script(head)):
        return script
    found = (word[0] for word in _WORD.finditer(text[: _WORDS * 8].lower().replace("’", "'")))
    tokens = list(islice(found, _FIRST))
    first = _by_words(tokens)
    if first.sure >= clear:
        return first
    more = list(islice(found, _WORDS - _FIRST))
    return _by_words(tokens + more) if more else first


def _script(head: str) -> Guess | None:
    letters = sum(c.isalpha() for c in head) or 1
    for code, pattern in _SCRIPTS:
        share = len(pattern.findall(head)) / letters
        if share >= _SHARE.get(code, 0.4):
            return Guess(code, 0.99)
    return None


@cache
def _weights() -> dict[str, tuple[tuple[str, float], ...]]:
    """Word -> the languages that use it, each with its weight; the first ranks weigh most."""
    found: dict[str, list[tuple[str, float]]] = {}
    for code, listed in rows("function_words"):
        for rank, word in enumerate(listed.split()):
            found.setdefault(word, []).append((code, 1 / math.log2(rank + 3)))
    return {word: tuple((code, weight / len(codes)) for code, weight in codes) for word, codes in found.items()}


def _by_words(tokens: list[str]) -> Guess:
    weights = _weights()
    scores: dict[str, float] = {}
    for token in tokens:
        for code, weight in weights.get(token, ()):
            scores[code] = scores.get(code, 0.0) + weight
    if not scores:
        return Guess(UNKNOWN, 0.0)
    for code in _SMALL.intersection(scores):
        scores[code] *= _RARE
    (best, top), *others = sorted(scores.items(), key=lambda item: -item[1])
    second = others[0][1] if others else 0.0
    evidence = min(1.0, top / _ENOUGH)
    lead = min(1.0, 2 * (top - second) / top)  # twice the runner-up's score is as clear as it gets
    return Guess(best, round(evidence * (0.5 + 0.5 * lead), 3))
