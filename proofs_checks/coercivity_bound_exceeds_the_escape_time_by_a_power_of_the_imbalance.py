r"""From w_1 = 0, |w_i| = lambda sign flow needs a time in (1 - lambda, 1) to reach x = 1, and is allowed lambda^(1-L).

.. math:: T (T + \lambda)^{L-1} = 1, \quad 1 - \lambda < T < 1, \qquad \frac1\mu = \lambda^{1-L} \qquad
          (L = 4,\ \lambda = \tfrac1{100}: \; T \approx 0.9925,\ 1/\mu = 10^6)

under a constant slope f' < 0, for 0 < lambda < 1: T = s, as the smallest layer |w_1| = s moves at speed 1. As lambda vanishes T
tends to 1, the same at every depth, and T mu to 0 like lambda^(L-1). So mu bounds the time, T <= 1/mu, and says little of it.

Not to be confused with the bound: escape_time_is_an_increment_of_the_mirror_map.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the coercivity constant; the comparison is this project's.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit, Root
from mirrortheory.theory import S, Velocity

CLAIM = Claim(
    "coercivity_bound_exceeds_the_escape_time_by_a_power_of_the_imbalance",
    r"w_1 = 0,\ w_i = \lambda < 1: \quad 1 - \lambda < T < 1, \quad 1/\mu = \lambda^{1-L}",
    topic="saddles",
    source="this project; arXiv:2603.02064, cf. the coercivity constant",
    scope="depth 2..6; q = 1; from x = 0 to x = 1; 0 < lambda < 1, positive weights; f' < 0",
    on_paper=("x grows with T from below 1 at 1 - lambda to above 1 at 1",),
)

scale, strength, u = sympy.symbols("lambda G u", positive=True)
_SHIFT, _LOW, _HIGH = sympy.Rational(1, 100), sympy.Rational(9925, 10000), sympy.Rational(9926, 10000)


def check(speed=1, order=lambda depth: depth - 1, low=u / (1 + u)):
    for depth in range(2, 7):
        flow, part = Flow(Lq(1), Product(depth)), f"depth {depth}"
        curve = dict.fromkeys(flow.weights[1:], S + scale) | {flow.weights[0]: S}
        on = Domain(dict.fromkeys((S, scale, strength), POSITIVE))
        for w in (flow.weights[0], flow.weights[-1]):
            moves = speed * at(Velocity(flow, w), curve | {flow.slope: -strength})
            yield Identity(Derivative(curve[w], S), moves, on=on, part=f"{part}, {w} moves as s does, and s as T")
        x = at(flow.effective, curve)
        small = Domain({scale: sympy.Interval.open(0, 1)})
        below = at(x, {S: low, scale: 1 / (1 + u)})  # low = 1 - lambda
        yield Inequality(below, 1, on=Domain({u: POSITIVE}), strict=True, part=f"{part}, 1 - lambda < T")
        yield Inequality(1, at(x, {S: 1}), on=small, strict=True, part=f"{part}, T < 1")
        yield Inequality(
            0, Derivative(x, S), on=Domain({S: POSITIVE, scale: POSITIVE}), strict=True, part=f"{part}, x grows with T"
        )
        mu = at(flow.inverse_metric, dict.fromkeys(flow.weights[1:], scale) | {flow.weights[0]: 0})
        yield Identity(1 / mu, scale ** -order(depth), on=small, part=f"{part}, 1/mu")
        yield Limit(mu, scale, 0, 0, on=small, factor=1, power=order(depth), part=f"{part}, T mu vanishes, as T < 1")
    weights = Product(4).weights
    reached = at(Product(4).effective, dict.fromkeys(weights[1:], S + _SHIFT) | {weights[0]: S})
    yield Root([reached - 1], [S], on=Domain({S: sympy.Interval(_LOW, _HIGH)}), part="depth 4, lambda = 1/100, T")


MUTANTS = {
    "half the speed": {"speed": sympy.Rational(1, 2)},
    "one layer more": {"order": lambda depth: depth},
    "closer to one": {"low": (7 * u + 6) / (7 * u + 7)},
}
