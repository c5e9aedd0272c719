r"""Balanced layers with metric exponent m = 1, that is L = p, have the entropy as mirror potential.

.. math:: R(x) = \frac{|x|\log|x| - |x|}{L}, \qquad R''(x) = \frac1{L|x|}, \qquad q = \frac L{L-1}

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the balanced potentials.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import x

CLAIM = Claim(
    "balanced_potential_is_an_entropy_on_the_critical_line",
    r"R(x) = \frac{|x|\log|x| - |x|}{L} \text{ at } q = \frac{L}{L-1}",
    source="arXiv:2603.02064, cf. the balanced potentials",
    scope="depth 2..6 with q = L/(L - 1); x > 0 (R is even)",
)


def check(formula=lambda depth: (x * sympy.log(x) - x) / depth):
    on = Domain({x: POSITIVE})
    for depth in range(2, 7):
        potential = derive(Flow(Lq(sympy.Rational(depth, depth - 1)), Product(depth))).potential
        yield Identity(sympy.diff(formula(depth), x, 2), potential.hessian, on=on, part=f"depth {depth}, metric")
        yield Identity(formula(depth), potential.potential, on=on, part=f"depth {depth}, normalised")


MUTANTS = {
    "L forgotten": {"formula": lambda depth: x * sympy.log(x) - x},
    "Burg entropy": {"formula": lambda depth: -sympy.log(x) / depth},
    "linear term forgotten": {"formula": lambda depth: x * sympy.log(x) / depth},
}
