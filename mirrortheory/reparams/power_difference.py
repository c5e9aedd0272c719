r"""Difference of two powers of positive weights, the signed form of a network with tied layers.

.. math:: x = u^L - v^L, \qquad u, v > 0.

Not to be confused with the product of L layers: for q = 2, L = 2 the two have the same mirror potential, for q != 2 not.

Source: Woodworth et al. (2020), arXiv:2002.09277, for q = 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.domain import POSITIVE
from mirrortheory.exact import integer
from mirrortheory.reparams.base import Reparam


@dataclass(frozen=True)
class PowerDifference(Reparam):
    """u^depth - v^depth, depth an integer from 1 to 8.

    Raises:
        InvalidArgument: for a depth that is no integer from 1 to 8.

    >>> PowerDifference(2).effective
    u**2 - v**2
    """

    depth: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", integer(self.depth, "depth", 1, 8))

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        return sympy.Symbol("u", positive=True), sympy.Symbol("v", positive=True)

    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        u, v = weights
        return u**self.depth - v**self.depth

    def lift(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        return (1 + x) ** sympy.Rational(1, self.depth), sympy.S.One

    @property
    def image(self) -> sympy.Set:
        return POSITIVE
