r"""Least Schatten norms over linear constraints, in doubles, by interior points.

.. math:: \min \bigl\{ \langle c, z \rangle + F(L z) : S z \ge h \bigr\}, \qquad F(X) = \sum_i f(\sigma_i(X))

F is a Schatten norm to the power of its exponent,

.. math:: f(\sigma) = \tfrac1r (\sigma^2 + \varepsilon^2)^{r/2}

with :math:`\varepsilon = 0` from r = 2 on, or the barrier :math:`-\tau \log(1 - \sigma^2)` of the ball of the spectral norm.
A path of strictly feasible z follows the barrier :math:`-\tau \sum \log(S z - h)` as :math:`\tau` and :math:`\varepsilon` fall
together. Each step is Newton's, with multipliers of its own (a primal-dual step), cut back until the barrier function falls. F has
the Hessian of a spectral function: in the bases of singular vectors the entries ij and ji are coupled by the divided differences
:math:`(f'(\sigma_i) \mp f'(\sigma_j))/(\sigma_i \mp \sigma_j)`.

Source: Lewis and Sendov (2001), SIAM J. Matrix Anal. Appl. 23, for such Hessians; the rest is textbook.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mirrortheory.errors import NotEvaluable
from mirrortheory.flows.problems import Array

_STAGES, _STEPS, _HALVINGS = 80, 40, 50
_FALL = 0.25  # of tau and epsilon, from one stage to the next
_CENTRED = 1e-3  # Newton's decrement relative to tau, at which a stage ends
_NEAR = 1e-6  # relative distance of singular values at which a slope takes the place of a divided difference
_CLOSE = 0.95  # of the way to the border
_LEAST = 1e-12  # of the gap that the barrier leaves, relative: the last stage


@dataclass(frozen=True)
class Spectral(ABC):
    """A function of matrices of one shape, by their singular values; matrices are given row by row."""

    rows: int
    columns: int

    @abstractmethod
    def values(self, s: Array) -> Array:
        """Return f; inf outside its domain."""

    @abstractmethod
    def weights(self, s: Array) -> tuple[Array, Array]:
        """Return f'(s)/s and f''(s)."""

    def value(self, flat: Array) -> float:
        """Return F(X)."""
        s = np.linalg.svd(flat.reshape(self.rows, self.columns), compute_uv=False)
        return float(self.values(np.asarray(s, dtype=float)).sum())

    def slope(self, flat: Array) -> Array:
        """Return the gradient."""
        u, s, v = np.linalg.svd(flat.reshape(self.rows, self.columns), full_matrices=False)
        return np.asarray(((u * (self.weights(s)[0] * s)) @ v).ravel())

    def hessian(self, flat: Array) -> Array:
        """Return the Hessian, of the size rows times columns."""
        u, s, v = np.linalg.svd(flat.reshape(self.rows, self.columns), full_matrices=True)
        least, (weight, bend) = len(s), self.weights(s)
        f = weight * s
        apart, total = s[:, None] - s, s[:, None] + s
        near = np.abs(apart) <= _NEAR * total
        even = np.where(near, (bend[:, None] + bend) / 2, (f[:, None] - f) / np.where(near, 1.0, apart))
        odd = np.where(total > 0, (f[:, None] + f) / np.where(total > 0, total, 1.0), weight)
        m, n = self.rows, self.columns
        table = np.zeros((m, n, m, n))
        for i in range(m):
            for j in range(n):
                if i < least and j < least:
                    table[i, j, i, j] += (even[i, j] + odd[i, j]) / 2
                    table[i, j, j, i] += (even[i, j] - odd[i, j]) / 2
                else:
                    table[i, j, i, j] = weight[min(i, j)]
        turn = np.kron(u, v.T)
        return np.asarray(turn @ table.reshape(m * n, m * n) @ turn.T)


@dataclass(frozen=True)
class Power(Spectral):
    """The r-th power of a Schatten norm over r, smoothed.

    Attributes:
        r: the exponent, at least 1.
        epsilon: the width of the smoothing; 0 from r = 2 on.
    """

    r: float
    epsilon: float

    def values(self, s: Array) -> Array:
        with np.errstate(over="ignore"):  # a step that goes too far
            return np.asarray((s**2 + self.epsilon**2) ** (self.r / 2) / self.r)

    def weights(self, s: Array) -> tuple[Array, Array]:
        square = s**2 + self.epsilon**2
        if self.r >= 2:
            weight = square ** (self.r / 2 - 1)
            return weight, (self.r - 1) * weight
        weight = square ** (self.r / 2 - 1)
        return weight, weight * (1 + (self.r - 2) * s**2 / square)


