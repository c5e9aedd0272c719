"""One smooth trajectory by ``simulate`` against SciPy alone: two runs with the same right-hand side, and as many steps.

Run with ``SEED=1 OPENBLAS_NUM_THREADS=1 python -m pytest -s tests/benchmarks/bench_simulate.py``; the lines go into docs/benchmarks.md.
Times are of the processor, medians of a number of calls. SciPy's second run has 1/256 of the tolerance, which at order 8 are twice
the steps: those of the second run of ``simulate``, which halves the steps of the first.
"""

import os
import statistics
import subprocess
import sys
import time
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mirrortheory import Coupled, Decoupled, Flow, Lq, NoDecay, PowerDifference, Product
from mirrortheory.flows import Logistic, Quadratic, simulate
from mirrortheory.flows.field import effective_parameter, vector_field
from mirrortheory.flows.smooth import dop853

SEED = int(os.environ.get("SEED", "0"))
D, RTOL, CALLS, PROBLEMS = 4, 1e-9, 15, 6
OVERHEAD, IMPORT = 3e-3, 1.1


def timed(function, *arguments, **settings):
    start = time.process_time()
    value = function(*arguments, **settings)
    return value, time.process_time() - start


def drawn(rng):
    flow = [
        Flow(Lq(2), Product(2)),
        Flow(Lq(2), Product(3), Decoupled("1/10")),
        Flow(Lq(2), Product(2), Coupled("1/5")),
        Flow(Lq(2), PowerDifference(2), NoDecay()),
    ][int(rng.integers(4))]
    Z, w = rng.normal(size=(3, D)) / np.sqrt(3), rng.uniform(0.2, 1.2, size=(len(flow.weights), D))
    problem = Quadratic(Z, rng.normal(size=3)) if rng.integers(2) else Logistic(Z, rng.choice([-1, 1], 3))
    return flow, problem, w, float(rng.uniform(1, 4))


def bare(flow, problem, w, end):
    """SciPy's two runs, with the compiled field of the flow."""
    effective, field = effective_parameter(flow), vector_field(flow)

    def right_hand_side(_, flat):
        layers = flat.reshape(w.shape)
        return field(layers, problem.slope(effective(layers))).ravel()

    times, scale = np.linspace(0, end, 65), np.abs(w).max()

    def solve():
        settings = {"method": "DOP853", "t_eval": times}
        return [
            solve_ivp(right_hand_side, (0.0, end), w.ravel(), rtol=rtol, atol=rtol * scale, **settings)
            for rtol in (RTOL, RTOL / 256)
        ]

    return solve


def test_the_second_call_costs_little_more_than_its_integrations(monkeypatch):
    rng, spent = np.random.default_rng(SEED), []
    for name in ("_integrate", "halved"):

        def counted(*arguments, inner=getattr(dop853, name), **settings):
            value, seconds = timed(inner, *arguments, **settings)
            spent.append(seconds)
            return value

        monkeypatch.setattr(dop853, name, counted)
    overheads, ratios = [], []
    for _ in range(PROBLEMS):
        flow, problem, w, end = drawn(rng)
        solve, (_, first) = bare(flow, problem, w, end), timed(simulate, flow, problem, w, end)
        ours, over = [], []
        for _ in range(CALLS):
            spent.clear()
            path, seconds = timed(simulate, flow, problem, w, end)
            ours.append(seconds)
            over.append(seconds - sum(spent))
        runs, theirs = solve(), statistics.median(timed(solve)[1] for _ in range(CALLS))
        overheads.append(statistics.median(over))
        ratios.append(theirs / statistics.median(ours))
        gap = np.abs(path.w[-1].ravel() - runs[1].y[:, -1]).max()
        print(
            f"\n{flow.reparam}, {flow.decay}, {type(problem).__name__}: {1e3 * statistics.median(ours):.1f} ms (first {1e3 * first:.0f}),"
            f" {1e3 * overheads[-1]:.1f} over its integrations; SciPy alone {1e3 * theirs:.1f} ms: {ratios[-1]:.2f};"
            f" error stated {path.error[-1]:.1e}, from SciPy's {gap:.1e}",
            end="",
        )
        assert gap <= path.error[-1] + 1e-9
    print(f"\nseed {SEED}: overhead at most {1e3 * max(overheads):.1f} ms; SciPy's time over ours {np.median(ratios):.2f} (median)")
    assert max(overheads) <= OVERHEAD


@pytest.mark.parametrize("end", [1e5])
def test_a_long_way_at_rest_costs_no_more(end):
    path, seconds = timed(simulate, Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0]), [[0.3], [0.5]], end)
    print(f"\nq = 2, d = 1, t_end = {end:g}: {seconds:.2f} s, error {path.error[-1]:.1e}")
    assert seconds < 1
    assert path.converged


def test_import_costs_little_more_than_sympy_and_scipy():
    """Fresh processes in turn, after one that writes the bytecode; the middle of the ratios of neighbours."""
    scipy = "import sympy, scipy.integrate, scipy.linalg, scipy.optimize, scipy.sparse.csgraph, scipy.special"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def seconds(code):
        code = f"import time; {code}; print(time.process_time())"
        return float(
            subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True).stdout
        )

    both = ("import mirrortheory.flows", scipy)
    for code in both:
        seconds(code)
    found = [seconds(code) for _ in range(9) for code in both]
    ratio = statistics.median(a / b for a, b in list(pairwise(found))[::2])
    print(
        f"\nimport mirrortheory.flows: {min(found[::2]):.2f} s, sympy and scipy {min(found[1::2]):.2f} s: ratio {ratio:.2f} (median of 9)"
    )
    assert ratio <= IMPORT
