"""Convex quadratics over x >= 0, against all sets of positive coordinates, and against linear programs for uniqueness."""

import itertools

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from mirrortheory.exact import Exact
from mirrortheory.exact.nonnegative import is_only_minimiser, nonnegative_minimiser, pulls


def normal(Z, b):
    """H = Z^T Z and c = Z^T b, exactly."""
    columns = list(zip(*Z, strict=True))
    H = [[Exact(sum(u * v for u, v in zip(left, right, strict=True))) for right in columns] for left in columns]
    return H, [Exact(sum(u * v for u, v in zip(column, b, strict=True))) for column in columns]


def value(H, c, x):
    return sum(
        (
            v * (sum((h * u for h, u in zip(row, x, strict=True)), Exact(0)) / 2 - pull)
            for v, row, pull in zip(x, H, c, strict=True)
        ),
        Exact(0),
    )


@st.composite
def tables(draw):
    n, d = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    entries = st.integers(-3, 3)
    return draw(st.lists(st.lists(entries, min_size=d, max_size=d), min_size=n, max_size=n)), draw(
        st.lists(entries, min_size=n, max_size=n)
    )


@settings(max_examples=100)
@given(tables())
def test_the_point_obeys_kkt_and_nothing_is_lower(table):
    H, c = normal(*table)
    x = nonnegative_minimiser(H, c)
    p = pulls(H, c, x)
    assert min(x) >= 0
    assert max(p) <= 0
    assert all(a * b == 0 for a, b in zip(x, p, strict=True))
    for k in range(1, len(c) + 1):
        for kept in itertools.combinations(range(len(c)), k):
            part = flint.fmpq_mat([[H[i][j] for j in kept] for i in kept])
            if part.rank() < k:
                continue
            found = part.solve(flint.fmpq_mat([[c[j]] for j in kept])).entries()
            if min(found) >= 0:
                other = [Exact(0)] * len(c)
                for j, v in zip(kept, found, strict=True):
                    other[j] = v
                assert value(H, c, x) <= value(H, c, other)


@settings(max_examples=60)
@given(tables())
def test_it_is_the_only_one_where_no_coordinate_of_a_minimiser_can_change(table):
    H, c = normal(*table)
    x = nonnegative_minimiser(H, c)
    Z, point = np.array(table[0], dtype=float), np.array([int(v.p) / int(v.q) for v in x])
    bounds = [(0, 0) if p < 0 else (0, None) for p in pulls(H, c, x)]
    ends = []
    for j, side in itertools.product(range(len(c)), (1, -1)):
        goal = np.zeros(len(c))
        goal[j] = side
        found = linprog(goal, A_eq=Z, b_eq=Z @ point, bounds=bounds)
        ends.append(found.status == 0 and abs(found.fun - side * point[j]) < 1e-7)
    assert is_only_minimiser(H, c, x) == all(ends)


def test_coordinates_that_come_to_zero_on_the_way_leave():
    H, c = normal([[1, 0], [3, 1]], [0, 4])  # both rise at first, and with the second the first would be negative
    assert nonnegative_minimiser([[H[0][0]]], [c[0]]) == [Exact(6, 5)]
    assert nonnegative_minimiser(H, c) == [0, 4]


@pytest.mark.parametrize(("right", "only"), [(1, False), (0, True), (-1, True)])
def test_parallel_columns_share_what_there_is(right, only):
    H, c = normal([[1, 2]], [right])
    assert is_only_minimiser(H, c, nonnegative_minimiser(H, c)) == only


def test_opposite_columns_may_grow_together_from_zero():
    H, c = normal([[1, -2]], [0])
    assert not is_only_minimiser(H, c, [Exact(0)] * 2)
