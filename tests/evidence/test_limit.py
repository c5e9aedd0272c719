"""Limit: a bound on the remainder with a positive power shows it, a point beyond the bound refutes it."""

import pytest
import sympy
from certified import assert_earns, assert_rejected, certify, recheck
from thinning import named

from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Limit

x = sympy.Symbol("x", real=True)
u, a, q = sympy.symbols("u a q", positive=True)
R, oo = sympy.Rational, sympy.oo
RAY, FAR, NEAR = Domain({u: POSITIVE}), Domain({u: sympy.Interval(2, oo)}), Domain({x: sympy.Interval(0, 1)})
RAYS = Domain({u: POSITIVE, a: POSITIVE})

CASES = {
    "at infinity": (Limit(u / (1 + u), u, oo, 1, on=RAY, factor=1, power=1), "PROVED"),
    "at infinity, with parameters": (Limit(a * u / (a + u), u, oo, a, on=RAYS, factor=a**2, power=1), "PROVED"),
    "at zero": (Limit(x / (1 + x), x, 0, 0, on=NEAR, factor=1, power=1), "PROVED"),
    "at zero, with a power": (
        Limit(u**q / (1 + u), u, 0, 0, on=Domain({u: POSITIVE, q: sympy.Interval.Lopen(1, 2)}), factor=1, power=q),
        "PROVED",
    ),
    "from below": (Limit((1 - x) / (2 - x), x, 1, 0, on=Domain({x: sympy.Interval.Ropen(0, 1)}), factor=1, power=1), "PROVED"),
    "from both sides": (Limit(x**2, x, 0, 0, on=Domain({x: REALS}), factor=1, power=2), "PROVED"),
    "by boxes": (Limit(sympy.sin(x) + x, x, 0, 0, on=Domain({x: sympy.Interval(0, 1)}), factor=3, power=1), "SUPPORTED"),
    "power of zero": (Limit(u / (1 + u), u, oo, 1, on=RAY, factor=1, power=0), "REFUTED"),
    "negative power": (Limit(u / (1 + u), u, oo, 1, on=FAR, factor=1, power=-1), "REFUTED"),
    "another value": (Limit(u / (1 + u), u, oo, 2, on=RAY, factor=R(1, 2), power=1), "REFUTED"),
    "half the factor": (Limit(u / (1 + u), u, oo, 1, on=RAY, factor=R(1, 2), power=1), "REFUTED"),
    "twice the power": (Limit(u / (1 + u), u, oo, 1, on=RAY, factor=1, power=2), "REFUTED"),
    "no point": (Limit(u, u, oo, 1, on=RAY.with_ranges({x: sympy.Interval(0, 1)}).where(x < 0), factor=1, power=1), "VACUOUS"),
}


@pytest.mark.parametrize(("statement", "verdict"), named(CASES, slow={"by boxes", "no point"}))
def test_verdicts(statement, verdict):
    assert_earns(statement, verdict)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1 / u, u, oo, 1 / u, RAY, 1, 1), "without u"),
        ((1 / u, u, oo, 0, RAY, u**2, 1), "without u"),
        ((1 / x, x, oo, 0, Domain({x: REALS}), 1, 1), r"inside \(0, oo\)"),
        ((x, x, 3, 0, NEAR, 1, 1), "reaches 3"),
        ((x, x, 0, 0, Domain({x: sympy.FiniteSet(0)}), 1, 1), "an interval"),
        ((x, x, 0, 0, NEAR.where(x > 0), 1, 1), "without x"),
        ((u, u, 0.5, 0, RAY, 1, 1), "an exact rational"),
    ],
)
def test_what_is_no_neighbourhood_is_refused(arguments, message):
    expression, variable, to, value, on, factor, power = arguments
    with pytest.raises(InvalidArgument, match=message):
        Limit(expression, variable, to, value, on=on, factor=factor, power=power)


ZERO, ONE, U = ["num", "0"], ["num", "1"], ["sym", "u"]
TAMPERED = {
    "another value": lambda s, e: s.update(value=["num", "2"]),
    "a value that moves": lambda s, e: s.update(value=s["expression"]),
    "a factor that moves": lambda s, e: s.update(factor=["mul", U, U]),
    "a power that moves": lambda s, e: s.update(power=U),
    "no power": lambda s, e: s.update(power=ZERO),
    "a smaller factor": lambda s, e: s.update(factor=["num", "1/2"]),
    "another expression": lambda s, e: s.update(expression=U),
    "elsewhere": lambda s, e: s.update(to="-1"),
    "nowhere": lambda s, e: s.update(to="-oo"),
    "an unknown variable": lambda s, e: s.update(variable="v"),
    "no variable": lambda s, e: s.pop("variable"),
    "a part left out": lambda s, e: e["parts"].pop(),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_the_kernel_rejects_what_is_tampered_with(tamper):
    _, data = certify(Limit(u / (1 + u), u, oo, 1, on=RAY, factor=1, power=1))
    assert recheck(data) == "PROVED"
    assert_rejected(data, tamper)


def test_the_range_of_a_certificate_must_reach_the_limit():
    _, data = certify(Limit(u / (1 + u), u, oo, 1, on=RAY, factor=1, power=1))
    for interval in (["0", "1000", True, True], ["-1", "oo", True, True]):
        domain = {"ranges": {"u": {"intervals": [interval], "without": []}}, "conditions": []}
        assert_rejected({**data, "domain": [domain]}, lambda s, e: None)
    tied = {**data["domain"][0], "conditions": [["lt", U, ["num", "1000"]]]}
    assert_rejected({**data, "domain": [tied]}, lambda s, e: None)
