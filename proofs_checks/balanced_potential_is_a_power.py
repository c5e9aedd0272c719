r"""Balanced layers with metric exponent m != 1 have a power as mirror potential.

.. math:: R(x) = \frac{|x|^{2-m}}{L(1-m)(2-m)}, \qquad R''(x) = \frac1{L|x|^m}, \qquad m = \frac{q(L-1)}L \ne 1

Each layer has |w_i| = |x|^(1/L), with any signs. At m = 1 the formula is undefined, and the potential is an entropy
(balanced_potential_is_an_entropy_on_the_critical_line).

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the balanced potentials.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import metric_exponent, q, x

CLAIM = Claim(
    "balanced_potential_is_a_power",
    r"R(x) = \frac{|x|^{2-m}}{L(1-m)(2-m)}, \quad R''(x) = \frac{1}{L|x|^m}",
    topic="potentials",
    source="arXiv:2603.02064, cf. the balanced potentials",
    scope="depth 1..6; 1 <= q <= 2, m != 1; every orthant of balanced weights, |x| = x > 0 (R is even)",
)


def _formula(depth):
    m = metric_exponent(depth)
    return x ** (2 - m) / (depth * (1 - m) * (2 - m))


def check(formula=_formula):
    for depth in range(1, 7):
        flow, critical = Flow(Lq(q), Product(depth)), sympy.Rational(depth, max(1, depth - 1))
        on = flow.domain({x: POSITIVE, q: sympy.Interval(1, 2) - sympy.FiniteSet(*[critical] * (depth > 1))})
        balanced = {w: sympy.sign(w) * x ** sympy.Rational(1, depth) for w in flow.weights}
        # At m = 1 the derived potential has a case of its own, which the domain excludes.
        potential = derive(flow).potential
        derived = Named(f"R{depth}", potential.potential.replace(sympy.Piecewise, lambda general, *_: general[0]))
        printed = Named(f"R{depth} printed", formula(depth))
        inverse_metric, part = at(flow.inverse_metric, balanced), f"depth {depth}"
        yield Identity(at(sympy.Abs(flow.effective), balanced), x, on=on, part=f"{part}, the image")
        yield Identity(sympy.Derivative(derived, x, x) * inverse_metric, 1, on=on, part=f"{part}, derived R'' of the flow")
        yield Identity(sympy.Derivative(printed, x, x) * depth * x ** metric_exponent(depth), 1, on=on, part=f"{part}, R''")
        yield Identity(potential.hessian, sympy.Derivative(derived, x, x), on=on, part=f"{part}, derived R''")
        yield Identity(printed, derived, on=on, part=f"{part}, R")


MUTANTS = {
    "L forgotten": {"formula": lambda depth: depth * _formula(depth) if depth > 1 else 2 * _formula(1)},
    "1 - m only": {"formula": lambda depth: _formula(depth) * (2 - metric_exponent(depth))},
    "other sign": {"formula": lambda depth: -_formula(depth)},
    "other power": {"formula": lambda depth: x * _formula(depth)},
    "linear term": {"formula": lambda depth: _formula(depth) + x},
}
