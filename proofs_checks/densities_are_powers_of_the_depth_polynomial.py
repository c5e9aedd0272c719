r"""Along the curve of a product of layers, x, the dual variable and the conjugate are powers of the depth polynomial.

.. math:: |x|^q = P(s), \qquad \frac{\mathrm d y}{\mathrm d s} = \tfrac1q P(s)^{-(q-1)/q}, \qquad
          \frac{\mathrm d R^*}{\mathrm d s} = \tfrac1q P(s)^{(2-q)/q}, \qquad P(s) = \prod_i (s + \lambda_i)

Read along the curve, from the weights: dx/ds = (1/R'') dy/ds, where 1/R'' is the inverse metric there, and dR*/ds = x dy/ds.

Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance, q
from mirrortheory.theory import S

CLAIM = Claim(
    "densities_are_powers_of_the_depth_polynomial",
    r"|x|^q = P(s), \quad y' = \tfrac{1}{q} P^{-(q-1)/q}, \quad (R^*)' = \tfrac{1}{q} P^{(2-q)/q}",
    topic="potentials",
    source="this project",
    scope="depth 2..6; 1 <= q <= 2; every orthant; layer 1 the only smallest; y and R* for x > 0 (odd and even)",
)


def check(dual=-(q - 1) / q, conjugate=(2 - q) / q, factor=1 / q):
    for depth in range(2, 7):
        flow, shifts, part = Flow(Lq(q), Product(depth)), imbalance(depth), f"depth {depth}"
        potential = derive(flow, imbalance=shifts).potential
        curve = {w: sympy.sign(w) * (S + shift) ** (1 / q) for w, shift in zip(flow.weights, shifts, strict=True)}
        on = flow.domain(dict.fromkeys((S, *shifts[1:]), POSITIVE))
        polynomial, x = sympy.Mul(*(S + shift for shift in shifts)), at(sympy.Abs(flow.effective), curve)
        yield Identity(x**q, polynomial, on=on, part=f"{part}, |x|^q = P")
        yield Identity(x, potential.effective.expression(S), on=on, part=f"{part}, derived x")
        y, conjugate_of_y = (density.expression(S) for density in (potential.dual_density, potential.conjugate_density))
        yield Identity(sympy.Derivative(x, S) / y, at(flow.inverse_metric, curve), on=on, part=f"{part}, derived dy/ds of the flow")
        yield Identity(y, factor * polynomial**dual, on=on, part=f"{part}, derived dy/ds")
        yield Identity(x * y, conjugate_of_y, on=on, part=f"{part}, derived dR*/ds of the flow")
        yield Identity(conjugate_of_y, factor * polynomial**conjugate, on=on, part=f"{part}, derived dR*/ds")


MUTANTS = {
    "dual without q": {"dual": -(q - 1)},
    "conjugate of the dual": {"conjugate": (q - 1) / q},
    "factor forgotten": {"factor": 1},
}
