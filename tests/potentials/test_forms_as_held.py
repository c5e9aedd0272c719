"""What a potential gives as R, R', R'', x(y) and R*: SymPy takes it for an expression, and its letters go by their names."""

import copy
import operator
import pickle
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

from mirrortheory import Flow, Lq, Product, Scalar, derive
from mirrortheory.check.certificates import tree
from mirrortheory.definitions import at, work_out
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Identity, Verdict
from mirrortheory.laws.comparison import compare
from mirrortheory.potentials import AlongCurve, ClosedForm, Potential, X
from mirrortheory.reparams import Exp

LAM = sympy.Symbol("lambda", positive=True)
PLAIN = sympy.asinh(2 * X / 3) / 2
IN_X = ("potential", "mirror_map", "hessian")
IN_Y = ("inverse_mirror_map", "conjugate")
LETTERS = ["x", sympy.Symbol("x"), sympy.Symbol("x", real=True), X]


def two(imbalance=(0, 3)):
    return derive(Flow(Lq(2), Product(2)), imbalance=imbalance).potential


def closed():
    return two().mirror_map


def three(imbalance=(0, "1/2", 2)):
    return derive(Flow(Lq(2), Product(3)), imbalance=imbalance).potential


@pytest.mark.parametrize("letter", LETTERS, ids=["text", "none", "real", "positive"])
def test_letters_of_a_closed_form_go_by_name(letter):
    """Each of these changed nothing, or gave 0, for a letter of other assumptions than ours."""
    slope = two().mirror_map
    assert slope.subs(letter, 1) == slope.subs({letter: 1}) == slope.subs([(letter, 1)]) == sympy.asinh(sympy.Rational(2, 3)) / 2
    assert slope.subs(letter, 2) != slope.subs(letter, 1)
    assert slope.xreplace({letter: sympy.S.One}) == slope.replace(letter, sympy.S.One) == slope.subs(letter, 1)
    assert slope.diff(letter) == sympy.diff(slope, letter) == sympy.diff(PLAIN, X) != 0
    assert slope.diff((letter, 2)) == sympy.diff(PLAIN, X, 2) != 0
    assert slope.limit(letter, 0) == 0 != slope.limit(letter, 1)
    assert slope.has(letter)
    assert slope.evalf(30, subs={letter: 1}) == slope.subs(letter, 1).evalf(30)
    assert slope.series(letter, 0, 3) == sympy.series(PLAIN, X, 0, 3)


def test_what_is_put_for_a_letter_may_have_its_name():
    other = sympy.Symbol("x", real=True)
    found = two().mirror_map.subs(X, other)
    assert found == sympy.asinh(2 * other / 3) / 2
    assert found.free_symbols == {other} != {X}
    assert two().mirror_map.xreplace({X: other}) == found == two().mirror_map.replace(X, other)


@pytest.mark.parametrize("quantity", [*IN_X, *IN_Y])
@pytest.mark.parametrize("potential", [two, three], ids=["closed", "curve"])
def test_every_form_refuses_what_does_not_occur(potential, quantity):
    form = getattr(potential(), quantity)
    ours, foreign = ("y", "x") if quantity in IN_Y else ("x", "y")
    assert form.letter.name == ours
    assert float(form.subs(sympy.Symbol(ours), 1)) == pytest.approx(form(1), rel=1e-14)
    assert float(form.subs(ours, "3/2")) == pytest.approx(form("3/2"), rel=1e-14) != form(1)
    for wrong in (foreign, sympy.Symbol("mu"), "s"):
        with pytest.raises(InvalidArgument, match=f"^replacements must be for {ours}, got {wrong}; write a symbol that occurs$"):
            form.subs(wrong, 1)
    with pytest.raises(InvalidArgument, match="replacements must be a mapping from symbols or names to values, got 3"):
        form.subs(3)


def test_parameters_of_a_form_go_by_name_too():
    form = two((0, LAM)).mirror_map
    for letter in (LAM, sympy.Symbol("lambda"), "lambda"):
        assert form.subs(letter, 3) == PLAIN
        assert isinstance(form.subs(letter, 3), ClosedForm)  # so that x goes by name in what is left
        assert form.subs({letter: 3, "x": 1}) == form.subs({"x": 1, letter: 3}) == PLAIN.subs(X, 1) != PLAIN.subs(X, 2)
    with pytest.raises(InvalidArgument, match="lambda must be positive, got -1"):
        form.subs("lambda", -1)
    with pytest.raises(InvalidArgument, match="replacements must be for x, lambda, got mu"):
        form.subs("mu", 3)
    assert form.subs(2 * sympy.Symbol("x"), sympy.Symbol("z")) == sympy.asinh(sympy.Symbol("z") / LAM) / 2  # a part, as in SymPy
    assert form.subs({X: LAM, LAM: X}, simultaneous=True) == sympy.asinh(2 * LAM / X) / 2
    with pytest.raises(InvalidArgument, match=r"got z\*\*2; write a symbol that occurs"):
        form.subs(sympy.Symbol("z") ** 2, 1)


