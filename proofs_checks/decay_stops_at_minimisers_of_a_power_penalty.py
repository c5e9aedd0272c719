r"""Up to the conjugate depth weight decay stops where x minimises the loss plus a power penalty; beyond, where it may maximise it.

.. math:: \text{decoupled: } f + \alpha^{p-1}\tfrac Lp |x|^{p/L}, \qquad \text{coupled: } f + \alpha\tfrac L2 |x|^{2/L}

So the manifold regularizer of the drift form is not what the limit minimises unless q = 2. Balanced layers, x > 0: with the
slope that makes the penalised loss stationary at x, no layer moves (decoupled), and no argument of the link is left (coupled).

For L < p the penalty is strictly convex, so x is the only minimiser on x > 0 of its sum with the tangent of f there, hence with
every convex f. For L > p it is strictly concave: with a linear f the same x is the only **maximiser** (L = 3, q = 2, alpha = G = 1:
the second derivative is -1/3). The coupled penalty is that of p = 2: convex at L = 1, concave from L = 3 on.

Source: this project; Xie and Li (2024) for AdamW at depth one.
"""

import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Exists, Identity, Minimiser
from mirrortheory.notation import p, q, x
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "decay_stops_at_minimisers_of_a_power_penalty",
    r"f'(x) + \alpha^{p-1} x^{p/L - 1} = 0 \Rightarrow \dot w = 0; \quad"
    r" L < p: x = \operatorname{argmin} f + \alpha^{p-1} \tfrac Lp x^{p/L}; \quad L > p,\ f'' = 0: x = \operatorname{argmax}",
    source="this project",
    scope="depth 1..6; 1 < q <= 2 (decoupled), every q (coupled); alpha > 0; balanced positive weights; minimum over x > 0",
    on_paper=("a convex loss lies above its tangent at x, with which the minimum is shown",),
)

rate, b, z = sympy.symbols("alpha b z", positive=True)


def _decoupled(depth, conjugate=p):
    return rate ** (conjugate - 1) * depth / conjugate * x ** (conjugate / depth)


def _coupled(depth, conjugate=p):  # noqa: ARG001
    return rate * sympy.Rational(depth, 2) * x ** sympy.Rational(2, depth)


def check(decoupled=_decoupled, coupled=_coupled, beyond=-1):
    on = Domain({x: POSITIVE, rate: POSITIVE, q: sympy.Interval.Lopen(1, 2)})
    for depth in range(1, 7):
        product = Product(depth)
        balanced = dict(zip(product.weights, product.lift(x), strict=True))
        pulls = rate ** (p - 1) * x ** (p / depth - 1), rate * x ** (sympy.Rational(2, depth) - 1)
        for kind, decay, penalty, pull in zip(
            ("decoupled", "coupled"), (Decoupled, Coupled), (decoupled, coupled), pulls, strict=True
        ):
            flow, part = Flow(Lq(q), product, decay(rate)), f"depth {depth}, {kind}"
            yield Identity(sympy.Derivative(penalty(depth), x), pull, on=on, part=f"{part}, slope of the penalty")
            values = {**balanced, flow.slope: -pull}
            for w in flow.weights:
                argument = flow.slope * sympy.Derivative(flow.effective, w) + rate * w
                still = Velocity(flow, w) if kind == "decoupled" else argument
                yield Identity(at(still, values), 0, on=on, part=f"{part}, {w} stands still")
        everywhere = Domain(dict.fromkeys((x, z, rate, b), POSITIVE))
        yield _extremum(decoupled(depth, depth + b), 1, everywhere, f"depth {depth}, p = L + b")
        if depth > 2:
            yield _extremum(decoupled(depth, depth / (1 + b)), beyond, everywhere, f"depth {depth}, p = L/(1 + b)")
        if depth != 2:
            yield _extremum(coupled(depth), 1 if depth == 1 else beyond, everywhere, f"depth {depth}, coupled")
    total = at(_with_tangent(decoupled(3, sympy.Integer(2))), {rate: 1})
    yield Exists(total, at(total, {z: x}), on=Domain({x: POSITIVE, z: POSITIVE}), below=True, at={x: 1}, part="L = 3, q = 2, G = 1")


def _with_tangent(penalty):
    """The penalty at z, and the linear loss with which x is stationary."""
    return at(penalty, {x: z}) - sympy.Derivative(penalty, x) * z


def _extremum(penalty, sign, on, part):
    return Minimiser(sign * _with_tangent(penalty), {z: x}, on=on, strict=True, part=part)


MUTANTS = {
    "decoupled as coupled": {"decoupled": _coupled},
    "coupled as decoupled": {"coupled": _decoupled},
    "L forgotten": {"decoupled": lambda depth, conjugate=p: 2 * _decoupled(depth, conjugate)},
    "a minimiser beyond the conjugate depth": {"beyond": 1},
}
