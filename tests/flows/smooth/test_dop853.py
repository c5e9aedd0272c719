"""Simulated flows: known solutions, honest error estimates, symmetries, refusals and balance laws."""

import re
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from thinning import examples, thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, NoDecay, Product
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows import Logistic, Quadratic, Scalar
from mirrortheory.flows import simulate as simulate_by_any
from mirrortheory.flows.smooth import dop853
from mirrortheory.reparams import Exp, LogDifference

X = sympy.Symbol("x")

Q = sympy.Symbol("q", positive=True)
ALPHA = sympy.Symbol("alpha", nonnegative=True)
FALLING = Scalar(-X)

SHORTEST = 1e-3
simulate = partial(simulate_by_any, method="dop853")  # the smooth solver, which knows of no balance; the choice: test_simulate


def time_in(error):
    """Return the time that a refusal names."""
    return float(re.search(r"t = ([0-9.e+-]+)", str(error.value))[1].rstrip("."))


def departure(path, expected):
    """Return the largest multiple of the error estimate by which the weights depart from their known values."""
    gap = np.abs(path.w - np.asarray(expected)).max(axis=(1, 2))
    return float((gap / path.error).max())


# Known solutions ------------------------------------------------------------------------------------------------------


def exponential(rng):
    """q = 2, depth 1, one quadratic: x approaches b exponentially."""
    z, b, start, end = rng.uniform(0.3, 2), rng.uniform(-2, 2), rng.uniform(-2, 2), rng.uniform(0.5, 6)
    flow, problem = Flow(Lq(2), Product(1)), Quadratic([[z]], [z * b])
    return flow, problem, [start], end, lambda t: [b + (start - b) * np.exp(-z * z * t)]


def hyperbolic(rng):
    """q = 2, depth 2, constant slope -G: w1 + w2 grows and w1 - w2 shrinks exponentially."""
    strength, w, end = _tenths(rng), rng.uniform(-1.5, 1.5, size=2), rng.uniform(0.3, 3)

    def solution(t):
        grows, shrinks = (w[0] + w[1]) * np.exp(float(strength) * t), (w[0] - w[1]) * np.exp(-float(strength) * t)
        return [(grows + shrinks) / 2, (grows - shrinks) / 2]

    return Flow(Lq(2), Product(2)), Scalar(-strength * X), w, end, solution


def logistic_growth(rng):
    """q = 2, depth 2, balanced, quadratic: x solves the logistic equation."""
    b, w, end = rng.uniform(0.3, 2), rng.uniform(0.1, 1.5), rng.uniform(0.5, 4)
    problem = Quadratic([[1.0]], [b])
    return Flow(Lq(2), Product(2)), problem, [w, w], end, lambda t: [np.sqrt(b / (1 + (b / w**2 - 1) * np.exp(-2 * b * t)))] * 2


def bernoulli(rng):
    """1 < q < 2, balanced layers, constant slope -G, decoupled decay or none: |w|^(1-r), r = (L-1)(q-1), is linear."""
    q, depth = sympy.Rational(int(rng.integers(21, 40)), 20), int(rng.integers(1, 5))
    strength, alpha, w = _tenths(rng), sympy.Rational(int(rng.integers(0, 3)), 4), rng.uniform(0.1, 1.5)
    r, push, pull = float((depth - 1) * (q - 1)), float(strength) ** float(q - 1), float(alpha)
    if abs(r - 1) < 1e-9:
        return bernoulli(rng)

    def power(t):
        if pull == 0:
            return w ** (1 - r) + (1 - r) * push * t
        return push / pull + (w ** (1 - r) - push / pull) * np.exp(-(1 - r) * pull * t)

    end = rng.uniform(0.3, 3)
    while r > 1 and power(end) < 0.2 * w ** (1 - r):  # stay well before the blow-up
        end /= 2
    flow = Flow(Lq(q), Product(depth), Decoupled(alpha))
    return flow, Scalar(-strength * X), [w] * depth, end, lambda t: [power(t) ** (1 / (1 - r))] * depth


