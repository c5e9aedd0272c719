r"""Gradient flow of a product of two matrices conserves the difference of their Gram matrices.

.. math:: \dot U = -C V^\top,\ \dot V = -U^\top C \quad\Longrightarrow\quad
   \frac{\mathrm d}{\mathrm dt}\bigl(U^\top U - V V^\top\bigr) = 0

C is the gradient of the loss in X = UV, any matrix. One line: both Gram matrices move at :math:`-U^\top C V^\top - V C^\top U`.

Not to be confused with q < 2, where the link is applied to each entry
(gram_difference_of_a_matrix_product_moves_below_q_two).
Source: Arora, Cohen and Hazan (2018), arXiv:1802.06509, for deep linear networks.
"""

import sympy

from mirrortheory import REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "gram_difference_of_a_matrix_product_is_conserved_by_gradient_flow",
    r"\frac{d}{dt}\left(U^\top U - V V^\top\right) = 0 \quad\text{for}\quad \dot U = -C V^\top,\ \dot V = -U^\top C",
    topic="matrices",
    source="Arora, Cohen and Hazan (2018), arXiv:1802.06509",
    scope="U m x r, V r x n for (m, r, n) = (2, 2, 2), (1, 3, 2), (3, 2, 1); every C",
)


def check(weight=1, moved=1):
    for m, r, n in ((2, 2, 2), (1, 3, 2), (3, 2, 1)):
        u, v, slope = matrix("u", m, r), matrix("v", r, n), matrix("c", m, n)
        weights = [*u, *v]
        on = Domain(dict.fromkeys([*weights, *slope], REALS))
        outputs = list(u * v)
        velocity = {w: -sum(c * sympy.Derivative(x, w) for c, x in zip(slope, outputs, strict=True)) for w in weights}
        law = u.T * u - weight * v * v.T
        for i in range(r):
            for j in range(i + 1):
                rate = sum(sympy.Derivative(law[i, j], w) * velocity[w] * (moved if w in list(v) else 1) for w in weights)
                yield Identity(rate, 0, on=on, part=f"{m} x {r} times {r} x {n}, entry {i + 1}, {j + 1}")


MUTANTS = {
    "the sum": {"weight": -1},
    "twice the second": {"weight": 2},
    "the first alone": {"weight": 0},
    "the second layer moves at twice the rate": {"moved": 2},
}
