"""How fast the road is: a check of all claims, the import against SymPy's, and derivations by depth and exponent.

Run with ``python -m pytest tests/benchmarks/bench_road.py``; no bar is asserted here, the figures go into docs/benchmarks.md.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from mirrortheory import Flow, Lq, Product, derive

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*command):
    finished = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize("statement", ["import sympy", "import mirrortheory", "from mirrortheory import Flow, Lq, Product, derive"])
def test_import(benchmark, statement):
    benchmark.group = "import, in a fresh interpreter"
    benchmark.pedantic(run, args=("-c", statement), rounds=7, warmup_rounds=1)


def test_check_of_all_claims_with_two_jobs(benchmark):
    benchmark.group = "mirrortheory check, cold, two jobs"
    benchmark.pedantic(run, args=("-m", "mirrortheory", "check", "--jobs", "2"), rounds=1)


@pytest.mark.parametrize("q", ["1", "3/2", "2"])
@pytest.mark.parametrize("depth", range(1, 7))
@pytest.mark.parametrize("kind", ["balanced", "unbalanced"])
def test_derivation(benchmark, q, depth, kind):
    from sympy.core.cache import clear_cache

    benchmark.group = f"derive, q = {q}"
    imbalance = tuple(range(depth)) if kind == "unbalanced" else None
    flow = Flow(Lq(q), Product(depth))
    found = benchmark.pedantic(derive, args=(flow,), kwargs={"imbalance": imbalance}, setup=clear_cache, rounds=3)
    assert found.potential.validity
