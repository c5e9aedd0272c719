r"""From w_1 = 0 and |w_i| = lambda the inverse metric is at least mu = lambda^(q(L-1)), which for lambda < 1 falls as q grows.

.. math:: \frac{1}{R''(x)} = \sum_i \Bigl|\frac{\partial x}{\partial w_i}\Bigr|^q = (s + \lambda^q)^{L-2} (L s + \lambda^q)
          \;\ge\; \mu = \lambda^{q(L-1)}, \qquad
          \frac{\partial\mu}{\partial q} = (L-1) \log(\lambda)\, \mu < 0 \quad (\lambda = e^{-u} < 1)

along the curve s = |w_1|^q, |w_i|^q = s + lambda^q, which the flow without decay does not leave; with equality at the start, s = 0.
The inverse metric does not depend on the signs of the weights.

Not to be confused with the statement for every lambda, which reverses beyond 1: smaller_exponents_are_more_coercive. And mu is a
loose measure of the time to escape: escape_time_is_an_increment_of_the_mirror_map.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the coercivity constant.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import q
from mirrortheory.theory import S

CLAIM = Claim(
    "coercivity_at_a_saddle_start_is_a_power_of_the_imbalance",
    r"\frac{1}{R''(x)} \ge \mu = \lambda^{q(L-1)}, \quad \partial\mu/\partial q < 0 \text{ for } \lambda < 1",
    topic="saddles",
    source="arXiv:2603.02064, cf. the coercivity constant",
    scope="depth 2..6, every orthant; 1 <= q <= 2; lambda > 0 for mu and the bound, 0 < lambda < 1 for its monotony",
)

scale, u = sympy.symbols("lambda u", positive=True)
rest = sympy.Symbol("s_0", nonnegative=True)


def check(power=lambda depth: q * (depth - 1), sign=-1):
    exponents = {q: sympy.Interval(1, 2)}
    along = Domain({S: POSITIVE, scale: POSITIVE} | exponents)
    for depth in range(6, 1, -1):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        curve = dict.fromkeys(flow.weights, (S + scale**q) ** (1 / q)) | {flow.weights[0]: S ** (1 / q)}
        metric = (S + scale**q) ** (depth - 2) * (depth * S + scale**q)
        signless = at(flow.inverse_metric, {w: abs(w) for w in flow.weights})
        yield Identity(flow.inverse_metric, signless, on=flow.domain(), part=f"{part}, free of signs")
        balance = abs(flow.weights[1]) ** q - abs(flow.weights[0]) ** q
        yield Identity(at(balance, curve), scale**q, on=along, part=f"{part}, imbalance")
        yield Identity(at(flow.inverse_metric, curve), metric, on=along, part=f"{part}, 1/R''")
        mu, ahead = scale ** power(depth), along.with_ranges({rest: NONNEGATIVE})
        yield Inequality(mu, metric.xreplace({S: rest}), on=ahead, part=f"{part}, bound")
        yield Identity(at(metric.xreplace({S: rest}), {rest: 0}), mu, on=along, part=f"{part}, equal at s = 0")
        yield Identity(Derivative(mu, q), (depth - 1) * sympy.log(scale) * mu, on=along, part=f"{part}, derivative in q")
        below = sympy.exp(-u * power(depth))  # mu at lambda = e^-u
        yield Identity(at(mu, {scale: sympy.exp(-u)}), below, on=Domain({u: POSITIVE} | exponents), part=f"{part}, mu below 1")
        slope = Derivative(below, q)
        for name, value, ranges in (("q = 1", at(slope, {q: 1}), {}), ("q > 1", slope, {q: sympy.Interval.Lopen(1, 2)})):
            on = Domain({u: POSITIVE} | ranges)
            yield Inequality(0, sign * value, on=on, part=f"{part}, {name}, falls with q", strict=True)


MUTANTS = {
    "one layer more": {"power": lambda depth: q * depth},
    "q forgotten": {"power": lambda depth: depth - 1},
    "rises": {"sign": 1},
}
