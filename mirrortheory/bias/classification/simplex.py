r"""Linear programs in exact rational arithmetic, by the simplex method with Bland's rule against cycles.

.. math:: \max \{ c \cdot u : M u \le b,\; u \ge 0 \}, \qquad b \ge 0

so that u = 0 is a start and no first phase is needed. It ends at an optimum with its dual solution, which anyone can check by
multiplication, or on a ray along which the objective has no bound.

Source: Dantzig (1951); Bland (1977), Math. Oper. Res. 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mirrortheory.exact import Exact

Vector = list[Exact]
Matrix = list[list[Exact]]
ZERO, ONE = Exact(0), Exact(1)


@dataclass(frozen=True)
class Optimum:
    """A maximiser u, the multipliers v >= 0 of M u <= b, and the common value of c.u and b.v."""

    u: tuple[Exact, ...]
    v: tuple[Exact, ...]
    value: Exact


@dataclass(frozen=True)
class Ray:
    """A direction u >= 0 with M u <= 0 and c.u > 0: there is no maximum."""

    u: tuple[Exact, ...]


def maximise(c: Sequence[Exact], M: Sequence[Sequence[Exact]], b: Sequence[Exact]) -> Optimum | Ray:
    """Maximise c.u over M u <= b, u >= 0, for b >= 0.

    >>> from mirrortheory.exact import exact
    >>> one, two = exact(1), exact(2)
    >>> maximise([one, one], [[one, two], [two, one]], [one, one]).value
    2/3
    >>> maximise([one], [[-one]], [one])
    Ray(u=(1,))
    """
    rows, columns = len(M), len(c)
    table = [[*row, bound] for row, bound in zip(M, b, strict=True)]  # basic = bound - row . outside
    cost = [*c, ZERO]
    outside, inside = list(range(columns)), list(range(columns, columns + rows))
    stalled = False
    while True:
        rising = [j for j in range(columns) if cost[j] > 0]
        if not rising:
            values, prices = [ZERO] * (rows + columns), [ZERO] * (rows + columns)
            for name, row in zip(inside, table, strict=True):
                values[name] = row[-1]
            for name, slope in zip(outside, cost, strict=False):
                prices[name] = -slope
            return Optimum(tuple(values[:columns]), tuple(prices[columns:]), -cost[-1])
        enter = min(rising, key=outside.__getitem__) if stalled else max(rising, key=cost.__getitem__)
        blocking = [i for i in range(rows) if table[i][enter] > 0]
        if not blocking:
            ray = [ZERO] * (rows + columns)
            ray[outside[enter]] = ONE
            for name, row in zip(inside, table, strict=True):
                ray[name] = -row[enter]
            return Ray(tuple(ray[:columns]))
        leave = min(blocking, key=lambda i: (table[i][-1] / table[i][enter], inside[i]))
        stalled = table[leave][-1] == 0  # Bland's rule until the value rises again
        _pivot(table, cost, leave, enter)
        outside[enter], inside[leave] = inside[leave], outside[enter]


def _pivot(table: Matrix, cost: Vector, leave: int, enter: int) -> None:
    pivot = table[leave]
    scale = 1 / pivot[enter]
    pivot[:] = [scale if j == enter else value * scale if value != 0 else value for j, value in enumerate(pivot)]
    kept = [j for j, value in enumerate(pivot) if value != 0 and j != enter]
    for row in (*(row for i, row in enumerate(table) if i != leave), cost):
        factor = row[enter]
        if factor != 0:
            for j in kept:
                row[j] -= factor * pivot[j]
            row[enter] = -factor * scale
