"""Enclosed values far out, close to zero and at many digits: every point of the region has them."""

import functools
import random

import pages
import pytest
import reference
import sympy
from random_products import any_product
from test_numeric import NAMES, ByQuadrature, parametric_potential
from thinning import thinned

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import Ball, ball, bits_for, compare, evaluate, precision
from mirrortheory.potentials import DualPotential
from mirrortheory.potentials.numeric import charge, values
from mirrortheory.reparams import Exp, LogDifference, PowerDifference, Separable, Tempered

R = sympy.Rational
U, V = sympy.symbols("u v", positive=True)


@pytest.fixture(autouse=True)
def sharp_comparisons():
    """What the tests compute from the values is as sharp as these are."""
    with precision(bits_for(3000)):
        yield


def is_sharp(found, digits):
    """Whether R'', R' and R* have as many digits of their own."""
    return all(getattr(found, name).rel_accuracy_bits() >= digits * 3.32 for name in ("hessian", "mirror_map", "conjugate"))


@functools.cache
def of_sum(reparam, q, start):
    return derive(Flow(Lq(q), reparam), initial=start).potential


SUMS = {
    "log-difference": (LogDifference(), R(2), (2, 1), (25, -25, 200, 10**6, -(10**30), 10**300)),
    "log-difference, q = 3/2": (LogDifference(), R(3, 2), (2, 1), (25, 10**6, -(10**300))),
    "power-difference, 6": (PowerDifference(6), R(2), (2, 1), (10**30, -(10**30), 10**300, R(1, 10**300))),
    "power-difference, 6, q = 3/2": (PowerDifference(6), R(3, 2), (2, 1), (10**30, -(10**300), R(-1, 10**300))),
    "power-difference, 3, q = 1": (PowerDifference(3), R(1), (2, 1), (R(1, 10**300), -R(3, 10**40))),
    "tempered 3/2": (Tempered(R(3, 2)), R(2), None, (10**40, R(1, 10**40), 10**300, R(1, 10**300))),
    "exp": (Exp(), R(2), None, (10**20, 10**300, R(1, 10**300), R(1, 10**20))),
    "exp(u)": (Separable(sympy.exp(U), (U,)), R(2), None, (10**20, 10**300, 1 + R(1, 10**300))),
    "log(u) + v": (Separable(sympy.log(U) + V, (U, V)), R(2), (1, 1), (-74, -1000, -(10**6), -(10**300), 10**300)),
    "u**64": (Separable(U**64, (U,)), R(2), None, (2**64, 10**300, R(1, 10**300), R(1, 2**64))),
    "u**2 - v**3": (Separable(U**2 - V**3, (U, V)), R(2), (1, 2), (10**30, -(10**30), 10**300, -(10**300))),
}


@thinned(("name", "x"), [(name, x) for name, (*_, xs) in SUMS.items() for x in xs], ids=lambda v: str(v)[:40], every=5)
def test_sums_far_out_and_close_to_zero(name, x):
    potential = of_sum(*SUMS[name][:3])
    found, sharper = values(potential, x), values(potential, x, digits=80)
    assert all(getattr(found, part).overlaps(getattr(sharper, part)) for part in NAMES)
    assert (found.potential + found.conjugate).overlaps(found.x * found.mirror_map)
    assert is_sharp(found, 49)
    assert found.hessian > 0


def points_of(potential):
    """Points of the region far out, close to 0, and close to its finite ends."""
    sizes = [sign * R(10) ** k for k in (300, 30, 0, -30, -300) for sign in (1, -1)]
    if not isinstance(potential, DualPotential):
        return [x for x in sizes if x > 0 or potential.even]
    left, right = potential.region
    near = [end + side * R(10) ** k for end, side in ((left, 1), (right, -1)) if end.is_Rational for k in (-30, -300)]
    return [x for x in (*sizes, *near) if compare(left, x) < 0 < compare(right, x)]


@thinned("row", pages.forms_rows(), every=36)
def test_every_form_of_the_table_has_values_at_any_size(row):
    _, reparam, start = row
    for q in pages.EXPONENTS:
        try:
            potential = derive(Flow(Lq(q), reparam), **start).potential
        except NoClosedForm:
            continue
        for x in points_of(potential):
            found, sharper = values(potential, x, digits=30), values(potential, x, digits=60)
            assert all(getattr(found, part).overlaps(getattr(sharper, part)) for part in NAMES)
            zero = [part for part in NAMES if abs(x) == 1 and getattr(found, part).contains(0)]  # R' or R* at the start of some
            assert is_sharp(found, 29) or zero
            assert all(abs(getattr(found, part)) < Ball(10) ** -29 for part in zero)


