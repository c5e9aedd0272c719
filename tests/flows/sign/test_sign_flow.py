"""Exact sign flow against sign descent, the energy identity, the inclusion, exact rationals, known solutions and refusals."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory import Coupled, Decoupled, Lq, NoDecay, Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Quadratic, Scalar, sign_arcs, sign_flow
from mirrortheory.flows.sign import depth_polynomial as arcs
from mirrortheory.flows.sign.least_squares import Span, Spans
from mirrortheory.flows.sign.polynomial import double_decision
from mirrortheory.theory import Flow, X

ONE = Quadratic([[1.0]], [1.0])


def a_problem(rng, largest, more=False):
    """Return a problem with fewer data than coordinates, or more (then the flow is unique, unless it meets a saddle)."""
    d = int(rng.integers(2, largest + 1))
    n, depth = int(rng.integers(d, d + 3)) if more else int(rng.integers(1, d)), int(rng.integers(2, 6))
    weights = rng.uniform(0.2, 1.2, size=(depth, d)) * rng.choice([-1, 1], size=(depth, d))
    return Quadratic(rng.normal(size=(n, d)) / np.sqrt(n), rng.normal(size=n)), weights


def descend(problem, weights, t_end, steps, alpha=0.0):
    """Sign descent with decoupled decay, on the weights themselves: nothing in common with the exact flow."""
    eta, w = t_end / steps, weights.copy()
    for _ in range(steps):
        slope = (problem.Z @ w.prod(axis=0) - problem.b) @ problem.Z
        signs = np.sign(w)
        w = w * (1 - eta * alpha) - eta * np.sign(slope) * signs.prod(axis=0) * signs
    return w


def unique_end(problem, weights, t_end, **settings):
    """Return the trajectory up to t_end or to shortly before the first time at which it is not unique."""
    path = sign_flow(problem, weights, t_end, **settings)
    return path if path.unique else sign_flow(problem, weights, 0.999 * path.unique_until, **settings)


def kinds(path):
    return [event.kind for event in path.events]


# Against independent computations -------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), alpha=st.sampled_from([0, Fraction(1, 4), 1]))
def test_laws_hold_along_the_flow(seed, alpha):
    """dw/dt = -(sigma sign(x/w) + alpha w) with sigma in SIGN(gradient); balances; f' = -|grad_w f|_1 without decay."""
    rng = np.random.default_rng(seed)
    problem, weights = a_problem(rng, 8, more=alpha > 0)
    path = sign_flow(problem, weights, 1.5, decay=Decoupled(alpha))
    t, h = np.sort(rng.uniform(0.01, 1.49, size=40)), 1e-6
    w, x, gradient, sigma = path.w(t), path.x(t), path.gradient(t), path.sigma(t)
    np.testing.assert_allclose(x, w.prod(axis=1), atol=1e-11)
    np.testing.assert_allclose(path.loss(t), [problem.value(row) for row in x], atol=1e-12)
    np.testing.assert_allclose(gradient, [problem.slope(row) for row in x], atol=1e-12)
    free = np.abs(gradient) > 1e-9
    assert (np.abs(sigma) <= 1 + 1e-7).all()
    assert (sigma[free] == np.sign(gradient[free])).all()
    size, start = np.abs(w), np.abs(weights)
    expected = np.exp(-float(alpha) * t)[:, None, None] * (start - start[0])
    np.testing.assert_allclose(size - size[:, :1], expected, atol=1e-11)
    smooth = np.array([not any(abs(event.time - s) <= 2 * h for event in path.events) for s in t])
    rate = (path.w(t + h) - path.w(t - h))[smooth] / (2 * h)
    signs = np.sign(w)
    law = -(sigma * signs.prod(axis=1))[:, None] * signs - float(alpha) * w
    np.testing.assert_allclose(rate, law[smooth], atol=1e-5)
    if not alpha:
        slopes = np.abs(gradient * sigma * sum(size.prod(axis=1) / size[:, i] for i in range(len(weights)))).sum(axis=1)
        energy = (path.loss(t + h) - path.loss(t - h))[smooth] / (2 * h)
        np.testing.assert_allclose(energy, -slopes[smooth], atol=1e-5 * (1 + slopes.max()))


