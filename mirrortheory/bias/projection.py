r"""Bregman projection on the solutions of linear equations: where gradient flow on an underdetermined quadratic loss ends.

For :math:`f = |Z x - b|^2/2` and q = 2 the dual variable moves in the row space of Z, :math:`\dot y = -Z^T (Z x - b)`, so a flow
that comes to rest at :math:`Z x = b` ends at the point that obeys

.. math:: R'(x) = R'(x_0) + Z^T \lambda, \quad Z x = b \qquad\iff\qquad x = \arg\min \{ D_R(x, x_0) : Z x = b \}.

With weights :math:`\omega_j > 0` the same is done for :math:`\sum_j D_j/\omega_j`. The dual problem
:math:`\min_\lambda \sum_j R_j^*(R_j'(x_{0j}) + \omega_j (Z^T \lambda)_j)/\omega_j - \langle b, \lambda\rangle` is smooth and convex
with gradient Z x - b and Hessian :math:`Z \,\mathrm{diag}(\omega/R'')\, Z^T`: Newton's method with a line search, held inside the
dual domain. The Hessian is never formed: a step comes from the singular values of :math:`\mathrm{diag}(\omega/R'')^{1/2} Z^T`,
whose condition is not the squared one. The equations are made well conditioned before (:mod:`mirrortheory.bias.equations`).

For q != 2 :math:`\int \phi_q(Z^T r)` leaves the row space, and the flow ends elsewhere in general
(:mod:`mirrortheory.bias.prediction`).

**A bounded dual domain** (depth above two at q = 2) is no obstacle where one layer is smallest: R has slope
:math:`\pm y_\infty` at infinity and :math:`|R'(x_0)| < y_\infty`, so :math:`D_R(\cdot, x_0)` grows linearly in every direction
and the minimum is attained. On an orthant with :math:`R'(0+) = -\infty` it is attained inside as soon as Z x = b has a solution
there. Only without one is there no projection; :math:`\lambda` then diverges.

Source: Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1802.08246, for the limit; Bregman (1967); the rest: this project.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.bias.equations import Equations, equivalent
from mirrortheory.bias.mirrors import Mirrors, of_potentials
from mirrortheory.bias.uniqueness import proved_error
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array, doubles, finite
from mirrortheory.potentials import DualPotential, Potential

_MOST_STEPS, _PATIENCE, _MOST_APPROACHES = 200, 40, 16
_NEAR = 1e-7  # parts of the multipliers and of y that Newton's method squares
_RISING, _FALLING = 0.1, 0.25  # of the slope along a step, at its end: beyond, it is too long; below minus that, it may be longer
_EPS, _TINY = float(np.finfo(float).eps), float(np.finfo(float).tiny)
_ENOUGH = 64 * _EPS
_ACCEPTED = 1e-9  # a residual relative to the terms of well-conditioned equations, beyond which there is no projection
_ROUNDINGS = 32  # of x and y, in the error
_TOLD = 1e-3  # of the terms of the equations: more rounding does not tell whether they are met


@dataclass(frozen=True, eq=False)
class Projection:
    """A Bregman projection on Z x = b.

    Attributes:
        x: the projection, shape (d,).
        multipliers: lambda, shape (n,); 0 for equations that were left out.
        residual: the larger of |Z x - b| and |R'(x) - R'(x_0) - Z^T lambda| / R''(x), entrywise: R' is taken from x anew, and
            Z x - b and Z^T lambda from equivalent equations of good condition. It is a measure in double precision, not a bound of
            the distance from the projection.
        error: an estimate of the largest error of x, to first order in rounding; a proved bound of it with a certificate.
        notes: what was done to the equations, in words.
        certificate: what shows that there is one projection, within ``error`` of x; None where that was not asked for.
    """

    x: Array
    multipliers: Array
    residual: float
    error: float
    notes: tuple[str, ...] = ()
    certificate: str | None = None


def bregman_projection(
    potentials: Potential | DualPotential | Sequence[Potential | DualPotential],
    x0: ArrayLike,
    Z: ArrayLike,
    b: ArrayLike,
    *,
    certified: bool = False,
) -> Projection:
    r"""Minimise :math:`\sum_j D_{R_j}(x_j, x_{0j})` subject to Z x = b.

    Args:
        potentials: derived potentials with numbers for q and imbalance, one for each coordinate, or one for all.
        x0: start, shape (d,), inside the regions of the potentials.
        Z: shape (n, d). Ranks are exact; equations that follow from others are left out, and the result says so.
        b: shape (n,).
        certified: whether to prove in ball arithmetic that there is one projection, and how near x is to it
            (:mod:`mirrortheory.bias.uniqueness`).

    Returns:
        The projection in double precision, with its KKT residual.

    Raises:
        InvalidArgument: for symbols in a potential, wrong shapes, a start outside the region, equations without a solution (inside
            the regions of the potentials), and a certificate that is not found.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> hyperbolic = derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential
    >>> bregman_projection(hyperbolic, [0.0, 0.0], [[1.0, 1.0]], [2.0]).x.round(12).tolist()
    [1.0, 1.0]
    """
    start, data, target = doubles("x0", x0, 1), doubles("Z", Z, 2), doubles("b", b, 1)
    _checked(start, data, target)
    given = list(potentials) if isinstance(potentials, Sequence) else [potentials] * len(start)
    for potential in given:
        if not isinstance(potential, Potential | DualPotential):
            raise InvalidArgument("potentials", "derived potentials", type(potential).__name__, "write derive(..).potential")
    if len(given) != len(start):
        raise InvalidArgument("potentials", f"one, or {len(start)} as x0 has entries", len(given), "give one for each coordinate")
    mirrors, equations = of_potentials(given, start), equivalent(data, target)
    here = projected(mirrors, equations)
    if not (np.abs(here.gap) <= _ACCEPTED).all():
        raise not_met(here, mirrors, equations, target)
    error, certificate = here.error(equations), None
    if certified:
        exactly = equations if equations.exact_rows or equations.scaled_exactly else equivalent(data, target, exactly=True)
        last = here if exactly is equations else projected(mirrors, exactly)
        error, certificate = proved_error(given, start, exactly, here.x, mirrors.y0, last.multipliers)
    return Projection(
        here.x,
        equations.back @ here.multipliers,
        max(float(np.abs(equations.rows @ here.x - equations.target).max(initial=0.0)), here.stationarity(mirrors)),
        error,
        equations.notes,
        certificate,
    )


@dataclass(frozen=True)
class Point:
    """A point with R'(x) = y = R'(x_0) + omega rows^T multipliers.

    y is carried along: where x is far smaller than x_0, the sum would lose its digits.

    Attributes:
        y, multipliers, x: the point, shapes (d,), (r,), (d,).
        metric: omega/R''(x), shape (d,).
        shift: omega rows^T multipliers, shape (d,).
        gap: rows x - target over the size of its terms, shape (r,).
        slope: the gradient of the dual function without the equations that are met, shape (r,).
        finite: whether x and metric are.
    """

    y: Array
    multipliers: Array
    x: Array
    metric: Array
    shift: Array
    gap: Array
    slope: Array
    finite: bool

    @property
    def met(self) -> bool:
        """Whether the equations are met to rounding, or nearly."""
        return self.finite and bool((np.abs(self.gap) <= _ACCEPTED).all())

    def stationarity(self, mirrors: Mirrors) -> float:
        """Return the largest |R'(x) - R'(x_0) - omega rows^T multipliers| / R''(x): R' is taken from x anew."""
        with np.errstate(invalid="ignore"):
            off = self.metric * np.abs(mirrors.dual(self.x) - mirrors.y0 - self.shift)
        return float(np.where(self.metric > 0, off, 0.0).max(initial=0.0))

    def rounding(self) -> Array:
        """Return what rounding of x and y makes of x, shape (d,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            moved = np.abs(self.x) + self.metric * (np.abs(self.y) + np.abs(self.y - self.shift))
            return np.asarray(_ROUNDINGS * _EPS * moved)

    def told(self, rows: Array) -> bool:
        """Whether doubles are near enough to each other there to tell rows @ x, and 1/R'' is one of them."""
        with np.errstate(over="ignore", invalid="ignore"):
            known = (np.abs(rows) @ self.rounding() <= _TOLD * (np.abs(rows) @ np.abs(self.x))).all()
        return self.finite and bool(known) and not ((self.metric < _TINY) & (self.x != 0)).any()

    def error(self, equations: Equations) -> float:
        """Estimate the largest error of x, to first order: rounding of x, y and the equations, and the gap."""
        rows, own = equations.rows, self.rounding()
        with np.errstate(over="ignore", invalid="ignore"):
            terms = np.abs(rows) @ np.abs(self.x) + np.abs(equations.target)
            off = np.abs(self.gap) * terms + _EPS * terms + np.abs(rows) @ own
            root, values, right = _values(self.metric, rows)
            spread = np.abs(root @ (right.T * values**2) @ right)  # of x by the residuals: diag(metric) rows^T Hessian^-1
            found = float((own + np.sqrt(self.metric) * (spread @ off)).max(initial=0.0))
        return found if found < np.inf else float("inf")


def not_met(here: Point, mirrors: Mirrors, equations: Equations, target: Array) -> InvalidArgument:
    """Return why the equations are not met at the last point: no solution inside the region, or none that doubles reach."""
    with np.errstate(over="ignore", invalid="ignore"):
        gap = float(np.abs(equations.rows @ here.x - equations.target).max(initial=0.0))
    if not here.told(equations.rows):
        remedy = "x or 1/R'' leaves them, or large x have one R'(x) there; scale the data, or start nearer to the solutions"
        return InvalidArgument("b", "within reach of doubles from x0", target.tolist(), remedy)
    side = ", where x keeps the sign of its start" if mirrors.bound.any() else ""
    remedy = f"no such x was found: |Z x - b|, of equivalent equations, stays at {gap:.3g}"
    return InvalidArgument("b", f"met by Z x inside the region of the potential{side}", target.tolist(), remedy)


def projected(mirrors: Mirrors, equations: Equations, weights: Array | None = None) -> Point:
    """Minimise sum D_j(x_j, x_0j)/weights_j subject to the equations, by Newton's method on the dual.

    Returns:
        The last point, whose ``met`` says whether it is a minimum.
    """
    rows, target = equations.rows, equations.target
    omega = np.ones(rows.shape[1]) if weights is None else weights

    def at(y: Array, multipliers: Array, shift: Array) -> Point:
        x, metric = mirrors.primal(y, near)
        finite = bool(np.isfinite(x).all() and np.isfinite(metric).all())
        with np.errstate(all="ignore"):
            gap, terms = rows @ x - target, np.abs(rows) @ np.abs(x) + np.abs(target)
            slope = np.where(np.abs(gap) <= _ENOUGH * terms, 0.0, gap)  # an equation that is met is not in the way of others
            part = gap / np.where(terms > 0, terms, 1.0)
        return Point(y, multipliers, x, omega * metric, shift, part, slope, finite and bool(np.isfinite(gap).all()))

    start = _approached(mirrors, rows, target, omega)
    multipliers, near = (np.zeros(len(target)), None) if start is None else start
    shift = omega * (multipliers @ rows)
    here = at(mirrors.y0 + shift, multipliers, shift)
    for count in range(_MOST_STEPS):
        if count >= _PATIENCE and not here.told(rows):
            break
        found = _search(at, here, omega, rows) if here.finite and here.slope.any() else None
        if found is None:
            break
        here = found
    return here


def _approached(mirrors: Mirrors, rows: Array, target: Array, omega: Array) -> tuple[Array, Array] | None:
    """Return multipliers near the minimum, and parameters of the curves near its x, if simple steps lead there.

    These steps square the condition of the equations, and take x(y) to first order: they are only where Newton's method starts.
    """
    multipliers, near = np.zeros(len(target)), None
    with np.errstate(all="ignore"):
        for _ in range(_MOST_APPROACHES):
            near = mirrors.approach(mirrors.y0 + omega * (multipliers @ rows), near)
            if near is None:
                return None
            try:
                step = np.linalg.solve((rows * (omega * near.metric)) @ rows.T, target - rows @ near.x)
            except np.linalg.LinAlgError:
                return None
            multipliers = multipliers + step
            if not np.isfinite(multipliers).all():
                return None
            if near.off <= _NEAR and np.abs(step).max(initial=0.0) <= _NEAR * np.abs(multipliers).max(initial=0.0):
                return multipliers, near.theta
    return None


def _values(metric: Array, rows: Array) -> tuple[Array, Array, Array]:
    """Return A = diag(metric)^(1/2) rows^T, and 1/S and V^T of A with columns of length one; V^T is divided by their lengths.

    S and V are those of the triangle of its QR decomposition, which is small.
    """
    root = np.sqrt(metric)[:, None] * rows.T
    top = np.abs(root).max(axis=0, initial=0.0)
    top[top == 0] = 1.0
    size = top * np.maximum(np.linalg.norm(root / top, axis=0), 1.0)
    unit = root / size
    _, values, right = np.linalg.svd(np.linalg.qr(unit, mode="r") if len(unit) > len(rows) else unit, full_matrices=False)
    large = values > len(root) * _EPS * values.max(initial=0.0)
    return root, np.divide(1.0, values, out=np.zeros_like(values), where=large), right / size


def _search(at: Callable[[Array, Array, Array], Point], here: Point, omega: Array, rows: Array) -> Point | None:
    """Take Newton's step of the dual function: shorter where it leaves the domain or rises, longer where it keeps falling.

    Where x is an exponential of y, whole steps change x by a factor e only.
    """
    _, inverse, right = _values(here.metric, rows)
    size = float(np.abs(here.slope).max())
    with np.errstate(over="ignore", invalid="ignore"):  # a step that is not finite leads to no point that is
        half = inverse * (right @ (here.slope / size))
        unit, fall = -(inverse * half) @ right, float(half @ half)  # the step over size, and the slope along it over size^2
        step = size * unit
        change = omega * (step @ rows)

    def reached(length: float) -> tuple[Point, float]:
        there = at(here.y + length * change, here.multipliers + length * step, here.shift + length * change)
        with np.errstate(over="ignore", invalid="ignore"):
            rise = float((there.slope / size) @ unit)
        return there, rise if there.finite else np.inf

    length, shrink = 1.0, 2.0
    there, rise = reached(length)
    while rise > _RISING * fall:
        length, shrink = length / shrink, min(2 * shrink, 65536.0)
        if length == 0:
            return None
        there, rise = reached(length)
    if shrink > 2 or rise < -_FALLING * fall:
        further, next_rise = reached(2 * length)
        while next_rise < 0 and ((further.x != there.x).any() or (further.y == here.y).all()):  # else x is at an end of its own
            there, rise, length = further, next_rise, 2 * length
            further, next_rise = reached(2 * length)
    return there if (there.y != here.y).any() else None


def _checked(x0: Array, Z: Array, b: Array) -> None:
    if x0.ndim != 1 or Z.ndim != 2 or 0 in Z.shape or Z.shape[1] != len(x0):
        raise InvalidArgument("Z", "of shape (n, d) for x0 of shape (d,)", Z.shape, "give one column for each coordinate of x0")
    if b.shape != Z.shape[:1]:
        raise InvalidArgument("b", f"of shape ({len(Z)},)", b.shape, "give one entry for each row of Z")
    for name, array in (("x0", x0), ("Z", Z), ("b", b)):
        finite(name, array)
