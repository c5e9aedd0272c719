"""What generated mpmath code needs beside mpmath; its text is copied into that code, so that it stands alone."""

from __future__ import annotations

import mpmath


def root(function, slope, low, high):  # type: ignore[no-untyped-def]
    """Return where an increasing function vanishes in (low, high), by Newton's method in a bracket; the ends may be infinite.

    An infinite end itself is returned when the function keeps its sign up to 2^16 on that side.
    """
    bounded = [end for end in (low, high) if mpmath.isfinite(end)]
    at = (
        sum(bounded) / mpmath.mpf(2)
        if len(bounded) == 2
        else low + 1
        if bounded == [low]
        else high - 1
        if bounded
        else mpmath.mpf(0)
    )
    for k in range(4 * mpmath.mp.prec + 4000):
        value = function(at)
        if value == 0:
            return at
        low, high = (at, high) if value < 0 else (low, at)
        newton = at - value / slope(at)
        if abs(newton - at) <= 4 * mpmath.mp.eps * abs(at):  # also where it is no longer inside the bracket
            return newton
        step = mpmath.mpf(2) ** k
        middle = high - step if low == -mpmath.inf else low + step if high == mpmath.inf else (low + high) / 2
        following = newton if low < newton < high else middle
        if abs(following) > 2**16 and not mpmath.isfinite(high - low):
            return high if value < 0 else low
        if abs(following - at) <= 4 * mpmath.mp.eps * abs(following):
            return following
        at = following
    raise ValueError("no root is found; raise mpmath.mp.dps")


def points(turns, end):  # type: ignore[no-untyped-def]
    """Return points in [0, end] between which an integrand is smooth that turns at ``turns`` > 0 from one power into another."""
    found = [mpmath.mpf(0)]
    for turn in sorted(turns):
        while 0 < 64 * found[-1] < min(turn, end):
            found.append(64 * found[-1])
        if turn < end:
            found.append(turn)
    while 0 < 64 * found[-1] < end:
        found.append(64 * found[-1])
    return [*found, end]
