"""Sparse recovery: its measures on inputs made by hand, its runs against solvers and quadratures, its rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mirrortheory.bias.sparse_recovery import recovery
from mirrortheory.errors import InvalidArgument

TINY = [(recovery.REGRESSION, (12, 6, 1)), (recovery.CLASSIFICATION, (12, 8, 1))]
TRUTH = np.array([1.0, 0.0, -1.0, 0.0, 0.0])


@pytest.fixture
def few_steps(monkeypatch):
    monkeypatch.setattr(recovery, "STEPS", 200)
    monkeypatch.setattr(recovery, "RATES", (0.1, 100.0))
    monkeypatch.setattr(recovery, "DECAYS", (0.01, 1.0))


@pytest.mark.parametrize(
    ("x", "score"),
    [
        ([0.2, 0.1, -0.3, 0.0, 0.1], 1.0),
        ([2.0, 0.0, 0.0, 0.0, 0.0], 2 / 3),  # one of two found: precision 1, recall 1/2
        ([0.3, 0.2, 0.1, 0.0, 0.0], 4 / 5),  # both found, with one that is wrong
        ([0.1, 1.0, 0.1, 1.0, 1.0], 4 / 7),  # found only by taking all
        ([0.0, 1.0, 0.0, 1.0, 1.0], 0.0),
        ([1.0, 1.0, 1.0, 1.0, 1.0], 4 / 7),  # entries of one size are taken together
        ([0.0] * 5, 0.0),
    ],
)
def test_support_score(x, score):
    assert recovery.support_score(x, TRUTH) == pytest.approx(score)


@given(arrays(float, 5, elements=st.floats(-4, 4).map(lambda v: round(v, 2))))
def test_support_score_is_one_just_where_the_support_is_ahead(x):
    sizes, support = np.abs(x), TRUTH != 0
    ahead = sizes[support].min() > sizes[~support].max()
    assert (recovery.support_score(x, TRUTH) == 1) == ahead
    assert recovery.support_score(-2 * x, TRUTH) == recovery.support_score(x, TRUTH)


@given(st.permutations(range(5)))
def test_a_wrong_support_scores_lower_and_is_farther(order):
    """Moving the truth elsewhere is seen by every measure."""
    moved = TRUTH[list(order)]
    same = set(np.flatnonzero(moved)) == {0, 2}
    assert (recovery.support_score(moved, TRUTH) == 1) == same
    for measure in (recovery.distance, recovery.distance_of_ray):
        assert (measure(moved, TRUTH) == 0) == np.array_equal(moved, TRUTH)


def test_distances():
    assert recovery.distance(0 * TRUTH, TRUTH) == 1
    assert recovery.distance(-TRUTH, TRUTH) == 2
    assert recovery.distance_of_ray(7 * TRUTH, TRUTH) == pytest.approx(0, abs=1e-15)
    assert recovery.distance_of_ray(-TRUTH, TRUTH) == 1
    assert recovery.distance_of_ray([1, 0, 0, 0, 0], TRUTH) == pytest.approx(np.sin(np.pi / 4))


def test_problems_are_those_of_the_docstring_and_seeds_differ():
    loss, truth = recovery.problem(recovery.REGRESSION, 40, 400, 3, 0)
    assert np.count_nonzero(truth) == 3
    assert loss.value(truth) == 0
    np.testing.assert_allclose(np.square(loss.Z).sum(axis=0), 1, atol=0.4)
    labelled, truth = recovery.problem(recovery.CLASSIFICATION, 40, 30, 3, 0)
    assert (labelled.margins(truth) > 0).all()
    assert not np.array_equal(loss.Z, recovery.problem(recovery.REGRESSION, 40, 400, 3, 1)[0].Z)
    assert set(recovery.TUNING).isdisjoint(range(10_000))


def test_every_method_gives_rows_with_all_columns(few_steps):
    for cell in recovery.cells(TINY, [2], "1/100"):
        rows = recovery.measured(cell, 2)
        assert [row["seed"] for row in rows] == ["0", "1"]
        for row in rows:
            assert tuple(row) == recovery.COLUMNS
            assert tuple(row[name] for name in recovery.KEY) == recovery.key_of(cell)
            assert 0 < float(row["f1"]) <= 1
            assert float(row["exact"]) == (float(row["f1"]) == 1)
            assert (float(row["loss"]) <= recovery.PART * (1 + 1e-9)) == (row["reached"] == "1")
            assert float(row["escape"]) <= float(row["time"]) or row["reached"] == "0"
            assert 0 <= float(row["error"]) < 0.05
            assert (float(row["eta"]) == 0) == (cell.method in recovery.FLOWS)


def test_runs_are_the_same_each_time(few_steps):
    for cell in recovery.cells(TINY, [3], "1/100", ["flow-3/2", "flow-1", "adamw"]):
        assert recovery.measured(cell, 2) == recovery.measured(cell, 2)


def test_flows_reach_the_end_and_gradient_flow_finds_what_sign_flow_does_not():
    rows = {
        method: recovery.measured(cell, 6)
        for method in ("flow-2", "flow-1")
        for cell in recovery.cells([(recovery.REGRESSION, (30, 15, 2))], [3], "1/10000", [method])
    }
    assert all(row["reached"] == "1" for found in rows.values() for row in found)
    gradient, sign = (np.array([[float(row[name]) for name in ("f1", "distance", "escape")] for row in rows[m]]) for m in rows)
    assert (gradient[:, 0] == 1).all()
    assert (sign[:, 0] < 1).sum() >= 4
    assert (gradient[:, 1] < sign[:, 1]).all()
    assert (gradient[:, 2] > 20 * sign[:, 2]).all()


def test_a_tuned_rate_is_of_the_grid_and_reaches_the_end_where_one_does(few_steps):
    small, tuned = recovery.cells(TINY[:1], [2], "1/100", ["gradient-descent"])
    eta, decay = recovery.tuned(tuned)
    assert (eta, decay) == (0.1, 0.0)
    ends, _ = recovery.run(small, recovery.TUNING, recovery.SMALL)
    assert not ends.reached.any()
    ends, _ = recovery.run(tuned, recovery.TUNING, 100.0)
    assert not ends.reached.any()  # it diverges


def test_decay_is_tuned_for_adamw_alone(few_steps):
    cells = {cell.method: cell for cell in recovery.cells(TINY[:1], [2], "1/100") if cell.rate == "tuned"}
    assert recovery.tuned(cells["adamw"])[1] in recovery.DECAYS
    assert recovery.tuned(cells["adam"])[1] == 0


@pytest.mark.parametrize(
    ("sizes", "depth", "start", "methods", "message"),
    [
        ((1, 6, 1), 3, "1/10", ["adam"], "coordinates must be an integer from 2 to 10000, got 1"),
        ((8, 0, 1), 3, "1/10", ["adam"], "data must be an integer from 1 to 10000, got 0"),
        ((8, 6, 8), 3, "1/10", ["adam"], "nonzeros must be an integer from 1 to 7, got 8"),
        ((8, 6, 1), 1, "1/10", ["adam"], "depth must be an integer from 2 to 8, got 1"),
        ((8, 6, 1), 3, "2", ["adam"], r"start must be a number in \(0, 1\), got 2"),
        ((8, 6, 1), 3, "1/10", ["sgd"], "methods must be in flow-2, .*, got sgd"),
    ],
)
def test_bad_input_gives_one_line(sizes, depth, start, methods, message):
    with pytest.raises(InvalidArgument, match=message):
        recovery.cells([(recovery.REGRESSION, sizes)], [depth], start, methods)
