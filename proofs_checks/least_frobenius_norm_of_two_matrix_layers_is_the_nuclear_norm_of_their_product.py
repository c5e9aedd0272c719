r"""Of all two layers with a given product the sum of squares is least, and twice the nuclear norm, for balanced ones.

.. math:: \min\Bigl\{\tfrac12 \bigl(\|U\|_F^2 + \|V\|_F^2\bigr) : U V = X\Bigr\} = \|X\|_* = s_1 + s_2

So weight decay of gradient flow penalises the nuclear norm of the product of two layers.

For 2 x 2 matrices :math:`(s_1 + s_2)^2 = \|X\|_F^2 + 2 |\det X|`. Checked: the square of the left side less
:math:`\|X\|_F^2 \pm 2 \det X` is a sum of three squares, and :math:`U = P\,\mathrm{diag}(a)\,R^\top`,
:math:`V = R\,\mathrm{diag}(a)\,Q^\top` have product :math:`P\,\mathrm{diag}(a^2)\,Q^\top` and :math:`a_1^2 + a_2^2` on the left.

Source: Srebro, Rennie, Jaakkola (2004), Maximum-Margin Matrix Factorization, for the fact.
"""

import sympy

from mirrortheory import NONNEGATIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "least_frobenius_norm_of_two_matrix_layers_is_the_nuclear_norm_of_their_product",
    r"\min\left\{\tfrac{1}{2}\left(\|U\|_F^2 + \|V\|_F^2\right) : UV = X\right\} = \|X\|_*",
    topic="decay",
    source="Srebro, Rennie, Jaakkola (2004), Maximum-Margin Matrix Factorization",
    scope="2 x 2 matrices: all U and V; the minimum at balanced layers in every basis (rotations; P may be a reflection)",
    on_paper=("(s_1 + s_2)^2 = |X|_F^2 + 2 |det X| for 2 x 2 matrices",),
)


def rotation(t):
    return sympy.Matrix([[1 - t**2, -2 * t], [2 * t, 1 - t**2]]) / (1 + t**2)


def frobenius(M):
    return sum(e**2 for e in M)


def check(half=sympy.Rational(1, 2), times=2, spread=1):
    u, v = matrix("u", 2, 2), matrix("v", 2, 2)
    X, on = u * v, Domain(dict.fromkeys([*u, *v], REALS))
    mean, det = half * (frobenius(u) + frobenius(v)), X[0, 0] * X[1, 1] - X[0, 1] * X[1, 0]
    for sign in (1, -1):
        # the columns of U and the rows of V as complex numbers z, w: |z|^2 |w|^2 - |<z, w>|^2 = |z_1 w_2 - z_2 w_1|^2
        real = u[0, 0] * v[1, 0] - u[0, 1] * v[0, 0] - sign * (u[1, 0] * v[1, 1] - u[1, 1] * v[0, 1])
        imaginary = sign * (u[0, 0] * v[1, 1] - u[0, 1] * v[0, 1]) + u[1, 0] * v[1, 0] - u[1, 1] * v[0, 0]
        squares = ((frobenius(u) - frobenius(v)) / 2) ** 2 + real**2 + imaginary**2
        excess = mean**2 - frobenius(X) - times * sign * det
        yield Identity(excess, squares, on=on, part=f"{'+' if sign > 0 else '-'} det X, excess of the mean", samples=8)
    a, b = sympy.symbols("a b", nonnegative=True)
    turns = sympy.symbols("r s t", real=True)
    inner, last, first = map(rotation, turns)
    on = Domain({a: NONNEGATIVE, b: NONNEGATIVE} | dict.fromkeys(turns, REALS))
    for sign in (1, -1):
        left, part = first * sympy.diag(1, sign), "P a rotation" if sign > 0 else "P a reflection"
        U, V = left * spread * sympy.diag(a, b) * inner.T, inner * sympy.diag(a, b) / spread * last.T
        yield Identity((frobenius(U) + frobenius(V)) / 2, a**2 + b**2, on=on, part=f"{part}, balanced layers", samples=4)
        for i, (entry, wanted) in enumerate(zip(U * V, left * sympy.diag(a**2, b**2) * last.T, strict=True)):
            yield Identity(entry, wanted, on=on, part=f"{part}, entry {i + 1} of their product", samples=4)


MUTANTS = {
    "a third of the squares": {"half": sympy.Rational(1, 3)},
    "four times the determinant": {"times": 4},
    "layers out of balance": {"spread": 2},
}
