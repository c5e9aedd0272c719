r"""Mirror maps of all coordinates at once, in double precision, both ways: x and 1/R'' from y = R'(x), and y from x.

**Curves.** A derived potential is a curve in the smallest charge s, whose densities are products of powers:

.. math:: |x| = c_x s^{a} \prod_i (s + \tau_i)^{e_i}, \qquad \frac{dy}{ds} = c_y s^{o - 1} \prod_i (s + \tau_i)^{f_i},
          \qquad \tau_i > 0.

For a product of layers :math:`|x|^q = P(s) = \prod (s + \lambda_i)` and :math:`dy/ds = P^{-(q-1)/q}/q`. In
:math:`\theta = \log s` both logarithms are analytic for :math:`|\mathrm{Im}\,\theta| < \pi`, so y is

- next to s = 0, where o > 0: Gauss and Jacobi's rule with weight :math:`s^{o-1}` up to the smallest :math:`\tau`;
- from there on: Gauss and Legendre's rule on panels of length two, whose twelve nodes leave
  :math:`(\pi + \sqrt{\pi^2+1})^{-24} < 10^{-19}`;
- beyond all :math:`\tau` by a factor :math:`e^{40}`: a power of s, or its logarithm, to the last bit.

So no size is out of reach. y is counted from x = 0, or from the start where :math:`R'(0+) = -\infty`: small values keep digits.

**Crossing zero.** Where one layer is smallest, x passes through 0. Where several are, and R'(0) is finite, x = 0 is a saddle, and
a coordinate that comes there stays (the selection sign(0) = 0): x is held at 0 beyond. Where :math:`R'(0+) = -\infty` it never
comes there.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for depth two; the curve: this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
import sympy
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import roots_jacobi

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array
from mirrortheory.potentials import DualPotential, Potential, PowerProduct, Y

_COUNT, _PANEL, _BEYOND = 12, 2.0, 40.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(_COUNT)
_MOST_STEPS = 100
_CLOSE = 1e-8  # a step of Newton's method this small leaves its square

Mask = NDArray[np.bool_]


class Mirrors(Protocol):
    """The mirror maps of d coordinates, with the dual variable at the start: ``y0``, shape (d,).

    y0 is counted from x = 0, or from the start; ``bound`` says which coordinates keep the sign of their start, ``side``, and
    ``held`` which of them stay at 0 once they are there.
    """

    y0: Array
    side: Array
    bound: Mask
    held: Mask

    def primal(self, y: Array) -> tuple[Array, Array]:
        """Return x and 1/R''(x) where R'(x) = y, shape (d,); NaN outside the dual domain."""
        ...

    def dual(self, x: Array) -> Array:
        """Return R'(x), shape (d,), counted as y0 is."""
        ...


@dataclass(frozen=True, eq=False)
class Shape:
    """The curves of d coordinates, with f positive shifts each; one that is not there has the exponents 0.

    Attributes:
        log_x, log_density: logarithms of the constants, shape (d,).
        zero_x, zero_y, zero_metric: the orders in s at 0 of x, y and 1/R'', shape (d,).
        shifts: log tau, shape (d, f).
        of_x, of_density: exponents of s + tau, shape (d, f).
    """

    log_x: Array
    log_density: Array
    zero_x: Array
    zero_y: Array
    zero_metric: Array
    shifts: Array
    of_x: Array
    of_density: Array


