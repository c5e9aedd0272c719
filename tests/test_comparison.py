"""Published potentials against derived ones: the factor is found, a wrong formula is refuted, and scaling a potential is consistent."""

import pytest
import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.comparison import compare
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.evidence import Verdict
from mirrortheory.numeric import values
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


def test_parametric_potential_is_compared_along_its_curve():
    potential = derive(Flow(Lq(2), Product(3)), imbalance=(0, R(1, 2), 2)).potential
    assert potential.hessian is None
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
    with pytest.raises(InvalidArgument, match=r"published must be strictly convex at x = 1, got -x\*\*2; check its sign"):
        compare(-(X**2), potential)
    lam = sympy.Symbol("lam", positive=True)
    with pytest.raises(NoClosedForm, match="give q and the imbalance numbers"):
        compare(X**2, derive(Flow(Lq(2), Product(2)), imbalance=(0, lam)).potential)
