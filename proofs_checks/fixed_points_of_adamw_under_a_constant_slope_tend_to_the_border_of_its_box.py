r"""Under a slope that stays the same AdamW rests at a distance of order epsilon from the box that decay makes, inside of it.

.. math:: f' = -G: \qquad L = 1: \ \alpha w = \frac{G}{G + \epsilon}, \qquad L = 2: \ \alpha w = 1 - \frac{\epsilon\alpha}{G}
          \quad (\epsilon\alpha < G)

are fixed points, and tend to 1 with epsilon: to the border alpha |w| = 1 of the box in which the sign flow with decoupled decay
ends. At depth two and for epsilon alpha >= G there is none but 0: a layer of any size in the box shrinks. On a loss with its
minimum inside of the box, such as (x - 1)^2/2 with alpha = 1/10, fixed points tend to that minimum instead.

Source: this project; Xie and Li (2024), arXiv:2404.04454, for the box of AdamW at depth one.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit

CLAIM = Claim(
    "fixed_points_of_adamw_under_a_constant_slope_tend_to_the_border_of_its_box",
    r"L = 1: \alpha w = \frac{G}{G + \epsilon}; \quad L = 2: \alpha w = 1 - \frac{\epsilon\alpha}{G}; \quad \alpha w \to 1",
    topic="discrete",
    source="this project; Xie and Li (2024), arXiv:2404.04454, for the box of AdamW at depth one",
    scope="depth 1 and 2; balanced positive layers; slope -G < 0; epsilon, alpha, eta > 0; "
    "mean and square of the gradients at rest",
)

rate, eps, eta, pull, s, k = sympy.symbols("alpha epsilon eta G s k", positive=True)
more = sympy.Symbol("h", nonnegative=True)
SIZES = {1: pull / (pull + eps) / rate, 2: (1 - eps * rate / pull) / rate}


def check(one=SIZES[1], two=SIZES[2], less=1):
    # G = (1 + k) epsilon alpha at depth two, where it has to be larger than epsilon alpha
    stronger = {1: {}, 2: {pull: (1 + k) * eps * rate}}
    for depth, size in ((1, one), (2, two)):
        flow = Flow(Lq(1), Product(depth))
        on = Domain(dict.fromkeys((rate, eps, eta, pull, k), POSITIVE))
        for w in flow.weights:
            gradient = flow.slope * sympy.Derivative(flow.effective, w)
            step = -eta * (gradient / (sympy.sqrt(gradient**2) + eps) + rate * w)
            here = dict.fromkeys(flow.weights, size) | {flow.slope: -pull}
            there = {name: at(value, stronger[depth]) for name, value in here.items()}
            yield Identity(at(step, there), 0, on=on, part=f"depth {depth}, {w} rests")
        factor = 1 / pull if depth == 1 else rate / pull
        yield Limit(
            rate * size,
            eps,
            0,
            1,
            on=Domain(dict.fromkeys((rate, eps, pull), POSITIVE)),
            factor=factor,
            power=1,
            part=f"depth {depth}",
        )
    inside = dict.fromkeys(flow.weights, s / (1 + s) / rate) | {flow.slope: -less * eps * rate / (1 + more)}
    on = Domain(dict.fromkeys((rate, eps, eta, s), POSITIVE) | {more: NONNEGATIVE})
    for w, name in zip(flow.weights, ("first", "second"), strict=True):
        gradient = flow.slope * sympy.Derivative(flow.effective, w)
        step = -eta * (gradient / (sympy.sqrt(gradient**2) + eps) + rate * w)
        yield Inequality(at(step, inside), 0, on=on, part=f"depth 2, G <= epsilon alpha, the {name} layer shrinks", strict=True)


MUTANTS = {"on the border": {"one": 1 / rate}, "depth one at depth two": {"two": SIZES[1]}, "held by twice as much": {"less": 2}}
