r"""Along the curve of a product of layers, x, the dual variable and the conjugate are powers of the depth polynomial.

.. math:: |x|^q = P(s), \qquad \frac{\mathrm d y}{\mathrm d s} = \tfrac1q P(s)^{-(q-1)/q}, \qquad
          \frac{\mathrm d R^*}{\mathrm d s} = \tfrac1q P(s)^{(2-q)/q}, \qquad P(s) = \prod_i (s + \lambda_i)

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.claims import Claim
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance, q
from mirrortheory.theory import S

CLAIM = Claim(
    "densities_are_powers_of_the_depth_polynomial",
    r"|x|^q = P(s), \quad y' = \tfrac{1}{q} P^{-(q-1)/q}, \quad (R^*)' = \tfrac{1}{q} P^{(2-q)/q}",
    source="this project",
    scope="depth 2..6; 1 <= q <= 2; x > 0; layer 1 smallest",
)


def check(dual=-(q - 1) / q, conjugate=(2 - q) / q, factor=1 / q):
    for depth in range(2, 7):
        shifts = imbalance(depth)
        on = Domain(dict.fromkeys((S, *shifts[1:]), POSITIVE) | {q: sympy.Interval(1, 2)})
        potential = derive(Flow(Lq(q), Product(depth)), imbalance=shifts).potential
        polynomial = sympy.Mul(*(S + shift for shift in shifts))
        yield Identity(potential.effective.expression(S) ** q, polynomial, on=on, part=f"depth {depth}, x^q = P")
        for name, density, power in (("y", potential.dual_density, dual), ("R*", potential.conjugate_density, conjugate)):
            yield Identity(density.expression(S), factor * polynomial**power, on=on, part=f"depth {depth}, {name}")


MUTANTS = {
    "dual without q": {"dual": -(q - 1)},
    "conjugate of the dual": {"conjugate": (q - 1) / q},
    "factor forgotten": {"factor": 1},
}
