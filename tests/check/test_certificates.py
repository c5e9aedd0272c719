"""What a check says, its certificate holds and the kernel earns are one verdict, for whatever claim is written."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, event, given, settings
from strategies import A, B, U, V, claims
from thinning import examples

from mirrortheory import Flow, Lq, Product, kernel
from mirrortheory.check.certificates import tree
from mirrortheory.check.claims import Claim, Theorem, examine
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.evidence import START, AlongFlow, Identity, Inequality
from mirrortheory.exact import precision

LINE, HALF_LINE = Domain({A: REALS}), Domain({U: POSITIVE})
UNIT = Domain({A: sympy.Interval(0, 1)})


def examined(*statements):
    """Examine a claim of these statements, with a mutant that is false."""

    def check(*, false=False):
        yield from [Identity(0, 1, on=Domain({}))] if false else statements

    return examine(Theorem(Claim("t", "", "", ""), check, {"false": {"false": True}}, {}, "", Path("t.py")))


def rechecked(outcome):
    """Return the verdict of the kernel on what stands in the file of a certificate."""
    with precision(240):
        return kernel.check(json.loads(json.dumps(outcome.certificate), object_pairs_hook=kernel.once))


def kernel_verdict(data):
    try:
        with precision(240):
            return kernel.check(data)
    except kernel.Rejected as error:
        return str(error)


# One verdict ------------------------------------------------------------------------------------------------------------


@settings(max_examples=examples(300, every=15), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(claims)
def test_check_and_kernel_give_one_verdict(statements):
    outcome = examined(*statements)
    event("broken" if outcome.broken else str(outcome.verdict))
    if outcome.broken:
        assert "has no place in a certificate" in outcome.broken
        return
    event(f"weakened: {any('the kernel' in e.detail for e in outcome.evidence)}")
    assert rechecked(outcome) == str(outcome.verdict)
    assert [e["verdict"] for e in outcome.certificate["evidence"]] == [str(e.verdict) for e in outcome.evidence]


QUADRANT = Domain({U: POSITIVE, V: POSITIVE})
ROOT = sympy.sqrt(2)
PIECES = sympy.Piecewise((A**2, A < 0), (A, True))
BROKEN_LINE = sympy.Union(sympy.Interval(-ROOT, ROOT), sympy.Interval.open(2, 3), sympy.FiniteSet(9)) - sympy.FiniteSet(0, sympy.pi)
NESTED = sympy.Piecewise((1 / (A - 2), (A > 2) | (A < -2)), (sympy.Max(A, 0), (A > -1) & (A <= 2)), (0, True))
EXPECTED = {
    "Max": (Identity(sympy.Max(A, -A), abs(A), on=LINE), "SUPPORTED"),
    "Min": (Identity(sympy.Min(A, B, 1), -sympy.Max(-A, -B, -1), on=Domain({A: REALS, B: REALS})), "SUPPORTED"),
    "Max that is another": (Identity(sympy.Max(A, 1), abs(A), on=LINE), "REFUTED"),
    "Max on boxes": (Inequality(sympy.Max(A, 1 - A), sympy.Rational(11, 10), on=UNIT, strict=True), "PROVED"),
    "Piecewise": (Identity(PIECES, sympy.Max(A, 0) + sympy.Min(A, 0) ** 2, on=LINE), "SUPPORTED"),
    "Piecewise with conditions on conditions": (Identity(NESTED, NESTED + 0, on=LINE), "SUPPORTED"),
    "Piecewise that is another": (Identity(PIECES, A, on=LINE), "REFUTED"),
    "Piecewise on boxes": (Inequality(PIECES.subs(A, 3 * A + 1), 5, on=UNIT), "PROVED"),
    "a range up to a root": (Identity(sympy.sqrt(3 - A) ** 2, 3 - A, on=Domain({A: sympy.Interval(0, ROOT)})), None),
    "a range between roots": (
        Identity((A + 1) ** 2, A**2 + 2 * A + 1, on=Domain({A: sympy.Interval.open(-ROOT, sympy.pi)})),
        "PROVED",
    ),
    "a range without a root": (
        Identity((A + 1) ** 2, A**2 + 2 * A + 1, on=Domain({A: REALS - sympy.FiniteSet(ROOT, 2)})),
        "PROVED",
    ),
    "integers": (Identity((A + 1) ** 2, A**2 + 2 * A + 1, on=Domain({A: sympy.Range(1, 9)})), "PROVED"),
    "an empty range": (Identity(A, A, on=Domain({A: sympy.S.EmptySet})), "VACUOUS"),
    "a condition that is false": (Identity(1, 1, on=Domain({}, (sympy.false,))), "VACUOUS"),
    "a condition that is true": (Identity(U + U**2, U * (1 + U), on=HALF_LINE.where(sympy.Ne(U, -1))), "PROVED"),
    "a condition against the range": (Inequality(A, 2, on=UNIT.where(A > 3)), "VACUOUS"),
    "a condition against a sign": (Inequality(U, 2, on=QUADRANT.where(U + V**2 <= 0)), "VACUOUS"),
    "conditions against each other": (Identity(U, U, on=QUADRANT.where(U > V, V > U)), "UNDECIDED"),
    "conditions that no sample meets": (Identity(A, 1, on=LINE.where(sympy.Eq(A**2, 2))), "UNDECIDED"),
    "conditions joined": (Identity((A + 1) ** 2, A**2 + 2 * A + 1, on=LINE.where((A > 1) & (A < 3), (A > 2) | (A < 0))), "PROVED"),
    "what SymPy simplifies": (Identity(sympy.sin(A) ** 2 + sympy.cos(A) ** 2, 1, on=LINE), "SUPPORTED"),
    "a long power": (Identity((U + 1) ** (10**5), (U + 1) ** (10**5), on=HALF_LINE), "SUPPORTED"),
    "a long power over": (Identity((U + 1) ** -5000 * (U + 1), (U + 1) ** -4999, on=HALF_LINE), None),
    "a product of long powers": (Identity((U + 1) ** 999 * (U + 2) ** 999 * (V + 3) ** 999, 0, on=QUADRANT), "REFUTED"),
    "a range without points": (Identity((A + 1) ** 2, A**2 + 2 * A + 1, on=Domain({A: BROKEN_LINE})), "PROVED"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_verdict_of_check_is_the_kernels(name):
    statement, verdict = EXPECTED[name]
    started = time.process_time()
    outcome = examined(statement)
    assert outcome.broken == ""
    assert time.process_time() - started < 5
    assert verdict in (None, str(outcome.verdict))
    assert rechecked(outcome) == str(outcome.verdict)


def test_a_weaker_verdict_of_the_kernel_is_said():
    symbolic = examined(EXPECTED["what SymPy simplifies"][0]).evidence[0]
    assert (symbolic.kind, symbolic.detail.split("; ")[-1]) == ("sampled", "the kernel earns SUPPORTED only")
    unseen = examined(EXPECTED["conditions against each other"][0]).evidence[0]
    assert unseen.detail == "no point satisfies the assumptions; the kernel does not see that there is none"


def simulation(law):
    flow = Flow(Lq(2), Product(2))
    from mirrortheory.flows import Quadratic

    w1, w2 = flow.weights
    problem = Quadratic(np.array([[1.0]]), np.array([1.0]))
    return AlongFlow(flow, problem, [[0.25], [0.5]], 0.5, w1**2 - w2**2, law, part="balance")


@pytest.mark.parametrize(("law", "verdict"), [(START, "SUPPORTED"), (START + 1, "UNDECIDED")])
def test_simulation_alone_is_one_verdict(law, verdict):
    outcome = examined(simulation(law))
    assert str(outcome.verdict) == rechecked(outcome) == verdict


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        (Identity((A + 1) ** 2, A**2 + 2 * A + 1, on=LINE), "PROVED"),
        (Identity(A, 1, on=LINE), "REFUTED"),
        (Identity(A, A, on=Domain({A: sympy.S.EmptySet})), "VACUOUS"),
    ],
)
def test_simulation_beside_a_statement_adds_nothing(other, verdict):
    outcome = examined(other, simulation(START))
    assert str(outcome.verdict) == rechecked(outcome) == verdict


def test_a_certificate_of_nothing_is_vacuous():
    outcome = examined()
    assert str(outcome.verdict) == rechecked(outcome) == "VACUOUS"


def test_what_has_no_place_is_a_broken_check():
    for expr in (sympy.elliptic_k(A), sympy.floor(A), sympy.erf(A)):
        with pytest.raises(NotEvaluable, match="has no place in a certificate"):
            tree(expr)
    assert examined(Identity(sympy.elliptic_k(A), sympy.elliptic_k(A), on=UNIT)).broken.endswith("has no place in a certificate")
    deep = A
    for _ in range(130):
        deep = sympy.sinh(deep)
    for number in (sympy.Integer(10) ** 1200 * A, sympy.Integer(10) ** 5000 + A):
        broken = examined(Identity(number, number, on=LINE)).broken
        assert broken == "a number of more than 1000 digits has no place in a certificate"
    assert "has no place in a certificate: an expression is deeper than" in examined(Inequality(deep, deep, on=UNIT)).broken
    integers = Domain({A: sympy.S.Integers})
    assert "range Integers has no place" in examined(Identity(A, A, on=integers)).broken


# Domains ----------------------------------------------------------------------------------------------------------------

OTHER = sympy.Symbol("a", positive=True)


@pytest.mark.parametrize(
    "ranges",
    [{A: REALS, OTHER: POSITIVE}, {sympy.Dummy("d", real=True): REALS, sympy.Dummy("d", real=True): REALS}],
    ids=["assumptions", "dummies"],
)
def test_symbols_of_one_name_are_refused(ranges):
    with pytest.raises(
        InvalidArgument, match="ranges must be of symbols that differ in name, got .*; use one symbol, or two names"
    ):
        Domain(ranges)


def test_a_symbol_of_a_known_name_and_other_assumptions_is_refused():
    with pytest.raises(InvalidArgument, match="got a; a symbol of that name and other assumptions has one; use that symbol"):
        Identity(OTHER, A, on=LINE).examine(seed=0)
    with pytest.raises(InvalidArgument, match="conditions must be about variables of the domain, got a; a symbol of that name"):
        LINE.where(OTHER > 1)
    assert "use that symbol" in examined(Inequality(sympy.Symbol("a"), A, on=LINE)).broken


@pytest.mark.parametrize(
    "region",
    [
        sympy.FiniteSet(1, ROOT),
        sympy.FiniteSet(sympy.pi),
        sympy.Union(sympy.Interval(2, 3), sympy.FiniteSet(ROOT)),
        sympy.Union(sympy.Interval(2, 3), sympy.FiniteSet(1, ROOT)) - sympy.FiniteSet(sympy.Rational(5, 2)),
    ],
    ids=str,
)
def test_single_points_that_are_no_rationals_are_refused(region):
    with pytest.raises(InvalidArgument, match="range of a must be of rationals where it has single points"):
        Domain({A: region})


@pytest.mark.parametrize("region", [sympy.Range(1, 10**9), sympy.Range(0, 10**30, 7), sympy.Range(1, sympy.oo)], ids=str)
def test_a_long_range_of_integers_is_not_listed(region):
    started = time.process_time()
    points = Domain({A: region}).sample(20, seed=1)
    assert len(points) == 20
    assert all(p[A] in region for p in points)
    assert "has no place in a certificate" in examined(Identity(A, A, on=Domain({A: region}))).broken
    assert time.process_time() - started < 1


# By hand ----------------------------------------------------------------------------------------------------------------


def certified(*statements):
    """Return the certificate of a claim, as it is read from its file."""
    return json.loads(json.dumps(examined(*statements).certificate))


TRUE = Identity((A + 1) ** 2, A**2 + 2 * A + 1, on=LINE)
BY_FORM = Inequality(0, U + V, on=QUADRANT, strict=True)
FALSE = Identity(A, 1, on=LINE)


@pytest.mark.parametrize("statement", [TRUE, BY_FORM, FALSE, EXPECTED["Max"][0]], ids=["ring", "form", "refuted", "sampled"])
@pytest.mark.parametrize("verdict", ["VACUOUS", "UNDECIDED"])
def test_a_statement_marked_by_hand_is_rejected(statement, verdict):
    data = certified(statement)
    earned = data["verdict"]
    data["verdict"] = data["evidence"][0]["verdict"] = verdict
    assert kernel_verdict(data) == f"statement 0 earns {earned}, not {verdict!r}"
    del data["evidence"][0]["witness" if earned == "REFUTED" else "points"]
    expected = "statement 0 earns UNDECIDED, not 'VACUOUS'"
    assert kernel_verdict(data) == (expected if verdict == "VACUOUS" else verdict)


def test_a_part_marked_vacuous_by_hand_is_rejected():
    data = certified(TRUE, FALSE, TRUE)
    assert data["verdict"] == "REFUTED"
    data["evidence"][1] |= {"verdict": "VACUOUS"}
    data["verdict"] = "UNDECIDED"
    assert kernel_verdict(data) == "statement 1 earns REFUTED, not 'VACUOUS'"


def test_a_vacuous_statement_marked_proved_by_hand_is_rejected():
    for name in ("an empty range", "a condition that is false", "a condition against the range"):
        data = certified(EXPECTED[name][0])
        data["verdict"] = data["evidence"][0]["verdict"] = "PROVED"
        assert kernel_verdict(data) == "statement 0 earns VACUOUS, not 'PROVED'"
        data["evidence"][0] |= {"kind": "ring", "points": [{"a": "1/2"} if data["domain"][0]["ranges"] else {}]}
        assert kernel_verdict(data) == "a point lies outside the domain"


@pytest.mark.parametrize("version", [True, 1.0, "1", 0, None, [1]], ids=repr)
def test_a_version_is_an_integer(version):
    data = certified(TRUE)
    assert kernel_verdict(data) == "PROVED"
    assert kernel_verdict(data | {"version": version}).startswith("the version must be")


def test_a_step_is_an_integer():
    data = certified(Inequality(A * (1 - A), sympy.Rational(2, 7), on=UNIT))
    assert data["evidence"][0]["kind"] == "boxes"
    for step in (False, True, 0.0, "0", None):
        changed = json.loads(json.dumps(data))
        changed["evidence"][0]["boxes"][0] = step
        assert kernel_verdict(changed) == "the boxes do not fit the domain"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"verdict": "PROVED"', '"verdict": "PROVED", "verdict": "PROVED"'),
        ('"relation": "eq"', '"relation": "lt", "relation": "eq"'),
        ('"ranges": {', '"ranges": {"a": {"intervals": [["0", "1", false, false]], "without": []}, '),
        ('"version": 2', '"version": 1, "version": 2'),
    ],
)
def test_a_key_that_stands_twice_is_rejected(tmp_path, old, new):
    text = json.dumps(certified(TRUE))
    assert old in text
    target = tmp_path / "twice.json"
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(kernel.Rejected, match="a key stands twice in one mapping"):
        kernel.read(target)


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        ([[["lt", ["sym", "a"]], ["num", "1"]]], "lt with 1 arguments"),
        ([[["xor", True, True], ["num", "1"]]], "a condition is"),
        ([[["in", ["sym", "a"], ["num", "1"]], ["num", "1"]]], "a condition is"),
        ([["num", "1"]], "a list is expected"),
        ([[True]], "a branch is"),
        ([[1, ["num", "1"]]], "a list is expected"),
        ([], "with 0 arguments"),
    ],
)
def test_branches_by_hand_are_read_with_care(pieces, reason):
    data = certified(TRUE)
    data["statement"][0]["lhs"] = ["piecewise", *pieces]
    assert reason in kernel_verdict(data)


def test_values_in_pieces_are_not_proved_by_hand():
    """The arithmetic of sums does not know where they are defined: here nowhere above 1."""
    data = certified(TRUE)
    side = ["piecewise", [["lt", ["sym", "a"], ["num", "1"]], ["num", "3"]]]
    data["statement"][0] |= {"lhs": side, "rhs": side}
    data["evidence"][0]["points"] = [{"a": "0"}]
    assert kernel_verdict(data) == "statement 0 earns SUPPORTED, not 'PROVED'"


def test_a_branch_is_taken_where_its_condition_is_seen_to_hold():
    x = ["sym", "x"]
    pole = ["pow", x, ["num", "-1"]]
    sides = ["piecewise", [["eq", x, ["num", "0"]], ["num", "7"]], [["or", ["gt", pole, ["num", "9"]], False], pole], [True, x]]
    node = kernel.tree(sides, ["x"])
    values = {"0": 7, "1/10": 10, "1/2": sympy.Rational(1, 2), "-3": -3}
    with precision(240):
        for at, value in values.items():
            assert kernel.evaluate(node, {"x": kernel.number(at)}).contains(kernel.ball(kernel.number(str(value))))
        assert not kernel.evaluate(node, {"x": kernel.ball(0) + kernel.arb(0, 1)}).is_finite()
        nothing = kernel.tree(sides[:2], ["x"])
        assert not kernel.evaluate(nothing, {"x": kernel.number("1")}).is_finite()
        largest = kernel.tree(["max", ["num", "2"], ["log", x], x], ["x"])
        assert kernel.evaluate(largest, {"x": kernel.number("5")}).contains(5)
        assert not kernel.evaluate(largest, {"x": kernel.number("-1")}).is_finite()
