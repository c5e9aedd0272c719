r"""Bregman projection on the solutions of linear equations: where gradient flow on an underdetermined quadratic loss ends.

For :math:`f = |Z x - b|^2/2` and q = 2 the dual variable moves in the row space of Z, :math:`\dot y = -Z^T (Z x - b)`, so a flow
that comes to rest at :math:`Z x = b` ends at the point that obeys

.. math:: R'(x) = R'(x_0) + Z^T \lambda, \quad Z x = b \qquad\iff\qquad x = \arg\min \{ D_R(x, x_0) : Z x = b \}.

The dual problem :math:`\min_\lambda \sum_j R_j^*(R_j'(x_{0j}) + (Z^T \lambda)_j) - \langle b, \lambda\rangle` is smooth and convex
with gradient Z x - b and Hessian :math:`Z \,\mathrm{diag}(1/R'')\, Z^T`: Newton's method with a line search, held inside the
dual domain. For q != 2 :math:`\int \phi_q(Z^T r)` leaves the row space, and the flow ends elsewhere in general.

**A bounded dual domain** (depth above two at q = 2) is no obstacle where one layer is smallest: R has slope
:math:`\pm y_\infty` at infinity and :math:`|R'(x_0)| < y_\infty`, so :math:`D_R(\cdot, x_0)` grows linearly in every direction
and the minimum is attained. On an orthant with :math:`R'(0+) = -\infty` it is attained inside as soon as Z x = b has a solution
there. Only without one is there no projection; :math:`\lambda` then diverges.

**Curve.** With :math:`s = e^\theta` both :math:`\log x(\theta)` and the dual density :math:`h = e^\theta D(e^\theta)` of a
:class:`~mirrortheory.theory.Potential` are analytic for :math:`|\mathrm{Im}\,\theta| < \pi`: on a panel of length one, twelve
Gauss-Legendre nodes leave :math:`(2\pi + \sqrt{4\pi^2+1})^{-24} < 10^{-26}`. Sums start at x = 0, or at :math:`x_0` where
:math:`R'(0+) = -\infty`, so that small values keep their digits.

Source: Gunasekar, Lee, Soudry, Srebro (2018), arXiv:1802.08246, for the limit; Bregman (1967); the curve: this project.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import sympy
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular
from scipy.optimize import brentq

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array
from mirrortheory.potentials import DualPotential, Potential, PowerProduct, S, Y

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_REACH = 600.0  # in log s, beyond the start and the shifts
_TINY = 80.0  # below the smallest shift by this in log s the density is a power to the last bit
_MOST_STEPS, _MOST_HALVINGS = 200, 1000
_EPS = float(np.finfo(float).eps)
_ENOUGH = 64 * _EPS
_ACCEPTED = 1e-9  # a residual relative to the terms of Z x and b, beyond which there is no projection


@dataclass(frozen=True, eq=False)
class Projection:
    """A Bregman projection on Z x = b.

    Attributes:
        x: the projection, shape (d,).
        multipliers: lambda, shape (n,).
        residual: the larger of |Z x - b| and |R'(x) - R'(x_0) - Z^T lambda| / R''(x), entrywise: R' is taken from x anew, and
            Z^T lambda from multipliers of an orthonormal basis of the rows. It is a measure in double precision, not a bound of
            the distance from the projection.
    """

    x: Array
    multipliers: Array
    residual: float


class _Mirror(Protocol):
    """One coordinate, with the dual variable ``y0`` at its start; it is counted from 0 or from the start."""

    y0: float

    def primal(self, y: float) -> tuple[float, float]:
        """Return x and 1/R''(x) at R'(x) = y; nan outside the dual domain."""
        ...

    def dual(self, x: float) -> float:
        """Return R'(x) - R'(x_0); nan outside the region."""
        ...


