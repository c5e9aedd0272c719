r"""The brackets that decide whether outputs commute are those of their gradient fields, and what obstructs does not vanish.

.. math:: (B_{ij})_k = \sum_l \frac{\partial^2 x_j}{\partial w_k \partial w_l} \frac{\partial x_i}{\partial w_l}
          - \frac{\partial^2 x_i}{\partial w_k \partial w_l} \frac{\partial x_j}{\partial w_l}

Where all vanish, gradient flow is a mirror flow in all outputs; where a gradient of some x_k has a product with B_ij that is not 0,
it is none, for some loss and start: that product is checked to be the stated one, and at a point to be positive.

Source: Li, Wang, Lee, Arora (2022), arXiv:2207.04036, cf. the theorems on commuting parameterizations.
"""

import sympy
from sympy import Derivative

from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.theory import commutation

CLAIM = Claim(
    "brackets_of_gradients_are_those_of_the_outputs",
    r"B_{ij} = \nabla^2 x_j\,\nabla x_i - \nabla^2 x_i\,\nabla x_j",
    topic="balance",
    source="arXiv:2207.04036, cf. the theorems on commuting parameterizations",
    scope="squares, two weights times a third, a product of two 2 x 2 matrices; all real weights",
    on_paper=("what brackets mean for a mirror flow: the theorems of the source",),
)

a, b, c, d, e, f, g, h = letters = sympy.symbols("a b c d e f g h", real=True)
OUTPUTS = (
    ((a**2 + b**2, a**2 - b**2), (a, b)),
    ((a * b, a * c), (a, b, c)),
    ((a * e + b * g, a * f + b * h, c * e + d * g), letters),
)


def check(sign=1, above=0):
    for outputs, weights in OUTPUTS:
        found, on = commutation(outputs, weights), Domain(dict.fromkeys(weights, REALS))
        for (i, j), bracket in found.brackets.items():
            x, y = outputs[i - 1], outputs[j - 1]
            for w, entry in zip(weights, bracket, strict=True):
                parts = (Derivative(y, w, v) * Derivative(x, v) - Derivative(x, w, v) * Derivative(y, v) for v in weights)
                yield Identity(sympy.Add(*parts), sign * entry, on=on, part=f"{x}, {y}: {w}")
        if found.obstruction is not None:
            i, j, k, product = found.obstruction
            gradient = (Derivative(outputs[k - 1], w) for w in weights)
            along = sympy.Add(*(slope * entry for slope, entry in zip(gradient, found.brackets[i, j], strict=True)))
            yield Identity(along, sign * product, on=on, part=f"{outputs}: obstruction {product}")
            point = {w: (-1) ** n * (n + 2) for n, w in enumerate(weights)}
            yield Inequality(above, at(product**2, point), on=Domain({}), part=f"{outputs}: not 0", strict=True)


MUTANTS = {"the other order": {"sign": -1}, "too large": {"above": 10**9}}
