"""Positivity by form: what the ranges make positive, with the ends and pieces that each needs."""

import pytest
import sympy

from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, REALS, Domain

X, Y = sympy.symbols("x y", real=True)
U = sympy.Symbol("u", positive=True)
N = sympy.Symbol("n", nonnegative=True)
Q = sympy.Symbol("q", positive=True)
Interval, Ne = sympy.Interval, sympy.Ne
CONDITIONED = Domain({X: NONZERO, Y: POSITIVE, Q: Interval.Lopen(1, 2), U: POSITIVE}, (Ne(X, Y), Y > 2 * U, Ne(2 * Q, 3)))


@pytest.mark.parametrize(
    ("expr", "positive", "or_zero"),
    [
        (U, True, True),
        (X**2, True, True),
        (Y + U * X**2, True, True),
        (N, False, True),
        (N + U, True, True),
        (N * U, False, True),
        (Q - 1, True, True),
        (2 - Q, False, True),
        (X, False, False),
        (Y - X, False, False),
        (Y - 2 * U, True, True),
        (2 * U - Y, False, False),
        (sympy.log(U) ** 2, False, True),
        (sympy.log(U) ** 2 + sympy.log(Y) ** 2, False, True),
        (sympy.Abs(X) + U, True, True),
        (sympy.Abs(X), True, True),
        (sympy.Abs(Y - X), True, True),
        (sympy.Abs(N - 1), False, True),
        (sympy.Abs(sympy.log(X)), False, False),
        (sympy.Abs(sympy.sqrt(X) * U), False, False),
        (sympy.Abs(X * Y) ** Q * (Y - U), True, True),
        (sympy.Abs(X) * (U - Y), False, False),
        (sympy.Mul(0, U, evaluate=False), False, True),
        (sympy.Mul(X, X, evaluate=False), True, True),
        (sympy.Abs(1 / (X - U)), False, False),
        (sympy.sqrt(U - Y), False, False),
        (sympy.Integer(-1), False, False),
    ],
    ids=str,
)
def test_positive(expr, positive, or_zero):
    """False is always allowed where positivity is not evident; True never where it fails."""
    domain = Domain({**CONDITIONED.ranges, N: NONNEGATIVE}, CONDITIONED.conditions)
    assert not domain.positive(expr) or positive
    assert not domain.positive_by_form(expr, or_zero=True) or or_zero


@pytest.mark.parametrize(
    "expr", [U, X**2, Y + U * X**2, Q - 1, Y - 2 * U, 3 * Y - 6 * U, X**2 * U**Q, U / Y, abs(X) ** Q * (Q - 1), abs(X - Y)], ids=str
)
def test_evident_positivity_is_seen(expr):
    assert CONDITIONED.positive(expr)


@pytest.mark.parametrize(
    ("region", "expr", "positive", "or_zero"),
    [
        (Interval(0, 1), 2 - X, True, True),
        (Interval(0, 1), 1 - X, False, True),
        (Interval.open(0, 1), 1 - X, True, True),
        (Interval(-1, 1), 2 - X**2 + X, False, True),  # 0 at -1
        (Interval.Lopen(-1, 1), 2 - X**2 + X, True, True),
        (Interval(-3, -1), -X, True, True),
        (Interval.open(-sympy.oo, -1), -1 - X**3, True, True),
        (Interval(-sympy.oo, -1), -1 - X**3, False, True),
        (Interval(-2, 5), X**2, False, True),
        (Interval(-2, 5) - sympy.FiniteSet(0), X**2, True, True),
        (Interval(0, 1), 1 - X**5 + X**2, True, True),
        (REALS, X**4 - X**3 + X**2, False, True),
        (sympy.Union(Interval(0, 1), Interval(3, 4)), (5 - X) * X, False, True),
        (sympy.Union(Interval(0, 1), sympy.FiniteSet(7)), 2 - X, False, False),  # false at 7
        (sympy.FiniteSet(7), 2 - X, False, False),
        (Interval(0, sympy.sqrt(2)), 2 - X, True, True),
        (sympy.S.EmptySet, X, True, True),
    ],
    ids=str,
)
def test_positive_finely(region, expr, positive, or_zero):
    """True never where it fails, on all pieces; what is seen is seen at every point."""
    domain = Domain({X: region})
    assert not domain.positive_by_form(expr, finely=True) or positive
    assert not domain.positive_by_form(expr, or_zero=True, finely=True) or or_zero


@pytest.mark.parametrize(
    ("region", "expr"),
    [
        (Interval(0, 1), 2 - X),
        (Interval.open(0, 1), 1 - X),
        (Interval(-3, -1), -X),
        (sympy.Union(Interval(0, 1), Interval(3, 4)), 5 - X),
        (Interval(-2, 5), X**2 + 1),
    ],
    ids=str,
)
def test_ranges_are_cut_where_a_lower_end_is_not_enough(region, expr):
    assert Domain({X: region}).positive_by_form(expr, finely=True)


@pytest.mark.parametrize("low", [True, False])
@pytest.mark.parametrize("high", [True, False])
def test_ends_are_looked_at_where_they_belong_to_the_range(low, high):
    """X (1 - X) is 0 at both ends; X + (the other factor) at one."""
    region = Interval(0, 1, low, high)
    assert Domain({X: region}).positive_by_form(X * (1 - X), finely=True) == (low and high)
    assert Domain({X: region}).positive_by_form(X, finely=True) == low
    assert Domain({X: region}).positive_by_form(1 - X, finely=True) == high
    assert Domain({X: region}).positive_by_form(X * (1 - X), or_zero=True, finely=True)


def test_a_difference_that_vanishes_is_not_negative():
    assert Domain({X: REALS}).positive_by_form((X + 1) ** 2 - X**2 - 2 * X - 1, or_zero=True)
    assert not Domain({X: REALS}).positive_by_form((X + 1) ** 2 - X**2 - 2 * X - 1)
