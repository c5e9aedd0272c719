r"""Sign flow from balanced weights a^(1/L) stays within L b^(1-1/L) a^(1/L) of the path that leaves zero at once, all the way to b.

.. math:: x_a(t) = \min\{(t + a^{1/L})^L, b\}: \qquad
          b^{1-1/L} a^{1/L} \;\le\; \sup_t |x_a(t) - x_0(t)| \;\le\; L\, b^{1-1/L} a^{1/L}

for a loss that falls up to its minimum at b > a, such as (x - b)^2/2: sign flow moves each layer at speed 1 and does not see how
steep the loss is. So a small start makes no plateau: the paths converge, at the rate a^(1/L), to one that starts at 0. With
d = a^(1/L), B = b^(1/L) the first path rests from t = B - d on, the second from B on; the distance is largest at t = B - d.

Not to be confused with the path that stays at 0: flow_may_stay_at_a_saddle_or_leave_it_below_the_conjugate_exponent.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import EndsAt, Identity, Inequality
from mirrortheory.flows import Quadratic
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "sign_flow_from_a_small_start_stays_close_to_that_from_zero",
    r"b^{1-1/L} a^{1/L} \le \sup_t |x_a(t) - x_0(t)| \le L\, b^{1-1/L} a^{1/L}",
    topic="bias",
    source="this project",
    scope="depth 2..6; q = 1; balanced positive weights; a loss that falls on (0, b) and has its minimum at b; at rest: depth 2..4",
    on_paper=("the flow rests at the minimum", "the solution from 0 is the one that leaves at once, in the positive orthant"),
)

ahead, since, strength = sympy.symbols("d t G", positive=True)
more = sympy.Symbol("r", nonnegative=True)
_START, _NEAR = sympy.Rational(1, 100), sympy.Rational(1, 10**9)


def check(factor=lambda depth: depth, least=1, target=1):
    for depth in range(2, 7):
        flow, part = Flow(Lq(1), Product(depth)), f"depth {depth}"
        path = since + ahead
        moves = at(Velocity(flow, flow.weights[0]), dict.fromkeys(flow.weights, path) | {flow.slope: -strength})
        on = Domain(dict.fromkeys((since, ahead, strength), POSITIVE))
        yield Identity(Derivative(path, since), moves, on=on, part=f"{part}, a layer moves at speed 1")
        first, zero = (at(flow.effective, dict.fromkeys(flow.weights, w)) for w in (path, since))
        on = Domain(dict.fromkeys((since, ahead), POSITIVE) | {more: NONNEGATIVE})
        far = factor(depth) * ahead * (path + more) ** (depth - 1)  # B = t + d + r
        yield Inequality(first - zero, far, on=on, part=f"{part}, while both move")
        rests = factor(depth) * (ahead + more) * path ** (depth - 1)  # B = t + d, and the first is ahead by d + r
        yield Inequality(first - zero, rests, on=on, part=f"{part}, when one is at rest")
        sharp = least * ahead * path ** (depth - 1)
        yield Inequality(
            sharp, first - zero, on=Domain(dict.fromkeys((since, ahead), POSITIVE)), part=f"{part}, as the first arrives"
        )
    for depth in range(2, 5):
        start, box = [[_START]] * depth, [(1 - _NEAR, 1 + _NEAR)]
        flow, loss = Flow(Lq(1), Product(depth)), Quadratic([[1]], [target])
        yield EndsAt(flow, loss, start, box, t_end=1 - _START + _NEAR, part=f"depth {depth}, at rest at B - d")


MUTANTS = {"L forgotten": {"factor": lambda depth: 1}, "L times as far": {"least": 2}, "another end": {"target": 2}}
