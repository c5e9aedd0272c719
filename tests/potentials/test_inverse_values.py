"""The inverse mirror map in balls: closed forms, the mirror map on both sides, and what lies outside the dual domain."""

import functools
import random

import pytest
import sympy
from random_products import any_product
from test_numeric import parametric_potential

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import Ball, BallFunction, ball, bits_for, evaluate, precision
from mirrortheory.potentials import Normalisation
from mirrortheory.potentials.dual_roots import DISTANCE, near_end
from mirrortheory.potentials.numeric import inverse_values, values
from mirrortheory.reparams import LogDifference, PowersProduct, Separable, Tempered

R = sympy.Rational
U = sympy.Symbol("u", positive=True)


@pytest.fixture(autouse=True)
def sharp_comparisons():
    """What the tests compute from the values is as sharp as these are."""
    with precision(bits_for(500)):
        yield


@functools.cache
def product(q, imbalance):
    return derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential


def rational_near(value, digits):
    """A rational within 10^-digits of the middle of a ball, relative to it."""
    with precision(int(digits * 3.33) + 2):
        mantissa, exponent = (1 * value.mid()).mid().man_exp()
    return R(int(mantissa)) * R(2) ** int(exponent)


@pytest.mark.parametrize("y", [R(1, 10**300), R(-3, 7), R(5), R(-300)], ids=["1e-300", "-3/7", "5", "-300"])
def test_two_layers_of_gradient_flow_are_a_sinh(y):
    """x = (lam/2) sinh(2 y), R*(y) = lam (cosh(2 y) - 1)/4, R''(x) = 1/(lam cosh(2 y))."""
    found, lam = inverse_values(product(R(2), (0, 3)), y), 3
    assert found.x.overlaps(evaluate(R(lam, 2) * sympy.sinh(2 * y), {}, 700))
    assert found.conjugate.overlaps(evaluate(R(lam, 2) * sympy.sinh(y) ** 2, {}, 1400))
    assert found.hessian.overlaps(evaluate(1 / (lam * sympy.cosh(2 * y)), {}, 400))
    assert found.mirror_map.contains(ball(y))
    assert found.x.rel_accuracy_bits() > bits_for(40)


@pytest.mark.parametrize("seed", range(12))
def test_the_mirror_map_is_below_and_above_it_on_both_sides(seed):
    q, shifts, x = any_product(random.Random(100 + seed))
    potential = parametric_potential(q, shifts)
    y = rational_near(values(potential, x).mirror_map, 12)
    try:
        found = inverse_values(potential, y, digits=40)
    except InvalidArgument:
        assert values(potential, 10**300 * x).mirror_map < ball(y)  # 12 digits took y out of the dual domain
        return
    middle = rational_near(found.x, 60)
    low, high = (values(potential, middle * (1 + R(sign, 10**35))) for sign in (-1, 1))
    assert low.mirror_map < ball(y) < high.mirror_map
    assert abs(found.hessian / low.hessian - 1) < Ball(10) ** -25
    assert (found.potential + found.conjugate).overlaps(found.x * ball(y))


CASES = {  # made when they are asked for
    "balanced, log": (lambda: product(R(2), (0, 0)), R(-7, 2), lambda y: sympy.exp(2 * y)),
    "balanced, bounded": (lambda: product(R(2), (0, 0, 0)), R(-1, 3), lambda y: (-y) ** -3),
    "balanced, from 0": (lambda: product(R(3, 2), (0, 0)), R(-5, 3), lambda y: -((y / 2) ** 4)),
    "log-difference": (
        lambda: derive(Flow(Lq(2), LogDifference()), initial=(2, 1)).potential,
        R(6, 5),
        lambda y: sympy.atanh(4 * y / 5),
    ),
    "tempered": (lambda: derive(Flow(Lq(2), Tempered(R(3, 2)))).potential, R(-1, 10**30), lambda y: 4 / y**2),
    "u**64": (lambda: derive(Flow(Lq(2), Separable(U**64, (U,)))).potential, R(-1, 10**9), None),
}


