"""Conjectures as statements: the domain that is meant, the letters, and one relation."""

import pytest
import sympy

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product, Separable
from mirrortheory.conjecture import conjecture, examine
from mirrortheory.conjecture.finding import place
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Verdict
from mirrortheory.notation import alpha, q

u, v = sympy.symbols("u v", positive=True)
TWO, THREE = Flow(Lq(q), Product(2)), Flow(Lq("3/2"), Product(3), Decoupled(alpha))
OWN = Flow(Lq(2), Separable(u**2 * v, (u, v)))
IN_TIME = Flow(Lq(1), Product(2), Decoupled("1/(1+t)"))


@pytest.mark.parametrize(
    ("flow", "arguments", "text", "on"),
    [
        (TWO, {"conserved": True}, "d/dt (abs(w1)**q/abs(w2)**q) = 0", "w1, w2, slope nonzero; q in [1, 2]"),
        (
            TWO,
            {"conserved": True, "where": ["w1 > 0, w2 < -1", "1 < q"]},
            "d/dt (abs(w1)**q/abs(w2)**q) = 0",
            "w1 > 0; w2 in (-oo, -1); slope nonzero; q in (1, 2]",
        ),
        (
            THREE,
            {"conserved": True, "where": ["w1 > |w2|"]},
            "d/dt (abs(w1)**(3/2)/abs(w2)**(3/2)) = 0",
            "w1, w2, w3, slope nonzero; alpha >= 0; w1 > Abs(w2)",
        ),
        (TWO, {"equals": "1", "where": ["q < 3/2"]}, "abs(w1)**q/abs(w2)**q = 1", "q in [1, 3/2); w1, w2 nonzero"),
        (TWO, {"at_most": "x"}, "abs(w1)**q/abs(w2)**q <= w1*w2", "q in [1, 2]; w1, w2 nonzero"),
    ],
)
def test_statement_and_domain_are_those_that_are_meant(flow, arguments, text, on):
    found = conjecture(flow, "|w_1|^q |w_2|^(-q)", **arguments)
    assert found.text == text
    assert place(found.statement.on) == on


def test_letters_stand_for_what_the_flow_has():
    assert conjecture(THREE, "q alpha x", conserved=True).quantity == sympy.Rational(3, 2) * alpha * THREE.effective
    assert conjecture(IN_TIME, "alpha", equals="1/(1+t)").text == "1/(t + 1) = 1/(t + 1)"
    assert conjecture(OWN, "x", equals="u^2 v").statement.lhs == u**2 * v
    assert conjecture(TWO, "x", rate="-slope").statement.rhs == -TWO.slope


def test_x_without_weights_is_a_number():
    found = conjecture(TWO, "sqrt(x^2)", equals="x", where=["x > 0"])
    assert place(found.statement.on) == "x > 0"
    assert found.text == "abs(x) = x"
    assert examine(found).verdict is Verdict.PROVED
    assert examine(conjecture(TWO, "sqrt(x^2)", equals="x")).witness == {"x": "-1"}


def test_conditions_that_contradict_one_another_leave_nothing():
    found = conjecture(TWO, "w1", equals="w2", where=["w1 > 1", "w1 < 1"])
    assert place(found.statement.on).startswith("w1 nowhere")
    assert examine(found).verdict is Verdict.VACUOUS
    assert conjecture(THREE, "w1", conserved=True, where=["q > 2"]).statement.examine(seed=0).verdict is Verdict.VACUOUS


@pytest.mark.parametrize(
    ("flow", "text", "arguments", "message"),
    [
        (TWO, "w1", {}, "the relation must be one of conserved, rate, equals and at-most, got nothing; add one"),
        (TWO, "w1", {"conserved": True, "equals": "2"}, "got conserved, equals"),
        (TWO, "w3", {"conserved": True}, "formula must be a formula in known symbols, got w3; write one of w1, w2, q, pi, x"),
        (TWO, "w1", {"equals": "w3"}, "equals must be a formula in known symbols, got w3"),
        (TWO, "w1", {"at_most": "beta"}, "at-most must be"),
        (TWO, "q", {"conserved": True}, "formula must be a formula in the weights, which move, got q; write one in w1, w2"),
        (TWO, "alpha w1", {"conserved": True}, "got alpha; it is the rate of a decay; add --decay decoupled"),
        (TWO, "t w1", {"conserved": True}, "got t; it is the time"),
        (TWO, "|w1|^p", {"conserved": True}, "got p; write q/(q - 1)"),
        (TWO, "slope w1", {"conserved": True}, "got slope; it moves with x"),
        (TWO, "mirror_map", {"conserved": True}, "got mirror_map; it is a function of x"),
        (TWO, "R", {"equals": "x"}, "got R; a mirror potential is called potential"),
        (TWO, "w1", {"equals": "w2", "where": ["w1 = w2"]}, "where must be free of equalities"),
        (
            Flow(Lq(2), Separable(u * sympy.Symbol("q", positive=True), (u, sympy.Symbol("q", positive=True)))),
            "u",
            {"equals": "1"},
            "weights must be named as no other letter, got q",
        ),
    ],
)
def test_anything_else_is_refused(flow, text, arguments, message):
    with pytest.raises(InvalidArgument) as refused:
        conjecture(flow, text, **arguments)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("flow", "rate"),
    [(TWO, "0"), (THREE, "-q alpha (|w_1|^q - |w_2|^q)"), (Flow(Lq(2), Product(2), Coupled(alpha)), "-2 alpha (w1^2 - w2^2)")],
)
def test_balances_have_their_rates(flow, rate):
    statement = conjecture(flow, "|w_1|^q - |w_2|^q", rate=rate).statement
    assert statement.examine(seed=0).verdict is Verdict.PROVED
    wrong = conjecture(flow, "|w_1|^q - |w_2|^q", rate=f"{rate} + |w1|/100").statement
    assert wrong.examine(seed=0).verdict is Verdict.REFUTED
