"""What generated mpmath code needs beside mpmath; its text is copied into that code, so that it stands alone."""

from __future__ import annotations

import mpmath


def root(function, slope, low, high):  # type: ignore[no-untyped-def]
    """Return where an increasing function vanishes in (low, high), by Newton's method in a bracket; the ends may be infinite."""
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
        step = mpmath.mpf(2) ** k
        middle = high - step if low == -mpmath.inf else low + step if high == mpmath.inf else (low + high) / 2
        following = newton if low < newton < high else middle
        if abs(following - at) <= 4 * mpmath.mp.eps * abs(following):
            return following
        at = following
    raise ValueError("no root is found; raise mpmath.mp.dps")
