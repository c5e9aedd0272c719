"""Norms by an inverse Gram matrix, against rational arithmetic, and integrals of powers up to many points."""

import numpy as np
import pytest
import sympy

from mirrortheory.exact import Ball, GramNorm, power_integral, power_rises, precision


def norms(n=3, d=7, seed=0):
    rng = np.random.default_rng(seed)
    A, m, v = rng.normal(size=(n, d)), rng.uniform(0, 2, d), rng.normal(size=n)
    H = (A * m) @ A.T
    return A, m, v, H


@pytest.mark.parametrize("seed", range(5))
def test_norms_are_bounds_and_sharp(seed):
    A, m, v, H = norms(seed=seed)
    norm = GramNorm(A.tolist(), np.linalg.inv(np.linalg.cholesky(H)).tolist())
    norm.weigh(m.tolist())
    table = [[sympy.Rational(x) for x in row] for row in A.tolist()]
    exact = sympy.Matrix(table) * sympy.diag(*map(sympy.Rational, m.tolist())) * sympy.Matrix(table).T
    vector = sympy.Matrix([sympy.Rational(x) for x in v.tolist()])
    truth = float(sympy.sqrt((vector.T * exact.LUsolve(vector))[0]))
    found = float(norm.of([Ball(x) for x in v.tolist()]))
    assert truth * (1 - 1e-15) <= found < truth * (1 + 1e-10)
    columns = np.sqrt(np.einsum("ij,ij->j", A, np.linalg.solve(H, A)))
    np.testing.assert_allclose([float(c) for c in norm.of_columns()], columns, rtol=1e-10)


def test_a_poor_triangle_gives_a_poor_bound_or_none_and_never_a_small_one():
    A, m, v, H = norms()
    factor = np.linalg.inv(np.linalg.cholesky(H))
    truth = np.sqrt(v @ np.linalg.solve(H, v))
    for off in (0.01, 0.1, 0.5):
        norm = GramNorm(A.tolist(), ((1 + off) * factor).tolist())
        norm.weigh(m.tolist())
        found = norm.of([Ball(x) for x in v.tolist()])
        assert float(found) >= truth if found.is_finite() else off >= 0.5
    singular = GramNorm([[1.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]])
    singular.weigh([1.0, 1.0])
    assert not singular.of([Ball(1), Ball(1)]).is_finite()


@pytest.mark.parametrize("exponents", [("-1/6", "-1/2", "-5/6"), ("-3/4", "1/3", "-2")])
@pytest.mark.parametrize("sizes", [(1e-12, 1e12), (0.5, 0.75), (1e-3, 30.0)], ids=str)
def test_rises_are_integrals(exponents, sizes):
    with precision(120):
        shifts = [Ball(0), Ball(1), Ball(3) / 7]
        factors = [(tau, sympy.Rational(e)) for tau, e in zip(shifts, exponents, strict=True)]
        points = [Ball(float(v)) for v in np.geomspace(*sizes, 40)]
        found = power_rises(factors, points)
        assert found[0] == 0
        for s, rise in zip(points[1::7], found[1::7], strict=True):
            way = s - points[0]
            expected = way * power_integral(sympy.S.Zero, [(way, points[0] + tau, e) for tau, e in factors])
            assert rise.overlaps(expected)
            assert rise.rad() < abs(rise) * Ball(2) ** -80


def test_rises_at_points_that_are_not_told_apart():
    with precision(100):
        third = Ball(1) / 3
        found = power_rises([(Ball(1), sympy.Rational(-1, 2))], [third, third, Ball(2)])
        assert found[1].contains(0)
        assert found[2].overlaps(2 * (Ball(3).sqrt() - (Ball(4) / 3).sqrt()))
