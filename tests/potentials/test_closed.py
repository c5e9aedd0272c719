"""Closed forms of the potentials of products: known ones, derivatives of one another, curves where there is none."""

import math

import pytest
import sympy
from separating_maps import Powers, agree
from thinning import thinned

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.exact import reduce_to_ring
from mirrortheory.potentials.closed import charge_of_effective
from mirrortheory.theory import Normalisation, PowerProduct, S, X, Y

R = sympy.Rational
Q = sympy.Symbol("q", positive=True)
LAM = sympy.Symbol("lam", positive=True)

EXPONENTS = [R(1), R(3, 2), R(2), Q]
log, sqrt, exp = sympy.log, sympy.sqrt, sympy.exp


def metric_exponent(q, depth):
    return q * R(depth - 1, depth)


@thinned("q", EXPONENTS, ids=str, every=4)
def test_two_unbalanced_layers(q):
    potential = derive(Flow(Lq(q), Product(2)), imbalance=(0, LAM)).potential
    argument = -4 * X**q / LAM**2
    assert potential.normalisation is Normalisation.ORIGIN
    assert agree(potential.hessian, 1 / sqrt(LAM**2 + 4 * X**q))
    assert agree(potential.mirror_map, X / LAM * sympy.hyper((R(1, 2), 1 / q), (1 + 1 / q,), argument))
    conjugate = X**2 / (2 * LAM) * sympy.hyper((R(1, 2), 2 / q), (1 + 2 / q,), argument)
    assert agree(potential.conjugate_at, conjugate)
    assert agree(potential.potential, X * potential.mirror_map - conjugate)
    assert potential.form == ("elementary" if q in (1, 2) else "hypergeometric")


def test_two_unbalanced_layers_under_sign_flow():
    potential = derive(Flow(Lq(1), Product(2)), imbalance=(LAM, 0)).potential
    assert agree(potential.mirror_map, (sqrt(LAM**2 + 4 * X) - LAM) / 2)
    assert agree(potential.conjugate, Y**3 / 3 + LAM * Y**2 / 2)
    assert agree(potential.inverse_mirror_map, Y * (Y + LAM))


def test_two_unbalanced_layers_under_gradient_flow_have_the_hyperbolic_entropy():
    potential = derive(Flow(Lq(2), Product(2)), imbalance=(0, LAM)).potential
    assert agree(potential.mirror_map, sympy.asinh(2 * X / LAM) / 2)
    entropy = X * sympy.asinh(2 * X / LAM) / 2 - sqrt(4 * X**2 + LAM**2) / 4 + LAM / 4
    assert agree(potential.potential, entropy)
    assert agree(potential.inverse_mirror_map, LAM * sympy.sinh(2 * Y) / 2)
    assert agree(potential.conjugate, LAM * (sympy.cosh(2 * Y) - 1) / 4)


@thinned("depth", range(1, 7), every=3)
@thinned("q", [R(1), R(6, 5), R(3, 2), R(2), Q], ids=str, every=3)
def test_balanced_layers(q, depth):
    potential = derive(Flow(Lq(q), Product(depth))).potential
    m = metric_exponent(q, depth)
    assert agree(potential.hessian, 1 / (depth * X**m))
    if m == 1:
        assert potential.normalisation is Normalisation.ONE
        assert agree(potential.mirror_map, log(X) / depth)
        assert agree(potential.potential, (X * log(X) - X) / depth)
        assert agree(potential.conjugate, exp(depth * Y) / depth)
        return
    assert agree(potential.mirror_map, X ** (1 - m) / (depth * (1 - m)))
    assert agree(potential.potential, X ** (2 - m) / (depth * (1 - m) * (2 - m)))
    assert agree(potential.conjugate_at, X ** (2 - m) / (depth * (2 - m)))
    if q != Q:
        assert potential.normalisation is (Normalisation.ORIGIN if m < 1 else Normalisation.INFINITY)


@pytest.mark.parametrize("depth", range(1, 7))
def test_balanced_sign_flow_has_a_power_as_conjugate(depth):
    potential = derive(Flow(Lq(1), Product(depth))).potential
    assert reduce_to_ring(potential.conjugate - Y ** (depth + 1) / (depth + 1)).vanishes
    assert reduce_to_ring(potential.inverse_mirror_map - Y**depth).vanishes


