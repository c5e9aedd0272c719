r"""Labelled data as rows :math:`a_i = y_i z_i`, in doubles and as the exact rationals that the doubles are, and whether they can be
separated.

By Gordan's theorem just one of two holds: some x has :math:`a_i \cdot x > 0` for all i, or some :math:`\lambda \ge 0`,
:math:`\lambda \ne 0`, has :math:`\sum_i \lambda_i a_i = 0`. Either is shown by multiplication in rational arithmetic.

Source: Gordan (1873).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mirrortheory.bias.classification.simplex import ONE, ZERO, Matrix, Ray, Vector, maximise
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Exact, exact, rank, solve
from mirrortheory.flows.problems import Array, Exponential, Labelled

_FEW = 3  # rows in a message
_SHORT = 56  # characters of a vector in a message
_LEAST, _MOST = 1e-100, 1e100  # sizes that solvers in doubles follow
_MOST_ENTRIES = 60_000  # of a table that the exact simplex method still works on in seconds


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows a_i = y_i z_i of labelled data, shape (n, d)."""

    doubles: Array

    @cached_property
    def exact(self) -> Matrix:
        """The same numbers as rationals."""
        return [[exact(float(v)) for v in row] for row in self.doubles]

    @property
    def small(self) -> bool:
        """Whether exact linear programs of these rows take seconds at most."""
        n, d = self.doubles.shape
        return int(2 * (d + 1) * (n + d)) <= _MOST_ENTRIES

    def margins(self, x: Vector) -> Vector:
        """Return the exact margins a_i . x."""
        support = [j for j, v in enumerate(x) if v != 0]
        return [sum((row[j] * x[j] for j in support), ZERO) for row in self.exact]

    def scaled(self) -> tuple[Rows, Array]:
        """Return the rows over powers of two that are near their largest entries, exactly, and these powers, shape (n,)."""
        sizes = 2.0 ** np.floor(np.log2(np.abs(self.doubles).max(axis=1)))
        return Rows(self.doubles / sizes[:, None]), sizes

    def pulls(self, multipliers: Vector) -> Vector:
        """Return the exact sum of the rows times multipliers."""
        used = [i for i, v in enumerate(multipliers) if v != 0]
        return [sum((self.exact[i][j] * multipliers[i] for i in used), ZERO) for j in range(self.doubles.shape[1])]


def rows_of(problem: Any) -> Rows:
    """Return the rows of a labelled classification problem, or of a pair (Z, labels).

    Raises:
        InvalidArgument: for anything else, and for what the problems refuse.
    """
    if isinstance(problem, tuple) and len(problem) == 2:
        problem = Exponential(*problem)
    if not isinstance(problem, Labelled):
        remedy = "write for example Exponential(Z, labels), or (Z, labels)"
        raise InvalidArgument("problem", "labelled data", type(problem).__name__, remedy)
    sizes = np.abs(problem.Z[problem.Z != 0])
    far = sizes[(sizes < _LEAST) | (sizes > _MOST)]
    if far.size:
        condition = f"of entries that are 0 or of sizes from {_LEAST:g} to {_MOST:g}"
        raise InvalidArgument("problem", condition, float(far[0]), "scale the columns or the data")
    return Rows(problem.labels[:, None] * problem.Z)


def gordan(rows: Rows) -> Vector | None:
    """Return lambda >= 0, of sum 1, with sum lambda_i a_i = 0, in exact rationals; None where the data can be separated.

    Args:
        rows: data with labels, as :func:`rows_of` gives them.

    >>> gordan(rows_of(([[1.0], [2.0]], [1, -1])))
    [2/3, 1/3]
    """
    n, d = rows.doubles.shape
    columns = [[row[j] for row in rows.exact] for j in range(d)]
    M = [side for column in columns for side in (column, [-v for v in column])]
    bounds = [max(max((abs(v) for v in column), default=ZERO), ONE) for column in columns for _ in (0, 1)]
    found = maximise([ONE] * n, M, bounds)
    if not isinstance(found, Ray):
        return None
    total = sum(found.u, ZERO)
    return [v / total for v in found.u]


def separated(rows: Rows, x: Array) -> bool:
    """Return whether x separates the data, decided exactly."""
    return bool(np.isfinite(x).all()) and all(bool(m > 0) for m in rows.margins([exact(float(v)) for v in x]))


def refuse(rows: Rows) -> None:
    """Refuse data that cannot be separated, with Gordan's vector.

    Raises:
        InvalidArgument: naming the data that contradict each other.
    """
    zero = [i for i, row in enumerate(rows.doubles) if not row.any()]
    if zero:
        raise InvalidArgument(
            "problem", "separable by some x", f"the zero row {zero[0]}", "leave it out: its margin is 0 at every x"
        )
    if not rows.small:
        got = "data for which no separating x was found in doubles"
        raise InvalidArgument(
            "problem", "small enough, or far enough from inseparable, to decide it", got, "use fewer data or columns"
        )
    found = gordan(rows)
    if found is not None:
        used = [(i, v) for i, v in enumerate(found) if v != 0]
        shown, these = ", ".join(f"row {i}: {v}" for i, v in used), "for these lambda >= 0"
        if len(shown) > _SHORT:
            largest = sorted(used, key=lambda pair: -pair[1])[:_FEW]
            rounded = ", ".join(f"row {i}: {float(v):.3g}" for i, v in largest) + (", .." if len(used) > _FEW else "")
            shown, these = f"{len(used)} rows that no x separates", f"for some lambda >= 0 (to three digits, {rounded})"
        remedy = f"{these} the rows y_i z_i add up to 0, exactly; no x has all margins > 0"
        raise InvalidArgument("problem", "separable by some x", shown, remedy)


def solution(square: Matrix, right: Vector) -> Vector | None:
    """Return the exact solution of a square system; None where there is not just one."""
    if rank(square) < len(square):
        return None
    return [value for (value,) in solve(square, [[b] for b in right]) if isinstance(value, Exact)]


def total(values: Vector) -> Exact:
    """Return the exact sum."""
    return sum(values, ZERO)
