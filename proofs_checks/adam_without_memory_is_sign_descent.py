r"""Adam with beta_1 = beta_2 = 0 and epsilon = 0 is sign descent.

.. math:: m = \beta_1 m + (1 - \beta_1) g, \quad v = \beta_2 v + (1 - \beta_2) g^2, \quad
          \Delta w = -\eta\,\frac{m/(1 - \beta_1)}{\sqrt{v/(1 - \beta_2)} + \epsilon}

becomes a step along sign(g) when the betas and epsilon vanish, whatever gradient came before. What is proved of sign steps on
products (sign_step_conserves_the_balance) then holds of it; with epsilon > 0 or a memory the link is not multiplicative.

Source: Kingma and Ba (2015), arXiv:1412.6980, for Adam; this project for the statement.
"""

import sympy

from mirrortheory import Lq
from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "adam_without_memory_is_sign_descent",
    r"\beta_1 = \beta_2 = \epsilon = 0: \quad \Delta w = -\eta\,\mathrm{sign}(g)",
    source="this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam",
    scope="any gradient g != 0 after any gradient h != 0; eta > 0",
)

g, eta = sympy.Symbol("g", real=True), sympy.Symbol("eta", positive=True)


def adam(gradient, epsilon, first, second, before):
    """Return the step of Adam from the moments of ``before``, a gradient seen once, with bias corrections left out."""
    mean = first * before + (1 - first) * gradient
    square = second * before**2 + (1 - second) * gradient**2
    return -eta * mean / (sympy.sqrt(square) + epsilon)


def check(epsilon=sympy.S.Zero, first=sympy.S.Zero, second=sympy.S.Zero):
    before = sympy.Symbol("h", real=True)
    on = Domain({g: NONZERO, before: NONZERO, eta: POSITIVE})
    sign_step = -eta * Lq(1).link(g)
    yield Identity(adam(g, epsilon, first, second, before), sign_step, on=on, part="a step")


MUTANTS = {
    "epsilon 1/10": {"epsilon": sympy.Rational(1, 10)},
    "beta_1 = 1/2": {"first": sympy.S.Half},
    "beta_2 = 1/2": {"second": sympy.S.Half},
}
