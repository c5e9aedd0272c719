r"""Steepest flow of a product of layers is a steepest mirror flow of the effective parameter.

.. math:: \frac{\mathrm d}{\mathrm d t} R'(x_t) = -\phi_q(f'(x_t)), \qquad
          R'(x) = \frac{\operatorname{sign} x}{q}\int_0^s \prod_i (u + \lambda_i)^{-(q-1)/q}\,\mathrm d u,\quad
          s = \min_i |w_i|^q

With layer 1 smallest, s = |w_1|^q and lambda_i = |w_i|^q - s, which is constant: balance_is_conserved_for_products. The dual
density dy/ds is the derived one and equals the integrand above; R'' = (dy/ds)/(dx/ds), and d/dt R'(x) = R''(x) dx/dt.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the theorem on steepest mirror flows.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import START, TIME, AlongFlow, Identity
from mirrortheory.flows import Scalar
from mirrortheory.notation import imbalance, q
from mirrortheory.theory import S, X

CLAIM = Claim(
    "product_flow_is_a_steepest_mirror_flow",
    r"\frac{d}{dt} R'(x_t) = -\phi_q(f'(x_t))",
    topic="potentials",
    source="arXiv:2603.02064, cf. the theorem on steepest mirror flows",
    scope="depth 1..6; 1 <= q <= 2; every orthant; layer 1 the only smallest, the imbalances constant",
    on_paper=("R' along the curve is the integral of its density",),
)


def check(power=q - 1, density=-(q - 1) / q):
    for depth in range(1, 7):
        flow, shifts, part = Flow(Lq(q), Product(depth)), imbalance(depth), f"depth {depth}"
        dual = derive(flow, imbalance=shifts).potential.dual_density.expression(S)
        on = flow.domain(dict.fromkeys((S, *shifts[1:]), POSITIVE))
        root = 1 / q if depth > 1 else 1  # at depth 1 the charge is |w|, not |w|^q
        curve = {w: sympy.sign(w) * (S + e) ** root for w, e in zip(flow.weights, shifts, strict=True)}
        x = at(sympy.Abs(flow.effective), curve)
        moved = dual / sympy.Derivative(x, S) * at(flow.derivative(flow.effective), curve)
        linked = -sympy.sign(flow.slope) * sympy.Abs(flow.slope) ** power
        yield Identity(moved, linked, on=on, part=f"{part}, R'' dx/dt")
        if depth > 1:
            yield Identity(dual * q, sympy.Mul(*(S + e for e in shifts)) ** density, on=on, part=f"{part}, density of R'")
    flow = Flow(Lq(2), Product(2))
    lam = sympy.Rational(1, 4) - sympy.Rational(1, 16)
    mirror_map = derive(flow, imbalance=(0, lam)).potential.mirror_map.subs(X, flow.effective)
    law = START + sympy.Rational(3, 2) * TIME
    falling = Scalar(-sympy.Rational(3, 2) * sympy.Symbol("x"))
    yield AlongFlow(flow, falling, [0.25, 0.5], 1.0, mirror_map, law, part="q = 2, depth 2, slope -3/2")


MUTANTS = {
    "the slope itself": {"power": 1},
    "the energy": {"power": q},
    "half the power": {"power": (q - 1) / 2},
    "density without the root": {"density": -(q - 1)},
}
