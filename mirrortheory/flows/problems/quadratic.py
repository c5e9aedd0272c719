"""The quadratic loss, and the data of many of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems.base import Array, Columns, Indices
from mirrortheory.flows.problems.tables import Tabled, doubles, finite, last, table, times


@final
@dataclass(frozen=True, eq=False)
class Quadratic(Tabled):
    """f(x) = |Z x - b|^2 / 2 with Z of shape (n, d) and b of shape (n,)."""

    b: Array

    def __init__(self, Z: ArrayLike, b: ArrayLike) -> None:
        data, target = table(Z), doubles("b", b, 1)
        if target.shape != data.shape[:1]:
            raise InvalidArgument("b", f"of shape ({data.shape[0]},)", target.shape, "give one target for each row of Z")
        object.__setattr__(self, "Z", data)
        object.__setattr__(self, "b", finite("b", target))

    def value(self, x: Array) -> float:
        residual = self.Z @ x - self.b
        return float(residual @ residual / 2)

    def slope(self, x: Array) -> Array:
        return self.Z.T @ (self.Z @ x - self.b)

    def hessian(self, x: Array) -> Array:
        return np.asarray(self.Z.T @ self.Z)

    def columns(self, which: Indices) -> Columns:
        return lambda x: times(self.Z.T, times(self.Z, x) - self.b[:, None])

    @staticmethod
    def stacked(problems: Sequence[Any]) -> Callable[[Indices], Columns]:
        return Quadratics.of(problems).columns


@final
@dataclass(frozen=True, eq=False)
class Quadratics:
    """The data of many quadratic losses: Z of shape (batch, n, d), b of shape (batch, n)."""

    Z: Array
    b: Array

    @classmethod
    def of(cls, problems: Sequence[Quadratic]) -> Quadratics:
        """Return the data of losses with tables of one shape.

        Args:
            problems: quadratic losses.
        """
        return cls(np.stack([loss.Z for loss in problems]), np.stack([loss.b for loss in problems]))

    @cached_property
    def normal(self) -> tuple[Array, Array]:
        """Z^T Z, shape (batch, d, d), and Z^T b, shape (batch, d)."""
        return np.einsum("kni,knj->kij", self.Z, self.Z), np.einsum("kni,kn->ki", self.Z, self.b)

    def columns(self, which: Indices) -> Columns:
        """Return the function that maps points, shape (d, c), to the gradients of the losses ``which``, shape (d, c)."""
        n, d = self.Z.shape[1:]
        if d <= 2 * n:  # one product of d x d is cheaper than two of n x d
            hessian, pull = (last(v[which]) for v in self.normal)
            return lambda x: _minus(times(hessian, x), pull)
        data, target = last(self.Z[which]), last(self.b[which])
        return lambda x: times(np.swapaxes(data, 0, 1), times(data, x) - target)


def _minus(total: Array, other: Array) -> Array:
    return np.subtract(total, other, out=total)
