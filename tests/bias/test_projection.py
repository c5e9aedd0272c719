"""Bregman projections: their KKT conditions by closed forms and in ball arithmetic, minimality, limits, refusals."""

import functools
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.bias import bregman_projection
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import exact, row_reduced
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Exp, PowerDifference
from mirrortheory.theory import X

ONES = [[1.0, 1.0]]


@functools.cache
def of_layers(q, *imbalance):
    return derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential


def closed(potential):
    """R' on both sides of 0, from the closed form for x > 0."""
    form = sympy.lambdify(X, potential.mirror_map, "numpy")
    return lambda x: np.sign(x) * form(np.abs(x))


def certified(potential, x):
    """R and R' in ball arithmetic."""
    found = values(potential, sympy.Rational(float(x)), digits=20)
    return float(found.potential.mid()), float(found.mirror_map.mid())


def instance(seed, d=5, n=2, signed=True):
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(n, d))
    low = -2.0 if signed else 0.1
    return rng.uniform(low, 2, d), Z, Z @ rng.uniform(low, 2, d)


CLOSED = [(2, 0), (2, 0, 3), (2, 0, "1/1000"), (1, 0, 2), ("3/2", 0, 0), ("5/4", 0, 0, 0)]  # q and imbalance


@pytest.mark.parametrize("layers", CLOSED, ids=str)
@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6))
def test_closed_forms_confirm_it_where_x_may_change_sign(layers, seed):
    potential, (x0, Z, b) = of_layers(*layers), instance(seed)
    found = bregman_projection(potential, x0, Z, b)
    size = 1 + np.abs(found.x).max()
    dual = closed(potential)
    np.testing.assert_allclose(Z @ found.x, b, atol=1e-13 * size)
    np.testing.assert_allclose(dual(found.x) - dual(x0), Z.T @ found.multipliers, rtol=1e-10, atol=1e-11)
    assert found.residual < 1e-12 * size


@pytest.mark.parametrize("imbalance", [(0, 0), (0, 0, 0), (0, 0, 1)])
@pytest.mark.parametrize("seed", range(3))
def test_on_an_orthant_it_is_positive_and_the_least(imbalance, seed):
    potential = of_layers(2, *imbalance)
    x0, Z, b = instance(seed, signed=False)
    x = bregman_projection(potential, x0, Z, b).x
    assert (x > 0).all()
    kernel = np.linalg.svd(Z)[2][2:]

    def divergence(x):
        there, start = (np.array([certified(potential, v) for v in point]) for point in (x, x0))
        return (there[:, 0] - start[:, 0] - start[:, 1] * (x - x0)).sum()

    least = divergence(x)
    assert all(divergence(x + sign * 1e-3 * k) > least for k in kernel[:2] for sign in (1, -1))


@pytest.mark.parametrize("imbalance", [(0, "1/2", 2), (0, 1, 1, 2), (0, 1, "3/2", 2, 3)])
def test_ball_arithmetic_confirms_it_without_a_closed_form(imbalance):
    potential = of_layers(2, *imbalance)
    x0, Z, b = instance(1)
    found = bregman_projection(potential, x0, Z, b)
    increments = [certified(potential, after)[1] - certified(potential, v)[1] for v, after in zip(x0, found.x, strict=True)]
    np.testing.assert_allclose(increments, Z.T @ found.multipliers, atol=1e-13)
    np.testing.assert_allclose(Z @ found.x, b, atol=1e-13)


def test_one_potential_for_each_coordinate_and_a_wrong_imbalance_is_seen():
    mixed = [of_layers(2, 0, 3), of_layers(2, 0, 1, 2), of_layers(2, 0), of_layers(2, 0, 0), of_layers(2, 0, "1/2", 2)]
    x0, Z, b = instance(4, signed=False)
    right, wrong = (bregman_projection(each, x0, Z, b) for each in (mixed, [of_layers(2, 0, 4), *mixed[1:]]))
    together = right.x[0]
    assert np.abs(right.x - wrong.x).max() > 1e-3
    dual = closed(mixed[0])
    assert dual(together) - dual(x0[0]) == pytest.approx((Z.T @ right.multipliers)[0], abs=1e-12)
    assert abs(dual(wrong.x[0]) - dual(x0[0]) - (Z.T @ wrong.multipliers)[0]) > 1e-3


