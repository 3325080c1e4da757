"""Words and word shingles of a text as arrays of 64-bit hashes: what fingerprints and comparisons are made of.

Text is folded first (see `folding`). A word is a run of letters and digits; in scripts that put no spaces between words
every character counts as a word that reaches over the next few, so that a shingle spans about as much of the text
there as in English. A word's hash is a polynomial over its characters, taken from prefix sums of the whole text: no
list of words is ever built, which is what makes 10,000 articles a second possible in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from newstext.folding import SEPARATOR, Page, page, reach

U64 = NDArray[np.uint64]
#: Characters of a text that are taken as words: 45,000 words are no article, and a worker's memory stays small. What
#: follows counts for the exact key alone, letter by letter.
LONGEST: Final = 1 << 18

_GAP: Final = np.zeros(1, np.uint8)  # between texts

#: What keys the hashes, if anything does.
Secret = str | bytes | int | None

#: Words in a shingle that likeness is measured on: as good as 15 characters at a sixth of the shingles.
SHINGLE: Final = 3
#: So many words longer are the shingles that candidates are found by: chance and set phrases seldom share one.
LONGER: Final = 2
#: The longest shingle: with LONGER words more it still stands in a text of 8 words.
LONGEST_SHINGLE: Final = 6


class Salt(msgspec.Struct, frozen=True):
    """The constants of the hash functions: odd, so that multiplication can be undone and loses no bits.

    `shingle` is the length of the shingles that likeness is measured on, in words.
    """

    base: int
    inverse: int
    join: int
    mix: int
    finish: int
    shingle: int = SHINGLE

    @property
    def candidate_shingle(self) -> int:
        """Length of the shingles that candidates are found by, in words."""
        return self.shingle + LONGER

    @property
    def mark(self) -> str:
        """A few letters that differ between secrets and shingles and give no secret away."""
        return f"{self.finish >> 40:06x}w{self.shingle}"


class Words(msgspec.Struct, frozen=True):
    """The words of several texts: text i has `hashes[bounds[i] : bounds[i + 1]]`.

    `counts` are words as a reader would count them, `exact` the texts' exact keys in hex.
    """

    hashes: U64
    bounds: list[int]
    counts: list[int]
    exact: list[str]


#: Constants, or the secret to make them from.
Keyed = Secret | Salt


@cache
def salt(secret: Secret = None, shingle: int = SHINGLE) -> Salt:
    """Hash constants out of a secret, so that nobody outside can construct texts that collide.

    Without a secret the constants are the same on every machine. All workers of an index need the same one. Raises
    ValueError for shingles of less than 1 or more than LONGEST_SHINGLE words.
    """
    if not 1 <= shingle <= LONGEST_SHINGLE:
        raise ValueError(f"shingles have 1 to {LONGEST_SHINGLE} words, not {shingle}")
    seed = str(secret).encode() if isinstance(secret, int) else secret.encode() if isinstance(secret, str) else secret
    digest = blake2b(b"wiredesk shingles 1", key=(seed or b"")[:64], digest_size=32).digest()
    base, join, mix, finish = (int.from_bytes(digest[i : i + 8], "big") | 1 for i in range(0, 32, 8))
    return Salt(base, pow(base, -1, 1 << 64), join, mix, finish, shingle)


def hashing(keyed: Keyed = None) -> Salt:
    """The constants that `keyed` stands for."""
    return keyed if isinstance(keyed, Salt) else salt(keyed)


def words(texts: Sequence[str], key: Salt) -> Words:
    """Fold texts and hash their words. Takes any text; what is not a letter or digit only separates.

    Several at once cost less than one by one: the arithmetic is done on all of their characters together.
    """
    pages = [page(text[:LONGEST]) for text in texts]
    whole = np.concatenate([part for each in pages for part in (each, _GAP)] or [_GAP])
    unspaced = None if whole.dtype == np.uint8 else reach(whole)
    starts, ends = _bounds(whole, unspaced)
    edges = np.cumsum([0] + [each.size + 1 for each in pages])
    bounds = starts.searchsorted(edges).tolist()
    hashes = _hash_runs(whole, starts, ends, key)
    counts = np.diff(bounds).tolist()
    if unspaced is not None:
        spans = unspaced[starts]
        hashes = _extend(hashes, spans, np.repeat(np.arange(len(texts)), np.diff(bounds)), key)
        weights = np.concatenate([[0.0], np.cumsum(1 / np.maximum(spans, 1))])
        counts = np.rint(np.diff(weights[bounds])).astype(int).tolist()
    exact = _exact(whole, ends - starts, bounds)
    return Words(hashes, bounds, counts, [_with_tail(*pair) for pair in zip(exact, texts, strict=True)])


def shingles(hashes: U64, size: int, key: Salt) -> U64:
    """Hashes of all runs of `size` words, in order, repeats kept; empty when the text is shorter."""
    if hashes.size < size:
        return np.empty(0, np.uint64)
    join = np.uint64(key.join)
    out = hashes[: hashes.size - size + 1] * join
    for i in range(1, size):
        out += hashes[i : hashes.size - size + 1 + i]
        if i < size - 1:
            out *= join
    out ^= out >> np.uint64(32)
    out *= np.uint64(key.finish)
    return out


def _exact(page: Page, lengths: NDArray[np.intp], bounds: list[int]) -> list[str]:
    """A key of each text's letters and word lengths: BLAKE2b, since the words' own hashes can be made to collide."""
    letters = _letters(page)
    sizes = np.minimum(lengths, 255).astype(np.uint8)
    offsets = np.concatenate([[0], np.cumsum(lengths)])[bounds].tolist()
    keys = []
    for i in range(len(bounds) - 1):
        digest = blake2b(_narrow(letters[offsets[i] : offsets[i + 1]]).data, digest_size=16)
        digest.update(sizes[bounds[i] : bounds[i + 1]].data)
        keys.append(digest.hexdigest())
    return keys


def _letters(page: Page) -> Page:
    """All but separators. NumPy's choice by a mask takes six times as long as the bytes' own deletion."""
    if page.dtype == np.uint8:
        return np.frombuffer(page.tobytes().translate(None, b"\0"), np.uint8)
    return page[page.nonzero()[0]]


def _with_tail(exact: str, text: str) -> str:
    """The exact key of a text that goes on after its LONGEST first characters."""
    if len(text) <= LONGEST:
        return exact
    return blake2b(text[LONGEST:].encode("utf-8", "replace"), key=exact.encode(), digest_size=16).hexdigest()


def _narrow(letters: Page) -> Page:
    """One byte a letter where that is enough: an ASCII text and its twin with curly quotes have one exact key."""
    if letters.dtype != np.uint8 and (letters.size == 0 or letters.max() < 128):
        return letters.astype(np.uint8)
    return letters


def _bounds(folded: Page, reach: NDArray[np.uint8] | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Starts and ends of the words: runs between separators, and each character of an unspaced script alone."""
    inside = np.zeros(folded.size + 2, np.bool_)
    np.not_equal(folded, SEPARATOR, out=inside[1:-1])
    if reach is None:
        edges = np.flatnonzero(inside[1:] != inside[:-1])
        return edges[0::2], edges[1::2]
    alone = np.zeros(folded.size + 2, np.bool_)
    np.greater(reach, 0, out=alone[1:-1])
    cut = (inside[1:] != inside[:-1]) | alone[1:] | alone[:-1]
    return np.flatnonzero(cut & inside[1:]), np.flatnonzero(cut & inside[:-1])


