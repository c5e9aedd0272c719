"""How Arb's types are pickled and copied, so that results pass through a process pool: python-flint has no way of its own."""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from typing import Any, TypeAlias

from mirrortheory.exact.arb import Ball
from mirrortheory.exact.series import Polynomial

_RADIUS_BITS = 30
_Dyadic: TypeAlias = tuple[int, int]  # m and e of m 2^e


def _taken_apart(value: Ball) -> tuple[Callable[..., Ball], tuple[Any, ...]]:
    """Return what :mod:`pickle` makes the same ball from, to the last bit."""
    if not value.is_finite():
        return Ball, ("nan",) if value.is_nan() else ("inf",) if value > 0 else ("-inf",) if value < 0 else (0, "inf")
    mid, rad = ((int(m), int(e)) for m, e in (value.mid().man_exp(), value.rad().man_exp()))
    return _put_together, (mid, rad)


def _put_together(mid: _Dyadic, rad: _Dyadic) -> Ball:
    # Arb adds one to the last of the 30 bits of a radius that is given, also where nothing is rounded.
    (m, e), shift = rad, _RADIUS_BITS - (rad[0] - 1).bit_length()
    value = Ball(mid, Ball(((m << shift) - 1, e - shift)) if m else 0)
    return value if value.rad() >= Ball(rad) else Ball(mid, Ball(rad))


copyreg.pickle(Ball, _taken_apart)
copyreg.pickle(Polynomial, lambda polynomial: (Polynomial, (polynomial.coeffs(),)))
