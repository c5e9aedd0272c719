r"""Small starts make a plateau for m >= 1: the part of the escape spent below theta x_1 tends to 1; for m < 1 to theta^(1-m).

.. math:: \frac{T(x_0 \to \theta x_1)}{T(x_0 \to x_1)} \to \theta^{1-m} \; (m < 1), \qquad \to 1 \; (m \ge 1) \qquad (x_0 \to 0)

for balanced layers under a constant slope f' = -G, m = q(L-1)/L. T is a multiple of the increment of b with db/dx proportional to
1/(dx/dt). With n = |1 - m| and m != 1 it is told in sigma = (x_0/x_1)^n and tau = theta^n; at m = 1 in u = log(x_1/x_0) and
v = log(1/theta).

So in the limit of small starts, plotted over t/T, x stays at 0 until the end for m >= 1, and for m < 1 the curve is
x/x_1 = (t/T)^(1/(1-m)), for sign flow (t/T)^L.

Not to be confused with the time itself: escape_time_stays_bounded_as_the_start_vanishes_below_the_critical_line.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Limit
from mirrortheory.notation import metric_exponent, q, x

CLAIM = Claim(
    "share_of_the_escape_near_the_saddle_tends_to_one_from_the_critical_line_on",
    r"\frac{T(x_0 \to \theta x_1)}{T(x_0 \to x_1)} \to \theta^{1-m} \; (m < 1), \quad 1 \; (m \ge 1)",
    topic="saddles",
    source="this project",
    scope="depth 2..6, balanced layers; every q in [1, 2]; 0 < theta < 1; constant slope -G",
    on_paper=("as x rises all the way, the time is the integral of dx/(dx/dt) from x_0 to x_1",),
)

end, strength, near, part_of, u, v = sympy.symbols("x1 G sigma tau u v", positive=True)


def check(below=part_of, above=1, rate=1):
    shares = {1: (part_of - near) / (1 - near), -1: (part_of - near) / (part_of * (1 - near))}
    inside = {near: sympy.Interval.open(0, sympy.Rational(1, 2)), part_of: sympy.Interval.open(0, 1)}
    for depth in range(2, 7):
        critical, m, part = sympy.Rational(depth, depth - 1), metric_exponent(depth), f"depth {depth}"
        for side, name in ((1, "m < 1"), (-1, "m > 1")):
            region = sympy.Interval.Ropen(1, critical) if side == 1 else sympy.Interval.Lopen(critical, 2)
            if region:
                n = side * (1 - m)
                clock = side * x ** (side * n) / n
                yield _keeps_time(depth, q, clock, x, x, Domain({x: POSITIVE, strength: POSITIVE, q: region}), f"{part}, {name}")
                first, inner, last = (clock.subs(x, place) for place in (near ** (1 / n), part_of ** (1 / n), 1))
                share, on = (inner - first) / (last - first), Domain(inside | {q: region})
                yield Identity(share, shares[side], on=on, part=f"{part}, {name}, share")
        on = Domain({end: POSITIVE, u: POSITIVE, strength: POSITIVE})
        yield _keeps_time(depth, critical, -rate * u, end * sympy.exp(-u), u, on, f"{part}, m = 1")
    for side, name, value, factor in ((1, "m < 1", below, 2), (-1, "m > 1", above, 2 / part_of)):
        yield Limit(shares[side], near, 0, value, on=Domain(inside), factor=factor, power=1, part=f"{name}, as sigma vanishes")
    far = Domain({u: POSITIVE, v: POSITIVE})
    yield Limit((u - v) / u, u, sympy.oo, above, on=far, factor=v, power=1, part="m = 1, as x_0 vanishes")


def _keeps_time(depth, exponent, clock, place, letter, on, part):
    """State that along places told by a letter a clock runs at a constant pace under the slope -G."""
    flow = Flow(Lq(exponent), Product(depth))
    balanced = dict(zip(flow.weights, flow.reparam.lift(place), strict=True))
    speed = at(flow.derivative(flow.effective), {**balanced, flow.slope: -strength})
    pace = depth * strength ** (exponent - 1) * Derivative(place, letter)
    return Identity(Derivative(clock, letter) * speed, pace, on=on, part=f"{part}, pace")


MUTANTS = {"a plateau at every m": {"below": sympy.S.One}, "none at any m": {"above": part_of}, "twice the logarithm": {"rate": 2}}
