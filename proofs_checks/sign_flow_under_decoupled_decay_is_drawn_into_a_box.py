r"""Under sign flow with decoupled decay every layer is drawn into |w_i| <= 1/alpha, and balanced x into |x| <= alpha^(-L).

.. math:: \frac{\mathrm d}{\mathrm d t}|w_i| = -\operatorname{sign}(x f') - \alpha |w_i|

Outside, at |w_i| = (1 + b)/alpha, a layer shrinks whatever the slope; inside, at 1/(alpha (1 + b)), the sign of x f' decides.
On the boundary a slope that points outwards holds the layers in place, and then |x| = alpha^(-L).

Not a statement about |x| alone: for unbalanced layers |x| may grow outside its box, since dx/dt > 0 while the mean of the 1/|w_i|
exceeds alpha (weights 1/4 and 8 with alpha = 1, say).
Source: this project; Xie and Li (2024) for AdamW at depth one.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "sign_flow_under_decoupled_decay_is_drawn_into_a_box",
    r"\frac{d}{dt}|w_i| < 0 \text{ for } |w_i| > 1/\alpha; \quad |x| = \alpha^{-L} \text{ where } \dot w = 0",
    source="this project; Xie and Li (2024) for AdamW at depth one",
    scope="depth 1..6; q = 1; alpha > 0; every orthant for the velocity; positive weights, both slopes for its sign",
)

rate, b, size, others = sympy.symbols("alpha b g a", positive=True)


def check(power=-1, side=lambda depth: -depth):
    for depth in range(1, 7):
        flow = Flow(Lq(1), Product(depth), Decoupled(rate))
        everywhere = Domain(dict.fromkeys((*flow.weights, flow.slope), NONZERO) | {rate: POSITIVE})
        for i, w in enumerate(flow.weights, start=1):
            law = -sympy.sign(flow.effective * flow.slope) - rate * sympy.Abs(w)
            yield Identity(flow.derivative(sympy.Abs(w)), law, on=everywhere, part=f"depth {depth}, layer {i}")
        on, edge = Domain(dict.fromkeys((rate, b, size, others), POSITIVE)), rate**power
        for sign in (1, -1):
            at = dict.fromkeys(flow.weights[1:], others) | {flow.slope: sign * size}
            outside, inside = (flow.velocity[0].subs({**at, flow.weights[0]: w}) for w in (edge * (1 + b), edge / (1 + b)))
            part = f"depth {depth}, slope of sign {sign}"
            yield Inequality(outside, 0, on=on, part=f"{part}, outside", strict=True)
            yield Inequality(0, -sign * inside, on=on, part=f"{part}, inside", strict=True)
        still = dict.fromkeys(flow.weights, edge) | {flow.slope: -size}
        yield Identity(flow.velocity[0].subs(still), 0, on=on, part=f"depth {depth}, on the boundary")
        yield Identity(flow.effective.subs(still), rate ** side(depth), on=on, part=f"depth {depth}, side of the box")


MUTANTS = {
    "box of the inverse side": {"power": 1},
    "side of a layer": {"side": lambda depth: -1},
    "side alpha^L": {"side": lambda depth: depth},
}
