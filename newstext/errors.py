"""What can be wrong with an input, in words that a person understands.

Unreadable      this input gives no article, now or ever (empty, binary, truncated, a bomb, furniture only)
"""

from __future__ import annotations


class Unreadable(Exception):  # noqa: N818  (the word is the outcome: the file is unreadable)
    """The input yields nothing, however often it is tried.

    `kind` is a short stable word for grouping (``empty``, ``binary``, ``no-article``, ``truncated``,
    ``too-large``, ``vendor-error`` ...); the message is one sentence for a person, without text of the input.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
