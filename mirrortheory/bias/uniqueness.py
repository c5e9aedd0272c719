r"""A proof that Z x = b has one Bregman projection, near the one in doubles: strong convexity of the dual, in ball arithmetic.

Let :math:`\mu` be multipliers in doubles, :math:`y(\mu) = R'(x_0) + A^T \mu` and :math:`F(\mu) = A x(y(\mu)) - t`, the gradient of
a convex function G. Around :math:`\mu` the slopes dx_j/dy_j = 1/R'' are at least m_j, so there G'' is at least
:math:`H = A\,\mathrm{diag}(m)\,A^T`. With :math:`f = \lvert F(\mu)\rvert_{H^{-1}}` and :math:`\rho = 2 f`:

.. math:: \langle F(\mu + v), v\rangle \ge \rho^2 - f \rho > 0 \quad\text{for}\quad |v|_H = \rho,

so G has its minimum within :math:`\rho` (even f), and no other one. On that way y_j moves by at most
:math:`\rho\,\lvert a_j\rvert_{H^{-1}}`, with a_j the columns of A, and x_j by the largest 1/R'' there times as much. All this is
looked at in balls: R' at the start and at the projection, the residual, the least and the largest 1/R'' on an interval that
holds the way, and the norms.

A zero of F is the projection, which is unique anyway, as D_R is strictly convex: what is shown is that there is one, and where.

Source: this project; Nesterov, Nemirovskii (1994) for the norms by the Hessian.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import sympy

from mirrortheory.bias.equations import Equations
from mirrortheory.bias.mirrors import curve_parameters, kinds
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, BallFunction, GramNorm, ball, power_rises, precision
from mirrortheory.flows.problems import Array
from mirrortheory.potentials import DualPotential, Potential, PowerProduct, S, Y
from mirrortheory.potentials.numeric import mass

_BITS = (128, 256)
_NEAR = Ball(2) ** -30  # of log s around its double, where Newton's method is judged
_FIRST = 2.0**-50  # of y: a first width
_BELOW, _ABOVE = 1 - 2.0**-40, 1 + 2.0**-40  # cover what rounding to double loses
_MOST_WIDENINGS = 6


def proved_error(
    potentials: Sequence[Potential | DualPotential], x0: Array, equations: Equations, x: Array, y0: Array, multipliers: Array
) -> tuple[float, str]:
    """Return a bound of the largest error of x, and in words what shows it.

    Args:
        potentials: one for each coordinate.
        x0: the start, shape (d,).
        equations: A x = t.
        x, multipliers: the projection, and the multipliers of these equations, in doubles.
        y0: R'(x0) in doubles, for those that are given by x(y).

    Raises:
        InvalidArgument: where this is not shown at the highest precision.
    """
    for bits in _BITS:
        with precision(bits):
            error = _error(potentials, x0, equations, x, y0, multipliers)
        if error is not None:
            what = "there is one projection, within the error of x: the dual is strongly convex around the multipliers"
            return error, f"proved: {what}, in ball arithmetic at {bits} bits"
    remedy = "leave it out: x is at the border of its region, or the rows too near to dependent ones"
    raise InvalidArgument("certified", f"False where {_BITS[-1]} bits show nothing", True, remedy)


class _Part(Protocol):
    """One potential, with the coordinates that it is for."""

    y: list[Ball]
    off: list[Ball]

    def around(self, j: int, width: Ball) -> Ball:
        """Enclose 1/R'' for all y within a width of R'(x), |off| at least; not finite where it is not known."""
        ...

    def value(self, j: int, metric: Ball) -> Ball:
        """Enclose x(y), given what 1/R'' is on the way."""
        ...


