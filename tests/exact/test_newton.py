"""Krawczyk's operator for functions in balls: zeros are enclosed, and what is not a simple zero is not."""

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


def test_a_wrong_slope_does_not_show_a_zero():
    with precision(100):
        assert enclosed_zero(lambda v: ([v[0] ** 2 - 2], [[-v[0]]]), [Ball(1)]) is None


def test_row_reduction_is_exact():
    tiny = exact(2.0**-1000)
    rows, pivots = row_reduced([[exact(1), exact(1)], [exact(1), 1 + tiny]])
    assert pivots == [0, 1]
    assert rows == [[1, 0], [0, 1]]
    assert row_reduced([[exact(0), exact(0)]]) == ([], [])
