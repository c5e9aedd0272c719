r"""Norms by a weighted Gram matrix :math:`H = A\,\mathrm{diag}(m)\,A^T` in ball arithmetic, without its inverse.

With a triangle P that makes :math:`P H P^T` nearly the unit matrix, :math:`\eta = \lVert P H P^T - 1 \rVert_\infty < 1` shows that
H is positive definite, and

.. math:: v^T H^{-1} v = (P v)^T (P H P^T)^{-1} (P v) \le \frac{|P v|^2}{1 - \eta}.

P may be any matrix; the nearer it is to an inverse Cholesky factor of H, the sharper the bounds.

Source: Rump (2010), "Verification methods", Acta Numerica 19, for approximate inverses in proofs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import flint

from mirrortheory.exact.arb import Ball


class GramNorm:
    """The norm of v by the inverse of H = A diag(m) A^T; not finite where H is not shown to be positive definite.

    Args:
        rows: A, shape (n, d), doubles or balls.
        triangle: P, shape (n, n), doubles.

    >>> norm = GramNorm([[1.0, 0.0], [0.0, 2.0]], [[1.0, 0.0], [0.0, 0.5]])
    >>> norm.weigh([1.0, 1.0])
    >>> bool(norm.of([Ball(0), Ball(2)]) >= 1), bool(norm.of([Ball(0), Ball(2)]) < 1.001)
    (True, True)
    """

    def __init__(self, rows: Sequence[Sequence[float | Ball]], triangle: Sequence[Sequence[float]]) -> None:
        self._triangle = flint.arb_mat(len(triangle), len(triangle), [v for row in triangle for v in row])
        self._rows = self._triangle * flint.arb_mat(len(rows), len(rows[0]), [v for row in rows for v in row])
        self._loss = Ball("nan")

    def weigh(self, weights: Sequence[float]) -> None:
        """Take m >= 0, shape (d,).

        Args:
            weights: m, shape (d,), none negative.
        """
        n, d = self._rows.nrows(), self._rows.ncols()
        scaled = [v * m for row in self._rows.tolist() for v, m in zip(row, weights, strict=True)]
        gram = self._rows * flint.arb_mat(n, d, scaled).transpose()
        off = [sum((abs(v - int(i == j)).upper() for j, v in enumerate(row)), Ball(0)) for i, row in enumerate(gram.tolist())]
        largest = reduce(lambda a, b: a.max(b), off, Ball(0))
        rest = (1 - largest).lower()
        self._loss = rest.rsqrt() if rest > 0 else Ball("nan")

    def of(self, vector: Sequence[Ball]) -> Ball:
        """Return an upper bound of the norm of a vector of n entries."""
        image = self._triangle * flint.arb_mat(len(vector), 1, list(vector))
        return (_length(image.entries()) * self._loss).upper()

    def of_columns(self) -> list[Ball]:
        """Return upper bounds of the norms of the columns of A."""
        return [(_length(column) * self._loss).upper() for column in zip(*self._rows.tolist(), strict=True)]


def _length(entries: Sequence[Ball]) -> Ball:
    return sum((abs(v).upper() ** 2 for v in entries), Ball(0)).sqrt()