@pytest.mark.slow
def test_sign_descent_converges_to_it_at_first_order_on_200_random_problems():
    etas, slopes = np.array([1e-3, 3e-4, 1e-4]), []
    rng = np.random.default_rng(5)
    for _ in range(200):
        problem, weights = a_problem(rng, 40)
        path = unique_end(problem, weights, 1.0)
        end = path.t_end
        errors = [np.abs(descend(problem, weights, end, round(end / eta)).prod(axis=0) - path.x(end)[0]).max() for eta in etas]
        slopes.append(np.polyfit(np.log(etas), np.log(errors), 1)[0])
    assert 0.8 <= np.median(slopes) <= 1.2


@pytest.mark.parametrize("alpha", [0, 1])
def test_sign_descent_converges_to_it(alpha):
    rng = np.random.default_rng(3)
    for _ in range(4):
        problem, weights = a_problem(rng, 6, more=alpha > 0)
        path = unique_end(problem, weights, 1.0, decay=Decoupled(alpha))
        end = path.t_end
        errors = [np.abs(descend(problem, weights, end, n, alpha).prod(axis=0) - path.x(end)[0]).max() for n in (1000, 8000)]
        assert errors[1] < max(errors[0] / 2, 10 * end / 8000)
        assert errors[1] < 0.05


def rational_events(Z, b, y, excess):
    """Follow the flow of depth 2 in one coordinate, in exact rationals, to its first event: |y| grows until x = b/Z."""
    target = Fraction(b) / Fraction(Z)
    steps = Fraction(0)
    low, high = Fraction(y), Fraction(y) + 10
    while high - low > Fraction(1, 10**20):
        middle = (low + high) / 2
        low, high = (middle, high) if middle * (middle + excess) < target else (low, middle)
        steps += 1
    return low - Fraction(y)


def test_first_event_in_exact_rationals():
    found = rational_events(1, 1, Fraction(1, 4), Fraction(1, 4))
    path = sign_flow(ONE, [0.5, 0.25], 2.0)
    assert path.events[0].time == pytest.approx(float(found), rel=1e-15)
    assert path.events[0].time == pytest.approx((np.sqrt(1 / 16 + 4) - 1 / 4) / 2 - 1 / 4, rel=1e-15)


# Known solutions ------------------------------------------------------------------------------------------------------


def test_one_coordinate_reaches_its_target_and_rests():
    path = sign_flow(ONE, [0.5, 0.25], 2.0)
    assert kinds(path) == ["slide", "rest"]
    assert path.converged
    assert path.unique
    np.testing.assert_allclose(path.x([0.0, 2.0])[:, 0], [0.125, 1.0], rtol=1e-15)
    np.testing.assert_allclose(path.w([0.5])[0, :, 0], [1.0, 0.75])
    np.testing.assert_allclose(path.y([0.5])[0], [0.75])


@pytest.mark.parametrize("weights", [[-0.25, 0.5], [0.25, -0.5, 1.0], [-1.0]])
def test_simple_zero_is_passed_and_the_smallest_weight_changes_sign(weights):
    path = sign_flow(ONE, weights, 3.0)
    smallest = np.argmin(np.abs(weights))
    assert kinds(path) == ["zero", "slide", "rest"]
    assert path.events[0].time == pytest.approx(abs(weights[smallest]))
    after = path.w([3.0])[0, :, 0]
    assert (np.sign(after) == np.where(np.arange(len(weights)) == smallest, -np.sign(weights), np.sign(weights))).all()
    assert path.x([3.0])[0, 0] == pytest.approx(1)
    assert path.unique


def test_start_at_a_simple_zero_leaves_it():
    path = sign_flow(ONE, [0.0, 0.5], 3.0)
    assert path.x([3.0])[0, 0] == pytest.approx(1)
    assert path.w([0.1])[0, :, 0] == pytest.approx([0.1, 0.6])


