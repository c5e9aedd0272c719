"""Generated NumPy code: the cost of the mirror map and its inverse in powers; its errors are in docs/closed_forms.md.

Run with ``python -m pytest -s tests/benchmarks/bench_codegen.py``.
"""

import time
from contextlib import suppress

import numpy as np
import pytest
from pages import EXPONENTS, forms_rows
from test_codegen import PRODUCTS, product
from ulps import load

from mirrortheory import Flow, Lq, derive
from mirrortheory.codegen import as_numpy
from mirrortheory.errors import NoClosedForm
from mirrortheory.reparams import Exp, LogDifference, PowerDifference


def fastest(function, rounds=9):
    """The least of the times of a few rounds, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


SUMS = [(PowerDifference(3), 2, (2, 1)), (PowerDifference(2), "5/4", (2, 1)), (LogDifference(), 2, (2, 1)), (Exp(), 1, None)]


@pytest.mark.parametrize(("reparam", "q", "start"), SUMS)
def test_cost_of_the_two_mirror_maps_of_a_sum(reparam, q, start):
    names = load(as_numpy(derive(Flow(Lq(q), reparam), initial=start)))
    x = np.random.default_rng(0).uniform(0.1, 2, 10**5)
    y = names["mirror_map"](x)
    np.testing.assert_allclose(names["inverse_mirror_map"](y), x, rtol=1e-12)
    power = fastest(lambda: np.power(x, 0.37))
    there, back = fastest(lambda: names["mirror_map"](x), 3), fastest(lambda: names["inverse_mirror_map"](y), 3)
    print(f"\n{reparam}, q = {q}: R' {there / power:.0f} powers, its inverse {back / power:.0f}")


@pytest.mark.parametrize(("q", "imbalance"), PRODUCTS)
def test_cost_of_the_two_mirror_maps(q, imbalance):
    names = load(as_numpy(product(q, imbalance)))
    x = np.random.default_rng(0).uniform(0.1, 10, 10**6)
    y = names["mirror_map"](x)
    power = fastest(lambda: np.power(x, 0.37))
    np.testing.assert_allclose(names["inverse_mirror_map"](y), x, rtol=1e-12)  # the first call makes the table
    there, back = fastest(lambda: names["mirror_map"](x), 3), fastest(lambda: names["inverse_mirror_map"](y))
    print(f"\nq = {q}, imbalance {','.join(map(str, imbalance))}: R' {there / power:.0f} powers, its inverse {back / power:.0f}")


def test_slowest_derivation_of_the_table_of_forms():
    times = []
    for name, reparam, start in forms_rows():
        for q in EXPONENTS:
            begin = time.perf_counter()
            with suppress(NoClosedForm):
                derive(Flow(Lq(q), reparam), **start)
            times.append((time.perf_counter() - begin, name, q))
    print(f"\n{len(times)} derivations; slowest: {max(times)}")
    assert len(times) > 90
