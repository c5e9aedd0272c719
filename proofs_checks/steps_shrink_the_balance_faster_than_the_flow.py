r"""n steps with decoupled decay shrink the balance faster than the flow, at a rate larger by half a step up to second order.

.. math:: t = n\eta, \ u = \eta\alpha < 1: \qquad
          e^{-\alpha t\,\left(1 + \frac{u}{2(1 - u)}\right)} < (1 - \eta\alpha)^n < e^{-\alpha t\,\left(1 + \frac u2\right)}
          < e^{-\alpha t}

In logarithms and divided by n this is -u - u^2/(2(1 - u)) < log(1 - u) < -u - u^2/2. All are 0 at u = 0, so it is enough to order
their derivatives, rational functions, on 0 < u < 1; u = v/(1 + v) with v > 0 shows the signs. On a compact domain the bounds
are checked as they stand as well.

Source: this project; the factor 1 - eta alpha is sign_step_with_decoupled_decay_shrinks_the_balance.
"""

import sympy

from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "steps_shrink_the_balance_faster_than_the_flow",
    r"e^{-\alpha t(1 + \frac{u}{2(1-u)})} < (1 - \eta\alpha)^n < e^{-\alpha t(1 + \frac{u}{2})}, \quad u = \eta\alpha,\ t = n\eta",
    source="this project",
    scope="0 < eta alpha < 1, every n, by derivatives; u in [1/2, 3/4], n in [1, 4] as it stands",
)

u, v, n = sympy.symbols("u v n", positive=True)


def check(low=1 / (2 * (1 - u)), high=sympy.S.Half):
    every = Domain({v: POSITIVE})
    compact = Domain({u: sympy.Interval(sympy.S.Half, sympy.Rational(3, 4)), n: sympy.Interval(1, 4)})
    exact = sympy.log(1 - u)
    lower, upper = (-u - u**2 * excess for excess in (low, high))
    for side, bound in (("below", lower), ("above", upper)):
        yield Identity(bound.subs(u, 0), exact.subs(u, 0), on=Domain({}), part=f"{side}, equal at u = 0")
        slopes = [sympy.factor(sympy.diff(e, u).subs(u, v / (1 + v))) for e in (bound, exact)]
        first, second = slopes if side == "below" else reversed(slopes)
        yield Inequality(first, second, on=every, part=f"{side}, derivatives", strict=True)
        sides = [sympy.exp(n * bound), (1 - u) ** n]
        first, second = sides if side == "below" else reversed(sides)
        yield Inequality(first, second, on=compact, part=f"{side}, as it stands", strict=True)


MUTANTS = {
    "half a step from below": {"low": sympy.S.Half},
    "a step from above": {"high": sympy.S.One},
    "shrunk beyond": {"high": 1 / (2 * (1 - u))},
}
