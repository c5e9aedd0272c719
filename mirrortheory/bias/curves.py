r"""Mirror maps along curves, in double precision, both ways: x and 1/R'' from y = R'(x), and y from x.

A derived potential is a curve in the smallest charge s, whose densities are products of powers:

.. math:: |x| = c_x s^{a} \prod_i (s + \tau_i)^{e_i}, \qquad \frac{dy}{ds} = c_y s^{o - 1} \prod_i (s + \tau_i)^{f_i},
          \qquad \tau_i > 0.

For a product of layers :math:`|x|^q = P(s) = \prod (s + \lambda_i)` and :math:`dy/ds = P^{-(q-1)/q}/q`. In
:math:`\theta = \log s` both logarithms are analytic for :math:`|\mathrm{Im}\,\theta| < \pi`, so y is

- next to s = 0, where o > 0: Gauss and Jacobi's rule with weight :math:`s^{o-1}` up to the smallest :math:`\tau` (the head);
- from there on: Gauss and Legendre's rule on panels of length two, whose twelve nodes leave
  :math:`(\pi + \sqrt{\pi^2+1})^{-24} < 10^{-19}`;
- beyond all :math:`\tau` by a factor :math:`e^{40}`: a power of s, or its logarithm, to the last bit.

So no size is out of reach. y is counted from x = 0, or from the start where :math:`R'(0+) = -\infty`: small values keep digits.

**Crossing zero.** Where one layer is smallest, x passes through 0. Where several are, and R'(0) is finite, x = 0 is a saddle, and
a coordinate that comes there stays (the selection sign(0) = 0): x is held at 0 beyond. Where :math:`R'(0+) = -\infty` it never
comes there.

**Two of Newton's methods in one.** Who seeks y such that x(y) meets equations need not solve y(theta) = y to the end at each of
his steps: :meth:`Curves.approach` takes one step of it, and gives :math:`x + (y - y(\theta))/R''`, which is right to first order.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for depth two; the curve: this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import roots_jacobi

from mirrortheory.flows.problems import Array

_COUNT, _PANEL, _BEYOND = 12, 2.0, 40.0
_AT_ONCE = 4  # panels
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(_COUNT)
_MOST_STEPS = 100
_CLOSE = 1e-8  # a step of Newton's method this small leaves its square
_LONGEST = 4.0  # step of theta of one approach
_PLAIN = 600.0  # logarithms of numbers that may be added as they are

Mask = NDArray[np.bool_]
Which: TypeAlias = NDArray[np.intp] | slice
_ALL = slice(None)  # a view, where coordinates by number would be copies


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


@dataclass(frozen=True, eq=False)
class Near:
    """Points near y, shape (d,) each: the parameters, x and 1/R'' there, x to first order at y, and how far off |y| they are.

    Attributes:
        theta, y, slope: the parameters, \\|R'\\| there, and d log \\|y\\|/d theta.
        side: the sign of x.
        x: to first order at the y that was wanted.
        metric: 1/R'' at theta.
        off: the change of log \\|y\\| that was left over, the largest.
    """

    theta: Array
    y: Array
    slope: Array
    side: Array
    x: Array
    metric: Array
    off: float


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
        self.plain = bool(
            np.abs(shape.shifts).max(initial=0.0) < _PLAIN and anchor.max(initial=0.0) + _PANEL * (self.above + 1) < _PLAIN
        )
        with np.errstate(over="ignore"):
            self.tau = np.exp(shape.shifts)
        betas = np.where(self.through, shape.zero_y - 1, 0.0)
        rules = [_rule(beta) for beta in betas.tolist()]
        self.log_nodes, self.weights = (np.array([rule[k] for rule in rules]).reshape(-1, _COUNT) for k in (0, 1))
        self.far = shape.zero_y + shape.of_density.sum(axis=1)  # the order of y at infinity, or of what is infinite there
        self.every = np.arange(len(theta))
        with np.errstate(all="ignore"):
            first = np.where(self.through, self._along(_ALL, anchor, self.through, anchor)[0], 0.0)
            self.edges, self.sums = anchor[:, None], first[:, None]
            if self.below:
                self._lengthen(-self.below)
            self.low, self.high = self.edges[:, 0], anchor + _PANEL * self.above
            self.start = self._near(theta, side, None) if self.plain and not self.bound.any() else None
            y0 = self._forward(np.where(self.stuck, 0.0, theta)) if self.start is None else self.start.y
        self.y0 = np.where(self.stuck, 0.0, side * y0)

    def _lengthen(self, count: int) -> None:
        """Add panels at the high end, or at the low end where the count is negative."""
        end = self.edges[:, 0 if count < 0 else -1]
        starts = end[:, None] + _PANEL * (np.arange(count) if count > 0 else np.arange(count, 0))
        nodes = (starts[:, :, None] + _PANEL / 2 * (1 + _NODES)).reshape(len(end), -1)
        values = np.exp(self._log_density(_ALL, nodes)).reshape(len(end), abs(count), _COUNT)
        pieces = _PANEL / 2 * (values @ _WEIGHTS)
        if count > 0:
            sums = np.cumsum(np.column_stack([self.sums[:, -1], pieces]), axis=1)[:, 1:]
            self.edges, self.sums = np.column_stack([self.edges, starts + _PANEL]), np.column_stack([self.sums, sums])
        else:
            sums = self.sums[:, :1] - np.cumsum(pieces[:, ::-1], axis=1)[:, ::-1]
            self.edges, self.sums = np.column_stack([starts, self.edges]), np.column_stack([sums, self.sums])

    def _reach(self, table: str, wanted: Array) -> None:
        """Add panels until the last edge, or the sum there, is beyond what is wanted, or y is a power of s from there on."""
        while (left := self.below + self.above + 1 - self.edges.shape[1]) > 0 and (wanted >= getattr(self, table)[:, -1]).any():
            self._lengthen(min(_AT_ONCE, left))

    def primal(self, y: Array, near: Array | None = None) -> tuple[Array, Array]:
        """Return x and 1/R''(x) where R'(x) = y, shape (d,); NaN outside the dual domain.

        Args:
            y: shape (d,).
            near: parameters that are near, if some are known, shape (d,).
        """
        side = np.where(self.bound, self.side, np.where(y >= 0, 1.0, -1.0))
        wanted = side * y
        with np.errstate(all="ignore"):
            theta = self._inverse(np.where(self.through, np.maximum(wanted, 0.0), wanted), near)
            x, metric = self._point(theta)
        if self.bound.any():
            out = self.through & self.bound & (wanted < 0)
            zero = self.stuck | (self.held & (wanted <= 0))
            x, metric = (np.where(zero, 0.0, np.where(out, np.nan, v)) for v in (x, metric))
        return side * x, metric

    def dual(self, x: Array) -> Array:
        """Return R'(x), shape (d,), counted as y0 is."""
        with np.errstate(all="ignore"):
            y = np.sign(x) * self._forward(curve_parameter(self.shape, np.abs(x)))
        return np.where(self.stuck, self.y0, y)

    def approach(self, y: Array, last: Near | None) -> Near | None:
        """Take one step towards x(y), from the last point or from the start; None where a coordinate may stop, or is far out.

        Args:
            y: what R' is to be, shape (d,).
            last: where the last step led.
        """
        if last is None or self.start is None:
            return self.start
        side = np.where(y >= 0, 1.0, -1.0)
        with np.errstate(all="ignore"):
            wanted = side * y
            log = np.log(wanted)
            theta = last.theta + np.minimum(np.maximum((log - np.log(last.y)) / last.slope, -_LONGEST), _LONGEST)
            known = last.side == side
            if not known.all():  # as if y were a power of s
                power = (log - np.log(self.sums[:, 0])) / self.shape.zero_y
                theta = np.where(known, theta, self.low + np.minimum(power, 0.0))
            return self._near(theta, side, wanted) if (theta > -np.inf).all() else None

    def _near(self, theta: Array, side: Array, wanted: Array | None) -> Near | None:
        self._reach("edges", theta)
        if not (theta < self.edges[:, -1]).all():
            return None
        there, density = self._along(_ALL, theta, theta < self.edges[:, 0], *self._panel(_ALL, theta))
        x, metric = self._point(theta)
        if wanted is None:
            return Near(theta, there, density / there, side, side * x, metric, 0.0)
        off = wanted - there
        left = float(np.abs(off / there).max(initial=0.0))
        return Near(theta, there, density / there, side, side * (x + metric * off), metric, left)

    def _panel(self, which: Which, theta: Array) -> tuple[Array, Array]:
        """Return the edge before each parameter, and y there."""
        most = max(self.edges.shape[1] - 2, 0)
        k = np.minimum(np.maximum((theta - self.edges[which, 0]) / _PANEL, 0.0), most).astype(int)
        return self.edges[self.every[which], k], self.sums[self.every[which], k]

    def _log_density(self, which: Which, theta: Array) -> Array:
        """Return log dy/dtheta at parameters of coordinates ``which``, shape (m, nodes)."""
        shape = self.shape
        return np.asarray(shape.log_density[which, None] + shape.zero_y[which, None] * theta + self._powers(which, theta))

    def _powers(self, which: Which, theta: Array) -> Array:
        """Return the sum of log (s + tau)^f, shape (m, nodes)."""
        if self.plain:
            logs = np.log(np.exp(theta)[:, :, None] + self.tau[which, None, :])
        else:
            logs = np.logaddexp(theta[:, :, None], self.shape.shifts[which, None, :])
        return np.asarray((logs @ self.shape.of_density[which, :, None])[:, :, 0])

    def _along(self, which: Which, theta: Array, head: Mask, edge: Array, before: Array | float = 0.0) -> tuple[Array, Array]:
        """Return y and dy/dtheta: in the head, not beyond the smallest tau, from x = 0; else from an edge, y before it."""
        shape = self.shape
        half = np.where(head, 1.0, (theta - edge) / 2)
        start = np.where(head, theta, edge)
        nodes = np.empty((len(theta), _COUNT + 1))
        nodes[:, :-1] = start[:, None] + np.where(head[:, None], self.log_nodes[which], half[:, None] * (1 + _NODES))
        nodes[:, -1] = theta
        singular = np.where(head[:, None], theta[:, None], nodes)  # the rule of the head has this power as its weight
        logs = shape.log_density[which, None] + shape.zero_y[which, None] * singular + self._powers(which, nodes)
        values = np.exp(logs)
        weights = np.where(head[:, None], self.weights[which], _WEIGHTS)
        return np.where(head, 0.0, before) + half * (values[:, :-1] * weights).sum(axis=1), values[:, -1]

    def _forward(self, theta: Array) -> Array:
        """Return |y|, or the change of y since the start for x > 0, at parameters of all coordinates, shape (d,)."""
        self._reach("edges", theta)
        found = np.empty_like(theta)
        for which, part in self._parts(theta < self.edges[:, 0], theta >= self.edges[:, -1]):
            t = theta[which]
            if part == "inside":
                head = t < self.edges[which, 0]
                y, _ = self._along(which, np.maximum(t, -1e300), head, *self._panel(which, t))
                found[which] = np.where(t == -np.inf, 0.0, y)
            else:
                end, size, order = self._end(which, part)
                found[which] = self.sums[which, end] + _power(t - self.edges[which, end], size, order)
        return found

    def _inverse(self, wanted: Array, near: Array | None) -> Array:
        """Return the parameter where :meth:`_forward` is ``wanted``, shape (d,); NaN outside the dual domain."""
        self._reach("sums", wanted)
        theta = np.full_like(wanted, np.nan)
        for which, part in self._parts(wanted < self.sums[:, 0], wanted >= self.sums[:, -1]):
            y = wanted[which]
            if part == "inside":
                theta[which] = self._inverse_inside(which, y, None if near is None else near[which])
            else:
                end, size, order = self._end(which, part)
                theta[which] = self.edges[which, end] + _inverse_power(y - self.sums[which, end], size, order)
        return theta

    def _inverse_inside(self, which: Which, y: Array, near: Array | None) -> Array:
        """Solve by Newton's method: for log y in the head, where y is nearly a power of s, and for y on a panel."""
        head, log = y < self.sums[which, 0], np.log(y)
        k = np.clip((self.sums[which] <= y[:, None]).sum(axis=1) - 1, 0, max(self.edges.shape[1] - 2, 0))
        a, before = self.edges[self.every[which], k], self.sums[self.every[which], k]
        b = a + _PANEL
        if near is None:
            ends = self._log_density(which, np.stack([a, b], axis=1))
            power = a + _inverse_power(y - before, np.exp(ends[:, 0]), (ends[:, 1] - ends[:, 0]) / _PANEL)
            near = np.where(head, a + (log - np.log(self.sums[which, 0])) / self.shape.zero_y[which], power)
        theta = np.where(head, near, np.clip(near, a, b))
        for _ in range(_MOST_STEPS):
            value, density = self._along(which, theta, head, a)
            gap = np.where(head, (log - np.log(value)) * value, y - before - value)
            step = gap / density
            moved = np.where(np.isfinite(step), theta + step, theta)
            moved = np.where(head, moved, np.clip(moved, a, b))
            close = not (np.abs(moved - theta) > _CLOSE).any()
            theta = moved
            if close:
                break
        return np.asarray(theta)

    def _parts(self, low: Mask, high: Mask) -> list[tuple[Which, str]]:
        below = low & ~self.through
        parts = ((below, "below"), (high, "above"), (~below & ~high, "inside"))
        return [(_ALL if mask.all() else np.flatnonzero(mask), part) for mask, part in parts if mask.any()]

    def _end(self, which: Which, part: str) -> tuple[int, Array, Array]:
        """Return the edge from which y is a power of s, dy/dtheta there, and the power."""
        end, at, order = (0, self.low, self.shape.zero_y) if part == "below" else (-1, self.high, self.far)
        return end, np.exp(self._log_density(which, at[which, None])[:, 0]), order[which]

    def _point(self, theta: Array) -> tuple[Array, Array]:
        """Return \\|x\\| and 1/R'' at parameters of all coordinates, shape (d,)."""
        shape = self.shape
        logs = np.logaddexp(theta[:, None], shape.shifts)
        x = np.exp(shape.log_x + shape.zero_x * theta + (logs * shape.of_x).sum(axis=1))
        share = shape.zero_x + (shape.of_x * np.exp(theta[:, None] - logs)).sum(axis=1)
        lead = np.where(shape.zero_metric == 0, 0.0, shape.zero_metric * theta)
        log = shape.log_x - shape.log_density + lead + (logs * (shape.of_x - shape.of_density)).sum(axis=1)
        return np.asarray(x), np.asarray(share * np.exp(log))


@lru_cache(maxsize=64)
def _rule(beta: float) -> tuple[Array, Array]:
    """Return the logarithms of the nodes, and the weights, of Gauss and Jacobi's rule for s^beta on [0, 1]."""
    nodes, weights = roots_jacobi(_COUNT, 0.0, beta)
    return np.log((1 + nodes) / 2), weights / 2 ** (beta + 1)


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
