r"""Where k >= 3 layers vanish and f' != 0 there is neither a minimum nor a maximum, though the Hessian is 0.

.. math:: f\bigl(g(w + e u)\bigr) - f(0) = \mp |c|\, e^k + \tfrac{f''}{2} \Bigl(\prod_{i > k} w_i\Bigr)^2 e^{2k}, \qquad
          u = (1, \dots, 1, \mp\operatorname{sign} c, 0, \dots, 0), \quad c = f' \prod_{i > k} w_i

for f = f'x + f'' x^2/2: along u the loss falls like e^k (upper sign), or rises (lower sign). So such a point is a saddle, but no
strict one: k - 1 derivatives say nothing. The condition f' != 0 is needed: with f = x^2/2 the origin is a global minimum.

Not to be confused with two vanishing layers, a strict saddle: saddle_is_strict_where_exactly_two_layers_vanish.
Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for saddles of reparameterized losses.
"""

import sympy

from mirrortheory import Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "saddle_of_three_vanishing_layers_is_flat_to_their_order",
    r"w_1 = \dots = w_k = 0: \quad f(g(w + e u)) - f(0) = \mp |f'| \prod_{i > k} |w_i|\, e^k + O(e^{2k})",
    topic="saddles",
    source="this project; arXiv:2603.02064 for saddles of reparameterized losses",
    scope="depth 3..6, k = 3..L vanishing layers; every orthant of the others; f' != 0; f = f'x + f'' x^2/2",
    on_paper=("a product does not change when layers change places", "another loss differs from this one by o(x^2)"),
)

slope, curvature, x, e = sympy.symbols("g h x e", real=True)
more, bend, near = sympy.symbols("b H r", positive=True)


def check(order=lambda k: k, falls=1, size=abs(slope)):
    for depth in range(3, 7):
        product = Product(depth)
        loss = at(slope * x + curvature * x**2 / 2, {x: product.effective})
        for k in range(3, depth + 1):
            others, part = product.weights[k:], f"depth {depth}, {k} vanish"
            on = Domain(dict.fromkeys((slope, *others), NONZERO) | dict.fromkeys((curvature, e), REALS))
            for side, name in ((-1, "downhill"), (1, "uphill")):
                last = side * e * sympy.sign(slope) * sympy.Mul(*map(sympy.sign, others))
                along = at(loss, {**dict.fromkeys(product.weights[: k - 1], e), product.weights[k - 1]: last})
                steep = falls * side * size * sympy.Mul(*map(abs, others)) * e ** order(k)
                law = steep + curvature * sympy.Mul(*others) ** 2 * e ** (2 * k) / 2
                yield Identity(along, law, on=on, part=f"{part}, {name}")
                sizes = {w: sympy.Symbol(f"a{i}", positive=True) for i, w in enumerate(others, 1)}
                strength = bend * sympy.Mul(*sizes.values()) * near**k + more  # f', larger than what f'' may take back
                values = sizes | {e: near, slope: strength, curvature: -side * bend}
                close = Domain(dict.fromkeys((near, more, bend, *sizes.values()), POSITIVE))
                yield Inequality(0, side * at(law, values), on=close, strict=True, part=f"{part}, {name} for small e")
        square, everywhere = at(loss, {slope: 0, curvature: 1}), Domain(dict.fromkeys(product.weights, REALS))
        yield Inequality(0, square, on=everywhere, part=f"depth {depth}, f = x^2/2, the origin is a minimum")


MUTANTS = {
    "one order less": {"order": lambda k: k - 1},
    "rises where it falls": {"falls": -1},
    "the slope of the loss alone": {"size": slope},
}
