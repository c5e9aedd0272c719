r"""For gradient flow the conjugate potential is half the smallest squared weight, at every depth and imbalance.

.. math:: q = 2:\qquad R^*(R'(x)) = \tfrac12 \min_i w_i^2, \qquad \frac{\mathrm d}{\mathrm d t} R^*(y_t) = x\,\dot y = -x f'(x)

Along the curve w_i^2 = s + lambda_i, where lambda_1 = 0 and the others are positive, half of every squared weight has the
derivative x dR'(x)/ds of R*(R'(x)); half of the smallest is the one that vanishes where x does, as R*(R'(0)) = 0 demands.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance
from mirrortheory.theory import S

CLAIM = Claim(
    "gradient_flow_conjugate_is_half_the_smallest_squared_weight",
    r"R^*(R'(x)) = \tfrac{1}{2}\min_i w_i^2 \text{ at } q = 2",
    topic="potentials",
    source="this project",
    scope="depth 2..6; q = 2; every orthant; layer 1 the only smallest",
    on_paper=("a continuous function of s >= 0 is fixed by its derivative and its value at 0",),
)


def check(factor=sympy.Rational(1, 2), layer=0):
    for depth in range(2, 7):
        flow, shifts, part = Flow(Lq(2), Product(depth)), imbalance(depth), f"depth {depth}"
        potential = derive(flow, imbalance=shifts).potential
        conjugate = factor * flow.weights[layer] ** 2
        on = flow.domain(dict.fromkeys((S, *shifts[1:]), POSITIVE))
        curve = {w: sympy.sign(w) * sympy.sqrt(S + e) for w, e in zip(flow.weights, shifts, strict=True)}
        x, inverse_metric = at(sympy.Abs(flow.effective), curve), at(flow.inverse_metric, curve)
        along = sympy.Derivative(at(conjugate, curve), S)
        yield Identity(along * inverse_metric, x * sympy.Derivative(x, S), on=on, part=f"{part}, dR*/ds = x R''(x) dx/ds")
        yield Identity(along, potential.conjugate_density.expression(S), on=on, part=f"{part}, derived dR*/ds")
        at_zero = {w: sympy.sign(w) * sympy.sqrt(e) for w, e in zip(flow.weights, shifts, strict=True)}  # s = 0
        yield Identity(at(conjugate + sympy.Abs(flow.effective), at_zero), 0, on=on, part=f"{part}, R* = 0 at x = 0")
        for w, shift in zip(flow.weights[1:], shifts[1:], strict=True):
            yield Identity(at(w**2 - flow.weights[layer] ** 2, curve), shift, on=on, part=f"{part}, {w} is larger")
        yield Identity(flow.derivative(conjugate), -flow.effective * flow.slope, on=on, part=f"{part}, along the flow")


MUTANTS = {
    "the whole square": {"factor": 1},
    "a quarter": {"factor": sympy.Rational(1, 4)},
    "the square of another layer": {"layer": 1},
}