def test_multiple_zero_is_a_saddle_and_said_to_be_not_unique():
    path = sign_flow(ONE, [-0.25, 0.25], 2.0)
    assert kinds(path) == ["saddle", "rest"]
    assert path.unique_until == pytest.approx(0.25)
    assert not path.unique
    assert "reaches a saddle" in path.notes[0]
    assert (path.x([0.5, 2.0]) == 0).all()


def test_start_at_an_exact_saddle_is_said():
    path = sign_flow(Quadratic(np.eye(2), [1.0, 1.0]), [[0.0, 0.5], [0.0, 0.25]], 2.0)
    assert path.events[0].kind == "saddle"
    assert path.events[0].coordinates == (0,)
    assert path.unique_until == 0
    assert "starts at a saddle" in path.notes[0]
    np.testing.assert_allclose(path.x([2.0])[0], [0, 1], atol=1e-15)


def test_start_at_rest():
    path = sign_flow(ONE, [2.0, 0.5], 1.0)
    assert kinds(path) == ["slide", "rest"]
    assert path.times.tolist() == [0, 0]
    assert path.unique
    assert (path.x([0.0, 1.0]) == 1).all()


def test_start_on_a_switching_surface_slides_or_crosses():
    """g_1 = 0 at the start; coordinate 2 moves, and coordinate 1 follows it as long as it can."""
    problem, weights = Quadratic([[1.0, 0.5], [0.0, 1.0]], [1.0, 2.0]), [[0.75], [1.0]]
    path = sign_flow(problem, np.hstack([weights, [[0.5], [1.0]]]), 0.1)
    assert path.events[0].kind == "slide"
    assert path.events[0].time == 0
    assert np.abs(path.gradient(np.linspace(0, 0.1, 9))[:, 0]).max() < 1e-15
    fast = Quadratic([[1.0, 5.0], [0.0, 9.0]], [3.25, 20.0])
    crossed = sign_flow(fast, np.hstack([weights, [[0.5], [1.0]]]), 0.01)
    assert crossed.sigma([0.005])[0].tolist() == [1, -1]


def test_dependent_sliding_columns_are_not_unique_but_the_loss_is():
    path = sign_flow(Quadratic([[1.0, 1.0]], [2.0]), [[0.5, 0.5], [0.25, 0.25]], 2.0)
    assert not path.unique
    assert "dependent: x moves by selection; only the velocity of Zx is unique" in path.notes[0]
    assert path.converged
    np.testing.assert_allclose(path.x([2.0])[0], [1, 1], rtol=1e-14)
    assert path.loss([2.0])[0] < 1e-28


def test_decoupled_decay_follows_the_box():
    """Far target: |w| tends to 1/alpha = 2 as |w| = 2 - (2 - |w_0|) exp(-t/2)."""
    path = sign_flow(Quadratic([[1.0]], [100.0]), [0.5, 0.25], 20.0, decay=Decoupled("1/2"))
    t = np.linspace(0, 20, 7)
    expected = 2 - (2 - np.array([0.5, 0.25])) * np.exp(-t / 2)[:, None]
    np.testing.assert_allclose(path.w(t)[:, :, 0], expected, rtol=1e-13)
    assert path.events == ()


def test_no_decay_is_decay_of_rate_zero():
    problem, weights = a_problem(np.random.default_rng(1), 6)
    paths = [sign_flow(problem, weights, 1.0, decay=decay) for decay in (None, NoDecay(), Decoupled(0))]
    assert len({path.x([0.7]).tobytes() for path in paths}) == 1


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_small_integer_problems_with_many_ties_obey_the_inclusion(seed):
    """Integer data: simultaneous events, dependent columns, balanced layers and saddles are the rule."""
    rng = np.random.default_rng(seed)
    n, d, depth = (int(k) for k in rng.integers(1, 4, size=3))
    problem = Quadratic(rng.integers(-2, 3, size=(n, d)), rng.integers(-2, 3, size=n))
    path = sign_flow(problem, rng.integers(-2, 3, size=(depth, d)) / 2, 3.0)
    t = np.linspace(0, 3, 50)[1:]
    gradient, sigma, stuck = path.gradient(t), path.sigma(t), np.zeros(d, dtype=bool)
    for event in path.events:
        if event.kind == "saddle":
            stuck[list(event.coordinates)] = True
    free = (np.abs(gradient) > 1e-9) & ~stuck
    assert (sigma[free] == np.sign(gradient[free])).all()
    assert (np.abs(sigma) <= 1 + 1e-9).all()
    assert (np.diff(path.loss(t)) <= 1e-12).all()


