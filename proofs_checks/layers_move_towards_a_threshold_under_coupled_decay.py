r"""Under sign flow with coupled decay all layers move at unit speed towards one threshold, and there the velocity changes sign.

.. math:: -x f' = \alpha c^2, \ c > 0 \quad\Longrightarrow\quad
          \frac{\mathrm d |w_i|}{\mathrm d t} = \operatorname{sign}(c - |w_i|), \qquad
          \partial_i f + \alpha w_i = 0 \text{ at } |w_i| = c

|w_i| is below c where |d_i f| > alpha |w_i|, and above where it is less. It is the same for all layers: two layers on one
side of c keep the difference of their sizes, which under decoupled decay shrinks at the rate alpha, and two layers with c between
them approach at speed two. Where x f' > 0 there is no threshold: every layer shrinks at unit speed. On the threshold the velocity
is set-valued; c moves with x f', and that the layers meet is not stated.

Source: this project.
"""

from itertools import product

import sympy

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "layers_move_towards_a_threshold_under_coupled_decay",
    r"-x f' = \alpha c^2 \Rightarrow \frac{d|w_i|}{dt} = \operatorname{sign}(c - |w_i|)",
    topic="decay",
    source="this project",
    scope="depth 1..5, every layer; q = 1; alpha > 0; every orthant; x f' < 0 off and on the threshold; x f' > 0",
)

rate, size, pull, b = sympy.symbols("alpha a g b", positive=True)


def check(power=2, speed=1):
    # -x f'/|w| (minus the gradient where w > 0), the decay, and what d|w|/dt is.
    sides = {
        "below": (rate * size ** (power - 1) + b, rate, speed),
        "above": (pull, (pull + b) / size ** (power - 1), -speed),
        "x f' > 0": (-pull, rate, -speed),
    }
    for depth in range(1, 6):
        flow = Flow(Lq(1), Product(depth), Coupled(rate))
        for w, sign in product(flow.weights, (1, -1)):
            others = [other for other in flow.weights if other != w]
            on = Domain(dict.fromkeys(others, NONZERO) | dict.fromkeys((rate, size, pull, b), POSITIVE))
            part = f"depth {depth}, {w} of sign {sign}"
            for side, (pushed, decay, law) in sides.items():
                here = {w: sign * size, rate: decay, flow.slope: -sign * pushed / sympy.Mul(*others)}
                yield Identity(at(flow.derivative(sympy.Abs(w)), here), law, on=on, part=f"{part}, {side}")
            gradient = flow.slope * sympy.Derivative(flow.effective, w)
            here = {w: sign * size, flow.slope: -rate * size**power / (sign * size * sympy.Mul(*others))}
            yield Identity(at(gradient + rate * w, here), 0, on=on, part=f"{part}, on the threshold")


MUTANTS = {"threshold c instead of c squared": {"power": 1}, "double speed": {"speed": 2}, "away from the threshold": {"speed": -1}}
