"""Integrals of powers over [0, 1] are enclosed: known values, hypergeometric functions, Carlson's integrals, quadrature."""

import math
from fractions import Fraction

import pytest
import reference
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import positive_rationals, sizes

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, BallFunction, ball, bits_for, carlson_rf, power_integral, power_integrals, precision

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


@given(sizes, st.lists(sizes, min_size=2, max_size=3))
def test_power_integral_of_any_size_is_that_of_carlson(end, shifts):
    r"""int_0^s du / sqrt(u prod (u + lam_i)) = 2 R_F(U_12^2, U_13^2, U_14^2) (DLMF 19.29.4), computed by Arb."""
    with precision(bits_for(40)):
        s, rest = ball(end), [ball(shift) for shift in shifts]
        value = s.sqrt() * power_integral(R(-1, 2), [(s, shift, R(-1, 2)) for shift in rest])
    with precision(2 * bits_for(40)):
        s, rest = ball(end), [Ball(0), *map(ball, shifts)]
        upper, lower = ([*roots, Ball(1)][:4] for roots in ([(s + r).sqrt() for r in rest], [r.sqrt() for r in rest]))
        pairs = (((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2)))
        u = [
            (upper[i] * upper[j] * lower[k] * lower[m] + lower[i] * lower[j] * upper[k] * upper[m]) / s for (i, j), (k, m) in pairs
        ]
        names = sympy.symbols("a b c", positive=True)
        known = BallFunction(2 * carlson_rf(*names), names)(*(entry * entry for entry in u))
        assert value.overlaps(known)
        assert not value.overlaps(known * (1 + Ball(10) ** -38))  # as sharp as that
    assert value.rel_accuracy_bits() > bits_for(36)


@given(sizes, st.fractions(Fraction(1, 10), 3, max_denominator=10), st.fractions(Fraction(1, 10), 3, max_denominator=10))
def test_power_integral_far_out_is_a_beta_function(scale, m, n):
    r"""int_0^oo u^(m-1) (u + lam)^(-m-n) du = lam^-n B(m, n), in two pieces that meet at 1."""
    m, n = (R(f.numerator, f.denominator) for f in (m, n))
    with precision(bits_for(40)):
        below = power_integral(m - 1, [(Ball(1), ball(scale), -m - n)])
        above = power_integral(n - 1, [(ball(scale), Ball(1), -m - n)])
        known = ball(scale) ** ball(-n) * ball(m).gamma() * ball(n).gamma() / ball(m + n).gamma()
        assert (below + above).overlaps(known)
        assert known.rad() < abs(known) * Ball(10) ** -35
        assert (below + above).rad() < known * Ball(10) ** -38


@given(
    st.lists(st.tuples(sizes, st.sampled_from([R(-1, 6), R(-1, 3), R(-1, 2), R(1, 4), R(-2)])), min_size=1, max_size=7),
    st.sampled_from([R(-1, 3), R(0), R(1, 2)]),
)
@settings(max_examples=8)
def test_power_integral_does_not_depend_on_where_it_is_cut(factors, order):
    """The integral to 1 is that to 1/1000, scaled, and the rest by Gauss and Legendre on a logarithmic scale in mpmath."""
    with precision(bits_for(30)):
        short = Ball(10) ** -3
        whole = power_integral(order, [(Ball(1), ball(shift), e) for shift, e in factors])
        part = short ** ball(order + 1) * power_integral(order, [(short, ball(shift), e) for shift, e in factors])
    ctx = reference.context(30)
    numbers = [(reference.number(ctx, shift), reference.number(ctx, e)) for shift, e in factors]

    def integrand(z):  # 1 at z = 0, as mpmath's tolerance is absolute
        t = ctx.exp(z)
        return t ** reference.number(ctx, order + 1) * ctx.fprod(((t + shift) / (1 + shift)) ** e for shift, e in numbers)

    by_quadrature = ctx.quad(integrand, ctx.linspace(-3 * ctx.log(10), 0, 6))
    with precision(bits_for(30)):
        rest = ball(reference.rational(by_quadrature)) * math.prod(
            ((1 + ball(shift)) ** ball(e) for shift, e in factors), start=Ball(1)
        )
        assert abs(whole - part - rest) < (whole + rest) * Ball(10) ** -20


