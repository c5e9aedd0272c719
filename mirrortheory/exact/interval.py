"""Open intervals of one variable, from text such as ``0 < x < 1`` or from a SymPy set, and rational points in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sympy

from mirrortheory.errors import InvalidArgument, NotEvaluable, shown
from mirrortheory.exact.arb import Ball, precision
from mirrortheory.exact.balls import BallFunction
from mirrortheory.exact.order import compare, sign_of
from mirrortheory.exact.parse import expression

_INFINITE = {"oo": sympy.oo, "+oo": sympy.oo, "-oo": -sympy.oo, "inf": sympy.oo, "-inf": -sympy.oo}


def interval(domain: object, letter: str, name: str = "domain") -> tuple[sympy.Expr, sympy.Expr]:
    """Return the ends of an interval, in increasing order; its interior is meant, whether or not the ends belong to it.

    Args:
        domain: ``R``, text such as ``x > 0``, ``x <= 5/2`` or ``-1 < x < pi/2``, or a SymPy ``Interval``.
        letter: the variable in the text.
        name: how the argument is called in the error message.

    Raises:
        InvalidArgument: for anything else, or an interval without interior.

    >>> interval("0 < x <= sqrt(2)", "x"), interval("x > 0", "x"), interval("R", "x")
    ((0, sqrt(2)), (0, oo), (-oo, oo))
    """
    if isinstance(domain, str):
        low, high = _from_text(domain, letter, name)
    elif isinstance(domain, sympy.Interval):
        low, high = domain.inf, domain.sup
    else:
        raise InvalidArgument(name, "an interval", domain, f"write for example '{letter} > 0', or a SymPy Interval")
    if compare(low, high) >= 0:
        raise InvalidArgument(name, "an interval with more than one point", domain, f"write for example '0 < {letter} < 1'")
    return low, high


def between(low: sympy.Expr, high: sympy.Expr) -> sympy.Rational:
    """Return a rational in an open interval: 0 or a power of 2 in an unbounded one, near the middle of a bounded one.

    Args:
        low: the lower end.
        high: the upper end.

    Raises:
        NotEvaluable: where the ends are not told apart.

    >>> between(-sympy.oo, sympy.oo), between(sympy.Integer(4), sympy.oo), between(sympy.S.Zero, sympy.sqrt(2))
    (0, 8, 1/2)
    """
    if low.is_infinite and high.is_infinite:
        return sympy.S.Zero
    if high.is_infinite:
        return _beyond(low)
    if low.is_infinite:
        return -_beyond(-high)
    if low.is_Rational and high.is_Rational:
        return (low + high) / 2
    for bits in (64, 256, 1024, 4096):
        with precision(bits):
            a, b = BallFunction(low, ())(), BallFunction(high, ())()
            for places in range(2, bits, 4):
                middle = ((a + b).mid() * Ball(2) ** (places - 1)).floor().unique_fmpz()
                if middle is not None and a < Ball(middle) / Ball(2) ** places < b:
                    return sympy.Rational(int(middle), 2**places)
    raise NotEvaluable(f"no rational is found between {shown(low)} and {shown(high)}")


def _beyond(low: sympy.Expr) -> sympy.Rational:
    """Return a rational above ``low``: twice as far from 0, or half as far below it."""
    if sign_of(low) >= 0:
        return sympy.Integer(max(1, int(sympy.ceiling(2 * low))))
    return sympy.S.Zero if compare(low, -1) >= 0 else -sympy.Integer(int(sympy.floor(-low / 2)))


def points(low: sympy.Expr, high: sympy.Expr, *, depth: int = 7) -> Iterator[sympy.Rational]:
    """Yield rationals that spread over an open interval, and far out or close to its ends.

    Args:
        low: the lower end.
        high: the upper end.
        depth: how often the interval is halved.
    """
    cells: list[tuple[sympy.Expr, sympy.Expr]] = [(low, high)]
    for _ in range(depth):
        finer: list[tuple[sympy.Expr, sympy.Expr]] = []
        for a, b in cells:
            middle = between(a, b)
            yield middle
            finer += [(a, middle), (middle, b)]
        cells = finer


def _from_text(text: str, letter: str, name: str) -> tuple[sympy.Expr, sympy.Expr]:
    if text.strip() in ("R", f"{letter} in R"):
        return -sympy.oo, sympy.oo
    parts = [part.strip() for part in re.split("[<>]=?", text)]
    signs = {sign[0] for sign in re.findall("[<>]=?", text)}
    place = 1 if len(parts) == 3 else parts.index(letter) if len(parts) == 2 and letter in parts else None
    if place is None or len(signs) != 1 or parts[place] != letter or parts.count(letter) != 1:
        raise InvalidArgument(name, "an interval", text, f"write for example '{letter} > 0', '-1 < {letter} < 1' or R")
    if signs == {">"}:
        parts, place = parts[::-1], len(parts) - 1 - place
    ends = [_INFINITE[part] if part in _INFINITE else expression(part, {"pi": sympy.pi}, name) for part in parts if part != letter]
    if len(ends) == 1:
        return (-sympy.oo, ends[0]) if place == 0 else (ends[0], sympy.oo)
    return ends[0], ends[1]
