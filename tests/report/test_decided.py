"""What is shown of a certificate is what it states: both sides, the flow, the domain, and the kinds of statements."""

import json
from pathlib import Path

import pytest
import sympy
from theorems import FILES, examined

from mirrortheory import kernel
from mirrortheory.check import examine, load
from mirrortheory.check.certificates import certificate, tree
from mirrortheory.conservation import HasLaws
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, REALS, Domain
from mirrortheory.evidence import Evidence, Exists, Identity, Inequality, Limit, Minimiser, Root, Spectrum, Verdict
from mirrortheory.report.decided import domain, formula, statement
from mirrortheory.report.mathml import mathml

CHECKS = Path(__file__).resolve().parents[2] / "proofs_checks"
x, y, a = sympy.symbols("x y a", real=True)
ALL = Domain({x: REALS})
NOTHING = Evidence("sampled", Verdict.UNDECIDED, "", "")


def certified(stated):
    return certificate({}, [(stated, NOTHING)], Verdict.UNDECIDED)


@pytest.mark.parametrize(
    ("expression", "latex"),
    [
        (x + 1, "1 + x"),
        (x - y, "x - y"),
        (-(x + y), "- x - y"),
        (2 * (x + y) / 3, r"\frac{2 x}{3} + \frac{2 y}{3}"),
        ((x + y) ** 2 / (x - y), r"\frac{(x + y)^{2}}{x - y}"),
        (x**-2, r"\frac{1}{x^{2}}"),
        (sympy.Mul(-1, x, y), "- x y"),
        (sympy.sqrt(x) * abs(y) ** a, r"\left|y\right|^{a} \sqrt{x}".replace(r"\left|", "|").replace(r"\right|", "|")),
        (abs(x / 2), r"\frac{|x|}{2}"),
        ((x / y) ** a, r"\left(\frac{x}{y}\right)^{a}"),
        ((-x) ** 3, "- x^{3}"),
        (sympy.exp(-x) * sympy.log(y), r"e^{- x} \log(y)"),
        (sympy.sign(x) * sympy.pi, r"\pi \operatorname{sign}(x)"),
        (sympy.Max(x, y), r"\max(x, y)"),
        (sympy.Derivative(x * y, x), r"\partial_{x} (x y)"),
        (sympy.Derivative(x * y, x) * y, r"y (\partial_{x} (x y))"),
    ],
)
def test_expressions_read_as_they_are(expression, latex):
    shown = formula(tree(expression))
    assert latex in shown or sorted(latex) == sorted(shown)  # SymPy orders sums and products
    assert mathml(shown)


def test_the_slope_of_a_squared_letter_is_not_its_second_derivative():
    assert formula(["pow", ["sym", "f'"], ["num", "2"]]) == "(f')^{2}"


@pytest.mark.parametrize(
    ("region", "words", "latex"),
    [
        (REALS, "any real", "x"),
        (NONZERO, "nonzero", "x"),
        (POSITIVE, "positive", "x"),
        (NONNEGATIVE, "nonnegative", "x"),
        (sympy.Interval.open(-sympy.oo, 0), "negative", "x"),
        (sympy.Interval.Ropen(1, 2), "", r"x \in [1, 2)"),
        (sympy.Interval(-sympy.oo, 3), "", r"x \in (-\infty, 3]"),
        (sympy.Interval(0, 2) - sympy.FiniteSet(1), "", r"x \in [0, 1) \cup (1, 2]"),
        (sympy.FiniteSet(0, sympy.Rational(1, 2)), "", r"x \in \{0\} \cup \{\frac{1}{2}\}"),
        (sympy.S.EmptySet, "in no place", "x"),
    ],
)
def test_domains_are_said_in_words(region, words, latex):
    assert domain(certified(Identity(x, x, on=Domain({x: region}))), 0) == [(words, latex)]


def test_letters_of_one_range_stand_together_and_conditions_come_last():
    on = Domain({x: POSITIVE, y: REALS, a: POSITIVE}, (x < a, sympy.Or(sympy.Ne(y, 1), y > x)))
    found = domain(certified(Identity(x, x, on=on)), 0)
    assert found[:3] == [("positive", "x, a"), ("any real", "y"), ("where", "x < a")]
    assert found[3][0] == "and"
    assert set(found[3][1].split(r" \text{ or } ")) == {"y > x", r"y \ne 1"}


