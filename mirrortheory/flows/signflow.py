r"""Exact sign flow of a product of layers on a quadratic loss: from event to event, without a step size.

q = 1, :math:`x = w_1 \cdots w_L` entrywise, :math:`f = |Zx - b|^2/2`, gradient :math:`g = Z^T r`, :math:`r = Zx - b`.

**One dual variable per coordinate.** The flow :math:`\dot w_i = -\sigma\,\mathrm{sign}(x/w_i)`,
:math:`\sigma \in \mathrm{SIGN}(g)`, moves all :math:`|w_i|` at the same speed, so with :math:`s = \min_i |w_i|` the
differences :math:`\lambda_i = |w_i| - s \ge 0` are constant and

.. math:: |w_i| = s + \lambda_i, \quad |x| = P(s) = \prod_i (s + \lambda_i), \quad
          y = R'(x) = \mathrm{sign}(x)\, s, \quad \dot y = -\sigma .

A layer with :math:`\lambda_i > 0` never vanishes and keeps its sign :math:`\epsilon_i`. If one layer k alone is smallest,
:math:`w_k = y \prod_{i \ne k} \epsilon_i`: it changes sign with y and x passes through 0, smoothly, for
:math:`dx/dy = P'(|y|)` is even in y. If two or more are smallest, y = 0 is a saddle of f(w): every
:math:`\nabla_{w_i} f` vanishes there, the selection sign(0) = 0 stays, other Filippov solutions leave at any time, and the
result says so.

**Arcs.** While :math:`\sigma` is constant, y is affine in t and x and g are polynomials of degree L. On the set A of sliding
coordinates :math:`g_A = 0`, hence with the pseudoinverse :math:`Z_A^+` and the projector :math:`\Pi` onto the complement of
the range of :math:`Z_A`, from any x before the correction,

.. math:: x_A \leftarrow x_A - Z_A^+ r, \qquad r \leftarrow \Pi r,

polynomials too. The equivalent control is :math:`\sigma_A = -\dot x_A/P'(s_A)`.

**Events.** A free component of g vanishes; a sliding control reaches :math:`\pm 1`; y reaches 0: first roots of
polynomials and of :math:`P'(s) \mp \dot x`, found without passing one by :mod:`mirrortheory.flows.arcs`.

**Cross or slide.** With :math:`u = P'(s)\sigma = -\dot x` and :math:`Z_0` the set where g vanishes, the condition
:math:`\sigma_i \in \mathrm{SIGN}(g_i)` just after the event is, for :math:`\dot g = -Z^T Z u`,

.. math:: u_i \in P'(s_i)\,\mathrm{SIGN}(-(Z^T Z u)_i),\ i \in Z_0
          \iff u \text{ minimises } |Z u|^2 \text{ over } |u_i| \le P'(s_i),\ i \in Z_0 :

**the sign flow chooses the velocity that moves the residual least.** Zu, hence the loss, is always unique; u is unique
unless the columns of the sliding set are dependent. Then the least change of x is selected, and the result says so: at
Zx = b with d > n this stays, while the inclusion also allows every motion in the kernel of Z that respects the bounds. So
discrete sign descent need not stay there either. As Zx - b tends to 0, P' freezes, :math:`|\dot r|` can only fall, and the
number of arcs is finite, though large: thousands of them at d = 2000.

**Decoupled decay** :math:`\dot w = -\sigma\,\mathrm{sign}(x/w) - \alpha w` is the same flow of
:math:`\hat w = e^{\alpha t} w` on the clock :math:`\eta = (e^{\alpha t} - 1)/\alpha`, towards a target that grows:
:math:`\hat b = (1 + \alpha\eta)^L b`, again a polynomial. Only :math:`\dot b` joins Zu above. At :math:`\alpha = 0` hats drop
and :math:`\eta = t`.

Not to be confused with :mod:`mirrortheory.flows.smooth`, for smooth stretches of 1 < q <= 2.
Source: derived for this project; Filippov (1988), "Differential Equations with Discontinuous Righthand Sides", for the inclusion;
Stark and Parker (1995), "Bounded-variable least squares", for the active set.
"""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mirrortheory.decays import Decay, Decoupled, NoDecay
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.arcs import first_exits, first_roots, inverse, product, taylor
from mirrortheory.flows.problems import Array, Problem, Quadratic
from mirrortheory.flows.progress import Tick, silent
from mirrortheory.flows.sign_trajectory import Arc, SignTrajectory, clock, excess
from mirrortheory.flows.solution import Event
from mirrortheory.flows.spans import Indices, Span
from mirrortheory.flows.starts import end_of, weights_of

