r"""On u^L - v^L a sum of powers is conserved, and the inverse metric is a sum of two powers.

.. math:: u^{1-r} + v^{1-r} = \text{const}, \quad r = (L-1)(q-1) \ne 1, \qquad
          \frac1{R''(x)} = (L u^{L-1})^q + (L v^{L-1})^q, \qquad
          y = \frac{u^{1-r} - v^{1-r}}{2 (1-r) L^{q-1}}

The excluded exponent q = L/(L-1) is data of the domain; there the statement is empty (2 = const) and u v is conserved instead:
difference_of_powers_is_hyperbolic_on_the_critical_line. Along the flow the dual variable y has dy/dt = -phi(f') and x has dx/dt =
-phi(f')/R'', with 1/R'' the sum of the |dx/dw_i|^q, so dy = R'' dx.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq
from mirrortheory.check.claims import Claim
from mirrortheory.domain import Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import q
from mirrortheory.reparams import PowerDifference

CLAIM = Claim(
    "first_integrals_of_differences_of_powers_are_powers",
    r"u^{1-r} + v^{1-r} = \mathrm{const}, \quad r = (L-1)(q-1) \neq 1",
    topic="balance",
    source="this project",
    scope="depth 2..6; 1 <= q <= 2 without q = L/(L-1); u, v > 0",
)


def check(order=lambda depth: (depth - 1) * (q - 1), pace=lambda depth: depth ** (q - 1), metric=q):
    for depth in map(sympy.Integer, range(2, 7)):
        flow = Flow(Lq(q), PowerDifference(depth))
        u, v = flow.weights
        exponents = sympy.Interval(1, 2) - sympy.FiniteSet(depth / (depth - 1))
        on = flow.domain({q: exponents})
        link, power = flow.geometry.link(flow.slope), 1 - order(depth)
        yield Identity(flow.derivative(u**power + v**power), 0, on=on, part=f"depth {depth}, first integral")
        y = (u**power - v**power) / (2 * (1 - (depth - 1) * (q - 1)) * pace(depth))
        yield Identity(flow.derivative(y), -link, on=on, part=f"depth {depth}, dual variable")
        slopes = depth * u ** (depth - 1), depth * v ** (depth - 1)
        everywhere = Domain({**flow.domain().ranges, q: sympy.Interval(1, 2)})
        yield Identity(flow.inverse_metric, sum(g**metric for g in slopes), on=everywhere, part=f"depth {depth}, inverse metric")
        velocity = -sum(g * g ** (metric - 1) for g in slopes) * link
        yield Identity(flow.derivative(flow.effective), velocity, on=everywhere, part=f"depth {depth}, velocity of x")


MUTANTS = {
    "powers q": {"order": lambda depth: 1 - q},
    "r = L (q - 1)": {"order": lambda depth: depth * (q - 1)},
    "factor dropped": {"pace": lambda depth: 1},
    "metric of gradient flow": {"metric": 2},
}
