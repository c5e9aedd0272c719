"""Regressions followed by Euler's steps, against the solvers with an error, and what they promise."""

import numpy as np
import pytest
from thinning import thinned

from mirrortheory.errors import InvalidArgument
from mirrortheory.features.follow import PART, learn, sparse_regression
from mirrortheory.flows import Quadratic, simulate


@thinned(
    ("q", "depth", "start", "pace", "t_end"),
    [("1", 2, 1e-2, 1 / 400, 3.0), ("1", 3, 1e-4, 1 / 400, 3.0), ("3/2", 2, 1e-1, 1 / 400, 8.0), ("2", 3, 1e-2, 1 / 20, 300.0)],
    every=4,
)
def test_the_ends_lie_on_the_path_of_a_solver(q, depth, start, pace, t_end):
    """The last point, and one in the middle, are within 1/200 of a point of the solver's path."""
    problems = [sparse_regression(6, 3, 1, seed)[0] for seed in range(2)]
    for learned in learn(q, depth, problems, start, pace=pace):
        path = simulate(learned.flow, learned.problem, learned.w[0], t_end, rtol=None if q == "1" else 1e-6)
        for k in (len(learned.x) // 2, -1):
            low, high = 0.0, t_end
            for _ in range(3):
                times = np.linspace(low, high, 5001)
                away = np.linalg.norm(path.at(times).prod(axis=1) - learned.x[k], axis=1)
                low, high = times[max(away.argmin() - 1, 0)], times[min(away.argmin() + 1, 5000)]
            assert away.min() < 0.005 * np.linalg.norm(learned.x[-1])


def test_a_path_falls_from_its_start_to_the_part_of_the_loss_and_keeps_its_balances():
    problems = [sparse_regression(12, 6, 2, seed) for seed in range(3)]
    for learned, (loss, truth) in zip(learn("4/3", 3, [p for p, _ in problems], 1e-3, pace=1 / 100), problems, strict=True):
        losses = np.array([loss.value(x) for x in learned.x])
        assert learned.fitted
        assert 0.5 * PART * losses[0] < losses[-1] <= PART * losses[0]
        assert (np.diff(losses) < 0).all()
        assert np.abs(learned.x[0]).max() == 0
        charges = np.abs(learned.w) ** (4 / 3)
        np.testing.assert_allclose(charges[:, 1] - charges[:, 0], 1e-3 ** (4 / 9), rtol=1e-6)
        np.testing.assert_allclose(learned.w[:, 1], learned.w[:, 2])
        assert np.count_nonzero(truth) == 2


def test_one_flow_does_not_depend_on_the_others():
    losses = [sparse_regression(8, 4, 1, seed)[0] for seed in range(3)]
    together = learn("6/5", 2, losses, 1e-2, pace=1 / 50)
    for loss, found in zip(losses, together, strict=True):
        (alone,) = learn("6/5", 2, [loss], 1e-2, pace=1 / 50)
        np.testing.assert_allclose(alone.w, found.w, rtol=1e-9, atol=1e-12)


def test_one_that_runs_out_of_steps_says_so():
    (learned,) = learn("2", 4, [sparse_regression(8, 4, 1, 0)[0]], 1e-6, pace=1 / 20, most=50)
    assert not learned.fitted
    assert learned.steps == 50


def test_a_start_that_is_no_size_is_refused():
    with pytest.raises(InvalidArgument, match="start must be a size > 0, got -0.1"):
        learn(2, 2, [Quadratic([[1.0]], [1.0])], -0.1, pace=0.05)
