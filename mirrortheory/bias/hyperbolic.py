r"""The mirror maps of two layers at q = 2, in double precision: the hyperbolic entropy, without quadrature.

.. math:: x = \tfrac{\lambda}{2} \sinh 2y, \qquad \frac1{R''} = \lambda \cosh 2y, \qquad
          \lambda = |w_1^2 - w_2^2|, \quad y_0 = \pm\operatorname{artanh}\frac{\min|w_i|}{\max|w_i|}

for each coordinate; where the layers are of one size x is an exponential, :math:`x = x_0 e^{2|y|}`, and y is counted from the
start. Both are taken in logarithms, so that no size is out of reach.

Source: Woodworth et al. (2020), arXiv:2002.09277, for the potential.
"""

from __future__ import annotations

import numpy as np

from mirrortheory.bias.curves import Mask, Near
from mirrortheory.flows.problems import Array

_LARGE = 300.0  # logarithm of u, from which on asinh u = log 2u to the last bit


class Hyperbolic:
    """Two layers at q = 2.

    Args:
        weights: initial weights, shape (2, d).

    >>> x, metric = Hyperbolic(np.array([[2.0], [1.0]])).primal(np.array([0.5]))  # x = 3/2 sinh 2y
    >>> bool(abs(x[0] - 1.5 * np.sinh(1.0)) < 1e-14), bool(abs(metric[0] - 3 * np.cosh(1.0)) < 1e-14)
    (True, True)
    """

    def __init__(self, weights: Array) -> None:
        low, high = np.sort(np.abs(weights), axis=0)
        self.side: Array = np.sign(weights).prod(axis=0)
        self.bound: Mask = low == high
        self.held: Mask = np.zeros(len(low), dtype=bool)
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = high - low
            self.log_start = np.log(low) + np.log(high)
            self.log = np.where(self.bound, 0.0, np.log(gap) + np.log(high + low))  # of lambda
            self.y0: Array = np.where(self.bound, 0.0, self.side * np.log1p(2 * low / gap) / 2)

    def primal(self, y: Array, near: Array | None = None) -> tuple[Array, Array]:
        """Return x and 1/R''(x) where R'(x) = y, shape (d,)."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            size = np.abs(y)
            grown, shrunk = np.exp(2 * size + self.log - np.log(4.0)), np.exp(-4 * size)
            x, metric = -np.sign(y) * grown * np.expm1(-4 * size), 2 * grown * (1 + shrunk)
            if self.bound.any():
                tied = np.exp(np.where(self.bound, self.log_start, 0.0) + 2 * self.side * y)
                x = np.where(self.bound, np.where(self.side == 0, 0.0, self.side * tied), x)
                metric = np.where(self.bound, 2 * np.abs(x), metric)
        return x, metric

    def dual(self, x: Array) -> Array:
        """Return R'(x), shape (d,), counted as y0 is."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            log = np.log(np.abs(x))
            part = log + np.log(2.0) - self.log
            y = np.where(part > _LARGE, part + np.log(2.0), np.arcsinh(np.exp(np.minimum(part, _LARGE)))) / 2
            tied = np.where(self.side == 0, 0.0, (log - self.log_start) / 2)
        return np.asarray(np.sign(x) * np.where(self.bound, tied, y))

    def approach(self, y: Array, last: Near | None) -> Near | None:
        """Return x(y), in one step; None where a coordinate keeps its sign."""
        if self.bound.any():
            return None
        x, metric = self.primal(y)
        return Near(y, np.abs(y), np.ones_like(y), np.sign(y), x, metric, 0.0)
