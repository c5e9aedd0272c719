r"""No decay.

.. math:: \dot w = -\phi(\nabla f)
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.decays.base import Decay


@dataclass(frozen=True)
class NoDecay(Decay):
    """No decay: dw/dt = -phi(gradient)."""

    @property
    def rate(self) -> sympy.Expr:
        return sympy.S.Zero

    def link_argument(self, gradient: sympy.Expr, weight: sympy.Expr) -> sympy.Expr:
        return gradient

    def pull(self, weight: sympy.Expr) -> sympy.Expr:
        return sympy.S.Zero
