"""Laws along a simulated flow corroborate, and a law that fails is never supported."""

import pytest
import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.errors import NotSmooth
from mirrortheory.evidence import START, TIME, AlongFlow, Verdict
from mirrortheory.flows import Quadratic, Scalar

FLOW = Flow(Lq(2), Product(2))
W1, W2 = FLOW.weights
TARGET = Quadratic([[1.0]], [1.0])


def along(law, quantity=W1**2 - W2**2, initial=(0.3, 0.8)):
    return AlongFlow(FLOW, TARGET, list(initial), 1.0, quantity, law, part="here")


def test_law_that_holds_along_a_flow_is_supported_and_corroborates_only():
    evidence = along(START).examine(seed=0)
    assert (evidence.kind, evidence.verdict, evidence.part) == ("simulated", Verdict.SUPPORTED, "here")
    assert not evidence.essential
    curve = evidence.curve
    assert {len(column) for column in (curve.times, curve.values, curve.law, curve.band)} == {len(curve.times)}
    assert len(curve.times) > 10
    assert max(abs(v - e) for v, e in zip(curve.values, curve.law, strict=True)) <= max(curve.band)


@pytest.mark.parametrize(
    "statement",
    [
        along(START + TIME / 10**6),
        along(START * sympy.exp(-TIME / 10**6)),
        along(START, quantity=W1**2 - W2**2 + W1 / 10**6),
        along(START, quantity=abs(W1) - abs(W2)),
        along(-START),
        along(sympy.Integer(0)),
    ],
    ids=["slow drift", "slow decay", "small term added", "other power", "other sign", "vanishing"],
)
def test_law_that_fails_along_a_flow_is_undecided(statement):
    evidence = statement.examine(seed=0)
    assert evidence.verdict is Verdict.UNDECIDED
    assert "NOT within the error estimate" in evidence.detail
    assert evidence.witness is None


def test_coordinate_that_rests_at_zero_follows_its_law():
    evidence = along(START, initial=[[0.3, 0.0], [0.8, 0.0]], quantity=W1**2 - W2**2)
    plane = AlongFlow(FLOW, Scalar((sympy.Symbol("x") - 1) ** 2), evidence.initial, 1.0, evidence.quantity, START)
    assert plane.examine(seed=0).verdict is Verdict.SUPPORTED


def test_stretch_that_is_not_smooth_is_no_evidence():
    statement = AlongFlow(Flow(Lq("3/2"), Product(1)), TARGET, [2.0], 9.0, W1, START)
    with pytest.raises(NotSmooth):
        statement.examine(seed=0)
