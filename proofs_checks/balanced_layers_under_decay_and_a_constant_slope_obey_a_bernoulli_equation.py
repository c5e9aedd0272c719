r"""Under decoupled decay and a constant slope balanced layers obey a Bernoulli equation, which a power of them makes linear.

.. math:: \dot a = G^{q-1} a^{1-\kappa} - \alpha a, \quad \kappa = q - L(q-1): \qquad
          a(t)^\kappa = \frac{G^{q-1}}\alpha + \Bigl(a_0^\kappa - \frac{G^{q-1}}\alpha\Bigr) e^{-\kappa\alpha t}, \qquad
          L = p: \ a(t) = a_0\,e^{(G^{q-1} - \alpha) t}

(f' = -G < 0, all |w_i| = a, x = a^L > 0.) For L < p, kappa > 0 and a tends to a_0^* = (G^(q-1)/alpha)^(1/kappa) from everywhere.
For L > p, kappa < 0 and a^kappa leaves it exponentially: above a_0^* it falls to 0 at a finite time, at which a blows up, decay
or not,

.. math:: t_\infty = \frac1{-\kappa\,\alpha} \log\frac{c}{c - a_0^\kappa}, \qquad c = \frac{G^{q-1}}\alpha,
          \quad\text{that is}\quad a_0^\kappa = c\,(1 - e^{\kappa\alpha t_\infty}) < c

and below a_0^* it grows without bound, so that a tends to 0. a^kappa is kappa y; with every imbalance y does the same:
unbalanced_layers_under_decay_and_a_constant_slope_have_an_exponential_dual.

Where the origin attracts: decoupled_decay_makes_the_origin_attracting_beyond_the_conjugate_depth.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, REALS, Domain
from mirrortheory.evidence import TIME, Identity, Inequality
from mirrortheory.notation import q

CLAIM = Claim(
    "balanced_layers_under_decay_and_a_constant_slope_obey_a_bernoulli_equation",
    r"a(t)^\kappa = c + (a_0^\kappa - c) e^{-\kappa\alpha t}, \quad c = \frac{G^{q-1}}{\alpha}, \quad \kappa = q - L(q-1) \ne 0",
    topic="decay",
    source="this project",
    scope="depth 1..6, every layer; 1 <= q <= 2; alpha > 0; balanced, positive, f' = -G < 0; blow-up for alpha, -kappa, t <= 4",
    on_paper=(
        "a linear differential equation has one solution from each start",
        "where a^kappa, kappa < 0, tends to 0, a tends to infinity",
    ),
)

a, strength, rate, b0, size, v, end = sympy.symbols("a G alpha b0 s v T", positive=True)
kappa, level = sympy.symbols("kappa c", real=True)


def _solution(level, start, pace):
    return level + (start - level) * sympy.exp(-pace * rate * TIME)


def check(power=lambda depth: q - depth * (q - 1), push=q - 1, solution=_solution, blow=-1):
    on = Domain(dict.fromkeys((a, strength, rate), POSITIVE) | {q: sympy.Interval(1, 2)})
    for depth in range(1, 7):
        flow, part = Flow(Lq(q), Product(depth), Decoupled(rate)), f"depth {depth}"
        for w in flow.weights:
            moved = at(flow.derivative(abs(w) ** power(depth)), dict.fromkeys(flow.weights, a) | {flow.slope: -strength})
            law = power(depth) * (strength**push - rate * a ** power(depth))
            yield Identity(moved, law, on=on, part=f"{part}, {w}, the power is linear", samples=4)
        if depth > 1:
            critical = sympy.Rational(depth, depth - 1)
            flow = Flow(Lq(critical), Product(depth), Decoupled(rate))
            grown = at(flow.derivative(sympy.log(abs(flow.weights[0]))), dict.fromkeys(flow.weights, a) | {flow.slope: -strength})
            constant = strength ** push.subs(q, critical) - rate
            yield Identity(grown, constant, on=on, part=f"{part} = p, the logarithm", samples=4)
    along = solution(level, b0, kappa)
    timed = Domain({b0: POSITIVE, rate: POSITIVE, TIME: NONNEGATIVE, kappa: REALS, level: REALS})
    law = kappa * (rate * level - rate * along)
    yield Identity(Derivative(along, TIME), law, on=timed, part="the linear equation, alpha c = G^(q-1)")
    yield Identity(at(along, {TIME: sympy.S.Zero}), b0, on=timed, part="its start")
    # L > p, and a above its stationary size: a_0^kappa < c.
    above = solution(size, size * (1 - sympy.exp(-v * rate * end)), -v)
    timed = Domain({size: POSITIVE} | dict.fromkeys((rate, v, end, TIME), sympy.Interval.Lopen(0, 4)))
    yield Identity(at(above, {TIME: end}), 0, on=timed, part="the power vanishes at the time of the blow-up")
    yield Inequality(0, blow * Derivative(above, TIME), on=timed, part="the power falls until then", strict=True)


MUTANTS = {
    "one layer more": {"power": lambda depth: q - (depth + 1) * (q - 1)},
    "the slope itself": {"push": sympy.S.One},
    "the rate alpha": {"solution": lambda level, start, pace: level + (start - level) * sympy.exp(-rate * TIME)},
    "no blow-up": {"blow": 1},
}
