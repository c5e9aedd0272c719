"""Recurrences, Taylor models, Jacobians and the logarithmic norm, each against a route of its own."""

from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory import Lq
from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import series
from mirrortheory.exact.arb import Ball, arb_setting, precision
from mirrortheory.exact.balls import BallFunction
from mirrortheory.exact.series import Model, Polynomial, Program, growth_bound

U, V = sympy.symbols("u v", real=True)
EXPRESSIONS = [
    U * V - 3 * U + 2,
    U**5 - V**-3,
    sympy.sqrt(U) + V ** sympy.Rational(5, 2),
    U ** sympy.Rational(-1, 3) * 6 ** sympy.Rational(1, 3),
    sympy.exp(-U) * sympy.log(V),
    sympy.tanh(U) + sympy.asinh(V) + sympy.cosh(U - V),
    Lq("4/3").link(U - 3 * V),
    2**U + sympy.pi * sympy.Abs(V),
]
named = pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)


def program_of(*exprs):
    program = Program(2)
    return program, [program.expression(e, {U: 0, V: 1}) for e in exprs]


@named
def test_recurrence_gives_the_taylor_coefficients_along_a_solution(expr):
    """u' = expr, v' = u: iterated Lie derivatives are the other route."""
    program, outputs = program_of(expr, U)
    start = {U: sympy.Rational(1, 2), V: sympy.Rational(2)}
    with precision(200):
        got = program.expand([Ball(1) / 2, Ball(2)], outputs, Fraction(1, 3), 4)[0]
        derivative, factorial = U, 1
        for k in range(5):
            truth = BallFunction(derivative.subs(start) / factorial, ())()
            assert abs(got[k] * 3**k - truth) < Ball(2) ** -150
            derivative = (
                (sympy.diff(derivative, U) * expr + sympy.diff(derivative, V) * U).doit().subs(sympy.DiracDelta(U - 3 * V), 0)
            )
            derivative = derivative.replace(sympy.DiracDelta, lambda *a: sympy.S.Zero)
            factorial *= k + 1


@named
def test_doubles_continue_the_exact_coefficients(expr):
    program, outputs = program_of(expr, U)
    with precision(200):
        exact = program.expand([Ball(1) / 2, Ball(2)], outputs, Fraction(1, 9), 24)
        mixed = program.expand([Ball(1) / 2, Ball(2)], outputs, Fraction(1, 9), 24, 12)
        for row, other in zip(exact[:2], mixed[:2], strict=True):
            assert row.truncate(13).coeffs() == other.truncate(13).coeffs()
            assert any(row[k] != other[k] for k in range(13, 25)) or row.degree() < 13
            size = max(abs(row[k]) / Ball(k) for k in range(13, 25))
            assert all(abs(row[k] - other[k]) < abs(row[k]) * 1e-8 + 1e-12 * size + Ball(2) ** -190 for k in range(13, 25))


@pytest.mark.parametrize("size", [Fraction(1, 10**12), Fraction(10**12)])
def test_fixed_point_is_fine_enough_for_small_and_large_numbers(size):
    """u' = 1/u, v' = v^2: nothing in sight of one; u = sqrt(u_0^2 + 2 t), v = v_0 / (1 - v_0 t)."""
    program, outputs = program_of(1 / U, V**2)
    with precision(100):
        w = Ball(size.numerator) / size.denominator
        u = program.expand([w, Ball(1)], outputs, size**2, 3)[0]
        v = program.expand([Ball(1), w], outputs, 1 / size, 3)[1]
        for got, truth in ((u, [1, 1, Ball(-1) / 2, Ball(1) / 2]), (v, [1, 1, 1, 1])):
            assert all(abs(got[k] / w - truth[k]) < Ball(2) ** -40 for k in range(4))


@named
@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=6, max_size=6), st.integers(0, 16), st.integers(0, 3))
def test_models_hold_the_function(expr, slopes, place, degree):
    """At low degree the bound does the work; a degree below that of the input is a mutant's degree and is bounded too."""
    program, (output,) = program_of(expr)
    with precision(100):
        u = Polynomial([Ball(1) / 2, *(Ball(s) / 400 for s in slopes[:3])])
        v = Polynomial([Ball(2), *(Ball(s) / 100 for s in slopes[3:])])
        model = program.models([u, v], degree + 3)[output]
        tau = Ball(place) / 16
        truth = BallFunction(expr, (U, V))(u(tau), v(tau))
        assert model.error.is_finite()
        assert abs(truth - model.polynomial(tau)) < model.error + Ball(2) ** -80
        assert model.range.contains(truth.mid())


