r"""The exponential of a weight; under gradient flow the mirror flow of the Burg entropy.

.. math:: x = e^w.

Source: Amid and Warmuth (2020), arXiv:2002.10487.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.domain import POSITIVE
from mirrortheory.reparams.base import Reparam


@dataclass(frozen=True)
class Exp(Reparam):
    """exp(w).

    >>> Exp().effective
    exp(w)
    """

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        return (sympy.Symbol("w", real=True),)

    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        return sympy.exp(weights[0])

    def lift(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        return (sympy.log(x),)

    @property
    def image(self) -> sympy.Set:
        return POSITIVE
