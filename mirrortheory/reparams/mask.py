r"""A continuous mask on a weight: the product of depth two under its own names, from any start.

.. math:: x = m\,w.

Source: Jacobs and Burkholz (2025), arXiv:2408.09966, for gradient flow.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.reparams.base import Reparam


@dataclass(frozen=True)
class Mask(Reparam):
    """The mask m times the weight w.

    >>> Mask().effective
    m*w
    """

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        return sympy.Symbol("m", real=True), sympy.Symbol("w", real=True)

    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        m, w = weights
        return m * w

    def lift(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        magnitude = sympy.sqrt(sympy.Abs(x))
        return magnitude, sympy.sign(x) * magnitude
