r"""Panels of the smooth arcs of a sign flow: states at any one time, and the first root of an event function on a panel.

The formulas are in :mod:`mirrortheory.flows.sign.smooth.double`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.polynomial import chebyshev
from scipy.optimize import brentq

from mirrortheory.errors import NotSmooth
from mirrortheory.flows.problems import Array
from mirrortheory.flows.sign.equivalent_control import controls, singular, solve
from mirrortheory.flows.sign.least_squares import Indices
from mirrortheory.flows.sign.smooth.components import Components
from mirrortheory.flows.starts import UNDERFLOW, underflow

_EPS = float(np.finfo(float).eps)
NEAR = 1e-12  # a component of G below this part of its terms vanishes
_CARRIED = 1e-4  # part of the carried size, so that rounding of it, and no more, is near 0
_DEPENDENT = 1e-11  # eigenvalues of the scaled S below this part of the largest are zero
_MOST_ITERATES = 20  # on a panel where G = 0 does not fix the sliding components


@dataclass(frozen=True, eq=False)
class Point:
    """All that is known at one time of an arc; u is rho sigma."""

    z: Array
    v: Array
    G: Array
    S: Array
    rate: Array
    drift: Array
    u: Array
    size: float

    @property
    def terms(self) -> Array:
        """The size of the terms of G, a part of which is what rounding leaves of them."""
        return np.asarray(np.abs(self.S) @ np.abs(self.v) + np.abs(np.diagonal(self.S)) * self.size + np.abs(self.G))


@dataclass(frozen=True, eq=False)
class Panel:
    """A panel from ``start`` on: z there, sigma of the free components, v of the sliding ones as Chebyshev coefficients."""

    components: Components
    start: float
    z: Array
    sigma: Array
    sliding: Indices
    length: float
    v: Array

    def place(self, tau: float) -> Array | None:
        """Return z at ``start`` + tau, without what is not asked for where all components are free; None if that fails."""
        if not len(self.sliding):
            return self.z - self.sigma * tau
        found = self._rooted(tau, None)
        return found[0] if found is not None and np.isfinite(found[0]).all() else None

    def state(self, tau: float, near: Array | None = None) -> Point | None:
        """Return the state at ``start`` + tau, by Newton's method from the interpolant or from ``near``; None if it fails."""
        components, A, eta = self.components, self.sliding, self.start + tau
        found = self._rooted(tau, near)
        if found is None:
            return None
        z, v, G, S, size = found
        with np.errstate(all="ignore"):
            _, rate, drift = components.place(eta, z)
            u = rate * self.sigma
            if len(A):
                own, moves = S[np.ix_(A, A)], np.where(self.sigma != 0, drift - u, 0.0)
                u[A] = controls(own, own @ drift[A] + S[A] @ moves, rate[A])
        return Point(z, v, G, S, rate, drift, u, size) if np.isfinite(u).all() and np.isfinite(z).all() else None

    def _rooted(self, tau: float, near: Array | None) -> tuple[Array, Array, Array, Array, float] | None:
        """Return z, v, G, S and the size of v, by Newton's method; None if it fails."""
        components, A, eta = self.components, self.sliding, self.start + tau
        z = self.z - self.sigma * tau
        with np.errstate(all="ignore"):
            v = components.place(eta, z)[0]
            v[A] = chebyshev.chebval(2 * tau / self.length - 1, self.v) if near is None else near
            step, size = np.inf, float(np.abs(v).max()) + _CARRIED * components.carried
            for _ in range(30):
                G, S = components.gradient(v)
                if not (np.isfinite(G).all() and np.isfinite(S).all() and np.isfinite(v).all()):
                    return None
                if len(A) == 0:
                    break
                change = solve(S[np.ix_(A, A)], G[A])
                step, last = float(np.abs(change).max()), step
                if step <= 2 * _EPS * size or (step >= last / 2 and step <= 1e-10 * size):
                    break
                v[A] -= change
            else:
                return None
            z[A] = components.back(eta, v[A], A)
        return z, v, G, S, size


@dataclass(frozen=True)
class Hit:
    """The first event of a panel: after ``tau``, of one component, that loses its gradient or leaves sliding."""

    tau: float
    component: int
    leaves: bool


