"""CPU time to fingerprint an article of 500 words, beside the libraries that people use for it, in one run.

    uv run --group bench python bench/fingerprint.py [--articles 1000] [--rounds 5] [--docs DOCS.jsonl.xz]

Each round measures every contender once on the same texts (words of ../shared's c50 documents, or random ones where it
is absent); medians over the rounds count, and the ratio to ours, since the machine's speed varies. All make word
shingles: 5 words for candidates; ours also 3 words for likeness and an exact key. "datatrove's method" is 14 bands of 8
minima of 64-bit hashes in NumPy, written here: the package itself wants tokenizers that have nothing to do with it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import random
import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import gaoya
import numpy as np
from datasketch import MinHash
from rensa import RMinHash

from newstext.fingerprint import features, features_batch

DOCUMENTS = Path(__file__).parents[2] / "shared/data/dedupe/c50.docs.jsonl.xz"
WORDS = 500
PERMUTATIONS = 112  # 14 bands of 8, and as many for the others
BATCH = 64

_word = re.compile(r"\w+").findall
_scale, _shift = (np.random.default_rng(1).integers(1, 2**61, (1, PERMUTATIONS), np.uint64) for _ in range(2))


def shingles(text: str) -> list[str]:
    words = _word(text.lower())
    return [" ".join(words[i : i + 5]) for i in range(len(words) - 4)]


def ours(texts: Sequence[str]) -> None:
    for start in range(0, len(texts), BATCH):
        features_batch(texts[start : start + BATCH])


def one_by_one(texts: Sequence[str]) -> None:
    for text in texts:
        features(text)


def datasketch(texts: Sequence[str]) -> None:
    for text in texts:
        MinHash(num_perm=PERMUTATIONS).update_batch([s.encode() for s in shingles(text)])


def rensa(texts: Sequence[str]) -> None:
    for text in texts:
        RMinHash(num_perm=PERMUTATIONS, seed=1).update(shingles(text))


def gaoya_index(texts: Sequence[str]) -> None:
    index = gaoya.minhash.MinHashStringIndex(32, 0.5, 14, 8, None, "word", True, (5, 5))
    for number, text in enumerate(texts):
        index.insert_document(number, text)


def datatrove_method(texts: Sequence[str]) -> None:
    for text in texts:
        hashed = [int.from_bytes(hashlib.sha1(s.encode()).digest()[:8], "little") for s in shingles(text)]  # noqa: S324
        ((np.array(hashed, np.uint64)[:, None] * _scale + _shift) % np.uint64(2**61 - 1)).min(0)


CONTENDERS: dict[str, Callable[[Sequence[str]], None]] = {
    "wiredesk, batches of 64": ours,
    "wiredesk, one by one": one_by_one,
    "gaoya (sign and insert)": gaoya_index,
    "rensa": rensa,
    "datatrove's method": datatrove_method,
    "datasketch": datasketch,
}


def articles(count: int, documents: Path) -> list[str]:
    """Texts of exactly WORDS words."""
    if documents.exists():
        with lzma.open(documents, "rt", encoding="utf-8") as lines:
            found = [json.loads(line)["text"].split()[:WORDS] for line in lines]
        return [" ".join(words) for words in found if len(words) == WORDS][:count]
    source = random.Random(1)
    vocabulary = ["".join(source.choices("etaoinshrdlu", k=source.randrange(2, 10))) for _ in range(20_000)]
    return [" ".join(source.choices(vocabulary, k=WORDS)) for _ in range(count)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=1_000)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--docs", type=Path, default=DOCUMENTS)
    given = arguments.parse_args()
    texts = articles(given.articles, given.docs)
    ours(texts[:BATCH])  # tables and caches
    spent: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for _ in range(given.rounds):
        for name, contender in CONTENDERS.items():
            began = time.process_time()
            contender(texts)
            spent[name].append((time.process_time() - began) / len(texts) * 1e6)
    base = statistics.median(spent["wiredesk, batches of 64"])
    for name, times in spent.items():
        middle = statistics.median(times)
        print(f"{name:26s} {middle:8.1f} us  {1e6 / middle:8,.0f} articles a CPU-second  {middle / base:5.1f} x")


if __name__ == "__main__":
    main()
