"""Projections and predictions on numbers near the ends of the doubles: right, or one line that says what is out of reach."""

import numpy as np
import pytest

from mirrortheory import Flow, InvalidArgument, Lq, Product, Quadratic, derive, implicit_bias
from mirrortheory.bias import bregman_projection
from mirrortheory.errors import NotEvaluable

ENTROPY, HYPERBOLIC, BOUNDED = (
    derive(Flow(Lq(2), Product(len(imbalance))), imbalance=imbalance).potential for imbalance in ((0, 0), (0, 3), (0, 1, 2))
)


@pytest.mark.parametrize("size", [1e-200, 1e150, 1e300])
@pytest.mark.parametrize("potential", [ENTROPY, HYPERBOLIC])
def test_projections_of_any_size(potential, size):
    found = bregman_projection(potential, [0.5, 0.5], [[1, 1]], [size])
    np.testing.assert_allclose(found.x, [size / 2, size / 2], rtol=1e-11)
    assert found.error < 1e-9 * size + 1e-13
    steep = bregman_projection(potential, [0.5, 0.5], [[size, 1]], [1.0])
    assert abs(size * steep.x[0] + steep.x[1] - 1) < 1e-9 + 1e-15 * size


@pytest.mark.parametrize("size", [1e100, 1e150, 1e300])
@pytest.mark.parametrize("start", [0.5, 1e100])
def test_what_doubles_do_not_tell_is_not_blamed_on_the_region(start, size):
    """R' is bounded: all large x have one R'(x) in doubles."""
    with pytest.raises(InvalidArgument, match="b must be within reach of doubles from x0") as refused:
        bregman_projection(BOUNDED, [start, start], [[1.0, 2.0]], [size])
    assert "tied" not in str(refused.value)
    with pytest.raises(InvalidArgument, match="b must be within reach of doubles from x0"):
        implicit_bias(Flow(Lq(2), Product(3)), Quadratic([[1.0, 2.0]], [size]), [[1.0, 0.5], [0.5, 1.0], [0.75, 2.0]])


def test_a_region_is_blamed_where_it_is_the_cause():
    with pytest.raises(InvalidArgument, match="inside the region of the potential, where x keeps the sign of its start"):
        bregman_projection(ENTROPY, [1e150, 1e150], [[1.0, 1.0]], [-1e150])


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e300])
@pytest.mark.parametrize("q", ["3/2", "11/10"])
def test_predictions_below_q_two_leak_no_warning(q, size):
    end = implicit_bias(Flow(Lq(q), Product(1)), Quadratic([[size, 1.0]], [1.0]), [[1.0, 0.5]])
    assert abs(size * end.x[0] + end.x[1] - 1) < 1e-9 + 1e-15 * size


@pytest.mark.parametrize(("q", "depth"), [("3/2", 2), ("6/5", 3), ("1", 2)])
def test_a_sum_below_the_digits_of_y_at_a_saddle_is_refused_and_never_taken_for_zero(q, depth):
    """From tied layers of size 1 the end at b = 1e-100 lies between two doubles c, at both of which x tells nothing of it."""
    flow, start = Flow(Lq(q), Product(depth)), np.ones((depth, 2))
    with pytest.raises(NotEvaluable, match="the class sums are met to 1 of their terms in doubles; rescale"):
        implicit_bias(flow, Quadratic([[1.0, 2.0]], [1e-100]), start)
    end = implicit_bias(flow, Quadratic([[1.0, 2.0]], [1e-12]), start)
    assert abs(end.x @ [1.0, 2.0] - 1e-12) < 1e-20
    near = implicit_bias(flow, Quadratic([[1.0, 2.0]], [1e-100]), start * 1e-50 ** (2 / depth))
    np.testing.assert_allclose(near.x @ [1.0, 2.0], 1e-100, rtol=1e-10)
    beside = implicit_bias(flow, Quadratic([[1.0, 2.0, 0.0], [0.0, 0.0, 1.0]], [1e-100, 2.0]), np.ones((depth, 3)))
    assert beside.error > 1e-100  # x of the first class is 0 there, and off by less
