r"""The mirror potential of a product is finite at x = 0 at every exponent and imbalance, also where its slope there is -oo.

.. math:: \frac{\mathrm d R^*}{\mathrm d s} = x\,\frac{\mathrm d y}{\mathrm d s} = \frac1q\,P(s)^{(2-q)/q}, \qquad
          R = x y - R^*, \qquad x y = O\bigl(s^{k/q}\,(1 + s^{1 - k/p})\bigr) \to 0 \quad (s \to 0)

along the curve |w_i|^q = s + lambda_i of the flow, k of the lambda_i being 0. The exponent (2 - q)/q is not negative, so dR*/ds is
bounded near s = 0, and R* is finite there; k/q + 1 - k/p = 1 + k (2 - q)/q is at least 1, so x y tends to 0 for k > p too, and for
k = p, where y is a logarithm. That is m_0 < 2, which decides it for any potential:
potential_of_order_m_is_finite_at_zero_iff_m_is_below_two. So the zone is closed: [0, oo), or all of R.

Where R'(0) is finite: mirror_map_is_finite_at_zero_up_to_the_conjugate_number_of_smallest_layers.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import metric_exponent, q
from mirrortheory.theory import S

CLAIM = Claim(
    "mirror_potential_of_a_product_is_finite_at_zero",
    r"\frac{dR^*}{ds} = \frac1q P(s)^{(2-q)/q}, \quad R(0) = -R^*(0) \text{ is finite}",
    topic="potentials",
    source="this project",
    scope="depth 1..5, every imbalance, k = 1..L smallest layers; 1 <= q <= 2; x > 0",
    on_paper=(
        "an integral of a bounded function is finite",
        "near 0 x and y are at most of the orders s^(k/q) and 1 + s^(1 - k/p) (k = p: log s), as another claim bounds them",
        "s^r and s^r log s tend to 0 as s -> 0 iff r > 0",
    ),
)


def check(power=(2 - q) / q, least=1, conjugate=(q - 1) / q):
    exponents = Domain({q: sympy.Interval(1, 2)})
    yield Inequality(0, power, on=exponents, part="the power of P")
    for depth in range(1, 6):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        shifts = (sympy.S.Zero, *(sympy.Symbol(f"lam{i}", nonnegative=True) for i in range(2, depth + 1)))
        charges = tuple(S + sympy.Symbol(f"a{i}", positive=True) for i in range(1, depth + 1))  # every imbalance
        curve = {w: e ** (1 / q) for w, e in zip(flow.weights, charges, strict=True)}
        image, polynomial = at(flow.effective, curve), sympy.Mul(*charges)
        pace = image * Derivative(image, S) / at(flow.inverse_metric, curve)
        on = Domain(dict.fromkeys(polynomial.free_symbols, POSITIVE) | exponents.ranges)
        yield Identity(pace, polynomial**power / q, on=on, part=f"{part}, dR*/ds", samples=4)
        if depth == 1:  # P = s
            continue
        on = Domain(dict.fromkeys(shifts[1:], NONNEGATIVE) | {S: POSITIVE})
        sized = sympy.Mul(*(S + e for e in shifts)), (S + sympy.Add(*shifts)) ** depth
        yield Inequality(*sized, on=on, part=f"{part}, P is bounded near 0")
    for k in range(1, 6):
        total = sympy.Integer(k) / q + 1 - k * conjugate
        yield Inequality(least, total, on=exponents, part=f"k = {k}, the power of x y")
        yield Inequality(metric_exponent(k), 2, on=exponents, part=f"k = {k}, m_0 < 2", strict=True)


MUTANTS = {"the power of y'": {"power": (1 - q) / q}, "at least 2": {"least": 2}, "p for its inverse": {"conjugate": q / (q + 1)}}