class Mesh:
    """Chebyshev points of a panel, as parts of it, the matrix from values there to coefficients, and the tolerance."""

    def __init__(self, points: int, rtol: float) -> None:
        nodes = np.sort(np.cos(np.pi * (np.arange(points) + 0.5) / points))
        self.nodes, self.to_chebyshev = (nodes + 1) / 2, np.linalg.inv(chebyshev.chebvander(nodes, points - 1))
        self.rtol = rtol


@dataclass(frozen=True, eq=False)
class ArcStart:
    """What fixes an arc from the clock ``eta`` on: z, sigma, the sliding components and a v of them close to G = 0."""

    components: Components
    mesh: Mesh
    eta: float
    z: Array
    sigma: Array
    sliding: Indices
    near: Array

    @property
    def time(self) -> float:
        """The time that belongs to eta."""
        return self.components.time(self.eta)

    def panel(self, length: float) -> Panel:
        """Return a panel from here on, with v as it is now."""
        return Panel(self.components, self.eta, self.z, self.sigma, self.sliding, length, self.near[None])


def first_root(start: ArcStart, limit: float, length: float) -> tuple[Panel, Hit | None, tuple[float, int] | None]:
    """Return a resolved panel, its first event, and where a sliding v passes 0 within it, to be an end of this arc."""
    h, A, passing = min(limit - start.eta, length, start.components.stretch(start.eta)), start.sliding, None
    free = np.flatnonzero(start.sigma)
    first = start.panel(h).state(0.0, start.near)
    if first is not None and length == np.inf:
        h = min(h, _reach(start, first, free))
    shortest = min(1e-14 * max(start.eta, min(limit - start.eta, start.components.stretch(start.eta))), h)
    while True:
        if first is None or h < shortest:
            if first is not None and (np.abs(first.G[free]) < UNDERFLOW).any():
                raise underflow(start.time, ", or give the logarithm of the loss, which has the same sign flow")
            raise NotSmooth(f"the arc is not resolved at t = {start.time:.6g}; take a larger rtol, or end before it")
        found = _interpolate(start, h)
        if found is None:
            h /= 2
            continue
        arc, states = found
        side = np.where(first.v[A] != 0, np.sign(first.v[A]), np.sign(states[-1].v[A]))
        values = np.array([np.concatenate([s.G[free] * start.sigma[free], s.v[A] * side]) for s in states])
        terms = np.array([np.concatenate([s.terms[free], np.full(len(A), np.abs(s.v).max())]) for s in states]).max(axis=0)
        controls = np.array([np.concatenate([s.rate[A] - s.u[A], s.rate[A] + s.u[A]]) for s in states])
        sizes = np.tile(np.array([s.rate[A] + np.abs(s.u[A]) for s in states]).max(axis=0), 2)
        smooth, bounded = start.mesh.to_chebyshev @ values, start.mesh.to_chebyshev @ controls
        if not _resolved(start, smooth, terms):
            h /= 2
            continue
        through = [_root(smooth[:, k], start.mesh.rtol * terms[k]) for k in range(len(free), len(terms))]
        ends = [(root[0] * h, int(A[k])) for k, root in enumerate(through) if root is not None]
        if ends and (passing is None or min(ends) < passing) and min(ends)[0] > shortest:
            passing = min(ends)
            h = passing[0]
            continue
        if _resolved(start, bounded, sizes * _condition(start, first)):
            break
        h /= 2
    functions = [(smooth[:, k], start.mesh.rtol * terms[k], int(i), 0.0) for k, i in enumerate(free)]
    functions += [
        (bounded[:, k], start.mesh.rtol * sizes[k], int(A[k % len(A)]), 1.0 if k < len(A) else -1.0)
        for k in range(bounded.shape[1])
    ]
    roots = [(root, component, bound) for c, clear, component, bound in functions if (root := _root(c, clear)) is not None]
    if not roots:
        return arc, None, passing if passing is not None and h == passing[0] else None
    (tau, low, high), component, bound = min(roots)
    return arc, Hit(_bracketed(start, arc, tau * h, low * h, high * h, component, bound), component, bound != 0), None


def _reach(start: ArcStart, state: Point, free: Indices) -> float:
    """Return how far a first panel goes: beyond where the nearest component of G vanishes by its slope."""
    G, fall = state.G[free] * start.sigma[free], -(state.S @ (state.drift - state.u))[free] * start.sigma[free]
    ahead = (fall > 0) & (state.terms[free] * NEAR < G)
    return 1.5 * float((G[ahead] / fall[ahead]).min(initial=np.inf))


