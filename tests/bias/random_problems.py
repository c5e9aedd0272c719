"""Random regression problems: the predicted end against the end of the flow, within the errors that both state.

``python tests/bias/random_problems.py 300`` follows 300 flows, and writes a line for each that is off, and the counts.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np

from mirrortheory import Flow, Lq, Product, Quadratic, implicit_bias
from mirrortheory.bias.regression.flow_end import end_of_flow

EXPONENTS = ("1", "6/5", "4/3", "3/2", "2")
KINDS = ("one datum", "orthogonal classes", "classes", "generic")


@dataclass(frozen=True)
class Case:
    seed: int
    q: str
    depth: int
    kind: str
    flow: Flow
    problem: Quadratic
    initial: np.ndarray


def random_case(seed, largest=50):
    rng = np.random.default_rng(seed)
    q, depth = EXPONENTS[seed % 5], 1 + (seed // 5) % 4
    kind = KINDS[int(rng.integers(4 if q in ("1", "2") else 3))]
    d = 1 + int((largest - 1) * rng.random() ** 3)
    w = rng.choice([-1, 1], (depth, d)) * rng.uniform(0.3, 1.5, (depth, d))
    tied = np.flatnonzero(rng.random(d) < 0.2) if depth > 1 else np.zeros(0, dtype=int)
    for j in tied:
        layers = rng.permutation(depth)[: int(rng.integers(2, depth + 1))]
        w[layers, j] = np.sign(w[layers, j]) * np.abs(w[:, j]).min()
    x0 = w.prod(axis=0)
    Z = _data(rng, kind, d)
    goal = x0 + rng.normal(size=d)
    if q == "2":  # there tied layers keep their sign
        goal[tied] = x0[tied] * rng.uniform(0.3, 2, len(tied))
    return Case(seed, q, depth, kind, Flow(Lq(q), Product(depth)), Quadratic(Z, _exact_product(Z, goal)), w)


def _data(rng, kind, d):
    if kind == "one datum":
        return rng.normal(size=(1, d))
    if kind == "generic":
        return rng.normal(size=(max(1, d // 3), d))
    count = min(d, int(rng.integers(1, 5)))
    label = np.concatenate([np.arange(count), rng.integers(count, size=d - count)])
    ratio = rng.choice([-2.0, -1.0, -0.5, 0.25, 1.0, 1.5], d)
    if kind == "orthogonal classes":
        vectors = np.diag(rng.uniform(0.5, 2, count).round(3))
    else:
        vectors = np.eye(count) + 0.25 * rng.integers(-1, 2, (count, count))
    return vectors[:, label] * ratio  # products of short numbers: the columns of a class are parallel to the last bit


def _exact_product(Z, goal):
    return Z @ (goal * 64).round() / 64


def compared(case, seconds=None):
    """Return the rule, the largest difference, the sum of the errors, and the times of prediction and flow."""
    before = time.perf_counter()
    end = implicit_bias(case.flow, case.problem, case.initial)
    predicted = time.perf_counter()
    followed = end_of_flow(case.flow, case.problem, case.initial, to_equations=end.on_equations)
    after = time.perf_counter()
    distance = float(np.abs(end.x - followed.x).max())
    return end.rule.partition(":")[0], distance, end.error + followed.error, predicted - before, after - predicted


def main(count, first=0):
    rules, off, distances, ratios, refused = Counter(), [], [], [], Counter()
    for seed in range(first, first + count):
        case = random_case(seed)
        try:
            rule, distance, error, quick, slow = compared(case)
        except ValueError as refusal:
            print(seed, case.q, case.depth, case.kind, case.initial.shape[1], "refused:", refusal, flush=True)
            refused[str(refusal)[:40]] += 1
            continue
        rules[rule] += 1
        distances.append(distance)
        ratios.append(slow / quick)
        if not distance <= error:
            off.append(seed)
        if not distance <= error or "-v" in sys.argv:
            print(seed, case.q, case.depth, case.kind, case.initial.shape[1], rule, distance, error, quick, slow, flush=True)
    print(dict(rules), "refused:", dict(refused), "off:", off)
    print("largest distance", max(distances), "median", np.median(distances))
    print("flow over prediction in time: least", min(ratios), "median", np.median(ratios))
    return off


if __name__ == "__main__":
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    sys.exit(bool(main(*(numbers or [30]))))
