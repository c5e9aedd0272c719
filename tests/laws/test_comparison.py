"""Published potentials against derived ones: the factor is found, a wrong formula is refuted, and scaling a potential is consistent."""

import pytest
import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.evidence import Verdict
from mirrortheory.exact import expression
from mirrortheory.laws.comparison import compare, symbol_of
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Exp, PowerDifference, Square
from mirrortheory.theory import X

R = sympy.Rational
PAIRS = [
    (X * sympy.asinh(2 * X / 3) - sympy.sqrt(X**2 + R(9, 4)), Flow(Lq(2), Product(2)), {"imbalance": (0, 3)}, 2),
    (7 * (X * sympy.log(X) - X) + 5 * X - 1, Flow(Lq(2), Square()), {}, 7),
    (-sympy.log(X), Flow(Lq(2), Exp()), {}, 1),
    (X ** R(4, 3), Flow(Lq(1), Product(3)), {}, R(4, 3)),
    (X**2, Flow(Lq(1), PowerDifference(2)), {"initial": (2, 1)}, 12),
]


@pytest.mark.parametrize(("published", "flow", "start", "factor"), PAIRS)
def test_factor_is_found_and_a_neighbour_refuted(published, flow, start, factor):
    potential = derive(flow, **start).potential
    found = compare(published, potential)
    assert found.factor == factor
    assert found.verdict is Verdict.PROVED
    assert f"{factor} times the derived potential" in str(found)
    wrong = compare(published + X**3 / 1000, potential)
    assert wrong.verdict is Verdict.REFUTED
    assert "no multiple of the derived potential" in str(wrong)
    assert compare(published, potential.scaled(R(factor))).factor == 1


def test_irrational_factors_are_kept_and_singular_points_refused():
    x = sympy.Symbol("x", real=True)
    potential = derive(Flow(Lq(2), PowerDifference(2)), initial=(2, 1)).potential
    hyperbolic = x * sympy.asinh(x / 4) - sympy.sqrt(x**2 + 16)
    found = compare(sympy.sqrt(2) * sympy.pi * hyperbolic, potential)
    assert found.verdict.value in ("PROVED", "DERIVED")
    assert sympy.simplify(found.factor - 4 * sympy.sqrt(2) * sympy.pi) == 0
    assert compare(sympy.Rational(10**12 + 1, 10**12) * hyperbolic, potential).factor != 4
    assert compare(x**4, potential).verdict is Verdict.REFUTED
    with pytest.raises(NoClosedForm, match="is not finite at x = 1"):
        compare(sympy.Abs(x - 1) ** sympy.Rational(3, 2), potential)


PLAIN = Flow(Lq(2), Product(1)), {}  # R = x^2/2
BALANCED = Flow(Lq(2), Product(2)), {}  # R = x (log x - 1)/2; 0 is not reached
HYPERBOLIC = Flow(Lq(2), Product(2)), {"imbalance": (0, 3)}
POWER = Flow(Lq(1), Product(3)), {}  # R = 3/4 |x|^(4/3)
DIFFERENCE = Flow(Lq(2), PowerDifference(2)), {"initial": (2, 1)}
ASINH = "x*asinh(2*x/3) - sqrt(x**2 + 9/4)"
WHOLE = [
    (PLAIN, "x**2 + x*abs(x)", "REFUTED", "on x in R; R_published'' = c R'', x < 0, in -x: "),
    (PLAIN, "x**2/2 + abs(x)", "REFUTED", "on x in R; R_published' does not jump at 0"),
    (PLAIN, "x**2 + sign(x)/10**9", "REFUTED", "on x in R; R_published does not jump at 0"),
    (PLAIN, "x**2*sign(x)", "REFUTED", "on x in R; R_published'' = c R'', x < 0, in -x: "),
    (PLAIN, "3*x**2 + x - 4", "PROVED", "6 times the derived potential on x in R"),
    (PLAIN, "sqrt(x**4)", "PROVED", "2 times the derived potential on x in R"),
    (PLAIN, "x**2 + sqrt(x**2 - 34*x/31 + 289/961)", "UNDECIDED", "undefined or unresolved at x = 17/31"),
    (PLAIN, "x**2 + atan(2*x) + atan(1/(2*x))", "REFUTED", "R_published does not jump at 0"),
    (HYPERBOLIC, ASINH, "PROVED", "2 times the derived potential on x in R"),
    (HYPERBOLIC, f"{ASINH} + abs(x)", "REFUTED", "on x in R; R_published' does not jump at 0"),
    (POWER, "abs(x)**(4/3) - 2*x", "PROVED", "4/3 times the derived potential on x in R"),
    (POWER, "abs(x)**(4/3) - 2*abs(x)", "REFUTED", "R_published' does not jump at 0"),
    (BALANCED, "abs(x)*log(abs(x)) + abs(x)", "PROVED", "on x in (-oo, 0) or (0, oo), up to an affine term on each side of 0"),
    (BALANCED, "x*log(abs(x)) - x", "REFUTED", "on x in (-oo, 0) or (0, oo); R_published'' = c R'', x < 0, in -x: "),
    (BALANCED, "x*log(x) - x", "PROVED", "2 times the derived potential on x in (0, oo)"),
    (DIFFERENCE, "x*asinh(x/4) - sqrt(x**2 + 16)", "PROVED", "4 times the derived potential on x in R"),
    (DIFFERENCE, "x*asinh(x/4) - sqrt(x**2 + 16) + abs(x)", "REFUTED", "on x in R; R_published' does not jump at 0"),
]


