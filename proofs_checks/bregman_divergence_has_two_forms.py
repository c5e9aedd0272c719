r"""The Bregman divergence of a mirror potential equals its form with the conjugate.

.. math:: D_R(x, x_0) = R(x) - R(x_0) - R'(x_0)(x - x_0) = R(x) + R^*(y_0) - x y_0, \qquad y_0 = R'(x_0)

For every depth: R(x) = x y - R*(y) along the curve has dR/ds = y dx/ds, so R' = y, and the two forms agree by algebra. At
depth two and for balanced layers, the closed forms of R and R* are compared as well; they come from different integrals.

Source: Bregman (1967); Bauschke and Borwein (1997), for Legendre functions.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance, lam, q, x, y
from mirrortheory.theory import S

CLAIM = Claim(
    "bregman_divergence_has_two_forms",
    r"R(x) - R(x_0) - R'(x_0)(x - x_0) = R(x) + R^*(y_0) - x\,y_0",
    source="Bregman (1967); Bauschke and Borwein (1997)",
    scope="depth 1..6, 1 <= q <= 2 along the curve; closed forms at depth 2 for q = 1, 2 and balanced for q = 1, 3/2, 2",
)

start = sympy.Symbol("x0", positive=True)


def check(cross=-1):
    for depth in range(1, 7):
        potential = derive(Flow(Lq(q), Product(depth)), imbalance=imbalance(depth)).potential
        on = Domain(dict.fromkeys((S, *imbalance(depth)[1:]), POSITIVE) | {q: sympy.Interval(1, 2), y: REALS})
        effective = potential.effective.expression(S)
        speed = sympy.diff(effective, S)
        slope_of_r = speed * y + effective * potential.dual_density.expression(S) - potential.conjugate_density.expression(S)
        yield Identity(slope_of_r, speed * y, on=on, part=f"depth {depth}, R' = y along the curve")
    cases = [(value, 2, (0, lam)) for value in (1, 2)]
    cases += [(sympy.Rational(value), depth, None) for value in ("1", "3/2", "2") for depth in range(1, 7)]
    for value, depth, shifts in cases:
        potential = derive(Flow(Lq(value), Product(depth)), imbalance=shifts).potential
        on = Domain({x: POSITIVE, start: POSITIVE} | ({} if shifts is None else {lam: POSITIVE}))
        at_start = {x: start}
        dual = potential.mirror_map.subs(at_start)
        first = potential.potential - potential.potential.subs(at_start) - dual * (x - start)
        second = potential.potential + potential.conjugate.subs(y, dual) + cross * x * dual
        part = f"q = {value}, depth {depth}, {'balanced' if shifts is None else 'imbalance lam'}"
        yield Identity(first, second, on=on, part=part)


MUTANTS = {"cross term added": {"cross": 1}, "cross term forgotten": {"cross": 0}}
