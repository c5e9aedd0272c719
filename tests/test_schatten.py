"""The links of matrices: exponents that are accepted, norms, zero singular values, the exact 2 x 2 form, and what is refused."""

import numpy as np
import pytest
import sympy

from mirrortheory import InvalidArgument, Lq, Schatten
from mirrortheory.geometries import Entrywise, matrix_sign

Q = sympy.Symbol("q", positive=True)
BOTH = [Schatten, Entrywise]


@pytest.mark.parametrize("geometry", BOTH)
def test_exponents_are_those_of_lq(geometry):
    for q in (1, "3/2", 2, Q):
        assert geometry(q).exponent == Lq(q).exponent
        assert geometry(q) == geometry(Lq(q).exponent)
    for q in (0, 3, 1.5, sympy.Symbol("q"), "x"):
        with pytest.raises(InvalidArgument) as ours:
            geometry(q)
        with pytest.raises(InvalidArgument) as scalar:
            Lq(q)
        assert str(ours.value) == str(scalar.value)
    with pytest.raises(InvalidArgument, match="q must be a number, to be evaluated, got q; write for example 1, 3/2 or 2"):
        geometry(Q).link_of(np.eye(2))


def test_norms_are_those_of_numpy():
    matrix = np.random.default_rng(0).normal(size=(3, 4))
    for q, dual, primal in ((1, "nuc", 2), (2, "fro", "fro")):
        assert Schatten(q).dual_norm(matrix) == pytest.approx(np.linalg.norm(matrix, dual), rel=1e-14)
        assert Schatten(q).norm(matrix) == pytest.approx(np.linalg.norm(matrix, primal), rel=1e-14)
    for q, p in ((1, np.inf), ("3/2", 3), (2, 2)):
        assert Entrywise(q).norm(matrix) == pytest.approx(np.linalg.norm(matrix.ravel(), p), rel=1e-14)
    assert Schatten("3/2").norm(np.zeros((2, 3))) == Entrywise(1).dual_norm(np.zeros((2, 3))) == 0
    assert Schatten("3/2").dual_norm(1e200 * np.eye(2)) == pytest.approx(1e200 * 2 ** (2 / 3))


@pytest.mark.parametrize("q", [1, "5/4", "3/2", 2])
def test_zero_singular_values_stay_zero(q):
    """Of a matrix of rank one, made of rounded products, the link has rank one."""
    rng = np.random.default_rng(1)
    left, right = rng.normal(size=(5, 1)), rng.normal(size=(1, 4))
    matrix = (left @ right) @ rng.normal(size=(4, 4)) @ rng.normal(size=(4, 6))
    sizes = np.linalg.svd(Schatten(q).link_of(matrix), compute_uv=False)
    assert sizes[0] == pytest.approx(np.linalg.norm(matrix) ** (float(sympy.Rational(q)) - 1))
    assert sizes[1] < 1e-12 * sizes[0]
    assert not Schatten(q).link_of(np.zeros((2, 3))).any()


def test_a_crossing_is_seen_and_a_rank_that_stays_is_not():
    low = np.diag([1.0, 1e-3, 0.0])
    for geometry in (Schatten("3/2"), Entrywise("3/2")):
        assert not geometry.apart(low, 2 * low, 1e-9)
        assert geometry.apart(low, low * [1, -1, 1], 1e-9)
        assert geometry.apart(low, low * [1, 0, 1], 1e-9)
        assert geometry.apart(low, np.diag([1.0, 1e-3, 1e-3]), 1e-9)
        assert not geometry.apart(0 * low, 0 * low, 0.0)


def test_matrix_sign_is_exact():
    a, b, c, d = entries = sympy.symbols("a b c d", real=True)
    formula = matrix_sign(sympy.Matrix([[a, b], [c, d]]))
    rng = np.random.default_rng(2)
    for _ in range(20):
        matrix = rng.normal(size=(2, 2))
        matrix[0] *= np.sign(np.linalg.det(matrix))
        ours = formula.subs(dict(zip(entries, map(sympy.Rational, matrix.ravel()), strict=True)))
        assert (ours * ours.T).applyfunc(sympy.simplify) == sympy.eye(2)
        assert np.array(ours, dtype=float) == pytest.approx(Schatten(1).link_of(matrix), abs=1e-12)
    for wrong in (sympy.Matrix([[1, 0], [0, -1]]), sympy.Matrix([[1, 1], [1, 1]])):
        with pytest.raises(InvalidArgument, match="matrix must be of positive determinant, got (-1|0); "):
            matrix_sign(wrong)
    for wrong in (sympy.eye(3), np.eye(2), "M"):
        with pytest.raises(InvalidArgument, match=r"matrix must be a SymPy matrix of shape \(2, 2\)"):
            matrix_sign(wrong)


@pytest.mark.parametrize("geometry", [Schatten(1), Schatten(2), Entrywise(1)])
@pytest.mark.parametrize(
    "matrix", [[[np.inf, 0.0], [0.0, 1.0]], [[np.nan]], np.zeros((0, 2)), [1.0, 2.0], "a", None, [[1j]], np.zeros((2, 2, 2))]
)
def test_links_take_matrices_of_finite_real_numbers(geometry, matrix):
    for asked in (geometry.link_of, geometry.norm, geometry.dual_norm):
        with pytest.raises(InvalidArgument, match="a matrix of finite real numbers"):
            asked(matrix)


def test_the_matrix_sign_of_entries_near_the_largest_double():
    assert np.allclose(Schatten(1).link_of(1e308 * np.array([[3 / 5, 4 / 5], [-4 / 5, 3 / 5]])), [[3 / 5, 4 / 5], [-4 / 5, 3 / 5]])
    assert np.allclose(Schatten("3/2").link_of(np.diag([4e300, 9e-300])), np.diag([2e150, 0.0]))
