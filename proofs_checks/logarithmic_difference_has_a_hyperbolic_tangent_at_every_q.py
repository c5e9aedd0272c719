r"""The map log u - log v has the hyperbolic tangent for mirror map, under every steepest flow.

.. math:: u^q + v^q = c \text{ constant}, \qquad R'(x) = \frac c{2q} \tanh\frac{q x}2, \qquad |y| < \frac c{2q}

So R' is bounded: no R of this kind is zone-coercive. Only the slope of tanh and the first integral know q; at q = 2 it is
R' = (c/4) tanh x. All weights are u = r e^(x/2), v = r e^(-x/2): there log u - log v has the derivative 1, and is 0 at x = 0. From
every start y = (u^q - v^q)/(2q) is R'(x) and has dy/dt = -phi(f').

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import q
from mirrortheory.reparams import LogDifference

CLAIM = Claim(
    "logarithmic_difference_has_a_hyperbolic_tangent_at_every_q",
    r"R'(x) = \frac{c}{2q} \tanh\frac{q x}{2}, \quad c = u^q + v^q",
    topic="potentials",
    source="this project",
    scope="1 <= q <= 2, u, v > 0, from every start; the derived map for q = 1 and 2 from (2, 1), all x",
    on_paper=("tanh z is 1 - 2/(e^(2 z) + 1)",),
)

x, (r, c) = sympy.Symbol("x", real=True), sympy.symbols("r c", positive=True)


def check(slope=lambda q: q / 2, scale=lambda q: 1 / (2 * q), power=q):
    flow = Flow(Lq(q), LogDifference())
    u, v = flow.weights
    weights, on = {u: r * sympy.exp(x / 2), v: r * sympy.exp(-x / 2)}, flow.domain({r: POSITIVE, x: REALS, c: POSITIVE})
    grown = sympy.exp(2 * slope(q) * x)
    dual = Named("R'", scale(q) * c * (1 - 2 / (grown + 1)))
    total, y = at(u**power + v**power, weights), scale(q) * (u**q - v**q)
    yield Identity(sympy.Derivative(at(flow.effective, weights), x), 1, on=on, part="x of the weights, its derivative")
    yield Identity(at(flow.effective, {u: r, v: r}), 0, on=on, part="x of the weights, at 0")
    yield Identity(flow.derivative(u**power + v**power), 0, on=on, part="u^q + v^q is constant")
    yield Identity(at(y, weights), at(dual, {c: total}), on=on, part="R' in the weights")
    yield Identity(flow.derivative(y), -flow.geometry.link(flow.slope), on=on, part="dy/dt = -phi(f')")
    for w, side in ((u, 1), (v, -1)):
        yield Identity(
            at(scale(q) * c + side * y, {c: u**power + v**power}), w**q / q, on=on, part=f"c/(2q) {side:+d} y is positive"
        )
    metric = at(sympy.Derivative(dual, x), {c: total})
    yield Identity(metric * at(flow.inverse_metric, weights), 1, on=on, part="R'' of the flow")
    for value in map(sympy.Integer, (1, 2)):
        potential = derive(Flow(Lq(value), LogDifference()), initial=(2, 1)).potential
        derived = Named(f"R' at q = {value}", potential.mirror_map.subs(potential.symbol, x))
        form = at(scale(value) * c * sympy.tanh(slope(value) * x), {c: sympy.Integer(2) ** value + 1})
        yield Identity(derived, form, on=Domain({x: REALS}), part=f"q = {value}, R' derived")


MUTANTS = {"tanh x": {"slope": lambda q: 1}, "factor 1/2": {"scale": lambda q: sympy.S.Half}, "sum of squares": {"power": 2}}
