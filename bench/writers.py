#!/usr/bin/env python3
"""Fit and measure the weights of newstext.extract.beside: which line of a page of text names its writers.

usage: bench/writers.py [--folds N]      figures with publishers held out, then the weights for writers.toml

Wants ../shared with its labelled text renderings, and numpy. A line is right when half of its names are labelled.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from held_out import CHANCES, PAGES, report
from labelled import rows as cases

from newstext.extract.beside import elected
from newstext.extract.tables import fold
from newstext.extract.writers import Candidate, candidates, shown
from newstext.split import split


class Page(NamedTuple):
    """A labelled page: its house, its writers, whether they can be seen, and the lines that name somebody."""

    house: str
    writers: set[str]
    visible: bool
    names: list[list[str]]
    lines: list[Candidate]
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
        found.append(
            Page(
                case["publisher"],
                writers,
                bool(case["visible"]["authors"]),
                names,
                seen,
                rows,
                right,
            )
        )
    return found


def measure(known: list[Page], weights: list[np.ndarray]) -> None:
    there = sum(len(page.writers) for page in known if page.visible)
    for least in CHANCES:
        given = right = 0
        for page, weight in zip(known, weights, strict=True):
            sure, chosen = elected(list(np.exp(page.rows @ weight)), page.lines)
            if sure >= least:
                names = {fold(name) for line in chosen for name in line.read.names}
                given += len(names)
                right += len(names & page.writers)
        p, r = right / given, right / there
        print(f"  {least:.2f}  given {given}  P {p:.3f}  R {r:.3f}  F1 {2 * p * r / (p + r):.3f}")


if __name__ == "__main__":
    report(__doc__ or "", "writers", pages, measure)
