"""The steps of a derivation: what each refuses, which one is taken, and what is said when none leads on."""

from dataclasses import dataclass

import pytest
import sympy

from mirrortheory import Flow, Lq, NoClosedForm, PowerDifference, Product, Reparam, Separable, Square, derive
from mirrortheory.theory import STEPS, Y

U, V = sympy.symbols("u v", positive=True)
SUM, LAYERS, SOLVED, BLOCKS = STEPS
START = (sympy.Integer(2), sympy.Integer(1))


@dataclass(frozen=True)
class RealSum(Reparam):
    """a^2/2 + b for real weights: a sum whose first slope changes its sign."""

    @property
    def weights(self):
        return sympy.symbols("a b", real=True)

    def forward(self, *weights):
        return weights[0] ** 2 / 2 + weights[1]

    def lift(self, x):
        return sympy.S.Zero, x


@pytest.mark.parametrize(
    ("flow", "start", "takes"),
    [
        (Flow(Lq(2), PowerDifference(2)), START, {SUM, SOLVED, BLOCKS}),
        (Flow(Lq("3/2"), PowerDifference(2)), START, {SUM, BLOCKS}),
        (Flow(Lq("3/2"), Square()), None, {SUM, BLOCKS}),
        (Flow(Lq("3/2"), Product(2)), START, {LAYERS}),
        (Flow(Lq(2), Product(2)), START, {LAYERS, SOLVED}),
        (Flow(Lq(2), Product(2)), None, {LAYERS}),
        (Flow(Lq(2), Product(1)), None, {LAYERS, BLOCKS}),
        (Flow(Lq(1), Separable(U * V + V**3, (U, V))), START, {LAYERS, SOLVED, BLOCKS}),
        (Flow(Lq("3/2"), Separable(U / V, (U, V))), START, {LAYERS, BLOCKS}),
        (Flow(Lq("3/2"), Separable(U / V, (U, V))), None, {LAYERS}),
    ],
    ids=lambda value: " and ".join(sorted(type(step).__name__ for step in value)) if isinstance(value, set) else str(value),
)
def test_what_a_step_refuses(flow, start, takes):
    reasons = {step: step.refuses(flow, start) for step in STEPS}
    assert {step for step, reason in reasons.items() if reason is None} == takes
    assert all(reason and "\n" not in reason for step, reason in reasons.items() if step not in takes)


def test_steps_have_names_of_their_own():
    assert len({step.name for step in STEPS}) == len(STEPS)


def test_the_first_step_that_leads_on_is_taken():
    flow = Flow(Lq(2), Product(2))
    assert derive(flow, initial=START) == LAYERS.derive(flow, None, START) != SOLVED.derive(flow, None, START)
    flow = Flow(Lq(2), Separable(U * V + V**2, (U, V)))
    with pytest.raises(NoClosedForm, match="separation failed"):
        LAYERS.derive(flow, None, START)
    assert derive(flow, initial=START) == SOLVED.derive(flow, None, START)


def test_a_sum_whose_slope_changes_its_sign_is_solved():
    """Along the curve a = 2 exp(y) and b = 1 + y, so x = 2 exp(2 y) + 1 + y, and dx/dy = a^2 + 1."""
    flow = Flow(Lq(2), RealSum())
    with pytest.raises(NoClosedForm, match="sign of the Jacobian"):
        SUM.derive(flow, None, START)
    found = derive(flow, initial=START)
    assert sympy.expand(found.potential.inverse_mirror_map - (2 * sympy.exp(2 * Y) + 1 + Y)) == 0
    assert len(found.invariants) == 1


def test_without_a_step_all_reasons_are_given():
    with pytest.raises(NoClosedForm) as raised:
        derive(Flow(Lq("3/2"), Separable(U * V + V**3, (U, V))), initial=START)
    first, *others = str(raised.value).splitlines()
    assert first.startswith("no closed form: separation failed; ")
    assert [line.split(":")[0] for line in others] == [SUM.name, SOLVED.name, "separation"]
