"""Losses f(x) of the effective parameter x, shape (d,), with their gradients and Hessians."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from mirrortheory.errors import InvalidArgument

Array = NDArray[np.float64]


class Problem(ABC):
    """A differentiable loss of x, shape (d,)."""

    @property
    def dimension(self) -> int | None:
        """The dimension d of x, or None when every d will do."""
        return None

    @abstractmethod
    def value(self, x: Array) -> float:
        """Return f(x)."""

    @abstractmethod
    def slope(self, x: Array) -> Array:
        """Return the gradient of f at x, shape (d,)."""

    @abstractmethod
    def hessian(self, x: Array) -> Array:
        """Return the Hessian of f at x, shape (d, d)."""


@dataclass(frozen=True, eq=False)
class Quadratic(Problem):
    """f(x) = |Z x - b|^2 / 2 with Z of shape (n, d) and b of shape (n,)."""

    Z: Array
    b: Array

    def __init__(self, Z: ArrayLike, b: ArrayLike) -> None:
        data, target = np.array(Z, dtype=float, ndmin=2), np.array(b, dtype=float, ndmin=1)
        _table(data)
        if target.shape != data.shape[:1]:
            raise InvalidArgument("b", f"of shape ({data.shape[0]},)", target.shape, "give one target for each row of Z")
        _finite("Z", data)
        _finite("b", target)
        object.__setattr__(self, "Z", data)
        object.__setattr__(self, "b", target)

    @property
    def dimension(self) -> int | None:
        return int(self.Z.shape[1])

    def value(self, x: Array) -> float:
        residual = self.Z @ x - self.b
        return float(residual @ residual / 2)

    def slope(self, x: Array) -> Array:
        return self.Z.T @ (self.Z @ x - self.b)

    def hessian(self, x: Array) -> Array:
        return np.asarray(self.Z.T @ self.Z)


@dataclass(frozen=True, eq=False)
class Logistic(Problem):
    """f(x) = mean log(1 + exp(-labels * Z x)) with Z of shape (n, d) and labels +1 or -1 of shape (n,)."""

    Z: Array
    labels: Array

    def __init__(self, Z: ArrayLike, labels: ArrayLike) -> None:
        data, signs = np.array(Z, dtype=float, ndmin=2), np.array(labels, dtype=float, ndmin=1)
        _table(data)
        if signs.shape != data.shape[:1] or not np.isin(signs, (-1, 1)).all():
            raise InvalidArgument("labels", f"{data.shape[0]} entries +1 or -1", labels, "give one label for each row of Z")
        _finite("Z", data)
        object.__setattr__(self, "Z", data)
        object.__setattr__(self, "labels", signs)

    @property
    def dimension(self) -> int | None:
        return int(self.Z.shape[1])

    def value(self, x: Array) -> float:
        return float(np.logaddexp(0, -self.labels * (self.Z @ x)).mean())

    def slope(self, x: Array) -> Array:
        margins = self.labels * (self.Z @ x)
        return -self.Z.T @ (self.labels * np.exp(-np.logaddexp(0, margins))) / len(margins)

    def hessian(self, x: Array) -> Array:
        margins = self.Z @ x
        return np.asarray((self.Z.T * np.exp(-np.logaddexp(0, margins) - np.logaddexp(0, -margins))) @ self.Z / len(margins))


@dataclass(frozen=True, eq=False)
class Scalar(Problem):
    """f(x) = sum_j h(x_j) for a SymPy expression h in one symbol."""

    expr: sympy.Expr

    def __post_init__(self) -> None:
        symbols = tuple(self.expr.free_symbols)
        if len(symbols) != 1:
            raise InvalidArgument("expr", "an expression in one symbol", self.expr, "write for example (x - 1)**2/2")
        object.__setattr__(self, "_value", sympy.lambdify(symbols, self.expr, "numpy"))
        object.__setattr__(self, "_slope", sympy.lambdify(symbols, sympy.diff(self.expr, *symbols), "numpy"))
        object.__setattr__(self, "_bend", sympy.lambdify(symbols, sympy.diff(self.expr, *symbols, *symbols), "numpy"))

    def value(self, x: Array) -> float:
        return float(np.sum(self._value(x)))  # type: ignore[attr-defined]

    def slope(self, x: Array) -> Array:
        return np.broadcast_to(self._slope(x), x.shape).astype(float)  # type: ignore[attr-defined]

    def hessian(self, x: Array) -> Array:
        return np.diag(np.broadcast_to(self._bend(x), x.shape).astype(float))  # type: ignore[attr-defined]


def _finite(name: str, array: Array) -> None:
    if not np.isfinite(array).all():
        raise InvalidArgument(name, "finite in every entry", array[~np.isfinite(array)][0], "remove the entry")


def _table(data: Array) -> None:
    if data.ndim != 2 or 0 in data.shape:
        raise InvalidArgument("Z", "of shape (n, d), n and d at least 1", data.shape, "give one row for each datum")