@pytest.mark.parametrize("expr", [U * V, 1 / U, sympy.sqrt(U), U ** sympy.Rational(-1, 3), sympy.exp(-U), sympy.log(U)], ids=str)
@pytest.mark.parametrize("shift", [1, -1])
def test_errors_of_the_inputs_are_carried(expr, shift):
    """Both ends of the range of an input are attained; without the input's error the bound misses them."""
    program, (output,) = program_of(expr)
    operations, values = program._operations, [Model(Polynomial([Ball(1), Ball(1) / 9]), Ball(1) / 50), Model(Polynomial([3]))]
    with precision(100), arb_setting("cap", 9):
        for operation, numbers in zip(operations, program._balls(), strict=True):
            values.append(series._model(operation.kind, numbers, [values[a] for a in operation.arguments], 8))
        truth = BallFunction(expr, (U, V))(Ball(1) + Ball(shift) / 50, Ball(3))
        assert abs(truth - values[output].polynomial(Ball(0))) <= values[output].error
        alone = program.models([Polynomial([Ball(1), Ball(1) / 9]), Polynomial([3])], 8)[output]
        assert not abs(truth - alone.polynomial(Ball(0))) <= alone.error


@pytest.mark.parametrize("expr", [1 / U, sympy.sqrt(U), sympy.cbrt(U), sympy.exp(-U), sympy.log(U)], ids=str)
@pytest.mark.parametrize("lost", [Fraction(0), Fraction(1, 10**12), Fraction(1, 10)])
def test_a_wrong_candidate_is_given_its_error(expr, lost):
    """Nothing is believed about a candidate: one that is off gets an error of as much, and of not much more."""
    program, (output,) = program_of(expr)
    with precision(160), arb_setting("cap", 31):
        polynomials = [Polynomial([Ball(1), Ball(1) / 9]), Polynomial([3])]
        candidate = program.models(polynomials, 30)[output].polynomial + Polynomial([0, Ball(lost.numerator) / lost.denominator])
        model = program.models([*polynomials, *[None] * (output - 2), candidate], 30)[output]
        off = abs(model.polynomial(Ball(1)) - BallFunction(expr, (U, V))(Ball(10) / 9, Ball(3)))
        assert model.polynomial is candidate
        assert off <= model.error + Ball(2) ** -140
        assert model.error < 6 * off + Ball(2) ** -90
        assert off > Ball(9) / 10 * lost.numerator / lost.denominator or lost == 0


def test_what_is_not_defined_is_not_finite():
    for expr in (1 / U, sympy.sqrt(U), sympy.log(U), sympy.sign(U)):
        program, (output,) = program_of(expr)
        with precision(64):
            through_zero = [Polynomial([Ball(1), Ball(-2)]), Polynomial([1])]
            assert not program.models(through_zero, 5)[output].error.is_finite()
            assert not all(v.is_finite() for v in program.jacobian([Ball(0, 1), Ball(1)], [output])[0])


@named
def test_jacobian_is_the_symbolic_one(expr):
    program, (output,) = program_of(expr)
    with precision(100):
        row = program.jacobian([Ball(1) / 2, Ball(2)], [output])[0]
        for got, symbol in zip(row, (U, V), strict=True):
            derivative = sympy.diff(expr, symbol).replace(sympy.DiracDelta, lambda *a: sympy.S.Zero)
            assert abs(got - BallFunction(derivative, (U, V))(Ball(1) / 2, Ball(2))) < Ball(2) ** -80


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 6), st.integers(0, 10**6))
def test_growth_bound_is_above_the_largest_eigenvalue(n, seed):
    rng = np.random.default_rng(seed)
    J = rng.normal(size=(n, n))
    top, vectors = np.linalg.eigh((J + J.T) / 2)
    with precision(64):
        balls = [[Ball(v) for v in row] for row in J.tolist()]
        sharp = float(growth_bound(balls, vectors.tolist()))
        assert top[-1] <= sharp <= top[-1] + 1e-9 * (1 + abs(top).max())
        assert float(growth_bound(balls, np.eye(n).tolist())) >= top[-1] - 1e-12
        tilted = vectors + rng.normal(size=(n, n)) * 0.3 / n  # far from orthogonal: still a bound, or none
        assert float(growth_bound(balls, tilted.tolist())) >= top[-1] - 1e-12


def test_equal_operations_are_done_once():
    program, (a, b) = program_of(U * V + sympy.exp(U), sympy.exp(U) - U * V)
    assert a != b
    assert len(program._operations) == 4


@pytest.mark.parametrize("expr", [0.5 * U, sympy.gamma(U), U * sympy.Symbol("z")], ids=str)
def test_what_has_no_recurrence_is_refused(expr):
    with pytest.raises(NotEvaluable) as caught:
        program_of(expr)
    assert "\n" not in str(caught.value)


def test_arb_is_left_as_it_was():
    before = flint.ctx.prec, flint.ctx.cap
    program, _ = program_of(1 / U)
    with precision(80):
        program.models([Polynomial([1]), Polynomial([1])], 30)
    assert (flint.ctx.prec, flint.ctx.cap) == before
