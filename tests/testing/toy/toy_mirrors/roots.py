"""Steepest descent by square roots: dw/dt = -sign(g) sqrt|g|."""

from dataclasses import dataclass

import sympy

from mirrortheory import Geometry


@dataclass(frozen=True)
class Roots(Geometry):
    """The geometry of gradient exponent 3/2, written by hand."""

    @property
    def exponent(self):
        return sympy.Rational(3, 2)

    def link(self, gradient):
        return sympy.sign(gradient) * sympy.sqrt(sympy.Abs(gradient))
