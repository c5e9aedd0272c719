"""Compiled batches: agreement with NumPy, known solutions within the error, failures left to NumPy, clean refusals."""

import importlib.util
import sys

import numpy as np
import pytest
import sympy
from test_flows_batch import coverage, data, logistic_growth, relaxation, starts

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product, notation
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Logistic, Quadratic, Quadratics, Scalar, simulate_batch

X, ALPHA = sympy.Symbol("x"), notation.alpha
PRODUCT = Flow(Lq(2), Product(2))
needs_heyoka = pytest.mark.skipif(importlib.util.find_spec("heyoka") is None, reason="heyoka is not installed (extra fast)")


def both(flow, problem, w, end, **values):
    ours, compiled = (simulate_batch(flow, problem, w, end, method=method, **values) for method in ("numpy", "heyoka"))
    return ours, compiled, np.abs(ours.w - compiled.w).max(axis=(2, 3)) <= ours.error + compiled.error


@needs_heyoka
@pytest.mark.parametrize("d", [4, 9])
@pytest.mark.parametrize("depth", [2, 3])
def test_data_of_their_own(depth, d):
    rng = np.random.default_rng(0)
    ours, compiled, within = both(Flow(Lq(2), Product(depth)), data(rng, 13, 3, d), starts(rng, 13, depth, d), 2.0)
    assert within.all()
    assert compiled.method.startswith("heyoka's Taylor series, ")
    assert compiled.error.max() < 1e-6
    assert np.array_equal(compiled.w[:, 0], ours.w[:, 0])


@needs_heyoka
def test_wrong_data_do_not_agree():
    rng = np.random.default_rng(0)
    problem, w = data(rng, 2, 3, 4), starts(rng, 2, 2, 4)
    shifted = simulate_batch(PRODUCT, Quadratics(problem.Z, problem.b * (1 + 1e-6)), w, 2.0, method="heyoka")
    ours = simulate_batch(PRODUCT, problem, w, 2.0)
    assert (np.abs(ours.w - shifted.w)[:, -1].max(axis=(1, 2)) > 10 * (ours.error + shifted.error)[:, -1]).all()


@needs_heyoka
@pytest.mark.parametrize("decay", [Decoupled, Coupled])
@pytest.mark.parametrize("problem", [Quadratic([[1.0, 0.5, 0.3]], [1.0]), Scalar(sympy.cosh(X / 3 - 1))], ids=["shared", "scalar"])
def test_one_loss_for_all_with_decays_of_their_own(problem, decay):
    w = starts(np.random.default_rng(3), 9, 2, 3)
    _, compiled, within = both(Flow(Lq(2), Product(2), decay(ALPHA)), problem, w, 1.0, alpha=np.linspace(0, 1, 9))
    assert within.all()
    assert "DOP853" not in compiled.method


@needs_heyoka
@pytest.mark.parametrize("family", [logistic_growth, relaxation], ids=lambda f: f.__name__)
@pytest.mark.parametrize("rtol", [1e-3, 1e-6, 1e-10])
def test_stated_errors_cover_the_true_ones(family, rtol):
    covered = [coverage(family, seed, rtol, end, method="heyoka") for seed, end in ((1, 0.3), (2, 3.0), (5, 20.0))]
    assert np.mean([inside for inside, _ in covered]) >= 0.99
    assert max(largest for _, largest in covered) < 1e3 * rtol


@needs_heyoka
def test_what_blows_up_is_left_to_numpy_with_its_reason():
    """Depth 3, balanced, constant slope -1: w' = w^2 reaches infinity at 1/w(0)."""
    w = np.array([0.3, 2.0, 0.5])[:, None, None] * np.ones((3, 3, 1))
    paths = simulate_batch(Flow(Lq(2), Product(3)), Scalar(-X), w, 1.0, method="heyoka")
    assert [bool(reason) for reason in paths.reasons] == [False, True, False]
    assert "blow-up" in paths.reasons[1]
    assert paths.ended[1] == pytest.approx(0.5, rel=1e-6)
    known = 1 / (1 / w[[0, 2], 0] - paths.t)
    assert (np.abs(paths.w[[0, 2]] - known[..., None, None]).max(axis=(2, 3)) <= paths.error[[0, 2]]).all()
    assert "DOP853" in paths.method


REFUSED = [
    (Flow(Lq("3/2"), Product(2)), Scalar(-X), "not smooth for q < 2"),
    (PRODUCT, Logistic([[1.0]], [1]), "a Logistic is not compiled"),
    (PRODUCT, Scalar(sympy.Piecewise((X**2 / 2, X < 1), (X - sympy.Rational(1, 2), True))), "Unable to convert the sympy object"),
    (PRODUCT, Quadratic(np.ones((1, 33)), [1.0]), "more than 32 coordinates are coupled"),
]


@needs_heyoka
@pytest.mark.parametrize(("flow", "problem", "reason"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_be_compiled_is_refused_or_followed_by_numpy(flow, problem, reason):
    w = np.full((2, 2, problem.dimension or 1), 0.5)
    with pytest.raises(InvalidArgument, match=reason) as error:
        simulate_batch(flow, problem, w, 0.1, method="heyoka")
    assert "\n" not in str(error.value)
    assert str(error.value).count("method must be") == 1
    paths = simulate_batch(flow, problem, w, 0.1, method="auto")
    assert paths.method.startswith("DOP853")
    assert np.array_equal(paths.w, simulate_batch(flow, problem, w, 0.1).w)


def test_without_heyoka_numpy_does_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "heyoka", None)
    w = np.full((2, 2, 1), 0.5)
    with pytest.raises(InvalidArgument, match=r"heyoka is not installed.*mirrortheory\[fast\]"):
        simulate_batch(PRODUCT, Scalar(-X), w, 0.1, method="heyoka")
    paths = simulate_batch(PRODUCT, Scalar(-X), w, 0.1, method="auto")
    assert paths.method.startswith("DOP853")
    assert np.array_equal(paths.w, simulate_batch(PRODUCT, Scalar(-X), w, 0.1).w)


def test_other_methods_are_refused():
    with pytest.raises(InvalidArgument, match="^method must be 'auto', 'numpy' or 'heyoka', got euler; write"):
        simulate_batch(PRODUCT, Scalar(-X), np.ones((1, 2, 1)), 1.0, method="euler")
