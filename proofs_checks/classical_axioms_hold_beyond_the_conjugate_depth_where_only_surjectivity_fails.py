r"""For 1 < m < 2 the balanced potential has all classical axioms of a Bregman function on the orthant; only R' is not onto.

.. math:: R = -\frac{x^{1-c}}{L c (1-c)}, \quad c = m - 1 \in (0, 1): \qquad
          D(x, y) = \frac1{L c}\Bigl[x y^{-c} + \frac{c\,y^{1-c} - x^{1-c}}{1-c}\Bigr], \qquad D(0, y) = \frac{y^{1-c}}{L (1-c)}

m = q(L-1)/L > 1, that is L > p. Strict convexity: R'' = x^(-1-c)/L > 0. Closed zone: R tends to 0 at 0. Essential smoothness: R'
= -n/(L c) at x = n^(-1/c). Convergence: D(0, y) tends to 0 with y. Level-boundedness: D(x, y) exceeds D(0, y) - x^(1-c)/(L c
(1-c)), unbounded in y; and where x^c >= 2 y^c/(1-c) it exceeds x y^(-c)/(2 L c), unbounded in x. Not onto: R' < 0, and it tends
to 0 at infinity. So "R is a Bregman function only if m <= 1" is true of what is asked of an onto R', and false of the classical
axioms.

The other axioms and domains one by one, of any potential: mirrortheory.laws.axioms. When R' is onto:
mirror_map_is_onto_up_to_the_conjugate_depth.
Source: this project; Censor and Lent (1981) and Bauschke and Borwein (1997) for the axioms; arXiv:2603.02064 for the question.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit
from mirrortheory.notation import metric_exponent, q, x

CLAIM = Claim(
    "classical_axioms_hold_beyond_the_conjugate_depth_where_only_surjectivity_fails",
    r"1 < m < 2: \quad R'' > 0, \ R(0) = 0, \ R'(0^+) = -\infty, \ D(0, y) \to 0,"
    r" \ D(x, \cdot), D(\cdot, y) \text{ level-bounded}, \ R' < 0",
    topic="potentials",
    source="this project; Censor and Lent (1981), Bauschke and Borwein (1997); arXiv:2603.02064 for the question",
    scope="balanced layers, every m in (1, 2) (the metric of the flow at depth 2..6, 1 <= q <= 2), on [0, oo)",
    on_paper=("powers with positive exponents are unbounded", "consistency, and convergence inside, follow from strict convexity"),
)

y, h, n, layers = sympy.symbols("y h n L", positive=True)
u = sympy.Symbol("u", nonnegative=True)
c = 1 / (1 + h)  # all of (0, 1)


def check(order=1 - c, conjugate=1 - c, twice=2, below=-1):
    for depth in range(2, 7):
        flow = Flow(Lq(q), Product(depth))
        metric = at(flow.inverse_metric, dict.fromkeys(flow.weights, x ** sympy.Rational(1, depth)))
        on = Domain({x: POSITIVE, q: sympy.Interval(1, 2)})
        yield Identity(metric, depth * x ** metric_exponent(depth), on=on, part=f"depth {depth}, 1/R'' of the flow")
    r = Named("R", -(x**order) / (layers * c * (1 - c)))
    slope, on, both = (
        Derivative(r, x),
        Domain(dict.fromkeys((x, h, layers), POSITIVE)),
        Domain(dict.fromkeys((x, y, h, layers), POSITIVE)),
    )
    hessian = x ** (-1 - c) / layers
    yield Identity(Derivative(r, x, x) * layers * x ** (1 + c), 1, on=on, part="R'' is that of m = 1 + c")
    yield Inequality(0, hessian, on=on, part="strict convexity", strict=True)
    unit, factor = on.with_ranges({x: sympy.Interval.open(0, 1)}), 1 / (layers * c * (1 - c))
    yield Limit(r, x, 0, 0, on=unit, factor=factor, power=1 - c, part="closed zone: R(0) = 0")
    steep = at(slope, {x: n ** (-1 / c)})
    yield Identity(steep, -n / (layers * c), on=Domain(dict.fromkeys((n, h, layers), POSITIVE)), part="essential smoothness")
    divergence = r - at(r, {x: y}) - at(slope, {x: y}) * (x - y)
    from_zero = y**conjugate / (layers * (1 - c))
    yield Identity(-at(r, {x: y}) + at(slope, {x: y}) * y, from_zero, on=both, part="D(0, y)")
    near = both.with_ranges({y: sympy.Interval.open(0, 1)})
    yield Limit(from_zero, y, 0, 0, on=near, factor=1 / (layers * (1 - c)), power=1 - c, part="convergence: D(0, y) tends to 0")
    excess = x * y**-c / (layers * c)
    yield Identity(divergence - from_zero - r, excess, on=both, part="level-boundedness of D(x, .), by D(0, y)")
    far = y * ((twice + u) / (1 - c)) ** (1 / c)
    kept = at(divergence, {x: far}) - at(excess, {x: far}) / 2
    level = from_zero + (sympy.Rational(1, 2) - 1 / (2 + u)) * at(excess, {x: far})
    here = Domain(dict.fromkeys((y, h, layers), POSITIVE) | {u: NONNEGATIVE})
    yield Identity(kept, level, on=here, part="level-boundedness of D(., y), beyond its bound")
    half = sympy.Rational(1, 2) - 1 / (2 + u)
    yield Inequality(0, half, on=Domain({u: NONNEGATIVE}), part="level-boundedness of D(., y)")
    yield Inequality(0, below * slope, on=on, part="not onto: R' < 0", strict=True)
    ray = Domain({x: POSITIVE, h: POSITIVE, layers: POSITIVE})
    yield Limit(slope, x, sympy.oo, 0, on=ray, factor=1 / (layers * c), power=c, part="not onto: R' tends to 0")


MUTANTS = {
    "the order of R'": {"order": -c},
    "D(0, y) as R'": {"conjugate": -c},
    "three times": {"twice": 3},
    "R' > 0": {"below": 1},
}