def _error(
    potentials: Sequence[Potential | DualPotential], x0: Array, equations: Equations, x: Array, y0: Array, multipliers: Array
) -> float | None:
    rows, target = _exactly(equations)
    d = len(x)
    shifts = [Ball(0)] * d
    for row, factor in zip(rows, multipliers.tolist(), strict=True):
        shifts = [v + a * factor for v, a in zip(shifts, row, strict=True)]
    different, which = kinds(potentials)
    parts, place = list[_Part](), [(0, 0)] * d
    for k, potential in enumerate(different):
        own = np.flatnonzero(which == k)
        given = [shifts[j] for j in own]
        part: _Part | None
        if isinstance(potential, Potential):
            part = _Curve.of(potential, x0[own], x[own], given)
        else:
            part = _Formula.of(potential, x0[own], y0[own], given)
        if part is None:
            return None
        parts.append(part)
        for i, j in enumerate(own.tolist()):
            place[j] = (k, i)
    off = [abs(parts[k].off[i]).upper() for k, i in place]
    widths = [2 * o + (abs(parts[k].y[i]) + abs(v)).upper() * _FIRST for o, (k, i), v in zip(off, place, shifts, strict=True)]
    for _ in range(2):
        metrics = [parts[k].around(i, width) for (k, i), width in zip(place, widths, strict=True)]
        if not all(m.is_finite() for m in metrics):
            return None
        least = np.array([max(float(m.lower()), 0.0) for m in metrics]) * _BELOW
        values = [parts[k].value(i, m) for (k, i), m in zip(place, metrics, strict=True)]
        gap = [sum((a * v for a, v in zip(row, values, strict=True)), Ball(0)) - t for row, t in zip(rows, target, strict=True)]
        f, lengths = _norms(rows, gap, least, _triangle(equations.rows, least))
        if not (f.is_finite() and all(v.is_finite() for v in lengths)):
            return None
        needed = [o + 2 * f * length for o, length in zip(off, lengths, strict=True)]
        if all(v <= width for v, width in zip(needed, widths, strict=True)):
            far = [
                abs(v - there) + m * f * length for v, there, m, length in zip(values, x.tolist(), metrics, lengths, strict=True)
            ]
            return max(float(v.upper()) for v in far) * _ABOVE
        widths = [(2 * v).upper() for v in needed]
    return None


def _exactly(equations: Equations) -> tuple[list[list[Ball]], list[Ball]]:
    """Return the equations as balls, from rationals where rounding them was not exact."""
    if equations.exact_rows is None or equations.exact_target is None:  # scaled by powers of two
        return [[Ball(v) for v in row] for row in equations.rows.tolist()], [Ball(v) for v in equations.target.tolist()]
    return [[Ball(v) for v in row] for row in equations.exact_rows], [Ball(v) for v in equations.exact_target]


def _norms(rows: list[list[Ball]], gap: list[Ball], weights: Array, triangle: list[list[float]] | None) -> tuple[Ball, list[Ball]]:
    """Return bounds of the norms of the gap and of the columns, by the inverse of rows diag(weights) rows^T."""
    if not rows:
        return Ball(0), [Ball(0)] * len(weights)
    if triangle is None:
        return Ball("nan"), []
    norm = GramNorm(rows, triangle)
    norm.weigh(weights.tolist())
    return norm.of(gap), norm.of_columns()


def _triangle(rows: Array, weights: Array) -> list[list[float]] | None:
    """Return about the inverse of Cholesky's factor of rows diag(weights) rows^T."""
    with np.errstate(all="ignore"):
        root = np.linalg.qr((rows * np.sqrt(weights)).T, mode="r")
        try:
            found = np.linalg.inv(root).T
        except np.linalg.LinAlgError:
            return None
    return found.tolist() if np.isfinite(found).all() else None