def _condition(start: ArcStart, state: Point) -> float:
    """Return by how much the tolerance of a control is widened for rounding."""
    S = state.S[np.ix_(start.sliding, start.sliding)]
    size = np.linalg.svd(S, compute_uv=False) if len(S) else np.ones(1)
    kept = size[size > _DEPENDENT * size[0]]
    return max(1.0, 1e3 * _EPS * float(kept[0] / kept[-1]) / start.mesh.rtol) if kept.size else 1.0


def _interpolate(start: ArcStart, h: float) -> tuple[Panel, list[Point]] | None:
    arc, near, states, before = start.panel(h), start.near, [], 0.0
    for tau in start.mesh.nodes * h:
        state = arc.state(float(tau), near)
        if state is None:
            return None
        states.append(state)
        rest = float(tau) - before
        near, before = state.v[start.sliding] + (state.drift - state.u)[start.sliding] * rest, float(tau)
    if any(singular(s.S[np.ix_(start.sliding, start.sliding)]) for s in (states[0], states[-1])):
        return _along(start, arc, states)
    v = start.mesh.to_chebyshev @ np.array([s.v[start.sliding] for s in states])
    return Panel(start.components, start.eta, start.z, start.sigma, start.sliding, h, v), states


def _along(start: ArcStart, arc: Panel, states: list[Point]) -> tuple[Panel, list[Point]] | None:
    """Return the same where G = 0 does not fix v: by Picard's iteration on the velocities, each iterate put on G = 0."""
    A, h = start.sliding, arc.length
    for _ in range(_MOST_ITERATES):
        speed = start.mesh.to_chebyshev @ np.array([(s.drift - s.u)[A] for s in states])
        whole = chebyshev.chebint(speed, scl=h / 2, lbnd=-1)
        found = [arc.state(h * tau, start.near + chebyshev.chebval(2 * tau - 1, whole)) for tau in start.mesh.nodes]
        after = [state for state in found if state is not None]
        if len(after) < len(found):
            return None
        change = max(float(np.abs(a.v[A] - b.v[A]).max()) for a, b in zip(after, states, strict=True))
        states = after
        if change <= 16 * _EPS * after[0].size:
            v = start.mesh.to_chebyshev @ np.array([s.v[A] for s in states])
            return Panel(start.components, start.eta, start.z, start.sigma, A, h, v), states
    return None


def _resolved(start: ArcStart, c: Array, scale: Array) -> bool:
    return bool((np.abs(c[-3:]) <= start.mesh.rtol / 10 * scale).all())


def _root(c: Array, clear: float) -> tuple[float, float, float] | None:
    """Return the part of the panel after which a function first is negative by more than ``clear``, with a bracket."""
    if c[0] - np.abs(c[1:]).sum() > 0:
        return None
    roots = chebyshev.chebroots(chebyshev.chebtrim(c, 1e-16 * float(np.abs(c).max()))) if np.abs(c[1:]).any() else np.empty(0)
    real = np.sort(roots.real[np.abs(roots.imag) < 1e-6])
    edges = np.concatenate([[-1.0], real[(real > -1) & (real < 1)], [1.0]])
    for k, (a, b) in enumerate(pairwise(edges)):
        inside = a + (b - a) * np.array([0.25, 0.5, 0.75, 1.0])
        values = chebyshev.chebval(inside, c)
        if values.min() < -clear:
            low = (edges[k - 1] + a) / 2 if k else a
            return (a + 1) / 2, (low + 1) / 2, (float(inside[values.argmin()]) + 1) / 2
    return None


def _bracketed(start: ArcStart, arc: Panel, tau: float, low: float, high: float, component: int, bound: float) -> float:
    """Return the root of the true event function near ``tau``, or tau where low and high do not bracket it."""

    def function(at: float) -> float:
        state = arc.state(at)
        if state is None:
            raise NotSmooth(f"the loss has no finite second derivative soon after t = {start.time:.6g}; end before it")
        return float(state.rate[component] - bound * state.u[component] if bound else state.G[component] * start.sigma[component])

    if tau > 0 and function(low) > 0 and function(high) < 0:
        return float(brentq(function, low, high, xtol=4 * _EPS * max(high, _EPS), rtol=4 * _EPS, maxiter=1000))
    return tau
