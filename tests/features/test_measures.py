"""Measures of a path: values that are known, and what does not change them. Each invariance has a neighbour that fails."""

import dataclasses
import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thinning import examples
from trajectories import regression

from mirrortheory import Flow, Lq, Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.features import (
    cost_in_steps,
    inverse_metric,
    kernel_distance,
    l1_l2_ratio,
    metric_distance,
    metric_path_length,
    support_alignment,
)
from mirrortheory.flows import Quadratic, Scalar, simulate
from mirrortheory.notation import x

SEEDS, EXPONENTS, DEPTHS = st.integers(0, 10**6), st.sampled_from(("1", "6/5", "3/2", "2")), st.integers(1, 4)
MEASURES = (kernel_distance, metric_distance, metric_path_length, cost_in_steps, l1_l2_ratio)


@dataclasses.dataclass(frozen=True)
class Points:
    """A path by hand."""

    flow: Flow
    problem: Quadratic
    w: np.ndarray

    @property
    def x(self):
        return self.w.prod(axis=1)


def falling(seed, q, depth, d=5, n=3, points=6):
    """Weights on the way from a start to one end, along which a square loss falls: the way to its minimum, layer by layer alike."""
    rng = np.random.default_rng(seed)
    start, truth = rng.uniform(0.2, 1, d), rng.uniform(0.2, 3, d)
    parts = np.sort(rng.uniform(0.1, 0.9, points))
    path = start + parts[:, None] * (truth - start)
    w = np.repeat(path[:, None] ** (1 / depth), depth, axis=1) * np.array([2.0, *[1.0] * (depth - 1)])[:, None]
    table = rng.normal(size=(n, d))
    return Points(Flow(Lq(q), Product(depth)), Quadratic(table, 2 * table @ truth), w)


def values(path):
    return np.array([measure(path) for measure in MEASURES] + [cost_in_steps(path, one_rate=True)])


@given(SEEDS, EXPONENTS, DEPTHS)
def test_the_order_of_coordinates_does_not_matter(seed, q, depth):
    path = falling(seed, q, depth)
    order = np.random.default_rng(seed).permutation(path.w.shape[2])
    turned = Points(path.flow, Quadratic(path.problem.Z[:, order], path.problem.b), path.w[:, :, order])
    np.testing.assert_allclose(values(turned), values(path), rtol=1e-9, atol=1e-12)


def test_an_order_of_the_weights_alone_does_matter():
    path = falling(0, "2", 2)
    turned = dataclasses.replace(path, w=path.w[:, :, ::-1])
    assert kernel_distance(turned) != pytest.approx(kernel_distance(path), rel=1e-3)


@given(SEEDS, EXPONENTS, DEPTHS)
def test_rotated_data_and_another_scale_of_the_loss_do_not_matter(seed, q, depth):
    path = falling(seed, q, depth)
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0] * 10 ** np.random.default_rng(seed).uniform(-2, 2)
    turned = Points(path.flow, Quadratic(turn @ path.problem.Z, turn @ path.problem.b), path.w)
    np.testing.assert_allclose(values(turned), values(path), rtol=1e-8, atol=1e-12)


def test_data_that_are_stretched_in_one_direction_do_matter():
    path, stretch = falling(0, "2", 2), np.diag([1.0, 1.0, 30.0])
    stretched = Points(path.flow, Quadratic(stretch @ path.problem.Z, stretch @ path.problem.b), path.w)
    assert np.all(np.abs(np.delete(values(stretched) / values(path), [1, 2, 4]) - 1) > 1e-3)  # those that look at the data


@given(SEEDS, EXPONENTS, st.integers(2, 4), st.floats(0.01, 100))
def test_balanced_layers_of_another_size_move_the_metric_as_far(seed, q, depth, factor):
    path = falling(seed, q, depth)
    grown = dataclasses.replace(path, w=path.w * factor)
    for measure in (kernel_distance, metric_distance, metric_path_length, l1_l2_ratio):
        assert measure(grown) == pytest.approx(measure(path), rel=1e-8, abs=1e-12)


def test_one_layer_of_another_size_does_matter():
    path = falling(0, "2", 3)
    grown = dataclasses.replace(path, w=np.where(np.arange(5) == 2, 3.0, 1.0) * path.w ** np.array([2.0, 1.0, 1.0])[:, None])
    assert abs(metric_distance(grown) - metric_distance(path)) > 1e-3


@settings(max_examples=examples(60, every=10))
@given(SEEDS, st.sampled_from(("3/2", "2")), st.floats(0.6, 2))
def test_no_clock_matters(seed, q, power):
    """A trajectory, looked at at other times, and told that they were others; cost in the time of the flow is not like that."""
    path = trajectory(q, seed % 3)
    clock = np.linspace(0, 1, 700) ** power
    again = dataclasses.replace(path, t=clock, w=path.at(path.t[-1] * clock), x=path.at(path.t[-1] * clock).prod(axis=1))
    np.testing.assert_allclose(values(again), values(path), rtol=5e-3)


