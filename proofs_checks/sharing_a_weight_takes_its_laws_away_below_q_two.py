r"""A weight that is shared by several outputs keeps one balance with them at q = 2, and none below.

.. math:: x_j = a\, w_j:\ \#\{\text{laws}\} = 1 \text{ at } q = 2,\ 0 \text{ for } 1 \le q < 2; \qquad
   x_j = m_j w_j:\ \text{one for each } j \text{ at every } q

At q = 2 it is :math:`a^2 - \sum_j w_j^2`; gains :math:`a_i U_{ij}` have one for each i. Below q = 2 the link of a sum is no sum
of links, and a moves by all outputs at once. Where a product of two others is shared too, :math:`x_j = a\,u_j v_j`, the balances
:math:`|u_j|^q - |v_j|^q` stay at every q and the one with a goes.

Source: this project.
"""

import sympy

from mirrortheory import HasLaws
from mirrortheory.check.claims import Claim
from mirrortheory.notation import matrix, q

CLAIM = Claim(
    "sharing_a_weight_takes_its_laws_away_below_q_two",
    r"x_j = a w_j:\ 1 \text{ law at } q = 2,\ 0 \text{ below};\quad x_j = m_j w_j:\ \text{as many as } j \text{ at every } q",
    topic="balance",
    source="this project",
    scope="n = 2, 3 outputs, or n x n gains; q = 1, 3/2 in the cell of positive weights, all q in (1, 2) but finitely many, and 2",
    on_paper=("links of columns that are not parallel are linearly independent functions of the slope",),
)


def maps(n):
    """Yield a name, outputs, weights, and how many laws there are at q = 2 and below."""
    a, m, u, w, gain = (matrix(name, n, n) for name in "amuwg")
    one, every = a[0, 0], range(n)
    yield "shared", [one * w[0, j] for j in every], [one, *w[0, :]], 1, 0
    yield "masks", [m[0, j] * w[0, j] for j in every], [*m[0, :], *w[0, :]], n, n
    yield "shared by products", [one * u[0, j] * w[0, j] for j in every], [one, *u[0, :], *w[0, :]], n + 1, n
    yield "gains", [gain[0, i] * u[i, j] for i in every for j in every], [*gain[0, :], *u], n, 0


def check(below=lambda at_two, number: number, exponents=(1, "3/2", q), more=0):
    for n in (2, 3):
        for name, outputs, weights, at_two, number in maps(n):
            yield HasLaws(outputs, weights, sympy.Integer(2), at_two + more, part=f"{name}, n = {n}, q = 2")
            for exponent in exponents:
                yield HasLaws(outputs, weights, exponent, below(at_two, number), part=f"{name}, n = {n}, q = {exponent}")


MUTANTS = {
    "as many below": {"below": lambda at_two, number: at_two},
    "none below": {"below": lambda at_two, number: 0},
    "one more at q = 2": {"more": 1, "exponents": ()},
}
