r"""The first step of Adam is a sign step, whatever its betas: the corrections of the bias cancel the memory of nothing.

.. math:: m_1 = (1 - \beta_1) g, \quad v_1 = (1 - \beta_2) g^2 \quad\Longrightarrow\quad
          \frac{m_1/(1 - \beta_1)}{\sqrt{v_1/(1 - \beta_2)}} = \operatorname{sign}(g)

at epsilon = 0. Not to be confused with adam_without_memory_is_sign_descent, for every step at betas 0.

Source: Kingma and Ba (2015), arXiv:1412.6980, for Adam; this project for the statement.
"""

import sympy

from mirrortheory import Lq
from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, Domain
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "first_step_of_adam_is_a_sign_step",
    r"\frac{m_1/(1-\beta_1)}{\sqrt{v_1/(1-\beta_2)}} = \mathrm{sign}(g)",
    source="this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam",
    scope="any gradient g != 0; 0 <= beta_1, beta_2 < 1; epsilon = 0",
)

g = sympy.Symbol("g", real=True)
first, second = sympy.symbols("beta1 beta2", nonnegative=True)
BELOW_ONE = sympy.Interval.Ropen(0, 1)


def check(mean_corrected=True, square_corrected=True, epsilon=sympy.S.Zero):
    mean, square = (1 - first) * g, (1 - second) * g**2
    mean = mean / (1 - first) if mean_corrected else mean
    square = square / (1 - second) if square_corrected else square
    on = Domain({g: NONZERO, first: BELOW_ONE, second: BELOW_ONE})
    yield Identity(mean / (sympy.sqrt(square) + epsilon), Lq(1).link(g), on=on, part="the first direction")


MUTANTS = {
    "mean not corrected": {"mean_corrected": False},
    "square not corrected": {"square_corrected": False},
    "epsilon 1/10": {"epsilon": sympy.Rational(1, 10)},
}