@functools.cache
def trajectory(q, seed):
    path = regression(4, 3, 2, q, Flow(Lq(2), Product(2)).decay, t_end=2.0, seed=seed)
    losses = [path.problem.value(w.prod(axis=0)) for w in path.at(np.linspace(0, 2.0, 801))]
    end = 2.0 * np.argmax([*(loss <= losses[0] / 100 for loss in losses), True]) / 800  # below q = 2 it rests, at an infinite cost
    times = np.linspace(0, min(end, 2.0), 800)
    w = path.at(times)
    return dataclasses.replace(path, t=times, w=w, x=w.prod(axis=1))


def in_time(path):
    """The integral of lam_max(K) over the time of the flow."""
    largest = [np.linalg.eigvalsh((path.problem.Z * d) @ path.problem.Z.T)[-1] for d in inverse_metric(path)]
    return np.trapezoid(largest, path.t)


def test_at_q_two_the_cost_is_the_integral_over_time_and_below_it_is_not():
    path = trajectory("2", 0)
    assert cost_in_steps(path) == pytest.approx(in_time(path), rel=1e-3)
    path = trajectory("3/2", 0)
    assert abs(cost_in_steps(path) / in_time(path) - 1) > 0.01


@pytest.mark.parametrize("q", ["3/2", "2"])
def test_the_integral_over_time_changes_with_the_loss_as_stated(q):
    """The flow of c f on c^(1-q) of the time is the same path: the integral is multiplied by c^(2-q), the cost is not."""
    path, c = trajectory(q, 1), 4.0
    loss = Quadratic(c**0.5 * path.problem.Z, c**0.5 * path.problem.b)
    scaled = simulate(path.flow, loss, path.w[0], path.t[-1] * c ** (1 - float(path.flow.geometry.exponent)))
    times = np.linspace(0, scaled.t[-1], 800)
    scaled = dataclasses.replace(scaled, t=times, w=scaled.at(times), x=scaled.at(times).prod(axis=1))
    np.testing.assert_allclose(scaled.x[-1], path.x[-1], rtol=1e-5)
    assert in_time(scaled) / in_time(path) == pytest.approx(c ** (2 - float(path.flow.geometry.exponent)), rel=1e-3)
    assert cost_in_steps(scaled) == pytest.approx(cost_in_steps(path), rel=1e-3)


def test_in_one_dimension_the_numbers_are_known():
    """From x_0 to x_1: D_K = D_M = 0, the path is m log(x_1/x_0), local steps are a logarithm whatever q and L are."""
    for q, depth in (("1", 3), ("3/2", 2), ("2", 4)):
        flow, m = Flow(Lq(q), Product(depth)), float(Lq(q).exponent) * (depth - 1) / depth
        points = np.geomspace(0.01, 0.5, 2000)
        path = Points(flow, Quadratic([[1.0]], [1.0]), np.repeat(points[:, None, None] ** (1 / depth), depth, axis=1))
        assert kernel_distance(path) == metric_distance(path) == 0
        assert metric_path_length(path) == pytest.approx(m * np.log(50), rel=1e-9)
        assert cost_in_steps(path) == pytest.approx(np.log(0.99 / 0.5), rel=1e-4)
        assert l1_l2_ratio(path) == 1


def test_the_ends_of_sparse_vectors():
    flow, loss = Flow(Lq(2), Product(1)), Quadratic(np.eye(4), np.zeros(4))
    path = Points(flow, loss, np.array([[[1.0, 1, 1, 1]], [[3.0, 0, 4, 0]]]))
    assert l1_l2_ratio(path) == pytest.approx(7 / 5)
    assert support_alignment(path, [1, 0, -1, 0]) == 1
    assert support_alignment(path, [2, 5, 0, 0]) == pytest.approx(9 / 25)
    assert metric_distance(path) == 0
    assert np.isnan(l1_l2_ratio(Points(flow, loss, np.zeros((2, 1, 4)))))
    vanishing = Points(Flow(Lq(2), Product(2)), loss, np.array([np.ones((2, 4)), np.zeros((2, 4))]))
    assert metric_path_length(vanishing) == np.inf


def test_bad_input_gives_one_line():
    path = falling(0, "2", 2)
    with pytest.raises(InvalidArgument, match=r"truth must be of shape \(5,\) with some entries 0 and some not"):
        support_alignment(path, [1, 1, 1, 1, 1])
    with pytest.raises(InvalidArgument, match=r"truth must be of shape \(5,\)"):
        support_alignment(path, [1, 0])
    with pytest.raises(InvalidArgument, match="path must be one along which the loss falls, got a rise after point 0"):
        cost_in_steps(dataclasses.replace(path, w=path.w[::-1]))
    scalar = simulate(Flow(Lq(2), Product(2)), Scalar((x - 1) ** 2), [0.5, 0.5], 1.0)
    with pytest.raises(InvalidArgument, match="path must be of a loss with data Z, got Scalar"):
        kernel_distance(scalar)
    from mirrortheory.notation import q

    with pytest.raises(InvalidArgument, match="path must be of a flow with numbers for its letters"):
        kernel_distance(dataclasses.replace(path, flow=Flow(Lq(q), Product(2))))


def test_the_cost_of_coming_to_a_minimum_is_infinite_without_a_warning():
    path = simulate(Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0]), [0.01, 0.01], 60.0)
    assert path.problem.value(path.x[-1]) == 0
    assert cost_in_steps(path) == cost_in_steps(path, one_rate=True) == np.inf
