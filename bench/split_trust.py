"""How far a draft's confidence can be trusted: measured on pages that the model has not learned."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from textscore import shingles, squeeze

from newstext.split.drafts import OFFSET, SLOPE

if TYPE_CHECKING:
    from newstext.article import Draft

#: A body is right from this share of common 4-word shingles on, as the scorer's F80 has it.
RIGHT = 0.8

#: Where confidences are cut for the table.
CUTS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)


class Told(NamedTuple):
    """What a draft said of itself, and whether it was right."""

    sure: float
    right: bool


def told(case: dict, drafts: list[Draft]) -> list[Told]:
    """Each draft's confidence, and whether its body and its headline are those of one of the page's articles."""
    truth = [(shingles(one["body"]), one) for one in case["articles"]]
    return [Told(draft.evidence["split"].confidence, any(same(draft, *one) for one in truth)) for draft in drafts]


def same(draft: Draft, body: object, article: dict) -> bool:
    seen = shingles(draft.body)
    common = 2 * (seen & body).total() / max(1, seen.total() + body.total())  # type: ignore[operator]
    printed = article.get("headline") if article.get("headline_in_text", True) else None
    return common >= RIGHT and (printed is None or squeeze(printed) == squeeze(draft.headline))


def fitted(all_told: list[Told]) -> tuple[float, float]:
    """Slope and offset that make sureness a chance: logistic regression on its log-odds, by Newton's steps."""
    odds = logit(np.array([one.sure for one in all_told]))
    columns, right = np.stack([odds, np.ones_like(odds)], axis=1), np.array([one.right for one in all_told], float)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-columns @ weights))
        curve = (columns * (chance * (1 - chance))[:, None]).T @ columns + 1e-3 * np.eye(2)
        step = np.linalg.solve(curve, columns.T @ (right - chance))
        weights += step / max(1.0, float(np.abs(step).max()))  # a whole step may leap over the best and never return
    return float(weights[0] * SLOPE), float(weights[0] * OFFSET + weights[1])


def logit(sure: np.ndarray) -> np.ndarray:
    held = np.clip(sure, 0.001, 0.999)
    return np.log(held / (1 - held))


def table(all_told: list[Told]) -> str:
    """How many drafts of each confidence are right, one line for each range."""
    lines = []
    for low, high in pairwise(CUTS):
        part = [one for one in all_told if low <= one.sure < high]
        if part:
            mean, right = np.mean([one.sure for one in part]), np.mean([one.right for one in part])
            lines.append(
                f"confidence {low:.2f}-{min(high, 1):.2f}: {len(part):5d} drafts, mean {mean:.2f}, right {right:.2f}"
            )
    return "\n".join(lines)
