r"""Layers are stationary for the margin in their p-norm just where they are balanced and x is for l_{p/L}, where x has no zero.

.. math:: \frac{\partial}{\partial w_i} \tfrac1p \sum_k |w_k|^p = r\,\frac{x}{w_i}
          \iff |w_1| = \dots = |w_L|,\; \frac{\mathrm d}{\mathrm d x} \tfrac Lp\, x^{p/L} = r \qquad (x > 0)

with :math:`r = \sum_i \lambda_i y_i z_{ij}` the pull of the data on a coordinate. So q = 2, L = 2 and q = 4/3, L = 4 seek
an l_1 margin and q = 3/2, L = 2 that of l_{3/2}. For p/L > 1 the stationary x is the only minimiser of the Lagrangian, so
the direction is unique. Multiplied by w_i, the left condition is |w_i|^p = r x for every i, which is balance.

**Where x_j = 0** the layers say less, L >= 2: w_j = 0 is stationary under every pull r, while l_{p/L} is there for p = L only under
|r| <= 1, and for p > L only under r = 0. With z = (2, 1) and L = p = 2 the layers (0, 0), (1, 1) are a KKT point, with the
pulls (2, 1), and x = (0, 1) is none of l_1. q = 1, where p is infinite, is left out.

The least norm of layers with a given product: least_norm_of_layers_with_a_given_product_is_a_power_of_it.
Source: Tsilivis, Vardi, Kempe (2025), arXiv:2410.22069, for the margin in the weights; this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Minimiser
from mirrortheory.notation import x

CLAIM = Claim(
    "kkt_points_of_the_margin_of_layers_are_those_of_the_p_over_l_norm_of_the_product",
    r"\nabla_w \tfrac{1}{p} \sum_i |w_i|^p = r\, \nabla_w x \iff"
    r" |w_1| = \dots = |w_L|,\ \tfrac{d}{dx} \tfrac{L}{p} x^{p/L} = r \quad (x > 0)",
    topic="bias",
    source="Tsilivis, Vardi, Kempe (2025), arXiv:2410.22069, for the margin in the weights; this project",
    scope="depth 2..6; every p > 0, so 1 < q <= 2; positive layers, so where x has no zero; q = 1 is left out",
    on_paper=(
        "KKT conditions of the two problems have the same multipliers, margins and complementarity",
        "at 0 |x|^(p/L) has the slopes [-1, 1] times L/p for p = L and 0 for p > L; other signs by reflection of a layer",
    ),
)

p, pull, z, more = sympy.symbols("p r z b", positive=True)
NAMED = ((sympy.Integer(2), 2, 1), (sympy.Rational(4, 3), 4, 1), (sympy.Rational(3, 2), 2, sympy.Rational(3, 2)))


def check(power=lambda p, depth: p / depth, factor=1, named=NAMED):
    for depth in range(2, 7):
        flow, part = Flow(Lq(2), Product(depth)), f"depth {depth}"
        on = Domain(dict.fromkeys((*flow.weights, p), POSITIVE))
        norm = sum(abs(w) ** p for w in flow.weights) / p
        for w in flow.weights[:2]:
            yield Identity(w * Derivative(norm, w), abs(w) ** p, on=on, part=f"{part}, {w} times the slope of the norm", samples=4)
            yield Identity(w * Derivative(flow.effective, w), flow.effective, on=on, part=f"{part}, {w} times that of x", samples=4)
        still = at(pull * Derivative(flow.effective, flow.weights[0]), dict.fromkeys(flow.weights, 0))
        yield Identity(still, 0, on=Domain({pull: POSITIVE}), part=f"{part}, no pull moves layers off 0")
        on = Domain({x: POSITIVE, p: POSITIVE})
        balanced = dict.fromkeys(flow.weights, x ** sympy.Rational(1, depth))
        slope = Derivative(factor * depth / p * x ** power(p, depth), x)
        left, right = (at(Derivative(e, flow.weights[0]), balanced) for e in (norm, flow.effective))
        yield Identity(left, slope * right, on=on, part=f"{part}, balanced layers are stationary", samples=4)
    on = Domain(dict.fromkeys((pull, z, more), POSITIVE))
    exponent = 1 + more
    lagrangian = z**exponent / exponent - pull * z
    yield Minimiser(lagrangian, {z: pull ** (1 / more)}, on=on, strict=True, part="p/L = 1 + b: one minimiser of the Lagrangian")
    for q, depth, norm in named:
        on, dual = Domain({x: POSITIVE}), q / (q - 1)
        slope = Derivative(factor * depth / dual * x ** power(dual, depth), x)
        yield Identity(slope, x ** (norm - 1), on=on, part=f"q = {q}, L = {depth}: that of l_{norm}")


MUTANTS = {
    "l_p of the product": {"power": lambda p, depth: p},
    "l_{2/L} at every q": {"power": lambda p, depth: sympy.Rational(2, depth)},
    "L forgotten": {"factor": sympy.Rational(1, 2)},
    "q = 3/2, L = 2 sparse": {"named": ((sympy.Rational(3, 2), 2, 1),)},
}
