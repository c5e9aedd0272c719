"""What a loss f(x) of the effective parameter is: value, gradient, Hessian, and gradients at many points.

Gradients at many points are made so that a column does not depend on its neighbours to the last bit: sums run over the
data in one fixed order, whatever the number of columns.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirrortheory.errors import NotSmooth

Array = NDArray[np.float64]
Indices = NDArray[np.intp]
Columns = Callable[[Array], Array]

DIFFERENCE = 6e-6  # the cube root of rounding: where rounding and the third derivative weigh the same


class Problem(ABC):
    """A differentiable loss of x, shape (d,)."""

    @property
    def dimension(self) -> int | None:
        """The dimension d of x, or None when every d will do."""
        return None

    @property
    def separable(self) -> bool:
        """Whether f is a sum of one function over the coordinates, so that they can be followed apart."""
        return False

    @abstractmethod
    def value(self, x: Array) -> float:
        """Return f(x)."""

    @abstractmethod
    def slope(self, x: Array) -> Array:
        """Return the gradient of f at x, shape (d,)."""

    def hessian(self, x: Array) -> Array:
        """Return the Hessian of f at x, shape (d, d); by central differences unless a problem gives its own."""
        steps = DIFFERENCE * np.maximum(1.0, np.abs(x))
        rows = [
            (self.slope(x + h * unit) - self.slope(x - h * unit)) / (2 * h) for h, unit in zip(steps, np.eye(len(x)), strict=True)
        ]
        return np.asarray((np.array(rows) + np.array(rows).T) / 2)

    def relative(self, x: Array) -> tuple[Array, Array]:
        """Return the gradient and the Hessian of an increasing function of f, which has the same sign flow: of f, or of log f.

        Args:
            x: effective parameter, shape (d,).
        """
        return self.slope(x), self.hessian(x)

    def check(self, x: Array) -> None:
        """Refuse a start x at which the loss or its gradient is not finite.

        Raises:
            NotSmooth: naming what is not finite.
        """
        with np.errstate(all="ignore"):
            for name, value in (("effective parameter", x), ("loss", self.value(x)), ("gradient of the loss", self.slope(x))):
                if not np.isfinite(value).all():
                    raise NotSmooth(f"the {name} is NaN or overflows at the start, t = 0; start where it is finite")

    def columns(self, which: Indices) -> Columns:
        """Return the function that maps points, shape (d, c), to gradients, shape (d, c), for c = len(which) columns."""
        return lambda x: np.stack([self.slope(column) for column in np.ascontiguousarray(x.T)], axis=1)

    @staticmethod
    def stacked(problems: Sequence[Any]) -> Callable[[Indices], Columns]:
        """Return ``columns`` of many losses, column k that of ``problems[which[k]]``: one by one unless a class knows better."""

        def select(which: Indices) -> Columns:
            chosen = [problems[k] for k in which]
            return lambda x: np.stack(
                [p.slope(column) for p, column in zip(chosen, np.ascontiguousarray(x.T), strict=True)], axis=1
            )

        return select
