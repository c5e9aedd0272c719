r"""Once v is 0, sign flow on u^2 - v^2 moves x = u^2 with inverse metric 2 sqrt|x|.

.. math:: v = 0 \Rightarrow \dot v = -\operatorname{sign}(-2 v f') = 0 \ \text{ with } \operatorname{sign} 0 = 0, \qquad
          \frac1{R''(x)} = 2\sqrt{|x|}, \quad R(x) = \tfrac23 |x|^{3/2} \quad\text{for } |x| > c^2

The metric is continuous: at |x| = c^2 both laws give 2c. For v > 0 the velocity of v is sign f': while x grows, f' < 0, v falls to
0 in finite time and is held there. Once f' > 0 the point v = 0 repels: v stays only by the selection sign 0 = 0, and the flow is
not unique.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.reparams import PowerDifference, Separable

CLAIM = Claim(
    "sign_flow_beyond_the_euclidean_region_is_that_of_one_square",
    r"v = 0: \quad \frac{1}{R''(x)} = 2 \sqrt{|x|} \text{ for } |x| > c^2",
    source="this project",
    scope="q = 1; v held at 0 (x > 0) or u held at 0 (x < 0), with the selection sign(0) = 0",
)

size = sympy.Symbol("s", positive=True)


def check(metric=lambda size: 2 * sympy.sqrt(size), potential=lambda size: 2 * size ** sympy.Rational(3, 2) / 3, pull=1):
    flow = Flow(Lq(1), PowerDifference(2))
    u, v = flow.weights
    moving, slope, link = Domain({u: POSITIVE, flow.slope: NONZERO}), flow.slope, flow.geometry.link(flow.slope)
    at_rest = {v: sympy.S.Zero}
    held = -flow.geometry.link(flow.gradient[1].subs(at_rest))
    yield Identity(held, 0, on=moving, part="v stays at 0")
    velocity = flow.derivative(flow.effective).subs(at_rest)
    yield Identity(velocity, -metric(u**2) * link, on=moving, part="velocity of x = u^2")
    yield Identity(flow.velocity[1], pull * sympy.sign(slope), on=flow.domain(), part="v falls while f' < 0")
    c = sympy.Symbol("c", positive=True)
    before = derive(flow, initial=(2, 1)).inverse_metric.subs({u: c - v})
    ends = Domain({c: POSITIVE})
    yield Identity(before.subs(at_rest), metric(c**2), on=ends, part="continuous at |x| = c^2")
    for side in (1, -1):
        (w,) = weights = (u,) if side == 1 else (v,)
        form = derive(Flow(Lq(1), Separable(side * w**2, weights))).potential
        hessian, on = form.hessian.subs(form.symbol, side * size), Domain({size: POSITIVE})
        yield Identity(hessian, 1 / metric(size), on=on, part=f"R'' for {side * w**2}")
        yield Identity(sympy.diff(potential(size), size, 2), hessian, on=on, part=f"R for {side * w**2}")


MUTANTS = {
    "metric sqrt|x|": {"metric": sympy.sqrt},
    "metric 2 |x|": {"metric": lambda size: 2 * size},
    "potential |x|^(3/2)": {"potential": lambda size: size ** sympy.Rational(3, 2)},
    "v grows": {"pull": -1},
}