def test_depth_one_is_the_nearest_point():
    x0, Z, b = instance(7)
    expected = x0 - np.linalg.pinv(Z) @ (Z @ x0 - b)
    np.testing.assert_allclose(bregman_projection(of_layers(2, 0), x0, Z, b).x, expected, atol=1e-13)


def test_sums_have_an_explicit_inverse_and_agree_with_the_hyperbolic_entropy():
    """u^2 - v^2 from (1, 1) has x = 2 sinh(4 y), a product of imbalance 4 has x = 2 sinh(2 y): D_R agrees up to a factor."""
    explicit = derive(Flow(Lq(2), PowerDifference(2)), initial=(1, 1)).potential
    x0, Z, b = instance(5)
    one, other = (bregman_projection(each, x0, Z, b) for each in (explicit, of_layers(2, 0, 4)))
    np.testing.assert_allclose(one.x, other.x, atol=1e-12)
    assert one.residual < 1e-12
    assert np.abs(one.x - bregman_projection(of_layers(2, 0, 2), x0, Z, b).x).max() > 1e-3


@pytest.mark.parametrize("far", [1e2, 1e4, 1e6])
def test_a_bounded_dual_domain_is_no_obstacle(far):
    found = bregman_projection(of_layers(2, 0, 1, 2), [0.1, 0.2], [[1.0, 3.0]], [far])
    assert found.residual < 1e-9 * far
    assert np.dot([1, 3], found.x) == pytest.approx(far, rel=1e-12)


def test_tiny_starts_and_zero():
    hyperbolic = of_layers(2, 0, 3)
    tiny = bregman_projection(hyperbolic, [1e-200, 0.0], ONES, [2.0])
    np.testing.assert_allclose(tiny.x, 1.0, rtol=1e-14)
    assert bregman_projection(hyperbolic, [0.0, 0.0], ONES, [0.0]).x.tolist() == [0, 0]
    balanced = bregman_projection(of_layers(2, 0, 0), [1e-30, 3e-30], ONES, [4.0])  # proportions stay
    np.testing.assert_allclose(balanced.x, [1, 3], rtol=1e-12)


def entropy():
    return of_layers(2, 0, 0)


def cubic():
    return of_layers(2, 0, 0, 0)


def symbolic():
    return derive(Flow(Lq(2), Product(2)), imbalance=(0, sympy.Symbol("lam", positive=True))).potential


def exponential():
    return derive(Flow(Lq(2), Exp()), initial=(0,)).potential


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (entropy, [1, 1], ONES, [-1]),
            "b must be met by Z x inside the region of the potential, where x keeps the sign of its start",
        ),
        ((cubic, [1, 1], ONES, [-1]), "b must be met by Z x"),
        ((entropy, [1, 1], [[1, 1], [2, 2]], [1, 3]), "b must be in the range of Z, got"),
        ((entropy, [1, 1], [[0, 0], [1, 1]], [1e-300, 2]), "b must be in the range of Z, got"),
        ((entropy, [0, 1], ONES, [1]), "not 0 where R'(0) is infinite, got 0.0"),
        ((entropy, [1, 1], [[1, 1, 1]], [1]), "Z must be of shape (n, d)"),
        ((entropy, [1, 1], ONES, [1, 2]), "b must be of shape (1,), got (2,)"),
        ((entropy, [1, np.nan], ONES, [1]), "x0 must be finite"),
        ((lambda: [entropy()], [1, 1], ONES, [1]), "potentials must be one, or 2"),
        ((symbolic, [1, 1], ONES, [1]), "potentials must be free of symbols, got lam"),
        ((exponential, [1, -1], ONES, [1]), "x0 must be in the region"),
    ],
)
def test_refusals_are_one_line(arguments, message):
    with pytest.raises(InvalidArgument) as caught:
        bregman_projection(arguments[0](), *arguments[1:])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def nearly_dependent(kind, d):
    points = np.linspace(0, 1, d)
    if kind == "powers":
        return np.vander(points, 11, increasing=True).T
    if kind == "exponentials":
        return np.exp(-np.outer(np.arange(1, 9), points))
    return 1 / (np.arange(1, 8)[:, None] + points)  # of Hilbert's kind


