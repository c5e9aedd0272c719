"""Largest margins against CVXPY, which solves the same problems by other methods."""

import warnings

import numpy as np
import pytest
import sympy

from mirrortheory import max_margin

CVXPY_IS_MISSING = "CVXPY is not installed; pip install mirrortheory[convex]"
EXPONENTS = (1, "6/5", "4/3", "3/2", 2, 3, sympy.oo)
TABLES = [range(6), pytest.param(range(6, 43), marks=pytest.mark.slow)]  # 7 exponents each: 42 and 259 problems


def data(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(1, 25)), int(rng.integers(2, 40))
    Z, w = rng.normal(size=(n, d)), rng.normal(size=d)
    if seed % 3 == 0:
        Z = np.round(2 * Z)
    Z[Z @ w == 0] = w
    if seed % 4 == 0:
        Z[:, 1:] *= 10.0 ** -rng.integers(0, 3, size=d - 1)
    return Z, np.sign(Z @ w)


def solved_by_cvxpy(Z, labels, exponent):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cvxpy = pytest.importorskip("cvxpy", reason=CVXPY_IS_MISSING)
        x = cvxpy.Variable(Z.shape[1])
        norm = "inf" if exponent == sympy.oo else float(sympy.Rational(exponent))
        problem = cvxpy.Problem(cvxpy.Minimize(cvxpy.norm(x, norm)), [(Z * labels[:, None]) @ x >= 1])
        problem.solve(solver=cvxpy.CLARABEL)
    return float(problem.value), np.array(x.value)


@pytest.mark.parametrize("seeds", TABLES, ids=["few", "many"])
def test_cvxpy_finds_the_same_margin(seeds):
    norms, points = [], []
    for seed in seeds:
        Z, labels = data(seed)
        for exponent in EXPONENTS:
            found = max_margin((Z, labels), exponent=exponent)
            assert found.certificate.kind == ("exact" if exponent in (1, sympy.oo) else "balls")
            value, x = solved_by_cvxpy(Z, labels, exponent)
            norms.append(abs(value * found.margin - 1))
            if found.unique:
                points.append(float(np.abs(x - found.x).max() / np.abs(found.x).max()))
    assert len(norms) == len(seeds) * len(EXPONENTS)
    assert max(norms) < 1e-6
    assert np.median(norms) < 1e-8
    assert max(points) < 2e-2  # flat powers: x is known to the square root of the gap and worse
    assert np.median(points) < 1e-5
