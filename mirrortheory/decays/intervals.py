r"""Enclosures of a function of time on an interval, which may be infinite, by its form; ends such as 0 stay exact.

Each operation takes the ends of what it is applied to to the ends of its values, rounded outwards in Arb: sums and products of
ends, monotone functions, even powers. So :math:`2^{-t} \in [0, 1]` and :math:`1 + \cos t \in [0, 2]` on :math:`[0, \infty)`, where
a ball about a midpoint has no finite radius. An enclosure is given only where every part is continuous on the whole closed interval
and finite at its finite times: a denominator or logarithm that may reach 0 there has none.

Source: Moore (1966), "Interval Analysis".
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import sympy

from mirrortheory.exact.arb import Ball, ball

Interval = tuple[Ball, Ball]
INFINITY = Ball("inf")
_INCREASING: dict[type[sympy.Basic], Callable[[Ball], Ball]] = {
    sympy.exp: Ball.exp,
    sympy.sinh: Ball.sinh,
    sympy.asinh: Ball.asinh,
    sympy.atan: Ball.atan,
    sympy.tanh: Ball.tanh,
}
_AT_INFINITY: dict[type[sympy.Basic], tuple[Ball, Ball]] = {
    sympy.exp: (Ball(0), INFINITY),
    sympy.sinh: (-INFINITY, INFINITY),
    sympy.asinh: (-INFINITY, INFINITY),
    sympy.atan: (Ball(-2), Ball(2)),
    sympy.tanh: (Ball(-1), Ball(1)),
}


class NoEnclosure(Exception):
    """An expression whose form gives no enclosure; ``part`` is why."""

    def __init__(self, part: sympy.Basic) -> None:
        self.part = part


def enclosed(expr: sympy.Expr, time: sympy.Symbol, low: sympy.Rational, high: sympy.Expr) -> Interval:
    """Return ends between which ``expr`` lies for all times in [low, high], high a rational or oo; they may be infinite.

    Raises:
        NoEnclosure: where a part of it is not seen to be defined and continuous.

    >>> t = sympy.Symbol("t", nonnegative=True)
    >>> [str(end) for end in enclosed(1 / (1 + t), t, sympy.S.Zero, sympy.oo)]
    ['0', '1.00000000000000']
    """
    return _enclosed(expr, time, (ball(low), INFINITY if high is sympy.oo else ball(high)))


def _enclosed(expr: sympy.Expr, time: sympy.Symbol, here: Interval) -> Interval:
    if expr == time:
        return _ends(expr, here[0].lower(), here[1].upper())
    if isinstance(expr, sympy.Rational):
        return _outwards(expr, ball(expr))
    if expr in (sympy.pi, sympy.E):
        return _outwards(expr, Ball.pi() if expr is sympy.pi else Ball.const_e())
    if isinstance(expr, sympy.Pow):
        return _power(expr, time, here)
    parts = [_enclosed(argument, time, here) for argument in expr.args]
    if isinstance(expr, sympy.Add):
        return _ends(expr, sum((low for low, _ in parts), Ball(0)).lower(), sum((high for _, high in parts), Ball(0)).upper())
    if isinstance(expr, sympy.Mul):
        found = parts[0]
        for part in parts[1:]:
            found = _times(expr, found, part)
        return found
    if len(parts) == 1:
        return _function(expr, *parts[0])
    raise NoEnclosure(expr)


def _ends(expr: sympy.Basic, low: Ball, high: Ball) -> Interval:
    """Return two ends in their order; an undefined one, of an overflow, is in no order."""
    if not low <= high:
        raise NoEnclosure(expr)
    return low, high


def _outwards(expr: sympy.Basic, *values: Ball) -> Interval:
    """Return the ends of what holds all values."""
    least, most = _ends(expr, values[0].lower(), values[0].upper())
    for value in values[1:]:
        low, high = _ends(expr, value.lower(), value.upper())
        least, most = (low if low < least else least), (high if high > most else most)
    return least, most


def _times(expr: sympy.Basic, one: Interval, other: Interval) -> Interval:
    ends = (Ball(0) if a == 0 or b == 0 else a * b for a, b in product(one, other))  # 0 times oo is 0 times any finite value
    return _outwards(expr, *ends)


def _power(expr: sympy.Pow, time: sympy.Symbol, here: Interval) -> Interval:
    base, exponent = expr.args
    low, high = _enclosed(base, time, here)
    if isinstance(exponent, sympy.Integer):
        found = _whole_power(expr, low, high, abs(int(exponent)))
    elif not low >= 0:
        raise NoEnclosure(expr)
    elif isinstance(exponent, sympy.Rational):
        found = _outwards(expr, *(end if end == 0 or _is_infinite(end) else end ** ball(abs(exponent)) for end in (low, high)))
    elif low > 0:
        return _increasing(expr, sympy.exp, *_times(expr, _logarithm(expr, low, high), _enclosed(exponent, time, here)))
    else:
        raise NoEnclosure(expr)
    return found if exponent > 0 else _reciprocal(expr, *found)


def _whole_power(expr: sympy.Pow, low: Ball, high: Ball, n: int) -> Interval:
    ends = [(end if n % 2 else INFINITY) if _is_infinite(end) else end**n for end in (low, high)]
    if n % 2 == 0 and low < 0 and high > 0:
        return Ball(0), _outwards(expr, *ends)[1]
    return _outwards(expr, *ends)


def _reciprocal(expr: sympy.Pow, low: Ball, high: Ball) -> Interval:
    if not (low > 0 or high < 0):
        raise NoEnclosure(expr)
    return _outwards(expr, *(Ball(0) if _is_infinite(end) else 1 / end for end in (low, high)))


def _function(expr: sympy.Expr, low: Ball, high: Ball) -> Interval:
    kind = type(expr)
    if kind in _INCREASING:
        return _increasing(expr, kind, low, high)
    if kind is sympy.log and low > 0:
        return _logarithm(expr, low, high)
    if kind in (sympy.sin, sympy.cos):
        whole = low.union(high) if high - low < 1 else None
        if whole is None:
            return Ball(-1), Ball(1)
        least, most = _outwards(expr, whole.sin() if kind is sympy.sin else whole.cos())
        return (least if least > -1 else Ball(-1)), (most if most < 1 else Ball(1))
    if kind in (sympy.Abs, sympy.cosh):
        least = low if low >= 0 else -high if high <= 0 else Ball(0)
        most = high if high > -low else -low
        if kind is sympy.Abs:
            return _ends(expr, least, most)
        return _ends(expr, least.cosh().lower(), most if _is_infinite(most) else most.cosh().upper())
    raise NoEnclosure(expr)


def _logarithm(expr: sympy.Expr, low: Ball, high: Ball) -> Interval:
    return _ends(expr, low.log().lower(), high if _is_infinite(high) else high.log().upper())


def _increasing(expr: sympy.Expr, kind: type[sympy.Basic], low: Ball, high: Ball) -> Interval:
    function, (least, most) = _INCREASING[kind], _AT_INFINITY[kind]
    ends = (least if low == -INFINITY else function(low).lower()), (most if high == INFINITY else function(high).upper())
    return _ends(expr, *ends)


def _is_infinite(end: Ball) -> bool:
    return bool(abs(end) == INFINITY)
