r"""Along a steepest mirror flow the Bregman divergence from a fixed point moves at the rate of the linked slope times the distance.

.. math:: \frac{\mathrm d}{\mathrm d t} D_R(x_*, x_t) = -\phi_q(f'(x_t))\,(x_t - x_*), \qquad
          D_R(x_*, x) = R(x_*) + R^*(y) - x_* y, \quad y = R'(x)

At q = 2 this is the Lyapunov identity -<grad f, x - x_*>, hence at most -(f - f_*) for every convex loss. For q < 2 the link acts
entrywise, and the sign is certain only for a loss that is a sum of convex functions of one coordinate.

Checked at depth two in closed form, and at each depth along the curve on every orthant, where R* and y are integrals of the derived
densities: D_R moves by dR*/ds - x_* dy/ds.
Source: Bregman (1967) for the divergence; this project for q < 2.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, REALS
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance, lam, q, x
from mirrortheory.reparams import Separable
from mirrortheory.theory import S

CLAIM = Claim(
    "bregman_divergence_to_a_point_moves_with_the_linked_slope",
    r"\frac{d}{dt} D_R(x_*, x_t) = -\phi_q(f'(x_t)) (x_t - x_*)",
    topic="potentials",
    source="Bregman (1967); this project",
    scope="depth 2..6; 1 <= q <= 2; every orthant; layer 1 the only smallest; depth 2 in closed form for q = 1, 2, w > 0",
    on_paper=("R* and R' along the curve are the integrals of their densities",),
)

target, start = sympy.Symbol("x_star", real=True), sympy.Symbol("x1", positive=True)
u, v = sympy.symbols("u v", positive=True)


def check(link=Lq(q).link, weight=1):
    for exponent in map(sympy.Integer, (1, 2)):
        potential = derive(Flow(Lq(exponent), Product(2)), imbalance=(0, lam)).potential
        flow, r = Flow(Lq(exponent), Separable(u * v, (u, v))), Named(f"R at q = {exponent}", potential.potential)
        divergence = at(r, {x: start}) - r - sympy.Derivative(r, x) * (start - x)
        moved = flow.derivative(at(divergence, {x: flow.effective}), constants=(lam, start))
        expected = -link(flow.slope).subs(q, exponent) * (flow.effective - weight * start)
        shift = v if exponent == 1 else v * (2 * u + v)  # u^q and (u + v)^q are all positive weights with u smallest
        here, on = {v: u + v, lam: shift}, flow.domain({start: POSITIVE})
        yield Identity(at(moved, here), at(expected, here), on=on, part=f"depth 2, q = {exponent}")
    for depth in range(2, 7):
        flow, shifts = Flow(Lq(q), Product(depth)), imbalance(depth)
        potential = derive(flow, imbalance=shifts).potential
        curve = {w: sympy.sign(w) * (S + e) ** (1 / q) for w, e in zip(flow.weights, shifts, strict=True)}
        dual, conjugate = (d.expression(S) for d in (potential.dual_density, potential.conjugate_density))
        side = sympy.Mul(*map(sympy.sign, flow.weights))
        moved = (conjugate - target * side * dual) * at(flow.derivative(sympy.Abs(flow.weights[0]) ** q), curve)
        expected = -link(flow.slope) * (at(flow.effective, curve) - weight * target)
        on = flow.domain({target: REALS} | dict.fromkeys((S, *shifts[1:]), POSITIVE))
        yield Identity(moved, expected, on=on, part=f"depth {depth}")


MUTANTS = {
    "the slope itself": {"link": lambda g: g},
    "the other sign": {"link": lambda g: -Lq(q).link(g)},
    "twice x_*": {"weight": 2},
}
