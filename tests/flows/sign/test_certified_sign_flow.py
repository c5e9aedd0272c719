"""The certified sign flow against mpmath, the double precision flow and the inclusion; ties, grazing, saddles, mutants, refusals."""

from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory import Coupled, Decoupled
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, current_bits, exact, precision
from mirrortheory.flows import Quadratic, Scalar, certified_sign_flow, check_inclusion, sign_flow
from mirrortheory.flows.sign.ball_depth_polynomial import inverse, room
from mirrortheory.flows.sign.depth_polynomial import taylor
from mirrortheory.flows.sign.symmetries import exchangeable
from mirrortheory.theory import X

ONE = Quadratic([[1.0]], [1.0])


def a_problem(rng, d, n, depth):
    weights = rng.uniform(0.2, 1.2, size=(depth, d)) * rng.choice([-1, 1], size=(depth, d))
    return Quadratic(rng.normal(size=(n, d)) / np.sqrt(n), rng.normal(size=n)), weights


def sequence(flow):
    return [(event.kind, tuple(sorted(event.coordinates))) for event in flow.events]


def kinds(flow):
    return [event.kind for event in flow.events]


# Against independent computations -------------------------------------------------------------------------------------


@pytest.mark.parametrize("excess", [[0, "1/4"], [0, "1/4", "1/2"], ["1/2", 0, 0, 1]])
def test_fifty_digits_of_the_time_of_sliding(excess):
    """d = 1: y grows from 1/8 until P(y) = 1."""
    start, local = Fraction(1, 8), mpmath.MPContext()
    local.dps = 80
    flow = certified_sign_flow(ONE, [start + Fraction(e) for e in excess], 2, digits=50)
    lam = [local.mpf(Fraction(e).numerator) / Fraction(e).denominator for e in excess]

    y = local.findroot(lambda y: local.fprod(y + e for e in lam) - 1, (0.1, 1.5), solver="anderson", tol=1e-75)
    assert kinds(flow) == ["slide", "rest"]
    assert flow.unique
    assert flow.converged
    time = flow.events[0].time
    with precision(300):
        assert abs(time - Ball(local.nstr(y - local.mpf(1) / 8, 70))) < 1e-50
        assert time.rad() < 1e-50
        assert all(v.rad() < 1e-50 for row in flow.w(2) for v in row)
    assert float(flow.decimals()[0][0]["rad"]) < 1e-49


def test_events_agree_with_double_precision():
    rng = np.random.default_rng(11)
    for _ in range(10):
        d = int(rng.integers(2, 7))
        problem, weights = a_problem(rng, d, int(rng.integers(1, d)), int(rng.integers(2, 5)))
        flow, path = certified_sign_flow(problem, weights, 3), sign_flow(problem, weights, 3.0)
        assert flow.finished
        assert sequence(flow) == sequence(path)
        np.testing.assert_allclose([float(e.time.mid()) for e in flow.events], path.times, atol=1e-10)
        assert all(e.time.rad() < 1e-30 for e in flow.events)
        assert check_inclusion(flow) == []
        # d > n: at the end Zx = b, and that this is not unique is said there and nowhere before
        assert flow.converged
        assert not flow.unique
        assert "kernel of Z" in flow.notes[0]
        assert flow.unique_until.overlaps(flow.events[-1].time)
        for t in (0.1, 0.77, 3):
            np.testing.assert_allclose([[float(v.mid()) for v in row] for row in flow.w(t)], path.w([t])[0], atol=1e-9)


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
@pytest.mark.parametrize("alpha", [0, "1/4"])
def test_full_column_rank_is_unique_and_decay_fits(depth, alpha):
    problem, weights = a_problem(np.random.default_rng(depth), 4, 5, depth)
    flow = certified_sign_flow(problem, weights, 2, decay=Decoupled(alpha), digits=20)
    path = sign_flow(problem, weights, 2.0, decay=Decoupled(alpha))
    assert flow.unique
    assert sequence(flow) == sequence(path)
    assert check_inclusion(flow) == []
    np.testing.assert_allclose([float(v.mid()) for v in flow.x("7/5")], path.x([1.4])[0], atol=1e-12)
    np.testing.assert_allclose([float(v.mid()) for v in flow.y("7/5")], path.y([1.4])[0], atol=1e-10)


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 2**32 - 1))
def test_integer_problems_are_followed_or_stopped_but_never_wrong(seed):
    """Ties, saddles and dependent columns are the rule: what is certified unique is what double precision finds."""
    rng = np.random.default_rng(seed)
    n, d, depth = (int(k) for k in rng.integers(1, 4, size=3))
    problem = Quadratic(rng.integers(-2, 3, size=(n, d)), rng.integers(-2, 3, size=n))
    weights = rng.integers(-2, 3, size=(depth, d)) / 2
    flow, path = certified_sign_flow(problem, weights, 3, digits=8), sign_flow(problem, weights, 3.0)
    assert check_inclusion(flow, samples=3) == []
    assert flow.finished == (flow.reason == "")
    end = 0.999 * min(float(flow.until), 3.0 if flow.unique_until is None else float(flow.unique_until.lower()))
    for t in np.linspace(0, end, 5):
        np.testing.assert_allclose([float(v.mid()) for v in flow.x(float(t))], path.x([t])[0], atol=1e-9)


