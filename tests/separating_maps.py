"""Products of powers, which separate, and how closed forms are compared."""

import math

import reference
import sympy

from mirrortheory import Product
from mirrortheory.domain import GRADIENT_EXPONENTS, NONZERO, POSITIVE, Domain
from mirrortheory.reparams import Reparam
from mirrortheory.theory import Y

R = sympy.Rational
Q = sympy.Symbol("q", positive=True)


class Powers(Reparam):
    """x = w_1^m_1 w_2^m_2 ..: it separates, and is no product of layers unless every m_i is 1."""

    def __init__(self, *powers):
        self.powers = powers

    def __repr__(self):
        return f"{type(self).__name__}{self.powers}"

    @property
    def weights(self):
        return Product(len(self.powers)).weights

    def forward(self, *weights):
        return math.prod(w**m for w, m in zip(weights, self.powers, strict=True))

    def lift(self, x):
        return (sympy.Abs(x) ** R(1, sum(self.powers)),) * len(self.powers)


def agree(left, right, exponents=(Q,)):
    """Whether two forms agree at exact points of x, y, s, lam > 0 and q in [1, 2], to 40 digits."""
    symbols = left.free_symbols | right.free_symbols
    ranges = {s: GRADIENT_EXPONENTS if s == Q else NONZERO if s == Y else POSITIVE for s in symbols}
    points = Domain(ranges).sample(6, seed=2)
    return reference.agree(left, right, [p for p in points if p.get(Q) not in _SPECIAL])


_SPECIAL = (R(3, 2), R(4, 3), R(2))  # balanced layers have another form where m = 1
