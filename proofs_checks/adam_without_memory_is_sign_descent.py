r"""Adam with beta_1 = beta_2 = 0 and epsilon = 0 is sign descent.

.. math:: m_k = \beta_1 m_{k-1} + (1 - \beta_1) g, \quad v_k = \beta_2 v_{k-1} + (1 - \beta_2) g^2, \quad
          \Delta w = -\eta\,\frac{m_k/(1 - \beta_1^k)}{\sqrt{v_k/(1 - \beta_2^k)} + \epsilon}

becomes a step of the sign flow, eta dw/dt, when the betas and epsilon vanish, whatever means m_(k-1) and v_(k-1) were kept. What
is proved of sign steps on products (sign_step_conserves_the_balance) then holds of it; with epsilon > 0 or a memory the link is
not multiplicative.

Source: Kingma and Ba (2015), arXiv:1412.6980, for Adam; this project for the statement.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import eta

CLAIM = Claim(
    "adam_without_memory_is_sign_descent",
    r"\beta_1 = \beta_2 = \epsilon = 0: \quad \Delta w = -\eta\,\mathrm{sign}(g)",
    topic="discrete",
    source="this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam",
    scope="any gradient g != 0, also that of a product of depth 1..3; any m, v >= 0 from before; step number 1..3; eta > 0",
)

g, m, v = sympy.symbols("g m v", real=True)
beta1, beta2, eps = sympy.symbols("beta1 beta2 epsilon", real=True)


def adam(k):
    """Return the k-th step of Adam for the gradient g, from what it kept of those before."""
    mean, square = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return -eta * mean / (1 - beta1**k) / (sympy.sqrt(square / (1 - beta2**k)) + eps)


def check(epsilon=0, first=0, second=0):
    setting = {beta1: first, beta2: second, eps: epsilon}
    memory = {m: REALS, v: NONNEGATIVE, eta: POSITIVE}
    for k in (1, 2, 3):
        on = Domain({**memory, g: NONZERO})
        yield Identity(at(adam(k), setting), -eta * Lq(1).link(g), on=on, part=f"step {k}")
        for depth in (1, 2, 3):
            flow = Flow(Lq(1), Product(depth))
            for w in flow.weights:
                step = at(adam(k), {**setting, g: flow.slope * sympy.Derivative(flow.effective, w)})
                yield Identity(step, eta * flow.derivative(w), on=flow.domain(memory), part=f"step {k}, depth {depth}, {w}")


MUTANTS = {
    "epsilon 1/10": {"epsilon": sympy.Rational(1, 10)},
    "beta_1 = 1/2": {"first": sympy.S.Half},
    "beta_2 = 1/2": {"second": sympy.S.Half},
}
