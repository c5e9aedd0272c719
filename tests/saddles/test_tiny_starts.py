"""Flows from tiny starts follow the path of the limit: exactly in the slope of their times, and on each plateau."""

from itertools import pairwise

import numpy as np
import pytest

from mirrortheory.errors import InvalidArgument, MirrorTheoryError
from mirrortheory.flows import Quadratic
from mirrortheory.saddles import saddle_to_saddle
from mirrortheory.saddles.tiny_starts import dated_flow

SIGN_CHANGE = Quadratic([[2, 1], [1, 0]], [2, -1])
STARTS = "1e-100", "1e-200"


def as_double(value):
    return float(value.mid()) if hasattr(value, "mid") else float(value)


def slopes(problem, path, starts=STARTS):
    """How the times of the jumps grow with log(1/a), and the distances from the plateaus."""
    before, last = (dated_flow(problem, path, start=start) for start in starts)
    more = last.log_scale - before.log_scale
    return [(t - s) / more for s, t in zip(before.times, last.times, strict=True)], last.distances


def problem_of(seed):
    random = np.random.default_rng(seed)
    n, d = random.integers(2, 5), random.integers(2, 7)
    return Quadratic(random.integers(-3, 4, (n, d)), random.integers(-4, 5, n))


def apart(path):
    """Whether plateaus are long, and no |s_j| comes close to 1 without getting there: there a power of a is small."""
    times = [0.0, *map(as_double, path.times)]
    near = [abs(as_double(s)) for plateau in path.plateaus for s, sign in zip(plateau.dual, plateau.signs, strict=True) if not sign]
    return min(after - before for before, after in pairwise(times)) > 0.05 * times[-1] and max(near, default=0) < 0.95


def random_problems(exponent, seeds):
    for seed in seeds:
        problem = problem_of(seed)
        try:
            path = saddle_to_saddle(problem, exponent=exponent, digits=15)
        except MirrorTheoryError:
            continue
        if path.times and apart(path):
            yield problem, path


def agrees(problem, path):
    found, distances = slopes(problem, path)
    assert found == pytest.approx([as_double(time) for time in path.times], rel=1e-6)
    assert max(distances[:-1]) < 1e-4
    assert distances[-1] < 1e-2  # the last one may be reached slowly


@pytest.mark.parametrize("exponent", [2, "3/2", "4/3"])
def test_a_coordinate_changes_its_sign_as_predicted(exponent):
    path = saddle_to_saddle(SIGN_CHANGE, exponent=exponent)
    found, distances = slopes(SIGN_CHANGE, path)
    assert found == pytest.approx([as_double(time) for time in path.times], rel=1e-7)
    assert max(distances) < 1e-9


@pytest.mark.parametrize("exponent", [2, "3/2"])
def test_random_flows_follow_the_path(exponent):
    chosen = list(random_problems(exponent, range(8)))
    assert len(chosen) >= 3
    for problem, path in chosen[:3]:
        agrees(problem, path)


@pytest.mark.slow
@pytest.mark.parametrize("exponent", [2, "3/2", "4/3", "8/7"])
def test_many_random_flows_follow_the_path(exponent):
    chosen = list(random_problems(exponent, range(100, 200)))
    assert len(chosen) >= 30
    for problem, path in chosen[:40]:
        agrees(problem, path)


def test_the_path_of_another_exponent_is_not_followed():
    path, other = (saddle_to_saddle(SIGN_CHANGE, exponent=exponent) for exponent in (2, "3/2"))
    found, _ = slopes(SIGN_CHANGE, path)
    for seen, time in zip(found, other.times, strict=True):
        assert abs(seen / as_double(time) - 1) > 0.01


def test_times_over_the_logarithm_are_off_by_its_inverse():
    path = saddle_to_saddle(SIGN_CHANGE)
    flows = [dated_flow(SIGN_CHANGE, path, start=start) for start in ("1e-50", *STARTS)]
    for time, *seen in zip(path.times, *(flow.times for flow in flows), strict=True):
        late = [t - float(time) * flow.log_scale for t, flow in zip(seen, flows, strict=True)]
        assert late == pytest.approx([late[0]] * 3, abs=1e-5)
        assert late[0] > 0.01


def test_a_jump_that_is_not_seen_has_no_time():
    path = saddle_to_saddle(Quadratic([[1.0]], [3.0]))
    found = dated_flow(Quadratic([[1.0]], [-3.0]), path)  # x goes the other way
    assert np.isnan(found.times[0])
    assert found.distances[1] == pytest.approx(6)


@pytest.mark.parametrize("start", [0, "1e-9", "-1e-20"])
def test_a_scale_that_is_not_tiny_is_refused(start):
    with pytest.raises(InvalidArgument, match=r"start must be a scale between 0 and 1e-10, got .*; write for example 1e-200"):
        dated_flow(SIGN_CHANGE, saddle_to_saddle(SIGN_CHANGE), start=start)
