"""Integrals of powers over [0, 1] are enclosed: known values, hypergeometric functions, quadrature."""

from fractions import Fraction

import pytest
import reference
import sympy
from hypothesis import given
from hypothesis import strategies as st
from strategies import positive_rationals

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, ball, bits_for, power_integral, precision

R = sympy.Rational


@pytest.mark.parametrize("order", [R(-1, 2), R(-9, 10), R(0), R(1, 3), R(5, 2), R(7)])
def test_power_integral_without_factors(order):
    with precision(150):
        value = power_integral(order, [])
        assert value.overlaps(ball(1 / (order + 1)))
        assert value.rad() < Ball(2) ** -120


def test_power_integral_at_order_minus_one_half_is_two():
    with precision(150):
        assert power_integral(R(-1, 2), []).contains(2)


@pytest.mark.parametrize("order", [R(-1), R(-3, 2)])
def test_a_divergent_power_integral_is_refused(order):
    with pytest.raises(InvalidArgument) as raised:
        power_integral(order, [])
    assert str(raised.value) == f"order must be greater than -1, got {order}; the integral diverges"


orders = st.fractions(Fraction(-9, 10), 3, max_denominator=10).map(lambda f: R(f.numerator, f.denominator))
factor_exponents = st.fractions(-3, 3, max_denominator=6).map(lambda f: R(f.numerator, f.denominator))


@given(orders, st.one_of(st.just(sympy.S.Zero), positive_rationals), positive_rationals, factor_exponents)
def test_power_integral_with_one_factor_is_a_hypergeometric_function(order, a, b, e):
    r"""\int_0^1 t^r (a t + b)^e dt = b^e / (r + 1) 2F1(-e, r + 1; r + 2; -a/b)."""
    with precision(bits_for(30)):
        value = power_integral(order, [(ball(a), ball(b), e)])
    known = b**e / (order + 1) * sympy.hyper((-e, order + 1), (order + 2,), -a / b)
    assert value.overlaps(reference.interval(known, {}, 50))
    assert value.rad() < Ball(10) ** -20


@given(
    st.fractions(0, 3, max_denominator=6).map(lambda f: R(f.numerator, f.denominator)),
    st.lists(st.tuples(positive_rationals, positive_rationals, factor_exponents), min_size=2, max_size=3),
)
def test_power_integral_against_quadrature(order, factors):
    with precision(bits_for(30)):
        value = power_integral(order, [(ball(a), ball(b), e) for a, b, e in factors])
    ctx = reference.context(50)

    def integrand(t):
        powers = ((reference.number(ctx, a) * t + reference.number(ctx, b)) ** reference.number(ctx, e) for a, b, e in factors)
        return t ** reference.number(ctx, order) * ctx.fprod(powers)

    assert reference.is_close(value, ctx.quad(integrand, [0, 1]), R(1, 10**18))
