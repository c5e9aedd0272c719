"""The price of gradient descent: rates between those of the flow and of one step, and counts that no stable rate beats."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from thinning import examples

from mirrortheory.errors import InvalidArgument
from mirrortheory.saddles import escape_rate_ratio, fewest_stable_steps

DEPTHS = st.integers(2, 6)
SMALL = st.fractions(Fraction(1, 1000), Fraction(1, 2))


@given(DEPTHS, SMALL, st.fractions(Fraction(1, 10), 10))
def test_ratios_fall_from_one_step_to_the_flow(depth, start, slope):
    one, few, more, flow = (
        escape_rate_ratio(depth, start=start, end=1, slope=slope, steps=steps, digits=15) for steps in (1, 5, 17, None)
    )
    assert one > few
    assert few > more
    assert more > flow


@pytest.mark.parametrize("depth", range(2, 7))
def test_the_limit_is_the_integral_and_one_step_its_first_value(depth):
    w = sympy.Symbol("w", positive=True)
    start, end, slope = sympy.Rational(1, 7), sympy.Rational(3, 2), sympy.Rational(2, 3)
    integral = sympy.integrate(w ** (1 - depth), (w, start, end)) / (slope * (end - start))
    settings = {"start": start, "end": end, "slope": slope}
    assert float(escape_rate_ratio(depth, **settings).mid()) == pytest.approx(float(integral), rel=1e-14)
    assert float(escape_rate_ratio(depth, **settings, steps=1).mid()) == pytest.approx(
        float(start ** (1 - depth) / slope), rel=1e-14
    )


@pytest.mark.parametrize("depth", range(2, 7))
@pytest.mark.parametrize("steps", [2, 9, 40])
def test_the_rate_leads_both_descents_to_one_end(depth, steps):
    start, end, slope = Fraction(1, 20), Fraction(4, 5), Fraction(3)
    ratio = float(escape_rate_ratio(depth, start=start, end=end, slope=slope, steps=steps).mid())
    pace = (float(end) - float(start)) / steps
    w = float(start)
    for _ in range(steps):
        w += ratio * pace * float(slope) * w ** (depth - 1)
    assert w == pytest.approx(float(end), rel=1e-12)


@pytest.mark.parametrize(("depth", "start", "steps"), [(8, "1e-200", 50), (8, "1e-300", 2), (5, "1e-150", 20)])
def test_ratios_whose_powers_leave_the_doubles(depth, start, steps):
    flow, few, one = (escape_rate_ratio(depth, start=start, end=1, slope=1, steps=n) for n in (None, steps, 1))
    assert flow < few
    assert few < one


@settings(max_examples=examples(60, every=10))
@given(DEPTHS, st.fractions(Fraction(1, 30), Fraction(1, 2)), st.fractions(Fraction(1, 10), Fraction(9, 10)))
def test_no_stable_rate_gets_there_in_fewer_steps(depth, start, reach):
    """Descent on (x - 1)^2/2 itself at the limit and below it."""
    count = fewest_stable_steps(depth, start=start, reach=reach)
    for part in (1.0, 0.9, 0.5):
        w, steps = float(start), 0
        while w**depth < float(reach) and steps < count:
            w, steps = w + part * 2 / depth * (1 - w**depth) * w ** (depth - 1), steps + 1
        assert steps == count


@given(DEPTHS, st.fractions(Fraction(1, 30), Fraction(1, 2)), st.fractions(Fraction(1, 10), Fraction(9, 10)))
def test_counts_are_those_of_the_iteration(depth, start, reach):
    v, steps = float(start), 0
    while v**depth < float(reach) * (1 - 1e-9):
        v, steps = v + 2 / depth * v ** (depth - 1), steps + 1
    near = abs(v**depth - float(reach)) < 1e-6
    assert near or fewest_stable_steps(depth, start=start, reach=reach) == steps


def test_counts_are_a_logarithm_at_depth_two_and_a_power_beyond():
    counts = {L: [fewest_stable_steps(L, start=Fraction(1, 10**k), reach="1/2") for k in range(1, 7)] for L in range(2, 7)}
    assert counts[2] == [3, 7, 10, 13, 17, 20]
    assert counts[6][-1] == 750000000000000000000033
    for depth in range(3, 7):
        growth = np.diff(np.log10(np.array(counts[depth], dtype=float)))
        assert growth[-1] == pytest.approx(depth - 2, abs=1e-4)


def test_what_is_there_already_takes_no_step():
    assert fewest_stable_steps(2, start="9/10", reach="81/100") == 0
    assert fewest_stable_steps(4, start="9/10", reach="1/2") == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fewest_stable_steps(1, start="1/10", reach="1/2"), "depth must be an integer from 2 to 8, got 1"),
        (lambda: fewest_stable_steps(3, start="1/10", reach=1), r"reach must be a number in \(0, 1\), got 1"),
        (lambda: fewest_stable_steps(3, start="-1/10", reach="1/2"), "start must be a number > 0, got -1/10"),
        (lambda: fewest_stable_steps(3, start=0.1, reach="1/2"), "start must be an exact rational, got 0.1"),
        (lambda: escape_rate_ratio(3, start=1, end="1/2", slope=1), "end must be larger than start, got 1/2"),
        (lambda: escape_rate_ratio(3, start="1/10", end=1, slope=0), "slope must be a number > 0, got 0"),
        (lambda: escape_rate_ratio(3, start="1/10", end=1, slope=1, steps=0), "steps must be an integer from 1 to 100000, got 0"),
        (lambda: escape_rate_ratio(3, start=Fraction(1, 10**301), end=1, slope=1), "start must be at least 1e-300 of end"),
    ],
)
def test_bad_input_gives_one_line(call, message):
    with pytest.raises(InvalidArgument, match=message):
        call()
