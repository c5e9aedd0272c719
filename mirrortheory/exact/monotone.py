r"""Roots of strictly monotone functions in ball arithmetic, on any interval and of any size.

The root is sought as its distance :math:`t > 0` from an end of the interval, or from 0 where there is none: then it may be of any
size, and as close to that end as it likes (:func:`mirrortheory.exact.positive_root`).

Source: Moore (1966), "Interval Analysis", for enclosures; the rest: this project.
"""

from __future__ import annotations

from collections.abc import Callable

from mirrortheory.exact.arb import Ball
from mirrortheory.exact.positive_roots import positive_root


def monotone_root(
    function: Callable[[Ball], Ball], slope: Callable[[Ball], Ball], target: Ball, low: Ball | None, high: Ball | None
) -> Ball:
    """Enclose every t in (low, high) with function(t) in ``target``, at the current precision; undefined where that fails.

    Args:
        function: strictly monotone on the interval; its value may be undefined at and beyond the ends.
        slope: its derivative, for Newton's method.
        target: a ball.
        low, high: ends of the interval, None for an infinite one.

    >>> monotone_root(lambda t: t**3, lambda t: 3 * t**2, Ball(-8), None, None).overlaps(Ball(-2))
    True
    """
    inside = _inside(low, high)
    rising = slope(inside)
    if not (rising > 0 or rising < 0):
        return Ball("nan")
    side = 1 if rising > 0 else -1

    def is_beyond(t: Ball) -> bool | None:
        excess = side * (function(t) - target)
        return bool(excess > 0) if excess > 0 or excess < 0 else None

    last = None
    if low is None and high is None:
        anchor = next((t for t in (Ball(0), Ball(1)) if is_beyond(t) is not None), Ball("nan"))  # the root may be at one of them
        towards = -1 if is_beyond(anchor) else 1
    elif low is not None and (high is None or is_beyond(inside)):
        anchor, towards = low, 1
    else:
        anchor, towards = Ball(0) if high is None else high, -1
    if low is not None and high is not None:
        last = abs(inside - anchor)
    distance = positive_root(
        lambda t: function(anchor + towards * t),
        lambda t: towards * slope(anchor + towards * t),
        target,
        side=side * towards,
        last=last,
    )
    return anchor + towards * distance


def _inside(low: Ball | None, high: Ball | None) -> Ball:
    """Return a point of an interval, its middle if there is one; in R not 0, where a slope may vanish."""
    if low is not None and high is not None:
        return ((low + high) / 2).mid()
    return (low + 1).mid() if low is not None else (high - 1).mid() if high is not None else Ball(1)