def finite_time(rng):
    """1 < q < 2, depth 1, one quadratic: |x - b|^(2-q) falls linearly to 0 in finite time; a part of the way there."""
    q, z, b = sympy.Rational(int(rng.integers(21, 40)), 20), rng.uniform(0.3, 2), rng.uniform(-2, 2)
    power, speed = float(2 - q), (z * z) ** float(q - 1)
    distance, side = rng.uniform(0.2, 2), rng.choice([-1, 1])
    end = distance**power / (power * speed) * (1 - rng.uniform(0.05, 0.9) ** power)

    def solution(t):
        return [b + side * (distance**power - power * speed * t) ** (1 / power)]

    return Flow(Lq(q), Product(1)), Quadratic([[z]], [z * b]), [b + side * distance], end, solution


def coupled_relaxation(rng):
    """q = 2, depth 1, constant slope, coupled decay: exponential approach to G/alpha."""
    strength, alpha, w = _tenths(rng) * int(rng.choice([-1, 1])), sympy.Rational(int(rng.integers(1, 8)), 4), rng.uniform(-1.5, 1.5)
    limit, rate, end = float(strength / alpha), float(alpha), rng.uniform(0.5, 4)
    flow = Flow(Lq(2), Product(1), Coupled(alpha))
    return flow, Scalar(-strength * X), [w], end, lambda t: [limit + (w - limit) * np.exp(-rate * t)]


def _tenths(rng):
    return sympy.Rational(int(rng.integers(1, 30)), 10)


KNOWN = [exponential, hyperbolic, logistic_growth, bernoulli, finite_time, coupled_relaxation]


@pytest.mark.parametrize("family", KNOWN, ids=lambda f: f.__name__)
def test_follows_the_known_solution(family):
    flow, problem, initial, end, solution = family(np.random.default_rng(5))
    path = simulate(flow, problem, initial, end)
    np.testing.assert_allclose(path.w[:, :, 0].T, solution(path.t), rtol=1e-9, atol=1e-9)
    assert path.error[-1] < 1e-5 * np.abs(path.w).max()


def test_effective_parameter_of_depth_two_is_a_hyperbolic_sine():
    w1, w2, strength = 0.3, 0.9, 1.5
    path = simulate(Flow(Lq(2), Product(2)), Scalar(-sympy.Rational(3, 2) * X), [w1, w2], 2.0)
    scale = w2**2 - w1**2
    expected = scale / 2 * np.sinh(2 * strength * path.t + np.arcsinh(2 * w1 * w2 / scale))
    np.testing.assert_allclose(path.x[:, 0], expected, rtol=1e-9)


def test_exponential_under_a_constant_slope_falls_like_a_line_in_its_inverse():
    """Slope -1: w' = exp(w), so that exp(-w) falls at speed 1."""
    path = simulate(Flow(Lq(2), Exp()), FALLING, [[0.0, 0.5]], 0.5)
    assert departure(path, -np.log(np.exp([0.0, -0.5]) - path.t[:, None])[:, None]) <= 1
    np.testing.assert_allclose(path.x, np.exp(path.w[:, 0]), rtol=1e-12)


def test_log_difference_under_a_constant_slope_moves_the_squares_apart():
    """x = log u - log v, slope 1: u u' = -1 and v v' = 1."""
    path = simulate(Flow(Lq(2), LogDifference()), Scalar(X), [2.0, 1.0], 1.0)
    assert departure(path, np.sqrt([4 - 2 * path.t, 1 + 2 * path.t]).T[..., None]) <= 1


def test_balanced_saddle_is_left_by_the_escape_law():
    strength, start, m = 2.0, 1e-4, 0.75
    path = simulate(Flow(Lq("3/2"), Product(2)), Scalar(-2 * X), [np.sqrt(start)] * 2, 1.5)
    expected = (start ** (1 - m) + 2 * (1 - m) * strength**0.5 * path.t) ** (1 / (1 - m))
    np.testing.assert_allclose(path.x[:, 0], expected, rtol=1e-8)


def test_blow_up_is_reported_at_its_time_and_followed_before_it():
    flow, start = Flow(Lq(2), Product(3)), 0.5
    path = simulate(flow, FALLING, [start] * 3, 3.0)
    (event,) = path.events
    assert event.kind == "blow-up"
    assert event.time == pytest.approx(1 / start, rel=1e-5)
    assert path.t[-1] == pytest.approx(0.999 / start)
    path = simulate(flow, FALLING, [start] * 3, 1.9)
    assert not path.events
    np.testing.assert_allclose(path.w[:, 0, 0], start / (1 - start * path.t), rtol=1e-7)


