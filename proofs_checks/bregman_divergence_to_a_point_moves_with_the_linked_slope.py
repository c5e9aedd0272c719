r"""Along a steepest mirror flow the Bregman divergence from a fixed point moves at the rate of the linked slope times the distance.

.. math:: \frac{\mathrm d}{\mathrm d t} D_R(x_*, x_t) = -\phi_q(f'(x_t))\,(x_t - x_*), \qquad
          D_R(x_*, x) = R(x_*) + R^*(y) - x_* y, \quad y = R'(x)

At q = 2 this is the Lyapunov identity -<grad f, x - x_*>, hence at most -(f - f_*) for every convex loss. For q < 2 the link acts
entrywise, and the sign is certain only for a loss that is a sum of convex functions of one coordinate.

Checked along the curve on every orthant, where R* and y come from derived densities, and at depth two in closed form.
Source: Bregman (1967) for the divergence; this project for q < 2.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance, lam, q, slope, x
from mirrortheory.theory import S

CLAIM = Claim(
    "bregman_divergence_to_a_point_moves_with_the_linked_slope",
    r"\frac{d}{dt} D_R(x_*, x_t) = -\phi_q(f'(x_t)) (x_t - x_*)",
    source="Bregman (1967); this project",
    scope="depth 2..6; 1 <= q <= 2; every orthant; layer 1 smallest; closed forms at depth 2 for q = 1, 2, x > 0",
)

target, size = sympy.Symbol("x_star", real=True), sympy.Symbol("g", positive=True)


def check(link=Lq(q).link, weight=1):
    start = sympy.Symbol("x1", positive=True)
    for exponent in (1, 2):
        potential = derive(Flow(Lq(exponent), Product(2)), imbalance=(0, lam)).potential
        divergence = potential.potential.subs(x, start) - potential.potential - potential.mirror_map * (start - x)
        for sign in (1, -1):
            velocity = -Lq(exponent).link(sign * size) / potential.hessian
            expected = -link(slope).subs(q, exponent).subs(slope, sign * size) * (x - weight * start)
            here = Domain({x: POSITIVE, lam: POSITIVE, size: POSITIVE, start: POSITIVE})
            part = f"depth 2, q = {exponent}, slope of sign {sign}"
            yield Identity(sympy.diff(divergence, x) * velocity, expected, on=here, part=part)
    for depth in range(2, 7):
        flow, shifts = Flow(Lq(q), Product(depth)), imbalance(depth)
        potential = derive(flow, imbalance=shifts).potential
        charges = [sympy.Abs(w) ** q for w in flow.weights]
        at = {s: c - charges[0] for s, c in zip(shifts[1:], charges[1:], strict=True)}
        dual, conjugate = (
            density.expression(S).subs(at).subs(S, charges[0]) for density in (potential.dual_density, potential.conjugate_density)
        )
        moved = (conjugate - target * sympy.sign(flow.effective) * dual) * flow.derivative(charges[0])
        expected = -link(flow.slope) * (flow.effective - weight * target)
        yield Identity(moved, expected, on=flow.domain({target: REALS}), part=f"depth {depth}")


MUTANTS = {
    "the slope itself": {"link": lambda g: g},
    "the other sign": {"link": lambda g: -Lq(q).link(g)},
    "twice x_*": {"weight": 2},
}