def bregman_projection(
    potentials: Potential | DualPotential | Sequence[Potential | DualPotential], x0: ArrayLike, Z: ArrayLike, b: ArrayLike
) -> Projection:
    r"""Minimise :math:`\sum_j D_{R_j}(x_j, x_{0j})` subject to Z x = b.

    Args:
        potentials: derived potentials with numbers for q and imbalance, one for each coordinate, or one for all.
        x0: start, shape (d,), inside the regions of the potentials.
        Z: shape (n, d), of full row rank.
        b: shape (n,).

    Returns:
        The projection in double precision, with its KKT residual.

    Raises:
        InvalidArgument: for symbols in a potential, wrong shapes, a start outside the region, dependent rows, equations without a
            solution (inside the regions of the potentials).

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> hyperbolic = derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential
    >>> bregman_projection(hyperbolic, [0.0, 0.0], [[1.0, 1.0]], [2.0]).x.round(12).tolist()
    [1.0, 1.0]
    """
    start, data, target = np.array(x0, dtype=float, ndmin=1), np.array(Z, dtype=float, ndmin=2), np.array(b, dtype=float, ndmin=1)
    _checked(start, data, target)
    given = list(potentials) if isinstance(potentials, Sequence) else [potentials] * len(start)
    for potential in given:
        if not isinstance(potential, Potential | DualPotential):
            raise InvalidArgument("potentials", "derived potentials", type(potential).__name__, "write derive(..).potential")
    if len(given) != len(start):
        raise InvalidArgument("potentials", f"one, or {len(start)} as x0 has entries", len(given), "give one for each coordinate")
    mirrors = [_mirror(potential, float(v)) for potential, v in zip(given, start, strict=True)]

    # Multipliers of an orthonormal basis of the rows: those of nearly dependent rows are large, and their sum has no digits.
    basis, factor = np.linalg.qr(data.T)

    def at(y: Array, multipliers: Array) -> _Point:
        pairs = [mirror.primal(float(dual)) for mirror, dual in zip(mirrors, y, strict=True)]
        x, metric = (np.array(part) for part in zip(*pairs, strict=True))
        gap, terms = data @ x - target, np.abs(data) @ np.abs(x) + np.abs(target)
        finite = bool(np.isfinite(x).all() and np.isfinite(metric).all())
        open_gap = np.where(np.abs(gap) <= _ENOUGH * terms, 0.0, gap)  # an equation that is met is not in the way of others
        slope = solve_triangular(factor, open_gap, trans="T") if finite else open_gap
        return _Point(y, multipliers, x, metric, gap / np.where(terms > 0, terms, 1.0), slope, finite)

    here = at(np.array([mirror.y0 for mirror in mirrors]), np.zeros(len(target)))
    for _ in range(_MOST_STEPS):
        found = _search(at, basis, here, *_newton(basis, here)) if here.slope.any() else None
        if found is None:
            break
        here = found
    gap = float(np.abs(data @ here.x - target).max())
    if not (np.abs(here.gap) <= _ACCEPTED).all():
        condition = "met by Z x with every x_j inside the region of its potential"
        raise InvalidArgument("b", condition, target.tolist(), f"none was found: |Z x - b| stays at {gap:.3g}")
    shifts = np.array([mirror.dual(float(v)) for mirror, v in zip(mirrors, here.x, strict=True)])
    stationary = here.metric * np.abs(shifts - basis @ here.multipliers)
    return Projection(here.x, solve_triangular(factor, here.multipliers), float(max(gap, stationary.max())))


@dataclass(frozen=True)
class _Point:
    """A point with R'(x) = y = R'(x_0) + basis @ multipliers.

    y is carried along: where x is far smaller than x_0, the sum would lose its digits. ``gap`` is Z x - b over the size of its
    terms, ``slope`` the gradient of the dual function without the equations that are met.
    """

    y: Array
    multipliers: Array
    x: Array
    metric: Array
    gap: Array
    slope: Array
    finite: bool


def _newton(basis: Array, here: _Point) -> tuple[Array, float]:
    """Return Newton's step s of the dual function, and its slope along s.

    From the singular values of diag(1/R'')^(1/2) times the basis, with columns of length one: the Hessian has their squares, which
    rounding loses, and one scale only.
    """
    root = np.sqrt(here.metric)[:, None] * basis
    size = np.linalg.norm(root, axis=0)
    size[size == 0] = 1.0
    values, right = np.linalg.svd(root / size, full_matrices=False)[1:]
    inverse = np.divide(1.0, values, out=np.zeros_like(values), where=values > len(root) * _EPS * values[0])
    half = inverse * (right @ (here.slope / size))
    return -(inverse * half) @ right / size, -float(half @ half)


