r"""Under sign flow with decoupled decay every layer is drawn into |w_i| <= 1/alpha, and balanced x into |x| <= alpha^(-L).

.. math:: \frac{\mathrm d}{\mathrm d t}|w_i| = -\operatorname{sign}(x f') - \alpha |w_i|

So d|w_i|/dt <= 1 - alpha |w_i|, whatever the slope, and the excess over 1/alpha shrinks at least as exp(-alpha t). Outside, at
|w_i| = (1 + b)/alpha, a layer shrinks; inside, at 1/(alpha (1 + b)), the sign of x f' decides. On the boundary a slope that points
outwards holds the layers in place, and then |x| = alpha^(-L). The inequalities are checked for positive weights and both slopes: by
the velocity law only |w_i| and the sign of x f' matter.

Not a statement about |x| alone: for unbalanced layers |x| may grow outside its box, since dx/dt > 0 while the mean of the 1/|w_i|
exceeds alpha (weights 1/4 and 8 with alpha = 1, say).
Source: this project; Xie and Li (2024) for AdamW at depth one.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "sign_flow_under_decoupled_decay_is_drawn_into_a_box",
    r"\frac{d}{dt}|w_i| < 0 \text{ for } |w_i| > 1/\alpha; \quad |x| = \alpha^{-L} \text{ where } \dot w = 0",
    topic="decay",
    source="this project; Xie and Li (2024) for AdamW at depth one",
    scope="depth 1..6; q = 1; alpha > 0; every orthant for the velocity and the boundary; positive weights for its sign",
    on_paper=("d|w|/dt <= 1 - alpha |w| gives |w|(t) - 1/alpha <= exp(-alpha t) (|w|(0) - 1/alpha), by Gronwall",),
)

rate, b, size = sympy.symbols("alpha b g", positive=True)


def check(power=-1, side=lambda depth: -depth):
    for depth in range(1, 7):
        flow, free = Flow(Lq(1), Product(depth), Decoupled(rate)), sympy.symbols(f"v1:{depth + 1}", real=True)
        everywhere = Domain(dict.fromkeys((*flow.weights, flow.slope), NONZERO) | {rate: POSITIVE})
        for i, w in enumerate(flow.weights, start=1):
            law = -sympy.sign(flow.effective * flow.slope) - rate * abs(w)
            yield Identity(flow.derivative(abs(w)), law, on=everywhere, part=f"depth {depth}, layer {i}")
        sizes, edge, moved = sympy.symbols(f"a1:{depth + 1}", positive=True), rate**power, flow.derivative(abs(flow.weights[0]))
        on = Domain(dict.fromkeys((*sizes, rate, b, size), POSITIVE))
        for sign in (1, -1):
            here = dict(zip(flow.weights, sizes, strict=True)) | {flow.slope: sign * size}
            part = f"depth {depth}, x f' of sign {sign}"
            outside, inside = (at(moved, here | {flow.weights[0]: w}) for w in (edge * (1 + b), edge / (1 + b)))
            yield Inequality(outside, 0, on=on, part=f"{part}, outside", strict=True, samples=30)
            yield Inequality(0, -sign * inside, on=on, part=f"{part}, inside", strict=True, samples=30)
        signs = [sympy.sign(v) for v in free]
        still = {w: s * edge for w, s in zip(flow.weights, signs, strict=True)} | {flow.slope: -size * sympy.Mul(*signs)}
        on = Domain(dict.fromkeys(free, NONZERO) | {rate: POSITIVE, size: POSITIVE})
        for i, w in enumerate(flow.weights, start=1):
            yield Identity(at(flow.derivative(w), still), 0, on=on, part=f"depth {depth}, layer {i} on the boundary")
        reach = at(abs(flow.effective), still)
        yield Identity(reach, rate ** side(depth), on=on, part=f"depth {depth}, side of the box")


MUTANTS = {
    "box of the inverse side": {"power": 1},
    "side of a layer": {"side": lambda depth: -1},
    "side alpha^L": {"side": lambda depth: depth},
}
