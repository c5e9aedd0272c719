r"""Mirror maps of all coordinates at once, in double precision: of products of layers, of derived potentials, and of x(y).

Source: this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol, TypeVar

import numpy as np
import sympy
from numpy.typing import NDArray

from mirrortheory.bias.curves import Curves, Mask, Near, Shape, curve_parameter
from mirrortheory.bias.hyperbolic import Hyperbolic
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array
from mirrortheory.potentials import DualPotential, Potential, PowerProduct, Y

_MOST_STEPS, _MOST_HALVINGS = 1000, 2000
_EPS = float(np.finfo(float).eps)
_ALL = slice(None)
_Kind = TypeVar("_Kind", bound=Potential | DualPotential)


class Mirrors(Protocol):
    """The mirror maps of d coordinates, with the dual variable at the start: ``y0``, shape (d,).

    y0 is counted from x = 0, or from the start; ``bound`` says which coordinates keep the sign of their start, ``side``, and
    ``held`` which of them stay at 0 once they are there.
    """

    y0: Array
    side: Array
    bound: Mask
    held: Mask

    def primal(self, y: Array, near: Array | None = None) -> tuple[Array, Array]:
        """Return x and 1/R''(x) where R'(x) = y, shape (d,); NaN outside the dual domain; ``near`` as ``theta`` of a Near."""
        ...

    def approach(self, y: Array, last: Near | None) -> Near | None:
        """Take one step towards x(y) from the last point, or from the start; None where that is not known to lead there."""
        ...

    def dual(self, x: Array) -> Array:
        """Return R'(x), shape (d,), counted as y0 is."""
        ...


def of_layers(q: Fraction, weights: Array) -> Mirrors:
    """Return the mirror maps of products of layers, for initial weights of shape (depth, d).

    >>> mirrors = of_layers(Fraction(2), np.array([[2.0], [1.0]]))  # imbalance 3, x = 3/2 sinh 2y
    >>> x, metric = mirrors.primal(np.array([0.5]))
    >>> bool(abs(x[0] - 1.5 * np.sinh(1.0)) < 1e-14)
    True
    """
    if q == 2 and len(weights) == 2:
        return Hyperbolic(weights)
    sizes, (depth, d) = np.sort(np.abs(weights), axis=0), weights.shape
    least, power = sizes[0], float(q)
    count = (sizes == least).sum(axis=0)
    more = sizes[1:]
    tied = more == least
    with np.errstate(divide="ignore", invalid="ignore"):
        theta = power * np.log(least)
        close = more < 2 * least
        ratio = np.where(close, np.log1p((more - least) / np.where(close, least, more)), np.log(more) - np.log(least))
        shifts = power * np.log(more) + np.log(-np.expm1(-power * ratio))  # of |w|^q - s, for weights of any sizes
    whole, slow = q.numerator, q.numerator - q.denominator
    orders = np.array([(whole - k * slow) / whole for k in range(depth + 1)])[
        count
    ]  # 1 - k (q-1)/q, of y in s at 0 with k smallest
    shape = Shape(
        log_x=np.zeros(d),
        log_density=np.full(d, -np.log(power)),
        zero_x=count / power,
        zero_y=orders,
        zero_metric=count - 1.0,
        shifts=np.ascontiguousarray(np.where(tied, 0.0, shifts).T),
        of_x=np.ascontiguousarray(np.where(tied, 0.0, 1 / power).T),
        of_density=np.ascontiguousarray(np.where(tied, 0.0, -slow / whole).T),
    )
    return Curves(shape, theta, np.sign(weights).prod(axis=0), (count > 1) & (orders > 0), np.zeros(d, dtype=bool))


def of_potentials(potentials: Sequence[Potential | DualPotential], x0: Array, *, hold: bool = False) -> Mirrors:
    """Return the mirror maps of derived potentials, one for each entry of the start x0, shape (d,).

    With ``hold`` they are those of a flow, which stays at a saddle x = 0; else x(y) goes on as R does, which is even.

    Raises:
        InvalidArgument: for symbols in a potential, and a start outside its region.
    """
    curved = np.array([isinstance(potential, Potential) for potential in potentials])
    if curved.all():
        return _curves([p for p in potentials if isinstance(p, Potential)], x0, hold)
    explicit = _Explicit([p for p in potentials if isinstance(p, DualPotential)], x0[~curved])
    if not curved.any():
        return explicit
    curves = _curves([p for p in potentials if isinstance(p, Potential)], x0[curved], hold)
    return _Joined([(~curved, explicit), (curved, curves)])


