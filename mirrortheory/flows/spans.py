"""Least squares on a set of columns that gains and loses a column at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mirrortheory.flows.problems import Array

Indices = NDArray[np.intp]

_WELL = 1e10  # condition of a Gram matrix up to which one correction gives full precision
_DEPENDENT = 1e-11  # singular values below this part of the largest are zero
_OLD = 50  # updates of a Gram matrix before it is inverted afresh


class Span:
    """The range of columns of Z, through the (pseudo)inverse of their Gram matrix, corrected once by its residual."""

    def __init__(self, part: Array, columns: Indices) -> None:
        self.part, self.columns, self.age, k = part, columns, 0, len(columns)
        gram = part.T @ part
        size = np.abs(np.diagonal(np.linalg.qr(part, mode="r"))) if 0 < k <= len(part) else np.ones(1)
        self.independent = k <= len(part) and float(size.max()) ** 2 < _WELL * float(size.min()) ** 2
        if self.independent:
            self.inverse = np.linalg.inv(gram)
        else:
            _, size, right = np.linalg.svd(part, full_matrices=False)
            kept = size > _DEPENDENT * size[0]
            self.independent = int(kept.sum()) == k
            self.inverse = (right[kept].T / size[kept] ** 2) @ right[kept]

    def split(self, rows: Array) -> tuple[Array, Array]:
        """Return, for each row r, the coefficients c of its component in the range, and r - Z_A c."""
        total = (rows @ self.part) @ self.inverse
        rest = rows - total @ self.part.T
        again = (rest @ self.part) @ self.inverse
        return total + again, rest - again @ self.part.T

    def grown(self, column: Array, i: int) -> Span:
        """Return the span with one column more, by its Schur complement."""
        (v,), (rest,) = self.split(column[None])
        part, columns, schur = np.column_stack([self.part, column]), np.append(self.columns, i), float(rest @ rest)
        if not self.independent or self.age > _OLD or len(columns) > len(part) or schur <= float(column @ column) / _WELL:
            return Span(part, columns)
        inverse: Array = np.empty((len(columns), len(columns)))
        inverse[:-1, :-1] = self.inverse + np.outer(v, v / schur)
        inverse[-1, :-1] = inverse[:-1, -1] = -v / schur
        inverse[-1, -1] = 1 / schur
        return self._updated(part, columns, inverse)

    def shrunk(self, i: int) -> Span:
        """Return the span without the column i."""
        at = int(np.flatnonzero(self.columns == i)[0])
        kept = np.delete(np.arange(len(self.columns)), at)
        part, columns, row = self.part[:, kept], self.columns[kept], self.inverse[at]
        if not self.independent or self.age > _OLD:
            return Span(part, columns)
        smaller: Array = self.inverse[np.ix_(kept, kept)] - np.outer(row[kept], row[kept]) / float(row[at])
        return self._updated(part, columns, smaller)

    def _updated(self, part: Array, columns: Indices, inverse: Array) -> Span:
        span = object.__new__(Span)
        span.part, span.columns, span.inverse, span.independent, span.age = part, columns, inverse, True, self.age + 1
        return span
