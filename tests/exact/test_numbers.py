"""Rationals that become balls, and the linear algebra of both."""

from fractions import Fraction

import numpy as np
import pytest

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, Undecided, as_ball, exact, is_exact, modulus, precision, rank, rank_of_doubles, sign, solve


def test_a_float_is_the_fraction_that_it_is():
    assert exact(0.1) == exact(Fraction(0.1))
    assert exact(0.1) != exact("1/10")
    assert exact(np.float64(0.25)) == exact("1/4")
    with pytest.raises(InvalidArgument, match="weight must be finite"):
        exact(float("inf"), "weight")


def test_a_sign_is_given_only_where_it_is_certain():
    assert [sign(v) for v in (exact(-2), exact(0), Ball(0), Ball(3, 1))] == [-1, 0, 0, 1]
    assert sign(Ball(0, 1)) is None
    assert sign(Ball("nan")) is None
    assert modulus(exact(-2)) == 2
    assert modulus(Ball(0, 1)).contains(1)


def test_rational_systems_are_solved_exactly_and_others_enclosed():
    matrix, right = [[exact(2), exact(1)], [exact(1), exact(3)]], [[exact(1)], [exact(0)]]
    (first,), (second,) = solve(matrix, right)
    assert (first, second) == (exact("3/5"), exact("-1/5"))
    with precision(100):
        (enclosed,), _ = solve(matrix, [[Ball(1)], [exact(0)]])
        assert not is_exact(enclosed)
        assert enclosed.contains(as_ball(first))
        assert not enclosed.contains(as_ball(first + exact(2.0**-80)))


def test_dependence_is_exact():
    tiny = exact(1) + exact(2.0**-60) * exact(2.0**-60)
    near = [[exact(1), exact(1)], [exact(1), tiny]]
    assert rank(near) == 2
    assert rank([[exact(1), exact(1)], [exact(1), exact(1)]]) == 1
    assert rank([]) == 0


def test_rank_of_doubles_is_that_of_the_rationals_that_they_are():
    near = [[1e-300, 3.0 * 1e-300, 0.0], [1e300, 3e300 * (1 + 2.0**-51), 0.0]]
    for rows in (
        near,
        [[0.5, 1.0], [1.0, 2.0]],
        [[0.0, 0.0]],
        [[5e-324, 1e308], [1.0, -1.0], [0.0, 2.0]],
        [[1.0, 2.0, 4.0]] * 3,
        [],
    ):
        assert rank_of_doubles(rows) == rank([[exact(v) for v in row] for row in rows])
    assert rank_of_doubles(near) == 2
    assert rank_of_doubles([[1.0, 2.0**61], [1.0, 1.0]]) == 2  # dependent modulo 2^61 - 1, and independent


def test_balls_leave_near_dependence_undecided():
    tiny = exact(1) + exact(2.0**-60) * exact(2.0**-60)
    near = [[exact(1), exact(1)], [exact(1), tiny]]
    with precision(53), pytest.raises(Undecided, match="too close to dependent"):
        solve(near, [[Ball(1)], [Ball(1)]])
