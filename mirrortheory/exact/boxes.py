"""Whole-domain enclosures: a box is bisected until ball arithmetic decides every part of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy

from mirrortheory.exact.arb import Ball, ball, precision
from mirrortheory.exact.balls import BallFunction

_BITS = 128
_NEAR_ZERO = sympy.Rational(1, 2 ** (16 * _BITS))
PROVED_HERE, OUTSIDE = -1, -2

Side = tuple[sympy.Rational, sympy.Rational]
Box = tuple[Side, ...]
Condition = Callable[..., bool | None]


@dataclass(frozen=True)
class Cover:
    """A subdivision of a box, every part of which is decided.

    Attributes:
        splits: in preorder, the axis that is bisected, or PROVED_HERE, or OUTSIDE (a condition fails on the whole part).
    """

    splits: tuple[int, ...]

    @property
    def boxes(self) -> int:
        """How many parts were proved."""
        return self.splits.count(PROVED_HERE)


def enclosing(low: sympy.Rational, high: sympy.Rational) -> Ball:
    """Return a ball that contains the interval from ``low`` to ``high``."""
    return ball(low).union(ball(high))


def cover_positive(
    expr: sympy.Expr, variables: Sequence[sympy.Symbol], box: Box, conditions: Sequence[Condition] = (), *, most: int = 20_000
) -> Cover | None:
    """Prove ``expr > 0`` on a closed box, or on the part of it where ``conditions`` hold; None when that fails.

    Args:
        expr: expression in ``variables``.
        variables: the axes of ``box``.
        box: (low, high) for each variable, exact rationals.
        conditions: functions of the balls of the variables that return True, False, or None when undecided.
        most: how many parts to try.
    """
    function = BallFunction(expr, variables)
    splits: list[int] = []
    waiting = [box]
    with precision(_BITS):
        while waiting:
            if len(splits) >= most:
                return None
            here = waiting.pop()
            balls = [enclosing(low, high) for low, high in here]
            if function(*balls) > 0:
                splits.append(PROVED_HERE)
            elif any(condition(*balls) is False for condition in conditions):
                splits.append(OUTSIDE)
            else:
                axis = _widest(here, box)
                if axis is None:
                    return None
                splits.append(axis)
                for half in reversed(bisected(here[axis])):  # the lower half is taken first
                    waiting.append((*here[:axis], half, *here[axis + 1 :]))
    return Cover(tuple(splits))


def widest_enclosure(expr: sympy.Expr, variables: Sequence[sympy.Symbol], box: Box, *, parts: int = 512) -> Ball | None:
    """Return a ball that contains every value of ``expr`` on a closed box cut into ``parts``; None when it is not finite.

    What it says of an identity is its width, no more: an enclosure of a difference never shows that it is zero.

    Args:
        expr: an expression in the variables.
        variables: the symbols.
        box: ends for each variable.
        parts: how many boxes at most.
    """
    function = BallFunction(expr, variables)
    boxes, total = [box], None
    while len(boxes) < parts:
        finer = [half for here in boxes for half in _halves(here, box)]
        if len(finer) == len(boxes):
            break
        boxes = finer
    with precision(_BITS):
        for here in boxes:
            value = function(*(enclosing(low, high) for low, high in here))
            if not value.is_finite():
                return None
            total = value if total is None else total.union(value)
    return total


def _halves(here: Box, whole: Box) -> list[Box]:
    axis = _widest(here, whole)
    if axis is None:
        return [here]
    return [(*here[:axis], half, *here[axis + 1 :]) for half in bisected(here[axis])]


def bisected(side: Side) -> tuple[Side, Side]:
    """Return the lower and the upper half of an interval."""
    low, high = side
    return (low, (low + high) / 2), ((low + high) / 2, high)


def _widest(here: Box, whole: Box) -> int | None:
    """Return the axis that is widest in proportion to the whole box; None when no half would be another ball."""
    sizes = [
        sympy.S.Zero if _is_thin(low, high) else (high - low) / (top - bottom)
        for (low, high), (bottom, top) in zip(here, whole, strict=True)
    ]
    return max(range(len(sizes)), key=sizes.__getitem__) if any(sizes) else None


def _is_thin(low: sympy.Rational, high: sympy.Rational) -> bool:
    """Return whether an interval is a point to the precision of a ball: around a zero a search would halve it for ever."""
    size = max(abs(low), abs(high))
    return bool(high - low <= (size / 2**_BITS if low * high > 0 else _NEAR_ZERO))
