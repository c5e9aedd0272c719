r"""Steepest flow with an entrywise link below q = 2 does not conserve the Gram difference of a product of two matrices.

.. math:: \exists\, U, V, C:\; \frac{\mathrm d}{\mathrm dt}\bigl(\textstyle\sum_i |U_{ij}|^q - \sum_k |V_{jk}|^q\bigr) \ne 0,
   \qquad \dot w = -\varphi_q\Bigl(\sum_k C_k\, \partial X_k / \partial w\Bigr)

So what two layers of a product of numbers keep at every q, two layers of matrices keep at q = 2 only. That no other function is
conserved either says :func:`mirrortheory.count_laws`: no two columns of the Jacobian are parallel, and the count is 0.

Not to be confused with gram_difference_of_a_matrix_product_is_conserved_by_gradient_flow, at q = 2.
Source: this project.
"""

import sympy

from mirrortheory import REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Exists
from mirrortheory.notation import matrix

CLAIM = Claim(
    "gram_difference_of_a_matrix_product_moves_below_q_two",
    r"\exists\, U, V, C:\ \frac{d}{dt}\left(\sum_i |U_{ij}|^q - \sum_k |V_{jk}|^q\right) \ne 0",
    topic="matrices",
    source="this project",
    scope="2 x 2 matrices; q = 1, 5/4, 3/2, 7/4; both j",
)


def check(exponents=("1", "5/4", "3/2", "7/4")):
    u, v, slope = (matrix(name, 2, 2) for name in "uvc")
    weights, outputs = [*u, *v], list(u * v)
    on = Domain(dict.fromkeys([*weights, *slope], REALS), tuple(sympy.Ne(w, 0) for w in weights))
    for q in map(sympy.Rational, exponents):

        def link(argument, q=q):
            return argument if q == 2 else sympy.sign(argument) * abs(argument) ** (q - 1)

        velocity = {w: -link(sum(c * sympy.Derivative(x, w) for c, x in zip(slope, outputs, strict=True))) for w in weights}
        for j in range(2):
            law = sum(abs(w) ** q for w in u[:, j]) - sum(abs(w) ** q for w in v[j, :])
            rate = sum(sympy.Derivative(law, w) * velocity[w] for w in weights)
            yield Exists(rate, 0, on=on, part=f"q = {q}, column {j + 1}")


MUTANTS = {"gradient flow": {"exponents": ("2",)}, "gradient flow among them": {"exponents": ("3/2", "2")}}
