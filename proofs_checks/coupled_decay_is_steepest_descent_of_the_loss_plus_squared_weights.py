r"""Coupled decay is steepest descent of the loss plus alpha/2 times the squared norm of the weights, which it never raises.

.. math:: F = f + \frac\alpha2 \|w\|^2, \qquad \dot w = -\phi_q(\nabla F), \qquad
          \frac{\mathrm d F}{\mathrm d t} = -\|\nabla F\|_q^q

for every q, sign flow included. So its stationary points are those of F, whatever q: at each of them, and for no other reason, the
argument of the link is 0.

Checked: of one weight of any model, with c for dF/dw_i, and of products, whose layers each lower F at the rate |dF/dw_i|^q. Where
a c is 0, nothing moves and the term is 0.
Not to be confused with decoupled decay, for which F may rise: decoupled_decay_never_raises_the_loss_plus_squared_weights.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import alpha, p, q
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "coupled_decay_is_steepest_descent_of_the_loss_plus_squared_weights",
    r"F = f + \frac{\alpha}{2} \|w\|^2: \quad \dot w = -\phi_q(\nabla F), \quad \frac{dF}{dt} = -\|\nabla F\|_q^q",
    topic="decay",
    source="this project",
    scope="products of depth 1..4, layer by layer, and one weight of any model (depth 1); 1 <= q <= 2; every orthant, dF/dw_i != 0",
    on_paper=("the chain rule over the weights, and phi_q(0) = 0",),
)

c, size = sympy.Symbol("c", real=True), sympy.Symbol("s", positive=True)


def check(norm=q, half=sympy.Rational(1, 2)):
    for depth in range(1, 5):
        flow = Flow(Lq(q), Product(depth), Coupled(alpha))
        for w in flow.weights:
            others, penalty = [other for other in flow.weights if other != w], half * alpha * sum(v**2 for v in flow.weights)
            slope = flow.slope * Derivative(flow.effective, w) + Derivative(penalty, w)
            # The slope f' runs over all numbers with c, from depth two on.
            named, on, part = flow.slope + alpha * w, flow.domain(), f"depth {depth}, {w}"
            here, on = ({flow.slope: (c - alpha * w) / sympy.Mul(*others)}, on.with_ranges({c: NONZERO})) if others else ({}, on)
            named, on = (c, on) if others else (named, on.where(sympy.Ne(named, 0)))
            yield Identity(at(slope, here), named, on=on, part=f"{part}, dF/dw", samples=3)
            yield Identity(at(Velocity(flow, w), here), -Lq(q).link(named), on=on, part=f"{part}, velocity", samples=3)
            fall = at(slope * Velocity(flow, w), here)
            yield Identity(fall, -(abs(named) ** norm), on=on, part=f"{part}, dF/dt", samples=3)
    yield Inequality(0, size**norm, on=Domain({size: POSITIVE, q: sympy.Interval(1, 2)}), part="F falls", strict=True)


MUTANTS = {"squared norm": {"norm": 2}, "the exponent p": {"norm": p}, "alpha times the squared norm": {"half": 1}}