# Ties -----------------------------------------------------------------------------------------------------------------


def test_exact_ties_are_events_of_several_coordinates():
    """The first arc has rational coefficients: equal factors are equal times."""
    flow = certified_sign_flow(Quadratic(np.eye(3), [1.0, 1.0, -1.0]), [[0.5] * 3, [0.25] * 3], 3)
    assert sequence(flow) == [("zero", (2,)), ("slide", (0, 1)), ("slide", (2,)), ("rest", (0, 1, 2))]
    assert flow.events[0].time == Ball("0.25")
    assert flow.unique


MIRROR = Quadratic([[1.0, 0.5, -0.5], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], [1.0, 2.0, -2.0])
EQUAL = [[0.375, 0.5, -0.5], [0.25, 0.25, 0.25]]


def test_mirror_images_have_their_events_together_after_an_irrational_one():
    flow = certified_sign_flow(MIRROR, EQUAL, 4)
    assert flow.unique
    irrational = flow.events[0]
    assert irrational.coordinates != (1, 2)
    assert irrational.time.rad() > 0
    assert any(event.coordinates == (1, 2) for event in flow.events[1:])
    assert sequence(flow) == sequence(sign_flow(MIRROR, EQUAL, 4.0))
    assert check_inclusion(flow) == []


def test_nearly_mirror_images_take_more_digits_and_are_separated():
    near = [
        [Fraction(3, 8), Fraction(1, 2), Fraction(-1, 2)],
        [Fraction(1, 4), Fraction(1, 4) + Fraction(1, 10**60), Fraction(1, 4)],
    ]
    flow, equal = certified_sign_flow(MIRROR, near, 4), certified_sign_flow(MIRROR, EQUAL, 4)
    assert flow.unique
    assert flow.bits > equal.bits
    assert (1, 2) not in [event.coordinates for event in flow.events if event.kind == "slide"]


def test_a_tie_without_a_reason_is_said_and_what_is_before_is_certified():
    """Both coordinates slide when y = (sqrt 5 - 1)/2, but no symmetry says so: the second is (1, 1/2) in another basis."""
    flow = certified_sign_flow(Quadratic([[2, -1], [1, -1]], [-2, -1]), [[0.0, -0.5], [-0.5, 0.0]], 3, digits=15)
    assert not flow.finished
    assert not flow.unique
    assert "not separated" in flow.reason
    assert "certified until t = 1.127882" in flow.reason
    assert 1.1278 < flow.until < 1.1279
    assert check_inclusion(flow) == []
    with pytest.raises(InvalidArgument, match="t must be in"):
        flow.x(2)


