r"""Gradient flow on :math:`X = U U^\top` keeps the row space of U: quotients of its minors are conserved, for every loss.

.. math:: \dot U = -2\, S U \quad\Longrightarrow\quad \frac{\mathrm d}{\mathrm dt}\, \frac{p_{ik}}{p_{ij}} = 0,
   \qquad p_{ij} = \det\,(\text{columns } i, j \text{ of } U)

S is the symmetric gradient of the loss in X. All minors move at the rate :math:`-2 \operatorname{tr} S`, so their quotients
stay. For U 2 x 3 no polynomial of degree 4 or less is conserved, and there are no more than these two laws
(:func:`mirrortheory.count_laws`).

Source: this project.
"""

import sympy

from mirrortheory import REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "row_space_of_a_matrix_is_kept_where_only_its_gram_matrix_is_seen",
    r"\frac{d}{dt}\frac{p_{ik}}{p_{ij}} = 0 \quad\text{for}\quad \dot U = -2SU,\ S = S^\top",
    topic="matrices",
    source="this project",
    scope="U 2 x 3 and 2 x 4, where the minor of the first two columns is not 0; every S",
)


def check(top=lambda u, k: u[0, 0] * u[1, k] - u[0, k] * u[1, 0], scale=1):
    for columns in (3, 4):
        u = matrix("u", 2, columns)
        a, b, c = sympy.symbols("a b c", real=True)
        outputs = dict(zip((a, b, c), (u.row(i).dot(u.row(j)) for i, j in ((0, 0), (0, 1), (1, 1))), strict=True))
        bottom = u[0, 0] * u[1, 1] - u[0, 1] * u[1, 0]
        on = Domain(dict.fromkeys([*u, *outputs], REALS), (sympy.Ne(bottom, 0),))
        velocity = {w: -sum(slope * sympy.Derivative(x, w) for slope, x in outputs.items()) for w in u}
        for k in range(2, columns):
            law = top(u, k) / bottom**scale
            rate = sum(sympy.Derivative(law, w) * velocity[w] for w in u)
            yield Identity(rate, 0, on=on, part=f"2 x {columns}, columns 1, {k + 1} over 1, 2")


MUTANTS = {
    "the minor by itself": {"scale": 0},
    "over the square of a minor": {"scale": 2},
    "an entry over the minor": {"top": lambda u, k: u[0, k]},
    "a permanent over the minor": {"top": lambda u, k: u[0, 0] * u[1, k] + u[0, k] * u[1, 0]},
}
