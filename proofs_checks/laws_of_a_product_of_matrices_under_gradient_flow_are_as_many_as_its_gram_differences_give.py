r"""Gradient flow of a product of matrices has no law but its Gram differences and functions of them.

.. math:: x = U V,\ U \in \mathbb R^{m \times r},\ V \in \mathbb R^{r \times n}:\qquad \#\{\text{laws}\} =
   \begin{cases} r(r+1)/2 & r \le m + n \\ (m+n)\, r - (m+n)(m+n-1)/2 & r \ge m + n \end{cases}

All entries of :math:`U^\top U - V V^\top` are conserved. Its rank is m + n at most, so for larger r they depend on each other: a
symmetric r x r matrix of rank k has kr - k(k-1)/2 degrees of freedom. That nothing else is conserved is counted from above, by
brackets; deep networks have the laws of each hidden layer.

Not to be confused with products_of_matrices_have_no_law_under_an_entrywise_link_below_q_two.
Source: Marcotte, Gribonval and Peyre (2023), arXiv:2307.00144, Propositions 4.2 and 4.3, for two layers.
"""

import sympy

from mirrortheory import HasLaws
from mirrortheory.check.claims import Claim
from mirrortheory.notation import matrix

CLAIM = Claim(
    "laws_of_a_product_of_matrices_under_gradient_flow_are_as_many_as_its_gram_differences_give",
    r"\#\{\text{laws of } x = UV\} = kr - \tfrac{k(k-1)}{2},\quad k = \min(r, m + n)",
    topic="matrices",
    source="Marcotte, Gribonval and Peyre (2023), arXiv:2307.00144",
    scope="(m, r, n) with m, n <= 2 and r <= 5, and (3, 2, 3), (4, 4, 4); the sum over hidden layers of three layers of widths "
    "(2,2,2,2), (3,3,3,3), (2,3,2,2) and of four, (2,3,4,5,2)",
)

SIZES = [(m, r, n) for m in (1, 2) for n in range(1, m + 1) for r in range(1, 6)] + [(3, 2, 3), (4, 4, 4)]
DEEP = ((2, 2, 2, 2), (3, 3, 3, 3), (2, 3, 2, 2), (2, 3, 4, 5, 2))


def gram_differences(m, r, n):
    k = min(r, m + n)
    return k * r - k * (k - 1) // 2


def check(number=gram_differences, sizes=SIZES, deep=DEEP, q=2):
    for widths in (*sizes, *deep):
        layers = [matrix("uvwa"[k], *widths[k : k + 2]) for k in range(len(widths) - 1)]
        product = sympy.prod(layers[1:], start=layers[0])
        count = sum(number(widths[0], r, widths[-1]) if len(widths) == 3 else r * (r + 1) // 2 for r in widths[1:-1])
        yield HasLaws(list(product), [e for layer in layers for e in layer], q, count, part=f"{widths}")


SMALL = {"sizes": [(1, 2, 1), (1, 3, 1), (2, 2, 2)], "deep": ()}
MUTANTS = {
    "all entries": {"number": lambda m, r, n: r * (r + 1) // 2, **SMALL},
    "the diagonal": {"number": lambda m, r, n: r, **SMALL},
    "one more": {"number": lambda m, r, n: gram_differences(m, r, n) + 1, **SMALL},
    "one less": {"number": lambda m, r, n: max(0, gram_differences(m, r, n) - 1), **SMALL},
    "q = 3/2": {"q": "3/2", **SMALL},
}
