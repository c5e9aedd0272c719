r"""Sign flow of a product of layers on any smooth loss, from event to event along smooth arcs; no ODE is integrated.

Units z with :math:`\dot z \in -\mathrm{SIGN}(G)`, their places v and the symmetric :math:`S = \partial G/\partial v` are those of
:mod:`mirrortheory.flows.sign.smooth.units`: coordinates without or with decoupled decay, single layers under coupled decay.

**Arcs.** Between events the units fall into B, with :math:`G_B \ne 0` and constant :math:`\sigma_B = \mathrm{sign}(G_B)`, and the
sliding set A with :math:`G_A = 0`. So :math:`z_B` is affine in time, explicit, and :math:`v_A` is a root:

.. math:: G_A(v_A, v_B(\eta)) = 0, \qquad S_{AA} u_A = S_{A\cdot}\,\partial_\eta v - S_{AB} u_B, \quad u = \varrho\,\sigma,

found by Newton's method at any one time, to rounding, whatever the steps; the second line is the equivalent control. Where S_AA is
singular neither has one solution: columns of Z that are parallel, or layers of such coordinates that meet. Then u is selected
(:func:`mirrortheory.flows.sign.equivalent_control.controls`) as the chattering of sign descent selects it from starts on the
grid of its
steps (from others it takes any of the solutions), and v is its integral, put on G_A = 0.

**Events.** A component of :math:`\sigma_B G_B` or of :math:`\varrho_A \mp u_A` falls below 0, or v passes 0. On a panel of time
each of these functions is interpolated at Chebyshev points, and the panel is halved until the last coefficients are small; then all
roots of the interpolant are known, and the first after which it is negative is located in the true function by bracketing. Nothing
is known of the derivatives of the loss, so two things can be missed: a dip below 0 by less than the resolution that returns, and
a feature of the loss so narrow that all points of a panel fall beside it.

**Cross or slide** at an event is decided by :mod:`mirrortheory.flows.sign.equivalent_control`. Where the decision is not shown
to be the only
one, or S_AA turns indefinite while A slides, the result says so.

Not to be confused with :func:`mirrortheory.flows.sign_flow`: the polynomial arcs of quadratic losses, first roots never passed by.
Source: derived for this project; Filippov (1988), "Differential Equations with Discontinuous Righthand Sides", for the inclusion;
Trefethen (2013), "Approximation Theory and Approximation Practice", for resolution by Chebyshev coefficients.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from mirrortheory.decays import Coupled
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.progress import Tick, part, silent
from mirrortheory.flows.result.solution import Event, Solution
from mirrortheory.flows.sign.equivalent_control import TOUCHING, box, controls, indefinite, singular, solve
from mirrortheory.flows.sign.least_squares import Indices
from mirrortheory.flows.sign.smooth.units import Coordinates, Layers, Units
from mirrortheory.flows.starts import UNDERFLOW, end_of, numbers_in, tolerance, underflow, weights_of
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

Mask = NDArray[np.bool_]

_EPS = float(np.finfo(float).eps)
_ROUNDING = 64 * _EPS
_TIMES = 65
_POINTS, _FEWER = 17, 13  # Chebyshev points of a panel: of the run that is returned, and of the one it is compared with
_LOOSER = 10.0
_NEAR = 1e-12  # a component of G below this part of its terms vanishes
_CARRIED = 1e-4  # part of the carried size, so that rounding of it, and no more, is near 0
_DEPENDENT = 1e-11  # eigenvalues of the scaled S below this part of the largest are zero
_MOST_EVENTS, _MOST_AT_ONCE, _MOST_PANELS = 100_000, 100, 20_000
_STEADY, _LEAST_PART = 400, 1e-3  # so many panels, and 4 more for each unit, must advance the clock by this part
_MOST_ITERATES = 20  # on a panel where G = 0 does not fix the sliding units


def sign_arcs(
    flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, *, rtol: float = 1e-10, tick: Tick = silent
) -> Solution:
    """Follow the sign flow of a product of layers on a smooth loss, with any decay, from event to event.

    Args:
        flow: ``Lq(1)``, a Product, and no, decoupled or coupled decay with a rational rate.
        problem: a loss with continuous second derivatives; its ``slope`` and ``hessian`` are used.
        initial: weights, shape (depth, d); d = 1 may be given as shape (depth,).
        t_end: final time > 0, dimensionless.
        rtol: resolution of the event functions relative to their terms, 1e-12 to 1e-4.
        tick: told how far the two runs have come, from 0 to 1.

    Returns:
        The weights at 65 times, with the difference from a coarser run as estimate of the error. Events: "cross" and "slide" (a
        component of the gradient vanishes), "leave" (slides no more), "zero" (a weight and x_j pass 0), "saddle" (x_j stays at 0 by
        the selection sign(0) = 0), "rest". Under coupled decay single layers cross, slide and leave; an event names coordinates.

    Raises:
        InvalidArgument: for q > 1, symbols in the flow, another reparameterization, wrong shapes or ranges.
        NotSmooth: where the loss is not finite or not resolved, or events do not advance the clock.

    >>> import sympy
    >>> from mirrortheory import Lq, Product
    >>> from mirrortheory.flows import Scalar
    >>> loss = Scalar(sympy.cosh(sympy.Symbol("x") - 1))
    >>> path = sign_arcs(Flow(Lq(1), Product(2)), loss, [0.5, 0.25], 2.0)  # (1/2 + t)(1/4 + t) = 1
    >>> [(event.kind, round(event.time, 6)) for event in path.events], path.converged
    ([('slide', 0.632782), ('rest', 0.632782)], True)
    """
    start = _checked(flow, problem, initial, t_end, rtol)
    alpha = float(flow.decay.rate)
    coupled = isinstance(flow.decay, Coupled) and alpha > 0
    units = Layers(problem, start, alpha) if coupled else Coordinates(problem, start, alpha)
    fine, rough = _Follower(units, _POINTS, rtol), _Follower(units, _FEWER, _LOOSER * rtol)
    for run, follower in enumerate((fine, rough)):
        follower.run(float(t_end), part(tick, run / 2, 1 / 2))
    t = np.linspace(0.0, float(t_end), _TIMES)
    w, other = (np.array([follower.weights(time) for time in t]) for follower in (fine, rough))
    spread, size = (np.maximum.accumulate(np.abs(a).max(axis=(1, 2))) for a in (w - other, w))
    return Solution(
        t=t,
        w=w,
        error=spread + _ROUNDING * (1 + len(fine.events)) * size,
        how="estimated: largest difference so far from a run on other points, and rounding; an event function that dips below 0 by "
        f"less than {rtol:g} of its terms and returns may be missed",
        method="; ".join(
            (f"smooth arcs by Newton's method, events bracketed after interpolation at {_POINTS} Chebyshev points", *fine.notes)
        ),
        dense=fine.weights,
        events=tuple(fine.events),
        converged=fine.converged,
    )


def _checked(flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, rtol: float) -> Array:
    if not isinstance(flow.reparam, Product):
        raise InvalidArgument("reparam", "a Product", flow.reparam, "use simulate for q > 1 on smooth stretches")
    numbers_in(flow)
    if flow.geometry.exponent != 1:
        raise InvalidArgument("q", "1 for sign flow", flow.geometry.exponent, "use dual_flow for 1 < q <= 2")
    start = weights_of(initial, flow.reparam.depth, problem.dimension)
    end_of(t_end, depth=flow.reparam.depth, alpha=0.0 if isinstance(flow.decay, Coupled) else float(flow.decay.rate))
    tolerance(rtol, 1e-12, 1e-4)
    return start


@dataclass(frozen=True, eq=False)
class _State:
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
class _Arc:
    """A panel from ``start`` on: z there, sigma of the units that do not slide, v of those that do as Chebyshev coefficients."""

    units: Units
    start: float
    z: Array
    sigma: Array
    sliding: Indices
    length: float
    v: Array

    def state(self, tau: float, near: Array | None = None) -> _State | None:
        """Return the state at ``start`` + tau, by Newton's method from the interpolant or from ``near``; None if it fails."""
        units, A, eta = self.units, self.sliding, self.start + tau
        z = self.z - self.sigma * tau
        with np.errstate(all="ignore"):
            v = units.place(eta, z)[0]
            v[A] = chebyshev.chebval(2 * tau / self.length - 1, self.v) if near is None else near
            step, size = np.inf, float(np.abs(v).max()) + _CARRIED * units.carried
            for _ in range(30):
                G, S = units.gradient(v)
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
            z[A] = units.back(eta, v[A], A)
            _, rate, drift = units.place(eta, z)
            u = rate * self.sigma
            if len(A):
                own, moves = S[np.ix_(A, A)], np.where(self.sigma != 0, drift - u, 0.0)
                u[A] = controls(own, own @ drift[A] + S[A] @ moves, rate[A])
        return _State(z, v, G, S, rate, drift, u, size) if np.isfinite(u).all() and np.isfinite(z).all() else None


