#!/usr/bin/env python3
"""Fit and measure the weights of newstext.extract.heads: which line above a story is its headline.

usage: bench/heads.py [--folds N]      figures with publishers held out, then the weights for heads.toml

Wants ../shared with its labelled text renderings, and numpy. A page counts whose label stands among the lines above
its story; `right` is the share of such pages whose headline is the label's, the splitter's choice first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from held_out import PAGES, report
from labelled import rows as cases

from newstext.extract.heads import Rows, titles
from newstext.extract.tables import fold
from newstext.split import split


class Page(NamedTuple):
    """A labelled page: its house, the lines that may be its headline, the splitter's one, and the right one."""

    house: str
    names: list[str]
    own: int
    rows: np.ndarray
    right: np.ndarray


def pages(order: list[str]) -> list[Page]:
    found = []
    for case in cases(PAGES):
        label = _key(case["expected"].get("headline") or "")
        unit = split(case["text"])
        if not label or not unit.drafts:
            continue
        draft = max(unit.drafts, key=lambda each: (_key(each.headline or "") == label, len(each.body)))
        seen = titles(Rows(unit), draft, 0)
        right = np.array([_key(each.text) == label for each in seen], float)
        own = [at for at, each in enumerate(seen) if each.chosen]
        if own and right.any():
            rows = np.array([[each.signs.get(sign, 0.0) for sign in order] for each in seen])
            found.append(Page(case["publisher"], [each.text for each in seen], own[0], rows, right))
    return found


def _key(text: str) -> str:
    return "".join(fold(text).split())


def measure(known: list[Page], weights: list[np.ndarray]) -> None:
    chosen = [int((page.rows @ weight).argmax()) for page, weight in zip(known, weights, strict=True)]
    before = sum(page.right[page.own] for page in known) / len(known)
    after = sum(page.right[best] for page, best in zip(known, chosen, strict=True)) / len(known)
    changed = sum(best != page.own for page, best in zip(known, chosen, strict=True))
    print(f"  {len(known)} pages, the splitter's choice right {before:.3f}; {changed} changed, right {after:.3f}")


if __name__ == "__main__":
    report(__doc__ or "", "heads", pages, measure)
