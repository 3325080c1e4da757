"""A page as rows: its lines with their places, soft-wrapped lines joined to the paragraphs that they were.

A *line* is what ends at a line break; a *row* is what a reader sees as one piece: a paragraph, a headline, a
menu entry. Rows are what the model labels. Only white space is touched in joining.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, chain, compress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newstext.article import Span

#: What is cut from both ends of a line: white space, and the characters of no width that converters leave.
EDGE = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
EDGE += "\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff\xad"

#: Widths at which text is wrapped by hand or by mailers: narrower is verse or menus, wider is no wrapping.
NARROWEST, WIDEST = 50, 100

#: Text counts as wrapped when this share of its line ends stands where the next word would not have fit. By
#: chance a tenth does (a word is 6 of 50 widths); in wrapped wire copy 0.8 and more.
WRAPPED_SHARE = 0.5

#: Fewer wrapped lines than this are chance.
WRAPPED_LINES = 3

#: The longest word that a line break may stand before; longer ones are scripts without spaces and addresses.
LONGEST_WORD = 20


#: Blank lines of a run that are told apart: a hundred say no more than ten, and a file of nothing else has millions.
MOST_BLANKS = 100


@dataclass(frozen=True)
class Lines:
    """The lines of a text: `spans` with their line breaks, `texts` and `places` without the white space around.

    `indents` is how far each is set in; characters without width (a byte order mark) do not count.
    """

    spans: list[Span]
    texts: list[str]
    places: list[int]
    indents: list[int]


@dataclass(frozen=True)
class Rows:
    """The rows of a page, as parallel lists of equal length.

    `first` and `last` are the numbers of a row's lines, `gaps` how many blank lines stand before it,
    `indents` how far its text is set in.
    """

    texts: list[str]
    first: list[int]
    last: list[int]
    gaps: list[int]
    indents: list[int]

    def __len__(self) -> int:
        return len(self.texts)


def cut(text: str) -> Lines:
    """Cut a text into lines; every character of the text lies in exactly one line's span.

    What goes beyond `MOST_BLANKS` blank lines in a row belongs to the last of them.
    """
    whole = text.splitlines(keepends=True)
    texts = [line.strip() if line.isascii() else line.strip(EDGE) for line in whole]
    places: Iterable[int] = accumulate(map(len, whole), initial=0)
    if texts.count("") > MOST_BLANKS:
        kept = bytes(told_apart(texts))
        places, whole, texts = compress(places, kept), list(compress(whole, kept)), list(compress(texts, kept))
    starts = list(places)[: len(texts)]
    before = [line.find(bare[0]) if bare else 0 for line, bare in zip(whole, texts, strict=True)]
    return Lines(
        spans=list(zip(starts, [*starts[1:], len(text)], strict=True)) if starts else [],
        texts=texts,
        places=[start + by for start, by in zip(starts, before, strict=True)],
        indents=[set_in(line[:by]) if by else 0 for line, by in zip(whole, before, strict=True)],
    )


def told_apart(texts: Iterable[str]) -> Iterator[bool]:
    """Whether each line is none of those beyond `MOST_BLANKS` blank ones in a row."""
    blanks = 0
    for text in texts:
        blanks = 0 if text else blanks + 1
        yield blanks <= MOST_BLANKS


def set_in(before: str) -> int:
    """How far what stands before a line's text sets it in."""
    return len(before) if before.isspace() else sum(map(str.isspace, before))


def join(lines: Lines) -> Rows:
    """Make rows of lines: where text is wrapped the lines of a paragraph become one row, else each line is one."""
    further = frozenset(continued(lines))
    if further:
        first = [number for number, text in enumerate(lines.texts) if text and number not in further]
        last = [end(number, further) for number in first]
        texts = [" ".join(lines.texts[one : other + 1]) for one, other in zip(first, last, strict=True)]
    else:
        first = last = [number for number, text in enumerate(lines.texts) if text]
        texts = [text for text in lines.texts if text]
    return Rows(
        texts=texts,
        first=first,
        last=last,
        gaps=[one - other - 1 for one, other in zip(first, chain((-1,), last), strict=False)],
        indents=[lines.indents[number] for number in first],
    )


def end(number: int, further: frozenset[int]) -> int:
    """The last line of the row that begins at a line."""
    while number + 1 in further:
        number += 1
    return number


def continued(lines: Lines) -> Iterator[int]:
    """The lines that go on with the line right before them."""
    texts = lines.texts
    for start, end in narrow(texts):
        width = wrap_width(lines, start, end)
        for number in range(start + 1, end if width else start):
            if texts[number] and texts[number - 1] and continues(lines, number, width):
                yield number


def narrow(texts: list[str]) -> Iterator[tuple[int, int]]:
    """Where the lines of a page may be wrapped: from one line that is too long for it to the next."""
    start = 0
    for number, text in enumerate(texts):
        if len(text) > WIDEST:
            if number - start > WRAPPED_LINES:
                yield start, number
            start = number + 1
    if len(texts) - start > WRAPPED_LINES:
        yield start, len(texts)


def length(lines: Lines, number: int) -> int:
    """How far a line reaches, its indent counted."""
    return lines.indents[number] + len(lines.texts[number])


def word(text: str) -> int:
    space = text.find(" ", 0, LONGEST_WORD)
    return space if space >= 0 else min(len(text), LONGEST_WORD)


def continues(lines: Lines, number: int, width: int) -> bool:
    """Whether a line goes on with the one before it: not set in further, and its first word did not fit there."""
    if not flows(lines, number):
        return False
    reach = length(lines, number - 1)
    return reach <= width < reach + 1 + word(lines.texts[number])


def flows(lines: Lines, number: int) -> bool:
    """Whether a line's indent and words allow that it goes on with the line before it."""
    return lines.indents[number] in (0, lines.indents[number - 1]) and lines.texts[number] != lines.texts[number - 1]


def wrap_width(lines: Lines, start: int, end: int) -> int:
    """The width at which lines `start` to `end` were wrapped, or 0.

    Each line that another one follows is full at the widths from its own length to where the next word would
    have ended. The width at which most lines are full wins; lines that are longer speak against it.
    """
    texts = lines.texts
    followed = [number for number in range(start, end - 1) if texts[number] and texts[number + 1]]
    least = NARROWEST - LONGEST_WORD
    if sum([lines.indents[number] + len(texts[number]) >= least for number in followed]) < WRAPPED_LINES:
        return 0  # most pages: what another line follows is too short to be full at any width
    full = [0] * (WIDEST + LONGEST_WORD + 3)
    longer = [0] * (WIDEST + 2)
    for number in range(start, end):
        if texts[number]:
            longer[min(length(lines, number), WIDEST + 1)] += 1
    pairs = 0
    for number in followed:
        reach = length(lines, number)
        if reach <= WIDEST and flows(lines, number + 1):
            pairs += 1
            full[reach] += 1
            full[reach + 1 + word(texts[number + 1])] -= 1
    if pairs < WRAPPED_LINES:
        return 0
    best, width, filled, over = 0, 0, 0, sum(longer)
    for reach in range(WIDEST + 1):
        filled += full[reach]
        over -= longer[reach]
        if reach >= NARROWEST and filled - 3 * over > best:
            best, width = filled - 3 * over, reach
    return width if best >= max(WRAPPED_LINES, WRAPPED_SHARE * pairs) else 0
