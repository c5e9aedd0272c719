"""Root: Krawczyk and boxes prove exactly one zero, boxes alone none, two inner boxes more than one."""

import pytest
import sympy
from certified import assert_earns, assert_rejected, certify, recheck

from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Root

x, y, a = sympy.symbols("x y a", real=True)
R = sympy.Rational


def line(low, high):
    return Domain({x: sympy.Interval(R(low), R(high))})


SQUARE = Domain({x: sympy.Interval(-2, 2), y: sympy.Interval(-2, 2)})
QUARTER = Domain({x: sympy.Interval(0, 2), y: sympy.Interval(0, 2)})
CIRCLE = (x**2 + y**2 - 1, x - y)

CASES = {
    "transcendental": (Root([sympy.exp(-x) - x], [x], on=line(0, 1)), "PROVED"),
    "linear, in the middle": (Root([x - R(1, 2)], [x], on=line(0, 1)), "PROVED"),
    "two unknowns": (Root(CIRCLE, [x, y], on=QUARTER), "PROVED"),
    "unknowns exchanged": (Root(CIRCLE, [y, x], on=QUARTER), "PROVED"),
    "for each parameter": (
        Root([x**3 - a * x - 1], [x], on=line("1/2", 2).with_ranges({a: sympy.Interval(0, R(1, 10))})),
        "PROVED",
    ),
    "through a kink": (Root([x * sympy.exp(x) - 1 + abs(x)], [x], on=line("-1/2", 2)), "PROVED"),
    "tight box": (Root([x**2 - 2], [x], on=line("1414/1000", "1415/1000")), "PROVED"),
    "steep": (Root([x**15 - R(1, 1000)], [x], on=line("1/10", 3)), "PROVED"),
    # the threshold of decay L = 3, p = 2 (r = 2/3, target 1): g(x) = (1 - x) x^(1/3) is largest at 1/4
    "threshold of decay": (Root([(1 - x) - 3 * x], [x], on=line("1/100", 1)), "PROVED"),
    "some zero": (Root(CIRCLE, [x, y], on=SQUARE, unique=False), "PROVED"),
    "none": (Root([x**2 + 1], [x], on=line(-2, 2)), "REFUTED"),
    "none in two unknowns": (Root([x**2 + y**2 + 1, x - y], [x, y], on=SQUARE), "REFUTED"),
    "none, not even some": (Root([sympy.exp(x)], [x], on=line(-9, 9), unique=False), "REFUTED"),
    "a pole is no zero": (Root([1 / x], [x], on=line(-1, 1)), "UNDECIDED"),
    "two": (Root(CIRCLE, [x, y], on=SQUARE), "REFUTED"),
    "three": (Root([x**3 - x], [x], on=line(-2, 2)), "REFUTED"),
    "double": (Root([x**2], [x], on=line(-2, 2)), "UNDECIDED"),
    "on the border": (Root([x], [x], on=line(0, 1)), "UNDECIDED"),
    "undefined in places": (Root([sympy.sqrt(x) - R(1, 2)], [x], on=line(-1, 1)), "UNDECIDED"),
}


@pytest.mark.parametrize(("statement", "verdict"), CASES.values(), ids=CASES)
def test_verdicts(statement, verdict):
    assert_earns(statement, verdict)


@pytest.mark.parametrize("shift", [R(1, 2), R(-3, 2)])
def test_a_false_neighbour_is_refuted(shift):
    assert_earns(Root([sympy.exp(-x) - x], [x], on=line(0, 1)), "PROVED")
    assert_earns(Root([sympy.exp(-x) - x + 2 * shift], [x], on=line(0, 1)), "REFUTED")


