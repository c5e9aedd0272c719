"""Flows from tiny starts follow the path of the limit: exactly in the slope of their times, and on each plateau."""

import numpy as np
import pytest
from jumps_from_tiny_starts import EXPONENTS, STARTS, as_double, random_problems, slopes

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Quadratic
from mirrortheory.saddles import saddle_to_saddle
from mirrortheory.saddles.tiny_starts import dated_flow

SIGN_CHANGE = Quadratic([[2, 1], [1, 0]], [2, -1])


def followed(problem, path):
    """The slopes of the times, and the distances from the plateaus."""
    before, last = (dated_flow(problem, path, start=start) for start in ("1e-100", "1e-200"))
    return slopes(before, last), last.distances


def agrees(problem, path):
    found, distances = followed(problem, path)
    assert found == pytest.approx([as_double(time) for time in path.times], rel=1e-6)
    assert max(distances[:-1]) < 1e-4
    assert distances[-1] < 1e-2  # the last one may be reached slowly


@pytest.mark.parametrize("exponent", [2, "3/2", "4/3"])
def test_a_coordinate_changes_its_sign_as_predicted(exponent):
    path = saddle_to_saddle(SIGN_CHANGE, exponent=exponent)
    found, distances = followed(SIGN_CHANGE, path)
    assert found == pytest.approx([as_double(time) for time in path.times], rel=1e-7)
    assert max(distances) < 1e-9


@pytest.mark.parametrize("exponent", [2, "3/2"])
def test_random_flows_follow_the_path(exponent):
    chosen = list(random_problems(exponent, range(8)))
    assert len(chosen) >= 3
    for problem, path in chosen[:3]:
        agrees(problem, path)


@pytest.mark.slow
@pytest.mark.parametrize("exponent", [*EXPONENTS, "8/7"])
def test_many_random_flows_follow_the_path(exponent):
    chosen = list(random_problems(exponent, range(100, 130)))  # tests/jumps_from_tiny_starts.py has more
    assert len(chosen) >= 5
    for problem, path in chosen[:10]:
        agrees(problem, path)


def test_the_path_of_another_exponent_is_not_followed():
    path, other = (saddle_to_saddle(SIGN_CHANGE, exponent=exponent) for exponent in (2, "3/2"))
    found, _ = followed(SIGN_CHANGE, path)
    for seen, time in zip(found, other.times, strict=True):
        assert abs(seen / as_double(time) - 1) > 0.01


def test_times_over_the_logarithm_are_off_by_its_inverse():
    path = saddle_to_saddle(SIGN_CHANGE)
    flows = [dated_flow(SIGN_CHANGE, path, start=start) for start in STARTS]
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
