r"""Convex quadratic programs over a box in exact rationals: the active set is found, and its KKT conditions are decided.

.. math:: \min\{\tfrac12 x^T H x - g^T x : l \le x \le u\}, \qquad x \text{ is a minimiser} \iff
          (Hx - g)_j \begin{cases} \ge 0 & x_j = l_j \\ = 0 & l_j < x_j < u_j \\ \le 0 & x_j = u_j \end{cases}

for H = Z^T Z (plus a diagonal), positive semidefinite. Here Hx - g is rational, so the right side is decided, not measured.

**Unique** is the minimiser iff no d != 0 has Hd = 0, :math:`d_j = 0` where (Hx - g)_j is not 0, and points inwards where x_j is at
a bound. H is regular where x_j is at none, so some d_j of the latter is not 0, and may be scaled: whether Hd = 0 and the sum of
these :math:`|d_j|` is 1 for some d is a program of the same kind, whose least value tells.

**Method.** Free coordinates F, with H regular on F, go to the minimum over F or to the first bound on the way, which ends the
freedom of its coordinate. At the minimum over F the coordinate whose multiplier has the wrong sign by most is set free (after a
step of length 0 the first one, Bland's rule). If H is singular then, the objective falls along its kernel up to a bound. The start
is a guess in doubles, by cyclic descent and then by the same method: where that is right, one exact solve is all. H is kept as
integers over one denominator.

Not to be confused with :mod:`mirrortheory.flows.sign.active_set`, which decides of slopes in doubles.

Source: Stark and Parker (1995), "Bounded-variable least squares", for the method; Tibshirani (2013), arXiv:1206.0313, for when a
minimiser is the only one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import flint
import numpy as np
from numpy.typing import NDArray

from mirrortheory.errors import MirrorTheoryError
from mirrortheory.exact.numbers import Exact, exact

Bound = Exact | None
Doubles = NDArray[np.float64]
_ZERO, _ONE = exact(0), exact(1)
_SWEEPS = 20
_SETTLED, _WRONG = 1e-13, 1e-11  # parts of x, and of the terms of a slope


@dataclass(frozen=True)
class BoxProgram:
    """A minimiser over a box.

    Attributes:
        x: the minimiser, exact rationals.
        slope: Hx - g there, exact rationals, whose signs are the KKT conditions.
        unique: whether it is the only minimiser.
    """

    x: tuple[Exact, ...]
    slope: tuple[Exact, ...]
    unique: bool


def minimise(H: Sequence[Sequence[Exact]], g: Sequence[Exact], low: Sequence[Bound], high: Sequence[Bound]) -> BoxProgram:
    """Return a minimiser of x^T H x/2 - g^T x over low <= x <= high, where a bound may be None.

    Args:
        H: positive semidefinite rows of rationals, regular on the coordinates without any bound.
        g: as many rationals.
        low, high: bounds, low <= high; of a coordinate with one bound the objective must be bounded below.

    >>> two, one, zero = exact(2), exact(1), exact(0)
    >>> found = minimise([[two, one], [one, one]], [exact(5), exact("1/2")], [zero, zero], [two, None])
    >>> found.x, found.slope, found.unique
    ((2, 0), (-1, 3/2), True)
    """
    x, slope = _ActiveSet(H, g, low, high).solved()
    return BoxProgram(tuple(x), tuple(slope), _is_alone(H, x, slope, low, high))


def normal_equations(Z: Doubles, b: Doubles) -> tuple[list[list[Exact]], list[Exact]]:
    """Return Z^T Z and Z^T b as exact rationals.

    Args:
        Z: shape (n, d), finite.
        b: shape (n,), finite.

    >>> normal_equations(np.array([[1.0, 0.5]]), np.array([3.0]))
    ([[1, 1/2], [1/2, 1/4]], [3, 3/2])
    """
    table, scale = _whole([[exact(v) for v in row] for row in np.column_stack([Z, b]).tolist()])
    square = scale * scale
    rows = [[Exact(v, square) for v in row] for row in (table.transpose() * table).tolist()[:-1]]
    return [row[:-1] for row in rows], [row[-1] for row in rows]


def _whole(rows: Sequence[Sequence[Exact]]) -> tuple[flint.fmpz_mat, flint.fmpz]:
    """Return a matrix as integers over one denominator."""
    scale = math.lcm(*{int(v.q) for row in rows for v in row})
    return flint.fmpz_mat([[v.p * (scale // v.q) for v in row] for row in rows]), flint.fmpz(scale)


def _is_alone(
    H: Sequence[Sequence[Exact]], x: Sequence[Exact], slope: Sequence[Exact], low: Sequence[Bound], high: Sequence[Bound]
) -> bool:
    idle = [j for j in range(len(x)) if slope[j] == 0 and (low[j] is None or low[j] != high[j])]
    block = [[H[i][j] for j in idle] for i in idle]
    if not idle or _whole(block)[0].rank() == len(idle):
        return True
    inwards = [exact((x[j] == low[j]) - (x[j] == high[j])) for j in idle]
    system = [[h + a * b for h, b in zip(row, inwards, strict=True)] for row, a in zip(block, inwards, strict=True)]
    least, most = ([_ZERO if a == side else None for a in inwards] for side in (1, -1))
    d, _ = _ActiveSet(system, inwards, least, most).solved()
    return sum((a * v for a, v in zip(inwards, d, strict=True)), _ZERO) != 1


class _ActiveSet:
    def __init__(self, H: Sequence[Sequence[Exact]], g: Sequence[Exact], low: Sequence[Bound], high: Sequence[Bound]) -> None:
        self.H, self.g, self.low, self.high = H, g, low, high
        self.whole, self.scale = _whole(H)
        self.rows = self.whole.tolist()
        self.movable = [j for j in range(len(g)) if low[j] is None or low[j] != high[j]]
        self.x = self._guess()
        self.free = [j for j in self.movable if not self._at_bound(j)]
        if self.free and not self._regular(self.free):
            self.x = [u if l is None and u is not None else _ZERO if l is None else l for l, u in zip(low, high, strict=True)]
            self.free = [j for j in self.movable if low[j] is None and high[j] is None]

    def solved(self) -> tuple[list[Exact], list[Exact]]:
        moved = True
        for _ in range(100 * (len(self.g) + 10)):
            if self.free:
                step = self._solved(self.free, [-v for v in self._slopes(self.free)])
                length = self._go(dict(zip(self.free, step, strict=True)), _ONE)
                moved = moved or length > 0
                if length < 1:
                    continue
            slope = self._slopes(range(len(self.g)))
            wrong = [j for j in self.movable if j not in self.free and self._wrong(j, slope[j])]
            if not wrong:
                return self.x, slope
            entering = max(wrong, key=lambda j: abs(slope[j])) if moved else wrong[0]
            moved = self._release(entering, slope[entering])
        raise MirrorTheoryError("the active set did not settle")

    def _release(self, k: int, slope: Exact) -> bool:
        """Set k free; where H becomes singular so, go along its kernel to a bound. Return whether x moved."""
        column = [self.H[i][k] for i in self.free]
        part = self._solved(self.free, column)
        if self.H[k][k] - sum((a * b for a, b in zip(column, part, strict=True)), _ZERO) > 0:
            self.free = sorted([*self.free, k])
            return False
        inwards = -1 if slope > 0 else 1
        along = {i: -inwards * c for i, c in zip(self.free, part, strict=True)} | {k: exact(inwards)}
        self.free = sorted([*self.free, k])
        return self._go(along, None) > 0

    def _go(self, step: dict[int, Exact], most: Exact | None) -> Exact:
        """Move along a step to the first bound or by the part ``most`` of it, hold what is at a bound, and return the part."""
        parts = {}
        for j, v in step.items():
            bound = self.high[j] if v > 0 else self.low[j]
            if v != 0 and bound is not None:
                parts[j] = (bound - self.x[j]) / v
        part = min([*parts.values(), *([] if most is None else [most])], default=None)
        if part is None:
            raise MirrorTheoryError("a quadratic program that is not bounded below")
        for j, v in step.items():
            self.x[j] = self.x[j] + part * v
        held = {j for j, other in parts.items() if other == part}
        if most is None or part < most:
            self.free = [j for j in self.free if j not in held]
        return part

    def _wrong(self, j: int, slope: Exact) -> bool:
        return bool(slope < 0) if self.x[j] == self.low[j] else bool(slope > 0)

    def _at_bound(self, j: int) -> bool:
        return any(bound is not None and bound == self.x[j] for bound in (self.low[j], self.high[j]))

    def _slopes(self, of: Sequence[int]) -> list[Exact]:
        """Return Hx - g at some places."""
        column, common = _whole([[v] for v in self.x])
        rows = self.whole if len(of) == len(self.g) else flint.fmpz_mat([self.rows[j] for j in of])
        scale = self.scale * common
        return [Exact(v, scale) - self.g[j] for j, v in zip(of, (rows * column).entries(), strict=True)]

    def _block(self, of: Sequence[int]) -> flint.fmpz_mat:
        return flint.fmpz_mat([[self.rows[i][j] for j in of] for i in of])

    def _solved(self, of: Sequence[int], right: Sequence[Exact]) -> list[Exact]:
        if not of:
            return []
        column, common = _whole([[v] for v in right])
        scale = Exact(self.scale, common)
        return [v * scale for v in self._block(of).solve(column).entries()]

    def _regular(self, of: Sequence[int]) -> bool:
        return bool(self._block(of).rank() == len(of))

    def _guess(self) -> list[Exact]:
        """Return a minimiser by cyclic descent in doubles, with the bounds themselves where it is at one."""
        steep, far = (
            _power(max((row[j] for j, row in enumerate(self.H)), default=_ZERO)),
            _power(max(map(abs, self.g), default=_ZERO)),
        )
        unit = far / steep  # of x: with powers of two, numbers of any size become doubles near 1
        H = np.array([[_double(v / steep) for v in row] for row in self.H])
        g = np.array([_double(v / far) for v in self.g])
        low = np.array([-np.inf if v is None else _double(v / unit) for v in self.low])
        high = np.array([np.inf if v is None else _double(v / unit) for v in self.high])
        x = _by_active_set(H, g, low, high)
        places = zip(x.tolist(), zip(low, self.low, strict=True), zip(high, self.high, strict=True), strict=True)
        return [next((b for v, b in ends if b is not None and v == w), unit * exact(w)) for w, *ends in places]


def _by_descent(H: Doubles, g: Doubles, low: Doubles, high: Doubles) -> Doubles:
    """Return a point near a minimiser, by cyclic descent in doubles."""
    x = np.clip(np.zeros(len(g)), low, high)
    bounds = list(zip(np.diagonal(H).tolist(), low.tolist(), high.tolist(), strict=True))
    for _ in range(_SWEEPS):
        before = x.copy()
        for j, (h, least, most) in enumerate(bounds):
            slope = float(H[j] @ x) - g[j]
            if h > 0:
                x[j] = min(max(x[j] - slope / h, least), most)
            elif slope != 0:
                x[j] = least if slope > 0 else most
        if np.abs(x - before).max(initial=0.0) <= _SETTLED * np.abs(x).max(initial=0.0):
            break
    return x


def _by_active_set(H: Doubles, g: Doubles, low: Doubles, high: Doubles) -> Doubles:
    """Return a point whose active set is that of a minimiser, but for rounding; the last one where H is nearly singular."""
    x = _by_descent(H, g, low, high)
    movable = low < high
    free = movable & (low < x) & (x < high)
    if not _far_from_singular(H, free):  # as with both signs of one coordinate; 0, or the bound next to it, has few that are free
        x = np.clip(np.zeros(len(g)), low, high)
        free = movable & (low < x) & (x < high)
    for _ in range(10 * len(g) + 100):
        if not _far_from_singular(H, free):
            break
        F = np.flatnonzero(free)
        step = np.linalg.solve(H[np.ix_(F, F)], g[F] - H[F] @ x)
        bound = np.where(step > 0, high[F], low[F])
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = np.where(step == 0, np.inf, (bound - x[F]) / step)
        part = min(float(parts.min(initial=np.inf)), 1.0)
        x[F] = np.where(parts <= part, bound, x[F] + part * step)
        if part < 1:
            free[F[parts <= part]] = False
            continue
        slope = H @ x - g
        told = _WRONG * (np.abs(H) @ np.abs(x) + np.abs(g))
        wrong = movable & ~free & (((x == low) & (slope < -told)) | ((x == high) & (slope > told)))
        if not wrong.any():
            break
        free[int(np.argmax(np.where(wrong, np.abs(slope), -1.0)))] = True
    return x


def _far_from_singular(H: Doubles, free: NDArray[np.bool_]) -> bool:
    F = np.flatnonzero(free)
    size = np.sqrt(np.diagonal(H)[F])
    if not (size > 0).all():
        return False
    try:
        root = np.linalg.cholesky(H[np.ix_(F, F)] / size[:, None] / size)
    except np.linalg.LinAlgError:
        return False
    return bool((np.diagonal(root) ** 2 > _WRONG).all())


def _power(value: Exact) -> Exact:
    """Return a power of two near a number, 1 for 0."""
    size = int(value.p).bit_length() - int(value.q).bit_length() if value != 0 else 0
    return exact(2**size) if size >= 0 else 1 / exact(2**-size)


def _double(value: Exact) -> float:
    try:
        return int(value.p) / int(value.q)
    except OverflowError:
        return float("inf") if value > 0 else -float("inf")
