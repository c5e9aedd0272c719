r"""What moves at unit speed under sign flow of a product of layers: coordinates, or single layers under coupled decay.

A component of the state has a signed z with :math:`\dot z = -\sigma`, :math:`\sigma \in \mathrm{SIGN}(G)`, and a place
:math:`v(\eta, z)` that grows with z at the rate :math:`\varrho = \partial v/\partial z \ge 0`, in which
:math:`S = \partial G/\partial v` is symmetric. With :math:`u = \varrho\sigma` and the drift :math:`\partial v/\partial\eta`,

.. math:: \dot v = \partial_\eta v - u, \qquad \dot G = S\,\dot v .

**Coordinates** (no or decoupled decay). All layers move together: z is the dual variable y of
:mod:`mirrortheory.flows.sign.polynomial.double`, v = x and G = f'(x), so S is the Hessian of f
(or of an increasing function of f that does not underflow; the sign flow is the same):

.. math:: x = \mathrm{sign}(y)\,P(|y|)\,\gamma^{-L}, \quad \varrho = P'(|y|)\,\gamma^{-L}, \quad
          \partial_\eta x = -L\alpha x/\gamma, \quad \gamma = e^{A(t)}, \quad A = \int_0^t \alpha,

on the clock of :mod:`mirrortheory.flows.sign.smooth.clocks`; :math:`\gamma = 1 + \alpha\eta` for a constant rate.
At y = 0 with two or more smallest layers :math:`\varrho = 0`, and the coordinate stays by the selection sign(0) = 0.

**Layers** (coupled decay). :math:`\dot w_i \in -\mathrm{SIGN}(\partial_i F)` with :math:`F(w) = f(w_1 \cdots w_L) + \alpha|w|^2/2`:
each weight is a component of its own, z = v = w, and S is the Hessian of F. Let k layers of one coordinate have met at the
threshold :math:`c^2 = -x f'/\alpha`. In the basis of their signs

.. math:: S = 2\alpha I + \bigl(f'' x^2/c^2 - \alpha\bigr)\,\mathbf 1\mathbf 1^T ,

so what would part them is damped with 2 alpha, and they stay together without being told. k layers that reach 0 together stay
there, as the only solution, if k > 2 or :math:`\alpha > |f' C|`, C the product of the others; else they may also leave.

Source: derived for this project.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.sign.depth_polynomial import inverse, product
from mirrortheory.flows.sign.least_squares import Indices
from mirrortheory.flows.sign.polynomial.trajectory import excess
from mirrortheory.flows.sign.smooth.clocks import Clock


class Components(ABC):
    """What moves, on the clock eta.

    Attributes:
        start: z at eta = 0.
        coordinate: the coordinate of x to which each component belongs.
        autonomous: whether G depends on z alone.
        carried: a v below rounding of this size is not told from 0.
    """

    start: Array
    coordinate: Indices
    autonomous: bool
    carried: float

    @abstractmethod
    def clock(self, t: float) -> float:
        """Return eta at the time t."""

    @abstractmethod
    def time(self, eta: float) -> float:
        """Return the time at eta."""

    def stretch(self, eta: float) -> float:
        """Return a length of eta over which the clock changes by about its own unit."""
        return float("inf")

    @abstractmethod
    def place(self, eta: float, z: Array) -> tuple[Array, Array, Array]:
        """Return v, its rate in z and its drift in eta."""

    @abstractmethod
    def back(self, eta: float, v: Array, which: Indices) -> Array:
        """Return z of these components at their places v."""

    @abstractmethod
    def gradient(self, v: Array) -> tuple[Array, Array]:
        """Return G and S at the places v."""

    @abstractmethod
    def stuck(self, z: Array) -> NDArray[np.bool_]:
        """Return which components stay at 0 whatever G is, by the selection sign(0) = 0."""

    @abstractmethod
    def weights(self, eta: float, z: Array) -> Array:
        """Return the weights, shape (depth, d)."""


class Coordinates(Components):
    """One component a coordinate: no decay or decoupled decay, on its clock."""

    def __init__(self, problem: Problem, initial: Array, pace: Clock) -> None:
        self.problem, self.pace, self.depth, self.autonomous = problem, pace, len(initial), pace.stops
        self.excess, self.signs = excess(initial), np.sign(initial)
        self.start = self.signs.prod(axis=0) * np.abs(initial).min(axis=0)
        self.coordinate, self.carried = np.arange(initial.shape[1]), 0.0
        self.simple = (self.excess == 0).sum(axis=0) == 1
        self.smallest = (self.excess == 0) & self.simple
        self.others = np.where(self.smallest, 1.0, self.signs).prod(axis=0)

    def clock(self, t: float) -> float:
        return self.pace.eta(t)

    def time(self, eta: float) -> float:
        return self.pace.time(eta)

    def stretch(self, eta: float) -> float:
        rate = self.pace.rate(eta)
        return self.pace.growth(eta) / rate if rate else float("inf")

    def place(self, eta: float, z: Array) -> tuple[Array, Array, Array]:
        grown = self.pace.growth(eta)
        value, rate = product(np.abs(z), self.excess)
        v = np.copysign(value, z) / grown**self.depth
        return v, rate / grown**self.depth, -self.depth * self.pace.rate(eta) * v / grown

    def back(self, eta: float, v: Array, which: Indices) -> Array:
        return np.copysign(inverse(np.abs(v) * self.pace.growth(eta) ** self.depth, self.excess[:, which]), v)

    def gradient(self, v: Array) -> tuple[Array, Array]:
        return self.problem.relative(v)

    def stuck(self, z: Array) -> NDArray[np.bool_]:
        return np.asarray((z == 0) & ~self.simple)

    def weights(self, eta: float, z: Array) -> Array:
        signs = np.where(self.smallest, np.sign(z) * self.others, self.signs)
        return np.asarray(signs * (np.abs(z) + self.excess) / self.pace.growth(eta))


class Layers(Components):
    """One component a weight: coupled decay alpha."""

    autonomous = True

    def __init__(self, problem: Problem, initial: Array, alpha: float) -> None:
        self.problem, self.alpha, self.shape, self.start = problem, alpha, initial.shape, initial.ravel()
        self.coordinate, self.carried = np.tile(np.arange(initial.shape[1]), len(initial)), float(np.abs(initial).max())
        self._own = np.eye(len(initial), dtype=bool)[:, :, None]  # of a layer; and of a pair of layers
        self._pair = self._own[:, None] | self._own[None]

    def clock(self, t: float) -> float:
        return t

    def time(self, eta: float) -> float:
        return eta

    def place(self, eta: float, z: Array) -> tuple[Array, Array, Array]:
        return z.copy(), np.ones_like(z), np.zeros_like(z)

    def back(self, eta: float, v: Array, which: Indices) -> Array:
        return v.copy()

    def gradient(self, v: Array) -> tuple[Array, Array]:
        w = v.reshape(self.shape)
        x = w.prod(axis=0)
        slope, bend = self.problem.slope(x), self.problem.hessian(x)
        others = np.where(self._own, 1.0, w).prod(axis=1)
        S = np.einsum("ij,jl,kl->ijkl", others, bend, others)
        along = np.einsum("ijkj->ikj", S)  # a view: what one coordinate adds to itself
        along += np.where(self._own, self.alpha, slope * np.where(self._pair, 1.0, w).prod(axis=2))
        return (slope * others + self.alpha * w).ravel(), S.reshape(len(v), len(v))

    def stuck(self, z: Array) -> NDArray[np.bool_]:
        return np.zeros(len(z), dtype=bool)

    def weights(self, eta: float, z: Array) -> Array:
        return z.reshape(self.shape).copy()
