r"""Losses side by side: the sum of many losses, each of coordinates of its own, which are followed together.

.. math:: f(x_1, \dots, x_N) = \sum_k f_k(x_k), \qquad f_k(x) = c \sum_j \ell\bigl((Z_k x - b_k)_j\bigr)

An optimizer that works entry by entry (all of :mod:`mirrortheory.flows.discrete` do) walks on f exactly as it walks on each f_k
alone. A loss that has grown to ``CUT`` times its value at x = 0 is held constant from there on: its slope is 0, and the optimizer
that diverges there does not stop the others.

Source: this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array, Logistic, Problem, Quadratic

CUT = 1e3


@final
class SideBySide(Problem):
    """The sum of losses of one kind, Quadratic or Logistic, with tables of one shape.

    Args:
        losses: N of them, each of d coordinates.

    Raises:
        InvalidArgument: for no losses, losses that differ in kind or shape, and one that is 0 at x = 0, as it cannot fall.

    >>> both = SideBySide([Quadratic([[1.0]], [1.0]), Quadratic([[2.0]], [2.0])])
    >>> both.values(np.array([[3.0], [2.0]])).tolist(), both.slope(np.array([3.0, 2.0])).tolist()
    ([2.0, 2.0], [2.0, 4.0])
    """

    def __init__(self, losses: Sequence[Quadratic] | Sequence[Logistic]) -> None:
        kinds = {(type(loss).__name__, np.shape(loss.Z)) for loss in losses}
        if len(kinds) != 1 or not isinstance(losses[0], Quadratic | Logistic):
            raise InvalidArgument("losses", "of one kind, with tables of one shape", sorted(map(str, kinds)), "follow others apart")
        self.labelled = isinstance(losses[0], Logistic)
        self._signed = np.stack([loss.labels[:, None] * loss.Z if isinstance(loss, Logistic) else loss.Z for loss in losses])
        self._across = np.ascontiguousarray(np.swapaxes(self._signed, 1, 2))
        self._squares = np.square(self._across)
        self.shape: tuple[int, int] = (len(losses), self._signed.shape[2])
        rows = self._signed.shape[1]
        self._offset = np.stack([np.zeros(rows) if isinstance(loss, Logistic) else loss.b for loss in losses])
        self._scale = 1 / rows if self.labelled else 1.0
        self.at_zero = self.values(np.zeros(self.shape))
        if not (self.at_zero > 0).all():
            place = int(np.flatnonzero(~(self.at_zero > 0))[0])
            raise InvalidArgument("losses", "> 0 at x = 0", f"{self.at_zero[place]:g} at place {place}", "leave this one out")

    @property
    def dimension(self) -> int:
        """All coordinates of all losses."""
        count, d = self.shape
        return count * d

    def values(self, x: Array) -> Array:
        """Return each loss, shape (N,), at points of shape (N, d)."""
        return self._values(self._arguments(x))

    def value(self, x: Array) -> float:
        return float(self.values(x.reshape(self.shape)).sum())

    def looked_at(self, x: Array) -> tuple[Array, Array, Array]:
        """Return values, shape (N,), slopes and diagonals of the Hessians, shape (N, d), at points of shape (N, d)."""
        arguments = self._arguments(x)
        pull = Logistic.pull(arguments) if self.labelled else arguments
        bend = Logistic.curvature(arguments) if self.labelled else np.ones_like(arguments)
        slopes, bends = (self._scale * (t @ v[..., None])[..., 0] for t, v in ((self._across, pull), (self._squares, bend)))
        return self._values(arguments), slopes, bends

    def slope(self, x: Array) -> Array:
        arguments = self._arguments(x.reshape(self.shape))
        pull = self._scale * (Logistic.pull(arguments) if self.labelled else arguments)
        pull[self._values(arguments) > CUT * self.at_zero] = 0.0
        return np.asarray((self._across @ pull[..., None]).ravel())

    def _arguments(self, x: Array) -> Array:
        return np.asarray((self._signed @ x[..., None])[..., 0] - self._offset)

    def _values(self, arguments: Array) -> Array:
        each = Logistic.loss(arguments) if self.labelled else np.square(arguments) / 2
        return np.asarray(self._scale * each.sum(axis=1))
