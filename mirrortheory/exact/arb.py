"""Balls, and the working precision at which they are computed: one for the process, so threads take turns."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import TypeAlias

import flint
import sympy

from mirrortheory.errors import InvalidArgument

Ball: TypeAlias = flint.arb
BITS_PER_DIGIT = 3.3219280948873626
_GUARD_BITS = 24

_TURNS = threading.RLock()  # Arb's settings belong to the whole process: threads take turns in the blocks that change them


@contextlib.contextmanager
def arb_setting(name: str, value: int) -> Iterator[None]:
    """Change a setting of ``flint.ctx`` inside the block, and restore it after, whatever happens.

    One thread at a time is inside such blocks; another waits until the first has left its outermost one.
    """
    with _TURNS:
        before = getattr(flint.ctx, name)
        setattr(flint.ctx, name, value)
        try:
            yield
        finally:
            setattr(flint.ctx, name, before)


def precision(bits: int) -> contextlib.AbstractContextManager[None]:
    """Set Arb's working precision to ``bits`` inside the block; see :func:`arb_setting`."""
    return arb_setting("prec", bits)


def bits_for(digits: int) -> int:
    """Return a working precision, in bits, that leaves a guard beyond ``digits`` decimal digits."""
    return int(digits * BITS_PER_DIGIT) + _GUARD_BITS


def ball(value: object) -> Ball:
    """Enclose an exact rational at the current precision.

    Raises:
        InvalidArgument: when ``value`` is not rational.
    """
    if isinstance(value, Ball):
        return value
    if isinstance(value, sympy.Rational):
        return Ball(flint.fmpq(int(value.p), int(value.q)))
    if isinstance(value, int):
        return Ball(value)
    raise InvalidArgument("value", "an exact rational", value, "write an integer or a fraction such as 3/2")


def current_bits() -> int:
    """Return Arb's working precision in bits."""
    return int(flint.ctx.prec)
