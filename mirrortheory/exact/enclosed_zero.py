r"""The zero of a system near a point, enclosed by Newton's method and Krawczyk's operator in balls.

.. math:: K(X) = m - Y f(m) + (1 - Y f'(X))(X - m) \subset \operatorname{int} X \implies f \text{ has exactly one zero in } X

Not to be confused with :class:`mirrortheory.exact.System`, which searches a whole box for zeros of SymPy expressions.
Source: Krawczyk (1969); Moore (1977), SIAM J. Numer. Anal. 14.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flint

from mirrortheory.exact.arb import Ball, current_bits

_STEPS, _WIDENINGS = 60, 6

Values = Callable[[Sequence[Ball]], list[Ball]]
Slopes = Callable[[Sequence[Ball]], list[list[Ball]]]


def enclosed_zero(values: Values, slopes: Slopes, start: Sequence[float]) -> list[Ball] | None:
    """Return balls that hold exactly one common zero, at the current precision; None where none is found near ``start``.

    Args:
        values: as many functions as unknowns.
        slopes: their Jacobian, a row for each.
        start: a point from which Newton's method converges.

    >>> found = enclosed_zero(lambda u: [u[0] ** 2 - 2], lambda u: [[2 * u[0]]], [1.4])
    >>> found[0].overlaps(Ball(2).sqrt()), bool(found[0].rad() < 1e-12)
    (True, True)
    """
    size, tiny = len(start), Ball(2) ** -(3 * current_bits() // 4)
    middle = [Ball(v) for v in start]
    inverse = None
    for _ in range(_STEPS):
        inverse = _inverse(slopes(middle))
        if inverse is None:
            return None
        column = flint.arb_mat(size, 1, [v.mid() for v in values(middle)])
        step = [v.mid() for v in (inverse * column).entries()]
        if not all(v.is_finite() for v in step):
            return None
        middle = [(v - d).mid() for v, d in zip(middle, step, strict=True)]
        if all(abs(d) <= tiny * (abs(v) + abs(Ball(s))) for v, d, s in zip(middle, step, start, strict=True)):
            break
    assert inverse is not None
    base = [(abs(v) + abs(Ball(s))).mid() for v, s in zip(middle, start, strict=True)]
    for widening in range(_WIDENINGS):
        part = Ball(2) ** (widening * current_bits() // 8 - 5 * current_bits() // 8)
        box = [v + Ball(0, 1) * part * size_ for v, size_ in zip(middle, base, strict=True)]
        found = _image(values(middle), slopes(box), inverse, middle, box)
        if found is not None:
            return found
    return None


def _inverse(rows: list[list[Ball]]) -> flint.arb_mat | None:
    entries = [[v.mid() for v in row] for row in rows]
    if not all(v.is_finite() for row in entries for v in row):
        return None
    try:
        found = flint.arb_mat(entries).inv()
    except ZeroDivisionError:
        return None
    return flint.arb_mat([[v.mid() for v in row] for row in found.tolist()])


def _image(
    at_middle: list[Ball], slopes: list[list[Ball]], inverse: flint.arb_mat, middle: list[Ball], box: list[Ball]
) -> list[Ball] | None:
    size = len(middle)
    if not all(v.is_finite() for row in slopes for v in row) or not all(v.is_finite() for v in at_middle):
        return None
    identity = flint.arb_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
    away = flint.arb_mat(size, 1, [b - m for b, m in zip(box, middle, strict=True)])
    moved = inverse * flint.arb_mat(size, 1, at_middle)
    pulled = (identity - inverse * flint.arb_mat(slopes)) * away
    image = [m - v + p for m, v, p in zip(middle, moved.entries(), pulled.entries(), strict=True)]
    inside = all(i > b.lower() and i < b.upper() for i, b in zip(image, box, strict=True))
    return image if inside else None