@pytest.mark.parametrize("name", CASES)
def test_known_inverses(name):
    made, y, known = CASES[name]
    potential = made()
    found = inverse_values(potential, y)
    expected = potential.inverse_mirror_map.subs(sympy.Symbol("y", real=True), y) if known is None else known(y)
    assert found.x.overlaps(evaluate(expected, {}, 400)), name
    assert values(potential, rational_near(found.x, 100)).hessian.overlaps(found.hessian * Ball(1, 1e-40))


def test_zero_is_taken_to_zero():
    found = inverse_values(product(R(3, 2), (0, 1, 2)), 0)
    assert all(getattr(found, name) == 0 for name in ("x", "mirror_map", "potential", "conjugate"))
    assert found.hessian.overlaps(evaluate(1 / (sympy.Integer(2)), {}, 60))
    with pytest.raises(NotEvaluable, match=r"R''\(0\) is infinite here"):
        inverse_values(product(R(3, 2), (0, 0)), 0)


def bounded():
    return product(R(2), (0, 1, 2))


def one_layer_apart():
    return product(R(2), (0, 0, 1))


def powers():
    return derive(Flow(Lq(1), PowersProduct(2, 3))).potential


@pytest.mark.parametrize(
    ("made", "y", "message"),
    [
        (bounded, R(5, 2), r"y must be of absolute value below R'\(oo\) = 1.31103, got 5/2; choose one closer to 0"),
        (bounded, R(-2), r"y must be of absolute value below R'\(oo\) = 1.31103, got -2; choose one closer to 0"),
        (one_layer_apart, R(1), r"y must be negative, as R'\(oo\) = 0, got 1; choose a negative one"),
        (one_layer_apart, R(0), r"y must be negative, as R'\(oo\) = 0, got 0; choose a negative one"),
        (CASES["log-difference"][0], R(2), r"y must be in the dual domain -5/4 < y < 5/4, got 2; choose a point of it"),
        (powers, R(-1), r"y must be positive, as x is, got -1; choose a positive one"),
        (powers, R(0), r"y must be positive, as x is, got 0; choose a positive one"),
        (bounded, 0.5, "y must be an exact rational, got 0.5; write 1/2, not a float"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_outside_the_dual_domain_is_refused(made, y, message):
    with pytest.raises(InvalidArgument, match=f"^{message}$"):
        inverse_values(made(), y)


def test_close_to_the_end_of_a_bounded_dual_domain():
    """R'(oo) - y ~ x^(1-m)/(L (m-1)): at y = R'(oo) less about 10^-100, x is about 10^300."""
    assert bounded().normalisation is Normalisation.ORIGIN
    end = values(bounded(), R(10) ** 3000, digits=120).mirror_map
    y = rational_near(end - Ball(10) ** -100, 130)
    found = inverse_values(bounded(), y)
    assert abs(found.x * Ball(10) ** -300 - 1) < 1e-3
    assert found.x.rel_accuracy_bits() > bits_for(40)


@pytest.mark.parametrize(
    ("form", "power"),
    [
        (U * sympy.hyper((R(1, 2), R(5, 4)), (R(3, 2),), U**2), R(1, 4)),  # of tanh(u) at q = 5/4
        (U**2 * sympy.hyper((1, R(4, 3)), (2,), U**2), R(1, 3)),
        (sympy.hyper((R(1, 2), R(1, 3)), (R(7, 3),), U), R(0)),
    ],
    ids=["5/4", "4/3", "bounded"],
)
def test_a_hypergeometric_function_is_enclosed_next_to_its_singular_point(form, power):
    near, plain = BallFunction(near_end(form, sympy.S.One, -1, U), (DISTANCE,)), BallFunction(form, (U,))
    with precision(320):
        for distance in ("0.4", "1e-3", "1e-20"):
            d = Ball(distance).mid()
            assert abs(near(d) / plain(1 - d) - 1) < Ball("1e-60")
        tiny = [near(Ball(distance).mid()) for distance in ("1e-2000", "1e-4000")]  # takes no time; balls of 1 - d took minutes
        assert abs(tiny[1] / tiny[0] / Ball(10) ** (2000 * ball(power)) - 1) < Ball("1e-60")
