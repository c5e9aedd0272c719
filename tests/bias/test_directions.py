"""Directions of flows far beyond the loss of doubles: limits, rates, starts of any imbalance, and what they depend on."""

import numpy as np
import pytest

from mirrortheory import Decoupled, Exponential, Flow, Logistic, Lq, Mask, Product, max_margin, simulate
from mirrortheory.bias.classification import directions, expected_exponent, margin_exponent
from mirrortheory.bias.classification.directions import log_loss
from mirrortheory.errors import InvalidArgument, NotSmooth

ROWS = [[2.0, 1.0, 0.5], [1.0, 3.0, 1.0]]


def start(depth, sizes=(1.2, 1.1, 0.9), spread=0.1):
    return np.array([sizes] * depth) * (1 + spread * np.arange(depth))[:, None]


def followed(q, depth, *, to=1e5, problem=None, initial=None, points=13):
    initial = start(depth) if initial is None else initial
    return directions(Flow(Lq(q), Product(depth)), problem or Exponential(ROWS, [1, 1]), initial, to=to, points=points)


@pytest.mark.parametrize(
    ("q", "depth", "within"),
    [
        (2, 1, 0.01),
        ("3/2", 1, 0.01),
        (2, 2, 0.01),
        ("4/3", 4, 0.01),
        ("3/2", 3, 0.01),
        ("6/5", 3, 0.02),
        ("3/2", 2, 0.04),
        (2, 3, 0.1),
    ],
)
def test_rates_are_those_expected(q, depth, within):
    found = followed(q, depth)
    expected = expected_exponent(found.solution, Exponential(ROWS, [1, 1]), q=q, depth=depth)
    assert found.fitted_exponent(since=1e3) == pytest.approx(expected, abs=within)
    assert (np.diff(found.angle) < 0).all()
    assert found.error < 1e-6
    np.testing.assert_allclose(found.M, [log_loss(Exponential(ROWS, [1, 1]), x) for x in found.x], rtol=1e-6)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_sign_flow_seeks_the_sup_norm_margin_at_the_rate_of_its_depth(depth):
    found = followed(1, depth, to=3e3, points=9)
    assert found.solution.exponent == margin_exponent(1, depth)
    assert found.fitted_exponent(since=1e2) == pytest.approx(1 / depth, abs=0.02)


def test_one_datum_of_sign_flow_has_the_deficit_of_the_claim():
    z, a = np.array([3.0, 1.0]), 0.5
    for depth in (1, 2, 3):
        found = followed(1, depth, to=1e5, problem=Exponential([z], [1]), initial=np.array([[a, 1e-9]] * depth), points=5)
        expected = depth * a * z[1] * z.sum() ** (1 / depth - 1) * found.M ** (-1 / depth)
        assert found.margin_gap[-1] == pytest.approx(expected[-1], rel=0.05)


def test_a_start_without_ties_crosses_zero_and_forgets_its_imbalance():
    """The l_1 margin has x = (1/2, -1/4, 0), of other signs than the start."""
    problem = Exponential([[2.0, -1.0, 0.5], [1.0, -2.0, 0.5]], [1, 1])
    for lam in (0.5, 1.0, 3.0):
        w = np.array([[0.1, 0.1, 0.1], [lam, 1.3 * lam, 0.8 * lam]])
        found = followed(2, 2, problem=problem, initial=w, to=1e4)
        assert found.x[0][1] > 0 > found.x[-1][1] or found.x[0][1] < 0
        assert found.angle[-1] < 2e-2
        assert found.fitted_exponent(since=1e2) > 0.4
    tied = followed(2, 2, problem=problem, initial=np.full((2, 3), 0.3), to=1e3)
    assert (tied.x >= 0).all()  # balanced layers keep to their orthant
    assert tied.angle[-1] > 0.3


def test_logistic_and_exponential_losses_end_in_one_direction():
    one, other = (followed("3/2", 2, problem=loss(ROWS, [1, 1]), to=1e4) for loss in (Exponential, Logistic))
    assert one.angle[-1] == pytest.approx(other.angle[-1], rel=0.2)
    np.testing.assert_array_equal(one.solution.x, other.solution.x)