@dataclass(frozen=True)
class UnitBall(Spectral):
    """The barrier of the matrices of spectral norm below 1.

    Attributes:
        tau: its factor.
    """

    tau: float

    def values(self, s: Array) -> Array:
        if s.max() >= 1:
            return np.full(len(s), np.inf)
        return np.asarray(-self.tau * (np.log1p(-s) + np.log1p(s)))

    def weights(self, s: Array) -> tuple[Array, Array]:
        left = (1 - s) * (1 + s)
        return 2 * self.tau / left, 2 * self.tau * (1 + s**2) / left**2


@dataclass(frozen=True)
class Program:
    """What is made least, and where.

    Attributes:
        shape: of X = L z.
        r: the exponent of F; None for the barrier of the spectral norm.
        L, S, h: the maps, and the least values of S z.
        cost: c.
    """

    shape: tuple[int, int]
    r: float | None
    L: Array
    S: Array
    h: Array
    cost: Array

    def function(self, tau: float, epsilon: float) -> Spectral:
        """Return F at a point of the path."""
        return UnitBall(*self.shape, tau) if self.r is None else Power(*self.shape, self.r, epsilon)


def path(program: Program, start: Array) -> Iterator[tuple[Array, Array]]:
    """Yield z and the multipliers of S z >= h, in doubles: nearer to the minimum at each stage.

    Late stages may lose digits again, by rounding: the caller, who knows the gap of each, keeps the best.

    Args:
        program: the function and the constraints.
        start: z with S z > h, inside the ball where there is one.

    Raises:
        NotEvaluable: where the start is not inside.
    """
    z, slack = start, program.S @ start - program.h
    if not (slack > 0).all():
        raise NotEvaluable("the start of the path is not inside; scale the data to entries near 1")
    r, count = program.r, len(slack)
    epsilon = float(np.linalg.norm(program.L @ z)) if r is not None and r < 2 else 0.0
    tau = (1.0 if r is None else program.function(0.0, epsilon).value(program.L @ z)) / count
    mu = tau / slack
    for _ in range(_STAGES):
        function = program.function(tau, epsilon)
        z, mu = _centred(program, function, z, mu, tau)
        yield z, mu
        if count * tau <= _LEAST * abs(float(program.cost @ z) + (0.0 if r is None else function.value(program.L @ z))):
            break
        tau, epsilon = _FALL * tau, _FALL * epsilon


def _centred(program: Program, function: Spectral, z: Array, mu: Array, tau: float) -> tuple[Array, Array]:
    """Take Newton's steps to the minimum of the barrier function."""
    L, S, h = program.L, program.S, program.h

    def merit(point: Array) -> float:
        slack = S @ point - h
        if not (slack > 0).all():
            return np.inf
        return float(program.cost @ point) + function.value(L @ point) - tau * float(np.log(slack).sum())

    here = merit(z)
    for _ in range(_STEPS):
        slack = S @ z - h
        downhill = -(program.cost + function.slope(L @ z) @ L - (tau / slack) @ S)
        matrix = L.T @ function.hessian(L @ z) @ L + (S.T * (mu / slack)) @ S
        step = _solved(matrix, downhill)
        push = S @ step
        mu_step = (tau - mu * push) / slack - mu
        fall = float(downhill @ step)
        length = _CLOSE / max(_CLOSE, float((-push / slack).max()))
        for _ in range(_HALVINGS):
            there = z + length * step
            value = merit(there)
            if value <= here - 1e-4 * length * fall or (fall <= _CENTRED * tau and np.isfinite(value)):
                break
            length /= 2
        else:
            break  # rounding
        z, here = there, value
        mu = mu + _CLOSE / max(_CLOSE, float((-mu_step / mu).max())) * mu_step
        slack = S @ z - h
        mu = np.clip(mu, 1e-6 * tau / slack, 1e6 * tau / slack)  # near the path: a barrier step at worst
        if fall <= _CENTRED * tau:
            break
    return z, mu


def _solved(matrix: Array, right: Array) -> Array:
    """Solve for Newton's step; rows and columns are scaled first."""
    root = 1 / np.sqrt(np.maximum(np.diag(matrix), np.finfo(float).tiny))
    return np.asarray(root * np.linalg.lstsq(root[:, None] * matrix * root, root * right, rcond=1e-16)[0])
