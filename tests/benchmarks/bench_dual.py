"""Work of a flow with q = 5/4 to its rest against gradient flow (q = 2), in one run; and DOP853 alone on q = 5/4.

Run with ``python -m pytest -s tests/benchmarks/bench_dual.py``; the ratios go into docs/benchmarks.md. Work is the number of gradients
and Hessians of the loss: both runs of ``dual_flow`` (its answer and its error estimate) against one bare run of DOP853.
"""

import time

import numpy as np
import pytest
from scipy.integrate import DOP853, solve_ivp

from mirrortheory import Flow, Lq, Product
from mirrortheory.flows import Quadratic, dual_flow, simulate

TARGET, END, RTOL, BAR = 1.3, 2.0, 1e-11, 20


class Counted(Quadratic):
    """A quadratic loss that counts what it is asked for."""

    calls = 0

    def slope(self, x):
        Counted.calls += 1
        return super().slope(x)

    def hessian(self, x):
        Counted.calls += 1
        return super().hessian(x)


def field(q):
    def velocity(_, w):
        gradient = (w[0] * w[1] - TARGET) * w[::-1]
        return -np.sign(gradient) * np.abs(gradient) ** (q - 1)

    return velocity


def explicit(q, start):
    return solve_ivp(field(q), (0, END), start, method="DOP853", rtol=RTOL, atol=RTOL)


def ours(q, start):
    return dual_flow(Flow(Lq(q), Product(2)), Counted([[1.0]], [TARGET]), start, END, rtol=RTOL)


def work(function, *arguments):
    Counted.calls, begin = 0, time.perf_counter()
    answer = function(*arguments)
    return answer, Counted.calls, time.perf_counter() - begin


@pytest.mark.parametrize("start", [(0.5, 0.1), (0.5, 0.5), (0.5, -0.1)])
def test_to_rest_against_gradient_flow(start):
    work(ours, "5/4", start)
    path, calls, seconds = work(ours, "5/4", start)
    smooth, smooth_calls, smooth_seconds = work(ours, "2", start)
    _, both_calls, both_seconds = work(simulate, Flow(Lq(2), Product(2)), Counted([[1.0]], [TARGET]), start, END)
    bare, _, bare_seconds = work(explicit, 2.0, start)
    print(
        f"from {start}: rest at {path.events[-1].time:.12f}, x - 13/10 = {path.w[-1].prod() - TARGET:.0e}, error {path.error[-1]:.0e}"
    )
    print(
        f"  work {calls}: {calls / bare.nfev:.1f} times DOP853 at q = 2 ({bare.nfev}), {calls / smooth_calls:.1f} times ours at q = 2"
    )
    print(
        f"  time {seconds:.3f} s: {seconds / bare_seconds:.1f} times DOP853 at q = 2, {seconds / smooth_seconds:.1f} times ours at q = 2"
    )
    print(f"  simulate at q = 2, rtol 1e-9 and 1e-12: work {calls / both_calls:.1f}, time {seconds / both_seconds:.1f} times")
    assert path.converged
    assert np.abs(smooth.w[-1, :, 0] - bare.y[:, -1]).max() < 1e-9
    assert calls < BAR * bare.nfev


def test_an_explicit_solver_alone_crawls():
    solver = DOP853(field(1.25), 0.0, np.array([0.5, 0.1]), END, rtol=RTOL, atol=RTOL)
    begin = time.perf_counter()
    while solver.status == "running" and time.perf_counter() - begin < 5:
        solver.step()
    print(f"DOP853 at q = 5/4: t = {solver.t:.9f} after {solver.nfev} evaluations and 5 s; step {solver.h_abs:.0e}")
    assert solver.status == "running"