class _Curve:
    """A potential along its curve: s from x, R' as an integral of a product of powers, 1/R'' as a function of s."""

    x: list[float]
    s: list[Ball]
    y: list[Ball]
    off: list[Ball]

    def __init__(self, potential: Potential) -> None:
        self.potential, self.even = potential, potential.even
        self.factors = [(BallFunction(tau, ())(), e) for tau, e in potential.effective.factors]
        self.constant = BallFunction(potential.effective.coefficient, ())()
        self.metric = BallFunction(potential.inverse_metric, (S,))
        self.density = BallFunction(potential.dual_density.expression(S), (S,))
        self.order = 1 + potential.dual_density.order_at_zero()  # of y in s at 0
        self.through = bool(self.order > 0)

    @classmethod
    def of(cls, potential: Potential, x0: Array, x: Array, shifts: list[Ball]) -> _Curve | None:
        """Return it at a projection; None where x or y are not enclosed."""
        self = cls(potential)
        if not all(e > 0 for _, e in potential.effective.factors) or not (self.even or (x > 0).all()):
            return None
        if not self.through and not (x * np.sign(x0) > 0).all():
            return None
        d = len(x)
        sizes = np.abs(np.concatenate([x0, x]))
        theta = curve_parameters(potential, sizes)
        known = np.flatnonzero(sizes > 0)
        charges = {int(k): self._charge(Ball(float(sizes[k])), float(theta[k])) for k in known}
        if not all(s.is_finite() for s in charges.values()):
            return None
        heights = [Ball(0)] * (2 * d)
        ordered = sorted(charges, key=lambda k: float(theta[k]))
        for k, y in zip(ordered, self._heights([charges[k] for k in ordered]), strict=True):
            heights[k] = y
        if not all(y.is_finite() for y in heights):
            return None
        sides0, sides = np.sign(x0).astype(int).tolist(), np.sign(x).astype(int).tolist()
        self.x, self.s = x.tolist(), [charges.get(d + j, Ball(0)) for j in range(d)]
        self.y = [side * y + shift for side, y, shift in zip(sides0, heights[:d], shifts, strict=True)]
        self.off = [y - side * there for y, side, there in zip(self.y, sides, heights[d:], strict=True)]
        return self

    def _charge(self, size: Ball, theta: float) -> Ball:
        """Enclose s by Newton's method in log s: log x increases in it."""
        s = Ball(theta).exp().mid()
        wide = s * (1 + Ball(0, 1) * 2 * _NEAR)
        gap, slope = self.constant.log() - size.log(), Ball(0)
        for tau, e in self.factors:
            gap += ball(e) * (s + tau).log()
            slope += ball(e) * wide / (wide + tau)
        step = gap / slope
        return s * (-step).exp() if abs(step) < _NEAR else Ball("nan")

    def _heights(self, charges: list[Ball]) -> list[Ball]:
        """Enclose R' at parameters in increasing order, counted from x = 0 where it is finite there."""
        density = self.potential.dual_density
        if not charges:
            return []
        first = mass(density, charges[0]) if self.through else Ball(0)
        constant = BallFunction(density.coefficient, ())()
        factors = [(BallFunction(tau, ())(), e) for tau, e in density.factors]
        return [first + constant * rise for rise in power_rises(factors, charges)]

    def around(self, j: int, width: Ball) -> Ball:
        s = self.s[j]
        if s > 0:
            reach = (2 * width / self.density(s)).upper()
            if reach < s / 2:
                wide = s + Ball(0, reach)
                if self.density(wide) * reach >= width:  # dy/ds is as large on all of the way
                    return self.metric(wide)
        return self._across(abs(self.y[j]).upper() + abs(self.off[j]).upper() + width)

    def _across(self, most: Ball) -> Ball:
        """Enclose 1/R'' for all |y| up to a bound, where x passes 0 with a finite 1/R''."""
        if not (self.even and self.through):
            return Ball("nan")
        density, order = self.potential.dual_density, ball(self.order)
        leading = BallFunction(_leading(density), ())()
        s = ((2 * most * order / leading).upper() ** (1 / order)).upper()
        for _ in range(_MOST_WIDENINGS):
            if mass(density, s) >= most:
                return self.metric(Ball(0).union(s))
            s = 4 * s
        return Ball("nan")

    def value(self, j: int, metric: Ball) -> Ball:
        return self.x[j] + self.off[j] * metric


def _leading(density: PowerProduct) -> sympy.Expr:
    """Return the constant of the power of s that a density is like at 0."""
    return density.coefficient * sympy.Mul(*(tau**e for tau, e in density.factors if tau != 0))


class _Formula:
    """A potential given by x(y)."""

    y: list[Ball]
    off: list[Ball]

    def __init__(self, potential: DualPotential) -> None:
        self.primal = BallFunction(potential.closed_inverse_mirror_map, (Y,))
        self.metric = BallFunction(potential.inverse_metric, (Y,))
        self.low, self.high = (None if end.is_infinite else BallFunction(end, ())() for end in potential.dual_domain)

    @classmethod
    def of(cls, potential: DualPotential, x0: Array, y0: Array, shifts: list[Ball]) -> _Formula | None:
        """Return it at a projection; None where R'(x0) is not enclosed."""
        self = cls(potential)
        starts = [self._start(Ball(v), Ball(y)) for v, y in zip(x0.tolist(), y0.tolist(), strict=True)]
        if not all(y.is_finite() for y in starts):
            return None
        self.y = [y + shift for y, shift in zip(starts, shifts, strict=True)]
        self.off = [Ball(0)] * len(self.y)
        return self

    def _start(self, x0: Ball, y: Ball) -> Ball:
        """Enclose the y with x(y) = x0, by Newton's method."""
        gap = self.primal(y) - x0
        if gap == 0:
            return y
        reach = (4 * abs(gap / self.metric(y))).upper()
        slope = self._over(y + Ball(0, reach))
        return y - gap / slope if slope > 0 and abs(gap / slope) < reach else Ball("nan")

    def _over(self, y: Ball) -> Ball:
        """Enclose 1/R'' on an interval of y; not finite where it leaves the dual domain."""
        inside = (self.low is None or y > self.low) and (self.high is None or y < self.high)
        return self.metric(y) if inside else Ball("nan")

    def around(self, j: int, width: Ball) -> Ball:
        return self._over(self.y[j] + Ball(0, width))

    def value(self, j: int, metric: Ball) -> Ball:
        return self.primal(self.y[j])
