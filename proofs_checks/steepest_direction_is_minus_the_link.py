r"""The direction of steepest descent with conjugate exponents p, q is minus the link.

.. math:: \operatorname*{argmin}_v \; g v + \tfrac1p |v|^p = -\operatorname{sign}(g)|g|^{q-1}, \qquad
          \min_v = -\tfrac1q |g|^q ; \qquad q = 1: \ \operatorname*{argmin}_{|v| \le 1} g v = -\operatorname{sign}(g).

The objective is separable, so one coordinate is enough. For q > 1 its derivative vanishes at minus the link and increases on both
sides of v = 0, through which it is continuous: the objective is strictly convex, so this is the one minimiser of all v. At q = 1
every other v with |v| <= 1 is minus the link times 1 - r with 0 < r <= 2, and has a larger g v, end points included. The link
compared is the one that moves the weights of a flow.

Not to be confused with descent in the norm ||.||_p, which has the same path on another clock.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the definition of steepest descent.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import p, q

CLAIM = Claim(
    "steepest_direction_is_minus_the_link",
    r"\operatorname{argmin}_v\, g v + \tfrac{1}{p}|v|^p = -\phi_q(g)",
    topic="balance",
    source="arXiv:2603.02064, cf. the definition of steepest descent",
    scope="every g != 0 and every v; 1 <= q <= 2",
    on_paper=("where 1 < q: a function whose derivative increases is least where that vanishes",),
)

g, v = sympy.symbols("g v", real=True)
size = sympy.Symbol("G", positive=True)
r = sympy.Symbol("r", positive=True)


def check(direction=lambda exponent: -Lq(exponent).link(g), least=-(sympy.Abs(g) ** q) / q):
    for exponent, ranges in ((q, {q: sympy.Interval(1, 2)}), (1, {})):
        flow = Flow(Lq(exponent), Product(1))  # f' is the gradient of its one weight
        on, moved = Domain({g: NONZERO} | ranges), at(flow.derivative(flow.weights[0]), {flow.slope: g, flow.weights[0]: 1})
        yield Identity(moved, direction(exponent), on=on, part=f"q = {exponent}, the direction of the flow")
    above = {q: sympy.Interval.Lopen(1, 2)}
    on = Domain({g: NONZERO} | above)
    objective = g * v + sympy.Abs(v) ** p / p
    yield Identity(at(Derivative(objective, v), {v: direction(q)}), 0, on=on, part="q > 1, stationary")
    yield Identity(at(objective, {v: direction(q)}), least, on=on, part="q > 1, least value")
    for sign in (1, -1):
        curvature = at(Derivative(objective, v, v), {v: sign * size})
        everywhere = Domain({size: POSITIVE, g: sympy.S.Reals} | above)
        yield Inequality(0, curvature, on=everywhere, part=f"q > 1, strictly convex where v has the sign {sign}", strict=True)
    other = Domain({r: sympy.Interval.Lopen(0, 2), size: POSITIVE})
    for sign in (1, -1):
        gain, there = (at(g * v, {v: e * direction(1)}) for e in (1 - r, 1))
        values = {g: sign * size}
        yield Inequality(at(there, values), at(gain, values), on=other, part=f"q = 1, g of sign {sign}", strict=True)


MUTANTS = {
    "the gradient itself": {"direction": lambda exponent: -g},
    "no minus": {"direction": lambda exponent: Lq(exponent).link(g)},
    "p and q exchanged": {"direction": lambda exponent: -sympy.sign(g) * sympy.Abs(g) ** (p - 1 if exponent == q else 2)},
    "least value over p": {"least": -(sympy.Abs(g) ** q) / p},
}
