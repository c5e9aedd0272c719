r"""FALSE for q < 2L/(2L-1), sign flow included: on orthogonal data the larger target is fitted first.

.. math:: c > 1 \;\Rightarrow\; T(c b) < T(b), \qquad T(c b) = c\,\frac{v(x;\, b)}{v(c x;\, c b)}\, T(b), \quad v = \dot x

for f = (h/2)(x - b)^2 from zero and m < 1. What is known of gradient flow, that a deep linear model learns large singular values
first, does not carry over to every q: it holds for q > 2L/(2L-1), while at q = 1 the ratio of the times is c^(1/L) > 1, and small
targets come first. That ratio is the same at every x, so it is that of the times.

The true statement: order_of_learning_reverses_at_a_known_exponent.
Source: Saxe, McClelland, Ganguli (2014), arXiv:1312.6120, for gradient flow.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Inequality, Verdict
from mirrortheory.notation import q, x

CLAIM = Claim(
    "larger_targets_are_fitted_first",
    r"c > 1 \Rightarrow T(c b) < T(b)",
    topic="bias",
    source="arXiv:1312.6120 for gradient flow",
    scope="depth 2; 1 <= q < 2, where m < 1, from zero; balanced positive weights; f = (h/2)(x - b)^2",
    expect=Verdict.REFUTED,
)

left, curvature, more, b, z = sympy.symbols("r h u b z", positive=True)


def check(regions=lambda turn, critical: sympy.Interval.Ropen(1, critical), side=1):
    depth = 2
    turn, critical = sympy.Rational(2 * depth, 2 * depth - 1), sympy.Rational(depth, depth - 1)
    region = regions(turn, critical)
    c = 1 + more
    ratio = c * _speed(depth, x, left) / _speed(depth, c * x, c * left)
    on = Domain(dict.fromkeys((x, left, curvature, more), POSITIVE) | {q: region})
    yield Inequality(side * ratio, side, on=on, strict=True, part=f"depth {depth}", samples=6)


def _speed(depth, place, rest):
    flow = Flow(Lq(q), Product(depth))
    balanced = dict(zip(flow.weights, flow.reparam.lift(place), strict=True))
    pull = at(Derivative(curvature * (z - b) ** 2 / 2, z), {z: place, b: place + rest})
    return at(flow.derivative(flow.effective), balanced | {flow.slope: pull})


CONTROLS = {
    "q > 2L/(2L - 1)": {"regions": sympy.Interval.open},
    "reversed, q < 2L/(2L - 1)": {"regions": lambda turn, critical: sympy.Interval.Ropen(1, turn), "side": -1},
}