def _hash_runs(page: Page, starts: NDArray[np.intp], ends: NDArray[np.intp], key: Salt) -> U64:
    """Hash of each run [start, end): sum of character x base^position, shifted back to position 0, mixed."""
    power, inverse = _powers(key, max(page.size, 1 << 14))
    sums = np.empty(page.size + 1, np.uint64)
    sums[0] = 0
    sums[1:] = page
    sums[1:] *= power[: page.size]
    np.cumsum(sums, out=sums)
    hashes: U64 = sums[ends]
    hashes -= sums[starts]
    hashes *= inverse[starts]
    hashes ^= hashes >> np.uint64(32)
    hashes *= np.uint64(key.mix)
    hashes ^= hashes >> np.uint64(29)
    return hashes


@cache
def _power_table(key: Salt, size: int) -> tuple[U64, U64]:
    tables = []
    for factor in (key.base, key.inverse):
        table = np.full(size, factor, np.uint64)
        table[0] = 1
        tables.append(np.multiply.accumulate(table))
    return tables[0], tables[1]


def _powers(key: Salt, size: int) -> tuple[U64, U64]:
    """Powers of the base and of its inverse, at least `size` of each; tables grow by doubling."""
    return _power_table(key, 1 << (size - 1).bit_length())


def _extend(hashes: U64, reach: NDArray[np.uint8], text: NDArray[np.intp], key: Salt) -> U64:
    """Let characters of unspaced scripts reach over the next of their text: 2n - 1 where a word has n."""
    out = hashes.copy()
    join = np.uint64(key.join)
    spans = reach.astype(np.intp) * 2 - 1
    for ahead in range(1, int(spans.max(initial=0))):
        touched = np.flatnonzero((spans[:-ahead] > ahead) & (text[:-ahead] == text[ahead:]))
        out[touched] = out[touched] * join + hashes[touched + ahead]
    return out
