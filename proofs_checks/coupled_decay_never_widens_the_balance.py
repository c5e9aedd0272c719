r"""Coupled decay never widens the balance of two layers, for every q and loss: layers of one size stay so.

.. math:: \frac{\mathrm d}{\mathrm d t}\bigl(|w_i|^q - |w_j|^q\bigr)
          = -q\,\bigl[\phi_q(x f' + \alpha w_i^2) - \phi_q(x f' + \alpha w_j^2)\bigr]

phi_q is nondecreasing, so the bracket has the sign of w_i^2 - w_j^2, or is 0. For q > 1 phi_q is increasing, and the balance of
unequal layers shrinks all the time. At q = 1 it does so just while -x f'/alpha lies between w_i^2 and w_j^2
(layers_move_towards_a_threshold_under_coupled_decay); equal layers stay equal, also where both slide on w^2 = -x f'/alpha.

Checked: |w_i|^q falls at the rate q phi_q(x f' + alpha w_i^2), with c != 0 for the argument of the link, and
c w_i = x f' + alpha w_i^2; and that the link increases for q > 1.

|w_i| - |w_j| may grow at q > 1, while both layers shrink. Not a law for the balance alone: the loss is in the bracket, but for
q = 2, where it is alpha (w_i^2 - w_j^2).
Not to be confused with decoupled decay: balance_decays_under_decoupled_decay.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import alpha, q

CLAIM = Claim(
    "coupled_decay_never_widens_the_balance",
    r"\frac{d}{dt}\left(|w_i|^q - |w_j|^q\right) = -q [\phi_q(x f' + \alpha w_i^2) - \phi_q(x f' + \alpha w_j^2)]",
    topic="decay",
    source="this project",
    scope="depth 2..5, every layer; 1 <= q <= 2; every orthant, where the argument of the link is not 0",
    on_paper=(
        "the difference of two layers; for q > 1 phi_q(0) = 0 by continuity",
        "a function with a positive derivative off 0, continuous there, is increasing, and sign is nondecreasing",
        "a gap that does not grow where it is not 0 stays 0 (at q = 1: along every solution of Filippov's inclusion)",
    ),
)

size, c, letter = sympy.Symbol("s", positive=True), sympy.Symbol("c", real=True), sympy.Symbol("g", real=True)


def check(power=q, loss=1, order=1):
    for depth in range(2, 6):
        flow = Flow(Lq(q), Product(depth), Coupled(alpha))
        for w in flow.weights:
            others = [other for other in flow.weights if other != w]
            here, part = {flow.slope: (c - alpha * w) / sympy.Mul(*others)}, f"depth {depth}, {w}"
            on = flow.domain({c: NONZERO})
            push = at(loss * flow.effective * flow.slope + alpha * w**2, here)
            yield Identity(push, c * w, on=on, part=f"{part}, the argument", samples=3)
            fall = at(flow.derivative(abs(w) ** power), here)
            yield Identity(fall, -q * flow.geometry.link(c * w), on=on, part=part, samples=3)
    on = Domain({size: POSITIVE, q: sympy.Interval.Lopen(1, 2)})
    for sign in (1, -1):
        slope = at(Derivative(Lq(q).link(letter), letter), {letter: sign * size})
        yield Inequality(0, order * slope, on=on, part=f"the link increases, argument of sign {sign}", strict=True)


MUTANTS = {"absolute values": {"power": 1}, "without the loss": {"loss": 0}, "the link falls": {"order": -1}}
