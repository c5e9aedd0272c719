r"""FALSE from depth two on: sign flow under decoupled decay ends at KKT points of the loss over its box.

.. math:: f' = -G < 0, \quad |w_i(0)| = a, \quad x(0) = -a^L: \qquad
          |w_i|(t) = \bigl(a + \tfrac1\alpha\bigr) e^{-\alpha t} - \tfrac1\alpha = 0
          \text{ at } t = \tfrac1\alpha \log(1 + \alpha a)

There x = 0, inside of the box, with a slope that is not 0, so it is no KKT point, and yet no layer moves, from depth two on: the
gradient in each layer is 0. With sign(0) = 0 the flow stays; it may also leave at any time, so that no solution is preferred by
the flow alone. At depth one a weight passes 0 at full speed, and the statement holds there (Xie and Li (2024) for AdamW). Layers of
one size are needed for it: with one smallest layer x passes 0.

What holds off 0: sign_flow_under_decoupled_decay_rests_at_kkt_points_of_the_loss_over_a_box. Refuted: that some layer moves at 0.
Source: this project; Xie and Li (2024), arXiv:2404.04454, for depth one.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import TIME, Identity, Inequality, Verdict

CLAIM = Claim(
    "sign_flow_under_decoupled_decay_ends_at_kkt_points_of_its_box",
    r"q = 1: \quad x(t) \to \text{a KKT point of } f \text{ over } |x| \le \alpha^{-L}",
    topic="decay",
    source="this project; Xie and Li (2024), arXiv:2404.04454, for depth one",
    scope="depth 1..4; layers of one size a > 0 with x < 0; slope -G < 0; alpha > 0; sign(0) = 0",
    expect=Verdict.REFUTED,
)

rate, start, pull = sympy.symbols("alpha a G", positive=True)


def check(depths=(2, 3, 4)):
    for depth in depths:
        flow, part = Flow(Lq(1), Product(depth), Decoupled(rate)), f"depth {depth}"
        first, *others = flow.weights
        along = (start + 1 / rate) * sympy.exp(-rate * TIME) - 1 / rate
        end = sympy.log(1 + rate * start) / rate
        on, size = Domain(dict.fromkeys((rate, start, pull), POSITIVE)), sympy.Symbol("s", positive=True)
        shrinking = Domain({rate: POSITIVE, start: POSITIVE, pull: POSITIVE, size: POSITIVE})
        inwards = dict.fromkeys(others, size) | {first: -size, flow.slope: -pull}
        for w in flow.weights:
            moved = at(flow.derivative(abs(w)), inwards)
            yield Identity(moved, -1 - rate * size, on=shrinking, part=f"{part}, {w} shrinks", samples=4)
        law = -1 - rate * along
        time = on.with_ranges({TIME: POSITIVE})
        yield Identity(sympy.Derivative(along, TIME), law, on=time, part=f"{part}, the path of each size", samples=4)
        yield Identity(at(along, {TIME: end}), 0, on=on, part=f"{part}, 0 is reached", samples=4)
        at_zero = {**dict.fromkeys(flow.weights, 0), flow.slope: -pull}
        speed = sum(at(flow.derivative(w), at_zero) ** 2 for w in flow.weights)  # squared: SymPy would work out a bar
        yield Inequality(
            0, speed, on=Domain({pull: NONZERO & POSITIVE, rate: POSITIVE}), strict=True, part=f"{part}, moves on at 0"
        )


CONTROLS = {"depth one": {"depths": (1,)}}