def test_equality_and_hash_are_those_of_the_expression():
    form = two().mirror_map
    assert all(operator.eq(*pair) and not operator.ne(*pair) for pair in ((form, PLAIN), (PLAIN, form)))
    assert form == two().mirror_map != two((0, 4)).mirror_map
    assert all(operator.ne(*pair) and not operator.eq(*pair) for pair in ((form, 2 * PLAIN), (2 * PLAIN, form)))
    assert {PLAIN: 1}[form] == {form: 1}[PLAIN] == 1
    assert form != str(PLAIN)
    assert three().mirror_map == three().mirror_map != three().hessian
    assert three().mirror_map != three((0, "1/2", 3)).mirror_map
    assert len({three().mirror_map, three().mirror_map, three().hessian}) == 2


PLAINLY = {
    "sum": lambda e: (e + 1, 1 + e, e + X, X + e, e - 1, X - e, e + e),
    "product": lambda e: (2 * e, e * 2, X * e, e * X, e / X, X / e, 1 / e, Fraction(1, 2) * e),
    "power": lambda e: (e**2, 2**e, X**e, e**X, -e, +e, abs(e)),
    "order": lambda e: (e < 1, e <= 1, e > X, operator.ge(1, e), operator.lt(X, e)),
    "simplify": lambda e: (sympy.simplify(e), sympy.expand(e), sympy.factor(e), sympy.together(e), sympy.trigsimp(e)),
    "calculus": lambda e: (sympy.limit(e, X, 1), sympy.integrate(e, X), sympy.series(e, X, 0, 3), sympy.Derivative(e, X)),
    "functions": lambda e: (sympy.exp(e), sympy.Abs(e), sympy.Function("f")(e), sympy.Eq(e, 1), sympy.Eq(X, e)),
    "solve": lambda e: tuple(sympy.solve(e - 1, X)),
    "containers": lambda e: (sympy.Matrix([e])[0], sympy.Tuple(e)[0], sympy.Piecewise((e, X > 1), (0, True)), sympy.Lambda(X, e)),
    "places": lambda e: (sympy.exp(X).subs(X, e), sympy.exp(X).xreplace({X: e}), (PLAIN + 1).subs(e, 5), sympy.count_ops(e)),
    "text": lambda e: (sympy.latex([e]), sympy.pretty(e), sympy.srepr(e), sympy.ccode(e), sympy.pycode(e), sympy.mathml(e), f"{e}"),
    "asked": lambda e: (e.free_symbols, e.args, e.is_real, e.as_independent(X), e.atoms(sympy.asinh), e.func, e.count_ops()),
}


@pytest.mark.parametrize("name", PLAINLY)
def test_sympy_takes_it_for_its_expression(name):
    found, expected = PLAINLY[name](closed()), PLAINLY[name](PLAIN)
    assert found == expected
    assert [type(one) for one in found] == [type(one) for one in expected]  # plain: nothing of ours in SymPy's trees or caches
    assert found != PLAINLY[name](sympy.asinh(X / 3) / 2)


def test_it_is_made_to_code_as_its_expression_is():
    grid, form = np.array([0.5, 1.0]), closed()
    for symbol in (X, sympy.Symbol("x")):
        assert sympy.lambdify(symbol, form, "numpy")(grid) == pytest.approx(form(grid), rel=1e-15)
        assert sympy.lambdify([symbol], [form, 2 * form], "mpmath")(mpmath.mpf(1))[1] == pytest.approx(2 * form(1), rel=1e-15)
    assert list(grid * form) == [0.5 * PLAIN, 1.0 * PLAIN]
    assert np.float64(2.0) * form == 2.0 * PLAIN


def test_it_is_pickled_and_copied():
    for form in (closed(), three().hessian):
        for same in (pickle.loads(pickle.dumps(form)), copy.copy(form), copy.deepcopy(form)):
            assert (type(same), same, same(1)) == (type(form), form, form(1))


def test_it_is_no_sympy_expression_and_says_where_that_is():
    assert not isinstance(closed(), sympy.Basic)
    assert isinstance(closed().expression, sympy.Expr)
    assert closed().expression is two().closed_mirror_map == sympy.sympify(closed())
    assert closed()._repr_latex_() == rf"$\displaystyle {sympy.latex(PLAIN)}$"
    assert {"subs", "diff", "letter", "as_independent"} < set(dir(closed()))
    with pytest.raises(AttributeError, match="nothing_such"):
        closed().nothing_such  # noqa: B018 - looked up
    with pytest.raises(sympy.SympifyError, match="cannot sympify object of type"):  # it has no expression in x
        sympy.diff(three().mirror_map, X)


