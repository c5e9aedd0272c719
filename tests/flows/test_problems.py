"""Losses: slopes are derivatives, malformed data and kinks are refused, smooth ones are followed."""

import re
from functools import partial

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from thinning import thinned

from mirrortheory import Flow, Lq, Product
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows import Exponential, Logistic, Quadratic, Scalar, Stack
from mirrortheory.flows import simulate as simulate_by_any

X = sympy.Symbol("x")
REAL = sympy.Symbol("r", real=True)

FALLING = Scalar(-X)
TARGET = Scalar((X - 1) ** 2 / 2)

simulate = partial(simulate_by_any, method="dop853")  # the smooth solver, which knows of no balance; the choice: test_simulate


def a_quadratic(rng, d):
    return Quadratic(rng.normal(size=(3, d)), rng.normal(size=3))


def a_logistic(rng, d):
    return Logistic(rng.normal(size=(5, d)), rng.choice([-1, 1], size=5))


def an_exponential(rng, d):
    return Exponential(rng.normal(size=(5, d)), rng.choice([-1, 1], size=5))


def a_scalar(rng, d):
    shift = sympy.Rational(int(rng.integers(-9, 9)), 4)
    return Scalar([(X - shift) ** 2 / 2, sympy.cosh(X - shift), -shift * X + X**3, sympy.log(1 + X**2)][rng.integers(4)])


@pytest.mark.parametrize("make", [a_quadratic, a_logistic, an_exponential, a_scalar])
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), d=st.integers(1, 4))
def test_slope_is_the_derivative_of_value(make, seed, d):
    rng = np.random.default_rng(seed)
    problem, x, step = make(rng, d), rng.normal(size=d), 1e-5
    slope = problem.slope(x)
    assert slope.shape == (d,)
    for j, unit in enumerate(np.eye(d)):
        difference = (problem.value(x + step * unit) - problem.value(x - step * unit)) / (2 * step)
        assert slope[j] == pytest.approx(difference, rel=1e-6, abs=1e-6)
        bend = (problem.slope(x + step * unit) - problem.slope(x - step * unit)) / (2 * step)
        np.testing.assert_allclose(problem.hessian(x)[j], bend, rtol=1e-6, atol=1e-6 * np.abs(bend).max() + 1e-7)
    np.testing.assert_allclose(problem.columns(np.arange(2))(np.stack([x, 0 * x], axis=1))[:, 0], slope, rtol=1e-12)


def test_quadratic_has_the_value_and_slope_of_its_formula():
    problem = Quadratic([[1.0, 2.0], [0.0, 3.0]], [1.0, -1.0])
    assert problem.value(np.array([1.0, 1.0])) == (2**2 + 4**2) / 2
    assert problem.slope(np.array([1.0, 1.0])).tolist() == [2.0, 2 * 2 + 3 * 4]


def test_logistic_does_not_overflow_far_from_the_boundary():
    problem = Logistic([[1.0], [-2.0]], [1, -1])
    assert problem.value(np.array([-1e6])) == pytest.approx(1.5e6)
    assert problem.slope(np.array([-1e6])).tolist() == [-1.5]
    assert problem.value(np.array([1e6])) == 0
    assert problem.slope(np.array([1e6])).tolist() == [0]


