#!/usr/bin/env python3
"""Train the splitter's model on the labelled pages of ../shared/data/eval and write newstext/split/weights.npz.

usage: uv run --group train bench/train_split.py [--folds 3]
With --folds the pages are divided by publisher and each part is scored by a model that saw none of its publishers:
the estimate for pages of other publishers; its weights go beside --out. Without, all pages are learned.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
from dataclasses import fields
from pathlib import Path

import numpy as np
import split as bench
import split_renderings
from split_folds import folds
from split_net import Example, Recipe, packed, train
from split_pages import Page, grown, load
from split_trust import Told, fitted, table, told

from newstext.split import split
from newstext.split.features import features
from newstext.split.model import Model, unpacked
from newstext.split.page import cut, join

WEIGHTS = Path(__file__).parents[1] / "newstext/split/weights.npz"

#: The figures of the last cross-validation, by set and fold.
HELD_OUT = Path(__file__).parents[1] / "tests/eval_gate/split_held_out.json"

#: Pages of more rows are left out of learning: they cost most and are mostly menus.
LONGEST = 1300

#: Renderings of at most so many lines are learned: longer ones teach more of the same menus at the same price.
LONGEST_RENDERING = 500


def example(page: Page) -> Example:
    rows = join(cut(page.text))
    known = features([rows])
    dense = known.dense(0, len(rows)).astype(np.float16)
    return Example(dense, known.keys, page.masks(rows) > 0, page.weight)


def examples(pages: list[Page], args: argparse.Namespace, but: frozenset[str]) -> list[tuple[list[str], Example]]:
    """Examples of pages, varied ones and renderings of other publishers than `but`, each with those who wrote it."""
    more = [one for one in rendered(args) if but.isdisjoint(one.publishers)]
    varied = grown(pages, more, args.copies, random.Random(args.seed))
    made = [(page.publishers, example(page)) for page in varied if len(page.lines) < 3 * LONGEST and page.text.strip()]
    return [(names, one) for names, one in made if len(one) < LONGEST and one.possible()]


def rendered(args: argparse.Namespace) -> list[Page]:
    """The renderings whose labels are people's and a share of the others; making them all takes minutes, so they are
    kept in `--renderings`.
    """
    if args.renderings is not None and args.renderings.exists():
        pages = pickle.loads(args.renderings.read_bytes())  # noqa: S301  (our own file, named by who runs this)
    else:
        pages = list(split_renderings.pages(lambda _: list(split_renderings.CONVERTERS)))
        if args.renderings is not None:
            args.renderings.write_bytes(pickle.dumps(pages))
    pages = [page for page in pages if len(page.lines) < LONGEST_RENDERING]
    rng = random.Random(args.seed)
    return [page for page in pages if page.weight == 1 or rng.random() < args.share]


def recipe(args: argparse.Namespace) -> Recipe:
    return Recipe(**{field.name: getattr(args, field.name) for field in fields(Recipe)})


def validate(pages: list[Page], args: argparse.Namespace) -> None:
    """Score each fold with a model that saw no page of its publishers."""
    scores: list[tuple[Page, dict]] = []
    trust: list[Told] = []
    for number, fold in enumerate(folds(pages, args.folds)):
        if args.only is not None and number != args.only:
            continue
        made = examples(fold.learn, args, fold.names)
        print(f"fold {number}: {len(made)} pages, {sum(len(one) for _, one in made)} rows to learn", flush=True)
        learned = packed(train(made, recipe(args)))
        np.savez_compressed(args.out.with_name(f"fold{number}.npz"), **learned)
        weights = unpacked(learned)
        part = [(page, scored(page, weights)) for page in fold.held]
        report(f"fold {number}", part)
        record(number, part)
        scores += part
        for page in fold.held:
            if "line_codes" in page.case:
                trust += told(page.case, split(page.case["text"], weights).drafts)
    report("all folds", scores)
    for layout in sorted({page.case["layout"] for page, _ in scores}):
        bench.score_split.report("  " + layout, [score for page, score in scores if page.case["layout"] == layout])
    print(table(trust))
    print("SLOPE and OFFSET of newstext/split/drafts.py should be: {:.2f} {:.2f}".format(*fitted(trust)))


def record(number: int, scores: list[tuple[Page, dict]]) -> None:
    """Note a fold's figures where the gate and the documentation take them from."""
    kept = json.loads(HELD_OUT.read_text("utf-8")) if HELD_OUT.exists() else {}
    for name, key in zip(bench.SETS, ("line_kinds", "line_codes"), strict=True):
        figures = bench.figures([score for page, score in scores if key in page.case])
        kept.setdefault(name, {})[str(number)] = {figure: round(value, 3) for figure, value in figures.items()}
    HELD_OUT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")


def report(name: str, scores: list[tuple[Page, dict]]) -> None:
    """The scorer's figures of the wire dumps, of the pages composed in known frames, of sites' own, of both."""
    wire = [score for page, score in scores if "line_kinds" in page.case]
    native = [score for page, score in scores if page.case.get("family") == "native"]
    composed = [score for page, score in scores if page.case.get("family") == "composed"]
    for kind, part in (("wire", wire), ("native", native), ("composed", composed), ("pages", native + composed)):
        bench.score_split.report(f"{name} {kind}", part)


def scored(page: Page, weights: Model) -> dict:
    seen = [{"headline": d.headline, "body": d.body} for d in split(page.case["text"], weights).drafts]
    return bench.score_split.score(page.case, seen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int)
    parser.add_argument("--only", type=int, help="this fold alone")
    parser.add_argument("--copies", type=int, default=2, help="varied copies of each page")
    parser.add_argument("--share", type=float, default=1.0, help="share of the renderings with labels of an extraction")
    parser.add_argument("--renderings", type=Path, help="file that keeps the renderings")
    for field in fields(Recipe):
        parser.add_argument("--" + field.name.replace("_", "-"), type=type(field.default), default=field.default)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    pages = load()
    if args.folds:
        validate(pages, args)
        return
    made = examples(pages, args, frozenset())
    print(f"{len(made)} pages, {sum(len(one) for _, one in made)} rows", flush=True)
    np.savez_compressed(args.out, **packed(train(made, recipe(args))))


if __name__ == "__main__":
    main()