def _search(at: Callable[[Array, Array], _Point], basis: Array, here: _Point, step: Array, slope: float) -> _Point | None:
    """Halve the step until the dual function, whose slope along it is ``slope`` < 0 here, is inside its domain and hardly rises."""
    length, change = 1.0, basis @ step
    for _ in range(_MOST_HALVINGS):
        there = at(here.y + length * change, here.multipliers + length * step)
        if there.finite and there.slope @ step <= 0.1 * abs(slope):
            return there if (there.y != here.y).any() else None
        length /= 2
    return None


def _checked(x0: Array, Z: Array, b: Array) -> None:
    if x0.ndim != 1 or Z.ndim != 2 or 0 in Z.shape or Z.shape[1] != len(x0):
        raise InvalidArgument("Z", "of shape (n, d) for x0 of shape (d,)", Z.shape, "give one column for each coordinate of x0")
    if b.shape != Z.shape[:1]:
        raise InvalidArgument("b", f"of shape ({len(Z)},)", b.shape, "give one entry for each row of Z")
    for name, array in (("x0", x0), ("Z", Z), ("b", b)):
        if not np.isfinite(array).all():
            raise InvalidArgument(name, "finite in every entry", float(array[~np.isfinite(array)][0]), "remove the entry")
    rank, equations = (_rank(rows) for rows in (Z, np.column_stack([Z, b])))
    if rank < len(Z):
        if equations > rank:
            raise InvalidArgument("b", "in the range of Z", b.tolist(), "the equations contradict each other; correct one")
        raise InvalidArgument("Z", "of full row rank", f"rank {rank} with {len(Z)} rows", "leave out the dependent rows")


def _rank(rows: Array) -> int:
    size = np.abs(rows).max(axis=1, keepdims=True)
    return int(np.linalg.matrix_rank(np.divide(rows, size, out=np.zeros_like(rows), where=size > 0)))  # whatever their scales


def _mirror(potential: Potential | DualPotential, x0: float) -> _Mirror:
    return _Explicit(potential, x0) if isinstance(potential, DualPotential) else _Curve(potential, x0)


def _numbers(product: PowerProduct) -> tuple[float, Array, Array]:
    """Return log coefficient, log shifts and exponents."""
    parts = [product.coefficient, *(part for factor in product.factors for part in factor)]
    symbols = sorted({str(symbol) for part in parts for symbol in part.free_symbols})
    if symbols:
        raise InvalidArgument("potentials", "free of symbols", ", ".join(symbols), "derive with numbers in their place")
    shifts, exponents = (np.array([float(factor[i]) for factor in product.factors]) for i in (0, 1))
    with np.errstate(divide="ignore"):
        return float(sympy.log(product.coefficient)), np.log(shifts), exponents


