"""What is read as an exact rational, and the exact words of every refusal."""

import decimal
import re
import time
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from mirrortheory import Lq, Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import as_expression, integer, rational

ASK = "write an integer or a fraction such as 3/2"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, (3, 1)),
        (-7, (-7, 1)),
        (Fraction(6, 4), (3, 2)),
        (sympy.Rational(-1, 3), (-1, 3)),
        (sympy.S.Half, (1, 2)),
        (sympy.Integer(5), (5, 1)),
        ("3", (3, 1)),
        ("+3", (3, 1)),
        ("-1/2", (-1, 2)),
        ("6/4", (3, 2)),
        ("  3/2\n", (3, 2)),
        ("0/7", (0, 1)),
        ("007", (7, 1)),
        ("0.1", (1, 10)),
        ("-.5", (-1, 2)),
        ("5.", (5, 1)),
        ("1e5", (10**5, 1)),
        ("2.50E-3", (1, 400)),
        ("1e1000", (10**1000, 1)),
    ],
)
def test_accepted_forms(value, expected):
    found = rational(value)
    assert isinstance(found, sympy.Rational)
    assert (found.p, found.q) == expected


@given(st.fractions())
def test_round_trip_through_text(value):
    exact = sympy.Rational(value.numerator, value.denominator)
    assert rational(value) == rational(str(value)) == exact
    assert rational(exact) is exact


def test_integers_of_any_size_are_accepted_as_integers():
    assert rational(10**5000) == sympy.Integer(10) ** 5000
    assert rational("9" * 1000) == sympy.Integer(10) ** 1000 - 1


@pytest.mark.parametrize(
    ("value", "shown", "remedy"),
    [
        (0.1, "0.1", "write 1/10, not a float"),
        (-2.5, "-2.5", "write -5/2, not a float"),
        (1e-7, "1e-07", "write 1/10000000, not a float"),
        (float("nan"), "nan", "write a finite rational, not a float"),
        (float("inf"), "inf", "write a finite rational, not a float"),
        (sympy.Float("0.1"), "0.100000000000000", "write 1/10, not a float"),
        ("1/0", "1/0", "the denominator is zero"),
        ("0/0", "0/0", "the denominator is zero"),
        ("", "nothing", ASK),
        ("  ", "nothing", ASK),
        ("nan", "nan", ASK),
        ("inf", "inf", ASK),
        ("1.2.3", "1.2.3", ASK),
        ("1.5/2", "1.5/2", ASK),
        ("e5", "e5", ASK),
        (".", ".", ASK),
        ("1/-2", "1/-2", ASK),
        ("1/2/3", "1/2/3", ASK),
        ("1 / 2", "1 / 2", ASK),
        ("1_000", "1_000", ASK),
        ("\u0663", "\u0663", ASK),
        ("__import__('os')", "__import__('os')", ASK),
        (True, "True", ASK),
        (False, "False", ASK),
        (None, "None", ASK),
        (1j, "1j", ASK),
        (b"1", "b'1'", ASK),
        ([1], "[1]", ASK),
        (decimal.Decimal("0.1"), "0.1", ASK),
        (sympy.sqrt(2), "sqrt(2)", ASK),
        (sympy.oo, "oo", ASK),
        (sympy.nan, "nan", ASK),
        (sympy.Symbol("q"), "q", ASK),
    ],
)
def test_refusals(value, shown, remedy):
    with pytest.raises(InvalidArgument) as raised:
        rational(value, "q")
    assert str(raised.value) == f"q must be an exact rational, got {shown}; {remedy}"


def test_the_name_is_value_when_none_is_given():
    with pytest.raises(InvalidArgument, match=r"^value must be an exact rational, got None; "):
        rational(None)


@pytest.mark.parametrize("text", ["1e9999", "1e99999", "1e-30000"])
def test_decimals_that_would_take_all_memory_are_refused(text):
    with pytest.raises(InvalidArgument, match=rf"^q must be between 1e-1000 and 1e1000 in size, got {text}; "):
        rational(text, "q")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**300), max_value=10**300))
def test_text_of_a_decimal_is_the_number_it_writes(value):
    assert Fraction(int((found := rational(str(value))).p), int(found.q)) == Fraction(value)


@given(st.floats())
def test_every_float_is_refused(value):
    with pytest.raises(InvalidArgument, match="not a float"):
        rational(value)


@given(st.text("0123456789+-/. e_", max_size=8) | st.text(max_size=8))
def test_any_text_is_read_exactly_or_refused(text):
    fraction = re.fullmatch(r"[+-]?[0-9]+/0*[1-9][0-9]*", text.strip())
    decimal_text = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE]([+-]?[0-9]+))?", text.strip())
    if fraction or (decimal_text and abs(int(decimal_text[3] or 0)) <= 1000):
        value = Fraction(text.strip())
        assert rational(text) == sympy.Rational(value.numerator, value.denominator)
    else:
        with pytest.raises(InvalidArgument):
            rational(text)


@pytest.mark.parametrize("text", ["1" * 10**6, "1/" + "3" * 10**6, "x" * 10**6, "1." + "0" * 10**6])
def test_long_text_is_refused_at_once(text):
    begin = time.perf_counter()
    with pytest.raises(InvalidArgument) as raised:
        rational(text, "q")
    assert time.perf_counter() - begin < 0.5
    shown = f"{text[:57]}..."
    assert str(raised.value) == f"q must be a rational of at most 1000 characters, got {shown}; write a shorter number"


@pytest.mark.parametrize("value", ["3", " 3 ", "6/2", 3, sympy.Integer(3)])
def test_accepted_integers(value):
    found = integer(value, "depth", 1, 8)
    assert type(found) is int
    assert found == 3


def test_the_bounds_of_an_integer_are_included():
    assert integer(1, "depth", 1, 8) == 1
    assert integer("8", "depth", 1, 8) == 8
    assert integer(-2, "shift", -2, -2) == -2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        ("9", "9"),
        (-1, "-1"),
        ("5/2", "5/2"),
        ("abc", "abc"),
        ("", "nothing"),
        ("3.5", "3.5"),
        (3.0, "3.0"),
        (True, "True"),
        (None, "None"),
        (sympy.Symbol("n"), "n"),
        ("1/0", "1/0"),
    ],
)
def test_refused_integers(value, shown):
    with pytest.raises(InvalidArgument) as raised:
        integer(value, "depth", 1, 8)
    assert str(raised.value) == f"depth must be an integer from 1 to 8, got {shown}; write one of 1..8"


@pytest.mark.parametrize("refused", [Lq, Product])
def test_huge_integers_are_refused_in_words(refused):
    with pytest.raises(InvalidArgument):
        refused(10**5000)


def test_text_is_no_expression():
    x = sympy.Symbol("x")
    assert as_expression(x + 1) == x + 1
    assert as_expression(2) == 2
    for text in ("x", "__import__('os')", object()):
        with pytest.raises(InvalidArgument, match="side must be a SymPy expression or a number, got "):
            as_expression(text, "side")
