"""Balls as decimal strings that still enclose the true value."""

from __future__ import annotations

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact.arb import Ball


def decimal(value: Ball, digits: int) -> dict[str, str]:
    """Return a ball as decimal strings ``{"mid": ..., "rad": ...}`` that still enclose the true value.

    Args:
        value: a finite ball.
        digits: decimal digits of the midpoint.

    Raises:
        NotEvaluable: for a ball that is not finite.

    >>> decimal(Ball(1) / 4, 5)
    {'mid': '0.25', 'rad': '0'}
    """
    if not value.is_finite():
        raise NotEvaluable("the ball is not finite")
    mid, rad, exponent = (int(part) for part in value.mid_rad_10exp(digits))
    surplus = len(str(abs(mid))) - digits - 3
    if surplus > 0:  # round the midpoint, and let the radius take what that moves it by
        rounded = (mid + 10**surplus // 2) // 10**surplus
        moved = abs(rounded * 10**surplus - mid)
        mid, rad, exponent = rounded, -(-(rad + moved) // 10**surplus), exponent + surplus
    return {"mid": _scaled(mid, exponent), "rad": _short(rad, exponent)}


def _scaled(mantissa: int, exponent: int) -> str:
    if mantissa == 0:
        return "0"
    sign, figures = ("-" if mantissa < 0 else ""), str(abs(mantissa))
    trimmed = figures.rstrip("0")
    exponent += len(figures) - len(trimmed)
    point = len(trimmed) + exponent
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{trimmed}"
    if 0 < point <= 60:
        whole, part = trimmed[:point].ljust(point, "0"), trimmed[point:]
        return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"
    rest = f".{trimmed[1:]}" if len(trimmed) > 1 else ""
    return f"{sign}{trimmed[0]}{rest}e{point - 1:+d}"


def _short(mantissa: int, exponent: int) -> str:
    figures = str(mantissa)
    if mantissa == 0:
        return "0"
    if len(figures) > 3:  # round the radius up, never down
        exponent += len(figures) - 3
        figures = str(int(figures[:3]) + 1)
    return _scaled(int(figures), exponent)