EACH_KIND = [  # a statement, and what is said of it
    (Identity(x, y, on=Domain({x: REALS, y: REALS})), ["x = y"]),
    (Inequality(x, x + 1, on=ALL, strict=True), ["x < 1 + x"]),
    (Inequality(x, x + 1, on=ALL), [r"x \le 1 + x"]),
    (Exists(x, 1, on=ALL), ["At some point", r"x \ne 1"]),
    (Minimiser(x**2, {x: sympy.Integer(0)}, on=ALL, strict=True), ["The only minimum of", "x^{2}", "is at", "x = 0"]),
    (Limit(1 / x, x, sympy.oo, 0, on=Domain({x: POSITIVE}), factor=1, power=1), [r"x \to \infty", r"\le"]),
    (Spectrum([[x, 0], [0, x]], sign=1, on=Domain({x: POSITIVE})), ["All eigenvalues are positive of", r"\begin{pmatrix}x & 0"]),
    (Root((x - y,), (x,), on=Domain({x: sympy.Interval(0, 1), y: sympy.Interval(0, 1)})), ["zero of"]),
    (
        HasLaws([x * y], [x, y], sympy.Symbol("q", positive=True), 1),
        ["There is for all q in (1, 2) but finitely many, near a generic point exactly 1 conservation law, ", "g(w) = (x y)"],
    ),
    (HasLaws([x * y], [x, y], 2, 2, damping=0), ["There are near a generic point exactly 2 conservation laws", r"\ddot w = -"]),
    (HasLaws([x * y, x + y], [x, y], 1, 0, at=[2, 3]), ["no conservation law", "q = 1", "in the cell of signs of", "(2, 3)"]),
]


@pytest.mark.parametrize(("stated", "said"), EACH_KIND, ids=lambda value: type(value).__name__)
def test_each_kind_of_statement_is_said(stated, said):
    phrases = statement(certified(stated), 0)
    text = "\n".join(part for phrase in phrases for part in phrase)
    assert all(expected in text for expected in said), text
    assert all(mathml(latex) for _, latex in phrases if latex)


def test_all_kinds_that_the_kernel_knows_are_said():
    relations = {certified(stated)["statement"][0]["relation"] for stated, _ in EACH_KIND}
    assert relations == {*kernel.KINDS} - {"ends"}  # tested with the claims that state it


def test_a_flow_is_shown_with_its_decay_and_the_derivative_along_it():
    record = examine(load(CHECKS / "balance_decays_under_coupled_decay.py")).certificate
    (_, stated), (along, flow) = statement(record, 0)
    assert stated.startswith(r"\frac{\mathrm{d}}{\mathrm{d}t} (|w_{1}|^{q} - |w_{2}|^{q}) = - ")
    assert along == "along"
    assert r"+ \alpha w_i" in flow
    assert "x = w_{1} w_{2}" in flow


def test_only_the_whole_sum_is_the_derivative_along_a_flow():
    """A slope times the velocity of another weight, one of two terms, one of another flow: none is d/dt."""
    record = examine(load(CHECKS / "balance_decays_under_coupled_decay.py")).certificate
    terms = record["statement"][0]["lhs"][1:]
    other, alone, mixed = json.loads(json.dumps([terms, terms, terms]))
    other[0][2][2] = "w2"
    mixed[0][2][1] = 1
    for lhs in (["add", *other], alone[0], ["add", *mixed]):
        record["statement"][0]["lhs"] = lhs
        assert r"\mathrm{d}t" not in statement(record, 0)[0][1].partition("=")[0]


@pytest.mark.parametrize("name", ["R", "R'", "x_0", "R, q = 1", r"\href{x}{y}", "</math>", "a_b_c"])
def test_names_of_any_kind_are_shown(name):
    shown = mathml(formula(["def", name]))
    assert shown is not None
    assert "href" not in shown or "href=" not in shown


@pytest.mark.parametrize("path", examined(FILES))
def test_every_statement_of_the_claims_can_be_shown(path, outcome_of):
    record = outcome_of(path.stem).certificate
    for number in range(len(record["statement"])):
        phrases = statement(record, number)
        assert phrases
        for _, latex in (*phrases, *domain(record, number)):
            assert not latex or mathml(latex), latex
