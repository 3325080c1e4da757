"""An account of a judgement, for people: the scores, what was asked for, and which of it decided."""

from __future__ import annotations

from typing import Final

import msgspec

from newstext.compare import DEFAULTS, Judgement, Measures, Reading, Thresholds, asked, judge, measure
from newstext.difference import Passage, Piece, difference, passages

#: Passages that an account lists: the longest say where a text came from.
PASSAGES: Final = 5


class Account(msgspec.Struct, frozen=True):
    """How a newcomer was judged against an earlier text.

    `judgement` is None for different stories; `asked` is the containment that one story would need; `reasons` are
    sentences; spans of `passages` and `pieces` are characters of the two bodies.
    """

    measures: Measures
    asked: float
    judgement: Judgement | None
    reasons: list[str]
    passages: list[Passage]
    pieces: list[Piece]


def account(new: Reading, old: Reading, at: Thresholds = DEFAULTS) -> Account:
    """Judge again and say why."""
    found, judgement = measure(new, old), judge(new, old, at)
    return Account(
        found,
        asked(found, at),
        judgement,
        reasons(found, judgement, at),
        passages(old.text.body, new.text.body)[:PASSAGES],
        difference(old.text.body, new.text.body),
    )


def reasons(found: Measures, judgement: Judgement | None, at: Thresholds = DEFAULTS) -> list[str]:
    """Sentences that lead from the measures to the verdict, in the order of the decision."""
    if found.exact:
        return ["The words of the two bodies are the same."]
    said = [_kind(found, at)]
    if found.density >= at.table and found.same_figures < at.table_figures:
        return [*said, f"{found.same_figures:.0%} of its figures agree, {at.table_figures:.0%} are asked for."]
    needed = asked(found, at)
    enough = found.containment >= needed
    said.append(
        f"{found.containment:.0%} of the smaller text's word runs stand in the other: "
        f"{'at least' if enough else 'less than'} the {needed:.0%} that are asked for."
    )
    return [*said, _relation(found, judgement, at)] if judgement else [*said, "They are different stories."]


def _kind(found: Measures, at: Thresholds) -> str:
    if found.density >= at.table:
        return f"A table ({found.density:.2f} figures a word): it is a copy only with all of its figures."
    if found.shorter >= at.short:
        return f"Long texts ({found.shorter} words or more)."
    return (
        f"A short text ({found.shorter} words): more is asked for, since {1 - found.figures:.0%} of the figures "
        f"and {1 - found.names:.0%} of the names are not in common."
    )


def _relation(found: Measures, judgement: Judgement, at: Thresholds) -> str:
    match judgement.relation:
        case "contained":
            return f"All of it stands in the other, which is longer (length ratio {found.ratio:.2f})."
        case "contains":
            return f"All of the other stands in it, and it is longer (length ratio {found.ratio:.2f})."
        case "near":
            return f"A copy with light editing: Jaccard similarity {found.jaccard:.2f}, {at.near:.2f} is asked for."
        case _ if found.jaccard >= at.near:
            return "The same paper printed it again with changes: a version of its own story."
        case _:
            return f"A version: Jaccard similarity {found.jaccard:.2f} is below the {at.near:.2f} of a copy."
