r"""With steps at the rate of each place, one coordinate costs log((x* - x_0)/(x* - x_1)) at every q, depth and imbalance.

.. math:: N = \int \lambda(x)\,\mathrm d\tau = \log\frac{x^* - x_0}{x^* - x_1}, \qquad
          \mathrm d\tau = \frac{-\mathrm d f}{f'^2 \lambda},\quad \lambda = \frac1{R''} = \sum_i |\partial x/\partial w_i|^q

for f = (x - x*)^2/2 and weights > 0 below the minimum, x* = x + r. So log 2 from 0 to half the target, at the saddle too: rates
that follow the curvature pass it at no price, and what is dear there is one rate for all places, or a second coordinate that is
large.

Not to be confused with steps at one rate: cost_of_half_the_target_is_an_incomplete_beta_function.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import q

CLAIM = Claim(
    "local_steps_of_one_coordinate_cost_a_logarithm",
    r"\int \lambda(x)\,\mathrm d\tau = \log\frac{x^* - x_0}{x^* - x_1}",
    topic="discrete",
    source="this project",
    scope="depth 1..6, any imbalance; 1 <= q <= 2; one coordinate, f = (x - x*)^2/2, positive weights, x < x*",
    on_paper=("the integral of a derivative along the flow is the increment",),
)

left = sympy.Symbol("r", positive=True)
b, z = sympy.symbols("b z", real=True)


def check(fall=2, gain=lambda residual: -sympy.log(residual)):
    for depth in range(1, 7):
        flow = Flow(Lq(q), Product(depth))
        on = Domain(dict.fromkeys((*flow.weights, left), POSITIVE) | {q: sympy.Interval(1, 2)})
        pull = at(Derivative((z - b) ** 2 / 2, z), {z: flow.effective, b: flow.effective + left})
        speed = at(flow.derivative(flow.effective), {flow.slope: pull})
        paid = flow.inverse_metric * -pull * speed / (left**fall * flow.inverse_metric)  # lambda dtau/dt
        gained = at(Derivative(gain(z), z), {z: left}) * -speed
        yield Identity(gained, paid, on=on, part=f"depth {depth}, dN = -d log(x* - x)", samples=10)


MUTANTS = {
    "in the time of the flow": {"fall": q},
    "twice the logarithm": {"gain": lambda residual: -2 * sympy.log(residual)},
    "the inverse": {"gain": lambda residual: 1 / residual},
}
