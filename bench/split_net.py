"""Training of the splitter's network (`newstext.split.model`) in NumPy: forward, backward, Adam, averaged weights."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from split_crf import expectations

from newstext.split.features import VERSION
from newstext.split.model import FAR, NEAR, neighbours, unpacked
from newstext.split.signs import SLOTS
from newstext.split.states import OPENERS, STATES, allowed

Arrays = dict[str, np.ndarray]

#: Widths: of a word's vector, of the layer that reads a row, of those that read its neighbours.
WORD, ROW, CONTEXT = 12, 48, 48

#: Pages are padded to one length in batches of about so many rows. Chosen for more
#: steps an epoch, not compared.
BATCH_ROWS = 2500

#: Step size of Adam, pull of the weights to zero, shares of values and of words that are left out while learning.
RATE, DECAY, DROP, WORD_DROP = 2e-3, 1e-3, 0.2, 0.4

#: A word counts when so many publishers print it, so that no site is known by its own words. Not measured alone: it
#: came together with the ties between paragraphs (boundary F1 of one fold of four .74 before, .80 after both).
PUBLISHERS = 6

#: A page weighs as its rows to this power: long pages count more than short ones, but not by their whole length.
PAGE_POWER = 0.65

LEGAL = np.array([[allowed(a, b) for b in STATES] for a in STATES])
OPEN = np.array([name in OPENERS for name in STATES])


@dataclass
class Example:
    """A page made ready: its rows' features, hashed words, and the states that each may have."""

    dense: np.ndarray
    slots: np.ndarray
    mask: np.ndarray

    def __len__(self) -> int:
        return len(self.mask)

    def possible(self) -> bool:
        """Whether some sequence of states fits the labels; a page that was varied out of shape has none."""
        reach = self.mask[0] & OPEN
        for row in self.mask[1:]:
            reach = (reach @ LEGAL) & row
        return bool(reach.any())


def initial(columns: int, rng: np.random.Generator) -> Arrays:
    """Weights to begin with."""

    def layer(inputs: int, outputs: int) -> np.ndarray:
        values = rng.normal(0, np.sqrt(2 / inputs), (inputs + 1, outputs))
        values[-1] = 0
        return values.astype(np.float32)

    words = rng.normal(0, 0.05, (SLOTS, WORD)).astype(np.float32)
    words[0] = 0
    states = len(STATES)
    return {
        "words": words,
        "row": layer(columns + WORD, ROW),
        "near": layer(ROW * len(NEAR), CONTEXT),
        "far": layer(CONTEXT * len(FAR), CONTEXT),
        "out": layer(ROW + 2 * CONTEXT, states) * 0.3,
        "steps": np.zeros((states, states), np.float32),
        "start": np.zeros(states, np.float32),
    }


def spread(grad: np.ndarray, offsets: tuple[int, ...]) -> np.ndarray:
    """The gradient of `neighbours`."""
    count, width = grad.shape[0], grad.shape[1] // len(offsets)
    edge = max(offsets)
    padded = np.zeros((count + 2 * edge, width), np.float32)
    for at, by in enumerate(offsets):
        padded[edge + by : edge + by + count] += grad[:, at * width : (at + 1) * width]
    return padded[edge : edge + count]


@dataclass
class Strip:
    """The pages of a batch one after the other, each on `length` rows with at least `max(FAR)` empty ones after it."""

    dense: np.ndarray
    slots: np.ndarray
    masks: np.ndarray
    keep: np.ndarray
    lengths: np.ndarray
    length: int

    @classmethod
    def of(cls, batch: list[Example]) -> Strip:
        rows = max(map(len, batch))
        length = rows + max(FAR)
        dense = np.zeros((len(batch) * length, batch[0].dense.shape[1]), np.float32)
        slots = np.zeros((len(dense), batch[0].slots.shape[1]), np.int64)
        keep = np.zeros((len(dense), 1), np.float32)
        masks = np.ones((len(batch), rows, len(STATES)), np.float32)
        for at, one in enumerate(batch):
            here = slice(at * length, at * length + len(one))
            dense[here], slots[here], keep[here] = one.dense, one.slots, 1
            masks[at, : len(one)] = one.mask
        return cls(dense, slots, masks, keep, np.array([len(one) for one in batch]), length)


