"""What generated mpmath code needs beside mpmath; its text is copied into that code, so that it stands alone."""

# mypy: ignore-errors

from __future__ import annotations

import itertools

import mpmath


def precise(function, *arguments, cancels=False):
    """Return function(*arguments) to the precision of mpmath: at a higher one, and at higher ones until two values agree.

    Where a formula cancels for small or large arguments, to some digits for each that the arguments are away from 1 (and x^2
    for R and R*), the first precision has these already.
    """
    arguments, wanted = [mpmath.mpf(argument) for argument in arguments], mpmath.mp.prec
    sizes = [abs(mpmath.mag(a)) for a in arguments if a and mpmath.isfinite(a)]
    bits, before = wanted + 40 + (2 * min(max([0, *sizes]), 10**5) if cancels else 0), None
    for _ in range(6):
        with mpmath.workprec(bits):
            value = function(*arguments)
            if not mpmath.isfinite(value) or not any(arguments):
                break
            if before and value and abs(value - before) <= mpmath.ldexp(abs(value), -wanted - 4):
                break
        before, bits = value, bits * 3 // 2 + 20
    return +value


def root(function, low, high):
    """Return where an increasing function vanishes in (low, high), by Newton's method in a bracket; the ends may be infinite.

    The function returns its value and its slope. An infinite end itself is returned when the function keeps its sign up to 2^4000
    on that side.
    """
    if mpmath.isfinite(low):
        at = (low + high) / 2 if mpmath.isfinite(high) else low + 1
    else:
        at = high - 1 if mpmath.isfinite(high) else mpmath.mpf(0)
    before, step = mpmath.inf, mpmath.mpf(1)
    for _ in range(8 * mpmath.mp.prec + 8000):
        value, slope = function(at)
        if value == 0:
            return at
        low, high = (at, high) if value < 0 else (low, at)
        newton = at - value / slope
        size = abs(newton - at)
        if size <= mpmath.ldexp(abs(at), 10 - mpmath.mp.prec // 2) and (size == 0 or size > before / 2):
            return newton  # the steps no longer shrink: what is left is rounding
        before = size
        if low < newton < high and mpmath.mag(newton) <= 4000:
            at = newton
            continue
        at = high - step if low == -mpmath.inf else low + step if high == mpmath.inf else (low + high) / 2
        step *= 2
        if mpmath.mag(step) > 4000:
            return high if value < 0 else low
        if mpmath.isfinite(high - low) and high - low <= mpmath.ldexp(abs(high) + abs(low), -mpmath.mp.prec):
            return at
    raise ValueError("no root is found; raise mpmath.mp.dps")


def integral(function, turns, end):
    """Return the integral of a positive function over [0, end] that turns at ``turns`` > 0 from one power into another."""
    points = [mpmath.mpf(0)]
    for stop in [*sorted(turn for turn in turns if turn < end), end]:
        while 0 < 64 * points[-1] < stop:
            points.append(64 * points[-1])
        points.append(stop)

    def piece(a, b):
        scale = function(b)  # as quad asks for an absolute error
        return (b - a) * scale * mpmath.quad(lambda t: function(a + (b - a) * t) / scale, [0, 1])

    return mpmath.fsum(piece(a, b) for a, b in itertools.pairwise(points))


def place(x, effective, slope, low, high, zero):
    """Return y, y - low and high - y where effective(y, y - low, high - y) = x, for a function that increases from low to high.

    ``zero`` is where it vanishes, None where nowhere. The unknown is the logarithm of the distance from an end or from the zero.
    """
    if x == 0:
        return at_dual(zero, low, high)
    ends = [end for end in (low, high) if mpmath.isfinite(end)]
    if zero is not None and zero not in ends:
        middle = zero
    else:
        middle = sum(ends) / 2 if len(ends) == 2 else mpmath.mpf(0) if not ends else None
    if middle is None:
        base, sign, most = ends[0], 1 if ends == [low] else -1, mpmath.inf
    else:
        base, sign = middle, 1 if x > effective(*at_dual(middle, low, high)) else -1
        end = high if sign > 0 else low
        most = abs(end - middle) / 2
        if mpmath.isfinite(end) and sign * (x - effective(*at_dual((middle + end) / 2, low, high))) > 0:
            base, sign = end, -sign
    side = sign if x > 0 else -sign  # whether log |x(y)| grows with the distance

    def at(t):
        v = sign * mpmath.exp(side * t)
        return base + v, (base - low) + v, (high - base) - v

    def logarithm(t):
        found = effective(*at(t))
        if not found / x > 0:  # so close to the zero that rounding has its sign
            return mpmath.mpf(-1), mpmath.mpf(1)
        return mpmath.log(found / x), mpmath.exp(side * t) * slope(*at(t)) / abs(found)

    last = mpmath.log(most)
    return at(root(logarithm, *((-mpmath.inf, last) if side > 0 else (-last, mpmath.inf))))


def at_dual(y, low, high):
    """Return y, y - low and high - y."""
    return y, y - low, high - y


def sin_between(angle, rest):
    """Return the sine of an angle in [0, pi] that is known with what it lacks of pi."""
    return mpmath.sin(min(angle, rest))


def exp(z):
    """Return e^z; 0 or infinity where its exponent alone would fill the memory."""
    return mpmath.exp(z) if mpmath.mag(z) < 10**4 else mpmath.mpf(0) if z < 0 else mpmath.inf
