r"""Decoupled decay, constant or not, is the flow without decay of the dilated weights, on a clock of its own.

.. math:: z = e^{A} w: \qquad \dot z_i = -e^{\kappa A}\,\phi_q(f'(x))\,\phi_q(\partial_i g(z)), \qquad
          A(t) = \int_0^t \alpha, \quad \kappa = q - D(q - 1),

for a map that is homogeneous of degree D: :math:`g(c w) = c^D g(w)`; D is the depth of a product. So what holds along the flow
without decay for every loss holds for z: the balances are constant, and R'(g(z)), with R the potential at time zero, moves by
:math:`-e^{\kappa A}\phi_q(f')`. Hence, by the chain rule alone, :math:`y = e^{-\kappa A} R'(e^{DA} x)` obeys
:math:`\dot y = -\phi_q(f') - \kappa\,\alpha\,y`, for every imbalance: in closed forms,
dual_variable_obeys_a_linear_law_under_a_decay_in_time.

Checked: with letters c > 0 for exp(A) and alpha for the rate, at one time, so that it holds for every alpha(t): alpha c w_i plus c
times the velocity with decay is the field of the flow without it, at c w, times the pace.
Source: this project; the case of balanced layers and a constant rate is in Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, PowerDifference, PowersProduct, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, q
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "decoupled_decay_dilates_the_flow_without_it",
    r"\frac{d}{dt} e^{A} w_i = -e^{\kappa A}\phi_q(f'(x))\,\phi_q(\partial_i g(e^{A} w)), \quad \kappa = q - D(q - 1)",
    topic="decay",
    source="this project",
    scope="every alpha(t) >= 0; products of depth 1..5, products of powers 2 and 3, differences of powers 2 and 3; 1 <= q <= 2; "
    "every orthant of the weights",
    on_paper=("d/dt exp(A) = alpha exp(A), as A is the integral of alpha",),
)

PRODUCTS = tuple((Product(depth), depth) for depth in range(1, 6))
MAPS = (*PRODUCTS, (PowersProduct(2, 3), 5), (PowerDifference(2), 2), (PowerDifference(3), 3))
grown = sympy.Symbol("c", positive=True)


def check(pace=lambda degree: q - degree * (q - 1), speed=1):
    for reparam, degree in MAPS:
        flow, bare = Flow(Lq(q), reparam, Decoupled(alpha)), Flow(Lq(q), reparam)
        on = flow.domain({grown: POSITIVE})
        for w in flow.weights:
            moved = speed * alpha * grown * w + flow.derivative(grown * w, constants=(grown,))
            law = grown ** pace(degree) * at(Velocity(bare, w), {v: grown * v for v in flow.weights})
            yield Identity(moved, law, on=on, part=f"{reparam}, {w}")


MUTANTS = {
    "the pace of depth one": {"pace": lambda degree: 1},
    "one layer more": {"pace": lambda degree: q - (degree + 1) * (q - 1)},
    "the sign of the degree": {"pace": lambda degree: q + degree * (q - 1)},
    "no clock": {"pace": lambda degree: 0},
    "dilated at twice the rate": {"speed": 2},
}
