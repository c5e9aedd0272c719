"""EndsAt: exact ends of sign flow in rational arithmetic, others simulated; the kernel repeats the former."""

import pytest
import sympy
from certified import assert_earns, assert_rejected, certify, recheck
from thinning import thinned

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import EndsAt
from mirrortheory.flows import Quadratic, certified_sign_flow
from mirrortheory.reparams import PowerDifference

R = sympy.Rational
SIGN = Flow(Lq(1), Product(2))
DATUM = Quadratic([[2.0, -1.0]], [3.0])
START = ((1, "1/2"), ("1/4", -1))
WHERE = (("4/5", "9/10"), ("-7/5", "-6/5"))  # the flow ends near (0.8415, -1.3170)


def ends(problem, initial, box, depth=2, **options):
    return EndsAt(Flow(Lq(1), Product(depth)), problem, initial, box, **options)


CASES = {
    "one datum": (ends(DATUM, START, WHERE), "PROVED"),
    "by a time": (ends(DATUM, START, WHERE, t_end="1/2"), "PROVED"),
    "at once": (ends(Quadratic([[2.0, -1.0]], [1.0]), START, (("1/4", "1/4"), ("-1/2", "-1/2")), t_end=0), "PROVED"),
    "depth one": (ends(Quadratic([[1.0, 3.0]], [4.0]), ((0, 0),), ((0, 2), ("1/2", 2)), depth=1), "PROVED"),
    "depth three": (ends(Quadratic([[1.0]], [1.0]), ((1,), ("1/2",), (2,)), (("9/10", "11/10"),), depth=3), "PROVED"),
    "through 0": (ends(Quadratic([[1.0]], [-1.0]), ((1,), ("1/2",)), (("-11/10", "-9/10"),)), "PROVED"),
    "from 0": (ends(Quadratic([[1.0]], [-1.0]), ((1,), (0,)), (("-11/10", "-9/10"),)), "PROVED"),
    "rows apart": (ends(Quadratic([[2.0, 0.0], [0.0, 1.0]], [2.0, 3.0]), START, (("9/10", 2), (2, 4))), "PROVED"),
    "a coordinate without data": (ends(Quadratic([[2.0, 0.0]], [2.0]), START, (("9/10", 2), ("-1/2", "-1/2"))), "PROVED"),
    "too early to tell": (ends(DATUM, START, WHERE, t_end="1/100"), "UNDECIDED"),
    "a tie at 0": (ends(Quadratic([[1.0]], [-1.0]), ((1,), (1,)), ((-2, 0),)), "UNDECIDED"),
    "a tie that stays off 0": (ends(Quadratic([[1.0]], [4.0]), ((1,), (-1,)), (("-1", "5"),)), "UNDECIDED"),
    "a tie away from 0": (ends(Quadratic([[1.0]], [4.0]), ((1,), (1,)), (("39/10", "41/10"),)), "PROVED"),
    "elsewhere": (ends(DATUM, START, (("4/5", "9/10"), ("6/5", "7/5"))), "REFUTED"),
    "the least squares by norm": (ends(DATUM, START, (("6/5", "6/5"), ("-3/5", "-3/5"))), "REFUTED"),
    "where it began": (ends(DATUM, START, (("1/4", "1/4"), ("-1/2", "-1/2"))), "REFUTED"),
}


@pytest.mark.parametrize(("statement", "verdict"), CASES.values(), ids=CASES)
def test_verdicts(statement, verdict):
    assert_earns(statement, verdict)


@pytest.mark.parametrize(
    "flow",
    [SIGN, Flow(Lq("3/2"), Product(2)), Flow(Lq(1), Product(2), Decoupled("1/100")), Flow(Lq("3/2"), PowerDifference(2))],
    ids=str,
)
@pytest.mark.parametrize("t_end", [None, 30])
def test_other_flows_are_simulated_at_most(flow, t_end):
    loss = (
        Quadratic([[1.0]], [2.0]) if isinstance(flow.reparam, PowerDifference) else Quadratic([[1.0, 0.5], [0.5, 1.0]], [1.0, 1.0])
    )
    initial = ((1,), ("1/2",)) if loss.dimension == 1 else ((1, 1), ("1/2", "1/4"))
    found = EndsAt(flow, loss, initial, ((0, 3),) * loss.dimension, t_end=t_end).examine(seed=0)
    assert (found.kind, found.essential) == ("simulated", False)
    followed = t_end is not None and not isinstance(flow.reparam, PowerDifference)  # its field is not Lipschitz on the way
    assert found.verdict.name == ("SUPPORTED" if followed else "UNDECIDED"), found.detail
    missed = EndsAt(flow, loss, initial, ((-3, -2),) * loss.dimension, t_end=t_end).examine(seed=0)
    assert missed.verdict.name == "UNDECIDED"


