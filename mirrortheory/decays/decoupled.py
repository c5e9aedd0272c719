r"""Decoupled decay: the pull is added to the link, as AdamW does.

.. math:: \dot w = -(\phi(\nabla f) + \alpha w)

Source: Loshchilov and Hutter (2019), arXiv:1711.05101.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.decays.base import RateDecay


@dataclass(frozen=True, repr=False)
class Decoupled(RateDecay):
    """Decoupled decay: dw/dt = -(phi(gradient) + alpha w), alpha as :class:`RateDecay` takes it."""

    def link_argument(self, gradient: sympy.Expr, weight: sympy.Expr) -> sympy.Expr:
        return gradient

    def pull(self, weight: sympy.Expr) -> sympy.Expr:
        return self.alpha * weight
