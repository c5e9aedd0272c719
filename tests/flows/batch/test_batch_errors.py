"""Stated errors of batches cover the true ones, and an estimate that is too small is found out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_batches import coverage, logistic_growth, powers, quadratics, relaxation

from mirrortheory import Flow, Lq, Product
from mirrortheory.flows import simulate
from mirrortheory.flows.batch import simulate_batch as batch

PRODUCT = Flow(Lq(2), Product(2))

# Independence of chunks and neighbours --------------------------------------------------------------------------------


def test_errors_do_not_fall():
    flow, problem, w, _, _, _ = relaxation(np.random.default_rng(1), 20)
    paths = simulate(flow, problem, w[:, None, None], 9.0, rtol=1e-4)
    assert (np.diff(paths.error, axis=1) >= 0).all()


# Honest errors --------------------------------------------------------------------------------------------------------


KNOWN = [logistic_growth, powers, relaxation]


@pytest.mark.parametrize("family", KNOWN, ids=lambda f: f.__name__)
@pytest.mark.parametrize("rtol", [1e-3, 1e-6, 1e-10])
def test_stated_errors_cover_the_true_ones(family, rtol):
    covered = [coverage(family, seed, rtol, end) for seed, end in ((1, 0.3), (2, 3.0))]
    assert np.mean([inside for inside, _ in covered]) >= 0.99
    assert max(largest for _, largest in covered) < 1e3 * rtol


@pytest.mark.parametrize("family", [logistic_growth, relaxation], ids=lambda f: f.__name__)
@pytest.mark.parametrize("rtol", [1e-3, 1e-4, 1e-6])
def test_stated_errors_cover_the_true_ones_at_rest(family, rtol):
    """Late, both runs are at rest while the last exponential has not gone: they agree, and are wrong by the same."""
    assert np.mean([coverage(family, 5, rtol, end)[0] for end in (9.0, 20.0)]) >= 0.99


def test_the_difference_alone_would_be_too_small_at_rest(monkeypatch):
    monkeypatch.setattr(batch, "_FLOOR", 0.0)
    assert coverage(logistic_growth, 5, 1e-3, 20.0)[0].mean() < 0.95


def test_an_estimate_of_zero_would_be_found_out(monkeypatch):
    monkeypatch.setattr(batch, "_ROUNDING", 0.0)
    monkeypatch.setattr(batch, "_FLOOR", 0.0)
    monkeypatch.setattr(batch, "_TIGHTER", 1.0)  # twice the same run
    monkeypatch.setattr(batch, "_BETWEEN", 1)
    monkeypatch.setattr(batch, "_STEPS", 1)
    assert coverage(relaxation, 2, 1e-6, 3.0)[0].mean() < 0.5


def test_the_two_runs_of_an_easy_flow_differ(monkeypatch):
    """Both could do with one step to each time; then the difference would hide what they have in common."""
    assert coverage(logistic_growth, 3, 1e-3, 0.2)[0].mean() >= 0.99
    monkeypatch.setattr(batch, "_BETWEEN", 1)
    monkeypatch.setattr(batch, "_STEPS", 1)
    monkeypatch.setattr(batch, "_ROUNDING", 0.0)
    monkeypatch.setattr(batch, "_FLOOR", 0.0)
    assert coverage(logistic_growth, 3, 1e-3, 0.2)[0].mean() < 0.9


@settings(deadline=None, max_examples=10)
@given(st.floats(0.2, 3.0), st.floats(0.05, 2.0), st.floats(0.2, 1.5))
def test_balance_is_conserved_within_the_error(strength, small, end):
    w = np.array([[[small], [1.0]], [[1.0], [small / 2]]])
    problem = quadratics(np.full((2, 1, 1), strength), np.full((2, 1), 2.0))
    paths = simulate(PRODUCT, problem, w, end)
    balance = paths.w[:, :, 0, 0] ** 2 - paths.w[:, :, 1, 0] ** 2
    allowed = 4 * paths.error * np.abs(paths.w).max()
    assert (np.abs(balance - balance[:, :1]) <= allowed).all()
