"""Parts of a rate of decay: what a few points of each show is all of it, peaks and kinks included; what is refused."""

from itertools import pairwise

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from mirrortheory import Decoupled
from mirrortheory.decays import TIME
from mirrortheory.decays.resolution import POINTS, parts
from mirrortheory.decays.schedule import schedule
from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import Analytic, evaluate
from mirrortheory.flows.schedules import Total

R, T = sympy.Rational, TIME
ONE_HALF = R(1, 2)
# A rate and its integral from 0, in closed form.
PEAKS = [
    (
        10**4 * sympy.exp(-(10**8) * (T - ONE_HALF) ** 2),
        lambda t: sympy.sqrt(sympy.pi) * (sympy.erf(10**4 * (t - ONE_HALF)) + 1) / 2,
    ),
    (10**4 / (1 + 10**8 * (T - R(1, 3)) ** 2), lambda t: sympy.atan(10**4 * (t - R(1, 3))) + sympy.atan(R(10**4, 3))),
    (10**4 / (10**8 * T**2 - 10**8 * T + 25 * 10**6 + 1), lambda t: sympy.atan(10**4 * (t - ONE_HALF)) + sympy.atan(5000)),
    (10**4 / sympy.cosh(10**4 * (T - R(1, 7))) ** 2, lambda t: sympy.tanh(10**4 * (t - R(1, 7))) + 1),
    (
        1 / (1 + T) + 10**8 * sympy.exp(-(10**16) * (T - R(2, 3)) ** 2),
        lambda t: sympy.log(1 + t) + sympy.sqrt(sympy.pi) * (sympy.erf(10**8 * (t - R(2, 3))) + 1) / 2,
    ),
    (sympy.Abs(T - R(1, 3)), lambda t: (t - R(1, 3)) * sympy.Abs(t - R(1, 3)) / 2 + R(1, 18)),
    (sympy.sqrt(T), lambda t: R(2, 3) * t**1 * sympy.sqrt(t)),
    (1 + sympy.cos(300 * T), lambda t: t + sympy.sin(300 * t) / 300),
]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(POINTS)


def gauss(rate, cuts):
    """The sum of Gauss's rule over parts, with nodes in doubles."""
    function = sympy.lambdify(T, rate, "numpy")
    total = 0.0
    with np.errstate(over="ignore"):
        for a, b in pairwise(map(float, cuts)):
            total += (b - a) / 2 * float(WEIGHTS @ function(a + (b - a) / 2 * (1 + NODES)))
    return total


@pytest.mark.parametrize(("rate", "whole"), PEAKS)
def test_a_few_points_of_each_part_give_the_integral(rate, whole):
    cuts = parts(rate, R(0), R(1))
    assert cuts[0] == 0
    assert cuts[-1] == 1
    assert all(a < b for a, b in pairwise(cuts))
    assert len(cuts) < 150
    exact = float(evaluate(whole(R(1)), {}, digits=17).mid())
    assert gauss(rate, cuts) == pytest.approx(exact, rel=1e-8)  # of a width of 1e-8 times in doubles tell no more


@pytest.mark.parametrize("rate", [rate for rate, _ in PEAKS[:5]])
def test_without_the_parts_they_do_not(rate):
    cuts = parts(rate, R(0), R(1))
    assert abs(gauss(rate, (R(0), R(1))) - gauss(rate, cuts)) > 0.1


@pytest.mark.parametrize(("rate", "whole"), PEAKS)
def test_the_integral_is_right_to_rounding_at_every_time(rate, whole):
    total = Total(Decoupled(rate))
    for t in (R(1, 8), R(1, 7), R(1, 3) + R(1, 10**5), ONE_HALF, R(2, 3), R(7, 8), R(3)):
        time = R(float(t))
        exact = float(evaluate(whole(time), {}, digits=17).mid())
        assert float(total(float(t))) == pytest.approx(exact, rel=2e-14, abs=2e-12 if rate.is_rational_function(T) else 1e-15)


def test_a_rate_without_a_peak_is_cut_a_few_times_only():
    for text in ("1/(1+t)", "2**(-t)", "exp(-t**2)", "(1+cos(t))/4", "t**2 - 2*t + 1", "log(1+t)/(1+t)", "atan(t)"):
        assert len(parts(schedule(text), R(0), R(4))) <= 8, text


@given(
    st.fractions(min_value=R(1, 100), max_value=R(99, 100), max_denominator=1000),
    st.integers(2, 9),
    st.sampled_from(("exp", "rational", "cosh")),
)
def test_parts_shrink_to_the_width_of_a_peak_wherever_it_is(place, power, kind):
    place, width = R(place.numerator, place.denominator), R(1, 10**power)
    scaled = (T - place) / width
    rate = {"exp": sympy.exp(-(scaled**2)), "rational": 1 / (1 + scaled**2) ** 3, "cosh": 1 / sympy.cosh(scaled)}[kind] / width
    cuts = parts(rate, R(0), R(1))
    longest = max(b - a for a, b in pairwise(cuts) if a <= place <= b)
    assert longest <= 4 * width
    assert len(cuts) < 60 * power


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        pytest.param(1 + sympy.cos(10**6 * T), "varies too fast to be resolved from t = ", marks=pytest.mark.slow),
        (10**16 / (1 + 10**32 * (T - R(1, 3)) ** 2), "narrower than the rounding of times"),
    ],
)
def test_what_is_not_resolved_is_refused_in_one_line(rate, message):
    with pytest.raises(NotEvaluable) as raised:
        parts(rate, R(0), R(1))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_rectangle_is_bounded_only_where_the_function_is_analytic():
    at, small, large = R(1, 3), R(1, 100), R(1, 2)
    for inner in (sympy.sqrt(T), sympy.log(T), 1 / T, sympy.Abs(T - R(1, 10))):
        assert Analytic(inner, T).bound(at, small, small) is not None
        assert Analytic(inner, T).bound(at, large, small) is None
    for inner in (sympy.atan(2 * T), sympy.asinh(2 * T), 1 / sympy.cosh(3 * T), sympy.tanh(3 * T)):
        assert Analytic(inner, T).bound(at, small, small) is not None
        assert Analytic(inner, T).bound(at, large, 2 * large) is None  # across its cut or pole above the axis


@given(st.fractions(min_value=R(1, 10), max_value=3), st.fractions(min_value=R(1, 1000), max_value=R(1, 20)), st.integers(0, 9))
def test_bounds_hold(middle, side, which):
    exprs = [rate for rate, _ in PEAKS[:2]] + [sympy.sqrt(T), sympy.exp(-T) * T**2, 1 / sympy.cosh(T), sympy.atan(T), 1 / (1 + T)]
    expr, middle, side = exprs[which % len(exprs)], R(middle.numerator, middle.denominator), R(side.numerator, side.denominator)
    bound = Analytic(expr, T).bound(middle, side, side)
    function = sympy.lambdify(sympy.Symbol("z"), expr.xreplace({T: sympy.Symbol("z")}), "numpy")
    if bound is not None:
        corner = [float(middle) + float(side) * (a + 1j * b) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        assert all(abs(complex(function(z))) <= float(bound) * (1 + 1e-9) for z in corner)
