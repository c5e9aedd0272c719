r"""The Bregman divergence of a mirror potential is positive away from the diagonal.

.. math:: D_R(x, x_0) = R(x) - R(x_0) - R'(x_0)(x - x_0) > 0 \qquad (x \ne x_0)

Shown by ball arithmetic on boxes that cover a compact domain off the diagonal; strict convexity, which gives it everywhere, is the
positive metric of inverse_metric_is_an_elementary_symmetric_polynomial.

Source: Bregman (1967); the potentials are derived from Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import Domain
from mirrortheory.evidence import Inequality
from mirrortheory.notation import x

CLAIM = Claim(
    "bregman_divergence_is_positive_off_the_diagonal",
    r"D_R(x, x_0) > 0",
    source="Bregman (1967)",
    scope="depth 2, imbalance 1 and 0, q = 1 and 2; x, x0 in [1/2, 4], |x - x0| >= 1",
)

start = sympy.Symbol("x0", positive=True)
RANGE = sympy.Interval(sympy.Rational(1, 2), 4)


def check(sign=1, shift=0):
    off_diagonal = Domain({x: RANGE, start: RANGE}, ((x - start) ** 2 >= 1,))
    for q in (1, 2):
        for imbalance in (0, 1):
            potential = derive(Flow(Lq(q), Product(2)), imbalance=(0, imbalance)).potential
            at_start = {x: start}
            linear = potential.potential.subs(at_start) + sign * potential.mirror_map.subs(at_start) * (x - start)
            divergence = potential.potential - linear - shift
            yield Inequality(0, divergence, on=off_diagonal, part=f"q = {q}, imbalance {imbalance}", strict=True)


MUTANTS = {"slope with the other sign": {"sign": -1}, "lowered": {"shift": sympy.Rational(1, 5)}}
