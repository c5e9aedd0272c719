"""What workers have in common, done once in the process that they are forked from.

Imports of this package, what SymPy imports and tabulates at its first integral and its first simplification (half a second of
each claim), and the potentials of two layers that many claims begin with, which are then remembered. All this stays, so no
collection of garbage looks at it again; and as SymPy leaves few cycles, collections are rare: a seventh of the time of a claim.
"""

import gc

import sympy

from mirrortheory import bias, flows, laws, saddles  # noqa: F401
from mirrortheory.geometries import Lq
from mirrortheory.notation import lam, q
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow
from mirrortheory.theory.derive import derive

_RARELY = 100_000, 50, 100  # objects, and collections of the younger generations, before a generation is looked at


def _prepare() -> None:
    sympy.simplify(sympy.sin(q) ** 2 + sympy.cos(q) ** 2)
    for exponent in (1, 2, q):
        for shifts in ((0, 0), (0, lam)):
            derive(Flow(Lq(exponent), Product(2)), imbalance=shifts)
    gc.freeze()
    gc.set_threshold(*_RARELY)


_prepare()
