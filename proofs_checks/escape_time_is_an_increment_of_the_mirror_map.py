r"""Under a constant slope the time from x_0 to x_1 is the increment of the mirror map, at every depth and imbalance.

.. math:: T = \frac{R'(x_1) - R'(x_0)}{G^{q-1}} = \frac{1}{G^{q-1}}\int_{x_0}^{x_1}\frac{\mathrm d x}{P'(s(x))}, \qquad f' = -G < 0

Checked along the curve, dT/ds = D(s)/G^(q-1) against the speed of the weights w_i = (s + lambda_i)^(1/q), and in closed form at
depth two.

At q = 1 and from x_0 = 0 the time is s, so T <= x_1^(1/L) whatever the imbalance, while the bound x_1/mu by the coercivity constant
mu = P'(0) is larger without limit: with lambda_i = 1/100, L = 4, x_1 = 1 it is 10^6 against T < 1. Sign flow does not see the size
of the slope, so on |x - 1|^2/2 it comes to rest at x_1 = 1 at just that time: from s = 0, shown for L = 2..4.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. saddle escape.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import EndsAt, Identity, Inequality
from mirrortheory.flows import Quadratic
from mirrortheory.notation import imbalance, lam, q, x
from mirrortheory.theory import S

CLAIM = Claim(
    "escape_time_is_an_increment_of_the_mirror_map",
    r"T = \frac{R'(x_1) - R'(x_0)}{G^{q-1}}",
    source="this project; arXiv:2603.02064, cf. saddle escape",
    scope="depth 2..5; 1 <= q <= 2; layer 1 smallest, x > 0; slope -G; closed forms at depth 2 for q = 1, 2; bounds at q = 1",
)

strength = sympy.Symbol("G", positive=True)
_SHIFT, _NEAR = sympy.Rational(1, 100), sympy.Rational(1, 10**9)


def check(power=q - 1, root=lambda depth: depth, target=1):
    exponents = {q: sympy.Interval(1, 2)}
    for depth in range(5, 1, -1):
        shifts = imbalance(depth)
        flow = Flow(Lq(q), Product(depth))
        potential = derive(flow, imbalance=shifts).potential
        on = Domain(dict.fromkeys((S, strength, *shifts[1:]), POSITIVE) | exponents)
        at = {w: (S + shift) ** (1 / q) for w, shift in zip(flow.weights, shifts, strict=True)} | {flow.slope: -strength}
        speed = flow.derivative(flow.effective).subs(at)
        time = potential.dual_density.expression(S) / strength**power
        distance = sympy.diff(potential.effective.expression(S), S)
        yield Identity(time * speed, distance, on=on, part=f"depth {depth}, dT = dx/speed")
        curve = Domain(dict.fromkeys((S, *shifts[1:]), POSITIVE))
        x_of_s = potential.effective.subs({q: 1}).expression(S)
        worst = x_of_s / potential.inverse_metric.subs({q: 1, S: 0})
        yield Inequality(S ** root(depth), x_of_s, on=curve, part=f"depth {depth}, q = 1, T^L < x", strict=True)
        yield Inequality(S, worst, on=curve, part=f"depth {depth}, q = 1, T < x/mu", strict=True)
    for depth in range(2, 5):
        start, time, part = ((0,), *((_SHIFT,),) * (depth - 1)), _time(depth), f"depth {depth}, q = 1, at rest in x = 1 at T"
        box = ((1 - _NEAR, 1 + _NEAR),)
        yield EndsAt(Flow(Lq(1), Product(depth)), Quadratic([[1.0]], [float(target)]), start, box, t_end=time, part=part)
    for exponent in (2, 1):
        flow = Flow(Lq(exponent), Product(2))
        potential = derive(flow, imbalance=(0, lam)).potential
        along = potential.effective.expression(S)
        time = potential.mirror_map.subs(x, along) / strength ** power.subs(q, exponent)
        at = {w: (S + shift) ** sympy.Rational(1, exponent) for w, shift in zip(flow.weights, (0, lam), strict=True)}
        speed = flow.derivative(flow.effective).subs({**at, flow.slope: -strength})
        on = Domain(dict.fromkeys((S, lam, strength), POSITIVE))
        yield Identity(sympy.diff(time, S) * speed, sympy.diff(along, S), on=on, part=f"depth 2, q = {exponent}, closed form")


def _time(depth):
    """A rational above the time s from x = 0 to x = s (s + lambda)^(L - 1) = 1, by less than 10^-10."""
    low, high = sympy.S.Zero, sympy.S.One
    while high - low > _NEAR / 10:
        middle = (low + high) / 2
        low, high = (middle, high) if middle * (middle + _SHIFT) ** (depth - 1) < 1 else (low, middle)
    return high


MUTANTS = {
    "G forgotten": {"power": sympy.S.Zero},
    "G": {"power": sympy.S.One},
    "one layer more": {"root": lambda depth: depth + 1},
    "another end": {"target": 2},
}
