"""Generated NumPy code: its errors in units in the last place, and the cost of the inverse mirror map in powers.

Run with ``python -m pytest -s tests/benchmarks/bench_codegen.py``; the table goes into docs/closed_forms.md.
"""

import time
from contextlib import suppress

import numpy as np
import pytest
from pages import EXPONENTS, forms_rows
from test_codegen import PRODUCTS, errors, load, product

from mirrortheory import Flow, Lq, derive
from mirrortheory.codegen import as_numpy
from mirrortheory.errors import NoClosedForm

NAMES = ("hessian", "mirror_map", "potential", "inverse_mirror_map", "conjugate")


def fastest(function, rounds=9):
    """The least of the times of a few rounds, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def test_errors_in_units_in_the_last_place():
    print("\nq, imbalance:", *NAMES, sep=" | ")
    for q, imbalance in PRODUCTS:
        derivation = product(q, imbalance)
        names = load(as_numpy(derivation))
        worst = dict.fromkeys(NAMES, 0.0)
        for power in range(-300, 301, 30):
            for name, error in errors(names, derivation.potential, 1.4 * 10.0**power).items():
                worst[name] = max(worst[name], error)
        print(f"{q}, {','.join(map(str, imbalance))}:", *(f"{worst[name]:.1f}" for name in NAMES), sep=" | ")
        assert max(worst.values()) < 12


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
