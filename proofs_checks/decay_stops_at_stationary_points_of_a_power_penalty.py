r"""Weight decay stops at stationary points of the loss plus a power penalty: beyond the conjugate depth they may be maximisers.

.. math:: \text{decoupled: } f + \alpha^{p-1}\tfrac Lp |x|^{p/L}, \qquad \text{coupled: } f + \alpha\tfrac L2 |x|^{2/L}

So the manifold regularizer of the drift form is not what the limit minimises unless q = 2. Balanced layers, x > 0: with the
slope that makes the penalised loss stationary at x, no layer moves (decoupled), and no argument of the link is left (coupled).
For L < p the penalty is strictly convex, so x is the only minimiser on x > 0 of its sum with the tangent of f there, hence with
every convex f. For L > p it is strictly concave: with a linear f the same x is the only **maximiser** (L = 3, q = 2, alpha = G = 1:
the second derivative is -1/3). The coupled penalty is that of p = 2. With f = (x - 1)^2/2, L = 3, q = 2 there are two stationary
points on [1/100, 2] for alpha = 2/5, one on each side of 1/4, and none for 1/2: a fold.
Source: this project; Xie and Li (2024) for AdamW at depth one.
"""

import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Exists, Identity, Inequality, Minimiser, Root
from mirrortheory.notation import p, q, x
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "decay_stops_at_stationary_points_of_a_power_penalty",
    r"f'(x) + \alpha^{p-1} x^{p/L - 1} = 0 \Rightarrow \dot w = 0; \quad"
    r" L < p,\ f'' \ge 0: x = \operatorname{argmin} f + \alpha^{p-1} \tfrac Lp x^{p/L}; \quad"
    r" L > p,\ f'' = 0: x = \operatorname{argmax}",
    topic="decay",
    source="this project",
    scope="depth 1..6; 1 < q <= 2 (coupled: p = 2 in the penalty); alpha > 0; balanced positive weights; minimum over x > 0",
    on_paper=("a convex loss lies above its tangent at x, with which the minimum is shown",),
)
rate, b, z = sympy.symbols("alpha b z", positive=True)


def _decoupled(depth, conjugate=p):
    return rate ** (conjugate - 1) * depth / conjugate * x ** (conjugate / depth)


def _coupled(depth, _=p):
    return rate * sympy.Rational(depth, 2) * x ** sympy.Rational(2, depth)


def check(decoupled=_decoupled, coupled=_coupled, beyond=-1, small=sympy.Rational(2, 5)):
    for depth in range(1, 7):
        for decay, penalty, r in ((Decoupled, decoupled, p), (Coupled, coupled, sympy.Integer(2))):
            flow, pull = Flow(Lq(q), Product(depth), decay(rate)), rate ** (r - 1) * x ** (r / depth - 1)
            yield from _stops(flow, penalty(depth), pull, f"depth {depth}, {decay.__name__}")
        yield _extremum(decoupled(depth, depth + b), 1, f"depth {depth}, p = L + b")
        if depth > 2:
            yield _extremum(decoupled(depth, depth / (1 + b)), beyond, f"depth {depth}, p = L/(1 + b)")
        if depth != 2:
            yield _extremum(coupled(depth), 1 if depth == 1 else beyond, f"depth {depth}, coupled")
    penalty, part = decoupled(3, sympy.Integer(2)), "L = 3, q = 2"
    total, on = at(_with_tangent(penalty), {rate: 1}), Domain({x: POSITIVE, z: POSITIVE})
    yield Exists(total, at(total, {z: x}), on=on, below=True, at={x: 1}, part=f"{part}, alpha = G = 1: a lower value than at 1")
    slope, near, fold = x - 1 + sympy.Derivative(penalty, x), sympy.Rational(1, 100), sympy.Rational(1, 4)
    for side in (sympy.Interval(near, fold), sympy.Interval(fold, 2)):
        yield Root([at(slope, {rate: small})], [x], on=Domain({x: side}), part=f"{part}, alpha = {small}: one in {side}")
    none, on = at(slope, {rate: sympy.Rational(1, 2)}), Domain({x: sympy.Interval(near, 2)})
    yield Inequality(0, none, on=on, strict=True, part=f"{part}, alpha = 1/2: none")


def _stops(flow, penalty, pull, part):
    on = Domain({x: POSITIVE, rate: POSITIVE, q: sympy.Interval.Lopen(1, 2)})
    yield Identity(sympy.Derivative(penalty, x), pull, on=on, part=f"{part}, slope of the penalty")
    values = {**dict(zip(flow.weights, flow.reparam.lift(x), strict=True)), flow.slope: -pull}
    for w in flow.weights:  # under coupled decay the argument of the link vanishes
        argument = flow.slope * sympy.Derivative(flow.effective, w) + rate * w
        still = Velocity(flow, w) if isinstance(flow.decay, Decoupled) else argument
        yield Identity(at(still, values), 0, on=on, part=f"{part}, {w} stands still")


def _with_tangent(penalty):
    return at(penalty, {x: z}) - sympy.Derivative(penalty, x) * z


def _extremum(penalty, sign, part):
    on = Domain(dict.fromkeys((x, z, rate, b), POSITIVE))
    return Minimiser(sign * _with_tangent(penalty), {z: x}, on=on, strict=True, part=part)


MUTANTS = {
    "decoupled as coupled": {"decoupled": _coupled},
    "coupled as decoupled": {"coupled": _decoupled},
    "L forgotten": {"decoupled": lambda depth, conjugate=p: 2 * _decoupled(depth, conjugate)},
    "a minimiser beyond the conjugate depth": {"beyond": 1},
    "two stationary points above the fold": {"small": sympy.Rational(12, 25)},
}
