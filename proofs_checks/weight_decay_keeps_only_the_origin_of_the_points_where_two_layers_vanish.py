r"""Under weight decay, coupled or decoupled, of all points where two layers of a coordinate vanish only the origin is stationary.

.. math:: w_1 = w_2 = 0 \ne w_3: \qquad \dot w_3 = -\alpha w_3 \;\text{(decoupled)}, \quad -\phi_q(\alpha w_3) \;\text{(coupled)}

as the gradient of the loss vanishes there, while the pull of the decay does not: the layers that are left shrink. At w = 0 both
vanish. Checked: the velocity (decoupled at three q, as its link is of 0), and what the link is applied to.

Not to be confused with the flow without decay, which stands still at each of them: flow_stands_still_where_two_layers_vanish.
What kind of point the origin is: coupled_decay_makes_the_origin_a_minimum_from_depth_three and
origin_is_a_saddle_under_decoupled_decay_below_the_conjugate_depth.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "weight_decay_keeps_only_the_origin_of_the_points_where_two_layers_vanish",
    r"w_1 = w_2 = 0 \ne w_3,\ \alpha > 0 \Rightarrow \dot w_3 \ne 0",
    topic="decay",
    source="this project",
    scope="depth 3..6; 1 <= q <= 2 (decoupled: the link's argument, and q = 1, 3/2, 2); every f', alpha > 0; both signs of w_3",
    on_paper=("a product does not change when layers change places", "phi_q(0) = 0, at q = 1 by the selection sign(0) = 0"),
)

rate, size = sympy.symbols("alpha a", positive=True)


def check(vanish=2, side=1):
    exponents = [(Decoupled, e, {}) for e in map(sympy.Rational, ("1", "3/2", "2"))]
    exponents += [(Coupled, sympy.S.One, {}), (Coupled, q, {q: sympy.Interval.Lopen(1, 2)})]
    for kind, exponent, ranges in exponents:
        for depth in range(3, 7):
            flow, part = Flow(Lq(exponent), Product(depth), kind(rate)), f"{kind.__name__}, q = {exponent}, depth {depth}"
            reals = dict.fromkeys((flow.slope, *flow.weights), REALS)
            on = Domain(reals | dict.fromkeys((rate, size), POSITIVE) | ranges)
            for sign in (1, -1):
                here = dict.fromkeys(flow.weights[:vanish], 0) | {flow.weights[2]: sign * size}
                moves = sign * side * at(Velocity(flow, flow.weights[2]), here)
                yield Inequality(moves, 0, on=on, strict=True, part=f"{part}, a layer of sign {sign} shrinks", samples=12)
    for depth in range(3, 7):
        for kind, pulled in ((Decoupled, 0), (Coupled, 1)):  # decoupled, the link is applied to the gradient alone
            flow, part = Flow(Lq(q), Product(depth), kind(rate)), f"{kind.__name__}, depth {depth}, argument of the link"
            on = Domain(dict.fromkeys((flow.slope, *flow.weights), REALS) | {rate: POSITIVE})
            for w in (flow.weights[0], flow.weights[-1]):
                argument = flow.slope * Derivative(flow.effective, w) + pulled * rate * w
                yield Identity(at(argument, dict.fromkeys(flow.weights, 0)), 0, on=on, part=f"{part}, 0 at w = 0, {w}")
            left = at(argument, dict.fromkeys(flow.weights[:vanish], 0))
            yield Identity(left, pulled * rate * w, on=on, part=f"{part}, the decay alone where two vanish, {w}")


MUTANTS = {"it grows": {"side": -1}, "no vanishing layer is needed": {"vanish": 0}}
