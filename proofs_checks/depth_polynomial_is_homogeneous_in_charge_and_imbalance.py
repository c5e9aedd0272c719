r"""The depth polynomial is homogeneous in the charge and the imbalances together, and with it metric, mirror map and conjugate.

.. math:: P_{c\lambda}(c s) = c^L P_\lambda(s), \qquad \frac1{R''_{c\lambda}} = c^{L-1} \frac1{R''_\lambda}, \qquad
          R'_{c\lambda}(c^{L/q} x) = c^{1 - L/p} R'_\lambda(x), \qquad R^*_{c\lambda} = c^{L/q + 1 - L/p} R^*_\lambda

Decoupled decay shrinks all |w_i|^q at the rate q alpha, c = exp(-q A): so the potential moves by dilation, and at L = p decay
leaves y alone where some layers are unequal. P = |x|^q and 1/R'' are those of the weights |w_i|^q = s + lambda_i; of y and R*
their densities dy/ds = R'' dx/ds and dR*/ds = x dy/ds, and at depth two the closed forms in x.

Of y and R* where they are integrals from 0, with k < p smallest layers. Balanced at L = p, R' is log(x)/L, and R'(c^(L/q) x) =
R'(x) + log(c)/q: there decay moves this y at the rate -alpha.
What it gives for the flow: decoupled_decay_is_linear_in_the_dual_variable.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance, lam, q, x
from mirrortheory.theory import S

CLAIM = Claim(
    "depth_polynomial_is_homogeneous_in_charge_and_imbalance",
    r"P_{c\lambda}(c s) = c^L P_\lambda(s), \quad R'_{c\lambda}(c^{L/q} x) = c^{1 - L/p} R'_\lambda(x)",
    topic="potentials",
    source="this project",
    scope="depth 2..4, layer 1 alone smallest; 1 <= q <= 2; c > 0; R' in x at depth 2 for q = 1, 2, and balanced at L = p",
    on_paper=("y and R* are the integrals of their densities from 0 to s",),
)

c = sympy.Symbol("c", positive=True)


def check(degree=lambda depth: depth, dual=lambda depth: 1 - depth * (q - 1) / q, shift=1):
    for depth in range(2, 5):
        flow, shifts, part = Flow(Lq(q), Product(depth)), imbalance(depth), f"depth {depth}"
        curve = {w: (S + e) ** (1 / q) for w, e in zip(flow.weights, shifts, strict=True)}
        grown = {S: c * S} | {e: c * e for e in shifts[1:]}
        on = Domain(dict.fromkeys((c, S, *shifts[1:]), POSITIVE) | {q: sympy.Interval(1, 2)})
        image, metric = at(flow.effective, curve), at(flow.inverse_metric, curve)
        density = Derivative(image, S) / metric  # R'' dx/ds
        degrees = {
            "P": (image**q, degree(depth)),
            "1/R''": (metric, degree(depth) - 1),
            "dy/ds": (density, dual(depth) - 1),
            "dR*/ds": (image * density, dual(depth) - 1 + degree(depth) / q),
        }
        for name, (value, power) in degrees.items():
            yield Identity(at(value, grown), c**power * value, on=on, part=f"{part}, {name}", samples=4)
    for exponent in (1, 2):
        mirror_map = derive(Flow(Lq(exponent), Product(2)), imbalance=(0, lam)).potential.mirror_map
        grown = at(mirror_map, {lam: c * lam, x: c ** sympy.Rational(2, exponent) * x})
        on, law = Domain(dict.fromkeys((c, lam, x), POSITIVE)), c ** dual(2).subs(q, exponent) * mirror_map
        yield Identity(grown, law, on=on, part=f"depth 2, q = {exponent}, R'")
    for depth in range(2, 5):
        critical = sympy.Rational(depth, depth - 1)
        mirror_map = derive(Flow(Lq(critical), Product(depth))).potential.mirror_map
        grown = at(mirror_map, {x: c ** (depth / critical) * x})
        law = mirror_map + shift * sympy.log(c) / critical
        yield Identity(grown, law, on=Domain(dict.fromkeys((c, x), POSITIVE)), part=f"depth {depth} = p, balanced, R'")


MUTANTS = {
    "one layer more": {"degree": lambda depth: depth + 1},
    "L over q": {"dual": lambda depth: 1 - depth / q},
    "y stays at L = p, balanced": {"shift": 0},
}
