r"""Under sign flow with coupled decay all layers move at unit speed towards one threshold, and there the velocity changes sign.

.. math:: -x f' = \alpha c^2, \ c > 0 \quad\Longrightarrow\quad
          \frac{\mathrm d |w_i|}{\mathrm d t} = \operatorname{sign}(c - |w_i|), \qquad
          \partial_i f + \alpha w_i = 0 \text{ at } |w_i| = c

The slope is the one whose threshold is c. So two layers on one side of c keep the difference of their sizes, which under decoupled
decay shrinks at the rate alpha, and two layers with c between them approach at speed two. Where x f' > 0 there is no threshold:
every layer shrinks at unit speed. On the threshold the velocity is set-valued; how a layer follows a moving c(t) is not stated.

Source: this project.
"""

import sympy

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity

CLAIM = Claim(
    "layers_meet_at_a_threshold_under_coupled_decay",
    r"-x f' = \alpha c^2 \Rightarrow \frac{d|w_i|}{dt} = \operatorname{sign}(c - |w_i|)",
    source="this project",
    scope="depth 1..5; q = 1; alpha > 0; every orthant; x f' < 0 off and on the threshold; x f' > 0",
)

threshold, rate, excess = sympy.symbols("c alpha b", positive=True)


def check(power=2, speed=1):
    for depth in range(1, 6):
        flow = Flow(Lq(1), Product(depth), Coupled(rate))
        weights = Domain(dict.fromkeys(flow.weights, NONZERO) | {rate: POSITIVE})
        towards, away = (-rate * threshold**power / flow.effective, excess / flow.effective)
        for i, (w, argument) in enumerate(zip(flow.weights, flow.link_arguments, strict=True), start=1):
            part, velocity = f"depth {depth}, layer {i}", flow.derivative(sympy.Abs(w))
            pushed, pulled = argument.subs(flow.slope, towards), sympy.factor(velocity.subs(flow.slope, away), deep=True)
            # The link is applied to what is not 0: off the threshold by a condition, where x f' > 0 by its form.
            off = weights.with_ranges({threshold: POSITIVE}).where(sympy.Ne(threshold, sympy.Abs(w)), sympy.Ne(pushed, 0))
            law = speed * sympy.sign(threshold - sympy.Abs(w))
            yield Identity(velocity.subs(flow.slope, towards), law, on=off, part=part)
            yield Identity(pushed.subs(threshold, sympy.Abs(w)), 0, on=weights, part=f"{part}, on the threshold")
            on = weights.with_ranges({excess: POSITIVE})
            yield Identity(pulled, -speed, on=on, part=f"{part}, x f' > 0")


MUTANTS = {"threshold c instead of c squared": {"power": 1}, "double speed": {"speed": 2}, "away from the threshold": {"speed": -1}}
