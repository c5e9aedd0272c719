r"""The manifold regularizer of decoupled decay is L(1 - m) times the balanced potential.

.. math:: M(x) = \frac{|x|^{2-m}}{2-m} = L(1-m)\,R(x), \qquad m = \frac{q(L-1)}L \ne 1

So for m > 1 the regularizer is a negative multiple of the potential, and on the line m = 1 it is |x|, no multiple of the entropy.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. the manifold regularizer.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import metric_exponent, x

CLAIM = Claim(
    "manifold_regularizer_is_a_multiple_of_the_balanced_potential",
    r"M(x) = \frac{|x|^{2-m}}{2-m} = L(1-m) R(x)",
    source="arXiv:2603.02064, cf. the manifold regularizer",
    scope="depth 1..6; q = 1, 5/4, 4/3, 3/2, 7/4, 2 with m != 1; x > 0 (both are even)",
)

EXPONENTS = tuple(map(sympy.Rational, ("1", "5/4", "4/3", "3/2", "7/4", "2")))


def check(multiple=lambda depth, m: depth * (1 - m)):
    on = Domain({x: POSITIVE})
    for depth in range(1, 7):
        for exponent in EXPONENTS:
            m = metric_exponent(depth, exponent)
            if m == 1:
                continue
            potential = derive(Flow(Lq(exponent), Product(depth))).potential.potential
            part = f"depth {depth}, q = {exponent}"
            yield Identity(x ** (2 - m) / (2 - m), multiple(depth, m) * potential, on=on, part=part)


MUTANTS = {
    "L forgotten": {"multiple": lambda depth, m: 1 - m},
    "m - 1": {"multiple": lambda depth, m: depth * (m - 1)},
    "2 - m": {"multiple": lambda depth, m: depth * (2 - m)},
}
