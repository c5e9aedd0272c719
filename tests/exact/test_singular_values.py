"""Singular values in balls: against NumPy, known values, and what cannot be enclosed."""

import numpy as np
import pytest
import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import as_ball, exact, precision, schatten_norm, singular_values


def rational(matrix):
    return [[exact(float(v)) for v in row] for row in matrix]


SHAPES = [(1, 1), (2, 5), (5, 2), (4, 4), (6, 9)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("rank", [1, 9])
def test_numpy_finds_the_same_singular_values(shape, rank):
    rng = np.random.default_rng(shape[0])
    matrix = rng.normal(size=(shape[0], rank)) @ rng.normal(size=(rank, shape[1]))
    with precision(128):
        found = sorted((float(v.mid()) for v in singular_values(rational(matrix))), reverse=True)
        widest = max(float(v.rad()) for v in singular_values(rational(matrix)))
    known = np.linalg.svd(matrix, compute_uv=False)
    assert len(found) == min(shape)
    assert np.abs(np.array(found) - known).max() <= 1e-13 * known[0]
    assert widest < 1e-15 * known[0]


def test_multiple_and_vanishing_singular_values_are_all_enclosed():
    rows = [[exact(v) for v in row] for row in ((2, -1, -1), (-1, 2, -1), (-1, -1, 2))]  # 3, 3 and 0
    with precision(128):
        found = singular_values(rows)
        assert sum(v.contains(3) for v in found) == 2
        assert sum(v.contains(0) for v in found) == 1
        assert singular_values([[exact(0)] * 3] * 2) == (0, 0)


@pytest.mark.parametrize("p", [1, "3/2", 2, 3, 100, sympy.oo], ids=str)
def test_norms_of_known_singular_values(p):
    order = p if p == sympy.oo else sympy.Rational(p)
    turn = [[exact("3/5"), exact("-4/5")], [exact("4/5"), exact("3/5")]]
    rows = [[turn[0][0] * 2, turn[0][1]], [turn[1][0] * 2, turn[1][1]]]  # an exact rotation of diag(2, 1)
    with precision(128):
        norm = schatten_norm(rows, order)
        known = as_ball(exact(2)) if p == sympy.oo else (as_ball(exact(2)) ** int(order) + 1) if p in (1, 3) else None
        if p == 3:
            known = known ** (as_ball(exact(1)) / 3)
        if known is not None:
            assert norm.overlaps(known)
    value = 2.0 if p == sympy.oo else float((2.0 ** float(order) + 1) ** (1 / float(order)))
    assert abs(float(norm.mid()) - value) < 1e-14
    assert float(norm.rad()) < 1e-16


def test_what_is_refused():
    with pytest.raises(InvalidArgument, match="of one length"):
        singular_values([[exact(1)], [exact(1), exact(2)]])
    with pytest.raises(InvalidArgument, match=">= 1"):
        schatten_norm([[exact(1)]], sympy.Rational(1, 2))