@pytest.mark.parametrize("kind", ["powers", "exponentials", "fractions"])
@pytest.mark.parametrize("layers", [(2, 0, 3), (2, 0, 0), ("3/2", 0, 0, 0)], ids=str)
@pytest.mark.parametrize("d", [11, 14, 20, 30])
def test_rows_that_are_nearly_dependent_are_met_to_rounding(layers, kind, d):
    potential = of_layers(*layers)
    Z, x0 = nearly_dependent(kind, d), np.ones(d)
    assert np.linalg.cond(Z) > 8e6
    b = Z @ np.abs(np.cos(np.arange(d)))
    found = bregman_projection(potential, x0, Z, b)
    assert found.residual < 1e-12
    np.testing.assert_allclose(Z @ found.x, b, rtol=0, atol=1e-12)
    shift = closed(potential)(found.x) - closed(potential)(x0)
    rows, pivots = row_reduced([[exact(float(v)) for v in row] for row in Z])  # that of doubles is off by the condition
    for free in set(range(d)) - set(pivots):
        kernel = np.zeros(d)
        kernel[free], kernel[pivots] = 1.0, [-float(Fraction(int(row[free].p), int(row[free].q))) for row in rows]
        assert abs(kernel @ shift) < 1e-11 * (1 + np.abs(kernel) @ np.abs(shift))


@pytest.mark.parametrize("layers", [(2, 0, 3), (2, 0, 0)], ids=str)
@pytest.mark.parametrize(
    ("Z", "b", "expected"),
    [
        ([[1, 0, 0], [0, 1, 1]], [1e-20, 1], [1e-20, 0.5, 0.5]),
        ([[0, 1, 1], [1, 0, 0]], [1, 1e-60], [1e-60, 0.5, 0.5]),
        ([[1, 0, 0], [0, 1, 1]], [1e20, 1], [1e20, 0.5, 0.5]),
        ([[1e-20, 0, 0], [0, 1, 1]], [1e-20, 1], [1, 0.5, 0.5]),
        ([[1e10, 1e10, 0], [0, 0, 1e-10]], [1e10, 1e-10], [0.5, 0.5, 1]),
    ],
)
def test_rows_and_targets_of_different_scales_are_met_each_in_its_own(layers, Z, b, expected):
    np.testing.assert_allclose(bregman_projection(of_layers(*layers), np.ones(3), Z, b).x, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("Z", "b"),
    [
        ([[1, 1, 1], [2, 2, 2]], [3, 6]),
        ([[0, 0, 0], [1, 1, 1]], [0, 3]),
        ([[1e-20, 1e-20, 1e-20], [1e20, 1e20, 1e20]], [0, 0]),
        ([[1, 1, 1], [1, 1, 1], [1, 1, 1], [3, 3, 3]], [3, 3, 3, 9]),
    ],
)
def test_equations_that_follow_from_others_are_left_out_and_told(Z, b):
    found = bregman_projection(of_layers(2, 0, 3), [0.0, 0.0, 0.0], Z, b)
    np.testing.assert_allclose(found.x, 1.0 if any(b) else 0.0, rtol=1e-14)
    assert found.notes == (f"{len(Z) - 1} of {len(Z)} equations follow from the others, exactly, and were left out",)
    assert np.count_nonzero(found.multipliers) <= 1


