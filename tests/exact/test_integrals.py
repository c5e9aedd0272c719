"""Elliptic integrals, integrals and many points at once: balls against mpmath at twice the precision."""

import mpmath
import pytest
import sympy

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import BallFunction, evaluate, precision
from mirrortheory.exact.carlson import carlson_rc, carlson_rd, carlson_rf, carlson_rj

X, Y, Z, U = sympy.symbols("x y z u", positive=True)
R = sympy.Rational
MP = mpmath.mp.clone()
MP.dps = 60


def mp(value):
    return MP.mpf(int(value.p)) / int(value.q)


def agrees(ball, value):
    return abs(MP.mpf(ball.mid().str(55, radius=False)) - value) < MP.mpf(10) ** -38


POINT = {X: R(1, 7), Y: R(5, 3), Z: R(9, 2)}
CASES = {
    "K": (sympy.elliptic_k(X), lambda x, y, z: MP.ellipk(x)),
    "E": (sympy.elliptic_e(X), lambda x, y, z: MP.ellipe(x)),
    "F": (sympy.elliptic_f(X, R(2, 5)), lambda x, y, z: MP.ellipf(x, MP.mpf(2) / 5)),
    "R_F": (carlson_rf(X, Y, Z), lambda x, y, z: MP.elliprf(x, y, z)),
    "R_F with a zero": (carlson_rf(0, Y, Z), lambda x, y, z: MP.elliprf(0, y, z)),
    "R_J": (carlson_rj(X, Y, Z, X + Y), lambda x, y, z: MP.elliprj(x, y, z, x + y)),
    "R_C": (carlson_rc(X, Y), lambda x, y, z: MP.elliprc(x, y)),
    "Pi": (sympy.elliptic_pi(X / 9, R(2, 5)), lambda x, y, z: MP.ellippi(x / 9, MP.mpf(2) / 5)),
    "Pi, incomplete": (sympy.elliptic_pi(X / 9, R(1, 3), R(2, 5)), lambda x, y, z: MP.ellippi(x / 9, MP.mpf(1) / 3, MP.mpf(2) / 5)),
    "1F1": (sympy.hyper((X,), (Y,), Z), lambda x, y, z: MP.hyp1f1(x, y, z)),
    "0F1": (sympy.hyper((), (Y,), -Z), lambda x, y, z: MP.hyp0f1(y, -z)),
    "3F2": (sympy.hyper((X, Y, 1), (Z, R(7, 2)), -R(1, 3)), lambda x, y, z: MP.hyp3f2(x, y, 1, z, MP.mpf(7) / 2, -MP.mpf(1) / 3)),
    "R_D": (carlson_rd(X, Y, Z), lambda x, y, z: MP.elliprd(x, y, z)),
    "integral of a root": (
        sympy.Integral(1 / sympy.sqrt((U + X) * (U + Y)), (U, Z, 9)),
        lambda x, y, z: MP.quad(lambda u: 1 / MP.sqrt((u + x) * (u + y)), [z, 9]),
    ),
    "integral with a logarithm": (
        sympy.Integral(sympy.log(U + X) * sympy.exp(-U), (U, 0, Y)),
        lambda x, y, z: MP.quad(lambda u: MP.log(u + x) * MP.exp(-u), [0, y]),
    ),
    "integral in a sum": (
        1 + X * sympy.Integral(sympy.cosh(U) ** 2 / U, (U, X, Y)),
        lambda x, y, z: 1 + x * MP.quad(lambda u: MP.cosh(u) ** 2 / u, [x, y]),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_against_mpmath(name):
    expr, reference = CASES[name]
    assert agrees(evaluate(expr, POINT, digits=40), reference(*map(mp, POINT.values())))


def test_carlson_rf_differentiates_to_carlson_rd():
    derivative = sympy.diff(carlson_rf(X, Y, Z), Y)
    step = R(1, 10**12)
    ends = [evaluate(carlson_rf(X, Y, Z), {**POINT, Y: POINT[Y] + s}, digits=50) for s in (step, -step)]
    with precision(200):
        slope = (ends[0] - ends[1]) / 2 * 10**12
        assert abs(slope - evaluate(derivative, POINT, digits=40)) < 1e-22


@pytest.mark.parametrize(
    "expr",
    [sympy.elliptic_k(X + 2), carlson_rf(0, 0, X), sympy.Integral(1 / U, (U, 0, X)), sympy.Integral(1 / (U - 1), (U, 0, 2)) + X],
    ids=str,
)
def test_undefined_is_refused(expr):
    with pytest.raises(NotEvaluable):
        evaluate(expr, {X: R(1, 7)}, digits=20)


@pytest.mark.parametrize(
    "expr", [sympy.Integral(sympy.sin(U) / sympy.gamma(U), (U, 1, X)), sympy.Integral(U, U), sympy.zeta(X)], ids=str
)
def test_unsupported_is_refused(expr):
    with pytest.raises(NotEvaluable, match="no enclosure|no definite integral"):
        BallFunction(expr, (X, U))


def test_many_points_are_as_accurate_as_one():
    expr = X * sympy.asinh(2 * X) - sympy.sqrt(1 + 4 * X**2) / 2 + R(1, 2)  # cancels near 0
    points = [(R(1, 10**k),) for k in range(0, 30, 3)] + [(R(k, 7),) for k in range(1, 50)]
    function = BallFunction(expr, (X,))
    for point, value in zip(points, function.over(points, 40), strict=True):
        assert value.overlaps(function.enclose(point, 80))
        assert value.rad() < 1e-38 * max(1, float(abs(value.mid())))
