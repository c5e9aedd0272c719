"""The logistic loss of labelled data: l(m) = log(1 + exp(-m))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mirrortheory.flows.problems.base import Array
from mirrortheory.flows.problems.labelled import Labelled

_FAR = 40.0  # a margin at which log(1 + exp(-m)) is exp(-m) to rounding


@final
@dataclass(frozen=True, eq=False, init=False)
class Logistic(Labelled):
    """f(x) = mean log(1 + exp(-labels * Z x)) with Z of shape (n, d) and labels +1 or -1 of shape (n,).

    >>> Logistic([[1.0], [2.0]], [1, -1]).slope(np.zeros(1)).tolist()
    [0.25]
    """

    @staticmethod
    def loss(margins: Array) -> Array:
        return np.asarray(np.logaddexp(0, -margins))

    @staticmethod
    def pull(margins: Array) -> Array:
        return np.asarray(-np.exp(-np.logaddexp(0, margins)))

    @staticmethod
    def curvature(margins: Array) -> Array:
        return np.asarray(np.exp(-np.logaddexp(0, margins) - np.logaddexp(0, -margins)))

    @staticmethod
    def logarithms(margins: Array) -> tuple[Array, Array, Array]:
        right, wrong = np.logaddexp(0, margins), np.logaddexp(0, -margins)
        loss = np.where(margins > _FAR, -margins, np.log(np.where(margins > _FAR, 1.0, wrong)))
        return loss, -right, -right - wrong
