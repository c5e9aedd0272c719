r"""Newton's method for functions given in balls, and Krawczyk's operator to show that a box holds exactly one zero.

.. math:: K(X) = m - Y f(m) + (1 - Y f'(X))(X - m) \subset \operatorname{int} X \implies f \text{ has exactly one zero in } X

with m the middle of the box X and Y the inverse of the middle of :math:`f'(X)`; the zero lies in K(X).

Not to be confused with :class:`mirrortheory.exact.System`, for expressions, which also shows where there is no zero.
Source: Krawczyk (1969); Moore (1977), "A test for existence of solutions to nonlinear systems", SIAM J. Numer. Anal. 14.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import flint

from mirrortheory.exact.arb import Ball, current_bits

Evaluated: TypeAlias = tuple[list[Ball], list[list[Ball]]]

_MOST_STEPS = 60
_WIDENINGS = 6


def enclosed_zero(function: Callable[[Sequence[Ball]], Evaluated], start: Sequence[Ball]) -> list[Ball] | None:
    """Enclose a zero, and show that the box where it was sought holds no other; None where that fails at the current precision.

    Args:
        function: maps n balls to enclosures of n values and of their slopes, a row for each value.
        start: n numbers near the zero.

    >>> from mirrortheory.exact import precision
    >>> with precision(100):
    ...     (zero,) = enclosed_zero(lambda v: ([v[0] ** 2 - 2], [[2 * v[0]]]), [Ball(1)])
    ...     zero.overlaps(Ball(2).sqrt())
    True
    """
    middle = [v.mid() for v in start]
    bits = current_bits()
    for _ in range(_MOST_STEPS):
        values, slopes = function(middle)
        step = _step(values, slopes)
        if step is None:
            return None
        sizes = _sizes(middle, bits // 8)
        middle = [(v - d).mid() for v, d in zip(middle, step, strict=True)]
        if all(abs(d.mid()) <= Ball(2) ** (-3 * bits // 4) * size for d, size in zip(step, sizes, strict=True)):
            break
    values, slopes = function(middle)
    step = _step(values, slopes)
    if step is None or not all(abs(d) <= Ball(2) ** (-bits // 4) * v for d, v in zip(step, _sizes(middle, bits // 8), strict=True)):
        return None
    radii = [2 * abs(d).upper() + size * Ball(2) ** (8 - bits) for d, size in zip(step, _sizes(middle, bits), strict=True)]
    for _ in range(_WIDENINGS):
        image = _krawczyk(middle, values, [Ball(v, r.upper()) for v, r in zip(middle, radii, strict=True)], function)
        if image is not None:
            return image
        radii = [256 * r for r in radii]
    return None


def _sizes(point: Sequence[Ball], far: int) -> list[Ball]:
    """Return the size of each number, or of the largest by 2^-far where that is more: unknowns may have scales of their own."""
    least = (max((abs(v) for v in point), default=Ball(0)) + Ball(2) ** -current_bits()) * Ball(2) ** -far
    return [abs(v) + least for v in point]


def _step(values: list[Ball], slopes: list[list[Ball]]) -> list[Ball] | None:
    if not all(v.is_finite() for v in (*values, *(s for row in slopes for s in row))):
        return None
    try:
        inverse = flint.arb_mat([[s.mid() for s in row] for row in slopes]).inv()
    except ZeroDivisionError:
        return None
    return list((inverse * flint.arb_mat(len(values), 1, values)).entries())


def _krawczyk(
    middle: list[Ball], values: list[Ball], box: list[Ball], function: Callable[[Sequence[Ball]], Evaluated]
) -> list[Ball] | None:
    _, slopes = function(box)
    count = len(middle)
    if not all(s.is_finite() for row in slopes for s in row):
        return None
    wide = flint.arb_mat(slopes)
    try:
        inverse = flint.arb_mat([[s.mid() for s in row] for row in slopes]).inv()
    except ZeroDivisionError:
        return None
    unit = flint.arb_mat([[Ball(int(i == j)) for j in range(count)] for i in range(count)])
    away = flint.arb_mat(count, 1, [b - m for b, m in zip(box, middle, strict=True)])
    moved = (unit - inverse * wide) * away - inverse * flint.arb_mat(count, 1, values)
    image = [m + v for m, v in zip(middle, moved.entries(), strict=True)]
    inside = all(v.is_finite() and v > b.lower() and v < b.upper() for v, b in zip(image, box, strict=True))
    return image if inside else None
