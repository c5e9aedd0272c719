r"""Least squares on a set of columns that gains and loses a column at a time.

With the pseudoinverse :math:`M = Z_A^+`, :math:`v = M z` and :math:`\rho = z - Z_A v`, a new column z appends the row
:math:`m = \rho^T/|\rho|^2` and takes v m from the others; without its i-th column :math:`Z_A` has the other rows, less their part
along the row :math:`M_i`. Both are rank-one updates. One correction by the residual repays what rounding leaves of them.
The angle between a column and the others has the sine :math:`1/(|z_i| |M_i|)`: it tells when unit columns come near to dependent.

Within bounds :math:`|u_i| \le \ell_i`, least squares are reached through better and better sets of coordinates inside. Zu is
unique. If u is not, the walk goes on, at the same Zu, to the least u, as far as the bounds allow; so the columns inside span
all that can move.

Source: Greville (1960), "Some applications of the pseudoinverse of a matrix"; Stark and Parker (1995), "Bounded-variable least
squares".
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from mirrortheory.exact import exact, rank
from mirrortheory.flows.problems import Array

Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]
_Number = TypeVar("_Number", np.float64, np.intp)

WELL = 1e10  # square of the condition of unit columns up to which one correction gives full precision
_DEPENDENT = 1e-11  # singular values below this part of the largest are zero
_ROUNDING = 16 * float(np.finfo(float).eps)
_FEW = 12  # changes of a set of columns that are made by updates
_OLD = 50  # updates of a pseudoinverse before it is made afresh


class Span:
    """The range of columns of Z, given as rows of ``part``, through their pseudoinverse, as rows too, and its residual.

    ``squares`` are those of the norms of the columns, ``rises`` those of the rows of the pseudoinverse where they are independent.
    ``known`` says whether doubles tell which coefficients are right: the columns are far from dependent, or exactly as dependent as
    they are taken to be, and otherwise far from it.
    """

    def __init__(self, part: Array, columns: Indices) -> None:
        self.part, self.columns, self.age, k = part, columns, 0, len(columns)
        if k == 0:
            self.independent, self.known, self.inverse = True, True, part
            self.squares = self.rises = part[:, 0]
            return
        norms = np.linalg.norm(part, axis=1)[:, None]
        unit = part / np.where(norms > 0, norms, 1.0)
        if k <= part.shape[1]:
            basis, triangle = np.linalg.qr(unit.T)
            size = np.abs(np.diagonal(triangle))
            if float(size.max()) ** 2 < WELL * float(size.min()) ** 2:
                self.independent, self.known, self.inverse = True, True, np.linalg.solve(triangle, basis.T) / norms
                self.squares, self.rises = norms[:, 0] ** 2, np.square(self.inverse).sum(axis=1)
                return
        left, size, right = np.linalg.svd(part, full_matrices=False)
        kept = size > _DEPENDENT * size[0]
        count = int(kept.sum())
        self.independent = count == k
        self.inverse = (left[:, kept] / size[kept]) @ right[kept]
        size = np.linalg.svd(unit, compute_uv=False)
        self.known = bool(WELL * size[count - 1] ** 2 > size[0] ** 2) and count == _rank(
            part, at_most=min(part.shape), at_least=count
        )

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
        k, schur, square = len(v), float(rest.dot(rest)), float(column @ column)
        part: Array = np.empty((k + 1, len(column)))
        part[:k], part[k] = self.part, column
        columns = np.empty(k + 1, dtype=np.intp)
        columns[:k], columns[k] = self.columns, i
        if not (self.independent and self.known) or self.age > _OLD or k >= len(column) or schur <= square / WELL:
            return Span(part, columns)
        squares, rises = np.append(self.squares, square), np.append(self.rises + v * v / schur, 1 / schur)
        if (squares * rises).max() >= WELL:
            return Span(part, columns)
        inverse: Array = np.empty_like(part)
        row = inverse[k] = rest / schur
        np.subtract(self.inverse, v[:, None] * row, out=inverse[:k])
        return self._updated(part, columns, inverse, squares, rises)

    def shrunk(self, i: int) -> Span:
        """Return the span without the column i."""
        at = self.columns.tolist().index(i)
        part, columns = without(self.part, at), without(self.columns, at)
        if not (self.independent and self.known) or self.age > _OLD:
            return Span(part, columns)
        row, others = self.inverse[at], without(self.inverse, at)
        along, square = others.dot(row), float(row.dot(row))
        others -= along[:, None] * (row / square)
        return self._updated(part, columns, others, without(self.squares, at), without(self.rises, at) - along * along / square)

    def _updated(self, part: Array, columns: Indices, inverse: Array, squares: Array, rises: Array) -> Span:
        span = object.__new__(Span)
        span.part, span.columns, span.inverse, span.age = part, columns, inverse, self.age + 1
        span.squares, span.rises, span.independent, span.known = squares, rises, True, True
        return span


def _rank(part: Array, *, at_most: int, at_least: int) -> int:
    """Return the exact rank, where it is not the only one possible."""
    return at_most if at_most == at_least else rank([[exact(float(v)) for v in row] for row in part])


class Least(NamedTuple):
    """Least squares within bounds.

    Attributes:
        spans: with those met on the way.
        span: of the columns inside.
        u: the coefficients.
        unique: whether no others do as well.
        known: whether the columns that could be inside are known to be dependent or not.
    """

    spans: Spans
    span: Span
    u: Array
    unique: bool
    known: bool


class Spans:
    """Least squares within bounds on sets of columns of Z, given as rows; a few spans are kept for the next problem."""

    def __init__(self, columns: Array, norms: Array, last: Span, kept: dict[bytes, Span] | None = None) -> None:
        self.columns, self.norms, self._last, self._kept = columns, norms, last, dict(kept or {})

    def least(self, last: Span, at_zero: Mask, first: Mask, inner: Mask, drift: Array, u: Array, size: Array) -> Least | None:
        """Minimise |Z u + drift| over |u_i| <= size_i, i in at_zero, and u = 0 elsewhere.

        Tries ``first`` inside; else walks from the feasible ``u``, of which ``inner`` are inside, through better active sets.

        Returns:
            The span of those inside, updated from ``last``, and their u; None if rounding cycles.
        """
        after = Spans(self.columns, self.norms, last, self._kept)
        relaxed, known, inside, slack = False, True, first, 1e-10 * self.norms * float(self.norms @ np.where(at_zero, size, 0.0))
        for attempt in range(50 + 10 * len(u)):
            span, bound = after._of(inside), np.flatnonzero(at_zero & ~inside)
            free, walls = span.columns, self.columns[bound]
            aim, rest = span.split(-(drift + u[bound] @ walls))
            outside = np.abs(aim) > size[free] * (1 + _ROUNDING)
            if not outside.any():
                u[free] = aim
                pull, inside = -(walls @ rest) * np.sign(u[bound]), inside.copy()
                if not (pull > slack[bound]).any():
                    loose = bound[pull >= -slack[bound]]  # could as well be inside
                    inside[loose] = True
                    wide = after._of(inside)
                    unique, known = not relaxed and wide.independent, known and wide.known and span.known
                    inside[loose[~first[loose]]] = False  # but not those that leave
                    if unique or relaxed or inside.sum() == len(free):
                        return Least(after, span, u, unique, known)
                    relaxed = True  # go on to the least u with the same Zu, as far as the bounds allow
                    continue
                inside[bound[(pull - slack[bound]).argmax()]] = True
            elif attempt == 0:
                inside = inner
            else:
                wall = np.copysign(size[free], aim)
                part = np.where(outside, (wall - u[free]) / np.where(outside, aim - u[free], 1.0), np.inf)
                nearest = int(part.argmin())
                u[free] += max(part[nearest], 0.0) * (aim - u[free])
                u[free[nearest]] = wall[nearest]
                inside = inside.copy()
                inside[free[nearest]] = False
        return None

    def _of(self, inside: Mask) -> Span:
        """Return the span of these columns of Z, updated from the last one where few columns changed."""
        key = inside.tobytes()
        if key in self._kept:
            return self._kept[key]
        span, old = self._last, np.zeros_like(inside)
        old[span.columns] = True
        if (inside != old).sum() > _FEW:
            wanted = np.flatnonzero(inside)
            span = Span(self.columns[wanted], wanted)
        else:
            for i in np.flatnonzero(old & ~inside):
                span = span.shrunk(int(i))
            for i in np.flatnonzero(inside & ~old):
                span = span.grown(self.columns[i], int(i))
        if len(self._kept) > 3:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = self._last = span
        return span


def without(rows: NDArray[_Number], at: int) -> NDArray[_Number]:
    """Return the rows but for one."""
    return np.concatenate((rows[:at], rows[at + 1 :]))
