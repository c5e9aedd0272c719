r"""From w_1 = 0 and |w_i| = lambda the inverse metric is at least mu = lambda^(q(L-1)), which for lambda < 1 falls as q grows.

.. math:: \frac{1}{R''(x)} \ge \mu = \lambda^{q(L-1)}, \qquad
          \frac{\partial\mu}{\partial q} = (L-1) \log(\lambda)\, \mu < 0 \quad (\lambda = e^{-u} < 1)

Equality holds at x = 0. With the imbalance lambda^q of the start, 1/R'' - mu is positive along the whole curve.

Not to be confused with the statement for every lambda, which reverses beyond 1: smaller_exponents_are_more_coercive. And mu is a
loose measure of the time to escape: escape_time_is_an_increment_of_the_mirror_map.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the coercivity constant.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q
from mirrortheory.theory import S

CLAIM = Claim(
    "coercivity_at_a_saddle_start_is_a_power_of_the_imbalance",
    r"\frac{1}{R''(x)} \ge \mu = \lambda^{q(L-1)}, \quad \partial\mu/\partial q < 0 \text{ for } \lambda < 1",
    source="arXiv:2603.02064, cf. the coercivity constant",
    scope="depth 2..6; 1 <= q <= 2; lambda > 0 for mu and the bound, 0 < lambda < 1 for its monotony; x > 0 (1/R'' is even)",
)

scale, u, charge = sympy.symbols("lambda u c", positive=True)


def check(power=lambda depth: q * (depth - 1), sign=-1):
    exponents = {q: sympy.Interval(1, 2)}
    for depth in range(6, 1, -1):
        flow = Flow(Lq(q), Product(depth))
        start = dict.fromkeys(flow.weights[1:], scale) | {flow.weights[0]: 0}
        derived = derive(flow, imbalance=(0, *[charge] * (depth - 1)))  # charge = lambda^q
        mu = derived.inverse_metric.subs(start)
        everywhere = Domain({scale: POSITIVE} | exponents)
        yield Identity(mu, scale ** power(depth), on=everywhere, part=f"depth {depth}, mu")
        slope = sympy.diff(mu.subs(scale, sympy.exp(-u)), q)
        for part, value, ranges in (("q = 1", slope.subs(q, 1), {}), ("q > 1", slope, {q: sympy.Interval.Lopen(1, 2)})):
            on = Domain({u: POSITIVE} | ranges)
            yield Inequality(0, sign * value, on=on, part=f"depth {depth}, {part}, falls with q", strict=True)
        along = derived.potential.inverse_metric
        least = along.subs(S, 0)
        yield Identity(least.subs(charge, scale**q), mu, on=everywhere, part=f"depth {depth}, at x = 0")
        curve = Domain({S: POSITIVE, charge: POSITIVE})
        yield Inequality(least, along, on=curve, part=f"depth {depth}, least at x = 0", strict=True)


MUTANTS = {
    "one layer more": {"power": lambda depth: q * depth},
    "q forgotten": {"power": lambda depth: depth - 1},
    "rises": {"sign": 1},
}