def test_it_agrees_with_a_simulation_in_time():
    flow, problem, w = Flow(Lq(2), Product(2)), Exponential(ROWS, [1, 1]), start(2)
    path = simulate(flow, problem, w, 1e6)
    M = log_loss(problem, path.x[-1])
    found = directions(flow, problem, w, to=M, points=3)
    np.testing.assert_allclose(found.x[-1], path.x[-1], rtol=1e-6)


def test_where_the_margin_is_not_unique_the_limit_depends_on_the_start():
    problem = Exponential([[1.0, 1.0]], [1])
    ends = []
    for first in (1.0, 2.0):
        found = followed(2, 2, problem=problem, initial=np.sqrt([[first, 1.0]] * 2), to=1e3)
        assert found.solution.unique is False
        assert np.isnan(found.angle).all()
        assert found.margin_gap[-1] == pytest.approx(0, abs=1e-9)
        ends.append(found.x[-1] / found.x[-1].sum())
    np.testing.assert_allclose(ends, [[0.5, 0.5], [2 / 3, 1 / 3]], atol=1e-8)


@pytest.mark.parametrize(("starts", "winner"), [((1.0, 1.0), 0), ((1.0, 1.9), 0), ((1.0, 2.1), 1), ((1.0, 9.0), 1)])
def test_beyond_the_critical_line_the_weighted_start_wins(starts, winner):
    """q = 2, L = 4: x^(1/2) z decides, so that (2, sqrt 2) ties with x_2 = 2 x_1."""
    z = np.array([np.sqrt(2.0), 1.0])
    initial = np.array([np.array(starts) ** 0.25] * 4)
    found = followed(2, 4, problem=Exponential([z], [1]), initial=initial, to=1e6, points=5)
    assert np.abs(found.x[-1]).argmax() == winner
    assert np.count_nonzero(found.target) == 1
    assert found.target[winner] > 0
    assert found.solution.x[0] > 0  # the least norm is always along the larger entry


@pytest.mark.parametrize(("q", "depth"), [(2, 2), (1, 2), ("3/2", 2)])
def test_random_data_are_separated_with_their_margin(q, depth):
    rng = np.random.default_rng(3)
    Z, w = rng.normal(size=(4, 3)), np.array([1.0, 2.0, 0.5])
    labels = np.sign(Z @ w)
    initial = np.vstack([np.full(3, 0.1)] + [np.full(3, 0.5)] * (depth - 1))
    found = followed(q, depth, problem=Exponential(Z, labels), initial=initial, to=1e2 if q == 1 else 1e3, points=7)
    assert found.margin_gap[-1] < 0.15
    assert found.margin_gap[-1] < found.margin_gap[2]
    assert found.solution.margin == max_margin((Z, labels), exponent=margin_exponent(q, depth)).margin


def test_a_table_has_a_row_for_each_point():
    lines = followed(2, 2, to=1e3, points=4).table().splitlines()
    assert len(lines) == 5
    assert lines[0].split() == ["-log", "f", "angle", "gap"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: directions(Flow(Lq(2), Mask()), Exponential(ROWS, [1, 1]), start(2)), "flow must be a Product"),
        (lambda: directions(Flow(Lq(2), Product(2), Decoupled(1)), Exponential(ROWS, [1, 1]), start(2)), "flow must be a Product"),
        (lambda: directions(Flow(Lq(2), Product(2)), (ROWS, [1, 1]), start(2)), "problem must be labelled"),
        (lambda: followed(2, 2, initial=start(3)), "initial must be of shape"),
        (lambda: followed(2, 2, to=0.1), "to must be above"),
        (lambda: followed(2, 2, to=1e9), "at most 1e"),
        (lambda: followed(2, 2, points=1), "points must be"),
        (lambda: followed(2, 2).fitted_exponent(since=1e9), "since must be"),
        (lambda: followed(2, 2, problem=Exponential([[1, 0, 0], [-1, 0, 0]], [1, 1])), "separable"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(InvalidArgument, match=words) as refused:
        call()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("q", [1, 2])
def test_rest_at_a_saddle_is_said(q):
    with pytest.raises(NotSmooth, match="saddle"):
        followed(q, 2, initial=np.zeros((2, 3)))
