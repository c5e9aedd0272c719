"""Intervals from text: the ends in order, and one line for what is none; rational points in them."""

import pytest
import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import between, compare, interval, points

oo, pi, R = sympy.oo, sympy.pi, sympy.Rational


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("R", (-oo, oo)),
        ("x in R", (-oo, oo)),
        ("x>0", (0, oo)),
        ("x >= 0", (0, oo)),
        ("0<x", (0, oo)),
        ("x < 5/2", (-oo, sympy.Rational(5, 2))),
        ("1 > x > -1", (-1, 1)),
        ("-sqrt(2) < x <= pi/2", (-sympy.sqrt(2), sympy.pi / 2)),
        ("-oo < x < oo", (-oo, oo)),
        (sympy.Interval(0, 1), (0, 1)),
    ],
)
def test_ends(text, ends):
    assert interval(text, "x") == ends


@pytest.mark.parametrize(
    "text", ["", "x", "0 < y", "0 < x > 1", "x < x", "1 < x < 0", "0 < x < 0", "x > a", "x = 0", "0 < 1", "x >", 3, None]
)
def test_what_is_no_interval_is_refused_in_one_line(text):
    with pytest.raises(InvalidArgument) as refused:
        interval(text, "x")
    assert str(refused.value).startswith("domain must be ")
    assert "\n" not in str(refused.value)


def test_points_of_intervals():
    assert [str(p) for p in points(sympy.S.Zero, oo, depth=3)] == ["1", "1/2", "2", "1/4", "3/4", "3/2", "4"]
    for low, high in (
        (-oo, sympy.sqrt(2)),
        (sympy.sqrt(2), sympy.sqrt(2) + R(1, 10**20)),
        (-pi / 2, oo),
        (R(-1, 3), oo),
        (-oo, R(1, 3)),
    ):
        place = between(low, high)
        assert place.is_Rational
        assert compare(low, place) < 0 < compare(high, place)