@pytest.mark.parametrize(("case", "text", "verdict", "said"), WHOLE, ids=[text for _, text, _, _ in WHOLE])
def test_comparison_is_on_all_of_the_domain_and_says_it(case, text, verdict, said):
    flow, start = case
    potential = derive(flow, **start).potential
    found = compare(expression(text, {"x": symbol_of(potential)}), potential)
    assert found.verdict.value == verdict
    assert said in str(found)


def test_a_published_potential_of_a_positive_symbol_is_compared_where_it_is_positive():
    found = compare(X**2 + X, derive(Flow(Lq(2), Product(1))).potential)
    assert found.verdict is Verdict.PROVED
    assert "on x in (0, oo)" in str(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x**2 + log(x)", "published must be real for x < 0 too, as the potential is even, got .*; write abs"),
        ("x**2 + x**(4/3)", "published must be real for x < 0 too"),
        ("x**2 + abs(x - 2)", "published must be smooth, off x = 0"),
        ("x**2 + sqrt((exp(x) - 2)**2)", "published must be smooth, off x = 0"),
        ("x**2 + sign(x - 2)**2", "published must be smooth, off x = 0"),
    ],
)
def test_a_published_potential_that_is_not_real_or_has_a_kink_is_refused(text, message):
    potential = derive(Flow(Lq(2), Product(1))).potential
    with pytest.raises(InvalidArgument, match=message):
        compare(expression(text, {"x": symbol_of(potential)}), potential)


def test_a_formula_in_pieces_is_refused():
    x = sympy.Symbol("x", real=True)
    pieces = sympy.Piecewise((x**2 / 2, x < 3), (x**2 / 2 + x - 3, True))
    with pytest.raises(InvalidArgument, match="published must be smooth, off x = 0"):
        compare(pieces, derive(Flow(Lq(2), Product(1))).potential)


def test_parametric_potential_is_compared_along_its_curve():
    potential = derive(Flow(Lq(2), Product(3)), imbalance=(0, R(1, 2), 2)).potential
    assert potential.closed_hessian is None
    assert compare(X**2, potential).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("flow", "start"),
    [
        (Flow(Lq(2), Product(2)), {"imbalance": (0, 3)}),
        (Flow(Lq(2), Product(3)), {"imbalance": (0, 1, 2)}),
        (Flow(Lq("3/2"), Product(3)), {"imbalance": (0, 0, 2)}),
        (Flow(Lq(2), PowerDifference(3)), {"initial": (2, 1)}),
    ],
)
def test_scaled_potential(flow, start):
    potential, factor = derive(flow, **start).potential, R(7, 3)
    once, scaled = values(potential, R(6, 5)), values(potential.scaled(factor), R(6, 5))
    for name in ("hessian", "mirror_map", "potential", "conjugate"):
        assert getattr(scaled, name).overlaps(getattr(once, name) * 7 / 3), name
        assert not getattr(scaled, name).overlaps(getattr(once, name) * 5 / 3), name


def test_anchored_potential_is_a_divergence():
    potential = derive(Flow(Lq(2), PowerDifference(2)), initial=(2, 1)).potential
    start = values(potential, 3)
    y0 = potential.mirror_map.subs(potential.symbol, 3)
    anchored = potential.anchored(y0)
    there, here = values(anchored, 5), values(anchored, 3)
    assert abs(here.mirror_map) < 1e-30
    divergence = values(potential, 5).potential - start.potential - start.mirror_map * 2
    assert (there.potential - here.potential).overlaps(divergence)
    assert (there.conjugate - (5 * there.mirror_map - there.potential)).contains(0)


def test_refusals():
    potential = derive(Flow(Lq(2), Square())).potential
    with pytest.raises(InvalidArgument, match="published must be an expression in x"):
        compare(sympy.Symbol("a") * X**2, potential)
    with pytest.raises(InvalidArgument, match="affine function has no Bregman divergence"):
        compare(3 * X, potential)
    with pytest.raises(
        InvalidArgument, match=r"published must be smooth and strictly convex at x = 1, got -x\*\*2; check its sign"
    ):
        compare(-(X**2), potential)
    lam = sympy.Symbol("lam", positive=True)
    with pytest.raises(NoClosedForm, match="give q and the imbalance numbers"):
        compare(X**2, derive(Flow(Lq(2), Product(2)), imbalance=(0, lam)).potential)


def test_swapped_arguments_are_told_in_one_line():
    derivation = derive(Flow(Lq(2), Square()))
    for call, message in (
        (
            lambda: compare(derivation.potential, X**2),
            "potential must be a derived one, or one of your own, got x**2; write compare(formula",
        ),
        (lambda: compare(X**2, derivation), "a formula first, and derivation.potential of a derivation"),
        (lambda: compare(derivation.potential, derivation.potential), "published must be a formula, got DualPotential("),
    ):
        with pytest.raises(InvalidArgument) as refused:
            call()
        assert message in str(refused.value)
        assert "\n" not in str(refused.value)
    assert compare(derivation.potential.potential, derivation.potential).factor == 1