def test_the_package_takes_it_for_its_expression_too():
    assert Potential.of(closed(), given="mirror-map").mirror_map.subs("x", X) == PLAIN
    loss, plainly = Scalar(two().potential), Scalar(two().closed_potential)
    assert type(loss.expr) is type(plainly.expr)
    assert loss.value(np.array([1.0])) == plainly.value(np.array([1.0])) != loss.value(np.array([2.0]))
    assert compare(two().potential, two()).verdict.name == "PROVED"
    assert compare(two((0, 4)).potential, two()).verdict.name == "REFUTED"


@pytest.mark.parametrize("quantity", [*IN_X, *IN_Y])
def test_statements_take_it_for_its_expression(quantity):
    potential = two()
    form, plain = getattr(potential, quantity), getattr(potential, f"closed_{quantity}")
    letter, value = form.letter, sympy.Rational(2, 3)
    put, meant = at(form, {letter: value}), at(plain, {letter: value})
    assert put == meant
    assert type(put) is type(meant)
    assert work_out(at(sympy.Derivative(form, letter), {letter: value})) == work_out(
        at(sympy.Derivative(plain, letter), {letter: value})
    )
    on = Domain({letter: POSITIVE})
    outcome = Identity(at(form, {letter: letter}), plain, on=on)
    assert outcome.examine(seed=0).verdict is Verdict.PROVED
    assert Identity(at(form, {letter: 2 * letter}), plain, on=on).examine(seed=0).verdict is Verdict.REFUTED
    assert tree(outcome.lhs) == tree(at(plain, {letter: letter}))


@pytest.mark.parametrize(
    "potential", [three(), derive(Flow(Lq("3/2"), Product(3)), imbalance=(0, 1, 2)).potential], ids=["2", "3/2"]
)
def test_forms_along_a_curve_are_those_of_one_potential(potential):
    """R' and R'' are derivatives of R, x(y) inverts R', R*' is x(y), and R + R* = x y, by digits of the forms alone."""
    step = mpmath.mpf(10) ** -12

    def at(quantity, place):
        form = getattr(potential, quantity)
        assert isinstance(form, AlongCurve)
        return mpmath.mpf(str(form.evalf(40, subs={form.letter.name: sympy.Rational(str(place))})))

    def slope(quantity, place):
        return (at(quantity, place + step) - at(quantity, place - step)) / (2 * step)

    with mpmath.workdps(40):
        x = mpmath.mpf("0.75")
        y = at("mirror_map", x)
        pairs = {
            "R'": (slope("potential", x), y),
            "R''": (slope("mirror_map", x), at("hessian", x)),
            "x(y)": (at("inverse_mirror_map", y), x),
            "R*'": (slope("conjugate", y), x),
            "R + R*": (at("potential", x) + at("conjugate", y), x * y),
        }
        for name, (found, wanted) in pairs.items():
            assert abs(found - wanted) < mpmath.mpf(10) ** -18, name
            assert abs(found - at("mirror_map", x + step)) > mpmath.mpf(10) ** -13 or name != "R'"


@pytest.mark.parametrize(
    ("potential", "written"),
    [
        (
            three(),
            {
                "potential": "-s/2 + x*R_F(2 + 1/s, 1/2 + 1/s, 1/s) where sqrt(s)*sqrt(s + 1/2)*sqrt(s + 2) = x",
                "conjugate": "s/2 where R_F(2 + 1/s, 1/2 + 1/s, 1/s) = y",
                "inverse_mirror_map": "sqrt(s)*sqrt(s + 1/2)*sqrt(s + 2) where R_F(2 + 1/s, 1/2 + 1/s, 1/s) = y",
            },
        ),
        (Potential.of("exp(x**2)", given="hessian"), {"inverse_mirror_map": "x where Integral(exp(u**2), (u, 0, x)) = y"}),
        (
            Potential.of("x**2 + exp(x**2)"),
            {"conjugate": "2*x**2*(exp(x**2) + 1) - x**2 - exp(x**2) where 2*x*(exp(x**2) + 1) = y"},
        ),
        (
            Potential.of("y + y**5", given="inverse-mirror-map"),
            {"mirror_map": "y where y**5 + y = x", "hessian": "1/(5*y**4 + 1) where "},
        ),
        (Potential.of("y*exp(y**4)", given="inverse-mirror-map"), {"conjugate": "Integral(u*exp(u**4), (u, 0, y))"}),
    ],
    ids=["curve", "integral", "formula", "dual", "dual-integral"],
)
def test_forms_along_a_curve_print_the_curve(potential, written):
    for quantity, text in written.items():
        form = getattr(potential, quantity)
        assert isinstance(form, AlongCurve)
        assert str(form).startswith(text)
        assert (r"\text{where}" in sympy.latex(form)) == (" where " in text)
        assert sympy.latex(form) in form._repr_latex_()


