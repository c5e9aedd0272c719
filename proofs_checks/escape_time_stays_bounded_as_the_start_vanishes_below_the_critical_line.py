r"""As the start x_0 vanishes, the escape time stays bounded for m < 1, and grows like a logarithm at m = 1, like a power for m > 1.

.. math:: m < 1: \; T \to \frac{x_1^{1-m}}{L(1-m)\,G^{q-1}}, \qquad m = 1: \; T = \frac{\log(x_1/x_0)}{L\,G^{q-1}}, \qquad
          m > 1: \; x_0^{m-1}\,T \to \frac{1}{L(m-1)\,G^{q-1}}

for balanced layers under a constant slope f' = -G, m = q(L-1)/L. T is characterised by T = 0 at x_0 = x_1 and
dT/dx_0 = -1/(dx/dt) at x_0; at m = 1 with x_0 = x_1 e^(-u), so that u = log(x_1/x_0). So the saddle costs sign flow (m = 1 - 1/L)
a bounded time at every depth, and gradient flow an unbounded one from depth two on.

Not to be confused with any imbalance, where the number of smallest layers decides:
saddle_is_reached_in_finite_time_below_the_conjugate_exponent.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. saddle escape; the rates are this project's.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Limit
from mirrortheory.notation import metric_exponent, q

CLAIM = Claim(
    "escape_time_stays_bounded_as_the_start_vanishes_below_the_critical_line",
    r"x_0 \to 0: \quad m < 1: T \to \frac{x_1^{1-m}}{L(1-m) G^{q-1}}; \quad m = 1: T = \frac{\log(x_1/x_0)}{L G^{q-1}}; \quad"
    r" m > 1: T \sim \frac{x_0^{1-m}}{L(m-1) G^{q-1}}",
    topic="saddles",
    source="this project; arXiv:2603.02064, cf. saddle escape",
    scope="depth 2..6, balanced layers; every q in [1, 2]; constant slope -G",
    on_paper=("as x rises all the way, the time is the integral of dx/(dx/dt) from x_0 to x_1",),
)

start, end, strength = sympy.symbols("x0 x1 G", positive=True)
u = sympy.Symbol("u", nonnegative=True)


def check(bounded=1, power=1, unit=1):
    for depth in range(2, 7):
        critical, part = sympy.Rational(depth, depth - 1), f"depth {depth}"
        positive = dict.fromkeys((start, end, strength), POSITIVE)
        m = metric_exponent(depth)
        for side, name in ((1, "m < 1"), (-1, "m > 1")):
            near = sympy.Interval.Ropen(1, critical) if side == 1 else sympy.Interval.Lopen(critical, 2)
            if near:
                n = side * (1 - m)
                pull = depth * n * strength ** (q - 1)
                time = side * (end ** (side * n) - start ** (side * n)) / pull
                on = Domain(positive | {q: near})
                yield from _travels(depth, q, time, start, start, on, f"{part}, {name}")
                scaled, limit, factor = time, bounded * end**n / pull, 1 / pull
                if side == -1:
                    scaled, limit, factor = start ** (power * n) * time, 1 / pull, end**-n / pull
                yield Limit(
                    scaled, start, 0, limit, on=on, factor=factor, power=n, part=f"{part}, {name}, as x_0 vanishes", samples=20
                )
        pull = depth * strength ** (critical - 1)
        yield from _travels(
            depth,
            critical,
            unit * u / pull,
            end * sympy.exp(-u),
            u,
            Domain({end: POSITIVE, u: NONNEGATIVE, strength: POSITIVE}),
            f"{part}, m = 1",
        )


def _travels(depth, exponent, time, place, letter, on, part):
    """State how long it takes from a place, told by a letter, to x_1, which it is at the letter x_1, or 0."""
    flow = Flow(Lq(exponent), Product(depth))
    balanced = dict(zip(flow.weights, flow.reparam.lift(place), strict=True))
    speed = at(flow.derivative(flow.effective), {**balanced, flow.slope: -strength})
    yield Identity(Derivative(time, letter) * speed, -Derivative(place, letter), on=on, part=f"{part}, dT = -dx_0/speed")
    yield Identity(at(time, {letter: end if letter == start else 0}), 0, on=on, part=f"{part}, T = 0 at the end")


MUTANTS = {
    "twice as long": {"bounded": 2},
    "another power of the start": {"power": 2},
    "half the logarithm": {"unit": sympy.Rational(1, 2)},
}
