"""Krawczyk's operator for functions in balls: zeros are enclosed, and what is not a simple zero is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory.exact import Ball, enclosed_zero, exact, precision, row_reduced


def circle(v):
    x, y = v
    return [x * x + y * y - 2, x - y], [[2 * x, 2 * y], [Ball(1), Ball(-1)]]


def test_a_zero_of_two_equations_is_enclosed():
    with precision(200):
        x, y = enclosed_zero(circle, [Ball(3), Ball(1) / 2])
        assert x.contains(1)
        assert y.contains(1)
        assert float(x.rad()) < 1e-50


def test_double_zeros_and_missing_ones_are_not_enclosed():
    with precision(100):
        assert enclosed_zero(lambda v: ([v[0] ** 2], [[2 * v[0]]]), [Ball(1)]) is None
        assert enclosed_zero(lambda v: ([v[0] ** 2 + 1], [[2 * v[0]]]), [Ball(1)]) is None
        assert enclosed_zero(lambda v: ([v[0].log()], [[1 / v[0]]]), [Ball(-1)]) is None

    same = [[Ball(1)] * 2] * 2
    with precision(128):
        assert enclosed_zero(lambda v: ([v[0]], [[Ball("nan")]]), [Ball("0.1")]) is None
        assert enclosed_zero(lambda v: ([v[0] + v[1]] * 2, same), [Ball("0.1"), Ball("0.2")]) is None


def cubic(table, target):
    """x_i^3 + sum_j a_ij x_j - b_i, with its slopes."""

    def function(u):
        values = [v**3 + sum(a * w for a, w in zip(row, u, strict=True)) - b for v, row, b in zip(u, table, target, strict=True)]
        return values, [[a + (3 * u[i] * u[i] if i == j else 0) for j, a in enumerate(row)] for i, row in enumerate(table)]

    return function


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.integers(1, 6), st.sampled_from([64, 128, 400]), st.sampled_from([1, 2**40]))
def test_the_balls_hold_a_zero_that_was_put_there(seed, size, bits, scale):
    rng = np.random.default_rng(seed)
    zero = [Ball(int(v)) / (4 * scale**i) for i, v in enumerate(rng.integers(-8, 9, size=size))]
    half = rng.integers(-3, 4, size=(size, size))
    table = [[Ball(int(v)) for v in row] for row in half @ half.T + np.eye(size, dtype=int)]
    with precision(4 * 40 * size + bits):  # the zero and the target are exact
        target = [v.mid() for v in cubic(table, [Ball(0)] * size)(zero)[0]]
    with precision(bits):
        found = enclosed_zero(cubic(table, target), [z * (1 + Ball("1e-3")).mid() for z in zero])
        assert found is not None
        assert all(ball.contains(z) for ball, z in zip(found, zero, strict=True))
        assert all(ball.rad() < Ball(2) ** (-bits // 2) * 10 for ball in found)


@pytest.mark.parametrize("side", [1, -1])
def test_balls_in_the_system_widen_the_answer(side):
    with precision(128):
        target = Ball(2, "1e-12")
        (found,) = enclosed_zero(lambda u: ([u[0] ** 2 - target], [[2 * u[0]]]), [Ball(side * 1.4)])
        assert all(found.contains(side * (2 + Ball(end)).sqrt()) for end in ("-9e-13", "9e-13"))


def test_a_wrong_slope_does_not_show_a_zero():
    with precision(128):
        assert enclosed_zero(lambda v: ([v[0] ** 3 - 2], [[Ball("0.01")]]), [Ball("1.3")]) is None
    with precision(100):
        assert enclosed_zero(lambda v: ([v[0] ** 2 - 2], [[-v[0]]]), [Ball(1)]) is None


def test_row_reduction_is_exact():
    tiny = exact(2.0**-1000)
    rows, pivots = row_reduced([[exact(1), exact(1)], [exact(1), 1 + tiny]])
    assert pivots == [0, 1]
    assert rows == [[1, 0], [0, 1]]
    assert row_reduced([[exact(0), exact(0)]]) == ([], [])