def calibrate(seed, cases, draw_rtol):
    """Return the multiples of the error estimate by which random simulations depart from their known solutions."""
    rng, found = np.random.default_rng(seed), []
    for number in range(cases):
        flow, problem, initial, end, solution = KNOWN[number % len(KNOWN)](rng)
        path = simulate(flow, problem, initial, end, rtol=draw_rtol(rng))
        found.append(departure(path, np.moveaxis(np.array(solution(path.t))[:, None], -1, 0)))
    return np.array(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    "draw_rtol", [lambda rng: 1e-9, lambda rng: 10.0 ** -rng.integers(3, 11)], ids=["default rtol", "any rtol"]
)
def test_error_estimate_covers_the_true_error(draw_rtol):
    """At every time, in at least 99 of 100 random cases; and where it fails to, by a small factor."""
    ratios = calibrate(seed=20, cases=200, draw_rtol=draw_rtol)
    covered = int((ratios <= 1).sum())
    assert covered >= 0.99 * len(ratios), f"covered {covered} of {len(ratios)}, worst by a factor {ratios.max():.3g}"
    assert ratios.max() < 10, f"the true error is {ratios.max():.3g} times the estimate"


def test_error_estimate_holds_when_both_tolerances_accept_the_same_steps():
    """Runs that take the same steps agree to rounding, whatever their common error is."""
    flow = Flow(Lq(2), Product(1), Coupled(2))
    path = simulate(flow, Scalar(X / 5), [-0.0984], 3.0, rtol=1e-3)
    limit = -0.1
    expected = limit + (-0.0984 - limit) * np.exp(-2 * path.t)
    assert departure(path, expected[:, None, None]) <= 1


def test_quantity_is_the_expression_with_an_error_that_covers_it():
    flow = Flow(Lq(2), Product(2))
    path = simulate(flow, Scalar(-X), [0.3, 0.9], 2.0)
    total, error = path.quantity(flow.weights[0] + flow.weights[1])
    assert total.shape == error.shape == path.x.shape
    assert (np.abs(total[:, 0] - 1.2 * np.exp(path.t)) <= 4 * error[:, 0]).all()
    assert (np.diff(error, axis=0) >= 0).all()
    constant, _ = path.quantity(sympy.Integer(3))
    assert (constant == 3).all()


# Shapes and symmetries ------------------------------------------------------------------------------------------------


def test_trajectory_has_the_stated_shapes():
    problem = Quadratic([[1.0, 0.5]], [1.0])
    path = simulate(Flow(Lq("3/2"), Product(3)), problem, [[0.5, -0.4], [0.3, -0.9], [0.8, 0.6]], 0.4)
    n = len(path.t)
    assert path.w.shape == path.w_coarse.shape == (n, 3, 2)
    assert path.x.shape == (n, 2)
    assert path.loss.shape == path.error.shape == (n,)
    assert path.t[0] == 0
    assert path.t[-1] == 0.4
    np.testing.assert_allclose(path.x, path.w.prod(axis=1), rtol=1e-14)
    np.testing.assert_allclose(path.loss, [problem.value(x) for x in path.x])
    assert (np.diff(path.loss) < 0).all()
    assert (np.diff(path.error) >= 0).all()
    assert "DOP853" in path.method


def test_one_coordinate_may_be_given_flat():
    flat = simulate(Flow(Lq(2), Product(2)), FALLING, [0.3, 0.4], 1.0)
    column = simulate(Flow(Lq(2), Product(2)), FALLING, [[0.3], [0.4]], 1.0)
    assert (flat.w == column.w).all()
    assert flat.x.shape == (len(flat.t), 1)


SMOOTH = [(2, NoDecay()), ("3/2", NoDecay()), ("3/2", Decoupled("1/4")), (2, Coupled("1/4")), ("4/3", Coupled("1/8"))]
START = np.array([[0.5, -0.4], [0.3, -0.9], [0.8, 0.6]])
PAIR = Quadratic([[1.0, 0.5], [0.2, 1.0]], [1.0, 1.5])


def within_errors(path, other, weights):
    return (np.abs(path.w - weights).max(axis=(1, 2)) <= 2 * (path.error + other.error)).all()


