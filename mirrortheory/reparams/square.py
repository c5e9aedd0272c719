r"""A quarter of a square; under gradient flow the mirror flow of the entropy (exponentiated gradient).

.. math:: x = w^2/4, \qquad w > 0.

Source: Amid and Warmuth (2020), arXiv:2002.10487.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.domain import POSITIVE
from mirrortheory.reparams.base import Reparam


@dataclass(frozen=True)
class Square(Reparam):
    """w^2/4 for w > 0.

    >>> Square().effective
    w**2/4
    """

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        return (sympy.Symbol("w", positive=True),)

    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        return weights[0] ** 2 / 4

    def lift(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        return (2 * sympy.sqrt(x),)

    @property
    def image(self) -> sympy.Set:
        return POSITIVE
