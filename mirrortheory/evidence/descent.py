"""Looking for points at which an inequality fails: down from the lowest points that were drawn.

An inequality that only samples speak for may fail on a small set, near a minimum of the difference of its sides. From a few points
a compass search follows that difference down, by exact points of the domain; what it finds is then looked at like any other point.

Source: Kolda, Lewis, Torczon (2003), "Optimization by direct search", SIAM Review 45, for compass search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy

from mirrortheory.domain import Domain, Point
from mirrortheory.exact import BallFunction, precision

_STARTS = 4
_ROUNDS = 80
_BITS = 96
_SMALLEST = sympy.Rational(1, 2**40)


def lowest_points(on: Domain, lhs: sympy.Expr, rhs: sympy.Expr, points: Sequence[Point]) -> list[Point]:
    """Return points of the domain where ``rhs - lhs`` is lower than at those it was followed from."""
    variables = tuple(on.ranges)
    left, right = BallFunction(lhs, variables), BallFunction(rhs, variables)

    def height(point: Point) -> float:
        value = right(*(point[v] for v in variables)) - left(*(point[v] for v in variables))
        return float(value.mid()) if value.is_finite() else float("inf")

    with precision(_BITS):
        starts = sorted(((height(p), k) for k, p in enumerate(points)))[:_STARTS]
        found = [_descended(on, height, points[k], value) for value, k in starts if value < float("inf")]
    return [p for p in found if p not in points]


def _descended(on: Domain, height: Callable[[Point], float], point: Point, value: float) -> Point:
    sizes = {v: max(abs(x), sympy.S.One) / 8 for v, x in point.items()}
    for _ in range(_ROUNDS):
        moved = False
        for v, size in sizes.items():
            for step in (size, -size):
                there = {**point, v: point[v] + step}
                if on.contains(there) and (lower := height(there)) < value:
                    point, value, moved = there, lower, True
                    break
        if not moved:
            sizes = {v: size / 2 for v, size in sizes.items()}
            if max(sizes.values(), default=0) < _SMALLEST:
                break
    return point
