r"""Positive roots of monotone functions in ball arithmetic, of any size.

The root is sought as :math:`e^z`: z is bracketed by doubling, the bracket is halved, and Newton's method in z does the rest. The
signs of the function at two points enclose the root: that step alone is relied on.
"""

from __future__ import annotations

from collections.abc import Callable

from mirrortheory.exact.arb import Ball, current_bits, precision

_MAX_DOUBLINGS = 4000  # of z: the root may be as far as exp(-10^300)
_MAX_HALVINGS = 200
_MAX_NEWTON_STEPS = 100
_BRACKET = Ball(2) ** -20
_FIRST_BITS = 128


def positive_root(
    function: Callable[[Ball], Ball], slope: Callable[[Ball], Ball], target: Ball, *, side: int = 1, last: Ball | None = None
) -> Ball:
    """Enclose every t > 0 with function(t) in ``target``, at the current precision; the ball is not finite where that fails.

    Args:
        function: increasing for ``side`` 1, decreasing for -1; its value may be undefined on one or both sides of the root.
        slope: its derivative, for Newton's method.
        target: a ball.
        side: 1 or -1, whether ``function`` rises or falls.
        last: a number near to which or below which the root lies, if one is known.

    >>> from mirrortheory.exact import precision
    >>> with precision(100):
    ...     positive_root(lambda t: t * t, lambda t: 2 * t, Ball(2)).overlaps(Ball(2).sqrt())
    True
    """

    def excess(z: Ball) -> Ball:  # increases
        return side * (function(z.exp()) - target)

    start, bits = Ball(0) if last is None else last.log().mid(), _FIRST_BITS
    while True:  # where little cancels few bits tell the two sides
        with precision(min(bits, current_bits())):
            near, far, told = _bracket(excess, start, last is None)
        if told or bits >= current_bits():
            break
        bits *= 2
    z, step, noise = ((near + far) / 2).mid(), Ball("inf"), Ball(0)
    for _ in range(_MAX_NEWTON_STEPS):
        t = z.exp().mid()
        correction = excess(z) / (side * slope(t) * t)
        if not abs(correction.mid()) < step:
            break
        step, noise, z = abs(correction.mid()), correction.rad(), (z - correction).mid()
    t, width = z.exp().mid(), 2 * step + 4 * noise + Ball(2) ** (16 - current_bits())
    below, above = (t * (1 - width)).mid(), (t * (1 + width)).mid()
    inside = below > 0 and side * (function(below) - target) < 0 and side * (function(above) - target) > 0
    return below.union(above) if inside else Ball("nan")


def _bracket(excess: Callable[[Ball], Ball], start: Ball, both_ways: bool) -> tuple[Ball, Ball, bool]:
    """Return z on both sides of the root, close to each other, and True; or twice a z of which the side is not told, and False."""
    up = both_ways and bool(excess(start) < 0)

    def is_beyond(z: Ball) -> bool | None:
        value = excess(z)
        if not value.is_finite():
            return True
        return bool(value > 0) is up if value > 0 or value < 0 else None

    near, far, step = start, start, Ball(1)
    for _ in range(_MAX_DOUBLINGS):
        near, far = far, far + step if up else far - step
        step, beyond = 2 * step, is_beyond(far)
        if beyond is None:
            return far, far, False
        if beyond:
            break
    for _ in range(_MAX_HALVINGS):
        if abs(near - far) < _BRACKET * abs(far).max(Ball(1)):
            break
        z = ((near + far) / 2).mid()
        beyond = is_beyond(z)
        if beyond is None:
            return z, z, False
        near, far = (near, z) if beyond else (z, far)
    return near, far, is_beyond(near) is False
