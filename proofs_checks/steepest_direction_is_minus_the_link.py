r"""The direction of steepest descent with conjugate exponents p, q is minus the link.

.. math:: \operatorname*{argmin}_v \; g v + \tfrac1p |v|^p = -\operatorname{sign}(g)|g|^{q-1}, \qquad
          \min_v = -\tfrac1q |g|^q ; \qquad q = 1: \ \operatorname*{argmin}_{|v| \le 1} g v = -\operatorname{sign}(g).

The objective is separable, so one coordinate is enough. Stationarity and strict convexity give the minimiser.

Not to be confused with descent in the norm ||.||_p, which has the same path on another clock.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the definition of steepest descent.
"""

import sympy

from mirrortheory.claims import Claim
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.geometries import Lq
from mirrortheory.notation import p, q

CLAIM = Claim(
    "steepest_direction_is_minus_the_link",
    r"\operatorname{argmin}_v\, g v + \tfrac{1}{p}|v|^p = -\phi_q(g)",
    source="arXiv:2603.02064, cf. the definition of steepest descent",
    scope="every g != 0; 1 <= q <= 2",
)

g, v = sympy.symbols("g v", real=True)
size, toward, away = sympy.symbols("G a b", positive=True)


def check(direction=-Lq(q).link(g), least=-(sympy.Abs(g) ** q) / q):
    on = Domain({g: NONZERO, q: sympy.Interval.Lopen(1, 2)})
    objective = g * v + sympy.Abs(v) ** p / p
    yield Identity(sympy.diff(objective, v).subs(v, direction), 0, on=on, part="stationary")
    yield Identity(objective.subs(v, direction), least, on=on, part="least value")
    positive_v = sympy.Symbol("v", positive=True)
    curvature = sympy.diff(positive_v**p / p, positive_v, 2)
    everywhere = Domain({positive_v: POSITIVE, q: sympy.Interval.Lopen(1, 2)})
    yield Inequality(0, curvature, on=everywhere, part="strictly convex", strict=True)
    # At q = 1 the conjugate exponent is infinite. v = (a - b)/(a + b) runs over (-1, 1), where g v > -|g|;
    # minus the link attains -|g|.
    inside = Domain(dict.fromkeys((size, toward, away), POSITIVE))
    inner = (toward - away) / (toward + away)
    for sign in (1, -1):
        yield Inequality(-size, sign * size * inner, on=inside, part=f"q = 1, sign {sign}", strict=True)
    yield Identity(-g * Lq(1).link(g), -sympy.Abs(g), on=Domain({g: NONZERO}), part="q = 1, attained")


MUTANTS = {
    "the gradient itself": {"direction": -g},
    "no minus": {"direction": Lq(q).link(g)},
    "p and q exchanged": {"direction": -sympy.sign(g) * sympy.Abs(g) ** (p - 1)},
    "least value over p": {"least": -(sympy.Abs(g) ** q) / p},
}
