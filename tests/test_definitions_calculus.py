"""SymPy's own calculus on what is worked out later: at once, without capture, and on the letters inside of names."""

import pickle

import pytest
import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.certificates import certificate
from mirrortheory.definitions import Named, at, work_out
from mirrortheory.domain import REALS, Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Exists, Identity, Inequality

X, Y, Z = sympy.symbols("x y z", real=True)
PLANE = Domain({X: REALS, Y: REALS})


def meaning(expr):
    return sympy.expand(work_out(expr).expr)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (at(X**2 * Y, {X: Y, Y: X}).doit(), X * Y**2),
        (at(X**2 * Y, {X: Y, Y: 2}).doit(), 2 * Y**2),
        (sympy.diff(at(X**2 * Y, {X: Y, Y: X}), Y), 2 * X * Y),
        (sympy.diff(at(X**2 * Y, {X: Y, Y: X}), X, Y), 2 * Y),
        (at(X * Y, {X: Z}).subs(Y, X), X * Z),
        (at(X * Y, {X: Z}).xreplace({Y: X}), X * Z),
        (at(X * Y, {X: X + 1}).subs(X, Y), Y**2 + Y),
        (at(X * Y, {X: Z}).subs({Y: Z, Z: Y}, simultaneous=True), Y * Z),
        (at(X**2 * Y, {Y: 2}).subs(X**2, Z), 2 * Z),
        (sympy.limit(at(X**2 * Y, {Y: X**-3}), X, sympy.oo), 0),
    ],
    ids=str,
)
def test_values_are_put_in_at_once_and_capture_nothing(expr, expected):
    assert meaning(expr) == expected


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (Derivative(Named("A", X * Y), X).subs(X, Y), Y),
        (Derivative(Named("A", X * Y), X).subs(Y, X), X),
        (Named("A", X**2).subs(X**2, Y), X**2),  # a name is a whole
        (sympy.limit(Named("B", 1 / X), X, sympy.oo), 0),
        (sympy.series(Named("A", sympy.exp(X)), X, 0, 3).removeO(), 1 + X + X**2 / 2),
        (sympy.integrate(Named("A", X**2 * Y), X).doit(), X**3 * Y / 3),
        (sympy.simplify(Named("A", X**2) + X), X**2 + X),
        (sympy.powdenest(Named("A", X**2) + X), X**2 + X),
        (sympy.factor(Named("A", X**2 - 4)), X**2 - 4),
    ],
    ids=str,
)
def test_the_letters_of_names_are_seen(expr, expected):
    assert meaning(expr) == expected


def test_the_letters_of_velocities_are_seen():
    flow = Flow(Lq(2), Product(2))
    w1, w2 = flow.weights
    rate = flow.derivative(Named("Q", w1**2 * w2))
    slope = flow.slope
    assert meaning(rate.subs(w1, w2)) == -3 * slope * w2**3
    a, b, c = Flow(Lq(2), Product(3)).weights
    assert meaning(Derivative(Flow(Lq(2), Product(3)).derivative(a), b).subs(b, c)) == -slope * c


@pytest.mark.parametrize(
    ("lhs", "true", "false"),
    [
        (sympy.diff(at(X**2 * Y, {X: Y, Y: X}), Y), 2 * X * Y, 2 * X**2),
        (Derivative(Named("A", X * Y), X).subs(X, Y), Y, 2 * Y),
        (at(X * Y, {X: Z}).subs(Y, X).subs(Z, Y), X * Y, Y**2),
    ],
    ids=str,
)
def test_true_statements_pass_and_false_ones_fail(lhs, true, false):
    assert Identity(lhs, true, on=PLANE).examine(seed=0).verdict.name == "PROVED"
    assert Identity(lhs, false, on=PLANE).examine(seed=0).verdict.name == "REFUTED"


def test_names_stay_names_where_nothing_changes():
    named = Named("A", X**2)
    assert named.subs(Y, 1) == named
    assert str(named + 1) == "A + 1"
    assert named != Named("B", X**2)
    assert pickle.loads(pickle.dumps(at(named, {X: Y}))) == at(named, {X: Y})


@pytest.mark.parametrize(
    "expr", [Named("A", sympy.sqrt(X)) ** 2, sympy.exp(Named("A", sympy.log(X))), Named("A", sympy.log(X)) ** 0 * X]
)
def test_what_is_undefined_stays_so_when_it_is_worked_out(expr):
    expected = "PROVED" if expr == X else "UNDECIDED"  # SymPy drops the power 0 before anything is known of it
    assert Identity(expr, X, on=Domain({X: REALS})).examine(seed=0).verdict.name == expected


W = Flow(Lq(2), Product(2)).weights[0]
NAMESAKE = sympy.Symbol(str(W), positive=True)
ON = Domain({W: REALS})


@pytest.mark.parametrize(
    "statement",
    [
        Inequality(-1, at(W**2 + NAMESAKE, {NAMESAKE: 3}), on=ON),
        Inequality(Derivative(Named("N", W), NAMESAKE), 5, on=ON),
        Exists(at(W * NAMESAKE, {NAMESAKE: 3}), 10, on=ON, below=False, at={W: 1}),
        Identity(at(W**2, {NAMESAKE: 2}), W**2, on=ON),
    ],
    ids=["inequality at", "derivative", "exists", "identity at"],  # two symbols of one name print in an order of no law
)
def test_two_symbols_of_one_name_have_no_certificate(statement):
    found = statement.examine(seed=0)
    with pytest.raises(InvalidArgument, match="must be the name of one symbol in a statement"):
        certificate({}, [(statement, found)], found.verdict)
