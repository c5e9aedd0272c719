r"""Away from 0, fixed points of AdamW are just the stationary points of the loss plus a logarithmic penalty of the size of a layer.

.. math:: f + \epsilon L \sum_j \Bigl[-u_j - \frac{\log(1 - \alpha u_j)}{\alpha}\Bigr], \qquad u = |x|^{1/L}, \quad \alpha u < 1

Balanced layers of size u (fixed_points_of_adamw_are_balanced has no others), in every orthant: where the slope f' is minus that of
the penalty in x, m = g, v = g^2 and the step of AdamW is 0. And layers rest under a gradient of size G only at the one size
G/(G + epsilon)/alpha, and there the slope of the penalty in x, times the other layers, is G. From depth two on AdamW rests at w = 0
too, whatever f' is: so 0 may be no stationary point in x, at depth two for |f'| > epsilon alpha. The penalty is infinite at the
border of the box |x| <= alpha^(-L), outside of which there is no fixed point, and vanishes with epsilon inside of it.

Not to be confused with the flow with decoupled decay, whose stationary points have alpha^(p-1)(L/p)|x|^(p/L) for a penalty
(decay_stops_at_stationary_points_of_a_power_penalty); and a stationary point need not be a minimum
(penalty_of_adamw_is_convex_up_to_depth_two).
Source: this project; Loshchilov and Hutter (2019), arXiv:1711.05101, for AdamW.
"""

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import x

CLAIM = Claim(
    "fixed_points_of_adamw_are_stationary_points_of_a_logarithmic_penalty",
    r"f' = -\frac{d}{dx}\,\epsilon L\left[-u - \frac{\log(1 - \alpha u)}{\alpha}\right] \iff w^+ = w, \quad u = |x|^{1/L}",
    topic="discrete",
    source="this project; Loshchilov and Hutter (2019), arXiv:1711.05101, for AdamW",
    scope="depth 1..4; balanced layers in every orthant with 0 < alpha |w| < 1; epsilon, alpha, eta > 0; "
    "mean and square of the gradients at rest",
)

rate, eps, eta, s, force = sympy.symbols("alpha epsilon eta s G", positive=True)
beyond = sympy.Symbol("d", real=True)


def penalty(depth, size):
    """Return the penalty of one coordinate whose layers have this size."""
    return eps * depth * (-size - sympy.log(1 - rate * size) / rate)


def check(penalty=penalty, uphill=1):
    rests = force / (force + eps) / rate  # where a gradient of this size holds a layer; a step from elsewhere is not 0
    step, on = (
        -eta * (-force / (sympy.Abs(force) + eps) + rate * (rests + beyond)),
        dict.fromkeys((rate, eps, eta, force), POSITIVE),
    )
    yield Identity(step, -eta * rate * beyond, on=Domain(on | {beyond: REALS}), part="a gradient holds one size")
    size = s / (1 + s) / rate  # of a layer: alpha times it is less than 1
    for depth in range(1, 5):
        flow, u = Flow(Lq(1), Product(depth)), sympy.root(x, depth)
        signs = [sympy.sign(v) for v in sympy.symbols(f"v1:{depth + 1}", real=True)]
        on = Domain(dict.fromkeys((rate, eps, eta, s), POSITIVE) | dict.fromkeys((sign.args[0] for sign in signs), NONZERO))
        pull = at(sympy.Derivative(penalty(depth, u), x), {x: size**depth})  # the slope of the penalty on the positive side
        here = {w: sign * size for w, sign in zip(flow.weights, signs, strict=True)}
        here[flow.slope] = -uphill * sympy.Mul(*signs) * pull
        for w in flow.weights:
            gradient = flow.slope * sympy.Derivative(flow.effective, w)
            step = -eta * (gradient / (sympy.sqrt(gradient**2) + eps) + rate * w)
            yield Identity(at(step, here), 0, on=on, part=f"depth {depth}, {w}", samples=6)
        held = at(sympy.Derivative(penalty(depth, u), x), {x: rests**depth}) * rests ** (depth - 1)
        yield Identity(
            held, uphill * force, on=Domain(dict.fromkeys((rate, eps, force), POSITIVE)), part=f"depth {depth}, only there"
        )


MUTANTS = {
    "no logarithm": {"penalty": lambda depth, size: eps * depth * rate * size**2 / 2},
    "the depth forgotten": {"penalty": lambda depth, size: penalty(1, size) if depth > 1 else penalty(2, size)},
    "uphill": {"uphill": -1},
}
