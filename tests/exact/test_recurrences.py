"""Coefficients one by one, against the series of Arb and their own defining equations."""

from fractions import Fraction

import flint
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory.exact import Ball, precision
from mirrortheory.exact.recurrences import DOUBLES, exponent, fixed, fixed_point, recurrence

ORDER, BITS = 9, 120
HALF, CUBE = sympy.Rational(1, 2), sympy.Rational(-1, 3)
# kind, exact constants, and the same by series of Arb
OPERATIONS = {
    "linear": ("linear", (sympy.S.Zero, sympy.Integer(3), HALF), lambda a, b: 3 * a + b / 2),
    "negative": ("linear", (0, -1), lambda a, b: -a),
    "signed": ("signed", (), lambda a, b: -a),
    "product": ("product", (), lambda a, b: a * b),
    "square": ("product", (), lambda a, b: a * a),
    "reciprocal": ("reciprocal", (), lambda a, b: 1 / a),
    "root": ("power", (HALF,), lambda a, b: a.sqrt()),
    "power": ("power", (CUBE,), lambda a, b: a ** (Ball(-1) / 3)),
    "exp": ("exp", (), lambda a, b: a.exp()),
    "log": ("log", (), lambda a, b: a.log()),
}


def coefficients(name, a, b, by, unit, known=1):
    """The coefficients by recurrence, and those of Arb."""
    kind, constants, series = OPERATIONS[name]
    before = flint.ctx.cap
    flint.ctx.cap = ORDER + 1
    try:
        truth = (series(flint.arb_series(a), flint.arb_series(b)) + flint.arb_series([0] * (ORDER + 1))).coeffs()
        inverse = (1 / flint.arb_series(a)).coeffs()
    finally:
        flint.ctx.cap = before
    truth, inverse = ([*c, *[Ball(0)] * (ORDER + 1 - len(c))] for c in (truth, inverse))
    whole = [by.number(c) for c in a], [by.number(c) for c in (inverse if kind == "log" else b)]
    first, second = ([*c[:known]] for c in whole)
    second, own = first if name == "square" else second, [by.number(c) for c in truth[:known]]
    numbers = [by.number(Ball(int(c.p)) / int(c.q)) for c in map(sympy.Rational, constants)]
    step = recurrence(kind, constants, numbers, [first, second], own, by)
    for k in range(known, ORDER + 1):
        first.append(whole[0][k])
        if second is not first:
            second.append(whole[1][k])
        step(k)
    return [Ball(c) * unit for c in own], truth


lists = st.lists(st.integers(-20, 20), min_size=ORDER, max_size=ORDER)


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=6, deadline=None)
@given(lists, lists, st.integers(1, ORDER))
def test_recurrences_are_the_series_of_arb(name, a, b, known):
    with precision(200):
        first, second = [Ball(1), *(Ball(c) / 40 for c in a)], [Ball(2), *(Ball(c) / 40 for c in b)]
        for by, unit, close in ((fixed_point(BITS), Ball(2) ** -BITS, Ball(2) ** -100), (DOUBLES, Ball(1), Ball(1e-12))):
            got, truth = coefficients(name, first, second, by, unit, known)
            assert len(got) == ORDER + 1
            assert all(abs(g - t) < close * (1 + abs(t)) for g, t in zip(got, truth, strict=True))


def test_a_power_is_not_that_of_another_exponent():
    with precision(200):
        a = [Ball(1), *[Ball(1) / 4] * ORDER]
        root, _ = coefficients("root", a, a, DOUBLES, Ball(1))
        power, _ = coefficients("power", a, a, DOUBLES, Ball(1))
        assert all(abs(r - p) > Ball(1) / 1000 for r, p in zip(root[1:4], power[1:4], strict=True))


@given(st.fractions(-1000, 1000), st.integers(1, 90))
@settings(max_examples=30, deadline=None)
def test_fixed_point_is_below_by_less_than_a_unit(value, bits):
    with precision(200):
        ball = Ball(value.numerator) / value.denominator
        middle = Fraction(fixed(ball, 600), 2**600)
        assert 0 <= middle - Fraction(fixed(ball, bits), 2**bits) < Fraction(1, 2**bits)
        assert value == 0 or 2 ** Fraction(exponent(ball) - 1) <= abs(middle) <= 2 ** Fraction(exponent(ball))
