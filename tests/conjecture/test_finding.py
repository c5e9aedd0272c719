"""What comes of a conjecture: verdicts, the smallest witness, Python that reproduces it, and what is true instead."""

import contextlib
import io
import json

import pytest
import sympy

from mirrortheory import (
    Coupled,
    Decoupled,
    Domain,
    Exp,
    Flow,
    Identity,
    Inequality,
    Lq,
    PowersProduct,
    Product,
    Separable,
    Tempered,
    derive,
)
from mirrortheory.conjecture import conjecture, examine
from mirrortheory.conjecture.reproduce import python
from mirrortheory.conjecture.witness import overlooked, smallest
from mirrortheory.domain import POSITIVE, REALS
from mirrortheory.evidence import Verdict
from mirrortheory.notation import alpha, q
from mirrortheory.potentials import X

u, v, x = *sympy.symbols("u v", positive=True), sympy.Symbol("x", real=True)
TWO = Flow(Lq(q), Product(2))
OWN = Flow(Lq(2), Separable(u**2 * v, (u, v)))


def printed(code):
    """The numbers that a snippet prints."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, {})
    return [sympy.Float(text) for text in out.getvalue().split()]


FALSE = {
    "the ratio of two layers": (TWO, "|w_1|^q |w_2|^(-q)", {"conserved": True}, {"w1": "2", "w2": "1", "slope": "1", "q": "2"}),
    "with decay": (Flow(Lq(1), Product(3), Decoupled("1/10")), "|w1| - |w2|", {"conserved": True}, {"w1": "2", "w2": "1", "w3": "1", "slope": "1"}),
    "a wrong rate": (
        Flow(Lq("3/2"), Product(2), Decoupled(alpha)),
        "|w_1|^q - |w_2|^q",
        {"rate": "-alpha (|w_1|^q - |w_2|^q)"},
        {"w1": "2", "w2": "1", "slope": "1", "alpha": "1"},
    ),
    "a map of one's own": (OWN, "u^2 - v^2", {"conserved": True}, {"u": "1", "v": "1", "slope": "1"}),
    "one weight": (Flow(Lq(2), Exp()), "w", {"conserved": True}, {"w": "1", "slope": "1"}),
    "a rate with the slope": (TWO, "x", {"rate": "-slope (w1^2 + w2^2)", "where": ["q < 2"]}, {"w1": "2", "w2": "1", "slope": "1", "q": "1"}),
    "a temperature": (Flow(Lq(2), Tempered("1/2")), "w", {"conserved": True}, {"w": "1", "slope": "1"}),
    "powers": (Flow(Lq(2), PowersProduct(2, 3)), "u - v", {"conserved": True}, {"u": "1", "v": "1", "slope": "1"}),
    "decay in time": (Flow(Lq(1), Product(2), Decoupled("1/(1+t)")), "(2 + t)(|w1| - |w2|)", {"conserved": True}, {"w1": "2", "w2": "1", "slope": "1", "t": "1"}),
    "coupled": (Flow(Lq(1), Product(2), Coupled(1)), "|w1| - |w2|", {"conserved": True}, {"w1": "2", "w2": "1", "slope": "1/2"}),
    "formulas": (TWO, "x", {"equals": "|x|"}, {"x": "-1"}),
    "a bound": (TWO, "(w1 w2)^2", {"at_most": "(w1^4 + w2^4)/4"}, {"w1": "1", "w2": "1"}),
    "on an interval": (TWO, "x", {"at_most": "2", "where": ["1 < x < 21/10"]}, {"x": "41/20"}),
    "far out": (TWO, "x", {"at_most": "1000"}, {"x": "1001"}),
}  # fmt: skip


SLOW = {"with decay", "a rate with the slope", "coupled", "decay in time", "a temperature", "a wrong rate"}


@pytest.fixture(scope="module", params=[pytest.param(n, marks=[pytest.mark.slow] * (n in SLOW), id=n) for n in FALSE])
def refuted(request):
    flow, text, arguments, witness = FALSE[request.param]
    return request.param, examine(conjecture(flow, text, **arguments)), witness


def test_false_conjectures_are_refuted_at_a_small_point_and_python_reproduces_it(refuted):
    name, found, witness = refuted
    assert found.verdict is Verdict.REFUTED
    assert found.holds is False
    assert name == "coupled" or found.witness == witness
    lhs, rhs = (sympy.Float(found.sides[side].partition(" ")[0]) for side in ("lhs", "rhs"))
    left, right = printed(found.python)
    assert abs(left - lhs) < 1e-12 * (1 + abs(lhs))
    assert abs(right - rhs) < 1e-12 * (1 + abs(rhs))
    assert left > right if isinstance(found.conjecture.statement, Inequality) else left != right


NEAREST = {
    "the ratio of two layers": ("d/dt (abs(w1)**q - abs(w2)**q) = 0", Verdict.PROVED),
    "with decay": ("d/dt (abs(w1) - abs(w2)) = -(abs(w1) - abs(w2))/10", Verdict.PROVED),
    "a map of one's own": ("d/dt (u**2 - 2*v**2) = 0", Verdict.PROVED),
    "powers": ("d/dt (u**2 - 2*v**2/3) = 0", Verdict.PROVED),
    "formulas": None,
    "a bound": ("w1**2*w2**2 <= w1**4/2 + w2**4/2", Verdict.SUPPORTED),
}


def test_what_is_true_instead_is_found(refuted):
    name, found, _ = refuted
    if name in NEAREST:
        assert found.nearest == NEAREST[name]


@pytest.mark.parametrize(
    ("flow", "text", "arguments", "nearest"),
    [
        (Flow(Lq(2), Product(2)), "w1^2 + w2^2", {"rate": "-2 slope x"}, "d/dt (w1**2 + w2**2) = -4*slope*w1*w2"),
        (Flow(Lq(2), Product(3)), "w1^2 + w2^2 + w3^2", {"conserved": True}, "d/dt (w1**2 - w2**2) = 0"),
        (Flow(Lq(2), Separable(u * v**2, (u, v))), "2u^2 + v^2", {"conserved": True}, "d/dt (2*u**2 - v**2) = 0"),
        (Flow(Lq(1), Separable(u**2 * v, (u, v))), "u - 3v", {"conserved": True}, "d/dt (u - v) = 0"),
        (Flow(Lq(2), Separable(u / v, (u, v))), "u v", {"conserved": True}, "d/dt (u**2 + v**2) = 0"),
        (TWO, "log(2 x)", {"equals": "log(x)", "where": ["x > 0"]}, "log(2*x) = log(x) + log(2)"),
        (TWO, "w1 w2", {"equals": "2 x"}, None),
        (TWO, "x + 1", {"at_most": "x", "where": ["x > 0"]}, "x <= x + 1"),
    ],
)
def test_nearest_true_statements(flow, text, arguments, nearest):
    found = examine(conjecture(flow, text, **arguments))
    assert found.verdict is Verdict.REFUTED
    assert (found.nearest and found.nearest[0]) == nearest  # none where it would be the left side itself


def test_derived_forms_are_compared_and_a_factor_is_found():
    form = derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.mirror_map
    true, false = (
        examine(conjecture(Flow(Lq(2), Product(2)), "mirror_map", equals=text, forms={"mirror_map": form}))
        for text in ("asinh(2x/3) / 2", "asinh(2x/3)")
    )
    assert true.verdict is Verdict.PROVED
    assert false.nearest == ("mirror_map = asinh(2*x/3)/2", Verdict.PROVED)
    assert printed(false.python)[0] < printed(false.python)[1]


def test_cases_that_the_domain_excludes_are_left_out():
    form = derive(TWO).potential.mirror_map
    assert form.has(sympy.Piecewise)
    found = [
        conjecture(TWO, "mirror_map", equals="x^(1-q/2)/(2 - q)", where=where, forms={"mirror_map": form})
        for where in ([], ["q < 2"])
    ]
    assert examine(found[1]).verdict is Verdict.PROVED
    assert examine(found[0]).holds is not True


def test_functions_that_the_parser_does_not_have_are_reproduced_too():
    half = sympy.Rational(1, 2)
    form = X * sympy.hyper((half, half), (3 * half,), -(X**2))
    false = conjecture(TWO, "mirror_map", equals="x", forms={"mirror_map": form})
    left, right = printed(python(false, dict.fromkeys(false.statement.on.ranges, sympy.S.One)))
    assert abs(left - sympy.N(form.subs(dict.fromkeys(form.free_symbols, 1)))) < 1e-12
    assert abs(right - 1) < 1e-12


@pytest.mark.parametrize(
    ("text", "arguments", "why"),
    [
        ("1/(x - 1)", {"at_most": "5"}, "undefined or unresolved at x = 1"),
        ("gamma(w1)", {"conserved": True, "where": ["w1 > 0"]}, "no enclosure"),
    ],
)
def test_what_stays_open_says_why(text, arguments, why):
    found = examine(conjecture(TWO, text, **arguments))
    assert (found.verdict, found.holds) == (Verdict.UNDECIDED, None)
    assert why in found.evidence.detail


def test_time_that_is_up_leaves_it_open(monkeypatch):
    def forever(self, *, seed):
        while True:
            pass

    monkeypatch.setattr(Identity, "examine", forever)
    found = examine(conjecture(TWO, "w1", conserved=True), seconds=0.05)
    assert found.verdict is Verdict.UNDECIDED
    assert "no answer within 0.05 s" in found.evidence.detail


def test_json_and_text_say_the_same():
    found = examine(conjecture(TWO, "|w_1|^q |w_2|^(-q)", conserved=True))
    document = json.loads(json.dumps(found.as_json()))
    assert set(document) == {"conjecture", "flow", "on", "verdict", "mutants", "why", "witness", "python", "nearest"}
    assert document["witness"] == {"point": found.witness, **found.sides}
    for text in (document["conjecture"], document["verdict"], document["nearest"]["statement"], *document["python"].splitlines()):
        assert text in found.as_text()
    held = examine(conjecture(TWO, "|w_1|^q - |w_2|^q", conserved=True))
    assert "verdict: PROVED, no mutants\n" in held.as_text()
    assert [held.as_json()[key] for key in ("witness", "python", "nearest", "mutants")] == [None, None, None, []]


# The smallest witness ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "witness"),
    [
        (Identity(x**3, x, on=Domain({x: REALS})), "2"),
        (Identity(x**2, x, on=Domain({x: sympy.Interval(0, 1)})), "1/2"),
        (Identity((x - 1) * (x - 2) * (2 * x - 1) * x * (x + 1), 0, on=Domain({x: REALS})), "3"),
        (Inequality(x, 7, on=Domain({x: REALS})), "8"),
        (Inequality(x, sympy.Rational(15, 2), on=Domain({x: sympy.Interval(7, 8)})), "8"),
        (Inequality(x, 0, on=Domain({x: sympy.Interval(50, 51)})), "50"),
    ],
)
def test_the_smallest_witness_is_found(statement, witness):
    for seed in (0, 1):
        assert smallest(statement, statement.examine(seed=seed)).witness["x"] == witness


def test_a_true_statement_has_no_witness():
    x = sympy.Symbol("x", positive=True)
    assert overlooked(Inequality(x, x + 1, on=Domain({x: POSITIVE}))) is None
    assert Identity(x, x, on=Domain({x: POSITIVE})).against([{x: sympy.S.One}]) is None


@pytest.mark.parametrize("bound", [10**5 + x**2 / 10**60, sympy.Integer(10) ** 30, x**2 + sympy.Rational(1, 10**9) - 0])
def test_what_fails_far_out_or_nearby_is_not_supported(bound):
    false = Inequality(x, bound, on=Domain({x: REALS}))
    found = false.examine(seed=0)
    assert found.verdict is Verdict.REFUTED or overlooked(false) is not None
