"""The cost of half the target in closed form, against other ways to it."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrortheory import Flow, Lq, Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.features import steps_to_half
from mirrortheory.flows import Quadratic, simulate


@given(st.fractions(0, Fraction(99, 100), max_denominator=100))
def test_it_is_the_incomplete_beta_function(m):
    expected = mpmath.betainc(1 - mpmath.mpf(m.numerator) / m.denominator, 0, 0, 0.5)
    found = steps_to_half(m, digits=12)
    assert float(found.mid()) == pytest.approx(float(expected), rel=1e-11)
    assert found.rad() < 1e-11 * found.mid()


def test_it_grows_without_bound_as_m_tends_to_one():
    """Like 1/(1 - m), with a bounded rest."""
    for k in range(1, 7):
        assert abs(float(steps_to_half(1 - Fraction(1, 10**k)).mid()) - 10**k) < 1


def test_it_is_the_time_of_a_simulated_flow_at_the_rate_of_the_target():
    """q = 3/2, L = 2, x* = 2: lambda(x*) times the time in the clock dtau = |f'|^(q-2) dt, from a small start."""
    flow, target, start = Flow(Lq("3/2"), Product(2)), 2.0, 1e-7
    path = simulate(flow, Quadratic([[1.0]], [target]), [start**0.5] * 2, 3.0)
    times = np.linspace(0, 3, 30001)
    x = path.at(times).prod(axis=1)[:, 0]
    until = np.searchsorted(x, target / 2)
    clock = np.trapezoid((target - x[:until]) ** -0.5, times[:until])
    m, part = 0.75, (start / target) ** 0.25 / 0.25  # the part of the integral below the start
    assert 2 * target**m * clock + part == pytest.approx(float(steps_to_half("3/4").mid()), rel=1e-3)


@pytest.mark.parametrize("steps", [1000])
def test_small_steps_at_one_rate_are_as_many(steps):
    """Euler's steps of x' = x^m (1 - x) of length 1/1000 from 0.2, and the integral from there."""
    m, x, count = 0.5, 0.2, 0
    while x < 0.5:
        x, count = x + x**m * (1 - x) / steps, count + 1
    below = float(mpmath.betainc(1 - m, 0, 0, 0.2))
    assert count / steps + below == pytest.approx(float(steps_to_half("1/2").mid()), rel=2e-3)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1, r"metric_exponent must be a number in \[0, 1\), got 1; the cost is infinite from 1 on"),
        ("-1/2", r"metric_exponent must be a number in \[0, 1\), got -1/2; write for example 1/2"),
        (0.5, "metric_exponent must be an exact rational, got 0.5"),
    ],
)
def test_bad_input_gives_one_line(value, message):
    with pytest.raises(InvalidArgument, match=message):
        steps_to_half(value)
