"""The body as published: paragraphs joined by a blank line, however the input keeps its line ends."""

from __future__ import annotations

import re

_BREAK = re.compile(r"\n[ \t\u00a0]*\n\s*")
_SPACE = re.compile(r"[ \t\u00a0]+")

#: Lines of a hard-wrapped text are cut near a margin: few are longer than this, most come near the longest.
MARGIN = 100


def tidy(text: str) -> str:
    """One line: white space runs to a single blank."""
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """Normalise a body's line ends: blank lines part paragraphs, or single line ends where no line was wrapped."""
    blocks = [block for block in _BREAK.split(text.strip()) if block.strip()]
    if len(blocks) < 2 or not _wrapped(blocks):
        blocks = [line for block in blocks for line in _lines(block)]
    return "\n\n".join(filter(None, map(tidy, blocks)))


def unwrapped(text: str) -> str:
    """Paragraphs of a text that is known to be hard-wrapped: where blank lines part blocks, each block is one."""
    blocks = [block for block in _BREAK.split(text.strip()) if block.strip()]
    return "\n\n".join(map(tidy, blocks)) if len(blocks) > 1 else paragraphs(text)


def _lines(block: str) -> list[str]:
    return [tidy(block)] if _wrapped([block]) else block.split("\n")


def _wrapped(blocks: list[str]) -> bool:
    """Whether line ends inside the blocks are a printer's (or mailer's) and not paragraphs."""
    inner = [line.strip() for block in blocks for line in block.split("\n")[:-1]]
    if len(inner) < 2:
        return False
    longest = max(map(len, inner))
    full = sum(len(line) > 0.75 * longest for line in inner)
    return 40 <= longest <= MARGIN and full >= 0.6 * len(inner)
