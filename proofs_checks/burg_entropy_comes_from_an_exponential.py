r"""Gradient flow on x = exp(w) is the mirror flow of the Burg entropy -log x.

.. math:: D_R(x, x_0) = \frac x{x_0} - \log\frac x{x_0} - 1, \qquad \frac{\mathrm d}{\mathrm d t}\Bigl(-\frac1x\Bigr) = -f'(x)

This is the divergence of Itakura and Saito; the factor is 1. Under sign flow the same map has the entropy, R'' = 1/x.

Source: Amid and Warmuth (2020), arXiv:2002.10487; the remark on sign flow is this project's.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import x
from mirrortheory.reparams import Exp

CLAIM = Claim(
    "burg_entropy_comes_from_an_exponential",
    r"D_R(x, x_0) = \frac{x}{x_0} - \log\frac{x}{x_0} - 1",
    source="Amid and Warmuth (2020), arXiv:2002.10487",
    scope="q = 2 (and the entropy at q = 1); x = exp(w)",
)

start = sympy.Symbol("x0", positive=True)


def check(divergence=x / start - sympy.log(x / start) - 1, dual=lambda value: -1 / value, under_sign_flow=1 / x):
    flow = Flow(Lq(2), Exp())
    on = Domain({x: POSITIVE, start: POSITIVE})
    yield Identity(derive(flow).potential.bregman_expression(), divergence, on=on, part="Bregman divergence")
    yield Identity(flow.derivative(dual(flow.effective)), -flow.slope, on=flow.domain(), part="mirror flow")
    sign_flow = derive(Flow(Lq(1), Exp())).potential
    yield Identity(sign_flow.hessian, under_sign_flow, on=Domain({x: POSITIVE}), part="R'' under sign flow")


MUTANTS = {
    "reverse": {"divergence": start / x - sympy.log(start / x) - 1},
    "entropy": {"dual": sympy.log},
    "Burg under sign flow": {"under_sign_flow": x**-2},
}
