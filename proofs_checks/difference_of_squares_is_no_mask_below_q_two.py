r"""Below q = 2 the geometry of u^2 - v^2 is that of no mask, whatever the imbalance and the factor.

.. math:: h = k \sqrt{\lambda^2 + 4 x^q} \iff J := \frac{x^{1-q}}{2q}\, h\,\frac{\mathrm d h}{\mathrm d x} = k^2 \text{ is constant}
          \\
          J = 4^{q-1}\, \frac{u^{2(q-1)} - v^{2(q-1)}}{(u^2 - v^2)^{q-1}} \quad (u > v)

h = 1/R'' is the inverse metric; J is 1 for the mask. For the difference J depends on v/u only, which falls from 1 to 0 as x grows
along any flow line, and it takes different values at v/u = 9/10 and 1/10: (1 - r^(2s))/(1 - r^2)^s falls to 0 as r grows to 1, for
0 < s = q - 1 < 1. At q = 2 it is 4 = k^2, so the two agree up to k = 2; at q = 1 it is 0 (Euclidean), while a mask has J = k^2 > 0.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Exists, Identity, Inequality
from mirrortheory.notation import q
from mirrortheory.reparams import PowerDifference, Separable

CLAIM = Claim(
    "difference_of_squares_is_no_mask_below_q_two",
    r"J = 4^{q-1} \frac{u^{2(q-1)} - v^{2(q-1)}}{(u^2 - v^2)^{q-1}} \text{ is not constant}",
    topic="potentials",
    source="this project",
    scope="J for 1 <= q <= 2, u > v > 0; it varies for 1.01 <= q <= 1.99, at q = 1.001, 1.999; constant at q = 2 and 0 at q = 1",
)

u, v, b = sympy.symbols("u v b", positive=True)


def check(scale=4 ** (q - 1), power=2 * (q - 1), near=sympy.Rational(9, 10), far=sympy.Rational(1, 10)):
    def form(larger, smaller):
        return (larger**power - smaller**power) / (larger**2 - smaller**2) ** (q - 1)

    on = Domain({v: POSITIVE, b: POSITIVE, q: sympy.Interval(1, 2)})
    for reparam, factor, expected in ((Separable(u * v, (u, v)), 1, sympy.S.One), (PowerDifference(2), scale, form(u, v))):
        flow = Flow(Lq(q), reparam)
        slope = flow.derivative(flow.inverse_metric) / flow.derivative(flow.effective)
        j = flow.inverse_metric * slope * flow.effective ** (1 - q) / (2 * q) / factor
        both = (at(side, {u: v + b}) for side in (j, expected))
        everywhere = on.with_ranges({flow.slope: NONZERO})
        yield Identity(*both, on=everywhere, part=f"J for {reparam.effective}")
    between = Domain({q: sympy.Interval(sympy.Rational(101, 100), sympy.Rational(199, 100))})
    yield Inequality(form(1, near), form(1, far), on=between, part="J grows as v/u falls", strict=True)
    quadrants = Domain(dict.fromkeys((u, v, b), POSITIVE))  # two points of different flows: (u + b, u) and (v + b, v)
    for exponent in map(sympy.Rational, ("1001/1000", "3/2", "1999/1000")):
        pair = (at(form(larger, smaller), {q: exponent}) for larger, smaller in ((u + b, u), (v + b, v)))
        yield Exists(*pair, on=quadrants, at={u: 1, v: 9, b: 1}, part=f"q = {exponent}, J takes two values")
    ends = Domain({v: POSITIVE, b: POSITIVE})
    for value, constant in ((1, 0), (2, 4)):
        yield Identity(at(scale * form(v + b, v), {q: value}), constant, on=ends, part=f"q = {value}, J is constant")


MUTANTS = {
    "scale 1": {"scale": sympy.S.One},
    "power q - 1": {"power": q - 1},
    "ratios exchanged": {"near": sympy.Rational(1, 10), "far": sympy.Rational(9, 10)},
}
