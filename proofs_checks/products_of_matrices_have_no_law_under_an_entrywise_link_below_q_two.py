r"""Steepest flow with an entrywise link conserves nothing in a product of matrices with two inputs and two outputs, below q = 2.

.. math:: x = U V:\qquad \frac{\mathrm d}{\mathrm dt} h(U, V) = 0 \text{ for every loss} \;\Longrightarrow\; h \text{ is constant},
   \qquad 1 \le q < 2

No two columns of the Jacobian are parallel, so each weight goes its own way (docs/conservation.md). Query-key and value-output
pairs of attention, and networks with more layers of widths above one, are of this kind. What is known at q = 2 has no
counterpart, not even at another power: so the balances of the diagonal proxy are lost with the first off-diagonal entry.

Not to be confused with laws_of_a_product_of_matrices_under_gradient_flow_are_as_many_as_its_gram_differences_give, at q = 2.
Source: this project.
"""

import sympy

from mirrortheory import HasLaws
from mirrortheory.check.claims import Claim
from mirrortheory.notation import matrix, q

CLAIM = Claim(
    "products_of_matrices_have_no_law_under_an_entrywise_link_below_q_two",
    r"\#\{\text{laws of } x = W_1 W_2 \cdots W_L\} = 0 \quad (1 \le q < 2)",
    topic="matrices",
    source="this project",
    scope="widths (2,2,2), (2,3,2), (3,1,2), (2,2,2,2); pairs Q K^T, V O of width 2, rank 2 and width 3, rank 1; q = 1, 5/4, 3/2, "
    "7/4 in the cell of positive weights, and all q in (1, 2) but finitely many",
    on_paper=("links of columns that are not parallel are linearly independent functions of the slope",),
)

WIDTHS = ((2, 2, 2), (2, 3, 2), (3, 1, 2), (2, 2, 2, 2))


def check(count=0, exponents=("1", "5/4", "3/2", "7/4", q), widths=WIDTHS):
    for sizes in widths:
        layers = [matrix("uvw"[k], *sizes[k : k + 2]) for k in range(len(sizes) - 1)]
        product = sympy.prod(layers[1:], start=layers[0])
        for exponent in exponents:
            yield HasLaws(list(product), [e for layer in layers for e in layer], exponent, count, part=f"{sizes}, q = {exponent}")
    for width, rank in ((2, 2), (3, 1)):
        query, key, value, out = (
            matrix("q", width, rank),
            matrix("k", width, rank),
            matrix("v", rank, width),
            matrix("o", width, rank),
        )
        outputs, weights = [*(query * key.T), *(out * value)], [*query, *key, *value, *out]
        for exponent in exponents:
            yield HasLaws(outputs, weights, exponent, count, part=f"attention, width {width}, rank {rank}, q = {exponent}")


MUTANTS = {
    "one law": {"count": 1},
    "gradient flow": {"exponents": (2,)},
    "one input": {"widths": ((2, 2, 1),), "exponents": (1,)},
    "two inputs and one output": {"widths": ((1, 2, 2),), "exponents": (1,)},
}
