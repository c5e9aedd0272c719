"""Where a flow at q = 2 is linear to the tolerance it is followed as such to whatever end; saddles and drifts are no rests."""

from functools import partial

import numpy as np
import pytest
import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.errors import NotSmooth
from mirrortheory.flows import Logistic, Quadratic, Scalar
from mirrortheory.flows import simulate as simulate_by_any
from mirrortheory.flows.smooth.approach import approach
from mirrortheory.reparams import PowerDifference

simulate = partial(simulate_by_any, method="dop853")
X = sympy.Symbol("x")

RESTS = [  # flow, loss, start: none takes more than some hundred steps to where it is linear
    (Flow(Lq(2), Product(1)), Quadratic([[1.0]], [1.0]), [[0.3]]),
    (Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0]), [[0.3], [0.5]]),
    (Flow(Lq(2), Product(3), Decoupled("1/100")), Quadratic([[1.0]], [1.0]), [[0.3], [0.5], [0.9]]),
    (Flow(Lq(2), Product(2), Coupled("1/10")), Logistic([[1.0, 0.3], [0.5, -1.0]], [1, -1]), [[0.3, 0.2], [0.5, 0.1]]),
    (Flow(Lq(2), PowerDifference(2)), Quadratic([[1.0, 2.0, 0.5]], [1.0]), [[0.3, 0.4, 0.5], [0.2, 0.3, 0.6]]),
]


@pytest.mark.parametrize(("flow", "problem", "start"), [RESTS[k] for k in (0, 2, 3)])
def test_a_rest_at_q_two_is_reached_whatever_the_end(flow, problem, start):
    """It took 20000 steps, and ended as stiff: stability keeps the steps short where nothing moves."""
    path, long = simulate(flow, problem, start, 2e3), simulate(flow, problem, start, 1e9)
    assert long.converged
    assert any("linear" in note for note in long.notes)
    assert np.abs(path.w[-1] - long.w[-1]).max() <= path.error[-1] + long.error[-1] < 1e-6
    assert np.abs(long.loss[-1] - long.loss[-2]) <= 1e-14


@pytest.mark.parametrize(("flow", "problem", "start", "end"), [(*RESTS[1], 1e5), (*RESTS[4], 1e4)])
def test_a_manifold_of_minima_is_reached_within_what_rounding_hides(flow, problem, start, end):
    """Doubles do not tell a minimum from a slow drift: it is not said to be a rest, and its error grows with the end."""
    path, long = simulate(flow, problem, start, 2e3), simulate(flow, problem, start, end)
    assert not long.converged
    assert any("linear" in note for note in long.notes)
    assert np.abs(path.w[-1] - long.w[-1]).max() <= path.error[-1] + long.error[-1] < 1e-6
    assert long.error[-1] > 1e-10


def logistic_drift(t):
    """x' = exp(-x)/(1 + exp(-x)) from 33: x + exp(x) = x0 + exp(x0) + t."""
    x = 33.0
    for _ in range(60):
        x -= (x + np.exp(x) - 33.0 - np.exp(33.0) - t) / (1 + np.exp(x))
    return x


@pytest.mark.parametrize(
    ("flow", "problem", "start", "end", "moved"),
    [
        (Product(1), Quadratic([[100.0, 0], [0, 1e-5]], [100.0, 1e-5]), [[0.5, 0.0]], 1e3, lambda t: -np.expm1(-1e-10 * t)),
        (Product(1), Quadratic([[100.0, 0], [0, 1e-5]], [100.0, 1e-5]), [[0.5, 0.0]], 1e6, lambda t: -np.expm1(-1e-10 * t)),
        (Product(1), Quadratic([[1.0, 0], [0, 1e-7]], [1.0, 1e-7]), [[0.5, 0.0]], 1e12, lambda t: -np.expm1(-1e-14 * t)),
        (Product(1), Logistic([[1.0, 0], [1, 0], [0, 1]], [1, -1, 1]), [[0.5, 33.0]], 1e9, logistic_drift),
        (Product(4), Quadratic(np.eye(2), [1.0, 1.0]), [[0.9, 1e-7]] * 4, 1e14, lambda t: 1.0),
    ],
)
def test_slow_modes_and_far_saddles_are_covered_or_refused(flow, problem, start, end, moved):
    """Their velocities are below what rounding leaves of them: they were held still, and the stated error was that of the rest."""
    try:
        path = simulate(Flow(Lq(2), flow), problem, start, end)
    except NotSmooth as refused:
        assert "stiff, or its end too far" in str(refused)
        return
    assert not path.converged
    assert abs(path.x[-1, 1] - moved(end)) <= path.error[-1]


@pytest.mark.parametrize(("flow", "problem", "start"), RESTS[:3])
def test_what_is_linear_follows_the_flow_within_its_error(flow, problem, start):
    path, other = (
        simulate_by_any(flow, problem, start, 40.0, **s) for s in ({"method": "dop853"}, {"method": "dual", "rtol": 1e-11})
    )
    assert (np.abs(path.w - other.w).max(axis=(1, 2)) <= path.error + other.error).all()
    assert (np.abs(path.at(path.t + 1e-9 * (40 - path.t)) - path.w) < 1e-6).all()


def test_a_saddle_that_is_near_is_no_rest():
    """Layers that differ by 1e-3 come to 0.03 of the saddle and leave it."""
    path = simulate(Flow(Lq(2), Product(2)), Quadratic([[1.0]], [-1.0]), [[1.0], [1.001]], 60.0)
    assert path.x[-1, 0] == pytest.approx(-1, abs=1e-8)
    stuck = simulate(Flow(Lq(2), Product(2)), Quadratic([[1.0]], [-1.0]), [[1.0], [1.0]], 60.0)
    assert abs(stuck.x[-1, 0]) < 1e-6


def test_the_linear_flow_is_the_flow_of_a_linear_field():
    """Depth one: w = b/z + (w0 - b/z) exp(-z^2 t), from the start on."""
    found = approach(Flow(Lq(2), Product(1)), Quadratic([[2.0]], [2.0]), 0.5, np.array([[0.99]]), 9.0)
    times = np.array([0.5, 1.0, 9.0])
    np.testing.assert_allclose(found.at(times)[:, 0], 1 - 0.01 * np.exp(-4 * (times - 0.5)), rtol=1e-15)
    assert found.error < 1e-15
    assert found.left < 1e-15


@pytest.mark.parametrize(
    ("problem", "w"),
    [
        (Quadratic([[1.0]], [-1.0]), [[0.01], [0.01]]),  # the saddle at 0, from a side that leads into it
        (Scalar(-(X**3) / 3), [[-1e-3]]),  # x' = x^2: comes to 0 like 1/t
        (Quadratic([[1.0]], [1.0]), [[0.5], [0.5]]),  # too far from its rest
        (Scalar(X), [[1.0]]),  # none
    ],
)
def test_what_is_no_rest_or_far_is_not_taken_for_one(problem, w):
    w = np.array(w)
    found = approach(Flow(Lq(2), Product(len(w))), problem, 0.0, w, 1e6)
    assert found is None or found.error > 1e-6


def test_a_row_does_not_depend_on_the_other_times():
    rng = np.random.default_rng(0)
    path = simulate(
        Flow(Lq(2), Product(2)), Quadratic(rng.normal(size=(3, 4)), rng.normal(size=3)), rng.uniform(0.2, 1, (2, 4)), 1e3
    )
    times = rng.uniform(0, 1e3, 50)
    np.testing.assert_array_equal(path.at(times), [path.at(t) for t in times])