@pytest.mark.parametrize("digits", [50, 500, 2000])
def test_power_integral_has_the_digits_of_the_precision(digits):
    """1/2 B(1/2, 1/2) = pi/2 at the middle of a symmetric integrand, with a shift that is far away."""
    with precision(bits_for(digits)):
        value = power_integral(R(-1, 2), [(Ball(1), Ball(1), R(-1)), (Ball(1), Ball(10) ** 5000, R(-1, 3))])
        known = Ball.pi() / 2 * (Ball(10) ** 5000) ** (-Ball(1) / 3)
        assert value.rel_accuracy_bits() > bits_for(digits) - 16
        assert abs(value / known - 1) < Ball(10) ** (1 - digits)


falling = st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100).map(lambda f: -R(f.numerator, f.denominator))


@given(orders, falling, factor_exponents, positive_rationals, factor_exponents)
def test_power_integral_with_a_falling_factor(order, a, e, b, d):
    with precision(bits_for(30)):
        value = power_integral(order, [(ball(a), Ball(1), e), (Ball(1), ball(b), d)])
    ctx = reference.context(40)
    n = int((order + 1).q)

    def integrand(z):
        t, powers = z**n, ((a, 1, e), (1, b, d))
        product = ctx.fprod(
            (reference.number(ctx, k) * t + reference.number(ctx, c)) ** reference.number(ctx, p) for k, c, p in powers
        )
        return n * z ** int((order + 1).p - 1) * product

    assert reference.is_close(value, ctx.quad(integrand, [0, 1]), R(1, 10**18))
    assert value.rel_accuracy_bits() > 80


@pytest.mark.parametrize(
    "factor",
    [(Ball(1), Ball(0)), (Ball(-1), Ball(1)), (Ball(1), Ball(0, 1)), (Ball(0, 1), Ball(2)), (Ball("nan"), Ball(1))],
    ids=str,
)
def test_power_integral_is_undefined_where_a_factor_may_vanish(factor):
    assert not power_integral(R(0), [(*factor, R(-1, 2))]).is_finite()


roots = st.fractions(Fraction(-1, 2), Fraction(1, 2), max_denominator=30).map(lambda f: R(f.numerator, f.denominator))
powers = st.lists(st.tuples(roots, factor_exponents), min_size=1, max_size=8)


def holds(pairs, series, slack):
    """Whether prod (1 + r z)^e is in p(z) times the ball, at some z in [-1, 1]."""
    for z in (R(-1), R(-1, 3), R(1, 2), R(1)):
        with precision(400):
            value = math.prod(((1 + ball(r * z)) ** ball(e) for r, e in pairs), start=Ball(1))
            total = sum((c * ball(z) ** n for n, c in enumerate(series)), Ball(0))
            if not (slack * total).contains(value.mid()):
                return False
    return True


@given(powers)
def test_the_polynomial_is_as_close_as_its_defect_says(pairs):
    with precision(200):
        series, slack = power_integrals._taylor([(ball(r), e) for r, e in pairs])
    assert holds(pairs, series, slack)
    assert slack.rad() < Ball(2) ** -140


@given(powers)
def test_a_polynomial_cut_off_too_early_is_no_closer_than_that(pairs):
    """Coefficients after the first block count as small here: the defect tells."""
    with pytest.MonkeyPatch.context() as patch, precision(200):
        patch.setattr(power_integrals, "_size", lambda values: -(2**62))
        series, slack = power_integrals._taylor([(ball(r), e) for r, e in pairs])
    assert len(series) <= 33
    assert not slack.is_finite() or holds(pairs, series, slack)


@given(powers)
def test_a_ball_for_another_polynomial_is_not_that_of_this_one(pairs):
    """The check of the two tests above can fail: a coefficient that is off by 10^-30 is noticed."""
    with precision(200):
        series, slack = power_integrals._taylor([(ball(r), e) for r, e in pairs])
        assert not holds(pairs, [series[0] + Ball(10) ** -30, *series[1:]], slack)
