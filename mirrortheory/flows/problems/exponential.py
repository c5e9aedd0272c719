"""The exponential loss of labelled data: l(m) = exp(-m)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mirrortheory.flows.problems.base import Array
from mirrortheory.flows.problems.labelled import Labelled


@final
@dataclass(frozen=True, eq=False, init=False)
class Exponential(Labelled):
    """f(x) = mean exp(-labels * Z x) with Z of shape (n, d) and labels +1 or -1 of shape (n,).

    >>> Exponential([[1.0], [2.0]], [1, -1]).slope(np.zeros(1)).tolist()
    [0.5]
    """

    @staticmethod
    def loss(margins: Array) -> Array:
        return np.asarray(np.exp(-margins))

    @staticmethod
    def pull(margins: Array) -> Array:
        return np.asarray(-np.exp(-margins))

    @staticmethod
    def curvature(margins: Array) -> Array:
        return np.asarray(np.exp(-margins))

    @staticmethod
    def logarithms(margins: Array) -> tuple[Array, Array, Array]:
        return -margins, -margins, -margins
