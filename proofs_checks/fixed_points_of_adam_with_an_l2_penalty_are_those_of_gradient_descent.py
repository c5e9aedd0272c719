r"""Adam with an L2 penalty rests just where gradient descent with it does; AdamW moves on unless w = 0 or alpha |w| = 1 - epsilon.

.. math:: g = \partial_i f + \alpha w_i, \quad \Delta w_i = -\eta\,\frac{g}{|g| + \epsilon} = 0 \iff g = 0; \qquad
          \text{AdamW: } \Delta w_i = -\eta\Bigl(\frac{\partial_i f}{|\partial_i f| + \epsilon} + \alpha w_i\Bigr)

where mean and square of the gradients rest, m = g and v = g^2. So neither epsilon nor the step moves where Adam + L2, or SGD + L2,
can rest: at stationary points of the loss plus alpha |w|^2/2, hence of f + alpha (L/2) |x|^(2/L) for a product. There AdamW moves
by eta alpha w_i (1 - epsilon - alpha |w_i|)/(alpha |w_i| + epsilon): on, unless w_i = 0 or alpha |w_i| = 1 - epsilon. On f = (x -
1)^2/2 at depth one, alpha = 1/2, Adam + L2 rests at 2/3, and AdamW, for a small epsilon, near 1, which lies in its box |x| <= 2.

Where AdamW rests: fixed_points_of_adamw_are_stationary_points_of_a_logarithmic_penalty.
Source: this project; Loshchilov and Hutter (2019), arXiv:1711.05101, for the two forms of decay.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Exists, Identity
from mirrortheory.notation import eta, x

CLAIM = Claim(
    "fixed_points_of_adam_with_an_l2_penalty_are_those_of_gradient_descent",
    r"\text{Adam} + L_2: \ w_i^+ = w_i \iff \partial_i f + \alpha w_i = 0, \text{ for every } \epsilon, \eta; \quad"
    r" \text{AdamW: } w_i^+ \ne w_i \text{ there, unless } w_i = 0 \text{ or } \alpha |w_i| = 1 - \epsilon",
    topic="discrete",
    source="this project; Loshchilov and Hutter (2019), arXiv:1711.05101, for the two forms of decay",
    scope="depth 1..4, every layer; every orthant, slope, epsilon > 0; at rest: positive layers of one size, AdamW too",
    on_paper=("mean and square of the gradients are at rest", "a quotient with a positive denominator is 0 where its numerator is"),
)

rate, eps = sympy.symbols("alpha epsilon", positive=True)


def check(
    coupled=1,
    denominator=eps,
    penalty=lambda depth: sympy.Rational(depth, 2) * rate * x ** sympy.Rational(2, depth),
    gap=lambda eps: 1 - eps,
):
    for depth in range(1, 5):
        flow = Flow(Lq(2), Product(depth))
        for w in flow.weights:
            part, alone = f"depth {depth}, {w}", flow.slope * sympy.Derivative(flow.effective, w)
            seen = alone + coupled * rate * w
            step = -eta * seen / (abs(seen) + eps)
            on = flow.domain(dict.fromkeys((rate, eps, eta), POSITIVE))
            descent = eta * (flow.derivative(w) - rate * w)
            cleared = step * (abs(alone + rate * w) + denominator)
            yield Identity(cleared, descent, on=on, part=f"{part}, a step times a positive number", samples=4)
            size = dict.fromkeys(flow.weights, x ** sympy.Rational(1, depth)) | {flow.slope: -sympy.Derivative(penalty(depth), x)}
            here = Domain(dict.fromkeys((x, rate, eps, eta), POSITIVE))
            yield Identity(at(step, size), 0, on=here, part=f"{part}, rests where f + penalty is stationary", samples=4)
            moved = -eta * (alone / (abs(alone) + eps) + rate * w)
            told = eta * rate * w * (gap(eps) - rate * w) / (rate * w + eps)
            yield Identity(at(moved, size), at(told, size), on=here, part=f"{part}, how AdamW moves there", samples=4)
            spot = {x: sympy.Rational(2, 3), rate: sympy.S.Half, eps: sympy.Rational(1, 100), eta: sympy.Rational(1, 10)}
            yield Exists(at(moved, size), 0, on=here, at=spot, part=f"{part}, AdamW moves on")


MUTANTS = {
    "decay beside the quotient": {"coupled": 0},
    "epsilon twice": {"denominator": 2 * eps},
    "AdamW rests at alpha |w| = 1": {"gap": lambda eps: 1},
    "a penalty of the power of one layer less": {"penalty": lambda depth: rate * x ** sympy.Rational(2, depth + 1)},
}
