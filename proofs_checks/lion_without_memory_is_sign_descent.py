r"""Lion with beta_1 = 0 is sign descent with decoupled decay, whatever it remembers.

.. math:: w^+ = w - \eta\bigl(\operatorname{sign}(\beta_1 m + (1 - \beta_1) g) + \alpha w\bigr)

is the step w + eta dw/dt of the sign flow with decoupled decay at beta_1 = 0, whatever m is, and so whatever beta_2 made of it.
What is proved of sign steps on products then holds of it; with beta_1 > 0 see
lion_step_moves_the_balance_by_nothing_or_twice_the_step.

Source: Chen et al. (2023), arXiv:2302.06675, Algorithm 2, for Lion; this project for the statement.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, eta

CLAIM = Claim(
    "lion_without_memory_is_sign_descent",
    r"\beta_1 = 0: \quad w^+ = (1 - \eta\alpha) w - \eta\,\mathrm{sign}(g)",
    topic="discrete",
    source="this project; Chen et al. (2023), arXiv:2302.06675, for Lion",
    scope="gradients g != 0 of products of depth 1..4 (depth 1: any g), any memory m; every orthant; eta > 0; alpha >= 0",
)

g, m, beta1 = sympy.symbols("g m beta1", real=True)


def check(first=0, shrink=1):
    for depth in range(1, 5):
        flow = Flow(Lq(1), Product(depth), Decoupled(alpha))
        for w in flow.weights:
            lion = w - eta * (sympy.sign(beta1 * m + (1 - beta1) * g) + shrink * alpha * w)
            after = at(lion, {beta1: first, g: flow.slope * sympy.Derivative(flow.effective, w)})
            on = flow.domain({m: REALS, eta: POSITIVE})
            yield Identity(after, w + eta * flow.derivative(w), on=on, part=f"depth {depth}, {w}")


MUTANTS = {"beta_1 = 1/2": {"first": sympy.S.Half}, "beta_1 = 1": {"first": sympy.S.One}, "no decay": {"shrink": 0}}
