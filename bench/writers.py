#!/usr/bin/env python3
"""Fit and measure the weights of newstext.extract.beside: which line of a page of text names its writers.

usage: bench/writers.py [--folds N]      figures with publishers held out, then the weights for writers.toml

Wants ../shared with its labelled text renderings, and numpy. A line is right when half of its names are labelled.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import sys
import zlib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from newstext.extract.tables import fold, toml
from newstext.extract.writers import candidates, shown
from newstext.split import split

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("WIREDESK_SHARED") or ROOT.parent / "shared")
PAGES = SHARED / "data" / "eval" / "3b-text-meta" / "dev.jsonl.xz"
#: Newton steps and the ridge: ridges from 0.5 to 4 moved F1 by half a point.
STEPS, RIDGE = 25, 1.5
CHANCES = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)


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
    with lzma.open(PAGES, "rt", encoding="utf-8") as lines:
        for case in map(json.loads, lines):
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=5)
    args = parser.parse_args()
    order = list(toml("writers")["weights"])
    known = pages(order)
    if not known:
        sys.exit(f"no labelled pages at {PAGES}: set WIREDESK_SHARED to the shared folder")
    fold_of = [zlib.crc32(page.house.encode()) % args.folds for page in known]
    pairs = list(zip(known, fold_of, strict=True))
    fitted = [fit([page for page, each in pairs if each != held]) for held in range(args.folds)]
    print("publishers held out, by the least chance that is believed")
    measure(known, [fitted[each] for each in fold_of])
    print("[weights]")
    print("\n".join(f'"{name}" = {weight:.2f}' for name, weight in zip(order, fit(known), strict=True)))


if __name__ == "__main__":
    main()
