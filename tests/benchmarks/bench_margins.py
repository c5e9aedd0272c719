"""Largest margins and rates of directions in numbers: ``python tests/benchmarks/bench_margins.py [problems]``.

Random separable data of up to 24 rows and 39 columns, a third of them integers, a fourth with columns of sizes down to 1/100, each
at seven exponents; kinds of certificates, agreement with CVXPY where it is installed, and times. Then flows on two data of three
columns: the fitted exponent c of angle ~ M^(-c), M = -log f, over the last two decades, and the expected one.
"""

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from time import process_time

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bias"))

from test_margin_witness import EXPONENTS, data, solved_by_cvxpy

from mirrortheory import Exponential, Flow, Lq, Product, max_margin
from mirrortheory.bias.classification import directions, expected_exponent

FLOWS = ((2, 1, 1e5), ("3/2", 1, 1e5), (1, 1, 1e4), (1, 2, 1e6), (1, 3, 1e6), ("6/5", 3, 1e6), ("3/2", 2, 1e6))
CRITICAL = ((2, 2, 1e5), ("3/2", 3, 1e5), ("4/3", 4, 1e5))
BEYOND = ((2, 3, 1e4), (2, 3, 1e6), ("3/2", 4, 1e4), ("3/2", 4, 1e6))


def margins(problems: int) -> None:
    """Print what is certified of random problems, and how near CVXPY comes."""
    kinds: Counter[str] = Counter()
    uniques: Counter[str] = Counter()
    gaps, ours, theirs = [], 0.0, 0.0
    witness = importlib.util.find_spec("cvxpy") is not None
    for seed in range(problems):
        Z, labels = data(seed)
        for exponent in EXPONENTS:
            before = process_time()
            found = max_margin((Z, labels), exponent=exponent)
            ours += process_time() - before
            kinds[found.certificate.kind] += 1
            uniques[str(found.unique)] += 1
            if witness:
                before = process_time()
                value, _ = solved_by_cvxpy(Z, labels, exponent)
                theirs += process_time() - before
                gaps.append(abs(value * found.margin - 1))
    total = sum(kinds.values())
    print(f"{total} problems: certificates {dict(kinds)}, unique {dict(uniques)}, {1e3 * ours / total:.0f} ms each")
    if witness:
        print(
            f"CVXPY: relative difference of norms, median {np.median(gaps):.1e}, most {max(gaps):.1e}, {1e3 * theirs / total:.0f} ms each"
        )


def rates() -> None:
    """Print fitted and expected exponents."""
    problem = Exponential([[2.0, 1.0, 0.5], [1.0, 3.0, 1.0]], [1, 1])
    print(f"{'q':>4} {'L':>2} {'p/L':>4} {'M':>7} {'angle':>8} {'gap':>8} {'fitted':>7} {'expected':>8}")
    for q, depth, to in (*FLOWS, *CRITICAL, *BEYOND):
        initial = np.array([[1.2, 1.1, 0.9]] * depth) * (1 + 0.1 * np.arange(depth))[:, None]
        found = directions(Flow(Lq(q), Product(depth)), problem, initial, to=to)
        fitted, expected = found.fitted_exponent(since=to / 100), expected_exponent(found.solution, problem, q=q, depth=depth)
        e, last = found.solution.exponent, f"{found.angle[-1]:8.1e} {found.margin_gap[-1]:8.1e}"
        print(f"{q!s:>4} {depth:>2} {e!s:>4} {to:7.0e} {last} {fitted:7.4f} {expected:8.4f}")


if __name__ == "__main__":
    margins(int(sys.argv[1]) if len(sys.argv) > 1 else 43)
    rates()
