"""What workers have in common, done once in the process that they are forked from.

Imports of this package, what SymPy imports and tabulates at its first integral and its first simplification (half a second of
each claim), and the potentials of two layers that many claims begin with, which are then remembered.
"""

import sympy

import mirrortheory.bias
import mirrortheory.laws
import mirrortheory.saddles  # noqa: F401
from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.notation import lam, q


def _prepare() -> None:
    sympy.simplify(sympy.sin(q) ** 2 + sympy.cos(q) ** 2)
    for exponent in (1, 2, q):
        for shifts in ((0, 0), (0, lam)):
            derive(Flow(Lq(exponent), Product(2)), imbalance=shifts)


_prepare()
