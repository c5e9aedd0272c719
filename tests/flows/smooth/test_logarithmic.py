"""Flows in logarithms, against solvers in the weights, and against the time of an escape."""

from fractions import Fraction

import numpy as np
import pytest
from thinning import thinned

from mirrortheory import Flow, Lq, Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Quadratic, simulate
from mirrortheory.flows.smooth.logarithmic import logarithmic_flow
from mirrortheory.saddles import escape_time

LOSS = Quadratic([[2.0, 1.0, 0.0], [1.0, 0.0, -1.0]], [2.0, -1.0])


@thinned(("depth", "t_end"), [(2, 30.0), (2, 60.0), (3, 40.0), (4, 25.0)], every=4)
def test_it_is_the_flow_of_the_weights(depth, t_end):
    scale, q = 1e-10, Fraction(depth, depth - 1)
    start = [[0.0] * 3, *[[scale] * 3] * (depth - 1)]
    path = simulate(Flow(Lq(q), Product(depth)), LOSS, start, t_end)
    assert np.abs(path.x[-1]).max() > 0.1
    np.testing.assert_allclose(logarithmic_flow(LOSS, depth, np.log(scale), t_end).x(t_end), path.x[-1], atol=2e-5)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_a_constant_slope_is_escaped_at_its_time(depth):
    """From (0, a, .., a), with a loss so flat that its slope is -1 all the way."""
    q, far = Fraction(depth, depth - 1), 2.0**20
    imbalance = (0, *[Fraction(1, 10**40)] * (depth - 1))  # of a^q
    time = escape_time(depth, exponent=q, start=0, end=1, slope=1, imbalance=imbalance, digits=12)
    flow = logarithmic_flow(Quadratic([[1 / far]], [far]), depth, -40 * np.log(10) / float(q), 2 * float(time.mid()))
    assert flow.x(float(time.mid()))[0] == pytest.approx(1, rel=1e-5)


def test_the_scale_may_be_below_the_range_of_doubles():
    unit = 1000 * np.log(10)
    flow = logarithmic_flow(Quadratic([[1.0]], [2.0]), 2, -unit, unit)
    assert flow.x(unit / 4)[0] == 0
    assert flow.dual(unit / 4)[0] == pytest.approx(unit / 2)
    assert flow.x(unit)[0] == pytest.approx(2)
    assert flow.x(np.array([0.0, unit])).shape == (1, 2)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((1, -100.0, 1.0), "depth must be 2 or more, got 1; one layer has no saddle"),
        ((2, -1.0, 1.0), "log_start must be a logarithm of at most log 1e-10, got -1.0"),
        ((2, float("nan"), 1.0), "log_start must be a logarithm of at most log 1e-10, got nan"),
        ((2, -100.0, 0.0), "t_end must be a time > 0, got 0.0"),
    ],
)
def test_bad_input_gives_one_line(given, message):
    with pytest.raises(InvalidArgument, match=message):
        logarithmic_flow(LOSS, *given)
