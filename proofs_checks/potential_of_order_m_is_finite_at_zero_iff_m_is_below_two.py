r"""A mirror potential whose inverse metric is x^m near 0 is finite at 0 iff m < 2: shown on the exponential map, where m = q.

.. math:: x = e^w: \quad \frac1{R''} = x^q, \qquad q < 2: \ R = -\frac{x^{2-q}}{(q-1)(2-q)} \to 0, \qquad q = 2: \ R = -\log x,
          \quad R(x/2) = R(x) + \log 2

For a general m > 0, m != 1, 2, a potential with R'' = x^(-m) is x^(2-m)/((1-m)(2-m)) but for an affine term, and tends to 0 at 0
for m < 2 and is unbounded for m > 2; bounds on 1/R'' by multiples of x^m bound R by those of these. At m = 1 it is an entropy, 0
at 0 (balanced_potential_is_an_entropy_on_the_critical_line).

Products have m_0 < 2: mirror_potential_of_a_product_is_finite_at_zero.
Source: this project; Burg entropy: Amid and Warmuth (2020).
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit
from mirrortheory.notation import q, x
from mirrortheory.reparams import Exp

CLAIM = Claim(
    "potential_of_order_m_is_finite_at_zero_iff_m_is_below_two",
    r"\frac{1}{R''} = x^m: \quad R(0^+) \text{ is finite} \iff m < 2",
    topic="potentials",
    source="this project; Amid and Warmuth (2020)",
    scope="x = exp(w) with 1 < q = m < 2 and q = m = 2; R'' = x^(-m) for m in (0, 2) and m > 2, m != 1; x > 0",
    on_paper=("potentials with the same R'' differ by an affine term", "s^(-b), b > 0, is unbounded as s -> 0"),
)

m, b, n = sympy.symbols("m b n", positive=True)


def check(power=2 - q, order=2 - m, burg=-1):
    on, below = Domain({x: POSITIVE}), {q: sympy.Interval.open(1, 2)}
    for exponent, potential in ((q, -(x ** (2 - q)) / ((q - 1) * (2 - q))), (2, burg * sympy.log(x))):
        flow, part = Flow(Lq(exponent), Exp()), f"exp, q = {'m' if exponent == q else 2}"
        r = Named(f"R_{exponent}", potential)
        hessian = at(Derivative(r, x, x), {x: flow.effective})
        here = flow.domain(below if exponent == q else {})
        yield Identity(hessian * flow.inverse_metric, 1, on=here, part=f"{part}, R'' of the flow")
        if exponent == q:
            unit = Domain({x: sympy.Interval.open(0, 1), **below})
            factor = 1 / ((q - 1) * (2 - q))
            yield Limit(r, x, 0, 0, on=unit, factor=factor, power=power, part=f"{part}, R tends to 0 at 0")
        else:
            rise = at(r, {x: n / 2}) - at(r, {x: n})
            yield Identity(rise, sympy.log(2), on=Domain({n: POSITIVE}), part=f"{part}, R is unbounded")
    general = x**order / ((1 - m) * (2 - m))
    regions = {"m < 1": (0, 1), "1 < m < 2": (1, 2), "m > 2": (2, sympy.oo)}
    for name, (low, high) in regions.items():
        here = on.with_ranges({m: sympy.Interval.open(low, high)})
        yield Identity(Derivative(general, x, x), x**-m, on=here, part=f"{name}, R''")
        sign = 1 if high <= 2 else -1
        yield Inequality(0, sign * order, on=Domain({m: here.ranges[m]}), part=f"{name}, the power", strict=True)
    growing = at(general, {m: 2 + b, x: n ** (-1 / b)})
    yield Identity(growing, n / (b * (1 + b)), on=Domain({b: POSITIVE, n: POSITIVE}), part="m > 2, R is unbounded")


MUTANTS = {"a faster limit": {"power": 3 - q}, "1 - m": {"order": 1 - m}, "the other sign": {"burg": 1}}
