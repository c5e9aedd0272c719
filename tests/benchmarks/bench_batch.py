"""A batch against a loop of SciPy's DOP853, in one run; and a separable loss with a million coordinates.

Run with ``OPENBLAS_NUM_THREADS=1 python -m pytest -s tests/benchmarks/bench_batch.py``; the ratio goes into the README.

The loop solves each problem at the tolerance of the tighter of the two runs that the batch makes, and then, for the same
estimate of its error, at that of the looser one as well. The errors are measured against a reference, and those of the batch
must not be larger.
"""

import resource
import time

import numpy as np
import pytest
import sympy
from scipy.integrate import solve_ivp

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.flows import Quadratics, Scalar, simulate_batch

BATCH, LOOPED, D, END = 1000, 20, 4, 3.0


def timed(function, *arguments, **settings):
    start = time.perf_counter()
    value = function(*arguments, **settings)
    return value, time.perf_counter() - start


def single(flow, Z, b, w, rtol):
    """One problem as one would write it by hand: the compiled velocity, the gradient by two products."""
    velocity = sympy.lambdify((*flow.weights, flow.slope), flow.velocity, "numpy")
    H, c = Z.T @ Z, Z.T @ b

    def field(_, flat):
        layers = flat.reshape(w.shape)
        return np.concatenate(velocity(*layers, H @ layers.prod(axis=0) - c))

    def solve():
        return solve_ivp(field, (0.0, END), w.ravel(), method="DOP853", rtol=rtol, atol=rtol * np.abs(w).max()).y[:, -1]

    return solve


@pytest.mark.parametrize("rtol", [1e-6, 1e-9])
def test_against_a_loop_of_single_runs(rtol):
    rng = np.random.default_rng(0)
    Z, b = rng.normal(size=(BATCH, 3, D)) / np.sqrt(3), rng.normal(size=(BATCH, 3))
    w = rng.uniform(0.2, 1.2, size=(BATCH, 2, D))
    flow, problem = Flow(Lq(2), Product(2)), Quadratics(Z, b)
    fine, coarse, exact = ([single(flow, Z[k], b[k], w[k], tol) for k in range(LOOPED)] for tol in (rtol / 100, rtol, 1e-13))
    truth = np.array([solve() for solve in exact])
    rounds = []
    for _ in range(9):  # in turn, as the speed of a shared machine changes
        paths, ours = timed(simulate_batch, flow, problem, w, END, rtol=rtol, times=[0, END])
        ends, once = timed(lambda: np.array([solve() for solve in fine]))
        _, again = timed(lambda: [solve() for solve in coarse])
        rounds.append((once / ours, (once + again) / ours, ours, once))
    alone, both, seconds, loop = np.median(rounds, axis=0) * [BATCH / LOOPED, BATCH / LOOPED, 1, BATCH / LOOPED]
    gaps = np.abs(paths.w[:LOOPED, -1].reshape(LOOPED, -1) - truth).max(axis=1)
    loop_gap = np.abs(ends - truth).max()
    print(
        f"\nrtol {rtol:g}: {seconds:.3f} s, one run each {loop:.1f} s: {alone:.0f} times; with the same error estimate {both:.0f}"
    )
    print(f"largest error {gaps.max():.1e}, of the loop {loop_gap:.1e}, stated {paths.error[:LOOPED, -1].max():.1e}")
    assert gaps.max() <= max(loop_gap, 1e-12)
    assert (gaps <= paths.error[:LOOPED, -1]).all()
    assert alone > 20


@pytest.mark.parametrize("depth", [2, 3])
def test_a_million_coordinates(depth):
    rng, x, d = np.random.default_rng(1), sympy.Symbol("x"), 10**6
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    flow = Flow(Lq(2), Product(depth), Decoupled("1/10"))
    initial = rng.uniform(0.2, 1.2, size=(1, depth, d))
    paths, seconds = timed(simulate_batch, flow, Scalar((x - 1) ** 2 / 2), initial, 3.0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"\nd = 10^6, depth {depth}: {seconds:.1f} s, peak {peak:.2f} GB ({before:.2f} GB before), error {paths.error[0, -1]:.1e}"
    )
    assert peak < 3
    assert paths.reasons == ("",)