@dataclass(frozen=True)
class _Hit:
    """The first event of a panel: after ``tau``, of one unit, that loses its gradient or leaves sliding."""

    tau: float
    unit: int
    leaves: bool


# From event to event ------------------------------------------------------------------------------------------------


class _Follower:
    """The state between two events, and the rules that take it to the next."""

    def __init__(self, units: Units, points: int, rtol: float) -> None:
        self.units, self.rtol = units, rtol
        nodes = np.sort(np.cos(np.pi * (np.arange(points) + 0.5) / points))
        self.nodes, self.to_chebyshev = (nodes + 1) / 2, np.linalg.inv(chebyshev.chebvander(nodes, points - 1))
        self.eta, self.z = 0.0, units.start.copy()
        self.sigma = np.zeros_like(self.z)
        self.sliding: Indices = np.empty(0, dtype=np.intp)
        self.near = self.z[self.sliding]  # v of the sliding units, from where Newton's method starts
        self.held = np.zeros(len(self.z), dtype=bool)
        self.arcs: list[_Arc] = []
        self.events: list[Event] = []
        self.notes: list[str] = []
        self.converged, self.idle = False, 0

    def weights(self, t: float) -> Array:
        """Return the weights at a time, shape (depth, d)."""
        eta = self.units.clock(float(t))
        arc = self.arcs[max(bisect_right(self.arcs, eta, key=lambda a: a.start) - 1, 0)]
        state = arc.state(eta - arc.start)
        if state is None:
            raise NotSmooth(f"the arc could not be evaluated at t = {t:.6g}; end before it")
        return self.units.weights(eta, state.z)

    def run(self, t_end: float, tick: Tick) -> None:
        end = self.units.clock(t_end)
        self._hold(np.flatnonzero(self.units.stuck(self.z)))
        state = self._arc(1.0).state(0.0)
        if state is None:
            raise NotSmooth("the loss or its derivatives are not finite at t = 0; start closer to zero")
        zero = (np.abs(state.G) <= _NEAR * state.terms) & ~self.held
        self.sigma = np.where(zero | self.held, 0.0, np.sign(state.G))
        if zero.any():
            self._decide(state, zero, self.sliding)
            if (zero & (np.diagonal(state.S) == 0)).any():
                self._note("a gradient is 0 in double precision with the Hessian: an underflow is not told from a point of rest")
        panels, mark = 0, self.eta
        for _ in range(_MOST_EVENTS):
            if self.units.autonomous and not self.sigma.any():
                self._record("rest", np.arange(len(self.z)))
                self.converged = True
                self.arcs.append(self._arc(max(end - self.eta, _EPS)))
                return
            begin, limit, to_zero = self.eta, end, np.where(self.z * self.sigma > 0, np.abs(self.z), np.inf)
            zeros = self.sliding[:0]
            if self.eta + to_zero.min() <= limit:
                limit, zeros = self.eta + float(to_zero.min()), np.flatnonzero(to_zero <= to_zero.min())
            hit, length = None, np.inf
            while hit is None and self.eta < limit:
                panels += 1
                if panels > _MOST_PANELS:
                    raise NotSmooth(f"{panels} panels reach only t = {self._time():.6g}; end before it")
                if panels % (_STEADY + 4 * len(self.z)) == 0:
                    if self.eta - mark < _LEAST_PART * self.eta:
                        near = f"t = {self._time():.6g}"
                        raise NotSmooth(f"the sign flow hardly advances at {near}: it takes ever shorter steps; end before it")
                    mark = self.eta
                arc, hit, passing = self._panel(limit, length)
                if passing is not None:
                    limit, zeros = self.eta + passing[0], np.array([passing[1]])
                self.arcs.append(arc)
                tau = hit.tau if hit is not None else arc.length
                state = arc.state(tau)
                if state is None:
                    raise NotSmooth(f"the arc could not be followed past t = {self._time():.6g}; end before it")
                if indefinite(state.S[np.ix_(self.sliding, self.sliding)]):
                    self._note("the Hessian of the sliding set is indefinite: it goes on sliding, but may leave at any time")
                self.eta = self.eta + tau if hit is not None or self.eta + tau < limit * (1 - 4 * _EPS) else limit
                self.z, self.near, length = state.z, state.v[self.sliding], 2 * arc.length
                tick(self._time() / t_end)
            assert state is not None
            if hit is None and zeros.size == 0:
                return
            self.idle = self.idle + 1 if self.eta - begin <= 8 * _EPS * self.eta else 0
            if self.idle > _MOST_AT_ONCE + 4 * len(self.z):
                raise NotSmooth(f"the sign flow has events too close to order from t = {self._time():.6g} on; end before it")
            self._event(state, hit, zeros)
        raise NotSmooth(f"{_MOST_EVENTS} events reach only t = {self._time():.6g}; end before it")

    def _time(self) -> float:
        return self.units.time(self.eta)

    def _record(self, kind: str, which: Indices) -> None:
        if which.size:
            self.events.append(Event(float(self._time()), tuple(int(j) for j in np.unique(self.units.coordinate[which])), kind))

    def _note(self, text: str) -> None:
        if not any(note.endswith(text) for note in self.notes):
            self.notes.append(f"not shown to be unique from t = {self._time():.6g} on: {text}")

    def _arc(self, length: float) -> _Arc:
        return _Arc(self.units, self.eta, self.z, self.sigma, self.sliding, length, self.near[None])

    # Panels

    def _panel(self, limit: float, length: float) -> tuple[_Arc, _Hit | None, tuple[float, int] | None]:
        """Return a resolved panel, its first event, and where a sliding v passes 0 within it, to be an end of this arc."""
        h, A, passing = min(limit - self.eta, length, self.units.stretch(self.eta)), self.sliding, None
        free = np.flatnonzero(self.sigma)
        first = self._arc(h).state(0.0, self.near)
        if first is not None and length == np.inf:
            h = min(h, self._reach(first, free))
        shortest = min(1e-14 * max(self.eta, min(limit - self.eta, self.units.stretch(self.eta))), h)
        while True:
            if first is None or h < shortest:
                if first is not None and (np.abs(first.G[free]) < UNDERFLOW).any():
                    raise underflow(self._time(), ", or give the logarithm of the loss, which has the same sign flow")
                raise NotSmooth(f"the arc is not resolved at t = {self._time():.6g}; take a larger rtol, or end before it")
            found = self._interpolate(h)
            if found is None:
                h /= 2
                continue
            arc, states = found
            side = np.where(first.v[A] != 0, np.sign(first.v[A]), np.sign(states[-1].v[A]))
            values = np.array([np.concatenate([s.G[free] * self.sigma[free], s.v[A] * side]) for s in states])
            terms = np.array([np.concatenate([s.terms[free], np.full(len(A), np.abs(s.v).max())]) for s in states]).max(axis=0)
            controls = np.array([np.concatenate([s.rate[A] - s.u[A], s.rate[A] + s.u[A]]) for s in states])
            sizes = np.tile(np.array([s.rate[A] + np.abs(s.u[A]) for s in states]).max(axis=0), 2)
            smooth, bounded = self.to_chebyshev @ values, self.to_chebyshev @ controls
            if not self._resolved(smooth, terms):
                h /= 2
                continue
            through = [self._root(smooth[:, k], self.rtol * terms[k]) for k in range(len(free), len(terms))]
            ends = [(root[0] * h, int(A[k])) for k, root in enumerate(through) if root is not None]
            if ends and (passing is None or min(ends) < passing) and min(ends)[0] > shortest:
                passing = min(ends)
                h = passing[0]
                continue
            if self._resolved(bounded, sizes * self._condition(first)):
                break
            h /= 2
        functions = [(smooth[:, k], self.rtol * terms[k], int(i), 0.0) for k, i in enumerate(free)]
        functions += [
            (bounded[:, k], self.rtol * sizes[k], int(A[k % len(A)]), 1.0 if k < len(A) else -1.0) for k in range(bounded.shape[1])
        ]
        roots = [(root, unit, bound) for c, clear, unit, bound in functions if (root := self._root(c, clear)) is not None]
        if not roots:
            return arc, None, passing if passing is not None and h == passing[0] else None
        (tau, low, high), unit, bound = min(roots)
        return arc, _Hit(self._bracketed(arc, tau * h, low * h, high * h, unit, bound), unit, bound != 0), None

    def _reach(self, state: _State, free: Indices) -> float:
        """Return how far a first panel goes: beyond where the nearest component of G vanishes by its slope."""
        G, fall = state.G[free] * self.sigma[free], -(state.S @ (state.drift - state.u))[free] * self.sigma[free]
        ahead = (fall > 0) & (state.terms[free] * _NEAR < G)
        return 1.5 * float((G[ahead] / fall[ahead]).min(initial=np.inf))

    def _condition(self, state: _State) -> float:
        """Return by how much the tolerance of a control is widened for rounding."""
        S = state.S[np.ix_(self.sliding, self.sliding)]
        size = np.linalg.svd(S, compute_uv=False) if len(S) else np.ones(1)
        kept = size[size > _DEPENDENT * size[0]]
        return max(1.0, 1e3 * _EPS * float(kept[0] / kept[-1]) / self.rtol) if kept.size else 1.0

    def _interpolate(self, h: float) -> tuple[_Arc, list[_State]] | None:
        arc, near, states, before = self._arc(h), self.near, [], 0.0
        for tau in self.nodes * h:
            state = arc.state(float(tau), near)
            if state is None:
                return None
            states.append(state)
            rest = float(tau) - before
            near, before = state.v[self.sliding] + (state.drift - state.u)[self.sliding] * rest, float(tau)
        if any(singular(s.S[np.ix_(self.sliding, self.sliding)]) for s in (states[0], states[-1])):
            return self._along(arc, states)
        v = self.to_chebyshev @ np.array([s.v[self.sliding] for s in states])
        return _Arc(self.units, self.eta, self.z, self.sigma, self.sliding, h, v), states

    def _along(self, arc: _Arc, states: list[_State]) -> tuple[_Arc, list[_State]] | None:
        """Return the same where G = 0 does not fix v: by Picard's iteration on the velocities, each iterate put on G = 0."""
        A, h = self.sliding, arc.length
        for _ in range(_MOST_ITERATES):
            speed = self.to_chebyshev @ np.array([(s.drift - s.u)[A] for s in states])
            whole = chebyshev.chebint(speed, scl=h / 2, lbnd=-1)
            found = [arc.state(h * tau, self.near + chebyshev.chebval(2 * tau - 1, whole)) for tau in self.nodes]
            after = [state for state in found if state is not None]
            if len(after) < len(found):
                return None
            change = max(float(np.abs(a.v[A] - b.v[A]).max()) for a, b in zip(after, states, strict=True))
            states = after
            if change <= 16 * _EPS * after[0].size:
                v = self.to_chebyshev @ np.array([s.v[A] for s in states])
                return _Arc(self.units, self.eta, self.z, self.sigma, A, h, v), states
        return None

    def _resolved(self, c: Array, scale: Array) -> bool:
        return bool((np.abs(c[-3:]) <= self.rtol / 10 * scale).all())

    def _root(self, c: Array, clear: float) -> tuple[float, float, float] | None:
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

    def _bracketed(self, arc: _Arc, tau: float, low: float, high: float, unit: int, bound: float) -> float:
        """Return the root of the true event function near ``tau``, or tau where low and high do not bracket it."""

        def function(at: float) -> float:
            state = arc.state(at)
            if state is None:
                raise NotSmooth(f"the loss has no finite second derivative soon after t = {self._time():.6g}; end before it")
            return float(state.rate[unit] - bound * state.u[unit] if bound else state.G[unit] * self.sigma[unit])

        if tau > 0 and function(low) > 0 and function(high) < 0:
            return float(brentq(function, low, high, xtol=4 * _EPS * max(high, _EPS), rtol=4 * _EPS, maxiter=1000))
        return tau

    # Decisions

    def _event(self, state: _State, hit: _Hit | None, zeros: Indices) -> None:
        zero = (np.abs(state.G) <= _NEAR * state.terms) & (self.sigma != 0)
        if hit is None:
            self.z = self.z.copy()
            self.z[zeros] = 0.0
            at_zero = np.isin(np.arange(len(self.z)), zeros)
            self._record("zero", np.flatnonzero(at_zero & ~self.units.stuck(self.z)))
            self._hold(np.flatnonzero(at_zero & self.units.stuck(self.z)))
            fresh = self._arc(1.0).state(0.0, self.near)
            if fresh is None:
                raise NotSmooth(f"the arc could not be followed past t = {self._time():.6g}; end before it")
            state = fresh
            zero = (np.abs(state.G) <= _NEAR * state.terms) & (self.sigma != 0)
            if not zero.any():
                return
        elif not hit.leaves:
            zero[hit.unit] = True
        exits = self.sliding[np.abs(state.u[self.sliding]) >= (1 - TOUCHING) * state.rate[self.sliding]]
        zero[self.sliding] = True
        self._decide(state, zero, exits if hit is not None and hit.leaves else self.sliding[:0])

    def _hold(self, stuck: Indices) -> None:
        if stuck.size:
            self.held[stuck], self.sigma = True, np.where(np.isin(np.arange(len(self.z)), stuck), 0.0, self.sigma)
            kept = ~self.held[self.sliding]
            self.sliding, self.near = self.sliding[kept], self.near[kept]
            self._record("saddle", stuck)
            self._note("two or more zero layers stay by the selection sign(0) = 0, but may leave at any time")

    def _decide(self, state: _State, zero: Mask, exits: Indices) -> None:
        """Solve the box problem on the units whose G vanishes."""
        Z, before, was_sliding = np.flatnonzero(zero), self.sigma, self.sliding
        S, size = state.S[np.ix_(Z, Z)], state.rate[Z]
        pull = state.S[Z] @ (np.where(zero, 0.0, state.rate * before) - np.where(zero, 0.0, state.drift))
        was = np.where(np.isin(Z, exits), np.sign(state.u[Z]), before[Z])
        chosen, doubt = box(S, pull, size, state.drift[Z], was, np.isin(Z, exits))
        if chosen is None:
            raise NotSmooth(f"crossing or sliding could not be decided at t = {self._time():.6g}; end before it")
        self.sigma = before.copy()
        self.sigma[Z] = chosen
        self.sliding = Z[chosen == 0]
        self.near = state.v[self.sliding]
        slides, slid = np.isin(np.arange(len(before)), self.sliding), np.isin(np.arange(len(before)), was_sliding)
        self._record("leave", np.flatnonzero(slid & ~slides))
        self._record("slide", np.flatnonzero(slides & ~slid))
        self._record("cross", np.flatnonzero(before * self.sigma < 0))
        if doubt:
            self._note(doubt)
