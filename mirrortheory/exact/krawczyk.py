r"""Zeros of systems in boxes: existence and uniqueness by Krawczyk's operator, absence by ball arithmetic on parts of the box.

.. math:: K(X) = m - Y f(m) + (1 - Y f'(X))(X - m) \subset \operatorname{int} X \implies f \text{ has exactly one zero in } X

with m the middle of the box X and Y any matrix, best the inverse of :math:`f'(m)`. Parameters may be balls: then for each value.

Source: Krawczyk (1969); Moore (1977), "A test for existence of solutions to nonlinear systems", SIAM J. Numer. Anal. 14.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import flint
import sympy

from mirrortheory.exact.arb import Ball, ball, precision
from mirrortheory.exact.balls import BallFunction
from mirrortheory.exact.boxes import OUTSIDE, PROVED_HERE, Cover, Side, bisected, enclosing
from mirrortheory.exact.decimals import decimal

_BITS = 128
_STEPS, _HALVINGS, _ROUNDS, _STARTS, _MOST = 40, 40, 8, 32, 4000
_SMALLEST = sympy.Rational(1, 2**30)  # part of the box; beyond, a zero is multiple or on the border
_CLEAR = 1 - sympy.Rational(1, 2**20)
_KEPT = 2**64  # bounds of inner boxes are multiples of its inverse, relative to their box

Sides = Mapping[sympy.Symbol, Side]


@dataclass(frozen=True)
class Inner:
    """A box in which Krawczyk's operator shows exactly one zero.

    Attributes:
        sides: (low, high) of each unknown.
        inverse: the matrix Y, rationals.
    """

    sides: tuple[Side, ...]
    inverse: tuple[tuple[sympy.Rational, ...], ...]


class System:
    """As many differentiable expressions as unknowns, in a closed box of unknowns and parameters.

    Args:
        expressions: SymPy expressions in the symbols of ``box``.
        slopes: their derivatives, a row for each, a column for each unknown.
        unknowns: what is solved for, symbols of ``box``.
        box: (low, high) of every symbol, exact rationals.
        nonzero: what must not vanish for the expressions to be defined, and in a second tuple for the slopes to be.

    Raises:
        NotEvaluable: when ball arithmetic cannot evaluate an expression or a derivative of it.
    """

    def __init__(
        self,
        expressions: Sequence[sympy.Expr],
        slopes: Sequence[Sequence[sympy.Expr]],
        unknowns: Sequence[sympy.Symbol],
        box: Sides,
        nonzero: tuple[Sequence[sympy.Expr], Sequence[sympy.Expr]] = ((), ()),
    ) -> None:
        self.unknowns, self.box, self.order = tuple(unknowns), dict(box), sorted(box, key=str)
        self._values = [BallFunction(e, self.order) for e in expressions]
        self._slopes = [[BallFunction(e, self.order) for e in row] for row in slopes]
        self._defined, self._smooth = ([BallFunction(e, self.order) for e in group] for group in nonzero)

    def inner_boxes(self) -> list[Inner]:
        """Return boxes with exactly one zero each, no two of which overlap: one at least for each simple zero that was found."""
        found: list[Inner] = []
        tried: list[list[sympy.Rational]] = []
        with precision(_BITS):
            for start in self._starts():
                zero = self._newton(start)
                if zero is None or any(self._close(zero, other) for other in tried):
                    continue
                if any(all(a <= z <= b for z, (a, b) in zip(zero, i.sides, strict=True)) for i in found):
                    continue
                tried.append(zero)
                inner = self._around(zero)
                if inner is not None and not any(_overlap(inner, other) for other in found):
                    found.append(inner)
        return found

    def cover(self, inner: Inner | None) -> Cover | None:
        """Prove that there is no zero outside of ``inner``; None when that fails."""
        splits: list[int] = []
        waiting = [self.box]
        with precision(_BITS):
            while waiting:
                if len(splits) >= _MOST:
                    return None
                here = waiting.pop()
                if self._excluded(here):
                    splits.append(PROVED_HERE)
                elif inner and all(
                    a <= here[u][0] and here[u][1] <= b for u, (a, b) in zip(self.unknowns, inner.sides, strict=True)
                ):
                    splits.append(OUTSIDE)
                else:
                    axis = self._widest(here)
                    if axis is None:
                        return None
                    splits.append(axis)
                    low, high = bisected(here[self.order[axis]])
                    waiting += [{**here, self.order[axis]: half} for half in (high, low)]
        return Cover(tuple(splits))

    def _excluded(self, here: Sides) -> bool:
        balls = [enclosing(*here[v]) for v in self.order]
        return any(_nonzero(f, balls) for f in self._values) and all(_nonzero(f, balls) for f in self._defined)

    def _widest(self, here: Sides) -> int | None:
        sizes = [(here[v][1] - here[v][0]) / (self.box[v][1] - self.box[v][0] or 1) for v in self.order]
        return max(range(len(sizes)), key=sizes.__getitem__) if max(sizes) > _SMALLEST else None

    def _starts(self) -> Iterator[list[Ball]]:
        """Yield middles of ever smaller parts of the box that may hold a zero."""
        parts: list[Sides] = [self.box]
        for _ in range(_ROUNDS):
            for part in parts:
                yield [ball(sum(part[u]) / 2) for u in self.unknowns]
            if len(parts) > _STARTS:
                return
            halves = []
            for part in parts:
                for choice in itertools.product(*(bisected(part[u]) for u in self.unknowns)):
                    halves.append({**part, **dict(zip(self.unknowns, choice, strict=True))})
            parts = [half for half in halves if not self._excluded(half)]

    def _point(self, values: Sequence[Ball], *, parameters: bool) -> list[Ball]:
        """Return balls in order: unknowns as given, parameters as whole ranges or at their middles."""
        given = dict(zip(self.unknowns, values, strict=True))
        middle = {v: ball(sum(side) / 2) for v, side in self.box.items()}
        return [given.get(v, enclosing(*self.box[v]) if parameters else middle[v]) for v in self.order]

    def _close(self, one: list[sympy.Rational], other: list[sympy.Rational]) -> bool:
        widths = (high - low for low, high in (self.box[u] for u in self.unknowns))
        return all(abs(a - b) <= _SMALLEST * width for a, b, width in zip(one, other, widths, strict=True))

    def _newton(self, start: list[Ball]) -> list[sympy.Rational] | None:
        values = start
        for _ in range(_STEPS):
            point = self._point(values, parameters=False)
            inverse = self._inverse(point)
            if inverse is None:
                return None
            column = flint.arb_mat(len(values), 1, [f(*point).mid() for f in self._values])
            step = [entry.mid() for entry in (inverse * column).entries()]
            if not all(entry.is_finite() for entry in step):
                return None
            values = [(v - d).mid() for v, d in zip(values, step, strict=True)]
            if all(abs(d) < Ball(2) ** -80 * (1 + abs(v)) for v, d in zip(values, step, strict=True)):
                break
        zero = [sympy.Rational(decimal(v, 30)["mid"]) for v in values]
        return zero if all(self.box[u][0] < z < self.box[u][1] for u, z in zip(self.unknowns, zero, strict=True)) else None

    def _inverse(self, point: list[Ball]) -> flint.arb_mat | None:
        size = len(self.unknowns)
        entries = [f(*point).mid() for row in self._slopes for f in row]
        if not all(e.is_finite() for e in entries):
            return None
        try:
            return flint.arb_mat(size, size, entries).inv()
        except ZeroDivisionError:
            return None

    def _around(self, zero: list[sympy.Rational]) -> Inner | None:
        """Return the largest of the boxes around a zero, each half the one before, that is pulled into itself."""
        inverse = self._inverse(self._point([ball(z) for z in zero], parameters=False))
        if inverse is None or not all(e.is_finite() for e in inverse.entries()):
            return None
        rows = tuple(tuple(_short(e.mid()) for e in row) for row in inverse.tolist())
        part = sympy.Rational(1, 2)
        for _ in range(_HALVINGS):
            sides = []
            for u, z in zip(self.unknowns, zero, strict=True):
                low, high = self.box[u]
                radius = min(part * (high - low), _CLEAR * min(z - low, high - z))
                sides.append((_rounded(z - radius, high - low), _rounded(z + radius, high - low)))
            inner = Inner(tuple(sides), rows)
            within = all(self.box[u][0] <= a < b <= self.box[u][1] for u, (a, b) in zip(self.unknowns, sides, strict=True))
            if within and self._contracts(inner):
                return inner
            part = part / 2
        return None

    def _contracts(self, inner: Inner) -> bool:
        middles = [ball((low + high) / 2) for low, high in inner.sides]
        sides = [enclosing(low, high) for low, high in inner.sides]
        wide = self._point(sides, parameters=True)
        values = [f(*self._point(middles, parameters=True)) for f in self._values]
        slopes = [[f(*wide) for f in row] for row in self._slopes]
        smooth = all(_nonzero(f, wide) for f in (*self._defined, *self._smooth))
        if not smooth or not all(f(*wide).is_finite() for f in self._values):
            return False
        for i, (low, high) in enumerate(inner.sides):
            row = [ball(e) for e in inner.inverse[i]]
            image = middles[i] - sum((y * v for y, v in zip(row, values, strict=True)), Ball(0))
            for j, side in enumerate(sides):
                pull = sum((y * slope[j] for y, slope in zip(row, slopes, strict=True)), Ball(0))
                image += (int(i == j) - pull) * (side - middles[j])
            if not (image.is_finite() and image > ball(low) and image < ball(high)):
                return False
        return True


def _nonzero(function: BallFunction, balls: Sequence[Ball]) -> bool:
    value = function(*balls)
    return bool(value.is_finite() and (value > 0 or value < 0))


def _overlap(one: Inner, other: Inner) -> bool:
    return all(a <= d and c <= b for (a, b), (c, d) in zip(one.sides, other.sides, strict=True))


def _short(value: Ball) -> sympy.Rational:
    return sympy.Rational(decimal(value, 15)["mid"])


def _rounded(value: sympy.Rational, unit: sympy.Rational) -> sympy.Rational:
    return sympy.Rational(int(sympy.floor(value / unit * _KEPT)), _KEPT) * unit
