"""The length that a file declares of an article, held against the words that were found.

Vendors count words each in their own way, with the headline or without. Articles of the labelled exports that are
complete have 0.57 to 1.13 times their declared length (bench/formats.py words); what lies far outside was cut off, or
took in what is not its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newstext.article import Draft

#: Outside of these shares of the declared length an article is told, if it differs by more than a few lines.
SHORT, LONG = 0.5, 1.5
WORDS = 30
#: Articles that a sentence names.
NAMED = 5


def differing(drafts: Sequence[Draft]) -> list[str]:
    """A sentence about the articles whose declared length is not what was found; none where all agree."""
    odd = list(_odd(drafts))
    if not odd:
        return []
    named = ", ".join(odd[:NAMED]) + (" ..." if len(odd) > NAMED else "")
    return [f"{len(odd)} articles differ from the length that the file declares: {named}"]


def _odd(drafts: Sequence[Draft]) -> Iterator[str]:
    for draft in drafts:
        declared = draft.stated.words
        if not declared:
            continue
        found = len(draft.body.split())
        spaced = found * 15 > len(draft.body)  # scripts without blanks have no words to count
        if spaced and not SHORT <= found / declared <= LONG and abs(found - declared) > WORDS:
            yield f"#{draft.position} has {found} words of {declared}"
