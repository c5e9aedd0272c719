r"""Roots of strictly monotone functions in ball arithmetic, on any interval and of any size.

The interval is mapped to the line by t = low + e^z, high - e^(-z), low + (high - low)/(1 + e^(-z)) or sinh z, so that a bracket is
found by doubling z. Newton's method inside the bracket finds an approximation, and the signs of the function at two points enclose
the root: that step alone is relied on.

Source: Moore (1966), "Interval Analysis", for enclosures; the rest: this project.
"""

from __future__ import annotations

from collections.abc import Callable

import flint

from mirrortheory.exact.arb import Ball

_MOST_DOUBLINGS, _MOST_STEPS, _MOST_WIDENINGS = 24, 200, 60


def monotone_root(
    function: Callable[[Ball], Ball], slope: Callable[[Ball], Ball], target: Ball, low: Ball | None, high: Ball | None
) -> Ball:
    """Enclose every t in (low, high) with function(t) in ``target``, at the current precision; undefined where that fails.

    Args:
        function: strictly monotone on the interval; its value may be undefined at and beyond the ends.
        slope: its derivative, for Newton's method.
        target: a ball.
        low, high: ends of the interval, None for an infinite one.
    """
    at = _map(low, high)
    middle = target.mid()
    rising = slope(at(Ball(0))[0])
    side = 1 if rising > 0 else -1 if rising < 0 else 0
    if side == 0 or not middle.is_finite():
        return Ball("nan")

    def gap(z: Ball) -> Ball:
        return side * (function(at(z)[0]) - middle)

    left, right = _bracket(gap)
    z, step = ((left + right) / 2).mid(), Ball("inf")
    tiny = Ball(2) ** (8 - flint.ctx.prec)
    for _ in range(_MOST_STEPS):
        value = gap(z)
        if value.is_finite():
            if value > 0:
                right = z
            elif value < 0:
                left = z
            t, rate = at(z)
            following = (z - value / (side * slope(t) * rate)).mid()
        else:
            left, right = (left, z) if z > 0 else (z, right)  # undefined near an end, which lies outwards
            following = Ball("nan")
        if following.is_finite() and abs(following - z) <= tiny * (1 + abs(z)):  # also outside the bracket
            z = following
            break
        if not (following.is_finite() and left < following < right and 2 * abs(following - z) < step):
            following = ((left + right) / 2).mid()  # also where Newton's steps do not shrink
        step, z = abs(following - z).mid(), following
        if step <= tiny * (1 + abs(z)):
            break
    rate = abs(slope(at(z)[0]) * at(z)[1])
    spread = 2 * target.rad() / rate
    width = ((1 + abs(z)) * Ball(2) ** (2 - flint.ctx.prec) + (spread if spread.is_finite() else 0)).mid()
    for _ in range(_MOST_WIDENINGS):
        below, above = at((z - width).mid())[0], at((z + width).mid())[0]
        if side * (function(below) - target) < 0 and side * (function(above) - target) > 0:
            return below.union(above)
        width = (64 * width).mid()
    return Ball("nan")


def _map(low: Ball | None, high: Ball | None) -> Callable[[Ball], tuple[Ball, Ball]]:
    """Return t(z) and dt/dz, increasing from the line onto (low, high)."""
    if low is not None and high is not None:
        return lambda z: (
            (low + (high - low) * z.exp() / (1 + z.exp()), (high - low) * z.exp() / (1 + z.exp()) ** 2)
            if z < 0
            else (high - (high - low) * (-z).exp() / (1 + (-z).exp()), (high - low) * (-z).exp() / (1 + (-z).exp()) ** 2)
        )
    if low is not None:
        return lambda z: (low + z.exp(), z.exp())
    if high is not None:
        return lambda z: (high - (-z).exp(), (-z).exp())
    return lambda z: (z.sinh(), z.cosh())


def _bracket(gap: Callable[[Ball], Ball]) -> tuple[Ball, Ball]:
    """Return z below and above the root of an increasing function, which may be undefined there."""
    found = []
    for sign in (-1, 1):
        z = Ball(sign)
        for _ in range(_MOST_DOUBLINGS):
            value = sign * gap(z)
            if value > 0 or not value.is_finite():
                break
            z = 2 * z
        found.append(z)
    return found[0], found[1]