Mask = NDArray[np.bool_]

_EPS = float(np.finfo(float).eps)
_ROUNDING = 16 * _EPS
_AT_REST = 1e-13  # a residual below this part of its terms is zero, and the loss at its minimum
_NEARLY_AT_REST, _PATIENCE = 1e-10, 20  # the same once so many events in a row are too close for rounding to order them
_FEW = 12  # changes of the sliding set that are made by updates
_MOST_EVENTS = 1_000_000
_MOST_AT_ONCE = 100  # events in a row that do not advance the clock, per coordinate


def sign_flow(
    problem: Problem, initial: ArrayLike, t_end: float, *, decay: Decay | None = None, tick: Tick = silent
) -> SignTrajectory:
    """Follow the sign flow of a product of layers on a quadratic loss exactly, from event to event.

    Args:
        problem: a :class:`Quadratic`.
        initial: weights, shape (depth, d), one imbalance per coordinate; d = 1 may be given as shape (depth,).
        t_end: final time > 0, dimensionless.
        decay: None, ``NoDecay()`` or ``Decoupled(alpha)`` with a rational alpha.
        tick: told how far the flow has come, from 0 to 1.

    Returns:
        The trajectory, exact up to rounding: about 1e-15 per event, times the condition of the sliding columns of Z.

    Raises:
        InvalidArgument: for another loss or decay, wrong shapes, a time that is not positive.
        NotSmooth: when events do not advance the clock or a weight overflows; with decay this may happen once the flow is not
            unique, which it is not from Zx = b on when d > n.

    >>> path = sign_flow(Quadratic([[1.0]], [1.0]), [0.5, 0.25], 2.0)
    >>> [(event.kind, round(event.time, 6)) for event in path.events], path.converged, path.unique
    ([('slide', 0.632782), ('rest', 0.632782)], True, True)
    """
    weights, alpha = _checked(problem, initial, t_end, decay)
    assert isinstance(problem, Quadratic)
    follower = _Follower(problem, weights, alpha)
    follower.run(float(clock(np.array(float(t_end)), alpha)), lambda time: tick(time / float(t_end)))
    return SignTrajectory(
        problem,
        weights,
        float(t_end),
        alpha,
        tuple(follower.arcs),
        tuple(follower.events),
        follower.converged,
        follower.unique_until,
        tuple(follower.notes),
    )


def _checked(problem: Problem, initial: ArrayLike, t_end: float, decay: Decay | None) -> tuple[Array, float]:
    if not isinstance(problem, Quadratic):
        raise InvalidArgument("problem", "a Quadratic", type(problem).__name__, "other losses have no polynomial arcs")
    if not isinstance(decay, NoDecay | Decoupled | None):
        raise InvalidArgument("decay", "None, NoDecay() or Decoupled(alpha)", decay, "coupled decay has no polynomial arcs")
    if decay is not None and decay.rate.free_symbols:
        raise InvalidArgument("alpha", "a number in a simulation", decay.rate, "write a rational such as 1/2")
    alpha = 0.0 if decay is None else float(decay.rate)
    weights = weights_of(initial, None, problem.dimension)
    end_of(t_end, depth=len(weights), alpha=alpha)
    return weights, alpha


# From event to event ------------------------------------------------------------------------------------------------