class _Curve:
    """A potential along its curve in theta = log s, odd in x where 0 is reached, else on the side of x_0."""

    def __init__(self, potential: Potential, x0: float) -> None:
        self.x_of, self.y_of = _numbers(potential.effective), _numbers(potential.dual_density)
        self.metric = sympy.lambdify(S, potential.inverse_metric, "numpy")
        self.even, self.shown, self.x0 = potential.even, potential.where, x0
        _, shifts, exponents = self.y_of
        self.order = 1 + float(exponents[shifts == -np.inf].sum())  # of y in s at 0, where it is finite
        self.x_order = float(self.x_of[2][self.x_of[1] == -np.inf].sum())
        finite, self.through_zero = shifts[shifts > -np.inf], self.order > 0
        if (x0 < 0 and not self.even) or (x0 == 0 and not self.through_zero):
            raise InvalidArgument("x0", f"in the region {self.shown}, and not 0 where R'(0) is infinite", x0, "start inside it")
        anchor = float(finite.min()) if x0 == 0 and finite.size else self._theta(abs(x0)) if x0 else 0.0
        low = min(anchor, float(finite.min(initial=anchor))) - _TINY if self.through_zero else anchor - _REACH
        high = max(anchor, float(finite.max(initial=anchor))) + _REACH
        ends = anchor + np.arange(np.floor(low - anchor), high - anchor)
        with np.errstate(over="ignore"):
            pieces = self._piece(ends[:-1], ends[1:])
        here = int(np.searchsorted(ends, anchor))
        if self.through_zero:  # counted from x = 0, else from x_0
            head = float(self._density(ends[0])) / self.order
            sums = head + np.concatenate([[0.0], np.cumsum(pieces)])
        else:
            sums = np.concatenate([-np.cumsum(pieces[:here][::-1])[::-1], [0.0], np.cumsum(pieces[here:])])
        kept = np.isfinite(sums)
        self.ends, self.sums = ends[kept], sums[kept]
        self.y0 = float(np.sign(x0)) * float(sums[here])

    @staticmethod
    def _log(form: tuple[float, Array, Array], theta: ArrayLike) -> Array:
        coefficient, shifts, exponents = form
        return np.asarray(coefficient + np.logaddexp(np.asarray(theta)[..., None], shifts) @ exponents)

    def _density(self, theta: ArrayLike) -> Array:
        return np.asarray(np.exp(np.asarray(theta) + self._log(self.y_of, theta)))

    def _piece(self, a: ArrayLike, b: ArrayLike) -> Array:
        first, last = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
        middle, half = (first + last) / 2, (last - first) / 2
        return np.asarray(half * (self._density(middle[..., None] + half[..., None] * _NODES) @ _WEIGHTS))

    def _theta(self, size: float) -> float:
        """Return log s at |x| = size > 0: log x grows with theta at a rate between two positive exponents."""
        low, high, wanted = -1.0, 1.0, float(np.log(size))
        while self._log(self.x_of, low) > wanted:
            low *= 2
        while self._log(self.x_of, high) < wanted:
            high *= 2
        return float(brentq(lambda theta: float(self._log(self.x_of, theta)) - wanted, low, high, xtol=1e-300, rtol=1e-15))

    def primal(self, y: float) -> tuple[float, float]:
        side = np.sign(self.x0) if not self.through_zero else 1.0 if y >= 0 else -1.0
        wanted = side * y
        below = wanted < self.sums[0]
        if not wanted < self.sums[-1] or (below and not self.through_zero) or (side * self.x0 < 0 and not self.even):
            return np.nan, np.nan
        if below:  # a power of s to the last bit
            part = wanted / self.sums[0]
            size = float(np.exp(self._log(self.x_of, self.ends[0]))) * part ** (self.x_order / self.order)
            return side * size, float(self.metric(np.exp(self.ends[0] + np.log(max(part, 1e-100)) / self.order)))
        panel = int(np.searchsorted(self.sums, wanted, side="right")) - 1
        a, b, rest = self.ends[panel], self.ends[panel + 1], wanted - self.sums[panel]
        theta = a + rest / (self.sums[panel + 1] - self.sums[panel])
        for _ in range(50):
            step = (rest - self._piece(a, theta)) / self._density(theta)
            theta = min(max(theta + step, a), b)
            if not abs(step) > 1e-15 * max(1.0, abs(theta)):
                break
        return side * float(np.exp(self._log(self.x_of, theta))), float(self.metric(np.exp(theta)))

    def dual(self, x: float) -> float:
        if x == 0:
            return -self.y0
        theta = self._theta(abs(x))
        if theta <= self.ends[0]:
            size = float(self.sums[0] * np.exp(self.order * (theta - self.ends[0])))
        else:
            panel = min(int(np.searchsorted(self.ends, theta, side="right")) - 1, len(self.ends) - 2)
            size = float(self.sums[panel] + self._piece(self.ends[panel], theta))
        return float(np.sign(x)) * size - self.y0


class _Explicit:
    """A potential given by x(y) on an interval of y."""

    def __init__(self, potential: DualPotential, x0: float) -> None:
        low, high = (float(end) for end in potential.dual_domain)
        x, metric = (sympy.lambdify(Y, form, "numpy") for form in (potential.inverse_mirror_map, potential.inverse_metric))
        self.low, self.high, self.x, self.metric = low, high, x, metric
        self.y0 = 0.0
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
        return float(brentq(lambda y: float(self.x(y)) - x, *bracket, xtol=1e-300, rtol=1e-15)) - self.y0
