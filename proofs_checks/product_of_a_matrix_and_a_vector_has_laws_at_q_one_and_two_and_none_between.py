r"""Two layers with one input have conservation laws under sign flow and under gradient flow, and none between.

.. math:: x = U v,\ U \in \mathbb R^{m \times n}:\qquad \#\{\text{laws}\} = (n - 1)\,m,\quad 0,\quad \tfrac{n(n+1)}2 \ (n \le m + 1)
   \qquad\text{at } q = 1,\ 1 < q < 2,\ q = 2

The columns of the Jacobian that belong to one row of U are parallel to each other, by the factors :math:`v_j`. At q = 1 only
the signs of these count, so in an orthant the entries of a row of U move by one amount, up to signs, and their differences stay.
For q between, the factors :math:`|v_j|^{q-1}` differ and change, and brackets reach all directions.

Source: this project.
"""

from mirrortheory import HasLaws
from mirrortheory.check.claims import Claim
from mirrortheory.notation import matrix, q

CLAIM = Claim(
    "product_of_a_matrix_and_a_vector_has_laws_at_q_one_and_two_and_none_between",
    r"\#\{\text{laws of } x = Uv\} = (n-1)m,\ 0,\ \tfrac{n(n+1)}{2} \text{ at } q = 1,\ 1 < q < 2,\ q = 2",
    topic="matrices",
    source="this project",
    scope="U m x n = 2 x 2, 2 x 3, 3 x 2, 3 x 3; q = 1, 3/2, 5/4 in the orthant of positive weights, q = 1 in another one, "
    "all q in (1, 2) but finitely many, and q = 2",
    on_paper=("links of columns that are not parallel are linearly independent functions of the slope",),
)


def check(at_one=lambda m, n: (n - 1) * m, between=0, at_two=lambda m, n: n * (n + 1) // 2):
    for m, n in ((2, 2), (2, 3), (3, 2), (3, 3)):
        u, v = matrix("u", m, n), matrix("v", n, 1)
        outputs, weights = list(u * v), [*u, *v]
        other = [(-1) ** k * (k + 2) for k in range(len(weights))]
        for at, where in ((None, "positive"), (other, "signs that alternate")):
            yield HasLaws(outputs, weights, 1, at_one(m, n), at=at, part=f"{m} x {n}, q = 1, {where}")
        for exponent in ("5/4", "3/2", q):
            yield HasLaws(outputs, weights, exponent, between, part=f"{m} x {n}, q = {exponent}")
        yield HasLaws(outputs, weights, 2, at_two(m, n), part=f"{m} x {n}, q = 2")


MUTANTS = {
    "one more at q = 1": {"at_one": lambda m, n: (n - 1) * m + 1},
    "one between": {"between": 1},
    "the diagonal at q = 2": {"at_two": lambda m, n: n},
}
