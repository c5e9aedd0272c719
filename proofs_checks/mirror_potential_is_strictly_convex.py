r"""The mirror potential of a product is strictly convex at every depth, gradient exponent and imbalance.

.. math:: \frac{1}{R''} = \sum_i \Bigl|\frac{\partial x}{\partial w_i}\Bigr|^q > 0 \quad\text{along the curve } s > 0,

by its form: a sum of products of positive powers. At depth two R'' is also enclosed on an interval, by boxes.

Source: arXiv:2603.02064, cf. the theorem on steepest mirror flows; this project for every depth.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Inequality
from mirrortheory.notation import imbalance
from mirrortheory.theory import S, X

CLAIM = Claim(
    "mirror_potential_is_strictly_convex",
    r"R'' > 0",
    source="arXiv:2603.02064, cf. the theorem on steepest mirror flows; this project for every depth",
    scope="depth 1..6, q = 1, 5/4, 3/2, 2 and any imbalance along the curve; R'' at depth 2, imbalance 1, on [1/100, 4]",
)


def check(sign=1, offset=0):
    for depth in range(1, 7):
        shifts = imbalance(depth)
        on = Domain({S: POSITIVE} | dict.fromkeys(shifts[1:], POSITIVE))
        for q in (1, sympy.Rational(5, 4), sympy.Rational(3, 2), 2):
            metric = derive(Flow(Lq(q), Product(depth)), imbalance=shifts).potential.inverse_metric
            yield Inequality(offset, sign * metric, on=on, part=f"depth {depth}, q = {q}: inverse metric", strict=True)
    box = Domain({X: sympy.Interval(sympy.Rational(1, 100), 4)})
    for q in (1, 2):
        hessian = derive(Flow(Lq(q), Product(2)), imbalance=(0, 1)).potential.hessian
        yield Inequality(offset, sign * hessian, on=box, part=f"depth 2, q = {q}: R''", strict=True)


MUTANTS = {"concave": {"sign": -1}, "above 2": {"offset": 2}}
