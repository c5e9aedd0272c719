"""A potential as a function: right to a double's rounding against quadrature, and one line for what it cannot take."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

from mirrortheory import Exp, Flow, Lq, PowerDifference, Product, derive
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.potentials import AlongCurve, DualPotential, Potential, X

LAM = sympy.Symbol("lambda", positive=True)
HALF = sympy.Rational(1, 2)
THREE = (0, "1/2", 2)  # layers, so that R' has no closed form


def three(imbalance=THREE):
    return derive(Flow(Lq(2), Product(3)), imbalance=imbalance).potential


def two(imbalance=(0, 3)):
    return derive(Flow(Lq(2), Product(2)), imbalance=imbalance).potential


def cubic():
    return derive(Flow(Lq(2), PowerDifference(3)), initial=(1, 1)).potential


def by_quadrature(x, shifts=(0, 0.5, 2)):
    """R'(x) and R(x) of three layers at q = 2: half the integral of P^(-1/2) up to s, where P(s) = x^2, and x y - s/2."""
    with mpmath.workdps(40):
        cubic = [1, shifts[1] + shifts[2], shifts[1] * shifts[2], -(mpmath.mpf(x) ** 2)]
        s = max(mpmath.polyroots(cubic, maxsteps=500, extraprec=500), key=mpmath.re).real
        parts = [0, *(r for r in (1, 10, 100, 1000) if r * r < s), mpmath.sqrt(s)]
        density = mpmath.quad(lambda r: 1 / mpmath.sqrt((r * r + shifts[1]) * (r * r + shifts[2])), parts)
        return density, mpmath.mpf(x) * density - s / 2


def is_rounded(value, exact):
    return abs(value - exact) <= math.ulp(float(exact))


@pytest.mark.parametrize("x", [1e-9, 0.1, 1.0, 17.5, 1e6])
def test_values_are_rounded_doubles(x):
    slope, value = by_quadrature(x)
    assert is_rounded(three()(x), value)
    assert is_rounded(three().mirror_map(x), slope)
    assert not is_rounded(three((0, "1/2", "2000001/1000000"))(x), value)  # of another imbalance
    closed = two().potential.subs(X, sympy.Rational(x)).evalf(60)
    assert is_rounded(two()(x), mpmath.mpf(str(closed)))


def test_one_number_gives_a_double_and_many_their_shape():
    potential = two()
    assert type(potential(1)) is float
    same = [potential(x) for x in ("1/2", Fraction(1, 2), HALF, 0.5, np.float32(0.5), sympy.Float("0.5"), np.array(0.5))]
    assert len(set(same)) == 1
    grid = np.array([[0.0, 1.0, -1.0], [2.0, 3.0, 4.0]])
    found = potential(grid)
    assert (found.shape, found.dtype) == (grid.shape, np.dtype(float))
    assert found[0, 1] == found[0, 2] == potential(1)
    assert potential([1, ["1/2"][0]])[1] == potential(0.5)


def test_a_double_is_the_number_that_it_is():
    assert Potential.of("x**2/2").mirror_map.subs(X, sympy.Rational(0.1)) != sympy.Rational(1, 10)
    steep = Potential.of("exp(1000*x)")
    assert abs(steep(0.1) / float(sympy.exp(1000 * sympy.Rational(0.1)).evalf(30)) - 1) < 1e-15
    assert abs(steep(0.1) / steep("1/10") - 1) > 1e-15


def test_every_kind_of_potential_is_called():
    assert Potential.of("x**4/4")(2) == 4.0
    assert Potential.of("2*abs(x)**(3/2)/3")(0) == 0.0  # where R'' is infinite
    assert derive(Flow(Lq(2), Product(2))).potential(0) == 0.0
    dual = cubic()
    assert isinstance(dual, DualPotential)
    y = dual.mirror_map(2)
    assert float(dual.inverse_mirror_map.subs(dual.inverse_mirror_map.free_symbols.pop(), y)) == pytest.approx(2, rel=1e-14)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: derive(Flow(Lq(2), Exp())).potential(-2), InvalidArgument, "x must be in the region 0 < x < oo, got -2; "),
        (lambda: Potential.of("x*log(x) - x", "x > 0")([1, 0]), InvalidArgument, "x must be in the region 0 < x < oo, got 0; "),
        (
            lambda: two((0, LAM))(1),
            InvalidArgument,
            r"potential must be free of symbols to be evaluated, got lambda; give it numbers",
        ),
        (lambda: two()(float("nan")), InvalidArgument, "x must be a finite real number, got nan"),
        (lambda: two()(1j), InvalidArgument, "x must be a real number, got 1j"),
        (lambda: two()(True), InvalidArgument, "x must be a real number, got True"),
        (lambda: two()([1, [2]]), InvalidArgument, r"x must be made of numbers in equal rows, got \[1, \[2\]\]"),
        (lambda: two()("a"), InvalidArgument, "x must be an exact rational, got a"),
        (lambda: derive(Flow(Lq(2), Product(3))).potential.mirror_map.subs(X, 0), (InvalidArgument, NotEvaluable), ""),
        (lambda: three().mirror_map.evalf(20), InvalidArgument, "subs must be numbers for x and for each parameter, got"),
        (lambda: three().mirror_map.evalf(-1, subs={"x": 1}), InvalidArgument, "n must be an integer from 1 to 9998, got -1"),
    ],
)
def test_what_is_no_value_gets_one_line(call, error, message):
    if not message:
        assert call() is sympy.zoo or call().is_infinite
        return
    with pytest.raises(error, match=message) as refused:
        call()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("made", [two, three, cubic, lambda: Potential.of("x**4/4")], ids=["closed", "curve", "dual", "formula"])
