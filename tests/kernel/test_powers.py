"""Powers in the kernel: of sums that vanish once they are multiplied out, and powers so large that they are not worked out."""

import contextlib
import json
import time

import pytest
import sympy

from mirrortheory import POSITIVE, Domain, Identity, Inequality, kernel
from mirrortheory.check.certificates import certificate


@pytest.mark.parametrize("power", [5, 6, 60])
def test_powers_of_sums_that_vanish_once_they_are_multiplied_out(power):
    x, y = sympy.symbols("x y", positive=True)
    nothing = x / (x + y) + y / (x + y) - 1
    on = Domain({x: POSITIVE, y: POSITIVE})
    for statement in (Identity(nothing**power, 0, on=on), Inequality(nothing**power, 1, on=on)):
        found = statement.examine(seed=3)
        record = certificate({"name": "t"}, [(statement, found)], found.verdict)
        assert kernel.check(json.loads(json.dumps(record))) == "PROVED"


@pytest.mark.parametrize("power", ["65", "10000000000", "1" + "0" * 900])
def test_large_powers_of_sums_are_not_worked_out(power):
    sums, region = (
        ["pow", ["add", ["sym", "x"], ["sym", "y"]], ["num", power]],
        {"intervals": [["0", "1", False, False]], "without": []},
    )
    domain = {"ranges": {"x": region, "y": region}, "conditions": [["lt", sums, ["num", "1"]]]}
    record = {
        "version": 2,
        "claim": {},
        "definitions": [],
        "flows": [],
        "statement": [{"relation": "eq", "lhs": sums, "rhs": sums, "domain": 0}],
        "domain": [domain],
        "evidence": [{"statement": 0, "verdict": "UNDECIDED"}],
        "verdict": "UNDECIDED",
    }
    started = time.process_time()
    with contextlib.suppress(kernel.Rejected):
        kernel.check(record)
    assert time.process_time() - started < 1