class _Joined:
    """Mirror maps of several kinds, each with the coordinates that it is for."""

    def __init__(self, parts: Sequence[tuple[Mask, Mirrors]]) -> None:
        self.parts = parts
        count = len(parts[0][0])
        self.y0, self.side = np.empty(count), np.empty(count)
        self.bound, self.held = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        for which, mirrors in parts:
            self.y0[which], self.side[which] = mirrors.y0, mirrors.side
            self.bound[which], self.held[which] = mirrors.bound, mirrors.held

    def primal(self, y: Array, near: Array | None = None) -> tuple[Array, Array]:
        x, metric = np.empty_like(y), np.empty_like(y)
        for which, mirrors in self.parts:
            x[which], metric[which] = mirrors.primal(y[which])
        return x, metric

    def approach(self, y: Array, last: Near | None) -> Near | None:
        return None

    def dual(self, x: Array) -> Array:
        y = np.empty_like(x)
        for which, mirrors in self.parts:
            y[which] = mirrors.dual(x[which])
        return y


def kinds(potentials: Sequence[_Kind]) -> tuple[list[_Kind], NDArray[np.intp]]:
    """Return the potentials without repetition, and which of them is that of each coordinate."""
    places: dict[int, int] = {}
    which = np.array([places.setdefault(id(potential), len(places)) for potential in potentials], dtype=np.intp)
    first = np.unique(which, return_index=True)[1]
    return [potentials[j] for j in first.tolist()], which


def curve_parameters(potential: Potential, sizes: Array) -> Array:
    """Return log s where |x| is each of some sizes, in doubles; -inf at 0."""
    return curve_parameter(_shape([potential], np.zeros(len(sizes), dtype=np.intp)), sizes)


def _shape(different: Sequence[Potential], which: NDArray[np.intp]) -> Shape:
    """Return the curves of coordinates, each with one of some potentials."""
    rows = [_row(potential) for potential in different]
    most = max(len(row[5]) for row in rows)
    padded = np.array([[[*part, *[0.0] * (most - len(part))] for part in row[5:]] for row in rows]).reshape(len(rows), 3, most)
    return Shape(*np.array([row[:5] for row in rows])[which].T, *(np.ascontiguousarray(padded[which, k]) for k in range(3)))


def _curves(potentials: Sequence[Potential], x0: Array, hold: bool) -> Curves:
    different, which = kinds(potentials)
    shape = _shape(different, which)
    through, even = shape.zero_y > 0, np.array([p.even for p in different])[which]
    inside = (x0 > 0) | (even & (x0 < 0)) | (through & (x0 == 0))
    if not inside.all():
        j = int(np.argmin(inside))
        condition = f"in the region {potentials[j].where}, and not 0 where R'(0) is infinite"
        raise InvalidArgument("x0", condition, float(x0[j]), "start inside it")
    theta = curve_parameter(shape, np.abs(x0))
    saddle = through & even & (shape.zero_metric > 0)
    return Curves(shape, theta, np.sign(x0), saddle & hold, ~even)


def _orders(potential: Potential) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """Return the orders in s at 0 of x, y and 1/R'', exactly."""
    of_x, of_y = potential.effective.order_at_zero(), 1 + potential.dual_density.order_at_zero()
    return of_x, of_y, of_x - of_y


def _row(potential: Potential) -> tuple[float, float, float, float, float, list[float], list[float], list[float]]:
    _refuse_symbols(potential.effective, potential.dual_density)
    of_x, of_density = ({shift: e for shift, e in p.factors if shift != 0} for p in (potential.effective, potential.dual_density))
    shifts = list({**of_x, **of_density})
    at_zero_x, at_zero_y, at_zero_metric = (float(order) for order in _orders(potential))
    return (
        float(sympy.log(potential.effective.coefficient)),
        float(sympy.log(potential.dual_density.coefficient)),
        at_zero_x,
        at_zero_y,
        at_zero_metric,
        [float(sympy.log(shift)) for shift in shifts],
        [float(of_x.get(shift, 0)) for shift in shifts],
        [float(of_density.get(shift, 0)) for shift in shifts],
    )


def _refuse_symbols(*products: PowerProduct) -> None:
    parts = [p for product in products for p in (product.coefficient, *(e for factor in product.factors for e in factor))]
    symbols = sorted({str(symbol) for part in parts for symbol in part.free_symbols})
    if symbols:
        raise InvalidArgument("potentials", "free of symbols", ", ".join(symbols), "derive with numbers in their place")


