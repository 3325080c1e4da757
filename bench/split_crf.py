"""A linear-chain conditional random field over padded batches: its loss and gradients, in NumPy.

Labels are sets: `masks` says which states each row may have; the loss is the negative log likelihood of all
sequences inside the masks (rows whose label is undecided allow several states).
"""

from __future__ import annotations

import numpy as np


def chains(
    expo: np.ndarray, steps: np.ndarray, start: np.ndarray, lengths: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scaled forward and backward passes. `expo` ``[batch, rows, states]`` are exponentiated scores."""
    batch, rows, states = expo.shape
    forward = np.empty_like(expo)
    backward = np.empty_like(expo)
    scale = np.empty((batch, rows), expo.dtype)
    value = expo[:, 0] * start
    for at in range(rows):
        if at:
            value = (forward[:, at - 1] @ steps) * expo[:, at]
        total = value.sum(axis=1) + 1e-300
        scale[:, at] = total
        forward[:, at] = value / total[:, None]
    value = np.ones((batch, states), expo.dtype)
    backward[:, -1] = value
    for at in range(rows - 2, -1, -1):
        value = ((expo[:, at + 1] * backward[:, at + 1]) @ steps.T) / scale[:, at + 1][:, None]
        ended = at >= lengths - 1
        value[ended] = 1.0
        backward[:, at] = value
    return forward, backward, scale


def expectations(
    scores: np.ndarray, steps: np.ndarray, start: np.ndarray, lengths: np.ndarray, masks: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Log of the partition sum of each sequence, the states' marginals, and the expected steps and starts."""
    inside = np.arange(scores.shape[1])[None] < lengths[:, None]
    held = np.where(masks > 0, scores, -np.inf)
    top = held.max(axis=2, keepdims=True)
    expo = np.exp((held - top).astype(np.float64))  # single precision loses the unlikely, and with it the true path
    expo[~inside] = 1.0
    forward, backward, scale = chains(expo, steps, start, lengths)
    logs = ((np.log(scale) + top[:, :, 0]) * inside).sum(axis=1)
    marginals = forward * backward
    marginals /= marginals.sum(axis=2, keepdims=True) + 1e-300
    marginals[~inside] = 0
    onward = (expo * backward)[:, 1:] / scale[:, 1:, None]
    onward[~inside[:, 1:]] = 0
    pairs = np.einsum("brs,brt->bst", forward[:, :-1], onward, optimize=True) * steps
    return logs, marginals, pairs, marginals[:, 0]
