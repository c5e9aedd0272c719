r"""Gradient flow on a Gram matrix conserves the row space of its factor, and nothing else.

.. math:: x = U U^\top,\ U \in \mathbb R^{m \times r}:\qquad \#\{\text{laws}\} = m \max(r - m, 0)

The flow is U' = -2SU with S symmetric, and brackets of such fields reach all matrices in place of S. So U moves in its orbit
under invertible matrices from the left, which is told by its row space: m(r - m) numbers, the dimension of a Grassmannian.
For r <= m there is none: each U of full rank reaches each other one in its component.

Not to be confused with row_space_of_a_matrix_is_kept_where_only_its_gram_matrix_is_seen, which exhibits the laws.
Source: this project.
"""

from mirrortheory import HasLaws
from mirrortheory.check.claims import Claim
from mirrortheory.notation import matrix

CLAIM = Claim(
    "laws_of_a_gram_matrix_under_gradient_flow_are_those_of_its_row_space",
    r"\#\{\text{laws of } x = UU^\top\} = m \max(r - m, 0)",
    topic="matrices",
    source="this project",
    scope="U m x r with m = 1, r <= 4, m = 2, r <= 4, and 3 x 2, 3 x 3",
)

SIZES = [(1, r) for r in range(1, 5)] + [(2, r) for r in range(1, 5)] + [(3, 2), (3, 3)]


def check(number=lambda m, r: m * max(r - m, 0), sizes=SIZES, q=2):
    for m, r in sizes:
        u = matrix("u", m, r)
        product = u * u.T
        outputs = [product[i, j] for i in range(m) for j in range(i + 1)]
        yield HasLaws(outputs, list(u), q, number(m, r), part=f"{m} x {r}")


MUTANTS = {
    "those of the columns": {"number": lambda m, r: r * max(r - m, 0)},
    "the gauge group": {"number": lambda m, r: r * (r - 1) // 2},
    "none": {"number": lambda m, r: 0},
    "an entrywise link": {"q": "3/2", "sizes": [(2, 3)]},
}
