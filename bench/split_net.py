"""Training of the splitter's network (`newstext.split.model`) in NumPy: forward, backward, Adam, averaged weights."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace

import numpy as np
from split_crf import expectations

from newstext.split.features import VERSION
from newstext.split.model import FAR, NEAR, around, neighbours, windows
from newstext.split.stack import Stack
from newstext.split.states import OPENERS, STATES, allowed

Arrays = dict[str, np.ndarray]

#: Widths: of a word's vector, of the layer that reads a row, of those that read its neighbours.
WORD, ROW, CONTEXT = 12, 48, 48

#: Pages are padded to one length in batches of about so many rows. Chosen for more
#: steps an epoch, not compared.
BATCH_ROWS = 2500


@dataclass(frozen=True)
class Recipe:
    """How to learn: passes over the pages; Adam's step and the pull of all weights to zero; the shares of values, of
    words, and of pages whose words are left out, so that shapes are learned before words; by how many publishers a
    word must be printed to count; the seed.
    """

    epochs: int = 32
    rate: float = 2e-3
    decay: float = 0.1
    drop: float = 0.25
    word_drop: float = 0.4
    page_drop: float = 0.4
    publishers: int = 20
    seed: int = 1


#: A page weighs as its rows to this power: long pages count more than short ones, but not by their whole length.
PAGE_POWER = 0.65

#: A page of its own has a publisher, and the group that owns it.
OWNERS = 2

LEGAL = np.array([[allowed(a, b) for b in STATES] for a in STATES])
OPEN = np.array([name in OPENERS for name in STATES])


@dataclass
class Example:
    """A page made ready: its rows' features, the numbers of their words, and the states that each may have.

    `slots` are the places of the words in the vocabulary, known once that is.
    """

    dense: np.ndarray
    keys: np.ndarray
    mask: np.ndarray
    weight: float = 1.0
    slots: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.mask)

    def possible(self) -> bool:
        """Whether some sequence of states fits the labels; a page that was varied out of shape has none."""
        reach = self.mask[0] & OPEN
        for row in self.mask[1:]:
            reach = (reach @ LEGAL) & row
        return bool(reach.any())


def initial(columns: int, known: int, rng: np.random.Generator) -> Arrays:
    """Weights to begin with."""

    def layer(inputs: int, outputs: int) -> np.ndarray:
        values = rng.normal(0, np.sqrt(2 / inputs), (inputs + 1, outputs))
        values[-1] = 0
        return values.astype(np.float32)

    words = rng.normal(0, 0.05, (known, WORD)).astype(np.float32)
    words[0] = 0
    states = len(STATES)
    return {
        "words": words,
        "row": layer(columns + WORD, ROW),
        "near": layer(ROW * (len(NEAR) + 3), CONTEXT),
        "far": layer(CONTEXT * (len(FAR) + 3), CONTEXT),
        "out": layer(ROW + 2 * CONTEXT, states) * 0.3,
        "steps": np.zeros((states, states), np.float32),
        "start": np.zeros(states, np.float32),
    }


def spread(stack: Stack, grad: np.ndarray, offsets: tuple[int, ...]) -> np.ndarray:
    """The gradient of `neighbours`."""
    parts = np.split(grad, len(offsets), axis=1)
    return sum(stack.shifted(part, -by) for part, by in zip(parts, offsets, strict=True))


def gathered(stack: Stack, grad: np.ndarray) -> np.ndarray:
    """The gradient of `around`: what was read from before is told to those after, and the other way round."""
    before, after, whole = np.split(grad, 3, axis=1)
    mean = np.add.reduceat(whole, stack.start, axis=0) / stack.sizes[:, None]
    return windows(stack, before)[1] + windows(stack, after)[0] + mean[stack.page].astype(np.float32)


@dataclass
class Batch:
    """Pages one after the other; `masks` ``[pages, longest, states]`` and `at`, each row's place in its first two axes,
    are padded.
    """

    stack: Stack
    dense: np.ndarray
    slots: np.ndarray
    masks: np.ndarray
    at: np.ndarray
    weights: np.ndarray

    @classmethod
    def of(cls, examples: list[Example]) -> Batch:
        stack = Stack.of([len(one) for one in examples])
        longest = int(stack.sizes.max())
        masks = np.ones((stack.pages, longest, len(STATES)), np.float32)
        for page, one in enumerate(examples):
            masks[page, : len(one)] = one.mask
        return cls(
            stack,
            np.concatenate([one.dense for one in examples]).astype(np.float32),
            np.concatenate([one.slots for one in examples]),
            masks,
            stack.page * longest + stack.number,
            np.array([one.weight for one in examples]),
        )


class Pass:
    """One batch through the network and back; `grads` are the gradients of the weighted loss."""

    def __init__(self, weights: Arrays, batch: Batch, recipe: Recipe, rng: np.random.Generator) -> None:
        self.w, self.batch, self.rng, self.drop = weights, batch, rng, recipe.drop
        self.grads: Arrays = {}
        stack = batch.stack
        told = (rng.random(stack.pages) >= recipe.page_drop)[stack.page, None]
        self.slots = batch.slots * (told & (rng.random(batch.slots.shape) >= recipe.word_drop))
        self.x = np.hstack([batch.dense, weights["words"][self.slots].sum(1)])
        self.x *= rng.random(self.x.shape, np.float32) > self.drop / 2
        self.first, self.on_first = self.layer(self.x, "row")
        self.second_in = np.hstack([neighbours(stack, self.first, NEAR), around(stack, self.first)])
        self.second, self.on_second = self.layer(self.second_in, "near")
        self.third_in = np.hstack([neighbours(stack, self.second, FAR), around(stack, self.second)])
        self.third, self.on_third = self.layer(self.third_in, "far")
        self.joint = np.hstack([self.first, self.second, self.third])

    def layer(self, values: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
        """A layer's values with some dropped, and by what each is multiplied on the way back."""
        out = np.maximum(values @ self.w[name][:-1] + self.w[name][-1], 0)
        kept = (self.rng.random(out.shape, np.float32) > self.drop) * np.float32(1 / (1 - self.drop))
        return out * kept, (out > 0) * kept

    def loss(self) -> float:
        """The batch's loss; fills `grads`."""
        batch, sizes = self.batch, self.batch.stack.sizes
        count, longest, states = batch.masks.shape
        scores = np.zeros((count * longest, states), np.float32)
        scores[batch.at] = self.joint @ self.w["out"][:-1] + self.w["out"][-1]
        scores = scores.reshape(batch.masks.shape)
        steps, start = np.exp(self.w["steps"]) * LEGAL, np.exp(self.w["start"]) * OPEN
        twice = np.concatenate([np.ones_like(batch.masks), batch.masks])
        both = expectations(np.concatenate([scores, scores]), steps, start, np.tile(sizes, 2), twice)
        (free, held), marginals, pairs, starts = ([part[:count], part[count:]] for part in both)
        weight = (batch.weights * sizes ** (PAGE_POWER - 1) / 20)[:, None, None]
        delta = ((marginals[0] - marginals[1]) * weight).astype(np.float32)
        self.grads["steps"] = ((pairs[0] - pairs[1]) * weight).sum(0)
        self.grads["start"] = ((starts[0] - starts[1]) * weight[:, 0]).sum(0)
        self.back(delta.reshape(-1, states)[batch.at])
        return float(((free - held) * weight[:, 0, 0]).sum())

    def back(self, delta: np.ndarray) -> None:
        """Carry the scores' gradient back to all weights."""
        stack = self.batch.stack
        down = self.through("out", self.joint, delta)
        to_first, to_second, to_third = np.split(down, (ROW, ROW + CONTEXT), axis=1)
        read = self.through("far", self.third_in, to_third * self.on_third)
        to_far, to_wide = np.split(read, [-3 * CONTEXT], axis=1)
        to_second = to_second + spread(stack, to_far, FAR) + gathered(stack, to_wide)
        read = self.through("near", self.second_in, to_second * self.on_second)
        to_near, to_wide = np.split(read, [-3 * ROW], axis=1)
        to_first = to_first + spread(stack, to_near, NEAR) + gathered(stack, to_wide)
        to_words = self.through("row", self.x, to_first * self.on_first)[:, -WORD:]
        spots, told = self.slots.ravel(), np.repeat(to_words, self.slots.shape[1], axis=0)
        words = np.stack([np.bincount(spots, told[:, at], len(self.w["words"])) for at in range(WORD)], axis=1)
        words[0] = 0
        self.grads["words"] = words.astype(np.float32)

    def through(self, name: str, inputs: np.ndarray, delta: np.ndarray) -> np.ndarray:
        self.grads[name] = np.vstack([inputs.T @ delta, delta.sum(0)])
        return delta @ self.w[name][:-1].T