# Parts ----------------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), depth=st.integers(2, 5))
def test_first_root_is_the_least_of_all_roots(seed, depth):
    """Against the eigenvalues of companion matrices; the root of the column that ends first, not of any other."""
    c = np.random.default_rng(seed).normal(size=(depth + 1, 12))
    c[0] = np.abs(c[0])
    with np.errstate(all="ignore"):
        root, which = arcs.first_root(c, 2.0)
    firsts = []
    for column in c.T:
        roots = np.roots(column[::-1])
        firsts.append(min(roots[(np.abs(roots.imag) < 1e-9) & (roots.real > 0)].real, default=np.inf))
    if min(firsts) > 2:
        assert (root, which) == (np.inf, [])
    else:
        assert which == [int(np.argmin(firsts))]
        assert root == pytest.approx(min(firsts), rel=1e-9)
    assert (np.array(firsts) > root * (1 - 1e-9)).all()


def test_first_root_is_not_passed_where_a_polynomial_grazes_zero():
    grazing = np.array([0.25 + 1e-9, -1.0, 1.0, 0.0])  # (tau - 1/2)^2 + 1e-9
    touching, crossing = np.array([0.25, -1.0, 1.0, 0.0]), np.array([0.9, -1.0, 0.0, 0.0])
    with np.errstate(all="ignore"):
        assert arcs.first_root(np.stack([grazing, crossing], axis=1), 1.0) == (pytest.approx(0.9), [1])
        assert arcs.first_root(np.stack([touching, crossing], axis=1), 1.0) == (pytest.approx(0.5, abs=1e-7), [0])
        assert arcs.first_root(np.stack([crossing, crossing], axis=1), 1.0) == (pytest.approx(0.9), [0, 1])


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1), depth=st.integers(1, 5))
def test_depth_polynomial_its_expansion_and_its_inverse_agree(seed, depth):
    rng = np.random.default_rng(seed)
    excess = rng.uniform(0, 1, size=(depth, 6)) * rng.choice([0, 1e-8, 1], size=(depth, 6))
    excess -= excess.min(axis=0)
    s = rng.uniform(0, 2, size=6) * rng.choice([1e-9, 1], size=6)
    found = arcs.expand(s, arcs.stages(excess))
    np.testing.assert_allclose(found, arcs.taylor(s, excess, 1.0), rtol=1e-13)
    for near in (None, s / 3, 3 * s):
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(arcs.inverse(found[0], excess, near), s, rtol=1e-7 if depth > 2 else 1e-13)
            back = arcs.inverse(found[0], excess, near)
        np.testing.assert_allclose(arcs.product(back, excess)[0], found[0], rtol=1e-12)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), depth=st.integers(3, 5))
