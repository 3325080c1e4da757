#!/usr/bin/env python3
"""Fit and measure the weights of newstext.extract.beside: which line of a page of text names its writers.

usage: bench/writers.py [--folds N]      figures with publishers held out, then the weights for writers.toml

Wants ../shared with its labelled text renderings, and numpy. A line is right when half of its names are labelled.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from held_out import CHANCES, PAGES, report
from labelled import rows as cases

from newstext.extract.tables import fold
from newstext.extract.writers import candidates, shown
from newstext.split import split

#: Newton steps and the ridge: ridges from 0.5 to 4 moved F1 by half a point.
STEPS, RIDGE = 25, 1.5


class Page(NamedTuple):
    """A labelled page: its house, its writers, whether they can be seen, and the lines that name somebody."""

    house: str
    writers: set[str]
    visible: bool
    names: list[list[str]]
    rows: np.ndarray
    right: np.ndarray


def pages(order: list[str]) -> list[Page]:
    found = []
    for case in cases(PAGES):
        writers = {fold(name) for name in case["expected"].get("authors") or [] if name}
        unit = split(case["text"]) if writers else None
        if unit is None or not unit.drafts:
            continue
        title = fold(case["expected"].get("headline") or "")
        draft = max(unit.drafts, key=lambda each: (fold(each.headline or "") == title, len(each.body)))
        seen = candidates(shown(unit), draft)
        names = [[fold(name) for name in each.read.names] for each in seen]
        rows = np.array([[each.signs.get(sign, 0.0) for sign in order] for each in seen]).reshape(-1, len(order))
        right = np.array([2 * len(writers.intersection(each)) >= len(each) for each in names], float)
        found.append(Page(case["publisher"], writers, bool(case["visible"]["authors"]), names, rows, right))
    return found


def fit(known: list[Page]) -> np.ndarray:
    """Weights of a logistic model over lines; houses weigh alike."""
    times = Counter(page.house for page in known)
    rows, right = np.concatenate([page.rows for page in known]), np.concatenate([page.right for page in known])
    share = np.concatenate([np.full(len(page.names), times[page.house] ** -0.5) for page in known])
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (share * (chance - right)) + RIDGE * weights
        bend = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights


def measure(known: list[Page], weights: list[np.ndarray]) -> None:
    there = sum(len(page.writers) for page in known if page.visible)
    for least in CHANCES:
        given = right = 0
        for page, weight in zip(known, weights, strict=True):
            chance = 1 / (1 + np.exp(-page.rows @ weight))
            if len(chance) and chance.max() >= least:
                names = set(page.names[int(chance.argmax())])
                given += len(names)
                right += len(names & page.writers)
        p, r = right / given, right / there
        print(f"  {least:.2f}  given {given}  P {p:.3f}  R {r:.3f}  F1 {2 * p * r / (p + r):.3f}")


if __name__ == "__main__":
    report(__doc__ or "", "writers", pages, fit, measure)
