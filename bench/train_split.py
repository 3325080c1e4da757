#!/usr/bin/env python3
"""Train the splitter's model on the labelled pages of ../shared/data/eval and write newstext/split/weights.npz.

usage: uv run --with inscriptis --with html2text --with beautifulsoup4 --with resiliparse bench/train_split.py
With --folds the pages are divided by publisher and each part is scored by a model that saw none of its publishers:
the estimate for pages of other publishers; its weights go beside --out. Without, all pages are learned.
"""

from __future__ import annotations

import argparse
import pickle
import random
import zlib
from pathlib import Path

import numpy as np
import split as bench
import split_renderings
from split_net import Example, opened, packed, train
from split_pages import Page, grown, load

from newstext.split import split
from newstext.split.features import features
from newstext.split.model import Model, unpacked
from newstext.split.page import cut, join

WEIGHTS = Path(__file__).parents[1] / "newstext/split/weights.npz"

#: Pages of more rows are left out of learning: they cost most and are mostly menus.
LONGEST = 1300

#: Renderings of at most so many lines are learned: longer ones teach more of the same menus at the same price.
LONGEST_RENDERING = 500


def example(page: Page) -> Example:
    rows = join(cut(page.text))
    known = features(rows)
    dense = known.dense(0, len(rows)).astype(np.float16)
    return Example(dense, known.slots(0, len(rows)), page.masks(rows) > 0)


def examples(pages: list[Page], args: argparse.Namespace) -> list[tuple[list[str], Example]]:
    """Examples of pages, varied ones and renderings, each with the publishers that wrote it; kept in `--cache`."""
    if args.cache is not None and args.cache.exists():
        return pickle.loads(args.cache.read_bytes())  # noqa: S301  (our own file, named by who runs this)
    varied = grown(pages, rendered(args), args.copies, random.Random(args.seed))
    made = [(page.publishers, example(page)) for page in varied if len(page.lines) < 3 * LONGEST and page.text.strip()]
    kept = [(names, one) for names, one in made if len(one) < LONGEST and one.possible()]
    if args.cache is not None:
        args.cache.write_bytes(pickle.dumps(kept))
    return kept


def rendered(args: argparse.Namespace) -> list[Page]:
    """A share of the renderings of HTML pages; all of them are kept in `--renderings`, making them takes minutes."""
    if args.renderings is not None and args.renderings.exists():
        pages = pickle.loads(args.renderings.read_bytes())  # noqa: S301  (as above)
    else:
        pages = list(split_renderings.pages(lambda _: list(split_renderings.CONVERTERS)))
        if args.renderings is not None:
            args.renderings.write_bytes(pickle.dumps(pages))
    pages = [page for page in pages if len(page.lines) < LONGEST_RENDERING]
    random.Random(args.seed).shuffle(pages)
    return pages[: int(args.share * len(pages))]


def fold(publisher: str, folds: int) -> int:
    return zlib.crc32(publisher.encode()) % folds


def validate(pages: list[Page], args: argparse.Namespace) -> None:
    """Score each fold with a model that saw no page of its publishers."""
    scores = []
    made = examples(pages, args)
    for number in range(args.folds) if args.only is None else [args.only]:
        known = [one for one in made if all(fold(name, args.folds) != number for name in one[0])]
        print(f"fold {number}: {len(known)} pages to learn", flush=True)
        learned = packed(train(known, args.epochs, args.seed))
        np.savez_compressed(args.out.with_name(f"fold{number}.npz"), **learned)
        weights = unpacked(learned)
        held = [page for page in pages if fold(page.publishers[0], args.folds) == number]
        scores += [(page, scored(page, weights)) for page in held]
    for start in ("reuters", "scroll"):
        bench.score_split.report(start, [score for page, score in scores if page.id.startswith(start)])
    for layout in sorted({page.case["layout"] for page, _ in scores}):
        part = [score for page, score in scores if page.case["layout"] == layout]
        bench.score_split.report("  " + layout, part)


def scored(page: Page, weights: Model) -> dict:
    seen = [{"headline": d.headline, "body": d.body} for d in split(page.case["text"], weights).drafts]
    return bench.score_split.score(page.case, seen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int)
    parser.add_argument("--only", type=int, help="this fold alone")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--copies", type=int, default=2, help="varied copies of each page")
    parser.add_argument("--share", type=float, default=0.5, help="share of the renderings that is learned")
    parser.add_argument("--renderings", type=Path, help="file that keeps the renderings")
    parser.add_argument("--cache", type=Path, help="file that keeps the examples")
    parser.add_argument("--begin", type=Path, help="weights of an earlier run, to be learned further")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    pages = load()
    if args.folds:
        validate(pages, args)
        return
    made = examples(pages, args)
    print(f"{len(made)} pages, {sum(len(one) for _, one in made)} rows", flush=True)
    begin = opened(args.begin) if args.begin else None
    np.savez_compressed(args.out, **packed(train(made, args.epochs, args.seed, begin)))


if __name__ == "__main__":
    main()
