"""Ranges over whole intervals: what is shown holds at every point looked at, and what is false is never shown."""

import random

import pytest
import sympy
from thinning import thinned

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import BallFunction, Ranges, ball, compare, lowest, points, precision, simplified

R, oo, pi = sympy.Rational, sympy.oo, sympy.pi
x = sympy.Symbol("x", real=True)
X = sympy.Symbol("x", positive=True)

NONNEGATIVE = [
    (3 * x**2, (-oo, oo)),
    (1 / X, (0, oo)),
    (X ** R(-3, 2) / 4, (0, oo)),
    (1 / sympy.sqrt(x**2 + 4), (-oo, oo)),
    (3 - 3 * sympy.tanh(x) ** 2, (-oo, oo)),
    (1 / x + 1 / (1 - x), (0, 1)),
    (sympy.exp(x) - x - 1, (-oo, oo)),  # 0 at 0 alone
    (2 * sympy.cosh(x) - 2 - x**2, (-oo, oo)),
    (sympy.exp(x) / (x**2 - x + 1), (-oo, oo)),
    ((x**2 - 2) ** 2, (-oo, oo)),
    (sympy.sqrt(X) - 2 * X ** R(1, 4) + 1, (0, oo)),
    (sympy.cos(x), (-pi / 2, pi / 2)),
    (sympy.sin(x), (0, pi)),
    (1 - sympy.cos(x), (-oo, oo)),
    (3 * sympy.sin(x) ** 2 / sympy.cos(x) ** 4 + sympy.cos(x) ** -2, (-pi / 2, pi / 2)),
    (2 * sympy.log(X) + 3, (1, oo)),
    (1 / (x * sympy.log(1 / x)), (0, 1)),
    (sympy.LambertW(X) / X, (0, oo)),
    (sympy.atanh(x) * x + 1, (-1, 1)),
    (X**X, (0, oo)),
    (sympy.diff(sympy.exp(sympy.sinh(x)), x, 2), (-oo, oo)),
    (1 + sympy.diff(sympy.atan(x) ** 2, x, 2), (-oo, oo)),  # far out as a function of 1/x
    (2 + sympy.diff(sympy.sqrt(1 + x**4), x, 2), (-oo, oo)),
]

NOT_NONNEGATIVE = [
    (sympy.exp(x) - x - 1 - R(1, 10**6), (-oo, oo)),
    (x**2 - R(1, 10**30), (-oo, oo)),
    (x**2 - sympy.exp(-(x**2)) / 10**30, (-oo, oo)),
    (2 * sympy.cosh(x) - 2 - x**2 * R(10**6 + 1, 10**6), (-oo, oo)),
    (sympy.cos(x), (-pi / 2, pi / 2 + R(1, 10**9))),
    (sympy.cos(x), (-2, 2)),
    (2 * sympy.log(X) + 3, (0, oo)),
    (sympy.exp(x) - x**2, (-oo, oo)),
    (1 / x**2, (-oo, oo)),  # not defined at 0
    (sympy.log(x) ** 2, (-oo, oo)),
    (sympy.sqrt(x**2 - 1), (-oo, oo)),
    (1 / (x**2 - 2), (2, oo)),  # true, and the next false: a pole at an irrational place
    (1 / (x**2 - 2), (1, oo)),
    (1 / (1 - sympy.cos(x)), (-1, 1)),
    (sympy.atanh(2 * x) ** 2, (-1, 1)),
]


@thinned(("expr", "interval"), NONNEGATIVE, ids=[str(e) for e, _ in NONNEGATIVE], every=4)
def test_what_is_not_negative_is_seen_to_be_so(expr, interval):
    (variable,) = expr.free_symbols
    assert Ranges(variable, tuple(map(sympy.sympify, interval))).nonnegative(expr)