@thinned(("q", "depth"), [(R(2), 2), (R(3, 2), 3), (R(4, 3), 4), (R(6, 5), 6)], every=2)
def test_the_critical_line(q, depth):
    """depth = q/(q - 1): m = 1, R' = log(x)/L."""
    assert derive(Flow(Lq(q), Product(depth))).potential.normalisation is Normalisation.ONE
    assert derive(Flow(Lq(q), Product(depth - 1))).potential.normalisation is Normalisation.ORIGIN
    assert derive(Flow(Lq(q), Product(depth + 1))).potential.normalisation is Normalisation.INFINITY


UNBALANCED = [(0, R(1, 3)), (2, 0), (0, 1, 2), (1, 0, 0), (0, 1, 1), (3, 0, R(1, 2), 1), (0, 0, 0, 1), (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("imbalance", UNBALANCED, ids=str)
def test_sign_flow_has_polynomials_in_y(imbalance):
    potential = derive(Flow(Lq(1), Product(len(imbalance))), imbalance=imbalance).potential
    effective = math.prod(Y + shift for shift in imbalance)
    assert reduce_to_ring(potential.inverse_mirror_map - effective).vanishes
    assert reduce_to_ring(sympy.diff(potential.conjugate, Y) - effective).vanishes
    assert potential.conjugate.subs(Y, 0) == 0


@pytest.mark.parametrize("imbalance", UNBALANCED, ids=str)
def test_gradient_flow_has_half_the_charge_as_conjugate(imbalance):
    potential = derive(Flow(Lq(2), Product(len(imbalance))), imbalance=imbalance).potential
    assert potential.conjugate_density == PowerProduct(R(1, 2), ())


@thinned("q", EXPONENTS, ids=str, every=3)
@pytest.mark.parametrize("imbalance", [(0, 1), (0, 1, R(1, 2)), (3, 0, 0, 1), (0, 0, 0)], ids=str)
def test_the_curve_is_the_depth_polynomial(q, imbalance):
    """x^q = P(s), 1/R'' = P'(s), dy/ds = P^(-(q-1)/q)/q, dR*/ds = P^((2-q)/q)/q."""
    potential = derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential
    polynomial = math.prod(S + shift for shift in imbalance)
    assert reduce_to_ring(potential.effective.expression(S) ** q - polynomial).vanishes
    assert reduce_to_ring(potential.inverse_metric - sympy.diff(polynomial, S)).vanishes
    assert reduce_to_ring(potential.dual_density.expression(S) - polynomial ** ((1 - q) / q) / q).vanishes
    assert reduce_to_ring(potential.conjugate_density.expression(S) - polynomial ** ((2 - q) / q) / q).vanishes


FLOWS = {
    "product": (Product(3), (0, R(1, 2), 2)),
    "a square and a factor": (Powers(2, 1), (0, 3)),
    "a square and a factor, the other smallest": (Powers(2, 1), (3, 0)),
    "a square and a cube": (Powers(2, 3), (0, 1)),
    "three powers": (Powers(1, 2, 1), (1, 0, 2)),
}


@pytest.mark.parametrize("q", EXPONENTS, ids=str)
@thinned("name", FLOWS, every=5)
def test_the_curve_has_the_metric_of_the_flow(q, name):
    """dx/ds = (1/R'') dy/ds, and the conjugate density is x dy/ds, for every reparameterization that separates."""
    reparam, imbalance = FLOWS[name]
    potential = derive(Flow(Lq(q), reparam), imbalance=imbalance).potential
    effective, density = potential.effective.expression(S), potential.dual_density.expression(S)
    assert reduce_to_ring(sympy.diff(effective, S) - potential.inverse_metric * density).vanishes
    assert reduce_to_ring(potential.conjugate_density.expression(S) - effective * density).vanishes


CLOSED = [
    (q, depth, imbalance)
    for q in (R(1), R(3, 2), R(2), Q)
    for depth, imbalance in ((1, None), (2, None), (3, None), (2, (0, LAM)), (2, (R(1, 3), 0)))
]


@thinned(("q", "depth", "imbalance"), CLOSED, ids=str, every=7)
def test_closed_forms_are_derivatives_of_one_another(q, depth, imbalance):
    potential = derive(Flow(Lq(q), Product(depth)), imbalance=imbalance).potential
    assert agree(sympy.diff(potential.mirror_map, X), potential.hessian)
    assert agree(sympy.diff(potential.potential, X), potential.mirror_map)
    assert agree(sympy.diff(potential.conjugate_at, X), X * potential.hessian)
    assert agree(potential.potential + potential.conjugate_at, X * potential.mirror_map)
    if potential.closed_conjugate is not None:
        assert agree(sympy.diff(potential.conjugate, Y), potential.inverse_mirror_map)
        assert agree(potential.conjugate.subs(Y, potential.mirror_map), potential.conjugate_at)
        assert agree(potential.inverse_mirror_map.subs(Y, potential.mirror_map), X)


@pytest.mark.parametrize(("q", "depth", "imbalance"), CLOSED, ids=str)
def test_the_closed_hessian_is_the_parametric_one(q, depth, imbalance):
    potential = derive(Flow(Lq(q), Product(depth)), imbalance=imbalance).potential
    on_curve = potential.hessian.subs(X, potential.effective.expression(S))
    assert agree(on_curve, 1 / potential.inverse_metric)
    s = charge_of_effective(potential.effective)
    assert agree(potential.effective.expression(S).subs(S, s), X)


@pytest.mark.slow
@pytest.mark.parametrize("q", [R(1), R(2)], ids=str)
def test_four_layers_in_two_pairs_have_a_closed_hessian(q):
    """The charge solves a quadratic: (s (s + lam))^2 = x^q."""
    potential = derive(Flow(Lq(q), Product(4)), imbalance=(0, LAM, 0, LAM)).potential
    root = sqrt(LAM**2 + 4 * X ** (q / 2))
    assert agree(potential.hessian, 1 / (2 * X ** (q / 2) * root))
    if q == 1:
        assert agree(potential.mirror_map, (root - LAM) / 2)


@pytest.mark.parametrize("depth", [3, 4, 5])
def test_deep_unbalanced_flows_stay_parametric(depth):
    imbalance = tuple(range(depth))
    potential = derive(Flow(Lq("3/2"), Product(depth)), imbalance=imbalance).potential
    assert potential.form == "parametric"
    assert potential.closed_mirror_map is potential.closed_potential is potential.closed_hessian is None
    assert potential.curve.rhs == X
    assert reduce_to_ring(potential.curve.lhs - math.prod((S + i) ** R(2, 3) for i in imbalance)).vanishes


def test_expressions_of_parametric_forms():
    potential = derive(Flow(Lq(1), Product(3)), imbalance=(0, 1, 2)).potential
    assert potential.mirror_map_expression() == S
    assert potential.conjugate_expression() == potential.conjugate
    deep = derive(Flow(Lq(2), Product(3)), imbalance=(0, 0, 1)).potential
    assert deep.normalisation is Normalisation.INFINITY
    mirror_map = deep.mirror_map_expression()
    assert mirror_map.has(sympy.Integral)
    assert mirror_map.has(sympy.oo)
    assert deep.conjugate_expression() == S / 2


def test_bregman_divergence():
    potential = derive(Flow(Lq(2), Product(2)), imbalance=(0, LAM)).potential
    x0 = sympy.Symbol("x0", positive=True)
    divergence = potential.bregman_expression()
    by_hand = potential.potential - potential.potential.subs(X, x0) - potential.mirror_map.subs(X, x0) * (X - x0)
    assert agree(divergence, by_hand)
    assert reduce_to_ring(divergence.subs(x0, X)).vanishes
    parametric_form = derive(Flow(Lq(2), Product(3)), imbalance=(0, 1, 2)).potential.bregman_expression()
    assert {str(f.func) for f in parametric_form.atoms(sympy.Function)} == {"R", "R^*"}
