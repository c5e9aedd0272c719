"""Predictions against flows: processor seconds of each, and of a prediction at d = 1000, n = 20.

``python tests/benchmarks/bench_predict.py`` prints a table. The flow is followed at its default tolerance, to an error that is
far larger than that of the prediction: the times are a lower bound of those to one accuracy, where the flow reaches it at all.
Prediction and flow are run in turn, and the least time of each is taken.
"""

import time

import numpy as np

from mirrortheory import Flow, Lq, Product, Quadratic, implicit_bias
from mirrortheory.bias import end_of_flow

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
    print("q    L  d    n   prediction     error     flow     error    times")
    for q, depth, d, n in PROBLEMS:
        given = problem(q, depth, d, n)
        quick = slow = float("inf")
        for _ in range(3):  # in turn, as the machine may be shared
            end, once = timed(lambda given=given: implicit_bias(*given), 2)
            flow, long = timed(lambda given=given: end_of_flow(*given), 1)
            quick, slow = min(quick, once), min(slow, long)
        print(f"{q:4} {depth}  {d:<4} {n:<3} {quick:8.4f} s {end.error:9.1e} {slow:8.2f} s {flow.error:9.1e} {slow / quick:7.0f}")
    for q, depth in LARGE:
        given = problem(q, depth, 1000, 20 if q == "2" else 1)
        end, quick = timed(lambda given=given: implicit_bias(*given), 3)
        print(f"{q:4} {depth}  1000 {len(given[1].b):<3} {quick:8.4f} s {end.error:9.1e}")


if __name__ == "__main__":
    main()
