r"""While signs last, a weight under sign flow with decoupled decay is affine in z = exp(-alpha t), so x is a polynomial in z.

.. math:: |w_i|(t) = \Bigl(|w_i|(0) + \frac\sigma\alpha\Bigr) z - \frac\sigma\alpha, \qquad
          \sigma = \operatorname{sign}(x f'), \quad z = e^{-\alpha t}

Checked by its value at t = 0 and by its derivative in t, which is the velocity of the flow at that size, for every layer and
orthant (the letters v_i are free); the other layers enter by their signs only. x is the product of the layers.

Source: this project.
"""

from itertools import product

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import TIME, Identity

CLAIM = Claim(
    "weights_of_sign_flow_under_decoupled_decay_are_affine_in_an_exponential",
    r"|w_i|(t) = (|w_i|(0) + \sigma/\alpha) e^{-\alpha t} - \sigma/\alpha",
    topic="decay",
    source="this project",
    scope="depth 1..6, every layer; q = 1; alpha > 0; every orthant; both signs of x f', while the signs last",
    on_paper=("the solution of a linear differential equation with its initial value is unique",),
)

rate, size, start = sympy.symbols("alpha g a0", positive=True)


def _affine(side):
    return (start + side / rate) * sympy.exp(-rate * TIME) - side / rate


def check(size_at=_affine):
    for depth in range(1, 7):
        flow, free = Flow(Lq(1), Product(depth), Decoupled(rate)), sympy.symbols(f"v1:{depth + 1}", real=True)
        signs = [sympy.sign(v) for v in free]
        on = Domain(dict.fromkeys(free, NONZERO) | dict.fromkeys((rate, size, start), POSITIVE) | {TIME: NONNEGATIVE})
        for side, (i, w) in product((1, -1), enumerate(flow.weights)):
            along, part = size_at(side), f"depth {depth}, {w}, x f' of sign {side}"
            here = dict(zip(flow.weights, free, strict=True)) | {w: signs[i] * along, flow.slope: side * size * sympy.Mul(*signs)}
            velocity = at(flow.derivative(w), here)
            yield Identity(sympy.Derivative(signs[i] * along, TIME), velocity, on=on, part=f"{part}, velocity")
            yield Identity(at(along, {TIME: 0}), start, on=on, part=f"{part}, start")


MUTANTS = {
    "pushed the other way": {"size_at": lambda side: _affine(-side)},
    "decay alone": {"size_at": lambda side: start * sympy.exp(-rate * TIME)},
    "without decay": {"size_at": lambda side: start - side * TIME},
}
