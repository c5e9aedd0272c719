r"""The horizon of balanced layers is l_{2-m}, their margin that of l_{p/L}: for m <= 1 they agree just at q = 2 and p = L.

.. math:: R(c\,x) = c^{2-m} R(x), \qquad (2 - m) - \frac pL = (2 - q)\Bigl(1 - \frac pL\Bigr), \qquad m < 1 \iff p > L

The level sets of a homogeneous potential have one shape, :math:`\sum |x_j|^{2-m} \le 1`, so that is its horizon; at m = 1 it is
l_1, because :math:`R/(x \log x) \to 1/L`. So for q < 2 and p > L the potential alone does not tell the margin: between sign flow
(l_{1+1/L} against l_oo) and the critical line the margin has the larger exponent. For m > 1, as at q = 2 from three layers on, R'
is bounded far out, and the horizon, of layers of different sizes, is a weighted l_1, not l_{2-m} (not checked).

Source: Pesme, Dragomir, Flammarion (2024), arXiv:2406.12763, for horizons; the identity: this project.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit
from mirrortheory.notation import metric_exponent, q
from mirrortheory.theory import X

CLAIM = Claim(
    "horizon_of_balanced_layers_is_the_norm_of_the_margin_just_at_q_two_and_on_the_critical_line",
    r"R(c\,x) = c^{2-m} R(x), \quad (2 - m) - \frac{p}{L} = (2 - q)\left(1 - \frac{p}{L}\right) \quad (m \le 1)",
    topic="bias",
    source="Pesme, Dragomir, Flammarion (2024), arXiv:2406.12763, for horizons; this project",
    scope="depth 1..5; 1 < q <= 2 for the exponents; R of q = 1, 6/5, 4/3, 3/2, 2 where m < 1, and where m = 1; x > 0",
    on_paper=(
        "level sets of a homogeneous function have one shape, and R ~ |x| log|x|/L has the horizon l_1",
        "the margin is that of l_{p/L}",
    ),
)

scale = sympy.Symbol("c", positive=True)
EXPONENTS = tuple(map(sympy.Rational, ("1", "6/5", "4/3", "3/2", "2")))


def check(horizon=lambda m: 2 - m, product=lambda e: (2 - q) * (1 - e), tends=1):
    for depth in range(1, 6):
        part = f"depth {depth}"
        for exponent in EXPONENTS:
            m = metric_exponent(depth, exponent)
            if m > 1:
                continue
            potential = derive(Flow(Lq(exponent), Product(depth)), imbalance=(0,) * depth).potential.potential
            here = f"{part}, q = {exponent}"
            if m < 1:
                on = Domain({X: POSITIVE, scale: POSITIVE})
                larger = at(potential, {X: scale * X})
                yield Identity(larger, scale ** horizon(m) * potential, on=on, part=f"{here}, R is homogeneous", samples=4)
            else:  # with X = 1, and log c for the letter
                grown, limit = (scale - 1) / depth, tends * sympy.Rational(1, depth)  # with c for log x
                slope, on = sympy.Derivative(potential, X), Domain({X: POSITIVE})
                yield Identity(slope, sympy.log(X) / depth, on=on, part=f"{here}, the slope of R", samples=4)
                yield Identity(X * slope - potential, X / depth, on=on, part=f"{here}, R is x R' less x/L", samples=4)
                on, ratio = Domain({scale: POSITIVE}), grown / scale
                yield Limit(ratio, scale, sympy.oo, limit, on=on, factor=1, power=1, part=f"{here}, R/(x log x)", samples=20)
        on = Domain({q: sympy.Interval.Lopen(1, 2)})
        e = q / ((q - 1) * depth)
        yield Identity(2 - metric_exponent(depth) - e, product(e), on=on, part=f"{part}, the difference of exponents", samples=6)
        line = sympy.Rational(depth, depth - 1) if depth > 1 else 2  # p = L; at depth 1 q = 2 comes first
        between = Domain({q: sympy.Interval.open(1, line)})
        larger = horizon(metric_exponent(depth))
        yield Inequality(larger, e, on=between, strict=True, part=f"{part}, the margin has the larger exponent")


MUTANTS = {
    "the exponent m": {"horizon": lambda m: m},
    "the same at every q": {"product": lambda e: sympy.Integer(0)},
    "R grows twice as fast": {"tends": 2},
}