class Pass:
    """One batch through the network and back; `grads` are the gradients of the weighted loss."""

    def __init__(self, weights: Arrays, strip: Strip, rng: np.random.Generator) -> None:
        self.w, self.strip, self.rng = weights, strip, rng
        self.grads: Arrays = {}
        self.slots = strip.slots * (rng.random(strip.slots.shape) >= WORD_DROP)
        told = weights["words"][self.slots].sum(1)
        self.x = np.hstack([strip.dense, told])
        self.x *= rng.random(self.x.shape, np.float32) > DROP / 2
        self.first, self.on_first = self.layer(self.x, "row")
        self.second_in = neighbours(self.first, NEAR)
        self.second, self.on_second = self.layer(self.second_in, "near")
        self.third_in = neighbours(self.second, FAR)
        self.third, self.on_third = self.layer(self.third_in, "far")
        self.joint = np.hstack([self.first, self.second, self.third])

    def layer(self, values: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
        """A layer's values with some dropped, and by what each is multiplied on the way back."""
        out = np.maximum(values @ self.w[name][:-1] + self.w[name][-1], 0)
        kept = (self.rng.random(out.shape, np.float32) > DROP) * (self.strip.keep / (1 - DROP))
        return out * kept, (out > 0) * kept

    def loss(self) -> float:
        """The batch's loss; fills `grads`."""
        strip, count = self.strip, len(self.strip.lengths)
        scores = self.joint @ self.w["out"][:-1] + self.w["out"][-1]
        scores = scores.reshape(count, strip.length, -1)[:, : strip.masks.shape[1]]
        steps, start = np.exp(self.w["steps"]) * LEGAL, np.exp(self.w["start"]) * OPEN
        twice = np.concatenate([np.ones_like(strip.masks), strip.masks])
        both = expectations(np.concatenate([scores, scores]), steps, start, np.tile(strip.lengths, 2), twice)
        (free, held), states, pairs, starts = ([part[:count], part[count:]] for part in both)
        weight = (strip.lengths ** (PAGE_POWER - 1) / 20)[:, None, None]
        delta = np.zeros((count, strip.length, len(STATES)), np.float32)
        delta[:, : strip.masks.shape[1]] = (states[0] - states[1]) * weight
        self.grads["steps"] = ((pairs[0] - pairs[1]) * weight).sum(0)
        self.grads["start"] = ((starts[0] - starts[1]) * weight[:, 0]).sum(0)
        self.back(delta.reshape(-1, len(STATES)))
        return float(((free - held) * weight[:, 0, 0]).sum())

    def back(self, delta: np.ndarray) -> None:
        """Carry the scores' gradient back to all weights."""
        down = self.through("out", self.joint, delta)
        to_first, to_second, to_third = np.split(down, (ROW, ROW + CONTEXT), axis=1)
        to_second = to_second + spread(self.through("far", self.third_in, to_third * self.on_third), FAR)
        to_first = to_first + spread(self.through("near", self.second_in, to_second * self.on_second), NEAR)
        to_words = self.through("row", self.x, to_first * self.on_first)[:, -WORD:]
        spots, told = self.slots.ravel(), np.repeat(to_words, self.slots.shape[1], axis=0)
        words = np.stack([np.bincount(spots, told[:, at], SLOTS) for at in range(WORD)], axis=1)
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

    def __init__(self, weights: Arrays) -> None:
        self.weights = weights
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
            pull = 0 if name in {"steps", "start"} else DECAY
            self.weights[name] = (self.weights[name] - rate * (change + pull * self.weights[name])).astype(np.float32)
        fade = min(0.99, self.steps / (self.steps + 20))
        for name, value in self.weights.items():
            self.mean[name] = (fade * self.mean[name] + (1 - fade) * value).astype(np.float32)


def common(named: list[tuple[list[str], Example]]) -> np.ndarray:
    """Which slots hold words that enough publishers print."""
    printed: list[set[str]] = [set() for _ in range(SLOTS)]
    for names, one in named:
        for slot in np.unique(one.slots).tolist():
            if len(printed[slot]) < PUBLISHERS:
                printed[slot].update(names)
    return np.array([len(names) >= PUBLISHERS for names in printed])


def train(named: list[tuple[list[str], Example]], epochs: int, seed: int, begin: Arrays | None = None) -> Arrays:
    """Learn examples, each with the names of those who wrote it; gives the averaged weights.

    `begin` are the weights of an earlier run, which are learned further with half the step.
    """
    known = common(named)
    examples = [Example(one.dense, one.slots * known[one.slots], one.mask) for _, one in named]
    rng, order = np.random.default_rng(seed), random.Random(seed)
    adam = Adam(begin or initial(examples[0].dense.shape[1], rng))
    most = RATE / 2 if begin else RATE
    for epoch in range(epochs):
        began, total = time.time(), 0.0
        rate = most * 0.5 * (1 + np.cos(np.pi * epoch / epochs)) + RATE / 100
        for batch in batches(examples, order):
            one = Pass(adam.weights, Strip.of(batch), rng)
            total += one.loss()
            adam.step(one.grads, rate * min(1.0, (adam.steps + 1) / 50))
        if not np.isfinite(total):
            raise FloatingPointError("the loss is not finite")
        print(f"epoch {epoch + 1:3d} loss {total / len(examples):.4f} {time.time() - began:.1f} s", flush=True)
    adam.mean["words"][~known] = 0
    adam.mean["steps"] = np.where(LEGAL, adam.mean["steps"], -1e4).astype(np.float32)
    adam.mean["start"] = np.where(OPEN, adam.mean["start"], -1e4).astype(np.float32)
    return adam.mean


def opened(path: Path) -> Arrays:
    """The weights of an earlier run, as they are learned: steps that are forbidden count nothing."""
    with np.load(path) as arrays:
        model = unpacked({name: arrays[name] for name in arrays.files})
    weights = {name: getattr(model, name).copy() for name in ("words", "row", "near", "far", "out", "steps", "start")}
    weights["steps"][~LEGAL] = 0
    weights["start"][~OPEN] = 0
    return weights


def packed(weights: Arrays) -> Arrays:
    """Weights in 8 bits with a scale for each column; the steps between states as they are."""
    out: Arrays = {"version": np.array(VERSION)}
    for name, values in weights.items():
        if name in {"steps", "start"}:
            out[name] = values
            continue
        scale = np.abs(values).max(axis=0) / 127 + 1e-12
        out[name] = np.round(values / scale).astype(np.int8)
        out[name + ".scale"] = scale.astype(np.float32)
    return out
