r"""Steepest flow of a product of layers is a steepest mirror flow of the effective parameter.

.. math:: \frac{\mathrm d}{\mathrm d t} R'(x_t) = -\phi_q(f'(x_t)), \qquad
          R'(x) = \frac{\operatorname{sign} x}{q}\int_0^s \prod_i (u + \lambda_i)^{-(q-1)/q}\,\mathrm d u,\quad
          s = \min_i |w_i|^q

The dual density is the derived one, not the formula above. With layer 1 smallest, s = |w_1|^q and lambda_i = |w_i|^q - s.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the theorem on steepest mirror flows.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.evidence import START, TIME, AlongFlow, Identity
from mirrortheory.flows import Scalar
from mirrortheory.notation import imbalance, q
from mirrortheory.theory import S, X

CLAIM = Claim(
    "product_flow_is_a_steepest_mirror_flow",
    r"\frac{d}{dt} R'(x_t) = -\phi_q(f'(x_t))",
    source="arXiv:2603.02064, cf. the theorem on steepest mirror flows",
    scope="depth 1..6; 1 <= q <= 2; every orthant; layer 1 smallest",
)


def check(power=q - 1):
    for depth in range(1, 7):
        flow = Flow(Lq(q), Product(depth))
        shifts = imbalance(depth)
        potential = derive(flow, imbalance=shifts).potential
        # At depth 1 the charge is |w| itself, so the charges are read off the curve x(s), not assumed to be |w|^q.
        charge = sympy.Abs(flow.weights[0]) ** (q if depth > 1 else 1)
        at_weights = {s: sympy.Abs(w) ** q - charge for s, w in zip(shifts[1:], flow.weights[1:], strict=True)}
        density = potential.dual_density.expression(S).subs(at_weights).subs(S, charge)
        dual_speed = sympy.sign(flow.effective) * density * flow.derivative(charge)
        expected = -sympy.sign(flow.slope) * sympy.Abs(flow.slope) ** power
        yield Identity(dual_speed, expected, on=flow.domain(), part=f"depth {depth}")
    flow = Flow(Lq(2), Product(2))
    lam = sympy.Rational(1, 4) - sympy.Rational(1, 16)
    mirror_map = derive(flow, imbalance=(0, lam)).potential.mirror_map.subs(X, flow.effective)
    law = START + sympy.Rational(3, 2) * TIME
    falling = Scalar(-sympy.Rational(3, 2) * sympy.Symbol("x"))
    yield AlongFlow(flow, falling, [0.25, 0.5], 1.0, mirror_map, law, part="q = 2, depth 2, slope -3/2")


MUTANTS = {"the slope itself": {"power": 1}, "the energy": {"power": q}, "half the power": {"power": (q - 1) / 2}}
