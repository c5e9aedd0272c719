"""Rounding made visible: a run that is shaken shows what grows out of the last bits of the weights.

Two runs in doubles may lose the same small part of a weight, such as a balance that is far smaller than its
layers, and agree on all that follows without it. So the looser of two runs is *shaken*: after each step every weight is moved
by a unit of rounding, and what grows out of that is in the difference. Layers that start with one modulus are moved alike, since
their equality is exact in both runs and in the flow.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mirrortheory.flows.problems import Array, Indices


def signs(shape: tuple[int, ...]) -> Iterator[Array]:
    """Yield arrays of signs 1 and -1, the same ones in each run; times a unit of rounding they move the weights.

    >>> set(next(signs((2, 20))).ravel().tolist()) == {1.0, -1.0}
    True
    """
    draws = np.random.default_rng(0)
    while True:
        yield draws.choice((-1.0, 1.0), shape)


def alike(start: Array) -> Indices:
    """Return for each weight, shape (depth, ..), the first layer that starts with its modulus.

    >>> alike(np.array([[1.0, 1.0], [-1.0, 2.0]])).tolist()
    [[0, 0], [0, 1]]
    """
    size = np.abs(start)
    return np.array([(size == row).argmax(axis=0) for row in size])
