"""Several sources for one field: which value stands, how sure it is, what the other one said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from newstext.article import Evidence, Span

T = TypeVar("T")


class Claim(NamedTuple, Generic[T]):
    """One source's value for a field."""

    value: T
    rule: str
    sure: float
    span: Span | None = None


def settle(
    claims: Sequence[Claim[T]], same: Callable[[T, T], bool], show: Callable[[T], str] = str
) -> tuple[T, Evidence] | None:
    """The surest claim with its evidence; the first of equals. `show` prints a value for people.

    A second source that agrees takes away half of the doubt; one that disagrees costs the winner half of that
    source's own confidence share, and its value is kept in ``other``.
    """
    if not claims:
        return None
    best = max(claims, key=lambda claim: claim.sure)
    sure, other = best.sure, None
    for claim in claims:
        if claim is best:
            continue
        if same(claim.value, best.value):
            sure = 1 - (1 - sure) / 2
        elif other is None:
            other = show(claim.value)
            sure *= 1 - claim.sure / 4
    return best.value, Evidence(best.rule, best.span, round(sure, 3), other)
