"""Weights that stand in newstext/data, fitted on labelled text renderings and measured with publishers held out."""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np
from labelled import SHARED

from newstext.extract.tables import toml

PAGES = SHARED / "data" / "eval" / "3b-text-meta" / "dev.jsonl.xz"
#: The least chances that are believed, for each of which the figures are printed.
CHANCES = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)


class Housed(Protocol):
    """A labelled page of a publisher."""

    @property
    def house(self) -> str: ...


P = TypeVar("P", bound=Housed)


def report(
    about: str,
    table: str,
    pages: Callable[[list[str]], list[P]],
    fit: Callable[[list[P]], np.ndarray],
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
