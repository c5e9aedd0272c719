r"""Product of two powers: two networks of tied layers, of different depths, multiplied entrywise.

.. math:: x = u^a\,v^b, \qquad u, v > 0.

Source: this project.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.domain import POSITIVE
from mirrortheory.exact import integer
from mirrortheory.reparams.base import Reparam


@dataclass(frozen=True)
class PowersProduct(Reparam):
    """u^a v^b, a and b integers from 1 to 8.

    Raises:
        InvalidArgument: for a depth that is no integer from 1 to 8.

    >>> PowersProduct(2, 3).effective
    u**2*v**3
    """

    a: int
    b: int

    def __post_init__(self) -> None:
        for name in ("a", "b"):
            object.__setattr__(self, name, integer(getattr(self, name), name, 1, 8))

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        return sympy.Symbol("u", positive=True), sympy.Symbol("v", positive=True)

    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        u, v = weights
        return u**self.a * v**self.b

    def lift(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        root = x ** sympy.Rational(1, self.a + self.b)
        return root, root

    @property
    def image(self) -> sympy.Set:
        return POSITIVE