def test_symmetries_are_exact():
    H = [[exact(v) for v in row] for row in ([2, 1, -1], [1, 3, 0], [-1, 0, 3])]
    pull, y, lam = [exact(v) for v in (1, 2, -2)], [exact(v) for v in (1, 1, -1)], [[exact(0), exact(1)]] * 3
    assert exchangeable(H, pull, y, lam, 1, 2)
    assert not exchangeable(H, pull, y, lam, 0, 1)
    assert not exchangeable(H, pull, [exact(1)] * 3, lam, 1, 2)
    assert not exchangeable(H, pull, y, [*lam[:2], [exact(0), exact(2)]], 1, 2)
    assert not exchangeable([[2, 1, 1], *H[1:]], pull, y, lam, 1, 2)


# Degenerate events ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shift", "first"), [(0.0, "graze"), (2.0**-30, "slide"), (-(2.0**-30), None)])
def test_a_gradient_that_grazes_zero_is_decided_exactly(shift, first):
    """g_1 = (1 - t)^2 + (1/2 + t)^2 - b_1, which touches 0 at t = 1/4 for b_1 = 9/8."""
    problem = Quadratic([[1.0, 1.0], [0.0, 1.0]], [1.125 + shift, 10.0])
    flow = certified_sign_flow(problem, [[1.0, 0.5], [1.0, 0.5]], "1/2")
    assert flow.unique
    assert (kinds(flow) or [None])[0] == first
    assert check_inclusion(flow) == []
    if not shift:
        assert flow.events[0].time == Ball("0.25")
        assert flow.events[0].coordinates == (0,)
        assert flow.arcs[1].sigma == flow.arcs[0].sigma == (1, -1)


def test_start_on_a_switching_surface_slides_or_crosses():
    weights = [[0.75, 0.5], [1.0, 1.0]]
    flow = certified_sign_flow(Quadratic([[1.0, 0.5], [0.0, 1.0]], [1.0, 2.0]), weights, "1/10")
    assert sequence(flow)[0] == ("slide", (0,))
    assert flow.events[0].time == 0
    assert flow.unique
    fast = certified_sign_flow(Quadratic([[1.0, 5.0], [0.0, 9.0]], [3.25, 20.0]), weights, "1/100")
    assert fast.arcs[0].sigma == (1, -1)
    assert check_inclusion(flow) == check_inclusion(fast) == []


def test_a_multiple_zero_is_a_saddle_and_not_unique():
    flow = certified_sign_flow(ONE, [-0.25, 0.25], 2)
    assert sequence(flow) == [("saddle", (0,)), ("rest", (0,))]
    assert flow.unique_until == Ball("0.25")
    assert not flow.unique
    assert "reaches a saddle" in flow.notes[0]
    assert flow.x(1) == (0,)
    assert certified_sign_flow(ONE, [-0.25, 0.5], 2).unique


def test_two_that_reach_zero_together_after_an_irrational_event():
    """Equal dual variables that moved alike; the targets differ, so no symmetry helps."""
    problem = Quadratic(np.diag([1.0, 2.0, 3.0]), [2.0, -4.0, -5.0])
    flow = certified_sign_flow(problem, [[1.0, 1.5, 1.5], [1.25, 1.5, 1.75]], 2)
    assert kinds(flow)[0] == "slide"
    assert sequence(flow)[1:] == [("zero", (2,)), ("saddle", (1,))]
    assert flow.events[1].time.overlaps(Ball("1.5"))
    tied = certified_sign_flow(problem, [[1.0, 1.5, 1.5], [1.25, 2.5, 1.75]], 2)
    assert ("zero", (1, 2)) in sequence(tied)


def test_a_control_that_starts_on_its_bound_by_coincidence_is_said_to_be_undecided():
    """Coordinate 0 starts to slide, x_0' = -x_1' with x_0 = x_1, so its control is 1 exactly: balls do not show that."""
    flow = certified_sign_flow(MIRROR, [[0.5, 0.5, -0.5], [0.25, 0.25, 0.25]], 4, digits=5)
    assert not flow.finished
    assert "crossing or sliding of coordinates [0] at t = 0.343" in flow.reason
    assert check_inclusion(flow) == []


