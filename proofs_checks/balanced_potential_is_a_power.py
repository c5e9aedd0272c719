r"""Balanced layers with metric exponent m != 1 have a power as mirror potential.

.. math:: R(x) = \frac{|x|^{2-m}}{L(1-m)(2-m)}, \qquad R''(x) = \frac1{L|x|^m}, \qquad m = \frac{q(L-1)}L \ne 1

At m = 1 the formula is undefined, and the potential is an entropy (balanced_potential_is_an_entropy_on_the_critical_line).

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the balanced potentials.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import metric_exponent, q, x

CLAIM = Claim(
    "balanced_potential_is_a_power",
    r"R(x) = \frac{|x|^{2-m}}{L(1-m)(2-m)}, \quad R''(x) = \frac{1}{L|x|^m}",
    source="arXiv:2603.02064, cf. the balanced potentials",
    scope="depth 1..6; 1 <= q <= 2, m != 1; x > 0 (R is even)",
)


def _formula(depth):
    m = metric_exponent(depth)
    return x ** (2 - m) / (depth * (1 - m) * (2 - m))


def check(formula=_formula, all_exponents=False):
    for depth in range(1, 7):
        m = metric_exponent(depth)
        critical = sympy.FiniteSet(sympy.Rational(depth, depth - 1)) if depth > 1 and not all_exponents else sympy.S.EmptySet
        on = Domain({x: POSITIVE, q: sympy.Interval(1, 2) - critical})
        hessian = derive(Flow(Lq(q), Product(depth))).potential.hessian
        yield Identity(hessian, 1 / (depth * x**m), on=on, part=f"depth {depth}, metric")
        yield Identity(sympy.diff(formula(depth), x, 2), hessian, on=on, part=f"depth {depth}, second derivative")
        normal = depth * (1 - m) * (2 - m)
        yield Identity(formula(depth) * normal, x ** (2 - m), on=on, part=f"depth {depth}, defined")


MUTANTS = {
    "L forgotten": {"formula": lambda depth: depth * _formula(depth) if depth > 1 else 2 * _formula(1)},
    "1 - m only": {"formula": lambda depth: _formula(depth) * (2 - metric_exponent(depth))},
    "other sign": {"formula": lambda depth: -_formula(depth)},
    "other power": {"formula": lambda depth: x * _formula(depth)},
}
