r"""Difference of the logarithms of two positive weights.

.. math:: x = \log u - \log v, \qquad u, v > 0.

Under gradient flow u^2 + v^2 is constant, and R' = c tanh x.

Source: this project.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.domain import POSITIVE
from mirrortheory.reparams.base import Reparam


@dataclass(frozen=True)
class LogDifference(Reparam):
    """log u - log v for u, v > 0.

    >>> LogDifference().effective
    log(u) - log(v)
    """

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        return sympy.Symbol("u", positive=True), sympy.Symbol("v", positive=True)

    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        u, v = weights
        return sympy.log(u) - sympy.log(v)

    def lift(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        return sympy.exp(x), sympy.S.One

    @property
    def image(self) -> sympy.Set:
        return POSITIVE
