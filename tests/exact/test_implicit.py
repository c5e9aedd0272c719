"""Inverse functions and integrals of powers: values in balls against mpmath, derivatives, text, code and pickles."""

import pickle

import mpmath
import pytest
import sympy

from mirrortheory.codegen.python_runtime import root
from mirrortheory.exact import Ball, BallFunction, evaluate, inverse_function, monotone_root, powers_integral, precision

R = sympy.Rational
T = sympy.Dummy("t", positive=True)
Y = sympy.Symbol("y", real=True)
WHOLE = (-sympy.oo, sympy.oo)


def inverse_of(form, t, low, high, y=Y):
    return inverse_function(sympy.Lambda(t, form), sympy.Lambda(t, sympy.diff(form, t)), y, low, high)


KNOWN = [  # F, its ends, and the inverse
    (T**3, (0, sympy.oo), sympy.cbrt(Y), (R(1, 10**300), R(1, 7), 1, 10**300)),
    (sympy.log(T), (0, sympy.oo), sympy.exp(Y), (-700, -1, 0, 700)),
    (sympy.log(T / (5 - T)), (0, 5), 5 / (1 + sympy.exp(-Y)), (-700, R(1, 3), 200)),
    (-1 / T, (0, sympy.oo), -1 / Y, (-(10**20), -R(1, 10**20))),
]


@pytest.mark.parametrize(("form", "ends", "known", "points"), KNOWN)
def test_values_are_those_of_the_known_inverse(form, ends, known, points):
    found = inverse_of(form, T, *ends)
    for point in points:
        with precision(400):
            value = BallFunction(found, (Y,))(point)
            assert value.rel_accuracy_bits() > 100
            assert value.overlaps(BallFunction(known, (Y,))(point))
            assert not value.overlaps(BallFunction(known, (Y,))(point) * (1 + Ball(2) ** -90))


def test_on_the_whole_line():
    u = sympy.Dummy("u", real=True)
    found = inverse_of(u + sympy.sinh(u), u, *WHOLE)
    for point in (-(10**30), -1, 0, R(1, 10**30), 2, 10**200):
        with precision(900):
            value = BallFunction(found, (Y,))(point)
            assert (value + value.sinh()).contains(
                Ball(int(point.p)) / int(point.q) if isinstance(point, sympy.Rational) else point
            )


def test_derivative_text_and_assumptions():
    found = inverse_of(T**2 * sympy.exp(T), T, 0, sympy.oo, 2 * Y)
    slope = sympy.diff(found, Y)
    step = R(1, 10**15)
    with precision(300):
        secant = (evaluate(found, {Y: 1 + step}, 60) - evaluate(found, {Y: 1 - step}, 60)) / 2 * 10**15
        assert abs(secant - evaluate(slope, {Y: 1}, 60)) < Ball(10) ** -28
    assert str(found) == "inverse(t -> t**2*exp(t))(2*y)"
    assert r"\mapsto" in sympy.latex(found)
    assert found.is_positive
    assert found.free_symbols == {Y}
    assert pickle.loads(pickle.dumps(found)) == found
    assert abs(found.subs(Y, 1).evalf(30) - sympy.Float("0.901201031729666")) < 1e-14
    with pytest.raises(NotImplementedError):
        found.series(Y, 0, 2)


def test_it_is_printed_for_mpmath():
    found = inverse_of(T**2 * sympy.exp(T), T, 0, sympy.oo) + powers_integral(Y, R(-1, 2), 1, 2, R(1, 3))
    with mpmath.workdps(30):
        code = sympy.lambdify(Y, found, [{"root": root, "mpmath": mpmath}, "mpmath"])
        assert abs(code(mpmath.mpf(3)) - mpmath.mpf(evaluate(found, {Y: 3}, 28).mid().str(28, radius=False))) < 1e-24


@pytest.mark.parametrize("order", [0, R(-1, 2), R(2, 3)])
def test_integral_of_powers(order):
    found = powers_integral(Y, order, 1, 2, R(1, 3), -1, 5, R(-1, 4))
    with mpmath.workdps(25):
        known = mpmath.quad(lambda u: u ** mpmath.mpf(str(sympy.N(order, 25))) * mpmath.cbrt(u + 2) / (5 - u) ** 0.25, [0, 1, 3])
    assert abs(mpmath.mpf(evaluate(found, {Y: 3}, 25).mid().str(20, radius=False)) - known) < 1e-12
    assert sympy.simplify(sympy.diff(found, Y) - Y**order * (Y + 2) ** R(1, 3) * (5 - Y) ** R(-1, 4)) == 0
    with pytest.raises(NotImplementedError):
        sympy.diff(powers_integral(1, order, Y, 2, R(1, 3)), Y)


def test_no_root_is_undefined():
    def function(t):
        return t**2

    with precision(100):
        assert not monotone_root(function, lambda t: 2 * t, Ball(-1), Ball(0), None).is_finite()
        assert not monotone_root(function, lambda t: 2 * t, Ball("nan"), Ball(0), None).is_finite()
        wide = monotone_root(function, lambda t: 2 * t, Ball(4, 1), Ball(0), None)
        assert wide.contains(Ball(3).sqrt())
        assert wide.contains(Ball(5).sqrt())