def test_a_control_declared_to_stay_inside_does(seed, depth):
    rng = np.random.default_rng(seed)
    excess, s, x = rng.uniform(0, 1, size=(depth, 8)), rng.uniform(0.1, 1, size=8), rng.normal(size=(depth + 1, 8))
    excess -= excess.min(axis=0)
    x[0], slope = arcs.product(s, excess)
    x[1:] *= rng.choice([0.03, 0.3, 1])
    horizon = float(rng.choice([0.03, 0.3, 1]))
    stays = np.setdiff1d(np.arange(8), arcs.may_leave(x, slope, horizon))
    for t in np.linspace(0, horizon, 20):
        value, speed = (np.polyval(c[::-1], t) for c in (x[:, stays], x[1:, stays] * np.arange(1, depth + 1)[:, None]))
        assert (value > 0).all()
        assert (np.abs(speed) <= arcs.product(arcs.inverse(value, excess[:, stays]), excess[:, stays])[1]).all()


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), depth=st.integers(3, 5))
def test_first_exit_is_the_first_zero_of_the_slack(seed, depth):
    """Against samples of P'(s) - |dx/dtau|: positive before, zero there; and no exit is declared where there is none."""
    rng = np.random.default_rng(seed)
    excess, s, x = rng.uniform(0, 1, size=(depth, 5)), rng.uniform(0.2, 1, size=5), rng.normal(size=(depth + 1, 5))
    excess -= excess.min(axis=0)
    x[0], slope = arcs.product(s, excess)
    x[1] = rng.uniform(-0.9, 0.9, size=5) * slope

    def slack(t):
        value, speed = (np.array([np.polyval(column[::-1], t) for column in c.T]) for c in (x, x[1:] * degrees))
        return arcs.product(arcs.inverse(np.abs(value), excess), excess)[1] - np.abs(speed), value

    degrees, horizon = np.arange(1, depth + 1)[:, None], 1.0
    for t in np.linspace(0, 1, 200):  # up to the first zero of x at most
        if (slack(t)[1] <= 0).any():
            break
        horizon = t
    found, which = arcs.first_exit(x, s, excess, horizon)
    for t in np.linspace(0, min(found, horizon) * (1 - 1e-6), 100):
        assert (slack(t)[0] > 0).all()
    if which:
        assert abs(slack(found)[0][which[0]]) < 1e-9
        assert slack(min(found * 1.05, horizon))[0][which[0]] < 1e-9


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_spans_that_grow_and_shrink_are_least_squares(seed):
    rng = np.random.default_rng(seed)
    columns, row = rng.normal(size=(9, 7)), rng.normal(size=7)
    columns[8] = columns[0] + columns[1]
    span, inside = Span(columns[:0], np.empty(0, dtype=np.intp)), list[int]()
    for _ in range(25):
        i = int(rng.integers(9))
        if i in inside:
            span = span.shrunk(i)
            inside.remove(i)
        else:
            span = span.grown(columns[i], i)
            inside.append(i)
        expected = np.linalg.lstsq(columns[span.columns].T, row)[0]
        found, rest = span.split(row)
        assert sorted(span.columns) == sorted(inside)
        assert span.independent == (np.linalg.matrix_rank(columns[inside]) == len(inside) if inside else True)
        np.testing.assert_allclose(found, expected, atol=1e-10)
        np.testing.assert_allclose(rest, row - found @ columns[span.columns], atol=1e-10)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_least_squares_within_bounds(seed):
    """Against scipy; where the minimiser is not unique, the residual is, and those inside span all that is not at its bound."""
    rng = np.random.default_rng(seed)
    d, n = int(rng.integers(1, 8)), int(rng.integers(1, 6))
    columns, drift, size = rng.normal(size=(d, n)), 2 * rng.normal(size=n), rng.uniform(0.2, 1, size=d)
    everywhere, nowhere = np.ones(d, dtype=bool), np.zeros(d, dtype=bool)
    empty = Span(columns[:0], np.empty(0, dtype=np.intp))
    problem = Spans(columns, np.linalg.norm(columns, axis=1), empty)
    _, span, u, unique, _ = problem.least(empty, everywhere, everywhere, nowhere, drift, size.copy(), size)
    expected = scipy.optimize.lsq_linear(columns.T, -drift, (-size, size), method="bvls", tol=1e-14).x
    assert (np.abs(u) <= size * (1 + 1e-12)).all()
    np.testing.assert_allclose(u @ columns, expected @ columns, atol=1e-7)
    if unique:
        np.testing.assert_allclose(u, expected, atol=1e-6)
    assert unique or np.linalg.norm(u @ columns + drift) < 1e-9
    assert set(np.flatnonzero(np.abs(u) < size * (1 - 1e-9))) <= set(span.columns)


# Ways that must agree -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0, 1])
def test_decisions_by_rank_one_steps_are_those_of_the_box_problem(monkeypatch, alpha):
    rng, taken = np.random.default_rng(7), 0
    for _ in range(8):
        problem, weights = a_problem(rng, 14, more=alpha > 0)
        quick = unique_end(problem, weights, 1.0, decay=Decoupled(alpha))
        with monkeypatch.context() as patched:
            patched.setattr(double_decision, "by_rank_one", lambda *_: None)
            slow = sign_flow(problem, weights, quick.t_end, decay=Decoupled(alpha))
        found, expected = ([(e.kind, sorted(e.coordinates)) for e in path.events] for path in (quick, slow))
        assert found == expected
        taken += len(found)
        np.testing.assert_allclose(quick.times, slow.times, rtol=1e-10)
        np.testing.assert_allclose(quick.x(quick.t_end), slow.x(quick.t_end), atol=1e-11)
    assert taken > 30