class Curves:
    """Potentials along their curves.

    Args:
        shape: the curves.
        theta: log s at the start, shape (d,); -inf at x = 0.
        side: the sign of x at the start, shape (d,).
        held: which coordinates stay at x = 0 once they are there, shape (d,).
        one_sided: which do not go on to x of the other sign, shape (d,).
    """

    def __init__(self, shape: Shape, theta: Array, side: Array, held: Mask, one_sided: Mask) -> None:
        self.shape, self.side, self.through = shape, side, shape.zero_y > 0
        self.held = held
        self.stuck = (side == 0) & (held | ~self.through)
        self.bound = held | one_sided | ~self.through
        there = shape.of_x != 0
        least = np.where(there, shape.shifts, np.inf).min(axis=1, initial=np.inf)
        most = np.where(there, shape.shifts, -np.inf).max(axis=1, initial=-np.inf)
        start = np.where(np.isfinite(theta), theta, 0.0)
        anchor = np.where(self.through, np.where(np.isfinite(least), least, 0.0), start)
        up = np.maximum(most + _BEYOND - anchor, 0.0)
        down = np.where(self.through | ~np.isfinite(least), 0.0, np.maximum(anchor - least + _BEYOND, 0.0))
        self.below, self.above = (int(np.ceil(reach.max(initial=0.0) / _PANEL)) for reach in (down, up))
        betas = np.where(self.through, shape.zero_y - 1, 0.0)
        different, kind = np.unique(betas, return_inverse=True)
        rules = [roots_jacobi(_COUNT, 0.0, beta) for beta in different]
        self.nodes = np.array([(1 + nodes) / 2 for nodes, _ in rules])[kind]
        self.weights = np.array([weights / 2 ** (beta + 1) for (_, weights), beta in zip(rules, different, strict=True)])[kind]
        self.far = shape.zero_y + shape.of_density.sum(axis=1)  # the order of y at infinity, or of what is infinite there
        every = np.arange(len(theta))
        with np.errstate(all="ignore"):
            first = np.where(self.through, self._head(every, anchor), 0.0)
            self.edges, self.sums = anchor[:, None], first[:, None]
            for _ in range(self.below):
                self._lengthen(-1)
            self.first = np.exp(self._log_density(every, self.edges[:, 0]))
            self.last = np.exp(self._log_density(every, anchor + _PANEL * self.above))
            y0 = side * self._forward(np.where(self.stuck, 0.0, theta))
        self.y0 = np.where(self.stuck, 0.0, y0)

    def _lengthen(self, side: int) -> None:
        """Add one panel at the low or at the high end."""
        end = self.edges[:, 0 if side < 0 else -1]
        low, high = (end - _PANEL, end) if side < 0 else (end, end + _PANEL)
        piece = self._piece(np.arange(len(end)), low, high)
        if side < 0:
            self.edges, self.sums = np.column_stack([low, self.edges]), np.column_stack([self.sums[:, 0] - piece, self.sums])
        else:
            self.edges, self.sums = np.column_stack([self.edges, high]), np.column_stack([self.sums, self.sums[:, -1] + piece])

    def _reach(self, table: str, wanted: Array) -> None:
        """Add panels until the last edge, or the sum there, is beyond what is wanted, or y is a power of s from there on."""
        while self.edges.shape[1] <= self.below + self.above and (wanted >= getattr(self, table)[:, -1]).any():
            self._lengthen(1)

    def primal(self, y: Array) -> tuple[Array, Array]:
        """Return x and 1/R''(x) where R'(x) = y, shape (d,); NaN outside the dual domain."""
        side = np.where(self.bound, self.side, np.where(y >= 0, 1.0, -1.0))
        wanted = side * y
        with np.errstate(all="ignore"):
            theta = self._inverse(np.where(self.through, np.maximum(wanted, 0.0), wanted))
            x, metric = side * np.exp(self._log_x(theta)), self._metric(theta)
        out = self.through & self.bound & (wanted < 0)
        zero = self.stuck | (self.held & (wanted <= 0))
        x, metric = np.where(out, np.nan, x), np.where(out, np.nan, metric)
        return np.where(zero, 0.0, x), np.where(zero, 0.0, metric)

    def dual(self, x: Array) -> Array:
        """Return R'(x), shape (d,), counted as y0 is."""
        with np.errstate(all="ignore"):
            y = np.sign(x) * self._forward(curve_parameter(self.shape, np.abs(x)))
        return np.where(self.stuck, self.y0, y)

    def _logs(self, which: NDArray[np.intp], theta: Array) -> Array:
        """Return log(s + tau) for parameters of coordinates ``which``, shape (m, ..); one more axis for the shifts."""
        shifts = self.shape.shifts[which]
        return np.logaddexp(theta[..., None], shifts.reshape(len(which), *(1,) * (theta.ndim - 1), -1))

    def _log_density(self, which: NDArray[np.intp], theta: Array) -> Array:
        """Return log dy/dtheta at parameters of coordinates ``which``, shape (m,) or (m, nodes)."""
        shape, more = self.shape, (...,) + (None,) * (theta.ndim - 1)
        powers = np.einsum("m...f,mf->m...", self._logs(which, theta), shape.of_density[which])
        return np.asarray(shape.log_density[which][more] + shape.zero_y[which][more] * theta + powers)

    def _piece(self, which: NDArray[np.intp], a: Array, b: Array) -> Array:
        half = (b - a) / 2
        nodes = ((a + b) / 2)[:, None] + half[:, None] * _NODES
        return np.asarray(half * (np.exp(self._log_density(which, nodes)) @ _WEIGHTS))

    def _head(self, which: NDArray[np.intp], theta: Array) -> Array:
        """Return y up to s, not beyond the smallest tau, where y is finite at 0."""
        shape = self.shape
        logs = self._logs(which, theta[:, None] + np.log(self.nodes[which]))
        rest = np.exp(np.einsum("mnf,mf->mn", logs, shape.of_density[which]))
        size = np.exp(shape.log_density[which] + shape.zero_y[which] * theta)
        return np.asarray(size * (rest * self.weights[which]).sum(axis=1))

    def _forward(self, theta: Array) -> Array:
        """Return |y|, or the change of y since the start for x > 0, at parameters of all coordinates, shape (d,)."""
        self._reach("edges", theta)
        found, count = np.empty_like(theta), self.edges.shape[1]
        low, high = theta < self.edges[:, 0], theta >= self.edges[:, -1]
        panel = np.clip(((theta - self.edges[:, 0]) / _PANEL), 0, max(count - 2, 0)).astype(int)
        for which, part in self._parts(low, high):
            t = theta[which]
            if part == "head":
                found[which] = np.where(t == -np.inf, 0.0, self._head(which, np.maximum(t, -1e300)))
            elif part == "panels":
                k = panel[which]
                found[which] = self.sums[which, k] + self._piece(which, self.edges[which, k], t)
            else:
                end, size, order = self._end(which, part)
                found[which] = self.sums[which, end] + _power(t - self.edges[which, end], size, order)
        return found

    def _inverse(self, wanted: Array) -> Array:
        """Return the parameter where :meth:`_forward` is ``wanted``, shape (d,); NaN outside the dual domain."""
        self._reach("sums", wanted)
        theta = np.full_like(wanted, np.nan)
        low, high = wanted < self.sums[:, 0], wanted >= self.sums[:, -1]
        for which, part in self._parts(low, high):
            y = wanted[which]
            if part == "head":
                theta[which] = self._inverse_head(which, y)
            elif part == "panels":
                k = (self.sums[which] <= y[:, None]).sum(axis=1) - 1
                k = np.clip(k, 0, self.edges.shape[1] - 2)
                theta[which] = self._inverse_panel(which, k, y - self.sums[which, k])
            else:
                end, size, order = self._end(which, part)
                theta[which] = self.edges[which, end] + _inverse_power(y - self.sums[which, end], size, order)
        return theta

    def _inverse_head(self, which: NDArray[np.intp], y: Array) -> Array:
        order, target = self.shape.zero_y[which], np.log(y)
        theta = self.edges[which, 0] + (target - np.log(self.sums[which, 0])) / order
        for _ in range(_MOST_STEPS):
            value = np.log(self._head(which, theta))
            step = (target - value) / np.exp(self._log_density(which, theta) - value)
            theta = np.where(np.isfinite(step), theta + step, theta)
            if not (np.abs(step) > _CLOSE).any():
                break
        return np.asarray(theta)

    def _inverse_panel(self, which: NDArray[np.intp], panel: NDArray[np.intp], rest: Array) -> Array:
        a, b = self.edges[which, panel], self.edges[which, panel + 1]
        first, last = (self._log_density(which, edge) for edge in (a, b))
        theta = np.clip(a + _inverse_power(rest, np.exp(first), (last - first) / _PANEL), a, b)  # as if y were a power of s
        for _ in range(_MOST_STEPS):
            step = (rest - self._piece(which, a, theta)) / np.exp(self._log_density(which, theta))
            moved = np.clip(theta + step, a, b)
            small = np.abs(moved - theta) <= _CLOSE
            theta = moved
            if small.all():
                break
        return np.asarray(theta)

    def _parts(self, low: Mask, high: Mask) -> list[tuple[NDArray[np.intp], str]]:
        parts = ((low & self.through, "head"), (low & ~self.through, "below"), (high, "above"), (~low & ~high, "panels"))
        return [(np.flatnonzero(mask), part) for mask, part in parts if mask.any()]

    def _end(self, which: NDArray[np.intp], part: str) -> tuple[int, Array, Array]:
        """Return the edge from which y is a power of s, dy/dtheta there, and the power."""
        if part == "below":
            return 0, self.first[which], self.shape.zero_y[which]
        return -1, self.last[which], self.far[which]

    def _log_x(self, theta: Array) -> Array:
        shape = self.shape
        logs = np.logaddexp(theta[:, None], shape.shifts)
        return np.asarray(shape.log_x + shape.zero_x * theta + (logs * shape.of_x).sum(axis=1))

    def _metric(self, theta: Array) -> Array:
        shape = self.shape
        logs = np.logaddexp(theta[:, None], shape.shifts)
        share = shape.zero_x + (shape.of_x * np.exp(theta[:, None] - logs)).sum(axis=1)
        lead = np.where(shape.zero_metric == 0, 0.0, shape.zero_metric * theta)
        log = shape.log_x - shape.log_density + lead + (logs * (shape.of_x - shape.of_density)).sum(axis=1)
        return np.asarray(share * np.exp(log))


