"""Exact sign flow against sign descent in NumPy: how long each takes for its error, in one run; and one large problem.

Run with ``python -m pytest -s tests/benchmarks/bench_sign_flow.py``; the ratio goes into the README.

The discretisation has an error proportional to its step, so its time to an error of 1e-5 is that of one run, multiplied by
its error over 1e-5. The exact flow is checked by itself on a problem with reordered coordinates and data.
"""

import time

import numpy as np
import pytest

from mirrortheory.flows import Quadratic, sign_flow

STEPS, WANTED = 50_000, 1e-5


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
    start = time.perf_counter()
    value = function(*arguments)
    return value, time.perf_counter() - start


@pytest.mark.parametrize("part", [0.5, 0.999])  # of the time up to which the flow is unique; near its end descent does worst
@pytest.mark.parametrize(("n", "d", "depth"), [(3, 6, 2), (10, 20, 2), (20, 40, 2), (10, 20, 3), (10, 20, 5)])
def test_time_to_its_error(benchmark, n, d, depth, part):
    problem, weights = a_problem(1, n, d, depth)
    end = min(1.0, part * sign_flow(problem, weights, 1.0).unique_until)
    order, rows = np.random.default_rng(2).permutation(d), np.random.default_rng(3).permutation(n)
    again = sign_flow(Quadratic(problem.Z[rows][:, order], problem.b[rows]), weights[:, order], end)
    path = benchmark.pedantic(sign_flow, (problem, weights, end), rounds=5, warmup_rounds=1)
    x = path.x(end)[0]
    assert np.abs(again.x(end)[0] - x[order]).max() < 1e-12
    approximate, seconds = timed(descend, problem, weights, end, STEPS)
    error = np.abs(approximate - x).max()
    ratio = seconds * max(error / WANTED, 1) / benchmark.stats["median"]
    print(f"n = {n}, d = {d}, depth {depth}, end {part}: error {error:.1e} at {STEPS} steps, ratio {ratio:.0f}")


def test_two_thousand_coordinates(benchmark):
    problem, weights = a_problem(0, 200, 2000, 2)
    path = benchmark.pedantic(sign_flow, (problem, weights, 3.0), rounds=1)
    print(f"n = 200, d = 2000, depth 2: {len(path.arcs)} arcs to rest")
    assert path.converged
    assert path.loss([3.0])[0] < 1e-24
