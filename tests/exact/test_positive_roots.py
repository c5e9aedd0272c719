"""Roots of monotone functions of any size: known inverses, and what cannot be told."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import sizes

from mirrortheory.exact import Ball, ball, bits_for, positive_root, precision

R = sympy.Rational


@given(sizes, st.sampled_from([R(1, 64), R(1, 3), R(1), R(2), R(64)]), st.sampled_from([1, -1]))
def test_powers(target, exponent, side):
    with precision(bits_for(40)):
        power = side * ball(exponent)
        found = positive_root(lambda t: t**power, lambda t: power * t ** (power - 1), ball(target), side=side)
        assert (found**power).contains(ball(target))
        assert found.rel_accuracy_bits() > bits_for(30)


@pytest.mark.parametrize("target", [-(10**300), -(10**20), -1000, -1, 0, 1, 700])
def test_logarithms(target):
    with precision(1200):
        found = positive_root(Ball.log, lambda t: 1 / t, Ball(target))
        assert found.overlaps(Ball(target).exp())
        assert found.is_finite()
        assert found.rel_accuracy_bits() > 150


def test_a_double_exponential():
    with precision(200):
        found = positive_root(lambda t: t.exp() - 1, Ball.exp, Ball(10) ** 300)
        assert found.overlaps((1 + Ball(10) ** 300).log())
        assert found.rel_accuracy_bits() > 150


@pytest.mark.parametrize("size", [10, 100])
def test_where_digits_cancel_the_ball_is_as_wide_as_they_leave_it(size):
    """(1 + t)^2 - 1 = 10^-size with 400 bits."""
    with precision(400):
        target = Ball(10) ** -size
        found = positive_root(lambda t: (1 + t) ** 2 - 1, lambda t: 2 * (1 + t), target)
        assert found.overlaps(target / ((1 + target).sqrt() + 1))
        assert found.rel_accuracy_bits() > 350 - size * 4


def test_a_wide_target_has_all_its_roots():
    with precision(100):
        found = positive_root(lambda t: t * t, lambda t: 2 * t, Ball(4, 0.01))
        assert not found.is_finite() or (found.contains(Ball(3.99).sqrt().mid()) and found.contains(Ball(4.01).sqrt().mid()))


def test_no_root_gives_no_ball():
    with precision(100):
        assert not positive_root(lambda t: t, lambda t: Ball(1), Ball(-1)).is_finite()
        assert not positive_root(lambda t: t / (1 + t), lambda t: 1 / (1 + t) ** 2, Ball(2)).is_finite()
        assert not positive_root(lambda t: Ball("nan"), lambda t: Ball("nan"), Ball(2)).is_finite()


def test_a_wrong_slope_does_no_harm():
    """Newton's method only proposes; signs decide."""
    with precision(100):
        found = positive_root(lambda t: t * t, lambda t: -t, Ball(2))
        assert not found.is_finite() or found.overlaps(Ball(2).sqrt())