@thinned(("q", "decay"), SMOOTH, every=3)
def test_permuted_layers_have_permuted_trajectories(q, decay):
    flow, order = Flow(Lq(q), Product(3), decay), [2, 0, 1]
    path, permuted = simulate(flow, PAIR, START, 0.3), simulate(flow, PAIR, START[order], 0.3)
    assert within_errors(path, permuted, permuted.w[:, np.argsort(order)])
    assert not within_errors(path, permuted, permuted.w)


@thinned(("q", "decay"), SMOOTH, every=3)
def test_two_flipped_layers_have_flipped_trajectories(q, decay):
    flow, signs = Flow(Lq(q), Product(3), decay), np.array([[-1.0], [1.0], [-1.0]])
    path, flipped = simulate(flow, PAIR, START, 0.3), simulate(flow, PAIR, signs * START, 0.3)
    assert within_errors(path, flipped, signs * flipped.w)
    np.testing.assert_allclose(path.x, flipped.x, rtol=1e-8, atol=1e-10)


@thinned(("q", "decay"), SMOOTH, every=3)
def test_one_flipped_layer_follows_the_mirrored_loss(q, decay):
    flow, signs = Flow(Lq(q), Product(3), decay), np.array([[1.0], [-1.0], [1.0]])
    mirrored = Quadratic(-PAIR.Z, PAIR.b)
    path, flipped = simulate(flow, PAIR, START, 0.3), simulate(flow, mirrored, signs * START, 0.3)
    assert within_errors(path, flipped, signs * flipped.w)


def test_gradient_flow_may_cross_zero_and_rests_at_a_saddle():
    flow = Flow(Lq(2), Product(2))
    crossing = simulate(flow, Quadratic([[1.0]], [1.0]), [-0.1, 0.5], 5.0)
    assert crossing.x[0, 0] < 0 < crossing.x[-1, 0]
    resting = simulate(flow, FALLING, [0.0, 0.0], 1.0)
    assert (resting.w == 0).all()


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"flow": Flow(Lq(Q), Product(2))}, r"q must be a number in a simulation, got q; write a rational such as 3/2"),
        ({"flow": Flow(Lq(2), Product(2), Decoupled(ALPHA))}, "alpha must be a number in a simulation, got alpha"),
        ({"initial": [0.1, 0.2, 0.3]}, r"initial must be of shape \(2, d\), got \(3,\); give one row a layer"),
        ({"initial": [[[0.1]], [[0.2]]]}, r"initial must be of shape \(batch, 2, d\), got \(2, 1, 1\)"),
        ({"initial": [[[[0.1]]], [[[0.2]]]]}, r"initial must be of shape \(2, d\), got \(2, 1, 1, 1\)"),
        ({"initial": [[], []]}, r"initial must be of shape \(2, d\), got \(2, 0\)"),
        ({"initial": 0.5}, r"initial must be of shape \(2, d\), got \(\)"),
        ({"initial": [0.1, np.nan]}, "initial must be finite in every entry, got .*nan"),
        ({"initial": [0.1, -np.inf]}, "initial must be finite in every entry, got .*inf"),
        ({"problem": Quadratic([[1.0, 2.0]], [1.0])}, "initial must be of shape"),
        ({"t_end": 0}, "t_end must be a finite time > 0, got 0"),
        ({"t_end": -1.0}, "t_end must be a finite time > 0, got -1.0"),
        ({"t_end": np.nan}, "t_end must be a finite time > 0, got nan"),
        ({"t_end": np.inf}, "t_end must be a finite time > 0, got inf"),
        ({"rtol": 1e-11}, "rtol must be between 1e-10 and 1e-3, got 1e-11"),
        ({"rtol": 0.01}, "rtol must be between 1e-10 and 1e-3, got 0.01"),
        ({"rtol": 0}, "rtol must be between"),
        ({"rtol": np.nan}, "rtol must be between 1e-10 and 1e-3, got nan; write for example 1e-9"),
    ],
)
def test_arguments_out_of_range_are_refused(changes, message):
    arguments = {"flow": Flow(Lq(2), Product(2)), "problem": FALLING, "initial": [0.1, 0.2], "t_end": 1.0, **changes}
    with pytest.raises(InvalidArgument, match=message):
        simulate(**arguments)


