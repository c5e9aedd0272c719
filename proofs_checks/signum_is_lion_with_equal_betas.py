r"""Signum is Lion with two equal betas, so that what holds of Lion at every pair of betas holds of it.

.. math:: m_k = \beta m_{k-1} + (1 - \beta) g_k, \quad w^+ = (1 - \eta\alpha) w - \eta\operatorname{sign}(m_k)

Lion takes the sign of beta_1 m + (1 - beta_1) g and remembers beta_2 m + (1 - beta_2) g. From any memory a step on a product leads
to the same weight and the same memory, hence so do all steps from one start.

Source: Bernstein et al. (2018), arXiv:1802.04434, Algorithm 2, for Signum; Chen et al. (2023), arXiv:2302.06675, for Lion.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, REALS
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, eta

CLAIM = Claim(
    "signum_is_lion_with_equal_betas",
    r"\beta_1 = \beta_2 = \beta: \quad (w, m)^{\text{Lion}}_{k+1} = (w, m)^{\text{Signum}}_{k+1}",
    topic="discrete",
    source="this project; Bernstein et al. (2018), arXiv:1802.04434, for Signum; Chen et al. (2023), arXiv:2302.06675, for Lion",
    scope="a step on the gradient of a product of depth 1..3; any memory; mean != 0; 0 < beta < 1; eta > 0; alpha >= 0",
    on_paper=("induction over the steps",),
)

m, g = sympy.symbols("m g", real=True)
beta, beta1, beta2 = sympy.symbols("beta beta1 beta2", positive=True)


def lion(weight, memory, gradient):
    """Return weight and memory after a step of Lion."""
    seen = beta1 * memory + (1 - beta1) * gradient
    return weight - eta * (sympy.sign(seen) + alpha * weight), beta2 * memory + (1 - beta2) * gradient


def signum(weight, memory, gradient, forgets=0):
    """Return weight and memory after a step of Signum."""
    memory = beta * memory + (1 - beta) * gradient
    along = gradient if forgets else memory
    return (1 - eta * alpha) * weight - eta * sympy.sign(along), memory


def check(first=beta, second=beta, forgets=0):
    for depth in range(1, 4):
        flow = Flow(Lq(1), Product(depth))
        everywhere = flow.domain({m: REALS, eta: POSITIVE, beta: sympy.Interval.open(0, 1), alpha: NONNEGATIVE})
        for w in flow.weights:
            here = {g: flow.slope * sympy.Derivative(flow.effective, w)}
            ours, theirs = signum(w, m, g, forgets), lion(w, m, g)
            on = everywhere.where(sympy.Ne(beta * m + (1 - beta) * flow.slope * flow.effective / w, 0))
            for name, mine, other in zip(("weight", "memory"), ours, theirs, strict=True):
                there = at(at(other, {beta1: first, beta2: second}), here)
                yield Identity(at(mine, here), there, on=on, part=f"depth {depth}, {w}, {name}")


MUTANTS = {
    "beta_1 smaller": {"first": beta / 2},
    "beta_2 smaller": {"second": beta / 2},
    "the sign of the gradient": {"forgets": 1},
}