@pytest.mark.parametrize("more", [False, True])
def test_tiny_starts_under_decay_are_followed_for_long(more):
    """Weights of size 1e-4 at depth 4 up to t = 30, where exp(4 alpha t) = 1e26, against brackets on Chebyshev panels."""
    rng = np.random.default_rng(1)
    n, d, decay = 5 if more else 2, 4, Decoupled("1/2")
    problem = Quadratic(rng.normal(size=(n, d)) / np.sqrt(n), rng.normal(size=n))
    weights = 2e-4 * rng.uniform(0.2, 1.2, size=(4, d)) * rng.choice([-1, 1], size=(4, d))
    path = sign_flow(problem, weights, 30.0, decay=decay)
    assert path.unique == more
    other = sign_arcs(Flow(Lq(1), Product(4), decay), problem, weights, min(30.0, path.unique_until))
    np.testing.assert_allclose(path.w(other.t), other.w, atol=1e-9)
    t = np.linspace(0.1, 30, 60)
    gradient, sigma = path.gradient(t), path.sigma(t)
    free = np.abs(gradient) > 1e-9
    assert (np.abs(sigma) <= 1 + 1e-9).all()
    assert (sigma[free] == np.sign(gradient[free])).all()


def test_a_flow_that_is_not_unique_goes_on_while_its_bounds_allow():
    """Four coordinates, two data: where one sliding coordinate reaches its bound, those at a bound are drawn inside again."""
    rng = np.random.default_rng(0)
    problem = Quadratic(rng.normal(size=(2, 4)) / np.sqrt(2), rng.normal(size=2))
    weights = 2e-4 * rng.uniform(0.2, 1.2, size=(4, 4)) * rng.choice([-1, 1], size=(4, 4))
    path = sign_flow(problem, weights, 10.0, decay=Decoupled("1/2"))
    assert path.unique_until == pytest.approx(2.5512235)
    t = np.linspace(path.unique_until + 1e-6, 10, 50)
    assert np.abs(path.gradient(t)).max() < 1e-9
    assert (np.abs(path.sigma(t)) <= 1 + 1e-9).all()


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"problem": Scalar(X**2)}, "problem must be a Quadratic, got Scalar"),
        ({"decay": Coupled(1)}, r"decay must be None, NoDecay\(\) or Decoupled\(alpha\), got Coupled"),
        ({"initial": [[0.1, 0.2]]}, r"initial must be of shape \(depth, 1\), got \(1, 2\)"),
        ({"initial": 0.5}, r"initial must be of shape \(depth, 1\)"),
        ({"initial": []}, r"initial must be of shape \(depth, 1\)"),
        ({"initial": [0.1, np.nan]}, "initial must be finite in every entry, got .*nan"),
        ({"t_end": 0}, "t_end must be a finite time > 0, got 0"),
        ({"t_end": -1.0}, "t_end must be a finite time > 0, got -1.0"),
        ({"t_end": np.nan}, "t_end must be a finite time > 0, got nan"),
        ({"t_end": 1e4, "decay": Decoupled(1)}, "t_end must be at most 300 at this depth and decay, got 10000.0"),
    ],
)
def test_arguments_out_of_range_are_refused(changes, message):
    arguments = {"problem": ONE, "initial": [0.1, 0.2], "t_end": 1.0, "decay": None, **changes}
    with pytest.raises(InvalidArgument, match=message):
        sign_flow(**arguments)


@pytest.mark.parametrize("t", [-0.1, 1.1, np.nan, [[0.1]]])
def test_times_out_of_range_are_refused(t):
    with pytest.raises(InvalidArgument, match=r"t must be times in \[0, 1\]"):
        sign_flow(ONE, [0.1, 0.2], 1.0).x(t)
