"""What a tester from outside broke: ends that doubles cannot tell, ties, sizes beyond the doubles, and arguments of other kinds."""

import numpy as np
import pytest

from mirrortheory import (
    Exponential,
    Flow,
    InvalidArgument,
    Lq,
    MirrorTheoryError,
    Product,
    Quadratic,
    decay_limit,
    implicit_bias,
    max_margin,
)
from mirrortheory.bias import bregman_projection
from mirrortheory.bias.classification import directions, horizon
from mirrortheory.decays import Coupled
from mirrortheory.errors import NotSmooth
from mirrortheory.saddles import saddle_to_saddle


def flow(q, depth, *more):
    return Flow(Lq(q), Product(depth), *more)


@pytest.mark.parametrize("scale", [1.0, 1e6, 1e7, 1e12, 1e16])
def test_the_end_of_sign_flow_with_rows_of_any_sizes(scale):
    """By hand: all move at speed 1 to (1, 1, 1), then x_1 slides back while the others go on to 3/2."""
    found = implicit_bias(flow(1, 1), Quadratic([[scale, 0, scale], [0, 1, 1]], [2 * scale, 3]), [[0.0] * 3])
    np.testing.assert_allclose(found.x, [0.5, 1.5, 1.5], atol=max(found.error, 1e-15), rtol=0)


def test_the_end_of_sign_flow_with_nearly_parallel_rows():
    """The second row is the first plus 2^-22 (0, 2, -1); doubles took the end for (-3/4, -3/8, 5/8), with an error of 4e-9."""
    problem = Quadratic([[0.5, 1, 0], [0.5 + 2**-23, 1 + 2**-21, -(2**-22)]], [-0.75, -0.7500004172325134])
    found = implicit_bias(flow(1, 1), problem, [[0.25, 0.125, -0.375]])
    assert found.certificate.startswith("proved")
    np.testing.assert_allclose(found.x, [-0.30555557, -0.59722221, 0.40277779], atol=2e-8)


@pytest.mark.parametrize(
    ("q", "Z", "b", "layers", "x"),
    [
        ("3/2", [[1]], [100], [[0], [0.5], [1]], [100]),
        ("3/2", [[1, 1], [1, 1 + 2**-40]], [1, 1 + 512 * 2**-40], [[0, 0], [0.5, 0.5], [1, 1]], [-511, 512]),
        ("3/2", [[1, 2]], [3], [[0, 0], [1e-3, 1e-3], [1e-3, 1e-3]], [0.00199413, 1.49900293]),
    ],
)
def test_first_steps_that_leave_the_doubles_are_taken_back(q, Z, b, layers, x):
    found = implicit_bias(flow(q, len(layers)), Quadratic(Z, b), layers)
    np.testing.assert_allclose(found.x, x, rtol=2e-6)
    assert found.error < 1e-9


@pytest.mark.parametrize(("q", "depth"), [(2, 2), ("3/2", 3), ("3/2", 2)])
def test_no_direction_is_told_through_a_saddle(q, depth):
    with pytest.raises(NotSmooth, match="two smallest layers"):
        directions(flow(q, depth), Exponential([[2, 1]], [1]), [[-1, -1], *[[1, 1]] * (depth - 1)])


def test_jumps_of_data_of_any_size():
    scale = 1e200
    path = saddle_to_saddle(Quadratic([[2 * scale, scale], [scale, 0]], [2, -1]))
    assert [float(v) * scale for v in path.plateaus[-1].x] == pytest.approx([-1, 4])


@pytest.mark.parametrize(
    "call",
    [
        lambda: max_margin(([[1e-200, 5e-201], [5e-201, 7.5e-201]], [1, 1]), exponent=2),
        lambda: max_margin(([[1e308, 1], [5e307, 3]], [1, 1]), exponent=1),
        lambda: implicit_bias(flow(2, 2), Quadratic([[1, 2]], [1]), [[0, 1], [1]]),
        lambda: implicit_bias(flow(2, 2), Quadratic([[1, 2]], [1]), [[0, 0], [10**400, 1]]),
        lambda: implicit_bias(flow("3/2", 1), Quadratic([[1, 2, 0], [1, 0, 1]], [1, 1]), [[0, 0, 0]], class_sums=3),
        lambda: decay_limit(flow(2, 2, Coupled("1/2")), Quadratic([[1, 2]], [3]), initial=[[10**400, 1], [1, 1]]),
        lambda: decay_limit(flow(2, 3, Coupled("1/2")), Quadratic([[1, 2]], [3]), initial=[[1, 1.5], [1, 1], [1, 1]], t_end=np.nan),
        lambda: bregman_projection([], [0.0], [[1, 2], [1]], [1]),
        lambda: bregman_projection([], ["a", 0], [[1, 2]], [1]),
        lambda: directions(flow(2, 2), Exponential([[2, 1]], [1]), [["a", 1], [1, 1]]),
        lambda: directions(flow(2, 2), Exponential([[2, 1]], [1]), [[1, 1], [1, 1]], to="a"),
        lambda: directions(flow(2, 2), Exponential([[2, 1]], [1]), [[1, 1], [1, 1]], points=2.5),
        lambda: horizon(None),
        lambda: implicit_bias(flow(2, 1), Quadratic([[1, np.nan]], [1]), [[0, 0]]),
    ],
)
def test_bad_input_is_one_line(call):
    with pytest.raises(MirrorTheoryError) as refused:
        call()
    assert isinstance(refused.value, InvalidArgument)
    assert "\n" not in str(refused.value)
    assert "np.float64" not in str(refused.value)