def batches(examples: list[Example], rng: random.Random) -> list[list[Example]]:
    """Pages of similar length together, in random order."""
    out: list[list[Example]] = []
    batch: list[Example] = []
    for one in sorted(examples, key=lambda e: len(e) * rng.uniform(0.85, 1.15)):
        if batch and (len(batch) + 1) * max(len(one), *map(len, batch)) > BATCH_ROWS:
            out.append(batch)
            batch = []
        batch.append(one)
    out.append(batch)
    rng.shuffle(out)
    return out


class Adam:
    """Adam (Kingma and Ba 2015) with decay, and a running average of the weights, which is what is kept."""

    def __init__(self, weights: Arrays, decay: float) -> None:
        self.weights, self.decay = weights, decay
        self.mean = {name: value.copy() for name, value in weights.items()}
        self.one = {name: np.zeros_like(value) for name, value in weights.items()}
        self.two = {name: np.zeros_like(value) for name, value in weights.items()}
        self.steps = 0

    def step(self, grads: Arrays, rate: float) -> None:
        self.steps += 1
        for name, grad in grads.items():
            one = self.one[name] = 0.9 * self.one[name] + 0.1 * grad
            two = self.two[name] = 0.999 * self.two[name] + 0.001 * grad * grad
            change = one / (1 - 0.9**self.steps) / (np.sqrt(two / (1 - 0.999**self.steps)) + 1e-7)
            pull = 0 if name in {"steps", "start"} else self.decay
            self.weights[name] = (self.weights[name] - rate * (change + pull * self.weights[name])).astype(np.float32)
        fade = min(0.995, self.steps / (self.steps + 20))
        for name, value in self.weights.items():
            self.mean[name] = (fade * self.mean[name] + (1 - fade) * value).astype(np.float32)


