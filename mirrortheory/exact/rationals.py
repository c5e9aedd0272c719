"""Exact rationals from what people write: the text 0.1 is one tenth; the float 0.1 is not, and is refused."""

from __future__ import annotations

import re
from fractions import Fraction
from numbers import Integral
from typing import Any

import sympy

from mirrortheory.errors import InvalidArgument

_RATIONAL = re.compile(r"([+-]?\d+)/(\d+)", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?", re.ASCII)
MAX_DIGITS = 1000

Rational = int | str | Fraction | sympy.Rational


def rational(value: object, name: str = "value") -> sympy.Rational:
    """Return ``value`` as an exact rational.

    Args:
        value: an integer, a :class:`fractions.Fraction`, a SymPy rational, or text such as ``"-1/2"``, ``"0.1"``, ``"1e-30"``.
        name: how the argument is called in the error message.

    Raises:
        InvalidArgument: for a float, a zero denominator, text of another form, or over 1000 digits.

    >>> rational("3/2"), rational("0.1")
    (3/2, 1/10)
    """
    if isinstance(value, sympy.Rational):
        return value
    if isinstance(value, bool):
        raise InvalidArgument(name, "an exact rational", value, "write an integer or a fraction such as 3/2")
    if isinstance(value, Integral):  # NumPy's integers too
        return sympy.Integer(int(value))
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if isinstance(value, str):
        return _parse(value.strip(), name)
    if isinstance(value, float | sympy.Float):
        raise InvalidArgument(name, "an exact rational", value, f"write {_as_fraction(float(value))}, not a float")
    raise InvalidArgument(name, "an exact rational", value, "write an integer or a fraction such as 3/2")


def listed(values: object) -> Any:
    """Return an array of NumPy or a series of pandas as a list of Python's numbers; anything else as it is.

    Args:
        values: any sequence, or anything else.

    >>> listed((0, 3))
    (0, 3)
    """
    return values.tolist() if hasattr(values, "tolist") else values


def as_expression(value: object, name: str = "value") -> sympy.Expr:
    """Return ``value``, an expression or a number, as a SymPy expression; text is refused, as SymPy would evaluate it.

    Args:
        value: an expression or a number.
        name: what it is called in messages.

    Raises:
        InvalidArgument: for text, and for what SymPy does not know.

    >>> as_expression(2)
    2
    """
    try:
        return sympy.sympify(value, strict=True)
    except sympy.SympifyError:
        remedy = "make one of text by mirrortheory.exact.expression"
        raise InvalidArgument(name, "a SymPy expression or a number", value, remedy) from None


def integer(value: object, name: str, low: int, high: int) -> int:
    """Return ``value`` as an integer between ``low`` and ``high``, both included.

    Args:
        value: an integer, or a text.
        name: what it is called in messages.
        low: the least that is allowed.
        high: the largest that is allowed.

    Raises:
        InvalidArgument: for anything else.

    >>> integer("3", "depth", 1, 8)
    3
    """
    condition, remedy = f"an integer from {low} to {high}", f"write one of {low}..{high}"
    if isinstance(value, str):
        try:
            number: object = _parse(value.strip(), name)
        except InvalidArgument:
            raise InvalidArgument(name, condition, value, remedy) from None
    else:
        number = value
    if isinstance(number, bool) or not isinstance(number, Integral) or not low <= int(number) <= high:
        raise InvalidArgument(name, condition, value, remedy)
    return int(number)


def _parse(text: str, name: str) -> sympy.Rational:
    if len(text) > MAX_DIGITS:
        raise InvalidArgument(name, f"a rational of at most {MAX_DIGITS} characters", text, "write a shorter number")
    decimal = _DECIMAL.fullmatch(text)
    if decimal and abs(int(decimal[1] or 0)) <= MAX_DIGITS:
        return sympy.Rational(*Fraction(text).as_integer_ratio())
    if decimal:
        raise InvalidArgument(name, f"between 1e-{MAX_DIGITS} and 1e{MAX_DIGITS} in size", text, "write a number of another size")
    match = _RATIONAL.fullmatch(text)
    if match is None:
        raise InvalidArgument(name, "an exact rational", text, "write an integer or a fraction such as 3/2")
    numerator, denominator = int(match[1]), int(match[2])
    if denominator == 0:
        raise InvalidArgument(name, "an exact rational", text, "the denominator is zero")
    return sympy.Rational(numerator, denominator)


def _as_fraction(value: float) -> str:
    return str(Fraction(repr(value))) if abs(value) < float("inf") else "a finite rational"