def test_a_control_that_stays_on_its_bound_is_decided_at_depth_one():
    """g_1 = x_1 + x_2 - 1 stays 0 while x_2 grows and x_1 falls, both at speed 1."""
    flow = certified_sign_flow(Quadratic([[1, 1], [0, 1]], [1, 2]), [[0.5, 0.5]], 4)
    assert sequence(flow) == [("slide", (0,)), ("zero", (0,)), ("slide", (1,)), ("rest", (0, 1))]
    assert [event.time for event in flow.events] == [0, Ball("0.5"), Ball("1.5"), Ball("1.5")]
    assert check_inclusion(flow) == []


def test_dependent_columns_before_the_end_stop_the_flow_and_say_so():
    problem = Quadratic([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], [1.0, 9.0])
    flow = certified_sign_flow(problem, [[0.5, 0.5, 0.5], [0.25, 0.25, 0.25]], 2)
    assert not flow.finished
    assert "dependent" in flow.reason
    assert "not proved" in flow.notes[0]
    assert flow.bits == certified_sign_flow(problem, [[0.5] * 3, [0.25] * 3], "1/16").bits  # more digits would not help


# What is kept ---------------------------------------------------------------------------------------------------------


def test_a_skipped_event_and_a_wrong_selection_are_found():
    problem, weights = a_problem(np.random.default_rng(4), 4, 3, 3)
    flow = certified_sign_flow(problem, weights, 3)
    assert check_inclusion(flow) == []
    skipped = [check_inclusion(replace(flow, arcs=flow.arcs[:k] + flow.arcs[k + 1 :])) for k in range(1, len(flow.arcs))]
    assert all(skipped)
    for k, arc in enumerate(flow.arcs):
        for i, s in enumerate(arc.sigma):
            if s:
                turned = replace(arc, sigma=(*arc.sigma[:i], -s, *arc.sigma[i + 1 :]))
                assert check_inclusion(replace(flow, arcs=(*flow.arcs[:k], turned, *flow.arcs[k + 1 :])))
    assert check_inclusion(replace(flow, b=(flow.b[0] + exact(2.0**-40), *flow.b[1:])))
    assert check_inclusion(replace(flow, initial=flow.initial[::-1])) == []  # the order of layers means nothing


def test_values_at_an_event_are_those_of_both_sides():
    flow = certified_sign_flow(ONE, [0.5, 0.25], 2, digits=10)
    middle = flow.events[0].time.mid().fmpq()
    assert len(flow.pieces(middle)) > 1
    (x,) = flow.x(middle)
    assert x.contains(1)
    assert x.rad() < 1e-15


def test_float_view_carries_a_proved_error():
    problem, weights = a_problem(np.random.default_rng(8), 3, 2, 2)
    flow = certified_sign_flow(problem, weights, 2)
    t = np.array([0.0, 0.5, 2.0])
    view = flow.solution(t)
    assert view.how.startswith("proved")
    assert (np.diff(view.error) >= 0).all()
    for row, error, time in zip(view.w, view.error, t, strict=True):
        enclosed = [v for part in flow.w(float(time)) for v in part]
        assert all(abs(v - Ball(float(w))) <= Ball(float(error)) for v, w in zip(enclosed, row.ravel(), strict=True))
    assert view.error[-1] < 1e-14
    assert float(view.digits[0][0]) == pytest.approx(view.w[-1, 0, 0])
    assert view.dense(0.5).shape == weights.shape
    assert view.converged == flow.converged


def test_the_precision_outside_is_left_alone():
    before = current_bits()
    certified_sign_flow(ONE, [0.5, 0.25], 2, digits=40).decimals()
    assert current_bits() == before