def test_the_root_far_out_is_that_of_the_closed_form():
    """Log-difference from (2, 1), q = 2: R' = 5/4 tanh x, R'' = 5/4 sech(x)^2, of which 5/4 (1 - tanh(x)^2) keeps no digit."""
    potential = of_sum(LogDifference(), R(2), (2, 1))
    for x in (25, -200, 10**4):
        found = values(potential, x)
        assert found.mirror_map.overlaps(Ball(5) / 4 * Ball(x).tanh())
        assert found.hessian.overlaps(Ball(5) / 4 / Ball(x).cosh() ** 2)
        assert (5 / Ball(4) - abs(found.mirror_map)) < Ball(10) ** -20


def test_two_layers_of_gradient_flow_are_an_asinh():
    potential = derive(Flow(Lq(2), Product(2)), imbalance=(0, R(1, 10**30))).potential
    for x in (R(17, 10), R(10**300), R(1, 10**300), R(-1, 10**30)):
        found = values(potential, x, digits=2000)
        assert found.mirror_map.overlaps(evaluate(sympy.asinh(2 * 10**30 * x) / 2, {}, 2500))
        assert is_sharp(found, 1999)


@pytest.mark.parametrize("x", [R(1, 10**300), R(7, 3), R(10**300)], ids=["1e-300", "7/3", "1e300"])
@pytest.mark.parametrize("digits", [50, 500])
def test_six_layers_at_many_digits(x, digits):
    potential = parametric_potential(R(3, 2), range(6))
    found, sharper = values(potential, x, digits=digits), values(potential, x, digits=digits + 100)
    assert all(getattr(found, name).overlaps(getattr(sharper, name)) for name in NAMES)
    assert is_sharp(found, digits - 1)


@thinned("seed", range(20), every=5)
def test_products_of_any_size(seed):
    """The Hessian from the charge, and Legendre's law of two integrals: dR*/dy = x by a difference of both."""
    q, shifts, x = any_product(random.Random(seed))
    potential = parametric_potential(q, shifts)
    near = x * (1 + R(1, 10**20))
    found, other = values(potential, x, digits=100), values(potential, near, digits=100)
    assert is_sharp(found, 99)
    rise = other.mirror_map - found.mirror_map
    assert abs(rise / (found.hessian * ball(near - x)) - 1) < Ball(10) ** -18
    assert abs((other.conjugate - found.conjugate) / (rise * ball(x)) - 1) < Ball(10) ** -18
    assert (found.potential + found.conjugate).overlaps(found.x * found.mirror_map)


@pytest.mark.parametrize(
    ("q", "shifts", "x"),
    [
        (R(6, 5), (0, R(1, 10**9), R(1, 10**4), R(1, 7), 1, 30, 10**5, 10**9), R(10**6)),
        (R(4, 3), (0, R(1, 10**8), 1, 10**8), R(1, 10**3)),
        (R(2), (0, 10**7, R(1, 10**7)), R(3)),
    ],
    ids=str,
)
def test_layers_of_many_sizes_against_quadrature(q, shifts, x):
    found, by_quadrature = values(parametric_potential(q, shifts), x), ByQuadrature(q, shifts, digits=30)
    point = reference.number(by_quadrature.ctx, x)
    for name in ("hessian", "mirror_map", "conjugate"):
        assert reference.is_close(getattr(found, name), getattr(by_quadrature, name)(point), R(1, 10**18)), name


def test_the_charge_is_found_where_the_layers_are_far_apart():
    """Newton's method alone left here: log x(s) is steep first and flat then."""
    shifts = (0, *(R(10) ** k for k in (-129, -125, -59, 108, 159, 173, 173)))
    potential = parametric_potential(R(2), shifts)
    s = charge(potential, ball(R(3, 10**295)))
    assert s.is_finite()
    assert s.rel_accuracy_bits() > 3000


def test_zero_and_zeros_of_the_mirror_map_have_absolute_digits():
    potential = derive(Flow(Lq(2), Product(2))).potential  # R' = log(x)/2
    found = values(potential, 1)
    assert found.mirror_map.contains(0)
    assert found.mirror_map.rad() < Ball(10) ** -50
    near = values(potential, 1 + R(1, 10**40))
    assert near.mirror_map > 0


def test_outside_the_region_is_refused_at_once():
    with pytest.raises(InvalidArgument, match="x must be in the region 1 < x < oo, got 1/10"):
        values(of_sum(Separable(sympy.exp(U), (U,)), R(2), None), R(1, 10**300))
