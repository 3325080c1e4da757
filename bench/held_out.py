"""Weights that stand in newstext/data, fitted on labelled text renderings and measured with publishers held out."""

from __future__ import annotations

import argparse
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Sequence, Sized
from typing import Protocol, TypeVar

import numpy as np
from labelled import SHARED

from newstext.extract.tables import toml

PAGES = SHARED / "data" / "eval" / "3b-text-meta" / "dev.jsonl.xz"
#: The least chances that are believed, for each of which the figures are printed.
CHANCES = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)


#: Steps of Adam and the ridge: more steps and other ridges from 0.3 to 3 moved no figure by a point.
STEPS, RIDGE = 250, 1.0


class Candidates(Protocol):
    """A labelled page of a publisher: what may be its value, the signs of each, and which of them is right."""

    @property
    def house(self) -> str: ...

    @property
    def names(self) -> Sized: ...

    @property
    def rows(self) -> np.ndarray: ...

    @property
    def right(self) -> np.ndarray: ...


P = TypeVar("P", bound=Candidates)


def fit(known: Sequence[Candidates]) -> np.ndarray:
    """Weights of a multinomial logistic model, `none of them` beside a page's names; houses weigh alike."""
    known = [page for page in known if page.names]
    times = Counter(page.house for page in known)
    rows, right = np.concatenate([page.rows for page in known]), np.concatenate([page.right for page in known])
    sizes = np.array([len(page.names) for page in known])
    starts, owner = np.r_[0, np.cumsum(sizes)[:-1]], np.repeat(np.arange(len(known)), sizes)
    none = np.array([not page.right.any() for page in known], float)
    share = np.array([times[page.house] ** -0.5 for page in known])
    weights, mean, square = np.zeros(rows.shape[1]), np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
    for step in range(1, STEPS + 1):
        odds = np.exp(np.clip(rows @ weights, -30, 30))
        total, true = 1 + np.add.reduceat(odds, starts), none + np.add.reduceat(odds * right, starts)
        slope = RIDGE * weights - rows.T @ (share[owner] * odds * (right / true[owner] - 1 / total[owner]))
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-9)
    return weights


def report(
    about: str,
    table: str,
    pages: Callable[[list[str]], list[P]],
    measure: Callable[[list[P], list[np.ndarray]], None],
) -> None:
    """Print what `measure` says of pages and the weights that saw no page of their publishers, and those of all.

    `pages` reads the pages, with a column for each weight of the table in its order.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=5)
    folds = parser.parse_args().folds
    if not PAGES.exists():
        sys.exit(f"no labelled pages at {PAGES}: set WIREDESK_SHARED to the shared folder")
    order = list(toml(table)["weights"])
    known = pages(order)
    fold = [zlib.crc32(page.house.encode()) % folds for page in known]
    fitted = [fit([page for page, each in zip(known, fold, strict=True) if each != held]) for held in range(folds)]
    print("publishers held out, by the least chance that is believed")
    measure(known, [fitted[each] for each in fold])
    print("[weights]")
    print("\n".join(f'"{name}" = {weight:.2f}' for name, weight in zip(order, fit(known), strict=True)))
