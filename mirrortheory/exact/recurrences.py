r"""Coefficients of power series, one order after the other: in fixed point, or in doubles.

Of c = b^r, e^b or log b the coefficient k follows from those before it and from those of b,

.. math:: (bc)_k = \sum_j b_j c_{k-j}, \quad k b_0 (b^r)_k = \sum_{j \ge 1} (rj - k + j)\, b_j (b^r)_{k-j}, \quad
    k\,(e^b)_k = \sum_{j \ge 1} j b_j (e^b)_{k-j}.

Fixed point holds whole multiples of 2^-bits in integers. Series in tau = t/h have coefficients that fall like those of a step, and
so do the integers: high orders cost less, and every order has the one absolute error that a defect on [0, 1] is measured by.
Nothing here is proved, and nothing that is proved rests on it.

Source: Moore (1966), "Interval Analysis", for the recurrences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import floordiv, mul, truediv
from typing import Any, TypeAlias

import sympy

from mirrortheory.exact.arb import Ball

Coefficients: TypeAlias = list[Any]


@dataclass(frozen=True)
class Arithmetic:
    """What coefficients are made of.

    Attributes:
        number: the number for the middle of a ball.
        dot: the sum of products.
        quotient: of two numbers.
        divide: a number by an integer.
        times: the product of two numbers.
        bits: of fixed point; None for doubles.
    """

    number: Callable[[Ball], Any]
    dot: Callable[[Sequence[Any], Sequence[Any]], Any]
    quotient: Callable[[Any, Any], Any]
    divide: Callable[[Any, int], Any]
    times: Callable[[Any, Any], Any]
    bits: int | None = None  # of fixed point


DOUBLES = Arithmetic(float, lambda a, b: sum(map(mul, a, b), 0.0), truediv, truediv, mul)


def fixed_point(bits: int) -> Arithmetic:
    """Return the arithmetic of whole multiples of 2^-bits, rounded down."""
    return Arithmetic(
        number=lambda value: fixed(value, bits),
        dot=lambda a, b: sum(map(mul, a, b)) >> bits,
        quotient=lambda a, b: (a << bits) // b,
        divide=floordiv,
        times=lambda a, b: a * b >> bits,
        bits=bits,
    )


def fixed(value: Ball, bits: int) -> int:
    """Return the middle of a ball in units of 2^-bits, rounded down."""
    mantissa, exponent = value.mid().man_exp()
    shift = int(exponent) + bits
    return int(mantissa) << shift if shift >= 0 else int(mantissa) >> -shift


def exponent(value: Ball) -> int:
    """Return the e of 2^(e-1) <= |middle| < 2^e of a ball; 0 for 0."""
    mantissa, shift = value.mid().man_exp()
    return int(shift) + int(mantissa).bit_length()


def recurrence(
    kind: str,
    known: Sequence[sympy.Expr],
    numbers: Sequence[Any],
    arguments: Sequence[Coefficients],
    own: Coefficients,
    by: Arithmetic,
) -> Callable[[int], None]:
    """Return what appends coefficient k >= 1 of an operation to its ``own``, once all those before it are there.

    Args:
        kind: of the operation, as :class:`mirrortheory.exact.series.Program` names it; "signed" stands for a negative sign.
        known, numbers: the constants of the operation, exactly and in the arithmetic.
        arguments: coefficients 0..k of the arguments when k is asked for.
        own: coefficient 0, or more of them.
        by: the arithmetic.
    """
    dot, b = by.dot, arguments[0] if arguments else own
    match kind:
        case "linear":
            return _linear(known[1:], numbers[1:], arguments, own, by)
        case "product":
            c, append, bits = arguments[1], own.append, by.bits  # written out: most of the time goes here
            if c is b:
                return lambda k: append(_square(b, k, 0, by))
            if bits is None:
                return lambda k: append(sum(map(mul, b, c[::-1])))
            return lambda k: append(sum(map(mul, b, c[::-1])) >> bits)
        case "signed":
            return lambda k: own.append(-b[k])
        case "reciprocal":
            factor = (-own[0],)
            return lambda k: own.append(dot(factor, (dot(b[k:0:-1], own),)))
        case "power" if known == (sympy.S.Half,):
            return lambda k: own.append(by.quotient(b[k] - _square(own, k, 1, by), 2 * own[0]))
        case "power":
            return _power(int(known[0].p), int(known[0].q), b, own, by)
        case _:
            return _function(own if kind == "exp" else arguments[1], b, own, by)


def _linear(
    known: Sequence[sympy.Expr], factors: Sequence[Any], arguments: Sequence[Coefficients], own: Coefficients, by: Arithmetic
) -> Callable[[int], None]:
    """Of a sum with constant factors: whole ones are not rounded, and cost no shift."""
    append, dot, times = own.append, by.dot, by.times
    whole = [int(c) for c in known if isinstance(c, sympy.Integer | int)]
    if len(whole) == len(known):
        if len(known) == 1:
            factor, b = whole[0], arguments[0]
            return (lambda k: append(-b[k])) if factor == -1 else (lambda k: append(factor * b[k]))
        if len(known) == 2:
            (f, g), (b, c) = whole, arguments[:2]
            return (lambda k: append(b[k] - c[k])) if (f, g) == (1, -1) else (lambda k: append(f * b[k] + g * c[k]))
        return lambda k: append(sum([f * a[k] for f, a in zip(whole, arguments, strict=False)]))
    if len(known) == 1:
        number, b = factors[0], arguments[0]
        return lambda k: append(times(number, b[k]))
    return lambda k: append(dot(factors, [a[k] for a in arguments]))


def _square(a: Coefficients, k: int, first: int, by: Arithmetic) -> Any:
    """Return the sum of a_i a_j over i + j = k with both at least ``first``; the terms come in pairs."""
    half, middle = (k + 1) // 2, a[k // 2 : k // 2 + 1]
    pairs = 2 * by.dot(a[first:half], a[k - first : k // 2 : -1])
    return pairs if k % 2 else pairs + by.dot(middle, middle)


def _power(p: int, q: int, b: Coefficients, own: Coefficients, by: Arithmetic) -> Callable[[int], None]:
    weighted, weighted_own = [j * b[j] for j in range(1, len(own))], [j * own[j] for j in range(1, len(own))]

    def power(k: int) -> None:
        weighted.append(b[k] * k)
        total = p * by.dot(weighted, own[::-1]) - q * by.dot(weighted_own, b[k - 1 : 0 : -1])
        weighted_own.append(by.quotient(total, q * b[0]))
        own.append(by.divide(weighted_own[-1], k))

    return power


def _function(slope: Coefficients, b: Coefficients, own: Coefficients, by: Arithmetic) -> Callable[[int], None]:
    """Of own' = slope b'."""
    weighted = [j * b[j] for j in range(1, len(own))]

    def function(k: int) -> None:
        weighted.append(b[k] * k)
        own.append(by.divide(by.dot(weighted, slope[k - 1 :: -1]), k))

    return function
