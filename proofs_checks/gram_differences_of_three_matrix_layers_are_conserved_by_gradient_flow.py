r"""Gradient flow of a product of three matrices conserves the differences of Gram matrices of neighbouring layers.

.. math:: X = U V W \quad\Longrightarrow\quad \frac{\mathrm d}{\mathrm dt}\bigl(U^\top U - V V^\top\bigr) = 0, \qquad
   \frac{\mathrm d}{\mathrm dt}\bigl(V^\top V - W W^\top\bigr) = 0

for every loss of X: C is its gradient, any matrix. One line: with B = V W, :math:`U^\top \dot U = -U^\top C B^\top` and
:math:`\dot V V^\top = -U^\top C B^\top`. So layers that start balanced stay balanced.

Two layers: gram_difference_of_a_matrix_product_is_conserved_by_gradient_flow.
Source: Arora, Cohen and Hazan (2018), arXiv:1802.06509, for deep linear networks.
"""

import sympy

from mirrortheory import REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "gram_differences_of_three_matrix_layers_are_conserved_by_gradient_flow",
    r"\frac{d}{dt}\left(U^\top U - V V^\top\right) = \frac{d}{dt}\left(V^\top V - W W^\top\right) = 0",
    topic="balance",
    source="Arora, Cohen and Hazan (2018), arXiv:1802.06509",
    scope="U m x r, V r x s, W s x n for (m, r, s, n) = (2, 2, 2, 2), (1, 2, 3, 1), (2, 1, 2, 1); every gradient C in X = U V W",
)


def check(weight=1, moved=1, skipped=False):
    for m, r, s, n in ((2, 2, 2, 2), (1, 2, 3, 1), (2, 1, 2, 1)):
        u, v, w, slope = matrix("u", m, r), matrix("v", r, s), matrix("w", s, n), matrix("c", m, n)
        weights = [*u, *v, *w]
        on = Domain(dict.fromkeys([*weights, *slope], REALS))
        outputs = list(u * v * w)
        velocity = {z: -sum(c * sympy.Derivative(x, z) for c, x in zip(slope, outputs, strict=True)) for z in weights}
        laws = {"U and V": u.T * u - weight * v * v.T, "V and W": v.T * v - weight * w * w.T}
        if skipped and r == s:
            laws = {"U and W": u.T * u - w * w.T}
        for name, law in laws.items():
            for i in range(law.rows):
                for j in range(i + 1):
                    letters = sorted(law[i, j].free_symbols, key=str)
                    rate = sum(sympy.Derivative(law[i, j], z) * velocity[z] * (moved if z in list(v) else 1) for z in letters)
                    yield Identity(rate, 0, on=on, part=f"{m}, {r}, {s}, {n}: {name}, entry {i + 1}, {j + 1}", samples=4)


MUTANTS = {
    "the sum": {"weight": -1},
    "twice the second": {"weight": 2},
    "the middle layer moves at twice the rate": {"moved": 2},
    "the outer layers": {"skipped": True},
}
