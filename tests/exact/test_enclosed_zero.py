"""Zeros of systems near a point: the ball holds the zero, and nothing is returned where there is none or a multiple one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory.exact import Ball, enclosed_zero, precision


def cubic(table, target):
    """x_i^3 + sum_j a_ij x_j = b_i, with its Jacobian."""

    def values(u):
        return [v * v * v + sum(a * w for a, w in zip(row, u, strict=True)) - b for v, row, b in zip(u, table, target, strict=True)]

    def slopes(u):
        return [[a + (3 * u[i] * u[i] if i == j else 0) for j, a in enumerate(row)] for i, row in enumerate(table)]

    return values, slopes


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.integers(1, 6), st.sampled_from([64, 128, 400]))
def test_the_ball_holds_a_zero_that_was_put_there(seed, size, bits):
    rng = np.random.default_rng(seed)
    zero = [Ball(int(v)) / 4 for v in rng.integers(-8, 9, size=size)]
    half = rng.integers(-3, 4, size=(size, size))
    table = [[Ball(int(v)) for v in row] for row in half @ half.T + np.eye(size, dtype=int)]
    with precision(bits):
        target = cubic(table, [Ball(0)] * size)[0](zero)
        start = [float(z.mid()) + 1e-3 for z in zero]
        found = enclosed_zero(*cubic(table, target), start)
        assert found is not None
        assert all(ball.contains(z) for ball, z in zip(found, zero, strict=True))
        assert all(ball.rad() < Ball(2) ** (-bits // 2) * 10 for ball in found)


@pytest.mark.parametrize("shift", [1, -1])
def test_balls_in_the_system_widen_the_answer(shift):
    with precision(128):
        target = Ball(2, "1e-12")
        (found,) = enclosed_zero(lambda u: [u[0] ** 2 - target], lambda u: [[2 * u[0]]], [shift * 1.4])
        assert all(found.contains(shift * (2 + Ball(end)).sqrt()) for end in ("-9e-13", "9e-13"))


def test_none_where_there_is_no_zero_or_a_multiple_one():
    with precision(128):
        assert enclosed_zero(lambda u: [u[0] ** 2 + 1], lambda u: [[2 * u[0]]], [0.3]) is None
        assert enclosed_zero(lambda u: [u[0] ** 2], lambda u: [[2 * u[0]]], [0.1]) is None
        assert enclosed_zero(lambda u: [u[0]], lambda u: [[Ball("nan")]], [0.1]) is None
        assert enclosed_zero(lambda u: [u[0] + u[1], u[0] + u[1]], lambda u: [[Ball(1)] * 2] * 2, [0.1, 0.2]) is None


def test_a_wrong_jacobian_is_not_believed():
    """With half the slope Newton's method overshoots, and Krawczyk's operator does not contract."""
    with precision(128):
        assert enclosed_zero(lambda u: [u[0] ** 3 - 2], lambda u: [[Ball("0.01")]], [1.3]) is None
