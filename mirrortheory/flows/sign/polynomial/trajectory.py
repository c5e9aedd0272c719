"""An exact sign flow as it is kept: polynomial arcs and events, evaluated at any time.

The formulas are in :mod:`mirrortheory.flows.sign.polynomial.double`. Not one code with the certified trajectory: here a time has
one arc and a row of an array, there it may lie in two whose balls are joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array, Quadratic
from mirrortheory.flows.result.solution import Event
from mirrortheory.flows.sign.depth_polynomial import inverses, product
from mirrortheory.flows.sign.least_squares import Indices


class Arc(NamedTuple):
    """One polynomial piece, on the clock eta = (exp(alpha (t - start)) - 1)/alpha.

    Attributes:
        start: time at which it starts.
        y: dual variable there, shape (d,).
        sigma: -dy/deta, constant, of the coordinates that do not slide; 0 for those that do or are stuck.
        sliding: indices of the sliding coordinates.
        x_sliding: their x as Taylor coefficients in eta, shape (L + 1, len(sliding)).
    """

    start: float
    y: Array
    sigma: NDArray[np.int8]
    sliding: Indices
    x_sliding: Array


@dataclass(frozen=True, eq=False)
class SignTrajectory:
    """An exact sign flow, up to rounding: evaluate it at any times of shape (n,) in [0, t_end].

    Attributes:
        problem, initial, t_end, alpha: what was followed; initial has shape (depth, d).
        arcs: the polynomial pieces.
        events: in order of time.
        converged: whether x rests from the last event on.
        unique_until: the time up to which no other Filippov solution starts here.
        known_until: the time up to which the columns that slide are far from dependent, or exactly dependent; from then on this may
            not be a solution, and the least that holds of each weight is that it moves at a speed of 1 at most.
        notes: in words, why the solution is not unique and which one was selected.
    """

    problem: Quadratic
    initial: Array
    t_end: float
    alpha: float
    arcs: tuple[Arc, ...]
    events: tuple[Event, ...]
    converged: bool
    unique_until: float
    known_until: float
    notes: tuple[str, ...]

    @property
    def unique(self) -> bool:
        """Whether this is the only Filippov solution up to t_end."""
        return self.unique_until >= self.t_end

    @property
    def times(self) -> Array:
        """The times of the events."""
        return np.array([event.time for event in self.events])

    def x(self, t: ArrayLike) -> Array:
        """Return the effective parameter, shape (n, d).

        Args:
            t: times, dimensionless, shape (n,) or a number.
        """
        return self._at(t)[1]

    def y(self, t: ArrayLike) -> Array:
        """Return the dual variable R'(x) = sign(x) min_i |w_i|, shape (n, d).

        Args:
            t: times, dimensionless, shape (n,) or a number.
        """
        return self._at(t)[0]

    def sigma(self, t: ArrayLike) -> Array:
        """Return the selected element of SIGN(gradient), shape (n, d): the equivalent control where a coordinate slides.

        Args:
            t: times, dimensionless, shape (n,) or a number.
        """
        return self._at(t)[2]

    def w(self, t: ArrayLike) -> Array:
        """Return the weights, shape (n, depth, d).

        Args:
            t: times, dimensionless, shape (n,) or a number.
        """
        times, (y, _, _) = self._times(t), self._at(t)
        signs, lam = np.sign(self.initial), excess(self.initial)
        shrunk = lam * np.exp(-self.alpha * times)[:, None, None]
        signs = signs * np.ones_like(shrunk)
        smallest = (lam == 0) & ((lam == 0).sum(axis=0) == 1)
        others = np.where(smallest, 1.0, np.sign(self.initial)).prod(axis=0)
        signs = np.where(smallest, (np.sign(y) * others)[:, None, :], signs)
        return signs * (np.abs(y)[:, None, :] + shrunk)

    def gradient(self, t: ArrayLike) -> Array:
        """Return Z^T (Z x - b), shape (n, d).

        Args:
            t: times, dimensionless, shape (n,) or a number.
        """
        return np.asarray((self.x(t) @ self.problem.Z.T - self.problem.b) @ self.problem.Z)

    def loss(self, t: ArrayLike) -> Array:
        """Return f(x), shape (n,).

        Args:
            t: times, dimensionless, shape (n,) or a number.
        """
        return np.asarray(np.square(self.x(t) @ self.problem.Z.T - self.problem.b).sum(axis=1) / 2)

    def _times(self, t: ArrayLike) -> Array:
        times = np.atleast_1d(np.asarray(t, dtype=float))
        if times.ndim != 1 or not ((times >= 0) & (times <= self.t_end)).all():
            raise InvalidArgument("t", f"times in [0, {self.t_end:g}] of shape (n,)", t, "write for example [0.0, 0.5]")
        return times

    def _at(self, t: ArrayLike) -> tuple[Array, Array, Array]:
        """Return y, x and sigma."""
        times, depth, initial = self._times(t), len(self.initial), excess(self.initial)
        places = np.maximum(np.searchsorted([arc.start for arc in self.arcs], times, side="right") - 1, 0)
        y, x, sigma = (np.empty((len(times), self.initial.shape[1])) for _ in range(3))
        for place in np.unique(places):
            arc, rows = self.arcs[place], np.flatnonzero(places == place)
            since = times[rows, None] - arc.start
            tau, shrink, lam = clock(since, self.alpha), np.exp(-self.alpha * since), initial * np.exp(-self.alpha * arc.start)
            y[rows], sigma[rows] = arc.y - arc.sigma * tau, arc.sigma
            x[rows] = np.copysign(product(np.abs(y[rows]), lam[:, None])[0], y[rows])
            if arc.sliding.size:
                own, cells = lam[:, arc.sliding], np.ix_(rows, arc.sliding)
                here = speed = np.zeros((1, 1))
                for c in arc.x_sliding[::-1]:  # Horner's rule: a row does not depend on the other times
                    here, speed = here * tau + c, speed * tau + here
                s = inverses(np.abs(here), own)
                slope = product(s, own[:, None])[1]
                x[cells], y[cells] = here, np.copysign(s, here)
                sigma[cells] = -speed / np.where(slope > 0, slope, 1.0)
            y[rows] *= shrink
            x[rows] *= shrink**depth
        return y, x, sigma


def clock(t: Array, alpha: float) -> Array:
    """Return eta = (exp(alpha t) - 1)/alpha, which is t without decay."""
    return np.asarray(np.expm1(alpha * t) / alpha if alpha else t)


def excess(initial: Array) -> Array:
    """Return lambda_i = |w_i| - min_j |w_j|, shape (L, d)."""
    size = np.abs(initial)
    return np.asarray(size - size.min(axis=0))
