#!/usr/bin/env python3
"""Fit and measure the weights of newstext.extract.imprint: which name in a page's furniture is its publisher's.

usage: bench/imprint.py [--folds N]      figures with publishers held out, then the weights for imprints.toml

Wants ../shared with its labelled text renderings, and numpy. Figures are those of score_meta.py (the print must be
the label's) and `named`: the house is right, whatever its print (`The Denver Post`, `Denver Post`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from held_out import CHANCES, PAGES, report
from labelled import rows as cases

from newstext.extract.imprint import candidates, printed, signs
from newstext.extract.tables import fold
from newstext.extract.votes import key, votes
from newstext.split import split


class Page(NamedTuple):
    """A labelled page: its publisher's label, whether it can be seen, the names and the signs that speak for them."""

    house: str
    label: str
    visible: bool
    names: list[str]
    rows: np.ndarray
    right: np.ndarray


def pages(order: list[str]) -> list[Page]:
    found = []
    for case in cases(PAGES):
        label = case["expected"].get("site_name")
        places = candidates(votes(split(case["text"]))) if label else {}
        if places:
            told = [signs(each) for each in places.values()]
            rows = np.array([[sign.get(name, 0.0) for name in order] for sign in told])
            right = np.array([each == key(label) for each in places], float)
            names = [printed(each) for each in places.values()]
            found.append(Page(case["publisher"], label, bool(case["visible"]["site_name"]), names, rows, right))
    return found


def measure(known: list[Page], weights: list[np.ndarray]) -> None:
    there = sum(page.visible for page in known)
    for chance in CHANCES:
        given = exact = named = 0
        for page, weight in zip(known, weights, strict=True):
            odds = np.exp(page.rows @ weight)
            best = int(odds.argmax())
            if odds[best] / (1 + odds.sum()) >= chance:
                given += 1
                exact += page.visible and fold(page.names[best]) == fold(page.label)
                named += int(page.right[best])
        p, r = exact / given, exact / there
        f1 = 2 * p * r / (p + r)
        print(f"  {chance:.2f}  given {given}  P {p:.3f}  R {r:.3f}  F1 {f1:.3f}  named {named / given:.3f}")


if __name__ == "__main__":
    report(__doc__ or "", "imprints", pages, measure)
