r"""The last part of the way to a rest at q = 2, where the flow is linear to the tolerance: an exponential, without more steps.

Let :math:`w_*` be a rest near w(r), and H minus the derivative of the field there: symmetric, as the field is a gradient at q = 2.
With the eigenvectors :math:`u_i` of H and its eigenvalues :math:`\lambda_i \ge 0`

.. math:: w(t) = w_* + \sum_i e^{-\lambda_i (t - r)} \langle u_i, w(r) - w_*\rangle u_i + O(|w(r) - w_*|^2) ;

an eigenvalue is 0 along a manifold of minima. What the linear flow misses is at most about the quadratic part at w(r), for as
long as the slowest mode lasts. Where that is below the tolerance the steps end, which stability would keep short for ever. The
rest is found by Newton's method in the modes whose eigenvalue is above what the way to it makes of one that is 0 there.

A mode whose eigenvalue rounding does not tell from 0 is held still. Whether it is on a manifold of minima, slow, or leaves a
saddle, doubles do not say: its velocity, with all of its rounding, times the time that is left, belongs to the error, and
nothing is said to be at rest.

For q < 2 a rest is at a finite time, and :mod:`mirrortheory.flows.smooth.dual` goes there.

Source: derived for this project.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from mirrortheory.flows.field import effective_parameter, vector_field
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.theory.flow import Flow, once_per_flow

MOST = 512  # entries of the weights, above which eigenvalues are not looked at
_EPS = float(np.finfo(float).eps)
_SYMMETRIC = 1e-6  # of the largest entry of H
_ZERO = 64 * _EPS  # of the largest eigenvalue times their number: below it one is taken as 0
_MOVED = 10.0  # times the velocity over the weights: below it an eigenvalue may be 0 at the rest
_NEAR = 0.05  # of the largest weight: a rest that is farther is not looked for
_NEWTON = 8
_STILL = 64.0  # units of rounding of the velocity: at rest
_CURVED = 4.0  # times what the quadratic part is seen to add
_UNKNOWN = sympy.DiracDelta, sympy.Derivative, sympy.Subs, sympy.Integral


@dataclass(frozen=True, eq=False)
class Approach:
    """The flow from ``time`` on.

    Attributes:
        time: from when on it is linear.
        rest: the weights at rest, flat, shape (n,).
        rates: eigenvalues of H, shape (n,), none negative.
        modes: eigenvectors, a column each, times their part of the way from the rest, shape (n, n).
        curved: an estimate of what the linear flow misses until the end, and of what the rounding of the velocity adds.
        drift: a bound of how far modes that are held still can move until the end; 0 where there are none.
        left: the largest change of a weight after the end.
    """

    time: float
    rest: Array
    rates: Array
    modes: Array
    curved: float
    drift: float
    left: float

    @property
    def error(self) -> float:
        """Of the weights at the end."""
        return self.curved + self.drift

    def at(self, times: Array) -> Array:
        """Return the weights at times from :attr:`time` on, shape (k, n)."""
        lasting = np.exp(-self.rates * (times[:, None] - self.time))
        return np.asarray(self.rest + np.einsum("kn,mn->km", lasting, self.modes))  # where a row does not depend on the others


def approach(flow: Flow, problem: Problem, time: float, w: Array, end: float) -> Approach | None:
    """Return the linear flow from weights w, shape (depth, d), at a time to the end; None where no rest is near that attracts it.

    Args:
        flow, problem: at q = 2, with a constant decay.
        time, w: where the flow is.
        end: of the flow.
    """
    field = _Linearised.of(flow, problem)
    if field is None or w.size > MOST:
        return None
    here, largest = w.ravel(), float(np.abs(w).max())
    rest = here.copy()
    for _ in range(_NEWTON):
        found = field.modes(rest.reshape(w.shape))
        if found is None:
            return None
        velocity, rates, vectors = found
        top, speed = float(np.abs(rates).max()), float(np.abs(velocity).max())
        rounding = _EPS * top * largest
        if speed <= _STILL * rounding:
            break
        least = max(_ZERO * len(rates) * top, _MOVED * speed / largest)
        if (rates < -least).any():
            return None
        moving = rates > least
        rest = rest + vectors[:, moving] @ ((vectors[:, moving].T @ velocity) / rates[moving])
        if not np.abs(rest - here).max() <= _NEAR * largest:
            return None
    else:
        return None
    still = np.abs(rates) <= _ZERO * len(rates) * top
    if (rates[~still] < 0).any():
        return None
    rest = rest + vectors[:, ~still] @ ((vectors[:, ~still].T @ velocity) / rates[~still])  # the last digits
    rates = np.where(still, 0.0, rates)
    parts = vectors.T @ (here - rest)
    curved = field.velocity(w).ravel() + vectors @ (rates * parts)
    felt = float((-np.expm1(-rates[~still] * (end - time)) / rates[~still]).max(initial=0.0))
    missed = (_CURVED * float(np.abs(curved).max()) + rounding) * felt
    drift = (
        (float(np.abs(vectors[:, still].T @ velocity).max(initial=0.0)) + _STILL * rounding) * (end - time) if still.any() else 0.0
    )
    left = np.abs(vectors @ np.where(still, 0.0, np.exp(-rates * (end - time)) * parts)).max()
    return Approach(time, rest, rates, vectors * parts, missed, drift, float(left))


@dataclass(frozen=True, eq=False)
class _Linearised:
    """The field of a flow on a problem, and minus its derivative by eigenvalues."""

    problem: Problem
    effective: Callable[[Array], Array]
    field: Callable[..., Array]
    derivatives: Callable[[Array, Array], tuple[Array, Array, Array]]

    @classmethod
    def of(cls, flow: Flow, problem: Problem) -> _Linearised | None:
        derivatives = _derivatives(flow)
        return None if derivatives is None else cls(problem, effective_parameter(flow), vector_field(flow), derivatives)

    def slope(self, w: Array) -> tuple[Array, Array]:
        x = np.broadcast_to(self.effective(w), w.shape[1:])
        return x, self.problem.slope(x)

    def velocity(self, w: Array) -> Array:
        return self.field(w, self.slope(w)[1])

    def modes(self, w: Array) -> tuple[Array, Array, Array] | None:
        """Return the velocity, flat, and the eigenvalues and eigenvectors of H; None where it is not symmetric or not finite."""
        x, slope = self.slope(w)
        inner, outer, gradient = self.derivatives(w, slope)
        each = np.arange(len(x))
        J = np.einsum("ij,jk,lk->ijlk", outer, self.problem.hessian(x), gradient)
        J[:, each, :, each] += np.moveaxis(inner, -1, 0)
        H = -J.reshape(w.size, w.size)
        size = float(np.abs(H).max())
        if not np.isfinite(size) or size == 0 or not np.abs(H - H.T).max() <= _SYMMETRIC * size:
            return None
        rates, vectors = np.linalg.eigh((H + H.T) / 2)
        return self.field(w, slope).ravel(), rates, vectors


@once_per_flow
def _derivatives(flow: Flow) -> Callable[[Array, Array], tuple[Array, Array, Array]] | None:
    """Return the derivatives of the velocity in the weights and in the slope, and that of x, for weights and slopes."""
    velocity, weights = flow.velocity, flow.weights
    inner = [[sympy.diff(v, w) for w in weights] for v in velocity]
    outer, gradient = [sympy.diff(v, flow.slope) for v in velocity], [sympy.diff(flow.effective, w) for w in weights]
    every: list[Any] = [*(entry for row in inner for entry in row), *outer, *gradient]
    if any(entry.has(*_UNKNOWN) for entry in every):
        return None
    function, depth = sympy.lambdify((*weights, flow.slope), every, "numpy", cse=True), len(weights)

    def call(w: Array, slope: Array) -> tuple[Array, Array, Array]:
        found = np.array([np.broadcast_to(value, slope.shape) for value in function(*w, slope)], dtype=float)
        return found[: depth**2].reshape(depth, depth, -1), found[depth**2 : depth**2 + depth], found[depth**2 + depth :]

    return call
