r"""What generated NumPy code needs where x(y) has no formula; its text is copied into that code.

The inverse t(z) of a function is smooth, but for powers and logarithms at the ends of its interval. In logarithms of distances it
is smooth there as well: with tau the distance of t, and v that of z, from an end or, where an end is infinite, from a point inside,
log tau is a function of log v that becomes affine far out. It is a polynomial on each of some dozen intervals, and so is the
logarithm of an integral along t(z), less a constant.

Source: derived for this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from mirrortheory.codegen.double_double import DoubleDouble, double_double, exp, log

_UNIT = 2.0**-120  # of the coefficients
_APART = 4096.0  # between the intervals of the two sides, more than any logarithm
_RATE = 4  # number of the output that is dt/dz
_ENOUGH = 2.0**-50  # coefficients below need no low parts


class LogTable:
    """Functions of z on both sides of a middle: base + sign exp(P(log v)), with polynomials P between knots.

    Args:
        middle: the z between the two sides.
        distances: of each side, v as (constant, of y, of above, of below): a constant and multiples of y, above and below.
        rows: of each side, (start, middle, half width, polynomials) by intervals of log v; a polynomial, in (log v - middle) / half
            width, is given by whole multiples of 2^-120 from its constant term on.
        outputs: (number of a polynomial, base, sign) on both sides, by outputs: t, t - low, high - t and the integral; None for
            one that there is not. A fifth, dt/dz, is the slope of the first.
    """

    def __init__(self, middle: float, distances: Sequence[Any], rows: Sequence[Any], outputs: Sequence[Any]) -> None:
        self.middle, self.distances, self.outputs = middle, distances, outputs
        places = [(start + _APART * side, at, half) for side, own in enumerate(rows) for start, at, half, _ in own]
        self.starts, self.middles, self.halves = (np.array(column) for column in zip(*places, strict=True))
        listed = [polynomials for own in rows for *_, polynomials in own]
        self.polynomials = [self._columns([row[i] for row in listed]) for i in range(len(listed[0]))]
        self.slopes = self._columns([[k * c for k, c in enumerate(row[0])][1:] for row in listed])

    @staticmethod
    def _columns(polynomials: Sequence[Sequence[int]]) -> list[DoubleDouble]:
        columns = []
        for column in zip_longest(*polynomials, fillvalue=0):
            high = [float(c) for c in column]
            low = [float(c - int(h)) for c, h in zip(column, high, strict=True)]
            columns.append(DoubleDouble(np.array(high) * _UNIT, np.array(low) * _UNIT))
        return columns

    def __call__(self, y: Any, above: Any, below: Any, *wanted: int) -> list[Any]:
        """Return the outputs that are wanted at y, given with its distances from the ends of its interval (None at infinity)."""
        exact = isinstance(y, DoubleDouble)
        second = (y.high if exact else np.asarray(y)) >= self.middle
        v = [self._distance(parts, y, above, below) for parts in self.distances]
        v = v[0].where(~second, v[1]) if exact else np.where(second, v[1], v[0])
        eta = log(v)
        size = np.clip(np.nan_to_num(eta.high if exact else eta, nan=0.0), -2000, 2000)
        row = np.clip(np.searchsorted(self.starts, size + _APART * second, side="right") - 1, 0, len(self.starts) - 1)
        delta = (
            (eta - DoubleDouble(self.middles[row])) / DoubleDouble(self.halves[row])
            if exact
            else (size - self.middles[row]) / self.halves[row]
        )
        values: dict[int, Any] = {}
        found = []
        if _RATE in wanted:
            slope = self._polynomial(self.slopes, row, delta)
            half = DoubleDouble(self.halves[row]) if exact else self.halves[row]
            rate = exp(self._polynomial(self.polynomials[0], row, delta) - eta) * slope / half
            rate = rate * DoubleDouble(np.sign(rate.high)) if exact else np.abs(rate)
        for number, *sides in (tuple(zip(*self.outputs[i], strict=True)) for i in wanted if i != _RATE):
            if number[0] not in values:
                values[number[0]] = exp(self._polynomial(self.polynomials[number[0]], row, delta))
            base, sign = (double_double(b).where(second, double_double(a)) for a, b in sides)
            found.append(base + sign * values[number[0]])
        return [*found, rate] if _RATE in wanted else found

    @staticmethod
    def _distance(parts: Sequence[Any], *places: Any) -> Any:
        constant, *rates = parts
        total: Any = constant
        for rate, place in zip(rates, places, strict=True):
            total = total + rate * place if rate else total
        return total

    @staticmethod
    def _polynomial(columns: Sequence[DoubleDouble], row: Any, delta: Any) -> Any:
        total: Any = 0.0
        x = delta.high if isinstance(delta, DoubleDouble) else delta
        for column in reversed(columns):
            if not isinstance(total, DoubleDouble) and isinstance(delta, DoubleDouble) and np.abs(column.high).max() > _ENOUGH:
                total = DoubleDouble(total + 0 * x)
            if isinstance(total, DoubleDouble):
                total = total * delta + DoubleDouble(column.high[row], column.low[row])
            else:
                total = total * x + column.high[row]
        return total
