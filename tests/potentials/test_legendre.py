"""The exponents and the two integrals at each end, against certified values far out and close to 0."""

import functools

import pytest
import sympy
from thinning import thinned

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.errors import InvalidArgument
from mirrortheory.notation import q as q_symbol
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Exp, LogDifference, PowerDifference, PowersProduct
from mirrortheory.theory import ends, exponents, natural_domain

R = sympy.Rational
CASES = [
    (q, (0,) * k + (1,) * (depth - k))
    for q in ("1", "5/4", "3/2", "2")
    for depth in (1, 2, 3, 5)
    for k in {1, depth, max(1, depth - 1)}
]


@functools.cache
def potential_of(q, imbalance):
    return derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential


@thinned(("q", "imbalance"), CASES, every=4)
def test_exponents_are_those_of_the_values(q, imbalance):
    """d log R''/d log x tends to -m: from x to x/10 at 10^-40, and from x to 10 x at 10^40."""
    potential = potential_of(q, imbalance)
    m0, m_oo = exponents(potential)
    q, depth, smallest = R(q), len(imbalance), imbalance.count(0)
    assert m0 == q * (smallest - 1) / smallest
    assert m_oo == q * (depth - 1) / depth
    for scale, exponent in ((R(1, 10**60), m0), (R(10**60), m_oo)):
        ratio = values(potential, 10 * scale, digits=90).hessian / values(potential, scale, digits=90).hessian
        assert abs(float(sympy.log(sympy.Float(str(ratio.mid().str(30, radius=False)), 30), 10)) + float(exponent)) < 1e-6


@thinned(("q", "imbalance"), CASES, every=4)
def test_integrals_show_in_the_values(q, imbalance):
    potential = potential_of(q, imbalance)
    near, far, further = (values(potential, x, digits=30) for x in (R(1, 10**60), R(10**40), R(10**80)))
    growing = further.mirror_map - far.mirror_map
    at_zero, at_infinity = (end for end in (ends(potential, sympy.Interval(0, sympy.oo)).left, ends(potential).right))
    m_oo = at_infinity.exponent
    assert at_infinity.slope.diverges is bool(m_oo <= 1)
    if m_oo == 1 or m_oo < R(9, 10):
        assert growing > 1
    if m_oo > R(11, 10):
        assert growing < 1
    assert not at_zero.moment.diverges
    assert abs(near.potential) < 1e-5
    assert at_infinity.moment.diverges
    assert further.conjugate > 10 * far.conjugate
    assert (natural_domain(potential) == sympy.S.Reals) is (not at_zero.slope.diverges)


@pytest.mark.slow
def test_the_line_where_depth_is_the_conjugate_exponent():
    for q in ("5/4", "4/3", "3/2", "2"):
        p = R(q) / (R(q) - 1)
        for depth in range(1, 7):
            assert ends(potential_of(q, (0,) * depth)).right.slope.diverges is bool(depth <= p)


def test_a_symbol_is_decided_where_it_is_so_for_every_exponent():
    end = ends(potential_of(q_symbol, (0, 1, 2))).right
    assert end.moment.diverges is True  # m_oo = 2q/3 <= 2
    assert end.slope.diverges is None
    assert end.slope.decisive == "m_oo = 2*q/3 <= 1"
    assert ends(potential_of(q_symbol, (0, 1))).right.slope.diverges is True  # q/2 <= 1, with equality at q = 2


def test_ends_of_sums():
    burg = ends(derive(Flow(Lq(2), Exp())).potential)
    assert (burg.left.exponent, burg.right.exponent) == (2, 2)
    assert [burg.left.slope.diverges, burg.left.moment.diverges] == [True, True]
    assert [burg.right.slope.diverges, burg.right.moment.diverges] == [False, True]
    tangent = ends(derive(Flow(Lq(2), LogDifference()), initial=(2, 1)).potential)
    assert tangent.right.exponent == sympy.oo
    assert tangent.right.moment.diverges is False
    inner = ends(derive(Flow(Lq(2), Exp())).potential, sympy.Interval(1, sympy.oo))
    assert inner.left.slope.diverges is False


def test_refusals():
    difference = derive(Flow(Lq(2), PowerDifference(2)), initial=(2, 1)).potential
    positive = derive(Flow(Lq(1), PowersProduct(1, 1)), initial=(2, 1)).potential
    with pytest.raises(InvalidArgument, match="potential must be that of a product of powers"):
        exponents(difference)
    with pytest.raises(InvalidArgument, match=r"domain must be inside \[0, oo\]"):
        ends(positive, sympy.S.Reals)
    with pytest.raises(InvalidArgument, match="domain must be an interval"):
        ends(positive, sympy.FiniteSet(1))
