r"""The first step of Adam is a sign step, whatever its betas: the corrections of the bias cancel the memory of nothing.

.. math:: m_1 = (1 - \beta_1) g, \quad v_1 = (1 - \beta_2) g^2 \quad\Longrightarrow\quad
          \Delta w = -\eta\,\frac{m_1/(1 - \beta_1)}{\sqrt{v_1/(1 - \beta_2)}} = -\eta\operatorname{sign}(g)

at epsilon = 0, from the means m_0 = v_0 = 0 with which Adam starts. On a product it is the step eta dw/dt of the sign flow. The
check has tau = 1 - beta for letters.
Not to be confused with adam_without_memory_is_sign_descent, for every step at betas 0.

Source: Kingma and Ba (2015), arXiv:1412.6980, for Adam; this project for the statement.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import eta

CLAIM = Claim(
    "first_step_of_adam_is_a_sign_step",
    r"-\eta\,\frac{m_1/(1-\beta_1)}{\sqrt{v_1/(1-\beta_2)}} = -\eta\,\mathrm{sign}(g)",
    topic="discrete",
    source="this project; Kingma and Ba (2015), arXiv:1412.6980, for Adam",
    scope="any gradient g != 0, also that of a product of depth 1..3; 0 <= beta_1, beta_2 < 1; epsilon = 0; m_0 = v_0 = 0; eta > 0",
)

g, m, v, eps = sympy.symbols("g m v epsilon", real=True)
first, second = sympy.symbols("tau1 tau2", positive=True)
UNIT = sympy.Interval.Lopen(0, 1)


def adam(mean_corrected, square_corrected):
    """Return the first step of Adam for the gradient g, from the means m and v."""
    mean, square = (1 - first) * m + first * g, (1 - second) * v + second * g**2
    mean = mean / first if mean_corrected else mean
    square = square / second if square_corrected else square
    return -eta * mean / (sympy.sqrt(square) + eps)


def check(mean_corrected=True, square_corrected=True, epsilon=0):
    step, start = adam(mean_corrected, square_corrected), {m: 0, v: 0, eps: epsilon}
    ranges = {first: UNIT, second: UNIT, eta: POSITIVE}
    yield Identity(at(step, start), -eta * Lq(1).link(g), on=Domain({**ranges, g: NONZERO}), part="the first step")
    for depth in (1, 2, 3):
        flow = Flow(Lq(1), Product(depth))
        for w in flow.weights:
            here = at(step, {**start, g: flow.slope * sympy.Derivative(flow.effective, w)})
            yield Identity(here, eta * flow.derivative(w), on=flow.domain(ranges), part=f"depth {depth}, {w}")


MUTANTS = {
    "mean not corrected": {"mean_corrected": False},
    "square not corrected": {"square_corrected": False},
    "epsilon 1/10": {"epsilon": sympy.Rational(1, 10)},
}
