"""What a person types into a session: numbers of NumPy, wrong data in one line, and what is shown of a result."""

from dataclasses import dataclass

import numpy as np
import pytest
import sympy

from mirrortheory import Flow, Lq, Product, Quadratic, derive, flows, simulate
from mirrortheory.bias import decay_limit, implicit_bias
from mirrortheory.check import Claim, Outcome
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Verdict
from mirrortheory.potentials import Potential

FLOW = Flow(Lq(2), Product(2))
ONE = Quadratic([[1.0]], [1.0])
TWO = derive(FLOW, imbalance=(0, 3)).potential
START = [0.5, 0.25]


@dataclass
class Series:
    """What pandas has: an array that can be made a list."""

    entries: list

    def tolist(self):
        return self.entries


def test_integers_of_numpy_are_integers():
    assert Product(np.int64(3)) == Product(3)
    assert type(Product(np.int64(3)).depth) is int
    assert Lq(np.int32(2)) == Lq(2)
    assert simulate(FLOW, ONE, START, 1.0, digits=np.int64(30)).digits is not None


@pytest.mark.parametrize(
    "imbalance", [np.array([0, 3]), Series([0, 3]), (np.int64(0), np.uint8(3))], ids=["array", "series", "tuple"]
)
def test_arrays_are_taken_where_a_list_is_meant(imbalance):
    assert derive(FLOW, imbalance=imbalance).potential == derive(FLOW, imbalance=(0, 3)).potential
    assert derive(FLOW, initial=np.array([2, 1])).potential == derive(FLOW, initial=(2, 1)).potential


def test_doubles_are_no_rationals_also_those_of_numpy():
    with pytest.raises(InvalidArgument, match=r"imbalance must be an exact rational, got 0\.5; write 1/2, not a float"):
        derive(FLOW, imbalance=np.array([0.5, 0]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Quadratic([[1j]], [1.0]), r"Z must be made of real numbers, got \[\[1j\]\]"),
        (lambda: Quadratic(np.array([[1 + 0j]]), [1.0]), "Z must be made of real numbers"),
        (lambda: Quadratic([[1.0]], np.array([1 + 1j])), "b must be made of real numbers"),
        (lambda: Quadratic([["a"]], [1.0]), "Z must be made of numbers in equal rows, got"),
        (lambda: Quadratic([[1.0], [1.0, 2.0]], [1.0]), "Z must be made of numbers in equal rows, got"),
        (lambda: Quadratic([[10**400]], [1.0]), "Z must be in the range of doubles, got"),
        (lambda: flows.Logistic([[1.0]], [1j]), "labels must be made of real numbers"),
        (lambda: flows.Logistic([[1.0]], ["yes"]), "labels must be made of numbers in equal rows"),
        (
            lambda: simulate(TWO, ONE, START, 1.0),
            r"flow must be a Flow, got Potential\(R'\(x\) = asinh\(.*; write for example Flow\(",
        ),
        (lambda: simulate(ONE, FLOW, START, 1.0), r"flow must be a Flow, got Quadratic\(.*; write for example Flow\("),
        (lambda: flows.phase_diagram(TWO), "flow must be a Flow, got Potential"),
        (lambda: implicit_bias(TWO, ONE, START), "flow must be a Flow, got Potential"),
        (lambda: decay_limit(Product(2), ONE), r"flow must be a Flow, got Product\(depth=2\)"),
        (lambda: simulate(FLOW, ONE, [0.5, 1j], 1.0), "initial must be made of real numbers"),
        (lambda: simulate(FLOW, ONE, [[0.5, 0.25], [1]], 1.0), "initial must be made of numbers in equal rows"),
        (lambda: simulate(FLOW, ONE, START, "a"), "t_end must be one number, got a; write for example 2.0"),
        (lambda: simulate(FLOW, ONE, [[[1j], [1]]], 1.0), "initial must be made of real numbers"),
        (lambda: simulate(FLOW, ONE, [[[1], [1]]], 1.0, times=[0, 1j]), "times must be made of real numbers"),
        (lambda: flows.descend(flows.Adam(0.1), Product(2), ONE, [0.5, 1j], 3), "initial must be made of real numbers"),
        (lambda: flows.descend("adam", Product(2), ONE, START, 3), "optimizer must be an Optimizer, got adam"),
        (lambda: flows.descend(flows.Adam(0.1), Product(2), "loss", START, 3), "problem must be a Problem, got loss"),
        (lambda: flows.Adam(eta="a"), "eta must be a number, got a; write for example 0.01"),
        (lambda: flows.Lion(0.1, beta1=None), "beta1 must be a number, got None"),
        (lambda: flows.SGDMomentum(0.1, True), "momentum must be a number, got True"),
    ],
)
def test_wrong_data_gets_one_line(call, message):
    with pytest.raises(InvalidArgument, match=message) as refused:
        call()
    assert "\n" not in str(refused.value)


def test_what_is_shown_is_short_and_says_what_it_is():
    found = derive(FLOW, imbalance=(0, 3))
    assert repr(found.potential) == "Potential(R'(x) = asinh(2*x/3)/2 for x > 0; R(-x) = R(x))"
    assert repr(found) == f"Derivation({FLOW}: {found.potential})"
    assert repr(Potential.of("x**4/4")) == "PrimalPotential(R'(x) = x**3 for -oo < x < oo)"
    path = simulate(FLOW, ONE, START, 2.0)
    assert repr(path).startswith(f"Trajectory({FLOW}: {len(path.t)} times to 2, 2 weights of 1 coordinate, error ")
    many = simulate(FLOW, ONE, [[[0.5], [0.25]], [[1.0], [2.0]]], 2.0)
    assert repr(many).startswith(f"BatchTrajectory({FLOW}: 2 of them, {len(many.t)} times to 2, ")
    steps = flows.descend(flows.SignDescent(0.125), Product(2), ONE, START, 50)
    assert repr(steps).startswith("Descent(SignDescent(eta=0.125, decay=NoDecay()), Product(depth=2): 50 steps, loss ")


def test_a_notebook_shows_mathematics():
    assert FLOW._repr_latex_() == r"$\displaystyle x = w_{1} w_{2}, \quad \dot{w_{1}} = - f' w_{2}, \quad \dot{w_{2}} = - f' w_{1}$"
    found = derive(FLOW, imbalance=(0, 3))
    shown = (
        rf"$\displaystyle R'(x) = {sympy.latex(found.potential.mirror_map)}, \quad R(x) = {sympy.latex(found.potential.potential)}$"
    )
    assert found._repr_latex_() == found.potential._repr_latex_() == shown
    assert "<th>how</th><td>estimated: " in simulate(FLOW, ONE, START, 2.0)._repr_html_()


def test_a_notebook_shows_an_outcome_without_its_markup():
    outcome = Outcome(Claim("a_name", "", source="", scope=""), "", Verdict.REFUTED, broken="1 < 2 & 3")
    assert repr(outcome) == "Outcome(BROKEN, as expected: False: a_name)"
    assert outcome._repr_html_() == "<b>BROKEN</b> a_name<br>broken: a_name: 1 &lt; 2 &amp; 3"
