r"""Gradient flow on x = w^2/4 is the mirror flow of the entropy, that is continuous exponentiated gradient.

.. math:: D_R(x, x_0) = x \log\frac x{x_0} - x + x_0, \qquad \frac{\mathrm d}{\mathrm d t} \log x = -f'(x)

The factor is 1: the quarter is chosen for it. Not to be confused with x = w^2, which moves four times as fast.

Source: Kivinen and Warmuth (1997), doi:10.1006/inco.1996.2612, for the update; Amid and Warmuth (2020), arXiv:2002.10487.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, REALS
from mirrortheory.evidence import Identity
from mirrortheory.notation import x, y
from mirrortheory.reparams import Square

CLAIM = Claim(
    "exponentiated_gradient_comes_from_a_quarter_of_a_square",
    r"D_R(x, x_0) = x \log(x/x_0) - x + x_0",
    topic="potentials",
    source="Amid and Warmuth (2020), arXiv:2002.10487; Kivinen and Warmuth (1997), doi:10.1006/inco.1996.2612",
    scope="q = 2; x = w^2/4, w > 0",
)

start = sympy.Symbol("x0", positive=True)


def check(divergence=x * sympy.log(x / start) - x + start, dual=sympy.log):
    flow = Flow(Lq(2), Square())
    on, potential = flow.domain({x: POSITIVE, start: POSITIVE, y: REALS}), derive(flow).potential
    r, back, conjugate = (
        Named(n, e) for n, e in (("R", potential.potential), ("x(y)", potential.inverse_mirror_map), ("R*", potential.conjugate))
    )
    metric = at(sympy.Derivative(r, x, x), {x: flow.effective})
    yield Identity(metric * flow.inverse_metric, 1, on=on, part="derived R'' of the flow")
    tangent = at(r, {x: start}) + at(sympy.Derivative(r, x), {x: start}) * (x - start)
    yield Identity(r - tangent, divergence, on=on, part="Bregman divergence")
    yield Identity(r - tangent, potential.bregman_expression(), on=on, part="derived Bregman divergence")
    yield Identity(sympy.Derivative(r, x), potential.mirror_map, on=on, part="derived R'")
    yield Identity(sympy.Derivative(r, x, x), potential.hessian, on=on, part="derived R''")
    yield Identity(sympy.Derivative(conjugate, y), back, on=on, part="derived R* and x(y)")
    yield Identity(sympy.Derivative(back, y) * at(sympy.Derivative(r, x, x), {x: back}), 1, on=on, part="x(y) is the inverse of R'")
    yield Identity(flow.derivative(at(sympy.Derivative(r, x), {x: flow.effective})), -flow.slope, on=on, part="mirror flow")
    yield Identity(flow.derivative(dual(flow.effective)), -flow.slope, on=on, part="exponentiated gradient")


MUTANTS = {
    "unnormalised": {"divergence": x * sympy.log(x / start)},
    "reverse": {"divergence": start * sympy.log(start / x) - start + x},
    "square without the quarter": {"dual": lambda value: 4 * sympy.log(value)},
}