ONE_SIDED = {
    "q = 1": lambda: derive(Flow(Lq(1), Product(2)), imbalance=(0, 3)).potential,
    "balanced": lambda: derive(Flow(Lq(2), Product(2))).potential,
    "three layers": lambda: derive(Flow(Lq(1), Product(3)), imbalance=(0, 1, 2)).potential,
}


@pytest.mark.parametrize("name", ONE_SIDED)
@pytest.mark.parametrize("quantity", [*IN_X, *IN_Y])
def test_a_number_that_is_put_gives_what_a_call_gives_on_both_sides_of_zero(name, quantity):
    form = getattr(ONE_SIDED[name](), quantity)
    for value in (-2, sympy.Rational(-1, 2), 1):
        assert float(form.subs(form.letter.name, value).evalf()) == pytest.approx(form(value), rel=1e-12)


def test_the_expression_alone_is_of_one_side():
    hessian = ONE_SIDED["q = 1"]().hessian
    assert float(hessian.expression.subs(X, -1)) != pytest.approx(hessian(-1), rel=0.1)


@pytest.mark.parametrize(
    ("made", "letter", "value", "said"),
    [
        (lambda: Potential.of("-log(1-x^2)", domain="-1<x<1").mirror_map, "x", 2, "x must be in the region -1 < x < 1"),
        (lambda: derive(Flow(Lq(2), Exp())).potential.inverse_mirror_map, "y", 3, "y must be in the dual domain"),
        (lambda: two().mirror_map, "x", sympy.nan, "x must be a finite real number"),
        (lambda: two().mirror_map, "x", sympy.I, "x must be a finite real number"),
        (lambda: two((0, sympy.Symbol("lam", positive=True))), "lam", sympy.nan, "lam must be a finite real number"),
        (lambda: two((0, sympy.Symbol("lam", positive=True))), "lam", sympy.oo, "lam must be a finite real number"),
    ],
    ids=["region", "dual domain", "nan", "complex", "parameter nan", "parameter oo"],
)
def test_what_no_form_has_is_refused_in_one_line(made, letter, value, said):
    with pytest.raises(InvalidArgument, match=said) as refused:
        made().subs(letter, value)
    assert "\n" not in str(refused.value)


def test_text_is_never_evaluated(tmp_path):
    mark = tmp_path / "mark"
    text = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    form, x = two().mirror_map, sympy.Symbol("x")
    tries = [
        lambda: form.subs(x, text),
        lambda: form.subs(x**2, text),
        lambda: form.limit("x", text),
        lambda: form.evalf(subs={x: text}),
        lambda: form.diff(text),
        lambda: form.xreplace({text: 1}),
    ]
    for attempt in tries:
        with pytest.raises(InvalidArgument) as refused:
            attempt()
        assert "\n" not in str(refused.value)
    assert not mark.exists()
    assert form.subs(x, "1/2") == form.subs("x", sympy.Rational(1, 2))


def test_a_loss_that_is_a_form_is_known_on_both_sides_of_zero():
    potential = ONE_SIDED["q = 1"]()
    loss, ends = Scalar(potential.potential), []
    for x in (1.0, -1.0):
        assert loss.slope(np.array([x]))[0] == pytest.approx(potential.mirror_map(x), rel=1e-12)
        ends.append(loss.value(np.array([x])))
    assert ends[0] == ends[1] == pytest.approx(potential(1), rel=1e-12)
    one_sided = Scalar(potential.closed_potential)
    assert one_sided.value(np.array([-1.0])) != pytest.approx(potential(1), rel=0.1)


def test_a_plot_of_sympy_takes_a_form():
    """SymPy calls what it plots, with complex numbers whose imaginary part is 0."""
    x, potential = sympy.Symbol("x"), two()
    for form in (potential.potential, three().mirror_map):  # the second is known along a curve only
        (series,) = sympy.plot(form, (x, -1, 3), show=False, adaptive=False, n=5)
        at, found = series.get_points()
        assert at.tolist() == [-1, 0, 1, 2, 3]
        assert found.tolist() == [form(place) for place in at]
    with pytest.raises(InvalidArgument, match="x must be a real number, got 1j"):
        potential.mirror_map(1j)
