"""A batch against a loop of SciPy's DOP853, in one run; and a separable loss with a million coordinates.

Run with ``OPENBLAS_NUM_THREADS=1 python -m pytest -s tests/benchmarks/bench_batch.py``; the ratio goes into docs/benchmarks.md. Times are
of the processor, as others may be at work on the machine.

Four loops, each of one run a trajectory unless it is said otherwise, from what a user would write to what is most like the batch:
at the tolerance asked for, which is that of the tighter of the two runs of compiled code; at that of the tighter of the two runs
that the batch makes in NumPy; at the first of 1e-6, 1e-7, .., 1e-12
where the largest error is not above that of the batch; and both runs of the batch in NumPy, for the same estimate of the error.
"""

import resource
import time
from importlib.util import find_spec

import numpy as np
import pytest
import sympy
from scipy.integrate import solve_ivp

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.flows import Quadratic, Scalar, Stack, simulate

BATCH, LOOPED, D, END = 1000, 60, 4, 3.0


def timed(function, *arguments, **settings):
    start = time.process_time()
    value = function(*arguments, **settings)
    return value, time.process_time() - start


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


METHODS = ["dop853", pytest.param("heyoka", marks=pytest.mark.skipif(find_spec("heyoka") is None, reason="extra fast"))]


@pytest.mark.parametrize("rtol", [1e-6, 1e-9])
@pytest.mark.parametrize("method", METHODS)
def test_against_a_loop_of_single_runs(method, rtol):
    rng = np.random.default_rng(0)
    Z, b = rng.normal(size=(BATCH, 3, D)) / np.sqrt(3), rng.normal(size=(BATCH, 3))
    w = rng.uniform(0.2, 1.2, size=(BATCH, 2, D))
    flow, problem = Flow(Lq(2), Product(2)), Stack(Quadratic(*pair) for pair in zip(Z, b, strict=True))
    settings = {"rtol": rtol, "times": [0, END], "method": method}
    _, first = timed(simulate, flow, problem, w, END, **settings)  # compiled code is made here
    paths, ours = min((timed(simulate, flow, problem, w, END, **settings) for _ in range(5)), key=lambda run: run[1])

    def loop(tolerance):
        solves = [single(flow, Z[k], b[k], w[k], tolerance) for k in range(LOOPED)]
        ends, seconds = min((timed(lambda: np.array([solve() for solve in solves])) for _ in range(3)), key=lambda run: run[1])
        return ends, seconds * BATCH / LOOPED

    truth, _ = loop(1e-13)
    gaps = np.abs(paths.w[:LOOPED, -1].reshape(LOOPED, -1) - truth).max(axis=1)
    _, asked = loop(rtol)
    ends, tighter = loop(rtol / 100)
    for equal in 10.0 ** -np.arange(6, 13):
        reached, as_good = loop(equal)
        good = np.abs(reached - truth).max() <= gaps.max()
        if good:
            break
    print(f"\n{method}, rtol {rtol:g}: {1e3 * ours:.1f} ms, the first time {1e3 * first:.0f} ms; a loop of single runs takes")
    print(f"  at rtol {rtol:g}: {asked / ours:.0f} times that; at {rtol / 100:g}: {tighter / ours:.0f} times;", end=" ")
    print(f"at {equal:g}, {'for the same largest error' if good else 'still less accurate'}: {as_good / ours:.0f} times;", end=" ")
    print(f"both runs: {(asked + tighter) / ours:.0f} times")
    print(f"  largest error {gaps.max():.1e}, of the tighter loop {np.abs(ends - truth).max():.1e}", end=", ")
    print(f"stated {paths.error[:LOOPED, -1].max():.1e}")
    assert (gaps <= paths.error[:LOOPED, -1]).all()
    assert tighter / ours > 20
    assert method == "dop853" or asked / ours > 100


@pytest.mark.parametrize("depth", [2, 3])
def test_a_million_coordinates(depth):
    rng, x, d = np.random.default_rng(1), sympy.Symbol("x"), 10**6
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    flow = Flow(Lq(2), Product(depth), Decoupled("1/10"))
    initial = rng.uniform(0.2, 1.2, size=(1, depth, d))
    paths, seconds = timed(simulate, flow, Scalar((x - 1) ** 2 / 2), initial, 3.0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"\nd = 10^6, depth {depth}: {seconds:.1f} s, peak {peak:.2f} GB ({before:.2f} GB before), error {paths.error[0, -1]:.1e}"
    )
    assert peak < 3
    assert paths.reasons == ("",)
