"""How articles, candidates and verdicts travel to and from the index's script: fixed-width binary fields.

The layout is the one that `workers/lua/index_claim.lua` reads. Ids take 14 bytes: the 10 that the file id's base32
stands for, 4 for the position counted from one: zeros are an empty slot, so no id may pack to them.
"""

from __future__ import annotations

import base64
import struct
from hashlib import blake2b
from typing import Final

import msgspec

from newstext.fingerprint import Fingerprint

RELATIONS: Final = ("original", "exact", "near", "contained", "contains", "version")

ID_BYTES: Final = 14
CANDIDATE_BYTES: Final = 19
NEAR_SLOTS: Final = 8
EXACT_SLOTS: Final = 16
VERDICT_SLOTS: Final = 8

#: Times are kept as quarters of an hour in 3 bytes, from the year 1700 to 2178: windows are days.
QUARTER: Final = 900
_SINCE: Final = -8_520_336_000
#: Bit of the relation's byte: the similarity is the sketches' estimate.
_ESTIMATED: Final = 0x80


class Spaces(msgspec.Struct, frozen=True):
    """How many buckets each table has."""

    near: int
    exact: int
    verdicts: int


#: Why an original that shares a key is no candidate, by its number in the script.
WHY_NOT: Final = ("", "unlike", "outside", "crowded")


class Candidate(msgspec.Struct, frozen=True):
    """An original that shares keys: its id, equal sketch bytes, its shingles, keys shared; `why_not` it is judged.

    `unlike`: the sketches rule it out; `outside` of the window; `crowded`: others are likelier; empty: it is judged.
    """

    id: str
    equal: int
    shingles: int
    hits: int
    why_not: str = ""


class Decided(msgspec.Struct, frozen=True):
    """A verdict as the index remembers it; similarity in thousandths."""

    relation: str
    story: str
    jaccard: int
    containment: int
    estimated: bool


def pack_id(article: str) -> bytes:
    """``{16 characters of base32}-{position}`` in 14 bytes. Raises ValueError for an id of another form."""
    file, _, position = article.rpartition("-")
    packed = base64.b32decode(file.upper()) + (int(position) + 1).to_bytes(4, "big")
    if len(packed) != ID_BYTES:
        raise ValueError(f"{article!r} is no article id")
    return packed


def unpack_id(packed: bytes) -> str:
    return f"{base64.b32encode(packed[:10]).decode().lower()}-{int.from_bytes(packed[10:14], 'big') - 1}"


def pack_article(
    packed_id: bytes, mode: bytes, mark: Fingerprint, when: float | None, arrived: float, short: bool, spaces: Spaces
) -> bytes:
    """The part of a row that stays the same for all claims of an article; what was judged follows it.

    A body without words is a copy of nothing: it has an exact key of its own.
    """
    exact = bytes.fromhex(mark.exact) if mark.words else blake2b(packed_id, digest_size=16).digest()
    row = [
        packed_id,
        _time(when),
        _time(arrived),
        mode,
        struct.pack(">II", _bucket(_home(packed_id), spaces.verdicts), _bucket(exact[:8], spaces.exact)),
        exact[8:13],
        struct.pack(">BHB", short, min(mark.shingles, 0xFFFF), len(mark.keys)),
        *(struct.pack(">IH", (key >> 16) % spaces.near, key & 0xFFFF) for key in mark.keys),
        mark.sketch,
    ]
    return b"".join(row)


def pack_verdict(decided: Decided) -> bytes:
    code = RELATIONS.index(decided.relation) | (_ESTIMATED if decided.estimated else 0)
    return bytes([code]) + pack_id(decided.story) + struct.pack(">HH", decided.jaccard, decided.containment)


def unpack_verdict(packed: bytes) -> Decided:
    jaccard, containment = struct.unpack(">HH", packed[15:19])
    return Decided(
        RELATIONS[packed[0] & ~_ESTIMATED], unpack_id(packed[1:15]), jaccard, containment, bool(packed[0] & _ESTIMATED)
    )


def unpack_candidates(packed: bytes) -> list[Candidate]:
    rows = (packed[i : i + CANDIDATE_BYTES] for i in range(0, len(packed), CANDIDATE_BYTES))
    found = []
    for row in rows:
        equal, shingles, hits, why = struct.unpack(">BHBB", row[ID_BYTES:])
        found.append(Candidate(unpack_id(row), equal, shingles, hits, WHY_NOT[why]))
    return found


def _time(seconds: float | None) -> bytes:
    """Quarters of an hour since 1700; 0 is unknown."""
    if seconds is None:
        return bytes(3)
    return min(max(int(seconds - _SINCE) // QUARTER, 1), 0xFFFFFF).to_bytes(3, "big")


def _home(packed_id: bytes) -> bytes:
    """What spreads ids over the buckets of verdicts: the ids of one file differ in their last bytes alone."""
    return blake2b(packed_id, digest_size=8).digest()


def _bucket(digest: bytes, count: int) -> int:
    return int.from_bytes(digest, "big") % count
