r"""Gradient flow on a power of a weight is the mirror flow of a tempered divergence, whose inverse metric is x^tau.

.. math:: x = \Bigl(\frac{(2-\tau)^2}4\Bigr)^{1/(2-\tau)} w^{2/(2-\tau)}, \qquad R''(x) = x^{-\tau}, \qquad
          F_\tau(x) = x \log_\tau x + \frac{1 - x^{2-\tau}}{2-\tau}, \quad \log_\tau x = \frac{x^{1-\tau} - 1}{1-\tau}

The derived Bregman divergence is that of F_tau, with factor 1; F_tau itself differs from R by an affine term.

Source: Amid and Warmuth (2020), arXiv:2002.10487.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import x
from mirrortheory.reparams import Tempered

CLAIM = Claim(
    "tempered_divergences_come_from_powers_of_a_weight",
    r"R''(x) = x^{-\tau}, \quad D_R = D_{F_\tau}",
    source="Amid and Warmuth (2020), arXiv:2002.10487",
    scope="q = 2; tau = 0, 1/3, 1/2, 4/5, 4/3, 3/2, 7/4 (tau = 1 is the entropy, 2 the Burg entropy); x > 0",
)

start = sympy.Symbol("x0", positive=True)


def check(power=lambda tau: 2 - tau, inner=lambda tau: 1 - tau):
    on = Domain({x: POSITIVE, start: POSITIVE})
    for tau in map(sympy.Rational, ("0", "1/3", "1/2", "4/5", "4/3", "3/2", "7/4")):
        flow = Flow(Lq(2), Tempered(tau))
        (weight,) = flow.weights
        printed = ((2 - tau) ** 2 / 4) ** (1 / (2 - tau)) * weight ** (2 / power(tau))
        yield Identity(flow.effective, printed, on=flow.domain(), part=f"tau = {tau}, the map")
        potential = derive(flow).potential
        logarithm = (x ** inner(tau) - 1) / (1 - tau)
        published = x * logarithm + (1 - x ** (2 - tau)) / (2 - tau)
        gradient = sympy.diff(published, x)
        divergence = published - published.subs(x, start) - gradient.subs(x, start) * (x - start)
        yield Identity(potential.hessian, x**-tau, on=on, part=f"tau = {tau}, R''")
        yield Identity(potential.bregman_expression(), divergence, on=on, part=f"tau = {tau}, Bregman divergence")


MUTANTS = {"map to the power 2": {"power": lambda tau: sympy.S.One}, "logarithm of twice tau": {"inner": lambda tau: 1 - 2 * tau}}
