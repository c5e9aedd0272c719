"""Guesses, in double precision, of which variables of a small box problem are on their bounds; they prove nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mirrortheory.flows.problems import Array

_CLOSE = 1e-9
_MOST_DOUBTFUL = 6


def guess(gram: Array, offset: Array, size: Array) -> Iterator[tuple[int, ...]]:
    """Yield, likeliest first, for each u_i that minimises u.G u/2 + q.u over |u_i| <= size_i: 0 inside, 1 or -1 on a bound.

    >>> list(guess(np.eye(2), np.array([0.5, -3.0]), np.ones(2)))
    [(0, 1)]
    """
    k = len(offset)
    state = np.zeros(k, dtype=int)
    for step in range(200 + 20 * k):
        u, pull = _at(gram, offset, size, state)
        wrong = np.where(state == 0, np.abs(u) > size * (1 + _CLOSE), pull * state < -_CLOSE * np.abs(offset).max(initial=1.0))
        if not wrong.any():
            break
        chosen = np.flatnonzero(wrong)
        for i in chosen if step < 20 else chosen[:1]:  # all at once, then the least index, which ends for independent columns
            state[i] = 0 if state[i] else int(np.sign(u[i]))
    u, pull = _at(gram, offset, size, state)
    yield tuple(int(s) for s in state)
    scale = _CLOSE * max(1.0, float(np.abs(offset).max(initial=1.0)))
    doubtful = np.flatnonzero(np.where(state == 0, np.abs(np.abs(u) - size) <= _CLOSE * np.maximum(size, 1), np.abs(pull) <= scale))
    for change in product((False, True), repeat=min(len(doubtful), _MOST_DOUBTFUL)):
        if any(change):
            other = state.copy()
            for i, changed in zip(doubtful, change, strict=False):
                if changed:
                    other[i] = 0 if state[i] else int(np.sign(u[i]))
            yield tuple(int(s) for s in other)


def _at(gram: Array, offset: Array, size: Array, state: NDArray[np.int_]) -> tuple[Array, Array]:
    """Return u and -(G u + q)."""
    u, inside = state * size, state == 0
    if inside.any():
        right = -(offset + gram @ u)[inside]
        u[inside] = np.linalg.lstsq(gram[np.ix_(inside, inside)], right, rcond=None)[0]
    return u, -(gram @ u + offset)
