r"""A step of gradient descent with decay multiplies the balance by the squared shrinkage, up to the term of the step without decay.

.. math:: w^+ = (1 - \eta\alpha)\,w - \eta\nabla f \quad\Longrightarrow\quad
          w_i^{+2} - w_j^{+2} = (1 - \eta\alpha)^2\bigl(w_i^2 - w_j^2\bigr) + \eta^2\bigl((\partial_i f)^2 - (\partial_j f)^2\bigr)

for w_i d_i f = x f' is the same for all layers. Decoupled and coupled decay are one and the same here.
The step is one of the flow, w + eta dw/dt.

Source: this project (the discrete counterpart of Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, at q = 2).
"""

import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, eta

CLAIM = Claim(
    "gradient_step_with_decay_shrinks_the_balance_up_to_second_order",
    r"w_i^{+2} - w_j^{+2} = (1 - \eta\alpha)^2(w_i^2 - w_j^2) + \eta^2\left((\partial_i f)^2 - (\partial_j f)^2\right)",
    topic="discrete",
    source="this project",
    scope="depth 2..5; layer 1 against each other one; every orthant; every step; alpha >= 0, coupled or decoupled",
)


def check(factor=(1 - eta * alpha) ** 2, second_order=eta**2):
    for depth in range(2, 6):
        for decay in (Decoupled(alpha), Coupled(alpha)):
            flow = Flow(Lq(2), Product(depth), decay)
            on = flow.domain({eta: POSITIVE})
            after = [w + eta * flow.derivative(w) for w in flow.weights]
            gradient = [flow.slope * sympy.Derivative(flow.effective, w) for w in flow.weights]
            for i in range(1, depth):
                law = factor * (flow.weights[0] ** 2 - flow.weights[i] ** 2)
                law += second_order * (gradient[0] ** 2 - gradient[i] ** 2)
                part = f"depth {depth}, {type(decay).__name__}, layers 1 and {i + 1}"
                yield Identity(after[0] ** 2 - after[i] ** 2, law, on=on, part=part)


MUTANTS = {
    "factor of the first power": {"factor": 1 - eta * alpha},
    "factor to first order": {"factor": 1 - 2 * eta * alpha},
    "no second order": {"second_order": 0},
}
