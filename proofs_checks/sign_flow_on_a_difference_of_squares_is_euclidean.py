r"""Sign flow on u^2 - v^2 is a Euclidean mirror flow until a weight vanishes.

.. math:: u + v = c \text{ constant}, \qquad R''(x) = \frac1{2c}, \quad R(x) = \frac{x^2}{4c} \quad\text{for } |x| < c^2

So it is not drawn to sparse points, unlike the product of two layers, whose 1/R'' is sqrt(lam^2 + 4|x|). At |x| = c^2 the smaller
weight is 0; what follows is sign_flow_beyond_the_euclidean_region_is_that_of_one_square.

Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.reparams import PowerDifference

CLAIM = Claim(
    "sign_flow_on_a_difference_of_squares_is_euclidean",
    r"u + v = c, \quad R''(x) = \frac{1}{2c} \text{ for } |x| < c^2",
    topic="potentials",
    source="this project",
    scope="q = 1; u, v > 0, from every start; what is derived from four of them agrees",
)

constant, x = sympy.Symbol("c", positive=True), sympy.Symbol("x", real=True)


def check(metric=lambda c: 2 * c, end=lambda c: c**2):
    flow = Flow(Lq(1), PowerDifference(2))
    (u, v), on = flow.weights, flow.domain()
    yield Identity(flow.derivative(u + v), 0, on=on, part="u + v is constant")
    law = -metric(u + v) * flow.geometry.link(flow.slope)
    yield Identity(flow.derivative(flow.effective), law, on=on, part="velocity of x")
    yield Inequality(flow.effective, end(u + v), on=on, part="x < c^2", strict=True)
    yield Inequality(-end(u + v), flow.effective, on=on, part="-c^2 < x", strict=True)
    potential = x**2 / (2 * metric(constant))
    curvature = at(Derivative(potential, x, x), {constant: u + v})
    yield Identity(curvature * flow.inverse_metric, 1, on=on.with_ranges({x: sympy.S.Reals}), part="R is the potential of the flow")
    for weights in ((2, 1), (1, 1), ("1/3", 2), (5, "1/2")):
        start = dict(zip((u, v), map(sympy.Rational, weights), strict=True))
        derived = derive(flow, initial=tuple(start.values())).potential
        c = at(u + v, start)
        part, region = f"u = {start[u]}, v = {start[v]}", Domain({x: sympy.Interval.open(*derived.region)})
        form = derived.potential.xreplace({derived.symbol: x})
        yield Identity(Derivative(form, x, x) * at(flow.inverse_metric, start), 1, on=region, part=f"{part}, R''")
        yield Identity(Derivative(form, x), at(Derivative(potential, x), {constant: c}), on=region, part=f"{part}, R'")
        for sign, bound in zip((-1, 1), derived.region, strict=True):
            yield Identity(bound, at(sign * end(u + v), start), on=Domain({}), part=f"{part}, end {sign} of the region")


MUTANTS = {
    "metric c": {"metric": lambda c: c},
    "metric 4 c": {"metric": lambda c: 4 * c},
    "region ends at c": {"end": lambda c: c},
    "region ends at 2 c^2": {"end": lambda c: 2 * c**2},
}