def vocabulary(named: list[tuple[list[str], Example]], publishers: int) -> np.ndarray:
    """The numbers of words and whole rows that enough publishers print on pages of their own; the first is no word."""
    printed: dict[int, set[str]] = {}
    for names, one in named:
        if len(names) <= OWNERS:
            for key in np.unique(one.keys).tolist():
                printed.setdefault(key, set()).add(names[0])
    return np.array(sorted({0, *(key for key, seen in printed.items() if len(seen) >= publishers)}), np.uint64)


def slots(known: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """The places of words in the vocabulary, 0 where it does not hold them."""
    at = np.searchsorted(known, keys)
    at[at == len(known)] = 0
    return np.where(known[at] == keys, at, 0)


def train(named: list[tuple[list[str], Example]], recipe: Recipe) -> Arrays:
    """Learn examples, each with the names of those who wrote it; gives the averaged weights."""
    known = vocabulary(named, recipe.publishers)
    examples = [replace(one, slots=slots(known, one.keys)) for _, one in named]
    rng, order = np.random.default_rng(recipe.seed), random.Random(recipe.seed)
    adam = Adam(initial(examples[0].dense.shape[1], len(known), rng), recipe.decay)
    for epoch in range(recipe.epochs):
        began, total = time.time(), 0.0
        rate = recipe.rate * (0.5 * (1 + np.cos(np.pi * epoch / recipe.epochs)) + 0.01)
        for batch in batches(examples, order):
            one = Pass(adam.weights, Batch.of(batch), recipe, rng)
            total += one.loss()
            adam.step(one.grads, rate * min(1.0, (adam.steps + 1) / 50))
        if not np.isfinite(total):
            raise FloatingPointError("the loss is not finite")
        print(f"epoch {epoch + 1:3d} loss {total / len(examples):.4f} {time.time() - began:.1f} s", flush=True)
    adam.mean["steps"] = np.where(LEGAL, adam.mean["steps"], -1e4).astype(np.float32)
    adam.mean["start"] = np.where(OPEN, adam.mean["start"], -1e4).astype(np.float32)
    return {"vocabulary": known, **adam.mean}


def packed(weights: Arrays) -> Arrays:
    """Weights in 8 bits with a scale for each column; the steps between states as they are."""
    out: Arrays = {"version": np.array(VERSION)}
    for name, values in weights.items():
        if name in {"vocabulary", "steps", "start"}:
            out[name] = values
            continue
        scale = np.abs(values).max(axis=0) / 127 + 1e-12
        out[name] = np.round(values / scale).astype(np.int8)
        out[name + ".scale"] = scale.astype(np.float32)
    return out