@pytest.mark.parametrize("exponent", [2, "3/2"])
@thinned("t_end", ["1/100", "1/10", 1], every=3)
def test_a_flow_that_still_moves_has_not_ended(exponent, t_end):
    """x goes from 1/4 to 1, and is below 1/2, or above, at many times."""
    flow = Flow(Lq(exponent), Product(2))
    for box in ((0, "1/2"), (0, "9/10")):
        found = EndsAt(flow, Quadratic([[1.0]], [1.0]), (("1/2",), ("1/2",)), (box,), t_end=t_end).examine(seed=0)
        assert found.verdict.name == "UNDECIDED", found.detail
    found = EndsAt(flow, Quadratic([[1.0]], [1.0]), (("1/2",), ("1/2",)), ((0, "11/10"),), t_end=20).examine(seed=0)
    assert found.verdict.name == "SUPPORTED", found.detail


@pytest.mark.parametrize(
    ("initial", "box"),
    [(((1,), (2,)), ((0, 1), (0, 1))), (((1, 1),), ((0, 1), (0, 1))), ((), ()), (((1, 1), (1,)), ((0, 1), (0, 1)))],
)
def test_shapes_are_refused(initial, box):
    with pytest.raises(InvalidArgument, match=r"initial must be of shape \(2, "):
        EndsAt(SIGN, DATUM, initial, box)


def test_the_end_is_that_of_the_certified_flow():
    for problem, initial in (
        (DATUM, START),
        (Quadratic([[0.5, 1.5, -2.0]], [-4.0]), ((1, "1/2", "3/4"), ("1/4", -1, 2))),
        (Quadratic([[2.0, 0.0], [0.0, 3.0]], [1.0, 2.0]), START),
    ):
        flow = certified_sign_flow(problem, [[R(w) for w in row] for row in initial], 20)
        middles = [R(str(v.str(25, radius=False))) for v in flow.x(flow.until)]
        width = R(1, 10**15)
        assert_earns(ends(problem, initial, [(m - width, m + width) for m in middles]), "PROVED")
        assert_earns(ends(problem, initial, [(m + width, m + 1) for m in middles]), "REFUTED")


TAMPERED = {
    "another target": lambda s, e: s.update(target=["7"]),
    "another matrix": lambda s, e: s.update(matrix=[["2", "1"]]),
    "a matrix of zeros": lambda s, e: s.update(matrix=[["0", "0"]]),
    "two rows that share": lambda s, e: (
        s.update(matrix=s["matrix"] * 2, target=s["target"] * 2) or e.update(travel=e["travel"] * 2)
    ),
    "another start": lambda s, e: s["initial"][0].__setitem__(0, "3"),
    "a layer more": lambda s, e: s["initial"].append(["2", "2"]),
    "a row too short": lambda s, e: s["initial"][0].pop(),
    "another box": lambda s, e: s["box"].__setitem__(0, ["0", "1/10"]),
    "a box turned round": lambda s, e: s["box"][0].reverse(),
    "a box too small": lambda s, e: s["box"].pop(),
    "travel elsewhere": lambda s, e: e.update(travel=[["10", "11"]]),
    "travel too wide": lambda s, e: e.update(travel=[["-10", "10"]]),
    "travel turned round": lambda s, e: e["travel"][0].reverse(),
    "no travel": lambda s, e: e.update(travel=[]),
    "too early": lambda s, e: s.update(t_end="1/100"),
    "no layers": lambda s, e: s.update(initial=[]),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_the_kernel_rejects_what_is_tampered_with(tamper):
    _, data = certify(ends(DATUM, START, WHERE, t_end=1))
    assert recheck(data) == "PROVED"
    assert_rejected(data, tamper)


def test_a_tie_at_zero_is_rejected():
    """From (1, 1) towards -1 both layers reach 0, where the flow may stay."""
    _, data = certify(ends(Quadratic([[1.0]], [-1.0]), ((1,), ("1/2",)), ((-2, 0),)))
    assert recheck(data) == "PROVED"
    assert_rejected(data, lambda s, e: s.update(initial=[["1"], ["1"]]) or e.update(travel=[["-9", "0"]]))
