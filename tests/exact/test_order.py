"""The order of constants: signs of numbers that nearly cancel, or cancel, and what is not decided."""

import random

import mpmath
import pytest
import sympy
from sympy import Rational, atan, exp, log, oo, pi, sqrt

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import compare, current_bits, ordered, sign_of


@pytest.mark.parametrize(
    "zero",
    [
        sqrt(3 + 2 * sqrt(2)) - 1 - sqrt(2),
        sqrt(5 + 2 * sqrt(6)) - sqrt(2) - sqrt(3),
        (7 + 5 * sqrt(2)) ** Rational(1, 3) - 1 - sqrt(2),
        sqrt(10**40 + 2 * 10**20 * sqrt(2) + 2) - 10**20 - sqrt(2),
        1 / (sqrt(3) - sqrt(2)) - sqrt(3) - sqrt(2),
        log(3 + 2 * sqrt(2)) - 2 * log(1 + sqrt(2)),
        sqrt(2) * log(3 + 2 * sqrt(2)) / 3 - 2 * sqrt(2) * log(1 + sqrt(2)) / 3,
        log(6) - log(2) - log(3),
        exp(1 + sqrt(2)) - exp(1) * exp(sqrt(2)),
    ],
    ids=str,
)
@pytest.mark.parametrize("beside", [0, Rational(1, 10**400), -Rational(1, 10**400)], ids=["0", "above", "below"])
def test_zero_is_told_from_what_is_near_it(zero, beside):
    assert sign_of(zero + beside) == sympy.sign(beside)


def test_drawn_algebraic_numbers_have_the_sign_that_integers_give():
    """a sqrt(m) - b sqrt(n) has the sign of a^2 m - b^2 n: beside convergents of sqrt(m/n) it nearly cancels."""
    draw = random.Random(3)
    for _ in range(30):
        m, n, b = draw.randint(2, 999), draw.randint(2, 999), draw.randint(1, 10 ** draw.randint(1, 80))
        a = sympy.integer_nthroot(b * b * n // m, 2)[0] + draw.randint(0, 1)
        difference = a * a * m - b * b * n
        assert sign_of(a * sqrt(m) - b * sqrt(n)) == sympy.sign(difference)


def test_drawn_logarithms_have_the_sign_of_many_digits():
    draw = random.Random(4)
    for _ in range(30):
        a, b = (Rational(draw.randint(2, 10**6), draw.randint(2, 10**6)) for _ in range(2))
        with mpmath.workdps(200):
            ratio = mpmath.log(mpmath.mpf(a.p) / a.q) / mpmath.log(mpmath.mpf(b.p) / b.q)
            places = draw.randint(5, 60)
            near = Rational(int(mpmath.floor(ratio * 10**places)), 10**places)
            value = mpmath.log(mpmath.mpf(a.p) / a.q) - mpmath.mpf(near.p) / near.q * mpmath.log(mpmath.mpf(b.p) / b.q)
            assert abs(value) > mpmath.mpf(10) ** -150
            expected = int(mpmath.sign(value))
        assert sign_of(log(a) - near * log(b)) == expected


def test_what_is_not_decided_is_an_error():
    with pytest.raises(NotEvaluable, match="is 0 is not decided") as error:
        sign_of(atan(Rational(1, 2)) + atan(Rational(1, 3)) - pi / 4)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("wrong", [sympy.Symbol("x"), sympy.nan, sympy.zoo, sympy.I, sympy.Float("0.5")], ids=str)
def test_only_real_constants_have_a_sign(wrong):
    with pytest.raises(NotEvaluable):
        sign_of(wrong)


def test_infinite_ends_are_compared():
    assert [compare(-oo, oo), compare(oo, oo), compare(oo, sqrt(2)), compare(sqrt(2), oo), compare(0, -oo)] == [-1, 0, 1, -1, 1]
    assert ordered([oo, sqrt(2), -oo, Rational(7, 5), log(4), 2 * log(2)]) == [-oo, log(4), 2 * log(2), Rational(7, 5), sqrt(2), oo]


def test_the_precision_is_left_as_it_was():
    before = current_bits()
    sign_of(sqrt(2) - 1)
    assert current_bits() == before
