"""Exact sign flow against sign descent in NumPy: how long each takes for its error, in one run; and one large problem.

Run with ``OPENBLAS_NUM_THREADS=1 python -m pytest -s tests/benchmarks/bench_sign_flow.py``; the ratios go into docs/benchmarks.md.

The discretisation has an error proportional to its step, so its time to an error of 1e-5 is that of one run, multiplied by
its error over 1e-5. The exact flow is checked by itself on a problem with reordered coordinates and data. Times are those of the
process, the median of five runs, on 20 random problems of each size.
"""

import time

import numpy as np
import pytest

from mirrortheory.flows import Quadratic, sign_flow

STEPS, WANTED, PROBLEMS = 10_000, 1e-5, 20


def a_problem(seed, n, d, depth):
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.2, 1.2, size=(depth, d)) * rng.choice([-1, 1], size=(depth, d))
    return Quadratic(rng.normal(size=(n, d)) / np.sqrt(n), rng.normal(size=n)), weights


def descend(problem, weights, t_end, steps):
    eta, Z, b, w = t_end / steps, problem.Z, problem.b, weights.copy()
    for _ in range(steps):
        signs = np.sign(w)
        w -= eta * np.sign((Z @ w.prod(axis=0) - b) @ Z) * signs.prod(axis=0) * signs
    return w.prod(axis=0)


def timed(function, *arguments):
    start = time.process_time()
    value = function(*arguments)
    return value, time.process_time() - start


def ratio(seed, n, d, depth, part):
    """Return the ratio of the times, and the time and the arcs of the exact flow."""
    problem, weights = a_problem(seed, n, d, depth)
    end = min(1.0, part * sign_flow(problem, weights, 1.0).unique_until)
    order, rows = np.random.default_rng(2).permutation(d), np.random.default_rng(3).permutation(n)
    again = sign_flow(Quadratic(problem.Z[rows][:, order], problem.b[rows]), weights[:, order], end)
    path = sign_flow(problem, weights, end)
    x = path.x(end)[0]
    assert np.abs(again.x(end)[0] - x[order]).max() < 1e-12
    exact = float(np.median([timed(sign_flow, problem, weights, end)[1] for _ in range(5)]))
    approximate, seconds = timed(descend, problem, weights, end, STEPS)
    error = np.abs(approximate - x).max()
    return seconds * max(error / WANTED, 1) / exact, exact, len(path.arcs)


@pytest.mark.parametrize("part", [0.5, 0.999])  # of the time up to which the flow is unique; near its end descent does worst
@pytest.mark.parametrize(("n", "d", "depth"), [(3, 6, 2), (10, 20, 2), (20, 40, 2), (10, 20, 3), (10, 20, 5)])
def test_time_to_its_error(n, d, depth, part):
    ratios, seconds, arcs = np.array([ratio(seed, n, d, depth, part) for seed in range(PROBLEMS)]).T
    least, median, largest = np.quantile(ratios, [0, 0.5, 1])
    price = f"{1e6 * np.median(seconds / arcs):.0f} us an arc, {np.median(arcs):.0f} arcs"
    met = f"1000 or more on {(ratios >= 1000).sum()} of {PROBLEMS}"
    print(f"n = {n}, d = {d}, depth {depth}, end {part}: ratio {least:.0f}, {median:.0f}, {largest:.0f}; {met}; {price}")


def test_two_thousand_coordinates(benchmark):
    problem, weights = a_problem(0, 200, 2000, 2)
    path = benchmark.pedantic(sign_flow, (problem, weights, 3.0), rounds=1)
    print(f"n = 200, d = 2000, depth 2: {len(path.arcs)} arcs to rest")
    assert path.converged
    assert path.loss([3.0])[0] < 1e-24