def _power(distance: Array, size: Array, order: Array) -> Array:
    """Integrate size exp(order t) over [0, distance]."""
    safe = np.where(order == 0, 1.0, order)
    return np.asarray(np.where(order == 0, size * distance, size * np.expm1(safe * distance) / safe))


def _inverse_power(value: Array, size: Array, order: Array) -> Array:
    safe = np.where(order == 0, 1.0, order)
    return np.asarray(np.where(order == 0, value / size, np.log1p(safe * value / size) / safe))


def curve_parameter(shape: Shape, size: Array) -> Array:
    """Return log s at \\|x\\| = size, shape (d,); log x is convex in it, so that Newton's method falls towards it from above."""
    total = shape.zero_x + shape.of_x.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = np.log(size) - shape.log_x
        theta = wanted / total
        for _ in range(10 * _MOST_STEPS):
            logs = np.logaddexp(theta[:, None], shape.shifts)
            value = shape.zero_x * theta + (logs * shape.of_x).sum(axis=1)
            slope = shape.zero_x + (shape.of_x * np.exp(theta[:, None] - logs)).sum(axis=1)
            step = np.where(np.isfinite(theta), (wanted - value) / slope, 0.0)
            theta = theta + step
            if not (np.abs(step) > _CLOSE).any():
                break
    return np.asarray(theta)


