r"""The margin problem of the quasi-norm l_e, 0 < e < 1: not convex, with many local minima, all of them vertices.

On an orthant :math:`\sum |x_j|^e` is strictly concave, so a minimum over :math:`\{a_i \cdot x \ge 1\}` is a vertex of the part of
that polyhedron in the orthant: with S its support, rows of margin 1 have rank |S| on S, and x is rational. At :math:`x_j = 0` the
slope is infinite, so only the support counts. There

.. math:: \sum_{i \in I} \lambda_i a_{ij} = \mathrm{sign}(x_j)\,|x_j|^{e-1} / |x|_e^{e-1}, \quad \lambda_i > 0 \; (i \in I), \quad
          |I| = |S|

is enough for a strict local minimum. All vertices are listed, so the least of them is the minimum over all x. A flow is led to
some local solution, not to the least one: to which depends on its start.

Source: Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1806.00468, for stationary points of such margins; the rest: this project.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import sympy

from mirrortheory.bias.classification.data import Rows, solution
from mirrortheory.bias.classification.simplex import ONE, ZERO, Vector
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, Exact, as_ball, ball, precision, solve

MOST_BASES = 20_000
_BITS = 160


@dataclass(frozen=True)
class Local:
    """A vertex of margin 1: exact x, balls of lambda and of |x|_e; ``strict`` where it is shown to be a strict local minimum."""

    x: tuple[Exact, ...]
    multipliers: tuple[Ball, ...]
    norm: Ball
    strict: bool


def vertices(rows: Rows, exponent: sympy.Rational) -> list[Local]:
    """Return all vertices of margin 1, the least first.

    Raises:
        InvalidArgument: when there are too many bases to try.
    """
    n, d = rows.doubles.shape
    bases = sum(math.comb(d, k) * math.comb(n, k) for k in range(1, min(n, d) + 1))
    if bases > MOST_BASES:
        got = f"{n} data of {d} columns, with {bases} bases"
        raise InvalidArgument("problem", f"of at most {MOST_BASES} bases for an exponent below 1", got, "use fewer data or columns")
    found: dict[tuple[Exact, ...], Local] = {}
    with precision(_BITS):
        for support, active in _bases(n, d):
            x = _point(rows, support, active)
            if x is None or (tuple(x) in found and found[tuple(x)].strict):
                continue
            local = _local(rows, exponent, x, support, active)
            if tuple(x) not in found or local.strict:
                found[tuple(x)] = local
        return sorted(found.values(), key=lambda one: float(one.norm.mid()))


def _bases(n: int, d: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    for k in range(1, min(n, d) + 1):
        for support in combinations(range(d), k):
            for active in combinations(range(n), k):
                yield support, active


def _point(rows: Rows, support: tuple[int, ...], active: tuple[int, ...]) -> Vector | None:
    """Return x with this support and margin 1 on these rows, if there is just one and no margin is below 1."""
    square = [[rows.exact[i][j] for j in support] for i in active]
    values = solution(square, [ONE] * len(active))
    if values is None or any(v == 0 for v in values):
        return None
    x = [ZERO] * rows.doubles.shape[1]
    for j, value in zip(support, values, strict=True):
        x[j] = value
    return x if all(m >= 1 for m in rows.margins(x)) else None


def _local(rows: Rows, exponent: sympy.Rational, x: Vector, support: tuple[int, ...], active: tuple[int, ...]) -> Local:
    e = ball(exponent)
    sizes = [abs(as_ball(x[j])) for j in support]
    norm = sum((s**e for s in sizes), Ball(0)) ** (1 / e)
    slopes = [(s / norm) ** (e - 1) * (1 if x[j] > 0 else -1) for s, j in zip(sizes, support, strict=True)]
    columns = [[rows.exact[i][j] for i in active] for j in support]
    weights = [as_ball(row[0]) for row in solve(columns, [[s] for s in slopes])]
    multipliers = [Ball(0)] * len(rows.exact)
    for i, w in zip(active, weights, strict=True):
        multipliers[i] = w
    return Local(tuple(x), tuple(multipliers), norm, all(w > 0 for w in weights))
