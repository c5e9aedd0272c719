"""Counting laws of linear nets at q = 2, against symbolic brackets in FLINT's polynomials at a rational point, in one run.

Run with ``python -m pytest tests/benchmarks/bench_laws.py -s``; the figures go into docs/conservation.md.
"""

import random
import statistics
import time

import flint
import pytest
from law_counts import linear_net

from mirrortheory import count_laws
from mirrortheory.conservation.fields import gradients
from mirrortheory.conservation.outputs import outputs_of

NETS = {(4, 4, 4): 10, (5, 5, 5): 15, (3, 3, 3, 3): 12, (5, 5, 4, 4, 5): 35, (2, 3, 4, 5, 2): 31}
SAGE = {(4, 4, 4): 1.4, (5, 5, 4, 4, 5): 13.4}  # seconds, noted when the project began


def bracket(left, right):
    """[X, Y] entry by entry, as polynomials."""
    found = {}
    for i in left.keys() | right.keys():
        total = sum(a * right[i].derivative(k) for k, a in left.items()) if i in right else 0
        total -= sum(a * left[i].derivative(k) for k, a in right.items()) if i in left else 0
        if total != 0:
            found[i] = total
    return found


def by_symbolic_brackets(outputs, weights):
    """dim w less the rank of all brackets, which are worked out as polynomials and put in at one rational point."""
    read, ring = outputs_of(outputs, weights)
    vectors = [dict(v) for v in gradients(read, ring).vectors]
    rng, size = random.Random(0), len(weights)
    point = [flint.fmpq(rng.randint(-50, 50)) for _ in range(size)]
    rows = []

    def adds(vector):
        row = [vector[i](*point) if i in vector else flint.fmpq(0) for i in range(size)]
        if flint.fmpq_mat(len(rows) + 1, size, [e for r in [*rows, row] for e in r]).rank() > len(rows):
            rows.append(row)
            return True
        return False

    generators = [v for v in vectors if adds(v)]
    new = generators
    while new:
        new = [b for x in generators for y in new if (b := bracket(x, y)) and adds(b)]
    return size - len(rows)


@pytest.mark.parametrize("widths", NETS, ids=str)
def test_counts_of_linear_nets(widths):
    outputs, weights = linear_net(*widths)
    times = []
    for _ in range(9):
        begin = time.process_time()
        found = count_laws(outputs, weights, 2)
        times.append(time.process_time() - begin)
    ours = statistics.median(times)
    begin = time.process_time()
    assert found.recheck() == (NETS[widths], NETS[widths])
    whole = ours + time.process_time() - begin
    print(f"\n{widths}: {found.count} laws in {ours:.3f} s (median of 9, least {min(times):.3f}), {whole:.2f} s with the recheck")
    if widths in SAGE:
        print(f"the published Sage code took {SAGE[widths]} s on another day: {SAGE[widths] / ours:.0f} times as long")
    if len(weights) <= 32:
        begin = time.process_time()
        assert by_symbolic_brackets(outputs, weights) == NETS[widths]
        print(f"symbolic brackets, the upper side alone: {(time.process_time() - begin) / ours:.1f} times as long")
