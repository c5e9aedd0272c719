r"""For gradient flow the conjugate potential is half the smallest squared weight, at every depth and imbalance.

.. math:: q = 2:\qquad R^*(R'(x)) = \tfrac12 \min_i w_i^2, \qquad \frac{\mathrm d}{\mathrm d t} R^*(y_t) = x\,\dot y = -x f'(x)

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance
from mirrortheory.theory import S

CLAIM = Claim(
    "gradient_flow_conjugate_is_half_the_smallest_squared_weight",
    r"R^*(R'(x)) = \tfrac{1}{2}\min_i w_i^2 \text{ at } q = 2",
    source="this project",
    scope="depth 2..6; q = 2; every orthant; layer 1 smallest",
)


def check(factor=sympy.Rational(1, 2)):
    for depth in range(2, 7):
        flow = Flow(Lq(2), Product(depth))
        potential = derive(flow, imbalance=imbalance(depth)).potential
        on = Domain(dict.fromkeys((S, *imbalance(depth)[1:]), POSITIVE))
        yield Identity(potential.conjugate_density.expression(S), factor, on=on, part=f"depth {depth}, dR*/ds")
        conjugate = factor * flow.weights[0] ** 2
        speed = -flow.effective * flow.slope
        yield Identity(flow.derivative(conjugate), speed, on=flow.domain(), part=f"depth {depth}, along the flow")


MUTANTS = {"the whole square": {"factor": 1}, "a quarter": {"factor": sympy.Rational(1, 4)}}