def test_a_mirror_map_is_never_none(made):
    potential = made()
    slope = potential.mirror_map
    assert slope is not None
    assert isinstance(slope, AlongCurve) == (potential.closed_mirror_map is None)
    assert str(slope)
    assert float(slope.subs(potential.symbol, 1)) == pytest.approx((potential(1.001) - potential(0.999)) / 0.002, abs=1e-5)


def test_a_mirror_map_of_three_layers_prints_and_evaluates():
    slope = three().mirror_map
    assert str(slope) == repr(slope) == "R_F(2 + 1/s, 1/2 + 1/s, 1/s) where sqrt(s)*sqrt(s + 1/2)*sqrt(s + 2) = x"
    assert sympy.latex(slope) in slope._repr_latex_()
    assert sympy.latex(slope).startswith(r"R_F\left(2 + \frac{1}{s}, ")
    assert repr(three()) == f"Potential(R'(x) = {slope} for x > 0; R(-x) = R(x))"  # with the curve, or s would mean nothing
    assert rf"\text{{where}} \quad {sympy.latex(slope.curve)}$" in three()._repr_latex_()
    exact = by_quadrature(1)[0]
    for letter in (X, sympy.Symbol("x"), sympy.Symbol("x", real=True), "x"):
        found = slope.subs(letter, 1)
        assert isinstance(found, sympy.Float)
        assert abs(mpmath.mpf(str(found)) - exact) < 1e-15
        assert slope.subs({letter: 1}) == found
    digits = slope.evalf(35, subs={"x": 1})
    with mpmath.workdps(40):
        assert abs(mpmath.mpf(str(digits)) - exact) < mpmath.mpf(10) ** -34
        assert abs(mpmath.mpf(str(slope.evalf(35, subs={"x": "1000001/1000000"}))) - exact) > mpmath.mpf(10) ** -8
    assert slope(-1) == -slope(1)


def test_a_mirror_map_along_a_curve_takes_its_parameters():
    slope = derive(Flow(Lq(2), Product(3)), imbalance=(0, HALF, LAM)).potential.mirror_map
    assert slope.subs("lambda", 2)(1) == three().mirror_map(1) != slope.subs("lambda", 3)(1)
    assert slope.subs({"lambda": 2, "x": 1}) == three().mirror_map.subs("x", 1)
    with pytest.raises(InvalidArgument, match="got lambda"):
        slope(1)
    with pytest.raises(InvalidArgument, match="replacements must be for x, lambda, got mu; write a symbol that occurs"):
        slope.subs("mu", 2)


def test_names_count_and_not_assumptions():
    potential = two((0, LAM))
    for name in (LAM, sympy.Symbol("lambda"), "lambda"):
        assert potential.subs({name: 3}) == potential.subs(name, "3") == potential.subs([(name, 3)]) == two()
    assert potential.subs({}) == potential
    mu = sympy.Symbol("mu", positive=True)
    assert potential.subs("lambda", 2 * mu).parameters == (mu,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: p.subs(sympy.Symbol("x"), 1), r"for lambda, got x; call it for a value: potential\(1\)"),
        (lambda p: two().subs({sympy.Symbol("x"): 1}), r"empty, as no symbol is left, got x; call it for a value"),
        (lambda p: p.subs("mu", 1), "for lambda, got mu; write a symbol that occurs"),
        (lambda p: p.subs("lambda", 0.5), "lambda must be an exact rational, got 0.5; write 1/2, not a float"),
        (lambda p: p.subs("lambda", -1), "lambda must be positive, got -1"),
        (lambda p: p.subs(3), "replacements must be a mapping from symbols or names to values, got 3"),
        (lambda p: cubic().subs("y", 1), "empty, as no symbol is left, got y"),
    ],
)
def test_a_replacement_that_does_nothing_is_refused(call, message):
    with pytest.raises(InvalidArgument, match=message) as refused:
        call(two((0, LAM)))
    assert "\n" not in str(refused.value)


def test_an_exponent_that_changes_the_normalisation_is_refused():
    """Balanced layers at a symbol q have R'(0) = 0; at q = 2 R' is log x / 2."""
    potential = derive(Flow(Lq(sympy.Symbol("q", positive=True)), Product(2))).potential
    assert potential.subs("q", 1)(1) == derive(Flow(Lq(1), Product(2))).potential(1)
    with pytest.raises(InvalidArgument, match="derive with them instead"):
        potential.subs("q", 2)