def test_scalar_adds_over_coordinates_and_broadcasts_a_constant_slope():
    assert FALLING.value(np.array([1.0, 2.0])) == -3
    assert FALLING.slope(np.array([1.0, 2.0])).tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Quadratic([[1.0], [2.0]], [1.0]), r"b must be of shape \(2,\), got \(1,\); give one target for each row"),
        (lambda: Quadratic([[1.0]], [[1.0]]), r"b must be of shape \(1,\), got \(1, 1\)"),
        (lambda: Quadratic([["a"]], [1.0]), "Z must be made of numbers in equal rows, got .*; write numbers"),
        (lambda: Quadratic([[1.0]], ["a"]), "b must be made of numbers in equal rows, got .*; write numbers"),
        (lambda: Quadratic([[np.nan]], [1.0]), "Z must be finite in every entry"),
        (lambda: Quadratic([[1.0]], [np.inf]), "b must be finite in every entry"),
        (lambda: Logistic([[1.0]], [2]), r"labels must be 1 entries \+1 or -1"),
        (lambda: Logistic([[1.0]], [1, -1]), r"labels must be 1 entries \+1 or -1"),
        (lambda: Logistic([[np.nan]], [1]), "Z must be finite in every entry"),
        (lambda: Exponential([[1.0]], [0]), r"labels must be 1 entries \+1 or -1"),
        (lambda: Exponential([[np.inf]], [1]), "Z must be finite in every entry"),
        (lambda: Scalar(X * sympy.Symbol("a")), r"expr must be an expression in one symbol, got a\*x; write for example"),
        (lambda: Scalar(sympy.Integer(3)), "expr must be an expression in one symbol, got 3"),
        (lambda: Scalar(sympy.I * X**2), r"expr must be a real expression in a real symbol, got I\*x\*\*2"),
        (lambda: Scalar(sympy.Symbol("z", imaginary=True) ** 2), r"expr must be a real expression in a real symbol, got z\*\*2"),
        (lambda: Quadratic([[[1.0]]], [1.0]), "Z must be"),
        (lambda: Logistic([[[1.0]]], [1]), "Z must be"),
        (lambda: Logistic(np.zeros((0, 2)), []), "Z must be"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_malformed_data_are_refused(make, message):
    with pytest.raises(InvalidArgument, match=message):
        make()


KINKS = {
    abs(X - 1): "slope jumps from -1 to 1 at x = 1",
    abs(REAL - 1): "slope jumps from -1 to 1 at r = 1",
    (X - 1) ** 2 / 2 + abs(X) / 10: "slope jumps from -11/10 to -9/10 at x = 0",
    sympy.Max(X, 1 - X): "slope jumps from -1 to 1 at x = 1/2",
    sympy.Min(REAL, 2) ** 2: "slope jumps from 4 to 0 at r = 2",
    sympy.sqrt((REAL**2 - 2) ** 2): "slope jumps from -2*sqrt(2) to 2*sqrt(2) at r = -sqrt(2)",
    abs(abs(REAL) - 1) ** 3: "slope jumps from 3 to -3 at r = 0",
    sympy.sqrt(abs(X)): "slope is not finite at x = 0",
    sympy.Heaviside(X): "value jumps from 0 to 1 at x = 0",
    sympy.sign(X) * (X + 1): "value jumps from -1 to 1 at x = 0",
    sympy.Piecewise((X**2, X < 1), (X, True)): "slope jumps from 2 to 1 at x = 1",
    abs(X - 0.3) + X**2: "slope jumps from -2/5 to 8/5 at x = 3/10",
    abs(sympy.exp(X) - X**3): "kinks at the zeros of x**3 - exp(x) are not found",
}
UNKNOWN = (
    sympy.erf(X),
    sympy.Mod(X, 1),
    sympy.Derivative(X**3, X),
    (X + 1) ** 2 / 2 + sympy.arg(X),
    sympy.floor(X),
    sympy.gamma(X),
    sympy.loggamma(X),
    sympy.besselj(0, X),
    sympy.Function("f")(X),
    sympy.floor(X),
    sympy.zeta(X),
)
SMOOTH = (
    abs(X - 1) ** 3,
    abs(REAL - 1) ** 3,
    abs(X - sympy.Rational(1, 2)) ** sympy.Rational(5, 2),
    abs(X - 0.3) ** 2.5,
    sympy.Max(X, 0) ** 2,
    sympy.Min(X, 1, 2) ** 2 - 2 * sympy.Min(X, 1),
    sympy.Heaviside(X) * X**2,
    sympy.sign(X) * X**3,
    sympy.re(X) ** 2,
    sympy.Piecewise((X**2 / 2, abs(X) < 1), (abs(X) - sympy.Rational(1, 2), True)),
    sympy.Piecewise((X**2 / 2, abs(X) < 0.3), (0.3 * abs(X) - 0.045, True)),
)


@pytest.mark.parametrize("expr", KINKS, ids=str)
def test_a_loss_with_a_kink_is_refused_in_one_line_that_names_it(expr):
    problem = Scalar(expr)
    for ask in (problem.value, problem.slope, problem.hessian, problem.check):
        with pytest.raises(InvalidArgument, match=re.escape(KINKS[expr])) as refused:
            ask(np.array([0.5]))
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("expr", UNKNOWN, ids=str)
def test_functions_that_numpy_lacks_are_refused_where_the_loss_is_asked_for(expr):
    problem = Scalar(expr)
    for ask in (problem.value, problem.slope, problem.hessian, problem.check):
        with pytest.raises(InvalidArgument, match="expr must be made of functions that NumPy has") as refused:
            ask(np.array([0.5]))
        assert "\n" not in str(refused.value)


@thinned("expr", SMOOTH, ids=str, every=4)
def test_a_continuously_differentiable_loss_is_evaluated_and_followed(expr):
    problem, step = Scalar(expr), 1e-6
    for x in np.array([[-1.7, 0.2, 0.4], [0.0, 1.0, 0.3], [1.2, 2.3, 0.5]]):
        for j, unit in enumerate(np.eye(3)):
            difference = (problem.value(x + step * unit) - problem.value(x - step * unit)) / (2 * step)
            assert problem.slope(x)[j] == pytest.approx(difference, abs=1e-5)
        assert problem.hessian(x).shape == (3, 3)
    path = simulate(Flow(Lq(2), Product(2)), problem, [[0.9, 0.3], [0.6, -0.7]], 0.5)
    assert (np.diff(path.loss) <= 1e-12).all()


def test_a_kink_is_refused_by_every_way_into_the_solvers():
    for q, batch in ((2, False), ("3/2", False), (1, False), (2, True)):
        losses, start = (Stack([TARGET, Scalar(abs(X - 1))]), [[[0.9], [0.6]]] * 2) if batch else (Scalar(abs(X - 1)), [0.9, 0.6])
        with pytest.raises(InvalidArgument, match="slope jumps from -1 to 1 at x = 1"):
            simulate_by_any(Flow(Lq(q), Product(2)), losses, start, 1.0)


@pytest.mark.parametrize("power", ["3/2", "4/3", "5/4"])
def test_sign_flow_into_an_infinite_second_derivative_is_refused(power):
    with pytest.raises(NotSmooth, match="the loss has no finite second derivative soon after t = 0.2611"):
        simulate_by_any(Flow(Lq(1), Product(2)), Scalar(abs(X - 1) ** sympy.Rational(power)), [0.9, 0.6], 3.0)


def test_the_symbol_of_a_scalar_loss_stands_for_a_real_number():
    free, real = (Scalar(abs(x - 1) ** 3) for x in (X, REAL))
    runs = [simulate_by_any(Flow(Lq(2), Product(2)), problem, ["9/10", "3/5"], 1, digits=30) for problem in (free, real)]
    assert runs[0].digits == runs[1].digits
    rough = simulate(Flow(Lq(2), Product(2)), free, [0.9, 0.6], 1.0)
    assert abs(rough.w[-1] - runs[0].w[-1]).max() <= rough.error[-1]
