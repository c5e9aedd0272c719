r"""Of all two layers with a given product the p-th powers of Schatten norms are least in sum where they are aligned and balanced.

.. math:: \min\Bigl\{\tfrac12 \bigl(\|U\|_{S_p}^p + \|V\|_{S_p}^p\bigr) : U V = X\Bigr\} = \sum_i s_i(X)^{p/2}

p = 2 is the nuclear norm; p < 2 gives a quasi-norm. For layers that are aligned with the gradients, and so move as products of
numbers, decoupled decay at the gradient exponent q belongs to p = q/(q - 1) (decoupled_decay_never_raises_a_penalised_loss).

With singular values :math:`a_i` of U and :math:`b_i` of V, those of X = UV are :math:`s_1 = a_1 b_1/k` and
:math:`s_2 = k\, a_2 b_2`, for a k >= 1 with :math:`s_1 \ge s_2`: so much is Horn's
inequality :math:`s_1 \le a_1 b_1`, and the determinant. Then
:math:`(a_1 b_1)^r + (a_2 b_2)^r - s_1^r - s_2^r = (1 - k^{-r})(s_1^r k^r - s_2^r) \ge 0` for r = p/2, and the means do the rest.

Checked with letters for r-th powers: :math:`A_i = a_i^r`, :math:`B_i = b_i^r`, :math:`\kappa = k^r = 1 + d`, and s_1^r = s_2^r + e.

Source: Horn (1950) for the inequality; the rest: the inequality of means.
"""

import sympy

from mirrortheory import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "least_schatten_norm_of_two_matrix_layers_is_that_of_their_product_at_half_the_exponent",
    r"\min\left\{\tfrac{1}{2}\left(\|U\|_{S_p}^p + \|V\|_{S_p}^p\right) : UV = X\right\} = \sum_i s_i(X)^{p/2}",
    topic="decay",
    source="Horn (1950) for the inequality of singular values",
    scope="2 x 2 matrices, X regular; every p > 0",
    on_paper=("Horn's inequality: the largest singular value of UV is at most the product of those of U and V",),
)


def check(share=1, down=-1, exponent=2):
    B1, B2, s, p = sympy.symbols("B1 B2 s p", positive=True)
    d, e = sympy.symbols("d e", nonnegative=True)
    kappa, top = 1 + d, s + e  # k^r, s_1^r; s is s_2^r
    A1, A2 = top * kappa / B1, s * kappa**down / B2  # (a_i)^r, from the products of singular values
    on = Domain({B1: POSITIVE, B2: POSITIVE, d: NONNEGATIVE, s: POSITIVE, e: NONNEGATIVE})
    mean = share * (A1**exponent + A2**exponent + B1**2 + B2**2) / 2
    rest = ((A1 - B1) ** 2 + (A2 - B2) ** 2) / 2
    products = A1 * B1 + A2 * B2
    yield Identity(mean, rest + products, on=on, part="the means of p-th powers, and products")
    yield Identity(products - top - s, d * (top - s / kappa), on=on, part="products less the powers of s")
    yield Inequality(0, d * (e + s * d / kappa), on=on, part="it is not negative")
    yield Identity(top - s / kappa, e + s * d / kappa, on=on, part="as it stands there")
    x, y = sympy.symbols("x y", positive=True)
    on = Domain(dict.fromkeys((x, y, p), POSITIVE))
    first, second = sympy.symbols("a b", positive=True)  # singular values of both layers, aligned and balanced
    sizes = at(share * (2 * first**p + 2 * second**p) / 2, {first: sympy.sqrt(x), second: sympy.sqrt(y)})
    yield Identity(sizes, x ** (p / 2) + y ** (p / 2), on=on, part="aligned and balanced layers")


MUTANTS = {
    "not halved": {"share": 2},
    "the determinant forgotten": {"down": 1},
    "p-th powers of one layer, half of them of the other": {"exponent": 1},
}