@pytest.mark.parametrize(("expr", "interval"), NOT_NONNEGATIVE, ids=[f"{e}, {i}" for e, i in NOT_NONNEGATIVE])
def test_what_is_false_or_undefined_is_never_shown(expr, interval):
    (variable,) = expr.free_symbols
    shown = Ranges(variable, tuple(map(sympy.sympify, interval))).nonnegative(expr)
    assert shown is (interval == (2, oo))


def test_a_positive_expression_has_no_zero():
    everywhere = Ranges(x, (-oo, oo))
    assert everywhere.positive(x**2 - x + 1)
    assert not everywhere.positive(x**2 - 2 * x + 1)
    assert not everywhere.positive(sympy.exp(x) - x - 1)
    assert Ranges(x, (sympy.S.One, oo)).positive(sympy.exp(x) - x - 1)
    assert Ranges(x, (sympy.S.Zero, oo)).positive(x**2 + x)  # the zero is at the end, which is not reached


def test_a_point_against_it_is_found():
    for expr, interval in NOT_NONNEGATIVE:
        if interval == (2, oo) or (found := lowest(expr, *expr.free_symbols, tuple(map(sympy.sympify, interval)))) is None:
            continue
        place, value = found
        assert compare(interval[0], place) < 0 < compare(interval[1], place)
        assert not value.is_finite() or value < 0
    assert lowest(x**2 - 1, x, (-oo, oo))[0] == 0
    assert lowest(x**2, x, (-oo, oo)) is None


def random_expression(rng, depth, variable):
    """An expression in functions that ranges know, undefined in places."""
    if depth == 0:
        return rng.choice((variable, variable, R(rng.randint(-4, 4), rng.randint(1, 3))))
    a, b = (random_expression(rng, depth - 1, variable) for _ in range(2))
    functions = (
        sympy.exp,
        sympy.sinh,
        sympy.cosh,
        sympy.tanh,
        sympy.asinh,
        sympy.atan,
        sympy.sin,
        sympy.cos,
        sympy.log,
        sympy.atanh,
    )
    kind = rng.randrange(6)
    if kind < 2:
        return a + b if kind == 0 else a * b
    if kind == 2:
        return a ** rng.choice((2, 3, -1, -2, R(1, 2), R(-1, 2), R(4, 3)))
    return rng.choice(functions)(a) if kind < 5 else a - b


@thinned("seed", range(150), every=10)
def test_bounds_hold_at_every_point(seed):
    """Of random expressions on random cells: values at points lie in the bounds, and bounds said not to be reached are not."""
    rng = random.Random(seed)
    ends = [sympy.S.Zero, sympy.S.One, sympy.Integer(-3), R(7, 2), oo, -oo, sympy.sqrt(2)]
    low, high = sorted(rng.sample(ends, 2), key=lambda e: float(e) if e.is_finite else 1e9 * int(sympy.sign(e)))
    expr = random_expression(rng, 3, x)
    if expr.has(sympy.zoo, sympy.nan, sympy.oo, sympy.I) or not expr.has(x):
        pytest.skip("the expression is a constant, or undefined")
    ranges = Ranges(x, (low, high))
    try:
        function = BallFunction(expr, (x,))
        with precision(128):
            bounds = ranges.span(expr, (low, high))
        shown = ranges.nonnegative(expr)
    except NotEvaluable:
        pytest.skip("a part of it is no real constant")
    with precision(300):
        for place in points(low, high, depth=6):
            value = function(ball(place))
            if bounds is not None:
                assert value.is_finite() or abs(place) > 100  # an overflow
                assert not value < bounds.low
                assert not value > bounds.high
                assert not (bounds.above and value == bounds.low)
                assert not (bounds.below and value == bounds.high)
            if shown:
                assert not value < 0


def test_simplified_is_only_what_a_ring_confirms(monkeypatch):
    tangent = sympy.sinh(x) / sympy.cosh(x)
    assert simplified(1 - tangent**2) == sympy.cosh(x) ** -2
    monkeypatch.setattr(sympy, "simplify", lambda e: e + 1)
    assert simplified(1 - tangent**2) == 1 - tangent**2
