r"""Under a constant slope the time from x_0 to x_1 is the increment of the mirror map, at every depth and imbalance.

.. math:: T = \frac{R'(x_1) - R'(x_0)}{G^{q-1}} = \frac{1}{G^{q-1}}\int_{x_0}^{x_1}\frac{\mathrm d x}{P'(s(x))}, \qquad f' = -G < 0

Checked along the curve w_i = (s + lambda_i)^(1/q): with D(s) = dy/ds the derived dual density, and so with time passing as
dT = D(s) ds / G^(q-1), every weight moves as the flow says, and so does x; and with the derived closed form of R' at depth two.

At q = 1 and from x_0 = 0 the time is s, so T <= x_1^(1/L) whatever the imbalance, while the bound x_1/mu by the coercivity constant
mu = P'(0) is larger without limit: with lambda_i = 1/100, L = 4, x_1 = 1 it is 10^6 against T < 1. Sign flow does not see the size
of the slope, so on |x - 1|^2/2 it comes to rest at x_1 = 1 at just that time: from s = 0, shown for L = 2..4.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. saddle escape.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import EndsAt, Identity, Inequality
from mirrortheory.flows import Quadratic
from mirrortheory.notation import imbalance, lam, q, x
from mirrortheory.theory import S

CLAIM = Claim(
    "escape_time_is_an_increment_of_the_mirror_map",
    r"T = \frac{R'(x_1) - R'(x_0)}{G^{q-1}}",
    topic="saddles",
    source="this project; arXiv:2603.02064, cf. saddle escape",
    scope="depth 2..5; 1 <= q <= 2; layer 1 smallest, x > 0; slope -G; closed forms at depth 2 for q = 1, 2; bounds at q = 1",
    on_paper=("integration of dT = dR'/G^(q-1) along the curve",),
)
strength, z = sympy.Symbol("G", positive=True), sympy.Symbol("z", real=True)
_SHIFT, _NEAR = sympy.Rational(1, 100), sympy.Rational(1, 10**9)
hyperbolic = sympy.sqrt(lam) * (S - 1 / S) / 2, sympy.sqrt(lam) * (S + 1 / S) / 2


def check(power=q - 1, root=lambda depth: depth, target=1):
    exponents = {q: sympy.Interval(1, 2)}
    for depth in range(5, 1, -1):
        shifts, part = imbalance(depth), f"depth {depth}"
        flow = Flow(Lq(q), Product(depth))
        potential = derive(flow, imbalance=shifts).potential
        on = Domain(dict.fromkeys((S, strength, *shifts[1:]), POSITIVE) | exponents)
        weights = {w: (S + shift) ** (1 / q) for w, shift in zip(flow.weights, shifts, strict=True)}
        curve = weights | {flow.slope: -strength}
        pace = potential.dual_density.expression(S) / strength**power  # dT/ds
        for w in flow.weights:
            move = pace * at(flow.derivative(w), curve)
            yield Identity(Derivative(weights[w], S), move, on=on, part=f"{part}, d{w} = velocity dT")
        distance = Derivative(at(flow.effective, weights), S)
        yield Identity(pace * at(flow.derivative(flow.effective), curve), distance, on=on, part=f"{part}, dx = velocity dT")
        line = Domain(dict.fromkeys((S, *shifts[1:]), POSITIVE))
        reached, start = at(flow.effective, {w: S + e for w, e in zip(flow.weights, shifts, strict=True)}), {S: 0, q: 1}
        yield Inequality(S ** root(depth), reached, on=line, part=f"{part}, q = 1, T^L < x", strict=True)
        worst = reached / potential.inverse_metric.subs(start)
        yield Inequality(S, worst, on=line, part=f"{part}, q = 1, T < x/mu", strict=True)
    for depth in range(2, 5):
        start, box = ((0,), *((_SHIFT,),) * (depth - 1)), ((1 - _NEAR, 1 + _NEAR),)
        loss, flow, part = Quadratic([[1.0]], [float(target)]), Flow(Lq(1), Product(depth)), f"depth {depth}, q = 1, at rest at T"
        yield EndsAt(flow, loss, start, box, t_end=_time(depth), part=part)
    for exponent, weights in ((2, hyperbolic), (1, (S, S + lam))):
        flow = Flow(Lq(exponent), Product(2))
        mirror_map = derive(flow, imbalance=(0, lam)).potential.mirror_map
        curve = dict(zip(flow.weights, weights, strict=True))
        time = at(mirror_map.xreplace({x: z}), {z: at(flow.effective, curve)}) / strength ** power.subs(q, exponent)
        speed = at(flow.derivative(flow.effective), curve | {flow.slope: -strength})
        on = Domain({S: sympy.Interval.open(1, sympy.oo), lam: POSITIVE, strength: POSITIVE})
        along = Derivative(at(flow.effective, curve), S)
        balance = at(flow.weights[1] ** exponent - flow.weights[0] ** exponent, curve)
        yield Identity(balance, lam, on=on, part=f"q = {exponent}, imbalance")
        yield Identity(Derivative(time, S) * speed, along, on=on, part=f"depth 2, q = {exponent}, closed form")


def _time(depth):
    low, high = sympy.S.Zero, sympy.S.One  # around the time s from x = 0 to x = s (s + lambda)^(L - 1) = 1
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
