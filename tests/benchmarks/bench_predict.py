"""Predictions against flows: processor seconds of each, and of a prediction at d = 1000, n = 20.

``python tests/benchmarks/bench_predict.py`` prints a table. The flow is followed twice: at its default tolerance, and at the
tightest one that its solver takes, which is as near to the accuracy of the prediction as a flow in doubles gets. Where its error
stays larger, the ratio is a lower bound of that to one accuracy. Prediction and flows are run in turn, and the least time of each
is taken.
"""

import time

import numpy as np

from mirrortheory import Flow, Lq, Product, Quadratic, implicit_bias
from mirrortheory.bias import end_of_flow

TIGHTEST = {"2": 1e-10, "3/2": 1e-12, "6/5": 1e-12, "1": None}  # of the solvers of these flows; that of sign flow has no tolerance
PROBLEMS = (
    ("2", 2, 10, 3),
    ("2", 3, 10, 3),
    ("2", 3, 50, 10),
    ("3/2", 2, 10, 1),
    ("3/2", 3, 50, 1),
    ("6/5", 3, 20, 1),
    ("1", 3, 50, 1),
)
LARGE = (("2", 2), ("2", 3), ("3/2", 3), ("1", 2))


def problem(q, depth, d, n):
    rng = np.random.default_rng(0)
    w, Z = rng.normal(size=(depth, d)), rng.normal(size=(n, d))
    return Flow(Lq(q), Product(depth)), Quadratic(Z, Z @ rng.normal(size=d)), w


def timed(function, repeat):
    found = []
    for _ in range(repeat):
        before = time.process_time()
        result = function()
        found.append(time.process_time() - before)
    return result, min(found)


def main():
    print("q    L  d    n   prediction     error     flow     error    times    tightest     error    times")
    for q, depth, d, n in PROBLEMS:
        given = problem(q, depth, d, n)
        quick = slow = slower = float("inf")
        for _ in range(3):  # in turn, as the machine may be shared
            end, once = timed(lambda given=given: implicit_bias(*given), 5)
            flow, long = timed(lambda given=given: end_of_flow(*given), 1)
            tight, longer = timed(lambda given=given, rtol=TIGHTEST[q]: end_of_flow(*given, rtol=rtol), 1)
            quick, slow, slower = min(quick, once), min(slow, long), min(slower, longer)
        print(
            f"{q:4} {depth}  {d:<4} {n:<3} {quick:8.4f} s {end.error:9.1e} {slow:8.2f} s {flow.error:9.1e} {slow / quick:7.0f}"
            f" {slower:9.2f} s {tight.error:9.1e} {slower / quick:7.0f}",
            flush=True,
        )
    for q, depth in LARGE:
        given = problem(q, depth, 1000, 20 if q == "2" else 1)
        end, quick = timed(lambda given=given: implicit_bias(*given), 3)
        print(f"{q:4} {depth}  1000 {len(given[1].b):<3} {quick:8.4f} s {end.error:9.1e}")


if __name__ == "__main__":
    main()
