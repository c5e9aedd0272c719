r"""What generated NumPy code of a sum needs beside double-doubles; its text is copied into that code.

A mirror potential given by its inverse mirror map x(y), which increases on (low, high). In doubles its formulas lose what counts:
next to a finite end of the interval, y itself; next to the zero of x(y), the difference of their terms; far out, the digits of y
that a power or an exponential magnifies. So

- a place is not y alone, but y with its distances from both ends and from the zero, all of which are affine in one positive number
  v, the distance from the nearest of them;
- at the zero x(y) is its Taylor polynomial, elsewhere a formula in double-doubles;
- v is found from x by a table, by Newton's method in doubles for asinh x, and by a last step of it in double-doubles; next to a
  finite end of x, where the doubles of x do not tell v, by halving log v in double-doubles.

Source: derived for this project.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from mirrortheory.codegen.double_double import DoubleDouble, double_double
from mirrortheory.codegen.numpy_runtime import Array, in_chunks


class Place(NamedTuple):
    """A dual variable y, y - low, high - y and y - zero: doubles or double-doubles, None for what there is not."""

    y: Any
    above: Any
    below: Any
    from_zero: Any


class DualCurve:
    """A mirror potential given by x, 1/R'' and R* as functions of y, y - low and high - y.

    Args:
        effective, inverse_metric, conjugate: the three functions.
        region: the ends of x; where one is no double, both parts of it.
        low, high: the ends of y, None at infinity.
        zero: where x(y) = 0, None where nowhere.
        series, radius: c_1, c_2, .. of x = c_1 h + c_2 h^2 + .. with h = y - zero, and the h below which they are used.
        at_zero: R*(zero).
    """

    def __init__(
        self,
        effective: Callable[..., Any],
        inverse_metric: Callable[..., Any],
        conjugate: Callable[..., Any],
        region: tuple[DoubleDouble | float, DoubleDouble | float],
        low: DoubleDouble | None,
        high: DoubleDouble | None,
        zero: DoubleDouble | None = None,
        series: Sequence[float] = (),
        radius: float = 0.0,
        at_zero: DoubleDouble | float = 0.0,
    ) -> None:
        self.functions = effective, inverse_metric, conjugate
        (left, above), (right, below) = (
            (float(end.high), float(end.low)) if isinstance(end, DoubleDouble) else (end, 0.0) for end in region
        )
        self.region, self._inside = (left, right), (above < 0, below > 0)  # whether the doubles next to the ends are inside
        self.low, self.high, self.zero = low, high, zero
        self.series, self.radius, self.at_zero = series, radius, double_double(at_zero)
        self._ends = (-math.inf if low is None else float(low.high), math.inf if high is None else float(high.high))
        self._lay_out()
        with np.errstate(all="ignore"):
            self._tabulate()

    def _lay_out(self) -> None:
        """Cover the interval by charts y = base + sign v with 0 < v <= most, in the order of x."""
        low, high, zero = self.low, self.high, self.zero
        ends = [float(end.high) for end in (low, high) if end is not None]
        half = (ends[1] - ends[0]) / 2 if len(ends) == 2 else math.inf
        charts = []
        if not ends or (zero is not None and float(zero.high) not in ends):
            base = double_double(0.0) if zero is None else zero
            left, right = (half if end is None else abs(float((end - base).high)) / 2 for end in (low, high))
            left, right = (math.inf if end is None else side for end, side in ((low, left), (high, right)))
            charts = [(base, -1.0, left), (base, 1.0, right)]
        else:
            left = right = half
        charts = [*([] if low is None else [(low, 1.0, left)]), *charts, *([] if high is None else [(high, -1.0, right)])]
        self.bases = DoubleDouble(*([getattr(base, part) for base, _, _ in charts] for part in ("high", "low")))
        self.signs, self.most = np.array([sign for _, sign, _ in charts]), [most for _, _, most in charts]

    def _tabulate(self) -> None:
        """Make the table of x from which a search for v starts."""
        charts, distances = [], []
        for number, (sign, most) in enumerate(zip(self.signs, self.most, strict=True)):
            last_of_all = math.log(min(most, 1e308))
            v = np.exp(np.append(np.arange(-744.0, last_of_all, 0.125), last_of_all))
            for _ in range(3 if math.isinf(most) else 0):  # closer to where x overflows, or to where it is no longer above 0
                known = self._is_known(np.full(len(v), number), v)
                last = int(np.nonzero(known)[0][-1]) if known.any() else 0
                v = np.concatenate((v[:last], np.linspace(v[last], v[min(last + 1, len(v) - 1)], 64)))
            charts.append(np.full(len(v), number))
            distances.append(v[:: int(sign)])
        chart, v = np.concatenate(charts), np.concatenate(distances)
        known = self._is_known(chart, v)
        chart, v = chart[known], v[known]
        x = self._effective(self._place(chart, v))
        rises = np.append(True, np.diff(np.maximum.accumulate(x)) > 0)
        self.table = chart[rises], v[rises], x[rises]

    def _is_known(self, chart: Any, v: Array) -> Array:
        return np.asarray(np.isfinite(self._scale(self._effective(self._place(chart, v)))[0]))

    def _place(self, chart: Any, v: Any) -> Place:
        base, sign = DoubleDouble(self.bases.high[chart], self.bases.low[chart]), self.signs[chart]
        if isinstance(v, DoubleDouble):
            sign = double_double(sign)
        y = base + sign * v

        def from_mark(mark: DoubleDouble | None, side: float) -> Any:
            if mark is None:
                return None
            offset = (base - mark) * side  # 0 where v is the distance itself
            return offset + side * sign * v

        return Place(y, from_mark(self.low, 1.0), from_mark(self.high, -1.0), from_mark(self.zero, 1.0))

    def _effective(self, place: Place) -> Any:
        return self._near_zero(self.functions[0](*place[:3]), place, lambda h: self._polynomial(h, 0))

    def _conjugate(self, place: Place) -> Any:
        return self._near_zero(self.functions[2](*place[:3]), place, lambda h: self.at_zero + h * self._polynomial(h, 1))

    def _polynomial(self, h: Any, integrals: int) -> Any:
        total = 0 * h
        for k, coefficient in reversed(list(enumerate(self.series, start=1))):
            total = (total + coefficient / (k + 1) ** integrals) * h
        return total

    def _near_zero(self, value: Any, place: Place, polynomial: Callable[[Any], Any]) -> Any:
        h = place.from_zero
        if not isinstance(h, DoubleDouble):
            return value if h is None else np.where(np.abs(h) < self.radius, polynomial(h), value)
        near = np.abs(h.high) < self.radius
        return polynomial(h).where(near, double_double(value)) if near.any() else value

    def _at_dual(self, y: Array) -> Place:
        at, (low, high, zero) = double_double(y), (self.low, self.high, self.zero)
        return Place(
            at, None if low is None else at - low, None if high is None else high - at, None if zero is None else at - zero
        )

    def _at_effective(self, x: Array) -> tuple[Place, Array]:
        """Return the place where x(y) = x, and whether its distance from the end, or it itself, is beyond all doubles."""
        charts, distances, effective = self.table
        after = np.clip(np.searchsorted(effective, x), 1, len(effective) - 1)
        chart, v, following = charts[after - 1], distances[after - 1], distances[after]
        low, high, wanted = (self._scale(e)[0] for e in (effective[after - 1], effective[after], x))
        same = charts[after] == chart
        wide = same & (np.abs(np.log(following) - np.log(v)) > 1)
        part = np.where(same & ~wide, np.where(high > low, np.clip((wanted - low) / (high - low), 0, 1), 0.5), 0)
        start = v * np.where(wide, 1.0, following / v) ** part
        if wide.any():
            start[wide] = self._halved(x[wide], chart[wide], v[wide], following[wide])
        v = start
        lost = ((x < effective[0]) | (x > effective[-1])) & ((v < 1e-300) | (v > 1e300))
        for _ in range(4):
            found = self._effective(self._place(chart, v))
            scaled, width = self._scale(found)
            slope = self._rise(chart, v, found) / width
            step = (wanted - scaled) / slope
            told = np.isfinite(step) & (np.abs(slope) > 1e-13)  # else what is left is rounding
            v = np.where(told & ~lost, v * (1 + np.clip(step, -0.999, 1e3)), v)
        distance = DoubleDouble(np.where(x == 0, 0.0, v))
        for number in range(40):  # one or two as a rule; next to a finite end of x doubles do not lead to v, nor have its slope
            place = self._place(chart, distance)
            found = double_double(self._effective(place))
            rise = self._rise(chart, distance.high, found.high)
            if number > 1:
                exact = (self.signs[chart] * distance.high) * double_double(self.functions[1](*place[:3])).high
                rise = np.where(np.isfinite(exact) & (np.abs(exact) > 1e-307), exact, rise)
            step = (double_double(x) - found).high / rise
            known = np.isfinite(step) | (x == 0) | (number > 2)
            step = np.where(np.isfinite(step) & ~lost, np.clip(step, -0.5, 1.0), 0.0)
            distance = distance + DoubleDouble(step * distance.high)
            if (lost | (known & (np.abs(step) <= 1e-9))).all():
                break
        return self._place(chart, distance), lost

    def _halved(self, x: Array, chart: Any, before: Array, after: Array) -> Array:
        """Return v in a part of the table that is wide in log v, as x in doubles is that of an end on all of it."""
        left, right = np.log(before), np.log(after)
        for _ in range(14):
            middle = (left + right) / 2
            found = double_double(self._effective(self._place(chart, DoubleDouble(np.exp(middle)))))
            less = (found - double_double(x)).high < 0
            left, right = np.where(less, middle, left), np.where(less, right, middle)
        return np.asarray(np.exp((left + right) / 2))

    def _scale(self, x: Array) -> tuple[Array, Array]:
        """Return a function of x that is nearly linear in log v, and the inverse of its slope."""
        if self.region[0] >= 0:
            return np.log(x), x
        return (-np.log(-x), -x) if self.region[1] <= 0 else (np.arcsinh(x), np.hypot(1, x))

    def _rise(self, chart: Array, v: Array, x: Array) -> Array:
        """Return dx / d log v."""
        rise: Array = self.signs[chart] * v * self.functions[1](*self._place(chart, v)[:3])
        lost = ~(np.isfinite(rise) & (np.abs(rise) > 1e-307))  # 1/R'' alone may be no double
        if lost.any():
            rise = np.where(lost, (self._effective(self._place(chart, v * (1 + 2.0**-26))) - x) * 2.0**26, rise)
        return rise

    def mirror_map(self, x: object) -> Array:
        """Return R'(x)."""

        def value(x: Array) -> Array:
            place, lost = self._at_effective(x)
            return np.asarray(np.where(lost & (np.abs(place.y.high) > 1e300), np.sign(place.y.high) * np.inf, place.y.high))

        return self._in_region(value, x)

    def hessian(self, x: object) -> Array:
        """Return R''(x)."""

        def value(x: Array) -> Array:
            place, lost = self._at_effective(x)
            found = (1 / double_double(self.functions[1](*place[:3]))).high
            return np.asarray(np.where(lost, np.where(found < 1, 0.0, np.inf), found))

        return self._in_region(value, x)

    def potential(self, x: object) -> Array:
        """Return R(x)."""

        def value(x: Array) -> Array:
            place, lost = self._at_effective(x)
            product = double_double(x) * place.y
            found = np.where(np.isinf(product.high), product.high, (product - self._conjugate(place)).high)
            return np.asarray(np.where(lost & (np.abs(place.y.high) > 1e300), np.inf, found))

        return self._in_region(value, x)

    def inverse_mirror_map(self, y: object) -> Array:
        """Return the x with R'(x) = y; at an end of y the end of x."""

        def value(y: Array) -> Array:
            place = self._at_dual(y)
            found = double_double(self._effective(place)).high
            for distance, end in zip(place[1:3], self.region, strict=True):
                found = found if distance is None else np.where(distance.high > 0, found, end)
            return np.asarray(found)

        return self._within(self._ends, value, y, closed=True)

    def conjugate(self, y: object) -> Array:
        """Return R*(y); at an end of y its limit."""

        def value(y: Array) -> Array:
            place = self._at_dual(y)
            found = double_double(self._conjugate(place))
            if np.isnan(found.high).any():  # s log s at an end, where s = 0
                tiny = DoubleDouble(5e-324)
                above, below = (None if s is None else s.where(s.high > 0, tiny) for s in place[1:3])
                lifted = double_double(self._conjugate(place._replace(above=above, below=below)))
                found = found.where(~np.isnan(found.high), lifted)
            return np.asarray(found.high)

        return self._within(self._ends, value, y, closed=True)

    def _in_region(self, function: Callable[[Array], Array], x: object) -> Array:
        ends = zip(self.region, self._inside, (-math.inf, math.inf), strict=True)
        low, high = (math.nextafter(end, outwards) if inside else end for end, inside, outwards in ends)
        return self._within((low, high), function, x)

    @staticmethod
    def _within(ends: tuple[float, float], function: Callable[[Array], Array], argument: object, *, closed: bool = False) -> Array:
        """Return the function where the argument is between the ends, elsewhere nan."""
        argument = np.asarray(argument, dtype=float)
        within = (argument > ends[0]) & (argument < ends[1])
        if closed:
            within |= (argument == ends[0]) | (argument == ends[1])
        value = np.full(argument.shape, np.nan)
        with np.errstate(all="ignore"):
            value[within] = in_chunks(function, argument[within])
        return value
