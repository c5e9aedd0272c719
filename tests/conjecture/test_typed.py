"""Formulas as people type them: what they are read as, and what is refused."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from mirrortheory.conjecture.typed import conditions, formula, plain, typed
from mirrortheory.errors import InvalidArgument
from mirrortheory.theory import SLOPE

NAMES = ("w1", "w2", "q", "alpha", "x")
LETTERS = {name: sympy.Symbol(name, real=True) for name in NAMES}
w1, w2, q, alpha, x = LETTERS.values()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("|w_1|^q |w_2|^(-q)", "abs(w1)**q *abs(w2)**(-q)"),
        ("|w_1|^{q}|w_2|^{-q}", "abs(w1)**(q)*abs(w2)**(-q)"),
        ("||w1| - |w2||", "abs(abs(w1) - abs(w2))"),
        ("|w1||w2|", "abs(w1)*abs(w2)"),
        ("||w1||", "abs(abs(w1))"),
        ("2w1 w2", "2*w1 *w2"),
        ("-q alpha (w1 - w2)", "-q *alpha *(w1 - w2)"),
        ("alpha(w1)", "alpha*(w1)"),
        ("sqrt(w1)(w2)", "sqrt(w1)*(w2)"),
        ("Abs(x) + sgn(x) + ln(x)", "abs(x) + sign(x) + log(x)"),
        ("1e5 x", "1e5 *x"),
        ("x/2*w1 w2", "x/2*w1 *w2"),
        ("w1/w2 + x q", "w1/w2 + x *q"),
        ("1/(2 x)", "1/(2 *x)"),
        ("w1^-q w2", "w1**-q *w2"),
        ("f(x)", "f(x)"),
        ("w_3", "w_3"),
    ],
)
def test_what_is_typed_is_written_for_the_parser(text, read):
    assert plain(text, NAMES, "formula") == read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("|w_1|^q |w_2|^(-q)", abs(w1) ** q / abs(w2) ** q),
        ("-q alpha (|w1|^2 - |w2|^2)", -q * alpha * (abs(w1) ** 2 - abs(w2) ** 2)),
        ("2^3^2", sympy.Integer(512)),
        ("-x^2", -(x**2)),
        ("w1 w2^2 x", w1 * w2**2 * x),
    ],
)
def test_formulas_have_their_values(text, value):
    assert formula(text, LETTERS, "formula") == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1/2 x", "a formula with * or parentheses after a division, got 1/2 x; write * before x"),
        ("w1/w2^-q x", "after a division"),
        ("x/(w1) (w2)", "after a division"),
        ("|w1", "with each bar and bracket closed"),
        ("w1)", "with each bar and bracket closed"),
        ("(|w1)|", "with each bar and bracket closed"),
        ("|w1| = |w2|", "without a relation"),
        ("w1 < w2", "without a relation"),
        ("sin x", "write sin(x)"),
        ("sqrt w1", "write sqrt(w1)"),
        ("lambda", "a formula in known symbols, got lambda; write one of w1, w2"),
        ("beta", "a formula in known symbols, got beta; write one of w1, w2"),
        ("w_3", "got w_3"),
        ("f(x)", "a formula of known functions, got f"),
        ("3 4", "a complete formula"),
        ("", "a formula, got nothing"),
        ("\u03b1 x", "a formula, got '\\u03b1'"),
        ("__import__('os')", "a formula, got"),
        ("x.real", "got x.real"),
        ("9^9^9", "exponents and roots beyond 64"),
        ("x" * 6000, "at most 5000 characters"),
        (3, "text, got 3"),
    ],
)
def test_anything_else_is_refused_in_one_line(text, message):
    with pytest.raises(InvalidArgument) as refused:
        formula(text, LETTERS, "formula")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@given(st.text(alphabet="w12q_|^(){}*/+-. eabsin\t\n=<", max_size=30))
def test_no_text_is_anything_but_a_formula_or_refused(text):
    try:
        found = formula(text, LETTERS, "formula")
    except InvalidArgument as refused:
        assert "\n" not in str(refused)
    else:
        assert found.free_symbols <= set(LETTERS.values())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("w1 > w2", [(sympy.Gt, w1, w2)]),
        ("0 < x <= 1", [(sympy.Lt, 0, x), (sympy.Le, x, 1)]),
        ("w1 >= |w2|, q != 2 and x < 3", [(sympy.Ge, w1, abs(w2)), (sympy.Ne, q, 2), (sympy.Lt, x, 3)]),
    ],
)
def test_conditions_are_read(text, read):
    assert conditions(text, LETTERS) == read


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w1 = w2", "where must be free of equalities, got w1 = w2"),
        ("w1 == 2", "free of equalities"),
        ("w1", "a relation with <, <=, >, >= or !=, got w1"),
        ("w1 >", "where must be a formula, got nothing"),
        ("w1 > 0,", "a relation with"),
        ("w1 > beta", "got beta"),
        (None, "where must be text"),
    ],
)
def test_other_conditions_are_refused(text, message):
    with pytest.raises(InvalidArgument) as refused:
        conditions(text, LETTERS)
    assert message in str(refused.value)


@pytest.mark.parametrize("value", [abs(w1) ** q - w2 / 3, sympy.sqrt(x) * sympy.exp(1), sympy.sign(w1) * sympy.log(x)])
def test_what_is_written_can_be_typed_again(value):
    assert formula(typed(value), LETTERS, "formula") == value


def test_the_slope_has_a_name_that_can_be_typed():
    assert typed(-SLOPE * w1) == "-slope*w1"
