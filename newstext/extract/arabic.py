"""Names in Arabic print, which has no capitals: known by the words beside them.

A speaker is what stands between a verb of speech and the next colon or comma, without titles: of a longer run the
last two words are the name (three where the first of them goes with the second, `عبد الله`). An organisation begins
with a word that says what it is (`وزارة`, `بنك`) and goes on as long as words carry the article.
"""

from __future__ import annotations

import re
from functools import cache

from newstext.extract.places import place
from newstext.extract.tables import toml

_WORD = r"[\u0621-\u064a\u064b-\u0652]{2,20}"
_RUN = re.compile(_WORD)
_ARTICLE = "ال"
#: Letters that are written together with the word after them: and, so, with, for, as.
_JOINED = "وفبلك"
#: Words of a name with its titles at most, and of an organisation's after its first.
_MOST, _FOLLOWING = 8, 2
#: Places of so few letters are words too.
_SHORT = 3


@cache
def _said() -> re.Pattern[str]:
    verbs = "|".join(map(re.escape, toml("speech")["verbs"]["ar"]))
    return re.compile(rf"(?<![\u0621-\u064a])[وف]?(?:{verbs})((?: {_WORD}){{1,{_MOST}}})")


def _words(kind: str) -> frozenset[str]:
    return frozenset(toml("arabic")[kind])


def spoken_after(text: str) -> str | None:
    """The speaker in the words after a quote: `»، قالت منى الشريف، الباحثة`."""
    found = _said().match(text.lstrip(" ،,."))
    return _named(found[1].split()) if found else None


def spoken_before(text: str) -> str | None:
    """The speaker in the words before a quote, where they end in a colon: `وأضاف الجندي:`."""
    found = list(_said().finditer(text)) if text.rstrip().endswith(":") else []
    return _named(found[-1][1].split()) if found else None


def _named(words: list[str]) -> str | None:
    end = next((at for at, word in enumerate(words) if word in _words("prepositions")), len(words))
    words = words[:end]
    if not words or words[0] in _words("nobody") or organisation(words):
        return None
    while len(words) > 2 and words[0] in _words("titles"):
        words = words[1:]
    of_two = len(words) > 2 and words[-3] in _words("compound")
    name = words[-3:] if of_two else words[-2:]
    if len(name) < 2 and (name[0] in _words("titles") or name[0].removeprefix(_ARTICLE) in _words("titles")):
        return None
    return " ".join(name)


def organisation(words: list[str]) -> str | None:
    """The organisation that a run of words begins with and consists of: `وزارة الداخلية`."""
    first = words[0] if words else ""
    if first.removeprefix(_ARTICLE) not in _words("organisations"):
        return None
    rest = words[1 : 1 + _FOLLOWING]
    end = next((at for at, word in enumerate(rest) if not word.startswith(_ARTICLE)), len(rest))
    return " ".join([first, *rest[:end]]) if end else None


def names(body: str) -> list[tuple[str, str, int]]:
    """Organisations and places of a body: (name, kind, offset), in its order."""
    found: list[tuple[str, str, int]] = []
    matches = list(_RUN.finditer(body))
    for at, match in enumerate(matches):
        run = [match]
        for after in matches[at + 1 : at + 1 + _FOLLOWING]:
            if body[run[-1].end() : after.start()] != " ":
                break
            run.append(after)
        start, bare = match.start(), match.group()
        if bare[0] in _JOINED and not _is_place(bare) and (_is_place(bare[1:]) or bare[1:] in _words("organisations")):
            start, bare = start + 1, bare[1:]
        if name := organisation([bare, *(each.group() for each in run[1:])]):
            found.append((name, "organisation", start))
        elif _is_place(bare):
            found.append((bare, "place", start))
    return found


def _is_place(word: str) -> bool:
    return len(word) > _SHORT and word not in _words("ordinary") and place(word) is not None
