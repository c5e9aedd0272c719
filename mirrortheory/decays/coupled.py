r"""Coupled decay: the pull goes through the link, as that of an L2 penalty in the loss does.

.. math:: \dot w = -\phi(\nabla f + \alpha w)

Source: Loshchilov and Hutter (2019), arXiv:1711.05101.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.decays.base import RateDecay


@dataclass(frozen=True, repr=False)
class Coupled(RateDecay):
    """Coupled decay: dw/dt = -phi(gradient + alpha w), alpha as :class:`RateDecay` takes it."""

    def link_argument(self, gradient: sympy.Expr, weight: sympy.Expr) -> sympy.Expr:
        return gradient + self.alpha * weight

    def pull(self, weight: sympy.Expr) -> sympy.Expr:
        return sympy.S.Zero