def test_control_of_depth_three_is_enclosed():
    lam = [exact(0), exact("1/4"), exact("1/2")]
    with precision(120):
        s = Ball("0.3", 1e-3)
        X = taylor(s, lam)[0]
        assert inverse(X, lam).contains(s.mid())
        assert inverse(X, lam).rad() < 3e-3
        x = [exact("1/2"), exact("-1/8"), exact("1/16"), exact("1/32")]
        function, step = room(x, 1, lam, 1), Ball(2.0**-40)
        value, slope = function(Ball("0.5"))
        rise = (function(Ball("0.5") + step)[0] - value) / step
        assert abs(rise - slope) < 1e-9
        assert abs(rise + slope) > 1e-3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"problem": Scalar(X**2)}, "problem must be a Quadratic, got Scalar"),
        ({"decay": Coupled(1)}, r"decay must be None, NoDecay\(\) or Decoupled\(alpha\), got Coupled"),
        ({"initial": [[0.1, 0.2]]}, r"initial must be of shape \(depth, 1\), as the problem has it, got \(1, 2\)"),
        ({"initial": [0.1, np.nan]}, "initial must be finite, got nan"),
        ({"t_end": 0}, "t_end must be a finite time > 0, got 0"),
        ({"t_end": np.inf}, "t_end must be finite, got inf"),
        ({"digits": 0}, "digits must be at least 1, got 0"),
    ],
)
def test_arguments_out_of_range_are_refused(changes, message):
    arguments = {"problem": ONE, "initial": [0.1, 0.2], "t_end": 1.0, "digits": 20, "decay": None, **changes}
    with pytest.raises(InvalidArgument, match=message):
        certified_sign_flow(arguments.pop("problem"), arguments.pop("initial"), arguments.pop("t_end"), **arguments)


@pytest.mark.parametrize("t", [-1, "5/2"])
def test_times_out_of_range_are_refused(t):
    with pytest.raises(InvalidArgument, match=r"t must be in \[0, 2\]"):
        certified_sign_flow(ONE, [0.5, 0.25], 2).w(t)


ZERO_COLUMNS = [
    ([[1.0, 0.0]], [1.0]),
    ([[0.0, 1.0], [0.0, 0.5]], [1.0, 1.0]),
    ([[1.0, 0.0, 0.5], [0.3, 0.0, 1.0]], [1.0, 0.2]),
    ([[0.0, 0.0]], [1.0]),
]


@pytest.mark.parametrize(("Z", "b"), ZERO_COLUMNS)
@pytest.mark.parametrize("rate", [0, "1/3"])
@pytest.mark.parametrize(
    "weights",
    [
        (Fraction(1, 2), Fraction(1, 4)),
        (Fraction(-1, 2), Fraction(1, 4)),
        (Fraction(1, 2), Fraction(0)),
        (Fraction(0), Fraction(0)),
    ],
)
def test_a_coordinate_without_data_never_moves_and_the_others_do_not_know_of_it(Z, b, rate, weights):
    Z, decay = np.array(Z), Decoupled(rate)
    empty = ~Z.any(axis=0)
    start = [[w if empty[j] else abs(w) + Fraction(1, 8 + i) for j in range(len(empty))] for i, w in enumerate(weights)]
    flow = certified_sign_flow(Quadratic(Z, b), start, 2, digits=20, decay=decay)
    assert flow.finished
    assert flow.unique
    assert check_inclusion(flow) == []
    shrink = np.exp(-float(flow.alpha) * 2)
    for row, own in zip(flow.w(2), weights, strict=True):
        for j in np.flatnonzero(empty):
            assert abs(float(row[j].mid()) - float(own) * shrink) < 1e-15
    if not empty.all():
        kept = [[w for w, gone in zip(row, empty, strict=True) if not gone] for row in start]
        alone = certified_sign_flow(Quadratic(Z[:, ~empty], b), kept, 2, digits=20, decay=decay)
        assert [e.kind for e in alone.events] == [e.kind for e in flow.events]
        assert all(e.time.overlaps(f.time) for e, f in zip(alone.events, flow.events, strict=True))
        for row, other in zip(flow.w(2), alone.w(2), strict=True):
            assert all(
                v.overlaps(u) for v, u in zip([v for v, gone in zip(row, empty, strict=True) if not gone], other, strict=True)
            )