@pytest.mark.parametrize(
    ("system", "variables", "on", "message"),
    [
        ([x], [x], Domain({x: sympy.Interval(0, sympy.oo)}), "closed bounded ranges"),
        ([x], [x], line(0, 1).where(x > 0), "closed bounded ranges"),
        ([x, x], [x], line(0, 1), "square"),
        ([x, y], [x, x], QUARTER, "square"),
        ([x - a], [x], line(0, 1), "square"),
        ([], [], line(0, 1), "square"),
    ],
)
def test_what_is_no_system_in_a_box_is_refused(system, variables, on, message):
    with pytest.raises(InvalidArgument, match=message):
        Root(system, variables, on=on)


def test_positive_unknowns_keep_their_range():
    u = sympy.Symbol("u", positive=True)
    with pytest.raises(InvalidArgument, match="closed bounded"):
        Root([u - 1], [u], on=Domain({u: POSITIVE}))


TAMPERED = {
    "another system": lambda s, e: s.update(system=[["sym", "x"], ["sym", "y"]]),
    "a system without zero": lambda s, e: s["system"].__setitem__(1, ["add", s["system"][1], ["num", "9"]]),
    "one side only": lambda s, e: s["system"].pop(),
    "a dependent system": lambda s, e: s.update(system=[s["system"][0]] * 2),
    "no inner box": lambda s, e: e.update(inner=[]),
    "an inner box elsewhere": lambda s, e: e["inner"][0]["box"].__setitem__(0, ["0", "1/10"]),
    "an inner box outside": lambda s, e: e["inner"][0]["box"].__setitem__(0, ["-5", "5"]),
    "an inner box turned round": lambda s, e: e["inner"][0]["box"][0].reverse(),
    "an inner box where slopes may be singular": lambda s, e: e["inner"][0].update(box=[["0", "1"], ["0", "1"]]),
    "an inner box without a side": lambda s, e: e["inner"][0]["box"].pop(),
    "two inner boxes": lambda s, e: e.update(inner=e["inner"] * 2),
    "boxes left out": lambda s, e: e["boxes"].pop(),
    "no boxes": lambda s, e: e.update(boxes=[]),
    "all inside": lambda s, e: e.update(boxes=[-2]),
    "all without zero": lambda s, e: e.update(boxes=[-1]),
    "an axis too many": lambda s, e: e["boxes"].__setitem__(0, 2),
    "unique is no truth value": lambda s, e: s.update(unique=1),
    "an unknown twice": lambda s, e: s.update(variables=["x", "x"]),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_the_kernel_rejects_what_is_tampered_with(tamper):
    _, data = certify(Root(CIRCLE, [x, y], on=QUARTER))
    assert recheck(data) == "PROVED"
    assert_rejected(data, tamper)


def test_a_refutation_by_two_zeros_needs_two():
    _, data = certify(Root(CIRCLE, [x, y], on=SQUARE))
    assert recheck(data) == "REFUTED"
    assert_rejected(data, lambda s, e: e.update(inner=[e["inner"][0]] * 2))
    assert_rejected(data, lambda s, e: e.update(inner=e["inner"][:1]))
    assert_rejected(data, lambda s, e: s.update(unique=False))


def test_a_refutation_by_none_needs_a_cover():
    _, data = certify(Root([x**2 + y**2 + 1, x - y], [x, y], on=SQUARE))
    assert recheck(data) == "REFUTED"
    assert_rejected(data, lambda s, e: s.update(system=[["sym", "x"], ["sym", "y"]]))
    assert_rejected(data, lambda s, e: e.update(boxes=[]))


@pytest.mark.parametrize("seed", range(12))
def test_random_cubics_have_as_many_zeros_as_sturm_counts(seed):
    import random

    rng = random.Random(seed)
    cubic = sympy.Poly([rng.randint(1, 5), *(rng.randint(-9, 9) for _ in range(2)), rng.choice((-7, -3, 1, 5))], x)
    count = cubic.count_roots(-2, 2)
    found = Root([cubic.as_expr()], [x], on=line(-2, 2)).examine(seed=0)
    borders = cubic.eval(-2) * cubic.eval(2) == 0
    assert found.verdict.name == ("PROVED" if count == 1 else "REFUTED") or borders