class _Explicit:
    """Potentials given by x(y) on an interval of y each."""

    def __init__(self, potentials: Sequence[DualPotential], x0: Array) -> None:
        different, which = kinds(potentials)
        alone = len(different) == 1
        self.parts = [(_ALL if alone else np.flatnonzero(which == k), _Inverse(potential)) for k, potential in enumerate(different)]
        for part, inverse in self.parts:
            inverse.must_hold(x0[part])
        self.y0, self.side = self.dual(x0), np.sign(x0)
        self.bound = self.held = np.zeros(len(x0), dtype=bool)

    def primal(self, y: Array, near: Array | None = None) -> tuple[Array, Array]:
        x, metric = np.empty_like(y), np.empty_like(y)
        for which, inverse in self.parts:
            x[which], metric[which] = inverse.primal(y[which])
        return x, metric

    def approach(self, y: Array, last: Near | None) -> Near | None:
        """Return x(y), in one step; None outside the dual domain."""
        x, metric = self.primal(y)
        if not (np.isfinite(x) & np.isfinite(metric)).all():
            return None
        return Near(y, np.abs(y), np.ones_like(y), np.sign(y), x, metric, 0.0)

    def dual(self, x: Array) -> Array:
        y = np.empty_like(x)
        for which, inverse in self.parts:
            y[which] = inverse.dual(x[which])
        return y


class _Inverse:
    """One potential given by x(y), for all coordinates that have it."""

    def __init__(self, potential: DualPotential) -> None:
        self.low, self.high = (float(end) for end in potential.dual_domain)
        self.left, self.right = (float(end) for end in potential.region)
        self.where = potential.where
        self.pair = sympy.lambdify(Y, [potential.closed_inverse_mirror_map, potential.inverse_metric], "numpy", cse=True)

    def must_hold(self, x0: Array) -> None:
        """Raise InvalidArgument where a start is outside the region."""
        inside = (self.left < x0) & (x0 < self.right)
        if not inside.all():
            raise InvalidArgument("x0", f"in the region {self.where}", float(x0[np.argmin(inside)]), "start inside it")

    def primal(self, y: Array) -> tuple[Array, Array]:
        with np.errstate(all="ignore"):
            x, metric = (np.broadcast_to(np.asarray(v, dtype=float), y.shape) for v in self.pair(y))
            out = ~((self.low < y) & (y < self.high))
            return (np.where(out, np.nan, x), np.where(out, np.nan, metric)) if out.any() else (x, metric)

    def dual(self, x: Array) -> Array:
        """Return the y with x(y) = x: Newton's method between bounds, which are halved where it leaves them."""
        low, high = self._bracket(x)
        y = np.where(np.abs(low) > np.abs(high), low, high)  # the far end, from where x(y) that grows like sinh is fallen down
        live = np.arange(len(x))
        for _ in range(_MOST_HALVINGS):
            there, metric = self.primal(y[live])
            with np.errstate(all="ignore"):
                gap = there - x[live]
                moved = y[live] - gap / metric
            low[live], high[live] = np.where(gap < 0, y[live], low[live]), np.where(gap < 0, high[live], y[live])
            inside = (low[live] < moved) & (moved < high[live])
            middle = low[live] + (high[live] - low[live]) / 2
            found = np.where(gap == 0, y[live], np.where(inside, moved, middle))
            step = np.abs(found - y[live])
            y[live] = found
            going = (step > _EPS * np.abs(found)) & (gap != 0) & (np.nextafter(low[live], high[live]) < high[live])
            live = live[going]
            if not len(live):
                break
        return y

    def _bracket(self, x: Array) -> tuple[Array, Array]:
        """Return y on both sides of where x(y) = x: the last two of a sequence that goes to an end of the dual domain."""
        middle = 0.0 if self.low < 0 < self.high else self.low + 1 if self.low > -np.inf else self.high - 1
        if np.isfinite(self.low) and np.isfinite(self.high):
            middle = (self.low + self.high) / 2
        there = self.primal(np.array([middle]))[0]
        up = there < x
        near, far = np.full_like(x, middle), np.full_like(x, middle)
        sign, end = np.where(up, 1.0, -1.0), np.where(up, self.high, self.low)
        live = np.flatnonzero(there != x)
        for k in range(1, _MOST_STEPS):
            near[live] = far[live]
            with np.errstate(all="ignore"):
                ends = end[live]
                far[live] = np.where(np.isinf(ends), middle + sign[live] * 1.1**k, ends + (middle - ends) / 2.0**k)
                live = live[sign[live] * (self.primal(far[live])[0] - x[live]) < 0]
            if not len(live):
                break
        return np.where(up, near, far), np.where(up, far, near)
