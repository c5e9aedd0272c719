r"""Balanced layers under decoupled decay follow the mirror flow with a drift down the manifold regularizer.

.. math:: \frac{\mathrm d}{\mathrm d t} R'(x) = -\phi_q(f'(x)) - \alpha\, M'(x), \qquad M(x) = \frac{|x|^{2-m}}{2-m}

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the mirror flow with weight decay.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import NONNEGATIVE, NONZERO, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, metric_exponent, q, slope, x

CLAIM = Claim(
    "decoupled_decay_adds_a_drift_to_the_mirror_flow",
    r"\frac{d}{dt} R'(x) = -\phi_q(f'(x)) - \alpha M'(x), \quad M(x) = \frac{|x|^{2-m}}{2-m}",
    source="arXiv:2603.02064, cf. the mirror flow with weight decay",
    scope="depth 1..6; 1 <= q <= 2; alpha >= 0; balanced weights; x != 0",
)

signed = sympy.Symbol("x", real=True)


def check(regularizer=lambda m, depth: x ** (2 - m) / (2 - m)):
    on = Domain({signed: NONZERO, slope: NONZERO, q: sympy.Interval(1, 2), alpha: NONNEGATIVE})
    for depth in range(1, 7):
        flow = Flow(Lq(q), Product(depth), Decoupled(alpha))
        balanced = dict(zip(flow.weights, flow.reparam.lift(signed), strict=True))
        velocity = flow.derivative(flow.effective).subs(balanced)
        metric = derive(flow).potential.hessian.subs(x, sympy.Abs(signed))
        drift = sympy.diff(regularizer(metric_exponent(depth), depth), x).subs(x, sympy.Abs(signed)) * sympy.sign(signed)
        expected = -Lq(q).link(slope) - alpha * drift
        yield Identity(metric * velocity, expected, on=on, part=f"depth {depth}")


MUTANTS = {
    "L times": {"regularizer": lambda m, depth: (depth + 1) * x ** (2 - m) / (2 - m)},
    "squared x": {"regularizer": lambda m, depth: x**2 / 2},
    "no drift": {"regularizer": lambda m, depth: sympy.Integer(1)},
    "normalised by 1 - m": {"regularizer": lambda m, depth: x ** (2 - m) / (3 - m)},
}
