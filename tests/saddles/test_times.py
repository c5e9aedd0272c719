"""Times to escape and to fit, against simulated flows, certified integrals and the laws that they obey."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaincinv
from thinning import examples, thinned

from mirrortheory import Flow, Lq, Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, ball, power_integral, precision
from mirrortheory.flows import Quadratic, Scalar, simulate
from mirrortheory.saddles import escape_time, fit_time

DEPTHS = st.integers(1, 5)
EXPONENTS = st.sampled_from(["1", "8/7", "4/3", "3/2", "5/3", "2"])
SIZES = st.fractions(Fraction(1, 1000), 5, max_denominator=1000)
IMBALANCES = {
    1: [None, (0,)],
    2: [None, (0, "1/3")],
    3: [None, (0, "1/100", 2), (0, 0, 1)],
    4: [None, (0, "1/2", "1/2", 3), (0, 0, 0, "1/5")],
    5: [None],
}
X = sympy.Symbol("x", real=True)


def below_the_critical_line(depth, part):
    """An exponent in [1, L/(L - 1)), or [1, 2) at depth one."""
    critical = Fraction(depth, depth - 1) if depth > 1 else Fraction(2)
    return 1 + part * (critical - 1)


@settings(max_examples=examples(30))
@given(DEPTHS, EXPONENTS, st.lists(SIZES, min_size=3, max_size=3, unique=True), st.data())
def test_times_of_two_ways_add_up(depth, exponent, places, data):
    low, middle, high = sorted(places)
    imbalance = data.draw(st.sampled_from(IMBALANCES[depth]))
    first, second, whole = (
        escape_time(depth, exponent=exponent, start=a, end=b, slope=3, imbalance=imbalance, digits=20)
        for a, b in ((low, middle), (middle, high), (low, high))
    )
    assert (first + second).overlaps(whole)


@settings(max_examples=examples(60))
@given(DEPTHS, EXPONENTS, SIZES)
def test_a_steeper_slope_is_escaped_faster_by_its_link(depth, exponent, slope):
    one, other = (escape_time(depth, exponent=exponent, start="1/9", end=2, slope=g, digits=20) for g in (1, slope))
    with precision(120):
        assert (other * ball(sympy.Rational(slope)) ** ball(sympy.Rational(exponent) - 1)).overlaps(one)


@thinned("exponent", ["1", "5/4", "3/2", "2"], every=3)
@pytest.mark.parametrize(("depth", "imbalance"), [(2, None), (2, (0, "9/16")), (3, (0, 0, "1/2")), (3, (0, "1/4", "1/2"))])
def test_the_flow_is_there_at_that_time(depth, imbalance, exponent):
    """The weights of a simulation know nothing of the mirror map."""
    q, slope, smallest = float(Fraction(exponent)), 2, Fraction(1, 5)
    shifts = imbalance or (0,) * depth
    weights = [float((smallest + Fraction(shift)) ** (1 / q)) for shift in shifts]
    start = Fraction(float(sympy.prod(weights)))
    end = start + 1
    time = escape_time(depth, exponent=exponent, start=start, end=end, slope=slope, imbalance=imbalance)
    trajectory = simulate(Flow(Lq(exponent), Product(depth)), Scalar(-slope * X), weights, float(time.mid()))
    assert trajectory.x[-1][0] == pytest.approx(float(end), rel=1e-6)


def test_a_small_start_is_bounded_below_the_critical_line_and_costs_a_power_above():
    starts = [0, *(Fraction(1, 10**k) for k in (20, 10, 5))]
    bounded = [escape_time(4, exponent="5/4", start=start, end=1, slope=1) for start in starts]
    assert bounded == sorted(bounded, reverse=True)
    assert float(bounded[0].mid()) == pytest.approx(1 / (4 * (1 - 15 / 16)), rel=1e-12)
    costly = [escape_time(4, exponent=2, start=start, end=1, slope=1) for start in starts[1:]]
    assert float((costly[0] / costly[1]).mid()) == pytest.approx(10**5, rel=1e-4)
    logarithmic = [escape_time(4, exponent="4/3", start=start, end=1, slope=1) for start in starts[1:]]
    assert float((logarithmic[0] / logarithmic[1]).mid()) == pytest.approx(2, rel=1e-12)


def test_close_ends_have_all_digits():
    near = escape_time(3, exponent="3/2", start=1, end=Fraction(10**30 + 1, 10**30), slope=1, imbalance=(0, 0, 2), digits=40)
    assert near.rad() <= near.mid() * Ball(10) ** -40
    assert float(near.mid()) == pytest.approx(2.763932e-31, rel=1e-5)


@given(DEPTHS, st.fractions(0, Fraction(99, 100), max_denominator=100), SIZES, SIZES)
def test_time_to_fit_is_the_certified_integral(depth, part, target, curvature):
    q = sympy.Rational(below_the_critical_line(depth, part))
    m = q * (depth - 1) / depth
    found = fit_time(depth, exponent=q, target=target, curvature=curvature, digits=20)
    with precision(120):  # u = x/b, over [0, 1/2] from both ends
        half = Ball(1) / 2
        ends = [(-m, 1 - q), (1 - q, -m)]
        integral = sum(half ** ball(1 + e) * power_integral(e, [(-half, Ball(1), other)]) for e, other in ends)
        scale = ball(sympy.Rational(curvature)) ** ball(1 - q) * ball(sympy.Rational(target)) ** ball(2 - m - q)
        assert (scale * integral / depth).overlaps(found)


@thinned(("depth", "exponent"), [(1, "3/2"), (1, "5/4"), (2, "5/4"), (2, "3/2"), (3, "5/4")], every=3)
def test_the_flow_from_close_to_zero_follows_it(depth, exponent):
    q, target = float(Fraction(exponent)), 2
    m = q * (depth - 1) / depth
    time = float(fit_time(depth, exponent=exponent, target=target, curvature=3).mid())
    near = 1e-40 ** (1 / depth)
    flow, loss = Flow(Lq(exponent), Product(depth)), Scalar(sympy.Rational(3, 2) * (X - 2) ** 2)
    for share in (0.3, 0.8):
        trajectory = simulate(flow, loss, [near] * depth, share * time)
        assert trajectory.x[-1][0] == pytest.approx(target * betaincinv(1 - m, 2 - q, share), rel=1e-4)


def test_sign_flow_fits_in_the_root_of_the_target():
    for depth in range(1, 6):
        flow, loss = Flow(Lq(1), Product(depth)), Quadratic([[1.0]], [3.0])
        time = fit_time(depth, exponent=1, target=3)
        assert float(time.mid()) == pytest.approx(3 ** (1 / depth), rel=1e-14)
        assert simulate(flow, loss, [1e-9] * depth, float(time.mid())).x[-1][0] == pytest.approx(3, rel=1e-8)


@given(st.integers(2, 8), st.fractions(0, 1, max_denominator=50))
def test_the_order_of_learning_reverses(depth, part):
    turn, critical = Fraction(2 * depth, 2 * depth - 1), Fraction(depth, depth - 1)
    at_turn = [fit_time(depth, exponent=turn, target=b) for b in (1, 2, 5)]
    assert at_turn[0].overlaps(at_turn[1])
    assert at_turn[0].overlaps(at_turn[2])
    before, after = (
        1 + part * (turn - 1) * Fraction(99, 100),
        turn + (part + Fraction(1, 100)) * (critical - turn) * Fraction(98, 100),
    )
    small, large = (fit_time(depth, exponent=before, target=b) for b in (2, 5))
    assert small < large
    small, large = (fit_time(depth, exponent=after, target=b) for b in (2, 5))
    assert small > large


GOOD = {"exponent": "3/2", "start": "1/10", "end": 1, "slope": 1}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"slope": 0}, "slope must be a number > 0, got 0"),
        ({"end": "1/20"}, "end must be larger than start, got 1/20"),
        ({"start": "-1/10"}, "start must be a number >= 0, got -1/10"),
        ({"start": 0.1}, "start must be an exact rational, got 0.1"),
        ({"exponent": 3}, r"exponent must be a number in \[1, 2\], got 3"),
        ({"exponent": 2, "start": 0}, "start must be a number > 0, as 2 smallest layers never leave 0 at q = 2, got 0"),
        ({"imbalance": (1, 2)}, "imbalance must be 0 for at least one layer, got 1,2"),
        ({"imbalance": (0, 0, 1)}, "imbalance must be one entry for each of 2 layers, got 0,0,1"),
        ({"digits": 0}, "digits must be an integer from 1 to 1000, got 0"),
    ],
)
def test_a_bad_escape_gives_one_line(changed, message):
    with pytest.raises(InvalidArgument, match=message) as raised:
        escape_time(2, **GOOD | changed)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("depth", "given_by", "message"),
    [
        (3, {"exponent": "3/2", "target": 1}, "exponent must be below 3/2 at depth 3, got 3/2"),
        (2, {"exponent": 2, "target": 1}, "exponent must be below 2 at depth 2, got 2"),
        (1, {"exponent": 2, "target": 1}, "exponent must be below 2 at depth 1, got 2"),
        (2, {"exponent": 1, "target": 0}, "target must be a number > 0, got 0"),
        (2, {"exponent": 1, "target": 1, "curvature": -1}, "curvature must be a number > 0, got -1"),
        (9, {"exponent": 1, "target": 1}, "depth must be an integer from 1 to 8, got 9"),
    ],
)
def test_a_bad_fit_gives_one_line(depth, given_by, message):
    with pytest.raises(InvalidArgument, match=message) as raised:
        fit_time(depth, **given_by)
    assert "\n" not in str(raised.value)