def test_equations_that_contradict_each_other_by_a_rounding_are_refused():
    potential = of_layers(2, 0, 3)
    with pytest.raises(InvalidArgument, match="b must be in the range of Z.*the doubles that they are"):
        bregman_projection(potential, [0.0, 0.0], [[1, 1], [3, 3]], [0.1, 0.3])
    with pytest.raises(InvalidArgument, match="b must be in the range of Z"):
        bregman_projection(potential, [0.0, 0.0], [[1e-20, 1e-20], [1e20, 1e20]], [1e-20, -1e20])


SMALL = 2.0**-40


@pytest.mark.parametrize("layers", [(2, 0), (2, 0, 3), (2, 0, 1, 2)], ids=str)
def test_nearly_parallel_rows_give_the_solution_and_not_a_small_residual(layers):
    """|Z x - b| is small all along x_1 + x_2 = 1; the only solution is far out."""
    found = bregman_projection(of_layers(*layers), [0.0, 0.0], [[1, 1], [1, 1 + SMALL]], [1, 1 + 512 * SMALL])
    np.testing.assert_allclose(found.x, [-511, 512], rtol=1e-13)
    assert found.notes == ("the rows are nearly dependent: replaced by equivalent equations in exact arithmetic",)


@pytest.mark.parametrize("size", [1.0, 1e8, 1e12, 1e16, 1e100])
def test_one_large_row_is_no_obstacle(size):
    found = bregman_projection(of_layers(2, 0, 3), [0.0, 0.0, 0.0], [[size, 0, size], [0, 1, 1]], [size, 1])
    expected = bregman_projection(of_layers(2, 0, 3), [0.0, 0.0, 0.0], [[1, 0, 1], [0, 1, 1]], [1, 1])
    np.testing.assert_allclose(found.x, expected.x, rtol=1e-14)


def test_columns_of_different_scales_and_a_column_of_zeros():
    Z = np.array([[1e-12, 1.0, 0.0, 1e9], [0.0, 1.0, 0.0, 1.0]])
    x0 = np.array([0.5, 1.0, -0.25, 2.0])
    found = bregman_projection(of_layers(2, 0, 3), x0, Z, Z @ [1.0, -1.0, 5.0, 3.0])
    dual = closed(of_layers(2, 0, 3))
    np.testing.assert_allclose(Z @ found.x, Z @ [1.0, -1.0, 5.0, 3.0], rtol=1e-14)
    np.testing.assert_allclose(dual(found.x) - dual(x0), Z.T @ found.multipliers, atol=1e-13)
    assert found.x[2] == pytest.approx(-0.25, rel=1e-15)


def test_the_error_covers_the_distance_from_exact_solutions():
    """At depth one the projection is rational: x_0 + Z^T (Z Z^T)^-1 (b - Z x_0)."""
    rng = np.random.default_rng(5)
    for d, n, spread in ((6, 2, 0), (12, 5, 3), (8, 8, 1), (10, 4, 7)):
        Z = rng.normal(size=(n, d)) * 10.0 ** rng.uniform(-spread, 0, d)
        x0, b = rng.normal(size=d), rng.normal(size=n)
        table, start = (sympy.Matrix(v).applyfunc(lambda v: sympy.Rational(float(v))) for v in (Z, x0))
        right = sympy.Matrix(b).applyfunc(lambda v: sympy.Rational(float(v)))
        truth = start + table.T * (table * table.T).LUsolve(right - table * start)
        found = bregman_projection(of_layers(2, 0), x0, Z, b)
        off = np.abs(found.x - np.array(truth.tolist(), dtype=float)[:, 0]).max()
        assert off <= found.error <= 1e5 * off + 1e-13 * np.abs(found.x).max()
