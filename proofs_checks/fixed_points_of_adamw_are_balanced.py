r"""At a fixed point of AdamW with epsilon > 0 all layers have one size.

.. math:: w^+ = (1 - \eta\alpha) w - \eta\frac{m}{\sqrt v + \epsilon} = w, \quad m = \partial_i f, \quad v = (\partial_i f)^2
          \quad\Longleftrightarrow\quad |\partial_i f| = \frac{\epsilon\alpha |w_i|}{1 - \alpha |w_i|}, \quad
          \operatorname{sign}\partial_i f = -\operatorname{sign} w_i

for alpha |w_i| < 1, and no fixed point has alpha |w_i| >= 1. On a product w_i d_i f = x f' is the same for all layers, so that
h(|w_i|) = epsilon alpha |w_i|^2/(1 - alpha |w_i|) is, and h rises. Where x f' = 0, h = 0 and all weights are 0. So a fixed point is
balanced, whatever the balance was: decay wins there (imbalance_grows_under_adamw_while_decay_is_weaker_than_its_lags is about
motion). A fixed point means that mean and square rest too: m and v are then the gradient and its square.

Source: this project; Loshchilov and Hutter (2019), arXiv:1711.05101, for AdamW.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "fixed_points_of_adamw_are_balanced",
    r"w^+ = w \Rightarrow |w_1| = \dots = |w_L|",
    topic="discrete",
    source="this project; Loshchilov and Hutter (2019), arXiv:1711.05101, for AdamW",
    scope="depth 2..3; every orthant; 0 < beta_1, beta_2 < 1; epsilon, alpha, eta > 0; mean and square of the gradients at rest",
    on_paper=(
        "a rising function takes a value once",
        "where x f' = 0 every w_i d_i f is 0, and rest at alpha w_i^2 = -w_i D_i leaves w_i = 0",
    ),
)

eta, eps, beta1, beta2, s, u = sympy.symbols("eta epsilon beta1 beta2 s u", positive=True)
alpha, g, m, v = sympy.symbols("alpha g m v", real=True)


def common(size, epsilon):
    """Return what |x f'| is at a fixed point where a layer has this size."""
    return epsilon * alpha * size**2 / (1 - alpha * size)


def check(common=common, sign=-1, decay=1):
    unit = sympy.Interval.open(0, 1)
    for kept, beta, seen in ((m, beta1, g), (v, beta2, g**2)):
        on = Domain({beta: unit, g: REALS, kept: REALS})
        moved = beta * kept + (1 - beta) * seen - kept
        yield Identity(moved, (1 - beta) * (seen - kept), on=on, part=f"{kept} rests at {seen} only")
    for depth in range(2, 4):
        flow = Flow(Lq(1), Product(depth))
        for w in flow.weights:
            gradient = flow.slope * sympy.Derivative(flow.effective, w)
            along, part = gradient / (sympy.sqrt(gradient**2) + eps), f"depth {depth}, {w}"
            # alpha |w| = s/(1 + s) < 1, and the slope that makes x f' what it is said to be
            inside = {alpha: s / (1 + s) / abs(w)}
            step = at(at(along + decay * alpha * w, {flow.slope: sign * common(abs(w), eps) / flow.effective}), inside)
            yield Identity(-eta * step, 0, on=flow.domain({s: POSITIVE, eps: POSITIVE, eta: POSITIVE}), part=f"{part}, rests")
            yield Inequality(abs(along), 1, on=flow.domain({eps: POSITIVE}), part=f"{part}, alpha |w| < 1 at rest", strict=True)
    rising = at(sympy.Derivative(common(u, eps), u), {alpha: s / (1 + s) / u})
    yield Inequality(0, rising, on=Domain(dict.fromkeys((s, u, eps), POSITIVE)), part="rises with the size", strict=True)
    z = g / (abs(g) + eps)
    yield Inequality(0, sympy.Derivative(z, g), on=Domain({g: NONZERO, eps: POSITIVE}), part="rises with the gradient", strict=True)


MUTANTS = {
    "one power less": {"common": lambda size, epsilon: epsilon * alpha * size / (1 - alpha * size)},
    "epsilon forgotten": {"common": lambda size, epsilon: common(size, 1)},
    "uphill": {"sign": 1},
    "coupled to nothing": {"decay": 0},
}
