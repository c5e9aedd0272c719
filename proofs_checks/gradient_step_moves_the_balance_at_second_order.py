r"""A step of gradient descent moves the balance by exactly the squared step times the difference of squared gradients.

.. math:: w^+ = w - \eta \nabla f \quad\Longrightarrow\quad
          \bigl(w_i^{+2} - w_j^{+2}\bigr) - \bigl(w_i^2 - w_j^2\bigr) = \eta^2\bigl((\partial_i f)^2 - (\partial_j f)^2\bigr)

The step is one of the flow, w + eta dw/dt. So over a fixed time the balance drifts by O(eta), while the gradients stay bounded.

Source: this project (the discrete counterpart of Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, at q = 2).
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import eta

CLAIM = Claim(
    "gradient_step_moves_the_balance_at_second_order",
    r"\Delta(w_i^2 - w_j^2) = \eta^2\left((\partial_i f)^2 - (\partial_j f)^2\right)",
    topic="discrete",
    source="this project",
    scope="depth 2..6; layer 1 against each other one; every orthant; every step",
)


def check(factor=eta**2):
    for depth in range(2, 7):
        flow = Flow(Lq(2), Product(depth))
        on = flow.domain({eta: POSITIVE})
        after = [w + eta * flow.derivative(w) for w in flow.weights]
        gradient = [flow.slope * sympy.Derivative(flow.effective, w) for w in flow.weights]
        for i in range(1, depth):
            change = (after[0] ** 2 - after[i] ** 2) - (flow.weights[0] ** 2 - flow.weights[i] ** 2)
            expected = factor * (gradient[0] ** 2 - gradient[i] ** 2)
            yield Identity(change, expected, on=on, part=f"depth {depth}, layers 1 and {i + 1}")


MUTANTS = {
    "first order": {"factor": eta},
    "conserved": {"factor": 0},
    "other sign": {"factor": -(eta**2)},
    "twice": {"factor": 2 * eta**2},
}
