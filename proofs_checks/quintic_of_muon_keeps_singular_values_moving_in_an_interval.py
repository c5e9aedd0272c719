r"""Muon's quintic step takes singular values to an interval around one and keeps them there, without a stable fixed point.

.. math:: h(x) = 3.4445\,x - 4.7750\,x^3 + 2.0315\,x^5: \qquad h(1) = 0.7010, \qquad
   h\bigl([0.68, 1.21]\bigr) \subset [0.68, 1.21], \qquad h^5\bigl([\tfrac1{600}, 1.21]\bigr) \subset [0.68, 1.21]

On the positive axis h has two fixed points, near 0.868 with h' < -1, and near 1.264 with h' > 1; 0 repels, too. So more steps
do not approach the polar factor, which has singular values 1: they move about in the interval.

The step :math:`X \mapsto 3.4445\,X - 4.7750\,X X^\top X + 2.0315\,(X X^\top)^2 X` acts so on singular values.
Not to be confused with the cubic step, which has one as a stable fixed point
(newton_schulz_step_squares_the_distance_of_singular_values_from_one).
Source: Jordan et al. (2024) for the coefficients; this project.
"""

import sympy

from mirrortheory import REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.evidence import Identity, Inequality, Root
from mirrortheory.notation import matrix, rotation

CLAIM = Claim(
    "quintic_of_muon_keeps_singular_values_moving_in_an_interval",
    r"h(1) = 0.7010, \quad h([0.68, 1.21]) \subset [0.68, 1.21], \quad h^5([1/600, 1.21]) \subset [0.68, 1.21],"
    r" \quad h(x) = x > 0 \Rightarrow |h'(x)| > 1",
    topic="matrices",
    source="Jordan et al. (2024) for the coefficients; this project",
    scope="exact coefficients; all fixed points in (0, oo); 2 x 2 matrices for the step on matrices",
)
QUINTIC = ("3.4445", "-4.7750", "2.0315")
LOW, HIGH = sympy.Rational("0.68"), sympy.Rational("1.21")
# each interval [low, HIGH] is taken into the next one by a step
LOWER = ("1/600", "1/175", "1/51", "1/15", "9/40", "17/25")
s, t, x, y = sympy.symbols("s t x y", real=True)


def between(low, high):
    return Domain({x: sympy.Interval(sympy.Rational(low), sympy.Rational(high))})


def check(coefficients=QUINTIC, lower=LOWER):
    a, b, c = map(sympy.Rational, coefficients)

    def step(z):
        return a * z + b * z**3 + c * z**5

    yield Identity(at(step(x), {x: sympy.S.One}), sympy.Rational("0.7010"), on=Domain({}), part="one is no fixed point")
    for low, high in zip(lower, (*lower[1:], LOW), strict=True):
        here = between(low, HIGH)
        yield Inequality(sympy.Rational(high), step(x), on=here, part=f"[{low}, 1.21] to [{high}, 1.21], from below", strict=True)
        yield Inequality(step(x), HIGH, on=here, part=f"[{low}, 1.21] to [{high}, 1.21], from above", strict=True)
    # x^2 = y at the fixed points off 0, and h(x) - x = x times this
    quotient = a - 1 + b * y + c * y**2
    yield Identity(step(x) - x, x * quotient.subs(y, x**2), on=Domain({x: REALS}), part="what vanishes at fixed points")
    for low, high, sign, name in (("0.74", "0.77", -1, "inner"), ("1.58", "1.62", 1, "outer")):
        box = Domain({y: sympy.Interval(sympy.Rational(low), sympy.Rational(high))})
        yield Root([quotient], [y], on=box, part=f"the {name} fixed point")
        slope = sympy.Derivative(step(x), x)
        sides = (sympy.Rational("0.86"), sympy.Rational("0.88")) if sign < 0 else (sympy.Rational("1.25"), sympy.Rational("1.28"))
        yield Inequality(1, sign * slope, on=between(*sides), part=f"the {name} fixed point repels", strict=True)
    for low, high, sign in (("0", "0.74", 1), ("0.77", "1.58", -1), ("1.62", "9/4", 1)):
        box = Domain({y: sympy.Interval(sympy.Rational(low), sympy.Rational(high))})
        yield Inequality(0, sign * quotient, on=box, part=f"no other with x^2 from {low} to {high}", strict=True)
    far = Domain({y: sympy.Interval(sympy.Rational(9, 4), sympy.oo)})
    yield Inequality(0, quotient, on=far, part="no other with x^2 from 9/4 on", strict=True)
    steep = at(sympy.Derivative(step(x), x), {x: sympy.S.Zero})
    yield Inequality(1, steep, on=Domain({}), part="zero repels", strict=True)
    p, q, values = rotation(s), rotation(t), matrix("z", 1, 2)
    start = p * sympy.diag(*values) * q.T
    square = start * start.T
    after, expected = a * start + b * square * start + c * square * square * start, p * sympy.diag(*map(step, values)) * q.T
    on = Domain(dict.fromkeys((s, t, *values), REALS))
    for k in range(4):
        where = f"the step of a matrix, entry {k // 2 + 1}, {k % 2 + 1}"
        yield Identity(after[k], expected[k], on=on, part=where, samples=3)


MUTANTS = {
    "a stable fixed point at one": {"coefficients": ("15/8", "-5/4", "3/8")},
    "coefficients with one at one": {"coefficients": ("3.4445", "-4.7750", "2.3305")},
    "from 1/1000 on": {"lower": ("1/1000", *LOWER[1:])},
}
