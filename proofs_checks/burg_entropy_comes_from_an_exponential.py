r"""Gradient flow on x = exp(w) is the mirror flow of the Burg entropy -log x.

.. math:: D_R(x, x_0) = \frac x{x_0} - \log\frac x{x_0} - 1, \qquad \frac{\mathrm d}{\mathrm d t}\Bigl(-\frac1x\Bigr) = -f'(x)

This is the divergence of Itakura and Saito; the factor is 1. Under sign flow the same map has the entropy, R'' = 1/x.

Source: Amid and Warmuth (2020), arXiv:2002.10487; the remark on sign flow is this project's.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, REALS
from mirrortheory.evidence import Identity
from mirrortheory.notation import x
from mirrortheory.reparams import Exp

CLAIM = Claim(
    "burg_entropy_comes_from_an_exponential",
    r"D_R(x, x_0) = \frac{x}{x_0} - \log\frac{x}{x_0} - 1",
    topic="potentials",
    source="Amid and Warmuth (2020), arXiv:2002.10487",
    scope="q = 2 (and the entropy at q = 1); x = exp(w), every real w, x0 > 0",
)

start = sympy.Symbol("x0", positive=True)


def check(divergence=x / start - sympy.log(x / start) - 1, dual=lambda value: -1 / value, under_sign_flow=1 / x):
    flows = Flow(Lq(2), Exp()), Flow(Lq(1), Exp())
    (w,) = flows[0].weights
    on = flows[0].domain({w: REALS, x: POSITIVE, start: POSITIVE})
    derived = [derive(flow).potential for flow in flows]
    potentials = [Named(f"R at q = {q}", potential.potential) for q, potential in zip((2, 1), derived, strict=True)]
    for flow, r in zip(flows, potentials, strict=True):
        metric = at(sympy.Derivative(r, x, x), {x: flow.effective})
        yield Identity(metric * flow.inverse_metric, 1, on=on, part=f"derived R'' of the flow, q = {flow.geometry.exponent}")
    flow, r = flows[0], potentials[0]
    tangent = at(r, {x: start}) + at(sympy.Derivative(r, x), {x: start}) * (x - start)
    yield Identity(r - tangent, divergence, on=on, part="Bregman divergence")
    yield Identity(r - tangent, derived[0].bregman_expression(), on=on, part="derived Bregman divergence")
    for potential, r in zip(derived, potentials, strict=True):
        yield Identity(sympy.Derivative(r, x), potential.mirror_map, on=on, part=f"derived mirror map of {r}")
        yield Identity(sympy.Derivative(r, x, x), potential.hessian, on=on, part=f"derived R'' of {r}")
    yield Identity(sympy.Derivative(potentials[0], x), dual(x), on=on, part="mirror map")
    yield Identity(flow.derivative(dual(flow.effective)), -flow.slope, on=on, part="mirror flow")
    yield Identity(sympy.Derivative(potentials[1], x, x), under_sign_flow, on=on, part="R'' under sign flow")


MUTANTS = {
    "reverse": {"divergence": start / x - sympy.log(start / x) - 1},
    "entropy": {"dual": sympy.log},
    "Burg under sign flow": {"under_sign_flow": x**-2},
}
