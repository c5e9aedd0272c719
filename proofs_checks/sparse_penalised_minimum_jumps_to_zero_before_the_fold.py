r"""Beyond the conjugate depth the penalised loss is least at the outer stationary point up to a rate below the fold, then at 0.

.. math:: F = \tfrac12 (x - x^*)^2 + \alpha^{p-1}\,\frac{x^r}r, \quad r = \frac pL < 1: \qquad
          F(0) - F(x) = \frac{2-r}{2r}\,x\,(x - 2 x_c) \ \text{ where } F'(x) = 0, \quad x_c = \frac{(1-r)\,x^*}{2-r},
.. math:: \alpha_1 = \Bigl[\frac{r\,x^*}{2-r}\,(2 x_c)^{1-r}\Bigr]^{q-1} < \alpha_c = \Bigl[\frac{x^*}{2-r}\,x_c^{1-r}\Bigr]^{q-1},
          \qquad \Bigl(\frac{\alpha_1}{\alpha_c}\Bigr)^{p-1} = r\,2^{1-r}

So the outer point is as low as 0 at x = 2 x_c, lower beyond, and higher between x_c and 2 x_c, where it is still a local minimum:
at rates between alpha_1 and alpha_c decay can rest where nothing is least, as the simulated flows to x = 27/64, x* = 1, L = 3 do
(stationary_points_of_decay_are_roots_where_simulated_flows_end; there 2 x_c = 1/2). Coupled decay: r = 2/L, and alpha for
alpha^(p-1). F is the least of the penalised loss in the weights (least_norm_of_layers_with_a_given_product_is_a_power_of_it).

A rate is alpha^(p-1) = h(x) = x^(1-r) (x* - x) at the point that is at rest: sparse_stationary_points_fold_at_an_explicit_rate.
The inequality is r 2^(1-r) < 1: its logarithm is 0 at r = 1, and its derivative 1/r - log 2 positive. Values at 0 are limits.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import p, q, x
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "sparse_penalised_minimum_jumps_to_zero_before_the_fold",
    r"F(0) - F(x) = \frac{2-r}{2r}\,x\,(x - 2 x_c), \quad \alpha_1^{p-1} = r\,2^{1-r}\,\alpha_c^{p-1} < \alpha_c^{p-1}",
    topic="decay",
    source="this project",
    scope="f = (x - x*)^2/2, x* > 0; x > 0; every r in (0, 1); at rest at depth 3..6, 1 < q <= 2 (coupled decay: r = 2/L)",
    on_paper=(
        "a function that is 0 at 1 and increases is negative before",
        "x^r tends to 0 at 0, r > 0",
        "F is least at 0 or the outer point",
    ),
)

x_star, fold, b, k, gap, rate = sympy.symbols("xs xc b k D alpha", positive=True)
r = sympy.Symbol("r", nonnegative=True)


def check(jump=2, ratio=r * 2 ** (1 - r), side=1):
    unit = Domain({r: sympy.Interval.open(0, 1), x: POSITIVE, x_star: POSITIVE})
    strength = sympy.Symbol("A", real=True)
    penalised, level = (x - x_star) ** 2 / 2 + strength * x**r / r, x ** (1 - r) * (x_star - x)
    yield Identity(at(Derivative(penalised, x), {strength: level}), 0, on=unit, part="F' = 0")
    drop = x_star**2 / 2 - at(penalised, {strength: level})
    law = (2 - r) / (2 * r) * x * (x - jump * (1 - r) * x_star / (2 - r))
    yield Identity(drop, law, on=unit, part="F(0) - F(x)")
    below_one, on = {r: 1 / (1 + k)}, Domain(dict.fromkeys((fold, k), POSITIVE))
    both = {x_star: (1 + 2 * k) * fold / k, **below_one}
    jumps, folds = (at(level, {x: size, **both}) for size in (2 * fold, fold))
    yield Identity(jumps, at(ratio, below_one) * folds, on=on, part="h(2 x_c) and h(x_c)")
    half = at(x_star / (2 - r), both) * fold ** (1 - 1 / (1 + k))
    yield Identity(folds, half, on=on, part="h(x_c)")
    for name, factor, sign in (("below 2 x_c", 2 / (1 + b), -1), ("above 2 x_c", 2 * (1 + b), 1)):
        here = {x: factor * k * x_star / (1 + 2 * k), **below_one}
        signs = Domain(dict.fromkeys((x_star, b, k), POSITIVE))
        yield Inequality(0, side * sign * at(law, here), on=signs, part=f"{name}, against 0", strict=True)
    logarithm, interval = sympy.log(r) + (1 - r) * sympy.log(2), Domain({r: sympy.Interval.open(0, 1)})
    rises = Derivative(logarithm, r)
    yield Identity(at(logarithm, {r: sympy.S.One}), 0, on=Domain({}), part="log of r 2^(1-r) at r = 1")
    yield Identity(r * rises, 1 - r * sympy.log(2), on=interval, part="its derivative")
    yield Inequality(0, 1 - r * sympy.log(2), on=Domain({r: sympy.Interval(0, 1)}), part="its derivative is positive", strict=True)
    for depth in range(3, 7):
        flow = Flow(Lq(q), Product(depth), Decoupled(rate))
        here = dict.fromkeys(flow.weights, x ** sympy.Rational(1, depth)) | {flow.slope: -gap}
        moved, held = at(Velocity(flow, flow.weights[0]), here), x ** (1 - p / depth) * gap
        law = x ** sympy.Rational(1, depth) * (held ** (q - 1) - rate)
        on = Domain(dict.fromkeys((x, gap, rate), POSITIVE) | {q: sympy.Interval.Lopen(1, 2)})
        yield Identity(moved, law, on=on, part=f"depth {depth}, at rest where alpha^(p-1) = h", samples=4)


MUTANTS = {"at the fold itself": {"jump": 1}, "half the ratio": {"ratio": r * 2**-r}, "0 lower above": {"side": -1}}
