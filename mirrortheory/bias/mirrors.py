r"""Mirror maps of all coordinates at once, in double precision: of products of layers, of derived potentials, and of x(y).

Source: this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

import numpy as np
import sympy
from scipy.optimize import brentq

from mirrortheory.bias.curves import Curves, Mask, Near, Shape, curve_parameter
from mirrortheory.bias.hyperbolic import Hyperbolic
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array
from mirrortheory.potentials import DualPotential, Potential, PowerProduct, Y


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
    parts: list[tuple[Mask, Mirrors]] = [(~curved, _Explicit([p for p in potentials if isinstance(p, DualPotential)], x0[~curved]))]
    if curved.any():
        parts.append((curved, _curves([p for p in potentials if isinstance(p, Potential)], x0[curved], hold)))
    return _Joined(parts)


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


def _curves(potentials: Sequence[Potential], x0: Array, hold: bool) -> Curves:
    rows = {id(potential): _row(potential) for potential in potentials}
    given = [rows[id(potential)] for potential in potentials]
    most = max(len(row[5]) for row in given)
    padded = np.array([[[*part, *[0.0] * (most - len(part))] for part in row[5:]] for row in given]).reshape(len(given), 3, most)
    shape = Shape(*np.array([row[:5] for row in given]).T, *(np.ascontiguousarray(padded[:, k]) for k in range(3)))
    through, even = shape.zero_y > 0, np.array([p.even for p in potentials])
    for potential, start, inside in zip(potentials, x0, (x0 > 0) | (even & (x0 < 0)) | (through & (x0 == 0)), strict=True):
        if not inside:
            condition = f"in the region {potential.where}, and not 0 where R'(0) is infinite"
            raise InvalidArgument("x0", condition, float(start), "start inside it")
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
        self.each = [_Inverse(potential, float(start)) for potential, start in zip(potentials, x0, strict=True)]
        self.y0, self.side = np.array([inverse.y0 for inverse in self.each]), np.sign(x0)
        self.bound = self.held = np.zeros(len(x0), dtype=bool)

    def primal(self, y: Array, near: Array | None = None) -> tuple[Array, Array]:
        pairs = np.array([inverse.primal(float(v)) for inverse, v in zip(self.each, y, strict=True)])
        return pairs[:, 0], pairs[:, 1]

    def approach(self, y: Array, last: Near | None) -> Near | None:
        return None

    def dual(self, x: Array) -> Array:
        return np.array([inverse.dual(float(v)) for inverse, v in zip(self.each, x, strict=True)])


class _Inverse:
    def __init__(self, potential: DualPotential, x0: float) -> None:
        self.low, self.high = (float(end) for end in potential.dual_domain)
        self.x, self.metric = (
            sympy.lambdify(Y, f, "numpy") for f in (potential.closed_inverse_mirror_map, potential.inverse_metric)
        )
        left, right = (float(end) for end in potential.region)
        if not left < x0 < right:
            raise InvalidArgument("x0", f"in the region {potential.where}", x0, "start inside it")
        self.y0 = self.dual(x0)

    def primal(self, y: float) -> tuple[float, float]:
        if not self.low < y < self.high:
            return np.nan, np.nan
        with np.errstate(over="ignore", invalid="ignore"):
            return float(self.x(y)), float(self.metric(y))

    def dual(self, x: float) -> float:
        middle = 0.0 if self.low < 0 < self.high else self.low + 1 if self.low > -np.inf else self.high - 1
        if np.isfinite(self.low) and np.isfinite(self.high):
            middle = (self.low + self.high) / 2
        bracket = []
        for sign, end in ((-1, self.low), (1, self.high)):
            for k in range(1, 1000):
                y = middle + sign * 1.1**k if np.isinf(end) else end + (middle - end) / 2.0**k
                with np.errstate(over="ignore", invalid="ignore"):
                    if not sign * (float(self.x(y)) - x) < 0:
                        break
            bracket.append(y)
        return float(brentq(lambda y: float(self.x(y)) - x, *bracket, xtol=1e-300, rtol=1e-15))
