r"""Under gradient flow of balanced layers a singular value of their product moves at L times a power of itself.

.. math:: \dot s_i = -L\, s_i^{2 - 2/L}\, u_i^\top C v_i

C is the gradient of the loss in X; :math:`u_i, v_i` are the singular vectors of :math:`X = U\,\mathrm{diag}(s)\,V^\top`. As for
products of numbers at q = 2, large singular values move faster from two layers on; here in any direction of C, as only its diagonal
counts to first order.

Checked: for layers :math:`W_j = R_{j-1}\,\mathrm{diag}(a_i)\,R_j^\top`, :math:`a_i^L = s_i`, with rotations :math:`R_0, R_L`,
and :math:`R_1` at L = 2 (else the inner bases are the axes), the rates of :math:`\tfrac12|X|_F^2 = \tfrac12 \sum s_i^2` and of
:math:`\det X = s_1 s_2` are those of the formula. They tell both rates apart where :math:`s_1 \ne s_2`.

Source: Arora, Cohen, Hu, Luo (2019), arXiv:1905.13655, Theorem 3.
"""

import sympy

from mirrortheory import POSITIVE, REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity
from mirrortheory.notation import matrix

CLAIM = Claim(
    "singular_values_of_balanced_layers_move_at_a_power_of_themselves",
    r"\dot s_i = -L\, s_i^{2 - 2/L}\, u_i^\top C v_i",
    topic="balance",
    source="Arora, Cohen, Hu, Luo (2019), arXiv:1905.13655, Theorem 3",
    scope="2 x 2 layers, L = 1..3, s_1 != s_2 > 0, rotations by tangents of half angles, inner bases turned at L = 2; every C",
    on_paper=("|X|_F^2 = s_1^2 + s_2^2 and det X = s_1 s_2 tell the rates of s_1 != s_2", "the flow turns with the inner bases"),
)

MOST = 3


def rotation(t):
    return sympy.Matrix([[1 - t**2, -2 * t], [2 * t, 1 - t**2]]) / (1 + t**2)


def check(factor=lambda L: L, power=lambda L: 2 * L - 2, turned=0):
    a, b = sympy.symbols("a b", positive=True)
    first, inner, last = (sympy.Symbol(name, real=True) for name in ("t", "r", "s"))
    slope = matrix("c", 2, 2)
    for depth in range(1, MOST + 1):
        layers = [matrix(name, 2, 2) for name in "efgh"[:depth]]
        bases = [rotation(first), *[rotation(inner if depth == 2 else sympy.S.Zero)] * (depth - 1), rotation(last)]
        values = {}
        for j, layer in enumerate(layers):
            values |= dict(zip(layer, bases[j] * sympy.diag(a, b) * bases[j + 1].T, strict=True))
        X = sympy.eye(2)
        for layer in layers:
            X = X * layer
        velocity = {w: -sum(c * sympy.Derivative(x, w) for c, x in zip(slope, X, strict=True)) for w in values}
        along = bases[0].T * slope * bases[-1]
        rates = [-factor(depth) * size ** power(depth) * along[i, (i + turned) % 2] for i, size in enumerate((a, b))]
        on = Domain({a: POSITIVE, b: POSITIVE} | dict.fromkeys([*slope, first, inner, last], REALS))
        size = sum(x**2 for x in X) / 2
        rate = at(sum(sympy.Derivative(size, w) * velocity[w] for w in values), values)
        expected = a**depth * rates[0] + b**depth * rates[1]
        yield Identity(rate, expected, on=on, part=f"L = {depth}, half the square of |X|", samples=4)
        det = X[0, 0] * X[1, 1] - X[0, 1] * X[1, 0]
        rate = at(sum(sympy.Derivative(det, w) * velocity[w] for w in values), values)
        yield Identity(rate, rates[0] * b**depth + a**depth * rates[1], on=on, part=f"L = {depth}, det X", samples=4)


MUTANTS = {
    "without the factor L": {"factor": lambda L: 1},
    "the power 2 - 1/L": {"power": lambda L: 2 * L - 1},
    "the other singular vector": {"turned": 1},
}