class _Follower:
    """The state between two events, and the rules that take it to the next."""

    def __init__(self, problem: Quadratic, initial: Array, alpha: float) -> None:
        self.Z, self.b, self.alpha, self.depth, self.eta = problem.Z, problem.b, alpha, len(initial), 0.0
        self.idle = 0  # events in a row that did not advance the clock
        self.excess = excess(initial)
        self.simple = (self.excess == 0).sum(axis=0) == 1
        self.y = np.sign(initial).prod(axis=0) * np.abs(initial).min(axis=0)
        self.sigma = np.zeros_like(self.y)
        self.sliding: Indices = np.empty(0, dtype=np.intp)
        self.span = Span(self.Z[:, self.sliding], self.sliding)
        self._spans: dict[bytes, Span] = {}
        self.norms = np.sqrt(np.square(self.Z).sum(axis=0))
        self.order = np.zeros(len(self.y), dtype=int)  # how many leading Taylor coefficients of g are known to vanish
        self.flat = self.sliding  # free coordinates whose gradient vanishes along the arc
        self.arcs: list[Arc] = []
        self.events: list[Event] = []
        self.notes: list[str] = []
        self.converged, self.unique_until = False, np.inf

    @property
    def time(self) -> float:
        return float(np.log1p(self.alpha * self.eta) / self.alpha if self.alpha else self.eta)

    def run(self, end: float, tick: Tick) -> None:
        saddles = (self.y == 0) & ~self.simple
        if saddles.any():
            self._saddle(saddles)
        x, r = self._polynomials()
        gradient = r[0] @ self.Z
        zero = np.abs(gradient) <= self._noise(x[0], r[0])
        self.sigma = np.where(zero | saddles, 0.0, np.sign(gradient))
        start = np.flatnonzero(zero & ~saddles)
        if start.size:
            self._decide(start, start[:0], np.zeros(len(self.y)))
        for _ in range(_MOST_EVENTS):
            x, r = self._polynomials()
            self.arcs.append(Arc(self.eta, self.y, self.sigma.astype(np.int8), self.sliding, x[:, self.sliding]))
            if not self.sigma.any() and (self.alpha == 0 or self.sliding.size == 0):
                self.converged = True
                self._record("rest", np.arange(len(self.y)))
                return
            stay, hits, exits, zeros = self._next(x, r, end - self.eta)
            self._advance(x, stay, zeros)
            tick(self.time)
            if not np.isfinite(self.y).all():
                raise NotSmooth(f"the sign flow overflows at t = {self.time:.6g}; end before it")
            if not (hits.size or exits.size or zeros.size):
                self.converged = not self.sigma.any() and self.span.independent
                return
            self.idle = self.idle + 1 if stay <= 4 * _EPS * self.eta else 0
            if self.idle > _MOST_AT_ONCE + 4 * len(self.y):
                since = min(self.unique_until, self.time)
                why = "is not unique" if since == self.unique_until else "has events too close to order"
                raise NotSmooth(f"the sign flow {why} from t = {since:.6g} on and was not followed past it; end before it")
            if zeros.size:
                self._pass_zero(zeros)
            if hits.size or exits.size:
                speed = (stay ** np.arange(self.depth) * np.arange(1, self.depth + 1)) @ x[1:]
                self._decide(hits, exits, -speed)
        raise NotSmooth(f"{_MOST_EVENTS} events reach only t = {self.time:.6g}; end before it")

    def _target(self) -> Array:
        """Return b-hat as Taylor coefficients in eta, shape (L + 1, n)."""
        grown = 1 + self.alpha * self.eta
        return np.array([comb(self.depth, k) * self.alpha**k * grown ** (self.depth - k) * self.b for k in range(self.depth + 1)])

    def _polynomials(self) -> tuple[Array, Array]:
        """Return x and Zx - b as Taylor coefficients in eta, shapes (L + 1, d) and (L + 1, n)."""
        side = np.where(self.y != 0, np.sign(self.y), -self.sigma)
        x = side * taylor(np.abs(self.y), self.excess, -self.sigma * side)
        r = x @ self.Z.T - self._target()
        if self.sliding.size:
            change, r = self.span.split(r)
            x[:, self.sliding] -= change
        return x, r

    def _noise(self, x: Array, r: Array) -> Array:
        """Return what rounding leaves of a gradient that vanishes."""
        return np.asarray(_ROUNDING * (self.scale(x) + float(np.linalg.norm(r))) * self.norms)

    def scale(self, x: Array) -> float:
        return float(np.linalg.norm(x * self.norms) + np.linalg.norm(self._target()[0]))

    def _next(self, x: Array, r: Array, horizon: float) -> tuple[float, Indices, Indices, Indices]:
        """Return how long the arc lasts, and which coordinates lose their gradient, leave sliding, reach 0."""
        free, falling, self.flat = np.flatnonzero(self.sigma), self.y * self.sigma > 0, self.sliding[:0]
        to_zero = np.where(falling, np.abs(self.y), np.inf)
        stay = min(horizon, float(to_zero.min()))
        c = (r @ self.Z)[:, free] * self.sigma[free]
        fresh = self.order[free]
        if fresh.any():
            tiny = np.array([self._noise(x[k], r[k])[free] for k in range(len(c))])
            for k in range(len(c)):
                gone = (fresh > k) | ((fresh > 0) & (np.abs(c[0]) <= tiny[k]))
                c[:-1, gone], c[-1, gone] = c[1:, gone], 0.0
            self.flat = free[(fresh > 0) & ~c.any(axis=0)]
            c[0, ~c.any(axis=0)] = 1.0
        to_hit = first_roots(c, stay)
        stay = min(stay, float(to_hit.min(initial=np.inf)))
        exits = zeros = self.sliding[:0]
        if self.sliding.size:
            own, y = x[:, self.sliding], self.y[self.sliding]
            above, ahead = own.copy(), np.sign(y)  # ahead: the side of 0 on which x is after now
            for k in range(1, len(own)):
                undecided = ahead == 0
                above[:-1, undecided], above[-1, undecided] = above[1:, undecided], 0.0
                ahead = np.where(undecided & (np.abs(own[k]) > _ROUNDING * np.abs(x[k]).max()), np.sign(own[k]), ahead)
            above[0, ahead == 0] = ahead[ahead == 0] = 1.0
            own, above = own * ahead, above * ahead
            through = first_roots(above, stay)
            stay = min(stay, float(through.min()))
            leaving = first_exits(own, np.abs(y), self.excess[:, self.sliding], stay)
            stay = min(stay, float(leaving.min()))
            exits, zeros = self.sliding[leaving <= stay], self.sliding[through <= stay]
        return stay, free[to_hit <= stay], exits, np.concatenate([zeros, np.flatnonzero(to_zero <= stay)])

    def _advance(self, x: Array, stay: float, zeros: Indices) -> None:
        y = self.y - self.sigma * stay
        if self.sliding.size:
            own = stay ** np.arange(self.depth + 1) @ x[:, self.sliding]
            y[self.sliding] = np.copysign(inverse(np.abs(own), self.excess[:, self.sliding]), own)
        y[zeros] = 0.0
        self.y, self.eta = y, self.eta + stay
        self.order = np.zeros_like(self.order)
        self.order[self.flat] = 1

    def _pass_zero(self, zeros: Indices) -> None:
        passing = zeros[self.simple[zeros]]
        self._record("zero", passing)
        stuck = np.zeros(len(self.y), dtype=bool)
        stuck[np.setdiff1d(zeros, passing)] = True
        if stuck.any():
            self._saddle(stuck)

    def _saddle(self, stuck: Mask) -> None:
        self.sigma[stuck] = 0.0
        if np.isin(self.sliding, np.flatnonzero(stuck)).any():
            self.sliding = self.sliding[~stuck[self.sliding]]
            self.span = Span(self.Z[:, self.sliding], self.sliding)
        self._record("saddle", np.flatnonzero(stuck))
        where = "starts at" if self.eta == 0 else "reaches"
        self._not_unique(f"{where} a saddle: two or more zero layers stay by the selection sign(0) = 0, but may leave at any time")

    def _not_unique(self, note: str) -> None:
        self.unique_until = min(self.unique_until, self.time)
        self.notes.append(f"t = {self.time:.6g}: {note}")

    def _record(self, kind: str, coordinates: Indices) -> None:
        if coordinates.size:
            self.events.append(Event(self.time, tuple(int(i) for i in coordinates), kind))

    def _decide(self, hits: Indices, exits: Indices, u: Array) -> None:
        """Solve the box problem where the gradient vanishes; ``u`` = -dx/deta just before the event."""
        before, was_sliding = self.sigma, self.sliding
        size = product(np.abs(self.y), self.excess)[1]
        u = np.where(before != 0, before * size, np.clip(u, -size, size))
        u[exits] = np.copysign(size[exits], u[exits])
        inner, at_zero = np.zeros((2, len(u)), dtype=bool)
        inner[was_sliding] = at_zero[was_sliding] = at_zero[hits] = True
        inner[hits[before[hits] == 0]] = True
        inner[exits] = False
        while True:
            first = at_zero.copy()
            first[exits] = False
            drift = self.Z @ np.where(at_zero, 0.0, u) + self._target()[1]
            self.span, chosen, unique = self._box(at_zero, first, inner, drift, np.where(at_zero, u, 0.0), size)
            self.sliding, self.sigma = self.span.columns, np.where(at_zero, np.sign(chosen), before)
            self.sigma[self.sliding] = 0.0
            x, r = self._polynomials()
            noise = self._noise(x[0], r[0])
            small = _AT_REST if self.idle < _PATIENCE else _NEARLY_AT_REST
            at_rest = self.alpha == 0 and float(np.linalg.norm(r[0])) <= small * self.scale(x[0])
            vanishing = ((np.abs(r[0] @ self.Z) <= noise) | at_rest) & (before != 0) & ~at_zero
            if not vanishing.any():
                break
            at_zero |= vanishing
        slides = np.zeros_like(at_zero)
        slides[self.sliding] = True
        self.order[at_zero & ~slides] = 1
        self.order[exits[~slides[exits]]] = 2
        self._record("leave", was_sliding[~slides[was_sliding]])
        slides[was_sliding] = False
        self._record("slide", np.flatnonzero(slides))
        self._record("cross", np.flatnonzero(before * self.sigma < 0))
        if not unique:
            self._not_unique(
                "the columns of the sliding set are dependent: the least change of x is selected; Zx and the loss are unique"
            )

    def _box(self, at_zero: Mask, first: Mask, inner: Mask, drift: Array, u: Array, size: Array) -> tuple[Span, Array, bool]:
        """Minimise |Z u + drift| over |u_i| <= size_i, i in at_zero, and u = 0 elsewhere; return the span of those inside, u, and
        whether u is unique.

        Tries ``first`` inside; else walks from the feasible ``u``, of which ``inner`` are inside, through better active sets.
        """
        inside, slack = first, 1e-10 * self.norms * float(self.norms @ np.where(at_zero, size, 0.0))
        for attempt in range(50 + 10 * len(u)):
            span, bound = self._span(inside), np.flatnonzero(at_zero & ~inside)
            free, walls = span.columns, self.Z[:, bound]
            (aim,), (rest,) = span.split(-(drift + walls @ u[bound])[None])
            outside = np.abs(aim) > size[free]
            if not outside.any():
                u[free] = aim
                pull, inside = -(rest @ walls) * np.sign(u[bound]), inside.copy()
                if not (pull > slack[bound]).any():
                    inside[bound[pull >= -slack[bound]]] = True  # could as well be inside
                    return span, u, self._span(inside).independent
                inside[bound[(pull - slack[bound]).argmax()]] = True
            elif attempt == 0:
                inside = inner
            else:
                wall = np.copysign(size[free], aim)
                part = np.where(outside, (wall - u[free]) / np.where(outside, aim - u[free], 1.0), np.inf)
                nearest = int(part.argmin())
                u[free] += max(part[nearest], 0.0) * (aim - u[free])
                u[free[nearest]] = wall[nearest]
                inside = inside.copy()
                inside[free[nearest]] = False
        raise NotSmooth(f"crossing or sliding could not be decided at t = {self.time:.6g}; end before it")

    def _span(self, inside: Mask) -> Span:
        """Return the span of these columns of Z, updated from the last one where few columns changed."""
        key = inside.tobytes()
        if key in self._spans:
            return self._spans[key]
        span, old = self.span, np.zeros_like(inside)
        old[span.columns] = True
        if (inside != old).sum() > _FEW:
            wanted = np.flatnonzero(inside)
            span = Span(self.Z[:, wanted], wanted)
        else:
            for i in np.flatnonzero(old & ~inside):
                span = span.shrunk(int(i))
            for i in np.flatnonzero(inside & ~old):
                span = span.grown(self.Z[:, i], int(i))
        if len(self._spans) > 3:
            del self._spans[next(iter(self._spans))]
        self._spans[key] = self.span = span
        return span