@pytest.mark.parametrize("decay", [NoDecay(), Decoupled(1), Coupled(1)])
def test_sign_flow_is_refused(decay):
    with pytest.raises(NotSmooth, match=r"sign flow \(q = 1\) is discontinuous"):
        simulate(Flow(Lq(1), Product(2), decay), FALLING, [0.1, 0.2], 1.0)


@pytest.mark.parametrize(
    ("flow", "problem", "initial"),
    [
        (Flow(Lq("3/2"), Product(2)), FALLING, [0.0, 0.5]),
        (Flow(Lq("3/2"), Product(2)), FALLING, [[0.3, 0.4], [0.3, 0.0]]),
        (Flow(Lq("3/2"), Product(2)), Quadratic([[1.0]], [0.25]), [0.5, 0.5]),
        (Flow(Lq("3/2"), Product(1), Coupled(2)), FALLING, [0.5]),
    ],
    ids=["weight", "second coordinate", "slope", "gradient against coupled decay"],
)
def test_start_where_an_argument_of_the_link_vanishes_is_refused_below_q_two(flow, problem, initial):
    with pytest.raises(NotSmooth, match=r"an argument of the link vanishes at t = 0, .* not Lipschitz for q = 3/2"):
        simulate(flow, problem, initial, 1.0)
    gradient_flow = Flow(Lq(2), flow.reparam, flow.decay)
    assert simulate(gradient_flow, problem, initial, 1.0).t[-1] == 1.0


@pytest.mark.parametrize(
    ("flow", "problem", "initial", "when"),
    [
        # |x - 1|^(1/2) = 1 - t/2
        (Flow(Lq("3/2"), Product(1)), Quadratic([[1.0]], [1.0]), [2.0], 2.0),
        # constant slope +1, depth 2, w1 < w2: w1 passes through 0, where the gradient in w2 changes sign
        (Flow(Lq("3/2"), Product(2)), Scalar(X), [0.2, 0.9], None),
    ],
    ids=["convergence in finite time", "weight through zero"],
)
def test_sign_change_before_the_end_is_refused_below_q_two(flow, problem, initial, when):
    with pytest.raises(NotSmooth, match=r"an argument of the link (changes sign|vanishes) at t = .*; end before it") as error:
        simulate(flow, problem, initial, 10.0)
    found = time_in(error)
    assert 0 < found < 10
    if when is not None:
        assert found == pytest.approx(when, rel=1e-2)
    path = simulate(flow, problem, initial, 0.9 * found)
    assert (np.sign(path.w) == np.sign(path.w[0])).all()


def test_argument_that_touches_zero_is_refused_below_q_two():
    """x' = -sqrt|x - 1| reaches 1 at t = 2, where it may stay for any time: the path beyond is not unique."""
    problem = Scalar((X - 1) ** 3 / 3)
    flow = Flow(Lq("5/4"), Product(1))
    before = simulate(flow, problem, [2.0], 1.8)
    np.testing.assert_allclose(before.x[:, 0], 1 + (1 - before.t / 2) ** 2, rtol=1e-8)
    with pytest.raises(NotSmooth, match="an argument of the link"):
        simulate(flow, problem, [2.0], 10.0)


@pytest.mark.parametrize("loss", [abs(X - 1) ** sympy.Rational(11, 10), abs(X**2 - 4) ** 1.2], ids=str)
def test_stiffness_is_refused_once_the_steps_show_it(loss, monkeypatch):
    """At the first one's end the slope goes like |x - 1|^(1/10): it was refused after 20000 steps."""
    monkeypatch.setattr(dop853, "_MANY", 200)
    with pytest.raises(NotSmooth, match=r"^200 steps reach only t = .* of 10: the flow is stiff, or") as error:
        simulate(Flow(Lq(2), Product(1)), Scalar(loss), [3.0], 10.0)
    assert 0 < time_in(error) < 10


def test_many_steps_that_lead_to_the_end_are_taken(monkeypatch):
    monkeypatch.setattr(dop853, "_MANY", 20)
    path = simulate(Flow(Lq(2), Product(1)), Scalar(300 * (X - 1) ** 2 / 2), [2.0], 1.0)
    np.testing.assert_allclose(path.x[:, 0], 1 + np.exp(-300 * path.t), atol=1e-8)


