r"""Lion with beta_1 = 0 is sign descent with decoupled decay, whatever it remembers.

.. math:: w^+ = w - \eta\bigl(\operatorname{sign}(\beta_1 m + (1 - \beta_1) g) + \alpha w\bigr)

does not see m at beta_1 = 0, whatever beta_2 is. What is proved of sign steps on products then holds of it; with beta_1 > 0 see
lion_step_moves_the_balance_by_nothing_or_twice_the_step.

Source: Chen et al. (2023), arXiv:2302.06675, Algorithm 2, for Lion; this project for the statement.
"""

import sympy

from mirrortheory import Decoupled, Lq
from mirrortheory.claims import Claim
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, eta

CLAIM = Claim(
    "lion_without_memory_is_sign_descent",
    r"\beta_1 = 0: \quad w^+ = (1 - \eta\alpha) w - \eta\,\mathrm{sign}(g)",
    source="this project; Chen et al. (2023), arXiv:2302.06675, for Lion",
    scope="any gradient g != 0, any memory m, any weight w; eta > 0; alpha >= 0",
)

g, m, w = sympy.symbols("g m w", real=True)


def check(first=sympy.S.Zero, shrink=1):
    on = Domain({g: NONZERO, m: NONZERO, w: NONZERO, eta: POSITIVE, alpha: NONNEGATIVE})
    lion = w - eta * (sympy.sign(first * m + (1 - first) * g) + shrink * alpha * w)
    yield Identity(lion, w + eta * Decoupled(alpha).velocity(Lq(1), g, w), on=on, part="a step")


MUTANTS = {"beta_1 = 1/2": {"first": sympy.S.Half}, "beta_1 = 1": {"first": sympy.S.One}, "no decay": {"shrink": 0}}
