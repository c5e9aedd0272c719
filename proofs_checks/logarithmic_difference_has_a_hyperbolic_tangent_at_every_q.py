r"""The map log u - log v has the hyperbolic tangent for mirror map, under every steepest flow.

.. math:: u^q + v^q = c \text{ constant}, \qquad R'(x) = \frac c{2q} \tanh\frac{q x}2, \qquad |y| < \frac c{2q}

So R' is bounded: no R of this kind is zone-coercive. Only the slope of tanh and the first integral know q; at q = 2 it is
R' = (c/4) tanh x. From every start, y = (u^q - v^q)/(2q) has dy/dt = -phi(f'), and c tanh(q x/2) = u^q - v^q by
tanh(q x/2) = (e^(q x) - 1)/(e^(q x) + 1).

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import q
from mirrortheory.reparams import LogDifference

CLAIM = Claim(
    "logarithmic_difference_has_a_hyperbolic_tangent_at_every_q",
    r"R'(x) = \frac{c}{2q} \tanh\frac{q x}{2}, \quad c = u^q + v^q",
    source="this project",
    scope="1 <= q <= 2, u, v > 0, from every start; the derived map for q = 1 and 2 from (2, 1), all x",
)


def check(slope=lambda q: q / 2, scale=lambda q: 1 / (2 * q), power=q):
    flow = Flow(Lq(q), LogDifference())
    (u, v), on = flow.weights, flow.domain()
    c = u**power + v**power
    grown = sympy.expand(sympy.exp(flow.effective)) ** (2 * slope(q))  # e^x is u/v
    y = scale(q) * c * (grown - 1) / (grown + 1)
    yield Identity(flow.derivative(c), 0, on=on, part="u^q + v^q is constant")
    yield Identity(scale(q) * (u**q - v**q), y, on=on, part="R' in the weights")
    rate = flow.derivative(scale(q) * (u**q - v**q))
    yield Identity(rate, -flow.geometry.link(flow.slope), on=on, part="dy/dt = -phi(f')")
    for value in map(sympy.Integer, (1, 2)):
        potential = derive(Flow(Lq(value), LogDifference()), initial=(2, 1)).potential
        x, constant = potential.symbol, 2**value + 1
        form = scale(value) * constant * sympy.tanh(slope(value) * x)
        yield Identity(potential.mirror_map, form, on=Domain({x: REALS}), part=f"q = {value}, R' derived")


MUTANTS = {"tanh x": {"slope": lambda q: 1}, "factor 1/2": {"scale": lambda q: sympy.S.Half}, "sum of squares": {"power": 2}}
