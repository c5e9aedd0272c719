r"""Losses of data with labels: f is the mean over the data of one function l of the margin :math:`m = y\,\langle z, x\rangle`.

.. math:: f' = \tfrac1n \sum_k l'(m_k)\, y_k z_k, \qquad f'' = \tfrac1n \sum_k l''(m_k)\, z_k z_k^T
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems.base import Array, Columns, Indices
from mirrortheory.flows.problems.tables import Tabled, doubles, last, table, times


@dataclass(frozen=True, eq=False)
class Labelled(Tabled):
    """A mean of one function of the margins labels * Z x, with labels +1 or -1 of shape (n,)."""

    labels: Array

    def __init__(self, Z: ArrayLike, labels: ArrayLike) -> None:
        data, signs = table(Z), doubles("labels", labels, 1)
        if signs.shape != data.shape[:1] or not np.isin(signs, (-1, 1)).all():
            raise InvalidArgument("labels", f"{data.shape[0]} entries +1 or -1", labels, "give one label for each row of Z")
        object.__setattr__(self, "Z", data)
        object.__setattr__(self, "labels", signs)

    @staticmethod
    @abstractmethod
    def loss(margins: Array) -> Array:
        """Return the loss of a datum by its margin.

        Args:
            margins: y_i z_i . x, shape (n,).
        """

    @staticmethod
    @abstractmethod
    def pull(margins: Array) -> Array:
        """Return its first derivative.

        Args:
            margins: y_i z_i . x, shape (n,).
        """

    @staticmethod
    @abstractmethod
    def curvature(margins: Array) -> Array:
        """Return its second derivative.

        Args:
            margins: y_i z_i . x, shape (n,).
        """

    @staticmethod
    @abstractmethod
    def logarithms(margins: Array) -> tuple[Array, Array, Array]:
        """Return the logarithms of the loss, of minus its first derivative, and of its second.

        Args:
            margins: y_i z_i . x, shape (n,).
        """

    def margins(self, x: Array) -> Array:
        """Return labels * Z x, shape (n,)."""
        return np.asarray(self.labels * (self.Z @ x))

    def value(self, x: Array) -> float:
        with np.errstate(over="ignore"):  # an infinite loss is for the solver to see
            return float(self.loss(self.margins(x)).mean())

    def slope(self, x: Array) -> Array:
        with np.errstate(over="ignore"):
            pull = self.pull(self.margins(x))
        return np.asarray(self.Z.T @ (self.labels * pull) / len(self.labels))

    def hessian(self, x: Array) -> Array:
        with np.errstate(over="ignore"):
            curvature = self.curvature(self.margins(x))
        return np.asarray((self.Z.T * curvature) @ self.Z / len(self.labels))

    def relative(self, x: Array) -> tuple[Array, Array]:
        """Return the gradient and the Hessian of log f, which neither underflow nor overflow at any margin.

        Args:
            x: effective parameter, shape (d,).
        """
        loss, first, second = self.logarithms(self.margins(x))
        whole = np.logaddexp.reduce(loss)
        slope = -self.Z.T @ (self.labels * np.exp(first - whole))
        return slope, np.asarray((self.Z.T * np.exp(second - whole)) @ self.Z - np.outer(slope, slope))

    def columns(self, which: Indices) -> Columns:
        signed = self.labels[:, None] * self.Z
        return lambda x: times(signed.T, self.pull(times(signed, x))) / len(signed)

    @classmethod
    def stacked(cls, problems: Sequence[Any]) -> Callable[[Indices], Columns]:
        signed = np.stack([p.labels[:, None] * p.Z for p in problems])

        def select(which: Indices) -> Columns:
            data = last(signed[which])
            return lambda x: times(np.swapaxes(data, 0, 1), cls.pull(times(data, x))) / len(data)

        return select
