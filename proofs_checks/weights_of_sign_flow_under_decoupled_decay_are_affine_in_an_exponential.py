r"""While signs last, a weight under sign flow with decoupled decay is affine in z = exp(-alpha t), so x is a polynomial in z.

.. math:: |w_i|(t) = \Bigl(|w_i|(0) + \frac\sigma\alpha\Bigr) z - \frac\sigma\alpha, \qquad
          \sigma = \operatorname{sign}(x f'), \quad z = e^{-\alpha t}

Checked by its value at t = 0 and by its derivative, which is the velocity at that size.

Source: this project.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import TIME, Identity

CLAIM = Claim(
    "weights_of_sign_flow_under_decoupled_decay_are_affine_in_an_exponential",
    r"|w_i|(t) = (|w_i|(0) + \sigma/\alpha) e^{-\alpha t} - \sigma/\alpha",
    source="this project",
    scope="depth 1..6; q = 1; alpha > 0; both signs of x f'; positive weights, until one reaches 0",
)

rate, size, others, start = sympy.symbols("alpha g b a0", positive=True)


def _affine(side):
    return (start + side / rate) * sympy.exp(-rate * TIME) - side / rate


def check(size_at=_affine):
    on = Domain({**dict.fromkeys((rate, size, others, start), POSITIVE), TIME: NONNEGATIVE})
    for depth in range(1, 7):
        flow = Flow(Lq(1), Product(depth), Decoupled(rate))
        for side in (1, -1):
            along = size_at(side)
            at = dict.fromkeys(flow.weights[1:], others) | {flow.weights[0]: along, flow.slope: side * size}
            part = f"depth {depth}, sign {side}"
            yield Identity(sympy.diff(along, TIME), flow.velocity[0].subs(at), on=on, part=f"{part}, velocity")
            yield Identity(along.subs(TIME, 0), start, on=on, part=f"{part}, start")


MUTANTS = {
    "pushed the other way": {"size_at": lambda side: _affine(-side)},
    "decay alone": {"size_at": lambda side: start * sympy.exp(-rate * TIME)},
    "without decay": {"size_at": lambda side: start - side * TIME},
}
