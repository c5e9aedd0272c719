r"""Once v is 0, sign flow on u^2 - v^2 moves x = u^2 with inverse metric 2 sqrt|x|.

.. math:: v = 0 \Rightarrow \dot v = -\operatorname{sign}(-2 v f') = 0 \ \text{ with } \operatorname{sign} 0 = 0, \qquad
          \frac1{R''(x)} = 2\sqrt{|x|}, \quad R(x) = \tfrac23 |x|^{3/2} \quad\text{for } |x| > c^2

and the same with u = 0 and x = -v^2. The metric is continuous: |2u| + |2v| holds before, with u + v = c, and at v = 0. For v > 0
the velocity of v is sign f': while x grows, f' < 0, v falls to 0 in finite time and is held there. Once f' > 0 the point v = 0
repels: v stays only by the selection sign 0 = 0, and the flow is not unique.

Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.reparams import Separable
from mirrortheory.reparams.base import Reparam

CLAIM = Claim(
    "sign_flow_beyond_the_euclidean_region_is_that_of_one_square",
    r"v = 0: \quad \frac{1}{R''(x)} = 2 \sqrt{|x|} \text{ for } |x| > c^2",
    topic="potentials",
    source="this project",
    scope="q = 1; real u, v; v held at 0 (x > 0) or u held at 0 (x < 0), with the selection sign(0) = 0",
)

u, v, x = sympy.symbols("u v x", real=True)
size = sympy.Symbol("s", positive=True)


class SquaresOfRealWeights(Reparam):
    """u^2 - v^2 with weights that may vanish."""

    weights = (u, v)

    def __repr__(self):
        return "SquaresOfRealWeights()"

    def forward(self, *weights):
        return weights[0] ** 2 - weights[1] ** 2

    def lift(self, x):
        return sympy.sqrt(sympy.Max(x, 0)), sympy.sqrt(sympy.Max(-x, 0))


def check(metric=lambda x: 2 * sympy.sqrt(abs(x)), potential=lambda x: 2 * abs(x) ** sympy.Rational(3, 2) / 3, pull=1):
    flow = Flow(Lq(1), SquaresOfRealWeights())
    slope, link = flow.slope, flow.geometry.link(flow.slope)
    away = Domain({x: NONZERO})
    yield Identity(Derivative(potential(x), x, x) * metric(x), 1, on=away, part="R'' is 1/metric")
    pulled = at(flow.derivative(v), {v: size})
    falls = Domain({u: REALS, size: POSITIVE, slope: NONZERO})
    yield Identity(pulled, pull * sympy.sign(slope), on=falls, part="v falls while f' < 0")
    for moving, still, side in ((u, v, 1), (v, u, -1)):
        rest, on, part = {still: sympy.S.Zero}, Domain({moving: NONZERO, slope: NONZERO}), f"{still} = 0"
        there = at(metric(x), {x: at(flow.effective, rest)})
        yield Identity(at(flow.derivative(still), rest), 0, on=on, part=f"{part}, it stays at 0")
        yield Identity(at(flow.derivative(flow.effective), rest), -there * link, on=on, part=f"{part}, velocity of x")
        yield Identity(at(flow.inverse_metric, rest), there, on=on, part=f"{part}, metric, continuous there")
        weight = sympy.Symbol(str(moving), positive=True)
        form = derive(Flow(Lq(1), Separable(side * weight**2, (weight,)))).potential
        curvature = at(Derivative(form.potential.xreplace({form.symbol: x}), x, x), {x: side * size})
        positive = Domain({size: POSITIVE})
        yield Identity(curvature * at(metric(x), {x: side * size}), 1, on=positive, part=f"{part}, derived R''")


MUTANTS = {
    "metric sqrt|x|": {"metric": lambda x: sympy.sqrt(abs(x))},
    "metric 2 |x|": {"metric": lambda x: 2 * abs(x)},
    "potential |x|^(3/2)": {"potential": lambda x: abs(x) ** sympy.Rational(3, 2)},
    "v grows": {"pull": -1},
}
