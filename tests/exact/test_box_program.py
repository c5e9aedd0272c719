"""Quadratic programs over a box: KKT conditions in rationals, all active sets by hand, degenerate data, uniqueness."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog, lsq_linear
from thinning import thinned

from mirrortheory.exact import exact
from mirrortheory.exact.box_program import minimise


def rationals(table):
    return [[exact(Fraction(v)) for v in row] for row in table]


def program(Z, b, low, high):
    """The program of |Z x - b|^2/2 with integers, and its exact data."""
    Z, b = np.array(Z, dtype=object), np.array(b, dtype=object)
    H, g = rationals((Z.T @ Z).tolist()), rationals([(Z.T @ b).tolist()])[0]
    return H, g, [None if v is None else exact(v) for v in low], [None if v is None else exact(v) for v in high]


def is_kkt(H, g, low, high, x):
    """The conditions as they are written, apart from the code."""
    for j, v in enumerate(x):
        slope = sum((h * w for h, w in zip(H[j], x, strict=True)), exact(0)) - g[j]
        if (low[j] is not None and v < low[j]) or (high[j] is not None and v > high[j]):
            return False
        if slope > 0 and v != low[j]:
            return False
        if slope < 0 and v != high[j]:
            return False
    return True


@pytest.mark.parametrize("seed", range(60))
def test_small_integers_with_ties_zero_and_equal_columns_are_solved(seed):
    rng = np.random.default_rng(seed)
    d, n = rng.integers(1, 7), rng.integers(1, 5)
    Z = rng.integers(-2, 3, (n, d)).tolist()
    data = program(Z, rng.integers(-6, 7, n).tolist(), [-1] * d, [int(v) for v in rng.integers(-1, 3, d)])
    found = minimise(*data)
    assert is_kkt(*data, found.x)
    for j in range(d):
        moved = [v + exact("1/1000") * (k == j) for k, v in enumerate(found.x)]
        assert not is_kkt(*data, moved) or found.unique is not True


@pytest.mark.parametrize("seed", range(20))
def test_no_active_set_has_a_lower_value(seed):
    """All 3^d choices of who is free and who is at which bound, by least squares in doubles."""
    rng = np.random.default_rng(seed)
    d = 4
    Z, b = rng.integers(-3, 4, (5, d)), rng.integers(-9, 10, 5)
    found = minimise(*program(Z.tolist(), b.tolist(), [-1] * d, [1] * d))
    least = np.inf
    for choice in itertools.product((-1, 0, 1), repeat=d):
        x, free = np.array(choice, dtype=float), np.array(choice) == 0
        x[free] = np.linalg.lstsq(Z[:, free], b - Z @ x, rcond=None)[0] if free.any() else x[free]
        if (np.abs(x) <= 1 + 1e-12).all():
            least = min(least, ((Z @ x - b) ** 2).sum() / 2)
    value = ((Z @ [float(Fraction(int(v.p), int(v.q))) for v in found.x] - b) ** 2).sum() / 2
    assert value == pytest.approx(least, abs=1e-11)


@pytest.mark.parametrize("seed", range(4))
def test_doubles_agree_with_a_solver_of_another_kind(seed):
    rng = np.random.default_rng(seed)
    Z, b = rng.normal(size=(20, 12)), 3 * rng.normal(size=20)
    exactly = np.array([[Fraction(float(v)) for v in row] for row in Z], dtype=object)
    target = np.array([Fraction(float(v)) for v in b], dtype=object)
    H, g = rationals((exactly.T @ exactly).tolist()), rationals([(exactly.T @ target).tolist()])[0]
    found = minimise(H, g, [exact("-1/3")] * 12, [exact("1/3")] * 12)
    assert found.unique
    x = [int(v.p) / int(v.q) for v in found.x]
    np.testing.assert_allclose(x, lsq_linear(Z, b, (-1 / 3, 1 / 3), tol=1e-14).x, atol=1e-9)


def test_it_says_whether_the_minimiser_is_the_only_one():
    equal = [[1, 1], [0, 0]]
    assert minimise(*program(equal, [1, 0], [-1, -1], [1, 1])).unique is False  # x1 + x2 = 1
    assert minimise(*program(equal, [2, 0], [-1, -1], [1, 1])).unique is True  # the corner, with no slope
    assert minimise(*program(equal, [3, 0], [-1, -1], [1, 1])).unique is True  # the corner, pressed
    assert minimise(*program([[1, 0], [0, 1]], [5, 0], [-1, -1], [1, 1])).unique is True
    assert minimise(*program([[0, 0], [0, 1]], [5, 0], [-1, -1], [1, 1])).unique is False  # a coordinate that nothing moves


@thinned("seed", range(60), every=6)
def test_it_is_the_only_one_where_linear_programs_say_so(seed):
    """Minimisers x + d: Zd = 0, d_j = 0 where the slope is not 0, x + d inside; the ends of each d_j by a linear program."""
    rng = np.random.default_rng(seed)
    d, n = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    Z, b = rng.integers(-2, 3, (n, d)), rng.integers(-2, 3, n)
    high = [None] * d if seed % 2 else [1] * d
    found = minimise(*program(Z.tolist(), b.tolist(), [0] * d, high))
    x = [int(v.p) / int(v.q) for v in found.x]
    bounds = [(-v, None if seed % 2 else 1 - v) if s == 0 else (0, 0) for v, s in zip(x, found.slope, strict=True)]
    goals = [side * goal for goal in np.eye(d) for side in (1, -1)]
    ends = [linprog(goal, A_eq=Z, b_eq=np.zeros(n), bounds=bounds) for goal in goals]
    assert found.unique == all(end.status == 0 and abs(end.fun) < 1e-7 for end in ends)


def test_coordinates_that_come_to_zero_on_the_way_leave():
    nothing = [None, None]  # both rise at first, and with the second the first would be negative
    assert minimise(*program([[1, 0], [3, 1]], [0, 4], [0, 0], nothing)).x == (0, 4)


@pytest.mark.parametrize(
    ("columns", "right", "only"), [((1, 2), 1, False), ((1, 2), 0, True), ((1, 2), -1, True), ((1, -2), 0, False)]
)
def test_parallel_columns_share_what_there_is(columns, right, only):
    assert minimise(*program([columns], [right], [0, 0], [None, None])).unique is only


def test_bounds_that_no_double_is():
    third = exact("1/3")
    found = minimise([[exact(1)]], [exact(9)], [-third], [third])
    assert found.x == (third,)
    assert found.slope == (third - 9,)
