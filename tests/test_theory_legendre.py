"""The axioms and exponents of products, against certified values far out and close to 0."""

import pytest
import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.errors import InvalidArgument
from mirrortheory.notation import q as q_symbol
from mirrortheory.numeric import values
from mirrortheory.reparams import PowerDifference, PowersProduct
from mirrortheory.theory import exponents, legendre

R = sympy.Rational
CASES = [
    (q, (0,) * k + (1,) * (depth - k))
    for q in ("1", "5/4", "3/2", "2")
    for depth in (1, 2, 3, 5)
    for k in {1, depth, max(1, depth - 1)}
]


def potential_of(q, imbalance):
    return derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential


@pytest.mark.parametrize(("q", "imbalance"), CASES)
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


@pytest.mark.parametrize(("q", "imbalance"), CASES)
def test_axioms_show_in_the_values(q, imbalance):
    report, potential = legendre(potential_of(q, imbalance)), potential_of(q, imbalance)
    near, far, further = (values(potential, x, digits=30) for x in (R(1, 10**60), R(10**40), R(10**80)))
    growing = further.mirror_map - far.mirror_map
    m_oo = report.m_oo
    assert report.holds("R' onto R") is bool(m_oo <= 1)
    if m_oo == 1 or m_oo < R(9, 10):
        assert growing > 1
    if m_oo > R(11, 10):
        assert growing < 1
    assert report.holds("closed zone")
    assert abs(near.potential) < 1e-5
    assert further.conjugate > 10 * far.conjugate  # R* is unbounded: D(x, .) has bounded level sets
    assert (report.domain == "R") is bool(report.m0 < 1)


def test_the_line_where_depth_is_the_conjugate_exponent():
    for q in ("5/4", "4/3", "3/2", "2"):
        p = R(q) / (R(q) - 1)
        for depth in range(1, 7):
            assert legendre(potential_of(q, (0,) * depth)).holds("R' onto R") is bool(depth <= p)


def test_positive_weights_leave_the_end_of_the_half_line_unguarded():
    report = legendre(derive(Flow(Lq(1), PowersProduct(1, 1)), initial=(2, 1)).potential)
    assert report.domain == "[0, oo)"
    assert not report.holds("essential smoothness")
    assert not report.holds("R' onto R")
    assert report.dual_domain == "(0, oo)"


def test_refusals():
    with pytest.raises(InvalidArgument, match="q must be a number in this report"):
        legendre(derive(Flow(Lq(q_symbol), Product(2))).potential)
    with pytest.raises(InvalidArgument, match="potential must be that of a product of powers"):
        legendre(derive(Flow(Lq(2), PowerDifference(2)), initial=(2, 1)).potential)