def of_layers(q: Fraction, weights: Array) -> Curves:
    """Return the mirror maps of products of layers, for initial weights of shape (depth, d).

    >>> mirrors = of_layers(Fraction(2), np.array([[2.0], [1.0]]))  # imbalance 3, x = 3/2 sinh 2y
    >>> x, metric = mirrors.primal(np.array([0.5]))
    >>> bool(abs(x[0] - 1.5 * np.sinh(1.0)) < 1e-14)
    True
    """
    sizes, (depth, d) = np.abs(weights), weights.shape
    least, power = sizes.min(axis=0), float(q)
    tied = sizes == least
    count = tied.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        theta = power * np.log(least)
        close = sizes < 2 * least
        ratio = np.where(close, np.log1p((sizes - least) / np.where(close, least, sizes)), np.log(sizes) - np.log(least))
        shifts = power * np.log(sizes) + np.log(-np.expm1(-power * ratio))  # of |w|^q - s, for weights of any sizes
    orders = [1 - k * (q - 1) / q for k in range(depth + 1)]  # of y in s at 0 with k smallest layers
    finite = np.array([order > 0 for order in orders])[count]
    shape = Shape(
        log_x=np.zeros(d),
        log_density=np.full(d, -np.log(power)),
        zero_x=count / power,
        zero_y=np.array([float(order) for order in orders])[count],
        zero_metric=count - 1.0,
        shifts=np.where(tied, 0.0, shifts).T,
        of_x=np.where(tied, 0.0, 1 / power).T,
        of_density=np.where(tied, 0.0, -float((q - 1) / q)).T,
    )
    return Curves(shape, theta, np.sign(weights).prod(axis=0), (count > 1) & finite, np.zeros(d, dtype=bool))


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

    def primal(self, y: Array) -> tuple[Array, Array]:
        x, metric = np.empty_like(y), np.empty_like(y)
        for which, mirrors in self.parts:
            x[which], metric[which] = mirrors.primal(y[which])
        return x, metric

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

    def primal(self, y: Array) -> tuple[Array, Array]:
        pairs = np.array([inverse.primal(float(v)) for inverse, v in zip(self.each, y, strict=True)])
        return pairs[:, 0], pairs[:, 1]

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
