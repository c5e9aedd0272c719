"""Derivations from what people type: 500 random maps, exponents and starts, each verified against its weights.

Run with ``python -m pytest -s tests/benchmarks/bench_starts.py``; the figures go into docs/benchmarks.md. The bar: none over 10 s, no
traceback, no abort.
"""

import statistics
from collections import Counter

from random_starts import outcomes

COUNT, BAR = 500, 10


def test_none_is_slow_and_none_breaks():
    found = list(outcomes(2026, COUNT, 6 * BAR))
    seconds = sorted(told["seconds"] for told in found)
    kinds = Counter(told["outcome"].partition(":")[0] for told in found)
    verified = Counter(told["verified"] for told in found if "verified" in told)
    print(f"\n{len(found)} derivations: {dict(kinds)}")
    print(f"verified at the start: {dict(verified)} (None: undecided by balls of 16384 bits)")
    print(
        f"seconds: median {statistics.median(seconds)}, 99 of 100 within {seconds[len(seconds) * 99 // 100]}, slowest {seconds[-1]}"
    )
    for told in sorted(found, key=lambda told: told["seconds"])[-3:]:
        print(f"  {told['seconds']} s: {told['what'][:120]}")
    broken = [told for told in found if told["outcome"].startswith("BROKEN") or told["seconds"] > BAR]
    assert not broken, broken
    assert verified[False] == 0
    assert all(told.get("within") is not False for told in found)
