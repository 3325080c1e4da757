"""Ids are functions of content: doing a thing twice is doing it once.

file id      16 characters of base32: 80 bits of BLAKE2b over the content's SHA-256 and the file's address. At 10^9
             files the chance of any collision is below 10^-6.
article id   ``{file id}-{position}``
job id       ``{stage}-{file id}-{part}`` for splitting, ``{stage}-{article id}`` after it
"""

from __future__ import annotations

import hashlib
from itertools import product

FILE_BYTES = 10
#: Base32 (RFC 4648, lower case) two letters at a time: the standard library's encoder takes ten times as long.
PAIRS = tuple(map("".join, product("abcdefghijklmnopqrstuvwxyz234567", repeat=2)))


def file_id(sha256: str, address: str) -> str:
    """`address` is the file's URL, or its name where it has none."""
    digest = hashlib.blake2b(f"{sha256}\0{address}".encode("utf-8", "surrogateescape"), digest_size=FILE_BYTES)
    number = int.from_bytes(digest.digest(), "big")
    return "".join([PAIRS[number >> shift & 1023] for shift in range(8 * FILE_BYTES - 10, -1, -10)])


def article_id(file: str, position: int) -> str:
    return f"{file}-{position}"


def place(article: str) -> tuple[str, int]:
    """An article's file id and position."""
    file, _, position = article.rpartition("-")
    return file, int(position)


def split_job(file: str, part: int) -> str:
    return f"split-{file}-{part}"


def article_job(stage: str, article: str) -> str:
    return f"{stage}-{article}"