@pytest.mark.parametrize("q", [2, "3/2"])
def test_overflow_at_the_start_is_refused(q):
    with pytest.raises(NotSmooth):
        simulate(Flow(Lq(q), Product(3)), FALLING, [1e200] * 3, 1.0)


# Balance laws ---------------------------------------------------------------------------------------------------------


signed_magnitudes = st.builds(lambda size, sign: sign * size, st.floats(0.2, 1.5), st.sampled_from((1, -1)))
exponents = st.fractions(1, 2, max_denominator=12).filter(lambda q: q > 1)
rates = st.fractions(Fraction(1, 10), 2, max_denominator=10)
entries = st.floats(-1.5, 1.5)


@st.composite
def problems(draw, d):
    kind = draw(st.sampled_from(["quadratic", "logistic", "scalar"]))
    if kind == "scalar":
        shift = sympy.Rational(draw(st.integers(-8, 8)), 4)
        return Scalar(draw(st.sampled_from([-3 * X / 2, X / 2, (X - shift) ** 2 / 2, sympy.cosh(X - shift), X**3 + X])))
    rows = draw(st.integers(1, 3))
    data = draw(st.lists(st.lists(entries, min_size=d, max_size=d), min_size=rows, max_size=rows))
    if kind == "quadratic":
        return Quadratic(data, draw(st.lists(entries, min_size=rows, max_size=rows)))
    return Logistic(data, draw(st.lists(st.sampled_from((1, -1)), min_size=rows, max_size=rows)))


@st.composite
def starts(draw, q, decay):
    """Draw a flow, a problem and initial weights."""
    depth, d = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    layers = st.lists(st.lists(signed_magnitudes, min_size=d, max_size=d), min_size=depth, max_size=depth)
    return Flow(Lq(draw(q)), Product(depth), draw(decay)), draw(problems(d)), draw(layers)


def smooth_stretch(flow, problem, initial):
    """Simulate, with the end brought forward until the stretch is smooth."""
    end = 1.0
    while end >= SHORTEST:
        try:
            return simulate(flow, problem, initial, end)
        except NotSmooth:
            end /= 4
    return assume(False)


def departures_of_balances(path):
    """Return, for each pair of layers, the largest multiple of the error by which the balance departs from its law."""
    q, alpha = path.flow.geometry.exponent, float(path.flow.decay.rate)
    shrinking = np.exp(-float(q) * alpha * path.t)[:, None]
    found = []
    for i, first in enumerate(path.flow.weights):
        for second in path.flow.weights[:i]:
            values, error = path.quantity(sympy.Abs(first) ** q - sympy.Abs(second) ** q)
            found.append(float((np.abs(values - shrinking * values[0]) / error).max()))
    return found


decoupled = st.just(NoDecay()) | st.builds(Decoupled, rates)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(start=starts(exponents, decoupled))
def test_balances_shrink_at_the_rate_q_alpha_under_decoupled_decay(start):
    assert max(departures_of_balances(smooth_stretch(*start))) <= 1


@settings(deadline=None, max_examples=examples(30))
@given(start=starts(st.just(2), st.builds(Coupled, rates)))
def test_balances_shrink_at_the_rate_two_alpha_under_coupled_decay_at_q_two(start):
    assert max(departures_of_balances(smooth_stretch(*start))) <= 1


@pytest.mark.parametrize("draws", [10, pytest.param(40, marks=pytest.mark.slow)])
def test_coupled_decay_breaks_the_law_of_the_balance_below_q_two(draws):
    """The law that holds within the error elsewhere fails here by 1000 errors in nine of ten draws: it has teeth."""
    rng, far = np.random.default_rng(3), []
    while len(far) < draws:
        depth, d = int(rng.integers(2, 5)), int(rng.integers(1, 4))
        flow = Flow(Lq("3/2"), Product(depth), Coupled(sympy.Rational(int(rng.integers(1, 20)), 10)))
        initial = rng.uniform(0.2, 1.5, size=(depth, d)) * rng.choice([-1, 1], size=(depth, d))
        problem = Quadratic(rng.normal(size=(2, d)), rng.normal(size=2))
        try:
            path = simulate(flow, problem, initial, 0.05)
        except NotSmooth:
            continue
        far.append(max(departures_of_balances(path)) > 1000)
    assert sum(far) >= 0.9 * draws
