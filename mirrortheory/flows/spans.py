r"""Least squares on a set of columns that gains and loses a column at a time.

With the pseudoinverse :math:`M = Z_A^+`, :math:`v = M z` and :math:`\rho = z - Z_A v`, a new column z appends the row
:math:`m = \rho^T/|\rho|^2` and takes v m from the others; without its i-th column :math:`Z_A` has the other rows, less their part
along the row :math:`M_i`. Both are rank-one updates. One correction by the residual repays what rounding leaves of them.

Source: Greville (1960), "Some applications of the pseudoinverse of a matrix".
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mirrortheory.flows.problems import Array

Indices = NDArray[np.intp]
_Number = TypeVar("_Number", np.float64, np.intp)

WELL = 1e10  # square of the condition of columns up to which one correction gives full precision
_DEPENDENT = 1e-11  # singular values below this part of the largest are zero
_OLD = 50  # updates of a pseudoinverse before it is made afresh


class Span:
    """The range of columns of Z, given as rows of ``part``, through their pseudoinverse, as rows too, and its residual."""

    def __init__(self, part: Array, columns: Indices) -> None:
        self.part, self.columns, self.age, k = part, columns, 0, len(columns)
        if k == 0:
            self.independent, self.inverse = True, part
            return
        if k <= part.shape[1]:
            basis, triangle = np.linalg.qr(part.T)
            size = np.abs(np.diagonal(triangle))
            if float(size.max()) ** 2 < WELL * float(size.min()) ** 2:
                self.independent, self.inverse = True, np.linalg.solve(triangle, basis.T)
                return
        left, size, right = np.linalg.svd(part, full_matrices=False)
        kept = size > _DEPENDENT * size[0]
        self.independent = int(kept.sum()) == k
        self.inverse = (left[:, kept] / size[kept]) @ right[kept]

    def split(self, rows: Array) -> tuple[Array, Array]:
        """Return, for each row r, the coefficients c of its component in the range, and r - Z_A c; the same for one r."""
        inverse, part = self.inverse.T, self.part
        total = rows.dot(inverse)
        rest = rows - total.dot(part)
        again = rest.dot(inverse)
        total += again
        rest -= again.dot(part)
        return total, rest

    def grown(self, column: Array, i: int, parts: tuple[Array, Array] | None = None) -> Span:
        """Return the span with one column more; ``parts`` is its split, if known."""
        v, rest = parts or self.split(column)
        k, schur = len(v), float(rest.dot(rest))
        part: Array = np.empty((k + 1, len(column)))
        part[:k], part[k] = self.part, column
        columns = np.empty(k + 1, dtype=np.intp)
        columns[:k], columns[k] = self.columns, i
        if not self.independent or self.age > _OLD or k >= len(column) or schur <= float(column @ column) / WELL:
            return Span(part, columns)
        inverse: Array = np.empty_like(part)
        row = inverse[k] = rest / schur
        np.subtract(self.inverse, v[:, None] * row, out=inverse[:k])
        return self._updated(part, columns, inverse)

    def shrunk(self, i: int) -> Span:
        """Return the span without the column i."""
        at = self.columns.tolist().index(i)
        part, columns = without(self.part, at), without(self.columns, at)
        if not self.independent or self.age > _OLD:
            return Span(part, columns)
        row, others = self.inverse[at], without(self.inverse, at)
        others -= others.dot(row)[:, None] * (row / float(row.dot(row)))
        return self._updated(part, columns, others)

    def _updated(self, part: Array, columns: Indices, inverse: Array) -> Span:
        span = object.__new__(Span)
        span.part, span.columns, span.inverse, span.independent, span.age = part, columns, inverse, True, self.age + 1
        return span


def without(rows: NDArray[_Number], at: int) -> NDArray[_Number]:
    """Return the rows but for one."""
    return np.concatenate((rows[:at], rows[at + 1 :]))
