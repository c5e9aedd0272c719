"""Mirror maps in doubles and in balls: against certified values of the derived potentials, both ways, at any size."""

from fractions import Fraction

import numpy as np
import pytest
from thinning import thinned

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.bias.mirrors import of_layers, of_potentials
from mirrortheory.bias.regression.ball_mirrors import BallMirror
from mirrortheory.exact import Ball, precision
from mirrortheory.potentials.numeric import values

COLUMNS = {
    2: [(1.5, 0.25), (0.5, 0.5), (-1.0, 1e-3), (0.75, 0.0)],
    3: [(1.5, 0.25, -2.0), (0.5, 0.5, 1.0), (0.5, 0.5, 0.5), (1e-6, 3.0, 0.125)],
}


@pytest.mark.parametrize("depth", [2, 3])
@thinned("q", ["1", "6/5", "3/2", "2"], every=4)
def test_increments_of_y_are_those_of_the_derived_potential(q, depth):
    weights = np.array(COLUMNS[depth]).T
    mirrors = of_layers(Fraction(q), weights)
    x0 = weights.prod(axis=0)
    x, _ = mirrors.primal(mirrors.y0)
    np.testing.assert_allclose(x, x0, rtol=1e-13)
    there = np.where(x0 == 0, 0.5, 1.5 * x0)
    y = mirrors.dual(there)
    back, metric = mirrors.primal(y)
    np.testing.assert_allclose(back, there, rtol=1e-12)
    for j, column in enumerate(weights.T):
        potential = derive(Flow(Lq(q), Product(depth)), initial=[Fraction(float(v)) for v in column]).potential
        after = values(potential, Fraction(float(there[j])), digits=25)
        before = 0 if x0[j] == 0 else values(potential, Fraction(float(x0[j])), digits=25).mirror_map
        assert float(after.mirror_map - before) == pytest.approx(y[j] - mirrors.y0[j], rel=1e-11)
        assert 1 / float(after.hessian) == pytest.approx(metric[j], rel=1e-11)


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("q", ["1", "6/5", "3/2", "2"])
@thinned("shift", ["1/8", "-1/16", "-3/4", "1/1000000"], every=4)
def test_balls_enclose_what_doubles_find(q, depth, shift):
    weights = np.array(COLUMNS[depth]).T
    mirrors = of_layers(Fraction(q), weights)
    x, metric = mirrors.primal(mirrors.y0 + float(Fraction(shift)))
    with precision(150):
        for j, column in enumerate(weights.T):
            ball = BallMirror(Fraction(q), [Fraction(float(v)) for v in column])
            size, slope = ball.primal(Ball(Fraction(shift).numerator) / Fraction(shift).denominator)
            if np.isnan(x[j]):
                assert not size.is_finite()
                continue
            assert float(size.rad()) < 1e-30 * (1 + abs(float(size.mid())))
            assert float(size.mid()) == pytest.approx(x[j], rel=1e-9, abs=1e-13)
            assert float(slope.mid()) == pytest.approx(metric[j], rel=1e-9, abs=1e-12)


def test_sizes_far_from_one():
    """x = (lam/2) sinh(2 y) with lam = 1, and powers of y where layers are tied."""
    mirrors = of_layers(Fraction(2), np.array([[np.sqrt(2.0), 1.0], [1.0, 0.0]]))
    for y in (1e-250, 1e-8, 1.0, 300.0):
        assert mirrors.primal(np.array([y, y]))[0][1] == pytest.approx(np.sinh(2 * y) / 2, rel=1e-11)
    cubic = of_layers(Fraction(1), np.full((3, 1), 1e-3))
    for y in (1e-90, 1e-3, 1e90):
        assert cubic.primal(np.array([y]))[0][0] == pytest.approx(y**3, rel=1e-12)


def test_a_flow_is_held_at_a_saddle_and_a_potential_is_not():
    potential = derive(Flow(Lq("3/2"), Product(2))).potential
    y = np.array([-0.5])
    assert of_potentials([potential], np.array([1.0])).primal(y)[0][0] < 0
    assert of_potentials([potential], np.array([1.0]), hold=True).primal(y)[0][0] == 0
    assert of_layers(Fraction("3/2"), np.ones((2, 1))).primal(y)[0][0] == 0


def test_outside_the_dual_domain_there_is_no_x():
    mirrors = of_layers(Fraction(2), np.array([[1.0], [2.0], [3.0]]))  # depth above p: R' is bounded
    assert np.isnan(mirrors.primal(np.array([100.0]))[0][0])
    assert np.isfinite(mirrors.primal(mirrors.y0)[0][0])


@pytest.mark.parametrize("q", ["1", "6/5", "3/2", "2"])
@pytest.mark.parametrize("depth", [2, 3])
def test_approaches_lead_to_x_and_are_right_to_first_order(q, depth):
    weights = np.array([(1.5, 0.25, -2.0), (-1.0, 1e-3, 0.5), (0.75, 0.0, 0.5)]).T[:depth]
    mirrors = of_layers(Fraction(q), weights)
    wanted = mirrors.y0 + np.array([0.4, 0.7, 0.3])
    x, metric = mirrors.primal(wanted)
    near, off = mirrors.approach(mirrors.y0, None), [np.inf]
    np.testing.assert_allclose(near.x, weights.prod(axis=0), rtol=1e-12, atol=1e-300)
    for _ in range(8):
        near = mirrors.approach(wanted, near)
        off.append(float(np.abs(near.x - x).max()))
    assert off[-1] < 1e-13
    np.testing.assert_allclose(near.metric, metric, rtol=1e-10)
    again, _ = mirrors.primal(wanted, near.theta)
    np.testing.assert_allclose(again, x, rtol=1e-13)
    moved = mirrors.approach(wanted * (1 + 1e-4), near)  # its own error is of second order, not of first
    assert np.abs(moved.x - mirrors.primal(wanted * (1 + 1e-4))[0]).max() < 1e-6 < np.abs(moved.x - x).max()


def test_where_a_coordinate_may_stop_there_is_no_approach():
    for q in (Fraction(2), Fraction(3, 2)):
        mirrors = of_layers(q, np.array([[0.5, 1.0], [0.5, 2.0]]))
        assert mirrors.approach(mirrors.y0, None) is None
