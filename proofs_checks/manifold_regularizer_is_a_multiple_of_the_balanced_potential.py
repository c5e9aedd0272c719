r"""The manifold regularizer of decoupled decay is L(1 - m) times the balanced potential.

.. math:: M(x) = \frac{|x|^{2-m}}{2-m} = L(1-m)\,R(x), \qquad m = \frac{q(L-1)}L \ne 1

M is what decoupled decay of balanced layers does to the mirror flow, d/dt R'(x) = -phi(f') - alpha M'(x) for x > 0, checked with
d/dt R'(x) = R''(x) dx/dt. So for m > 1 the regularizer is a negative multiple of the potential, and on the line m = 1 it is |x|,
no multiple of the entropy.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the manifold regularizer.
"""

import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import alpha, metric_exponent, q, x

CLAIM = Claim(
    "manifold_regularizer_is_a_multiple_of_the_balanced_potential",
    r"M(x) = \frac{|x|^{2-m}}{2-m} = L(1-m) R(x)",
    topic="decay",
    source="arXiv:2603.02064, cf. the manifold regularizer",
    scope="depth 1..6; 1 <= q <= 2, m != 1; alpha >= 0; every orthant of balanced weights, |x| = x > 0 (both are even)",
)


def check(multiple=lambda depth, m: depth * (1 - m)):
    for depth in range(1, 7):
        flow, m, part = Flow(Lq(q), Product(depth), Decoupled(alpha)), metric_exponent(depth), f"depth {depth}"
        critical = sympy.FiniteSet(*[sympy.Rational(depth, max(1, depth - 1))] * (depth > 1))
        on = flow.domain({x: POSITIVE, q: sympy.Interval(1, 2) - critical})
        # At m = 1 the derived potential has a case of its own, which the domain excludes.
        derived = derive(flow).potential.potential.replace(sympy.Piecewise, lambda general, *_: general[0])
        r, regularizer = Named(f"R{depth}", derived), Named(f"M{depth}", x ** (2 - m) / (2 - m))
        yield Identity(regularizer, multiple(depth, m) * r, on=on, part=f"{part}, M is a multiple of R")
        balanced = {w: sympy.sign(w) * x ** sympy.Rational(1, depth) for w in flow.weights}
        rate = sympy.Derivative(r, x, x) * at(flow.derivative(sympy.Abs(flow.effective)), balanced)
        side = sympy.Mul(*map(sympy.sign, flow.weights))
        pull = alpha * sympy.Derivative(regularizer, x)
        yield Identity(rate, -side * flow.geometry.link(flow.slope) - pull, on=on, part=f"{part}, M of the decayed flow")


MUTANTS = {
    "L forgotten": {"multiple": lambda depth, m: 1 - m},
    "m - 1": {"multiple": lambda depth, m: depth * (m - 1)},
    "2 - m": {"multiple": lambda depth, m: depth * (2 - m)},
}
