"""Runs to a given part of the loss: against quadratures, the exact sign flow, a solver, and walks of one loss alone."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from mirrortheory import Flow, Lq, Product
from mirrortheory.bias.sparse_recovery import recovery
from mirrortheory.bias.sparse_recovery.side_by_side import CUT, SideBySide
from mirrortheory.bias.sparse_recovery.small_steps import exact_sign_flow, first_weights, follow, make_steps
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Adam, GradientDescent, Quadratic, SignDescent, descend, simulate

PART = 1e-3


def regressions(count, size=(12, 6, 1)):
    return [recovery.problem(recovery.REGRESSION, *size, seed)[0] for seed in range(count)]


def classifications(count):
    return [recovery.problem(recovery.CLASSIFICATION, 12, 8, 1, seed)[0] for seed in range(count)]


@pytest.mark.parametrize("make", [regressions, classifications])
def test_losses_side_by_side_are_the_losses(make):
    losses, random = make(3), np.random.default_rng(0)
    both, x = SideBySide(losses), random.standard_normal((3, 12))
    values, slopes, bends = both.looked_at(x)
    np.testing.assert_allclose(values, [loss.value(row) for loss, row in zip(losses, x, strict=True)], rtol=1e-13)
    np.testing.assert_allclose(slopes, [loss.slope(row) for loss, row in zip(losses, x, strict=True)], atol=1e-13)
    np.testing.assert_allclose(bends, [np.diag(loss.hessian(row)) for loss, row in zip(losses, x, strict=True)], atol=1e-13)
    np.testing.assert_allclose(both.slope(x.ravel()), slopes.ravel(), atol=1e-13)
    assert both.value(x.ravel()) == pytest.approx(values.sum())
    assert both.dimension == 36


def test_a_loss_beyond_the_cut_stands_still_and_the_others_do_not():
    losses = SideBySide(regressions(2))
    x = np.zeros((2, 12))
    x[0] = 10 * CUT
    slope = losses.slope(x.ravel()).reshape(2, 12)
    assert (slope[0] == 0).all()
    assert (slope[1] != 0).any()


def test_losses_of_two_kinds_or_shapes_or_none_are_refused():
    for losses in ([*regressions(1), *classifications(1)], [*regressions(1), Quadratic([[1.0]], [1.0])], []):
        with pytest.raises(InvalidArgument, match="losses must be of one kind, with tables of one shape"):
            SideBySide(losses)
    with pytest.raises(InvalidArgument, match="losses must be > 0 at x = 0, got 0 at place 1"):
        SideBySide([Quadratic([[1.0]], [1.0]), Quadratic([[1.0]], [0.0])])


@pytest.mark.parametrize(("q", "depth"), [(1.0, 3), (4 / 3, 3), (1.5, 2), (2.0, 2), (2.0, 3)])
def test_times_of_one_coordinate_are_quadratures(q, depth):
    """domega/dt = ((b - x) C)^(q - 1): an integral over omega, which knows of no step."""
    b, start = 1.5, 1e-3
    a = start ** (1 / depth)

    def others(w):
        return (w**q + a**q) ** ((depth - 1) / q)

    def until(share):
        last = brentq(lambda w: w * others(w) - (1 - share**0.5) * b, 0, 2)
        pieces = np.unique(np.clip([0, a, 3 * a, 10 * a, 30 * a, last], 0, last))
        rate = lambda w: ((b - w * others(w)) * others(w)) ** (1 - q)  # noqa: E731
        return sum(quad(rate, u, v)[0] for u, v in pairwise(pieces))

    ends = follow(q, depth, SideBySide([Quadratic([[1.0]], [b])]), start, part=PART, pace=1 / 100, most=100_000)
    assert ends.reached.all()
    assert ends.escape[0] == pytest.approx(until(0.5), rel=0.02)
    assert ends.time[0] == pytest.approx(until(PART), rel=0.02)
    assert 0 < ends.error[0] < 1e-3


def test_small_steps_come_where_the_exact_sign_flow_does():
    losses = regressions(3)
    exact = exact_sign_flow(3, losses, 1e-3, part=PART)
    near = follow(1.0, 3, SideBySide(losses), 1e-3, part=PART, pace=1 / 150, most=100_000)
    assert exact.reached.all()
    assert near.reached.all()
    np.testing.assert_allclose(near.escape, exact.escape, rtol=0.01)
    np.testing.assert_allclose(near.time, exact.time, rtol=0.01)
    off = np.linalg.norm(near.x - exact.x, axis=1) / np.linalg.norm(exact.x, axis=1)
    assert off.max() < 0.02
    np.testing.assert_allclose(exact.loss, PART, rtol=1e-6)
    assert (exact.steps > 5).all()


@pytest.mark.parametrize("q", ["3/2", "2"])
def test_ends_of_flows_are_those_of_a_solver_within_the_stated_error(q):
    losses = regressions(2, (4, 2, 1))
    ends = follow(float(Lq(q).exponent), 3, SideBySide(losses), 1e-3, part=PART, pace=1 / 50, most=100_000)
    for k, loss in enumerate(losses):
        path = simulate(Flow(Lq(q), Product(3)), loss, first_weights(3, 4, 1e-3), 1.5 * float(ends.time[k]), rtol=1e-6)
        times = np.linspace(0.5, 1.5, 4001) * ends.time[k]
        times = times[times <= path.t[-1]]
        x = path.at(times).prod(axis=1)
        losses_there = np.array([loss.value(row) for row in x]) / loss.value(np.zeros(4))
        there = x[np.flatnonzero(losses_there <= PART)[0]]
        assert np.linalg.norm(there - ends.x[k]) < (2 * ends.error[k] + 2e-3) * np.linalg.norm(there)


@pytest.mark.parametrize("optimizer", [GradientDescent(0.1), SignDescent(0.01), Adam(0.01)], ids=lambda o: type(o).__name__)
def test_an_optimizer_walks_side_by_side_as_alone(optimizer):
    losses = regressions(3)
    ends = make_steps(optimizer, 2, SideBySide(losses), 1e-2, part=PART, most=600)
    for k, loss in enumerate(losses):
        path = descend(optimizer, Product(2), loss, first_weights(2, 12, 1e-2), int(ends.steps[k]))
        np.testing.assert_allclose(path.x[-1], ends.x[k], rtol=1e-9, atol=1e-12)
        below = np.flatnonzero(path.loss <= PART * path.loss[0])
        assert ends.reached[k] == (below.size > 0)
        assert ends.steps[k] == (below[0] if below.size else 600)
        half = np.flatnonzero(path.loss <= path.loss[0] / 2)
        assert ends.escape[k] == pytest.approx(half[0] * optimizer.eta if half.size else np.inf)


def test_what_is_not_reached_says_so():
    losses = SideBySide(regressions(2))
    for ends in (
        follow(2.0, 3, losses, 1e-6, part=PART, pace=1 / 50, most=20),
        make_steps(GradientDescent(1e-3), 3, losses, 1e-6, part=PART, most=20),
    ):
        assert not ends.reached.any()
        assert (ends.steps == 20).all()
        assert np.isinf(ends.escape).all()
        assert (ends.loss > 0.9).all()


def test_one_that_diverges_ends_at_the_cut_and_the_other_goes_on():
    steep = Quadratic([[30.0]], [30.0])
    ends = make_steps(GradientDescent(0.1), 2, SideBySide([Quadratic([[1.0]], [1.0]), steep]), 1e-2, part=PART, most=1000)
    assert ends.reached.tolist() == [True, False]
    assert ends.loss[1] > CUT
    assert ends.steps[1] < ends.steps[0]
