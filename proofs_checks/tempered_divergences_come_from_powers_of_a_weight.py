r"""Gradient flow on a power of a weight is the mirror flow of a tempered divergence, whose inverse metric is x^tau.

.. math:: x = \Bigl(\frac{(2-\tau)^2}4\Bigr)^{1/(2-\tau)} w^{2/(2-\tau)}, \qquad R''(x) = x^{-\tau}, \qquad
          F_\tau(x) = x \log_\tau x + \frac{1 - x^{2-\tau}}{2-\tau}, \quad \log_\tau x = \frac{x^{1-\tau} - 1}{1-\tau}

The derived Bregman divergence is that of F_tau, with factor 1; F_tau itself differs from R by an affine term.

Source: Amid and Warmuth (2020), arXiv:2002.10487.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import x
from mirrortheory.reparams import Tempered

CLAIM = Claim(
    "tempered_divergences_come_from_powers_of_a_weight",
    r"R''(x) = x^{-\tau}, \quad D_R = D_{F_\tau}",
    topic="potentials",
    source="Amid and Warmuth (2020), arXiv:2002.10487",
    scope="q = 2; tau = 0, 1/3, 1/2, 4/5, 4/3, 3/2, 7/4 (tau = 1 is the entropy, 2 the Burg entropy); x > 0",
)

start, letter = sympy.Symbol("x0", positive=True), sympy.Symbol("tau", real=True)


def check(power=lambda tau: 2 - tau, inner=lambda tau: 1 - tau):
    for tau in map(sympy.Rational, ("0", "1/3", "1/2", "4/5", "4/3", "3/2", "7/4")):
        flow, part = Flow(Lq(2), Tempered(tau)), f"tau = {tau}"
        (w,), on = flow.weights, flow.domain({x: POSITIVE, start: POSITIVE})
        printed = ((2 - letter) ** 2 / 4) ** (1 / (2 - letter)) * w ** (2 / power(letter))
        yield Identity(flow.effective, at(printed, {letter: tau}), on=on, part=f"{part}, the map")
        logarithm = (x ** inner(tau) - 1) / (1 - tau)
        published = Named(f"F, {part}", x * logarithm + (1 - x ** (2 - tau)) / (2 - tau))
        potential = derive(flow).potential
        derived = Named(f"R, {part}", potential.potential)
        metric = at(sympy.Derivative(derived, x, x), {x: flow.effective})
        yield Identity(metric * flow.inverse_metric, 1, on=on, part=f"{part}, derived R'' of the flow")
        yield Identity(flow.inverse_metric, at(x**tau, {x: flow.effective}), on=on, part=f"{part}, R''")
        yield Identity(sympy.Derivative(derived, x), potential.mirror_map, on=on, part=f"{part}, derived R'")
        yield Identity(sympy.Derivative(derived, x, x), potential.hessian, on=on, part=f"{part}, derived R''")
        first, second = (r - at(r, {x: start}) - at(sympy.Derivative(r, x), {x: start}) * (x - start) for r in (derived, published))
        yield Identity(first, second, on=on, part=f"{part}, Bregman divergence")
        yield Identity(potential.bregman_expression(), second, on=on, part=f"{part}, derived Bregman divergence")


MUTANTS = {"map to the power 2": {"power": lambda tau: sympy.S.One}, "logarithm of twice tau": {"inner": lambda tau: 1 - 2 * tau}}
