r"""FALSE for q != 2: decoupled decay rests where the loss plus alpha times the manifold regularizer is stationary.

.. math:: f'(x) + \alpha\,M'(x) = 0 \;\Rightarrow\; \dot w = 0, \qquad M(x) = \frac{|x|^{2-m}}{2-m}, \quad m = \frac{q(L-1)}L

M is the drift of the mirror flow, d/dt R'(x) = -phi_q(f') - alpha M'(x) (decoupled_decay_adds_a_drift_to_the_mirror_flow), so
where x rests phi_q(f') is -alpha M', not f': the two agree at q = 2, and where alpha x^(1-m) = 1. At q = 4/3, L = 2, alpha = 1
and x = 8, M' is 2, and the velocity of a layer of size 8^(1/2) is (2^(1/3) - 2) 8^(1/6). What is stationary is the loss plus
alpha^(p-1) (L/p) |x|^(p/L), of which it is shown, with minima: decay_stops_at_stationary_points_of_a_power_penalty.
Source: this project; the regularizer is that of Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

import sympy
from sympy import Derivative

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Verdict
from mirrortheory.notation import metric_exponent, p, q, x
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "decoupled_decay_rests_where_the_loss_plus_the_manifold_regularizer_is_stationary",
    r"f'(x) + \alpha M'(x) = 0 \Rightarrow \dot w = 0, \quad M(x) = \frac{|x|^{2-m}}{2-m}",
    topic="decay",
    source="this project; arXiv:2603.02064, cf. the manifold regularizer",
    scope="depth 2..5; 1 < q < 2; alpha > 0; balanced positive weights",
    expect=Verdict.REFUTED,
)

rate = sympy.Symbol("alpha", positive=True)


def _regularizer(depth, exponent):
    m = metric_exponent(depth, exponent)
    return rate * x ** (2 - m) / (2 - m)


def _power(depth, _):
    return rate ** (p - 1) * depth / p * x ** (p / depth)


def check(exponent=q, penalty=_regularizer):
    for depth in range(2, 6):
        flow = Flow(Lq(exponent), Product(depth), Decoupled(rate))
        slope = -Derivative(penalty(depth, exponent), x)
        balanced = dict(zip(flow.weights, flow.reparam.lift(x), strict=True))
        on = Domain({x: POSITIVE, rate: POSITIVE} | ({q: sympy.Interval.open(1, 2)} if exponent == q else {}))
        yield Identity(at(Velocity(flow, flow.weights[0]), balanced | {flow.slope: slope}), 0, on=on, part=f"depth {depth}")


CONTROLS = {"q = 2": {"exponent": sympy.Integer(2)}, "the power penalty": {"penalty": _power}}
