r"""Where exactly two layers vanish and f' != 0 the point is a strict saddle, with curvatures +-|f'| times the other layers.

.. math:: w_1 = w_2 = 0: \quad \nabla^2_w f(w_1 \cdots w_L) =
          \begin{pmatrix} 0 & c \\ c & 0 \end{pmatrix} \oplus 0, \qquad c = f' \prod_{i > 2} w_i, \qquad
          \text{eigenvalues } \pm |f'| \prod_{i > 2} |w_i|

along (1, sign c) and (1, -sign c). Where a third layer vanishes, or f' = 0, all of the Hessian is 0, whatever f'' is: dx/dw is
0. The loss f = f'x + f'' x^2/2 stands for all, as the second derivatives at x = 0 hold only f' and f''. In a model of
many coordinates this is the block of one of them; its other rows vanish too, as they hold dx/dw.

Not to be confused with what three vanishing layers make: saddle_of_three_vanishing_layers_is_flat_to_their_order.
Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for saddles of reparameterized losses.
"""

from itertools import combinations_with_replacement

import sympy
from sympy import Derivative

from mirrortheory import Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, REALS, Domain
from mirrortheory.evidence import Identity, Spectrum

CLAIM = Claim(
    "saddle_is_strict_where_exactly_two_layers_vanish",
    r"w_1 = w_2 = 0: \nabla^2_w f(g(w)) \text{ has the eigenvalues } \pm |f'| \prod_{i > 2} |w_i| \text{ and } 0",
    topic="saddles",
    source="this project; arXiv:2603.02064 for saddles of reparameterized losses",
    scope="depth 2..6, every orthant of the other layers; every f' and f''; the Hessian in the layers of one coordinate",
    on_paper=("a product does not change when layers change places", "second derivatives at x = 0 hold only f' and f''"),
)

slope, curvature, x = sympy.symbols("g h x", real=True)


def check(size=abs(slope), flat=3):
    for depth in range(2, 7):
        product = Product(depth)
        weights, (first, second), others = product.weights, product.weights[:2], product.weights[2:]
        loss = at(slope * x + curvature * x**2 / 2, {x: product.effective})
        gone = {first: 0, second: 0}
        everywhere = Domain(dict.fromkeys((slope, curvature, *others), REALS))
        hessian = {pair: at(Derivative(loss, *pair), gone) for pair in combinations_with_replacement(weights, 2)}
        for pair, entry in hessian.items():
            if pair != (first, second):
                yield Identity(entry, 0, on=everywhere, part=f"depth {depth}, two vanish, Hessian in {pair}")
        block = [[hessian[first, first], hessian[first, second]], [hessian[first, second], hessian[second, second]]]
        on = Domain(dict.fromkeys((slope, *others), NONZERO) | {curvature: REALS})
        for sign in (1, -1):
            vector = (1, sign * sympy.sign(slope) * sympy.Mul(*map(sympy.sign, others)))
            value, part = sign * size * sympy.Mul(*map(abs, others)), f"depth {depth}, two vanish, curvature of sign {sign}"
            yield Spectrum(block, on=on, sign=sign, vector=vector, value=value, part=part)
        degenerate = {"f' = 0": {slope: 0}} | ({"a third vanishes": {weights[flat - 1]: 0}} if depth >= flat else {})
        for name, values in degenerate.items():
            entry = at(hessian[first, second], values)
            yield Identity(entry, 0, on=everywhere, part=f"depth {depth}, {name}, Hessian in {(first, second)}")


MUTANTS = {
    "twice the curvature": {"size": 2 * abs(slope)},
    "the sign of the slope": {"size": slope},
    "flat where two vanish": {"flat": 2},
}
