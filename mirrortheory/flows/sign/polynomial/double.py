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
polynomials and of :math:`P'(s) \mp \dot x`, found without passing one by :mod:`mirrortheory.flows.sign.depth_polynomial`.

**Cross or slide.** With :math:`u = P'(s)\sigma = -\dot x` and :math:`Z_0` the set where g vanishes, the condition
:math:`\sigma_i \in \mathrm{SIGN}(g_i)` just after the event is, for :math:`\dot g = -Z^T Z u`,

.. math:: u_i \in P'(s_i)\,\mathrm{SIGN}(-(Z^T Z u)_i),\ i \in Z_0
          \iff u \text{ minimises } |Z u|^2 \text{ over } |u_i| \le P'(s_i),\ i \in Z_0 :

**the sign flow chooses the velocity that moves the residual least.** Zu, hence the velocity of the loss, is unique; u is unique
unless the columns that may slide are dependent. Then u is drawn towards the least change of x, as far as the bounds allow, and
the result says so: at Zx = b with d > n this stays, while the inclusion also allows every motion in the kernel of Z that
respects the bounds. So discrete sign descent need not stay there either. As Zx - b tends to 0, P' freezes, :math:`|\dot r|`
can only fall, and the number of arcs is finite, though large: thousands of them at d = 2000. An event of one coordinate
changes the set by one and needs no search: with :math:`\rho` the part of its column outside the range of :math:`Z_A`, its u
moves by :math:`-\rho \cdot Zu/|\rho|^2` towards its other bound, and A by :math:`-Z_A^+ z_i` times as much; whoever reaches a
bound on the way leaves. All signs of the minimum must then hold by a margin; else, and at ties, the box problem is solved.

**Decoupled decay** :math:`\dot w = -\sigma\,\mathrm{sign}(x/w) - \alpha w` is the same flow of
:math:`\hat w = e^{\alpha (t - t_0)} w` on the clock :math:`\eta = (e^{\alpha (t - t_0)} - 1)/\alpha`, towards a target that
grows: :math:`\hat b = (1 + \alpha\eta)^L b`, again a polynomial. Only :math:`\dot b` joins Zu above. Each arc has a clock of
its own, from its start :math:`t_0` to :math:`\alpha\eta = 1` at most: on one clock for all, times and coefficients would grow
as :math:`e^{\alpha t}` to :math:`e^{L \alpha t}` and rounding and the bounds on roots with them. At :math:`\alpha = 0` hats
drop and :math:`\eta = t - t_0`.

Not to be confused with :mod:`mirrortheory.flows.smooth.dop853`, for smooth stretches of 1 < q <= 2.
Source: derived for this project; Filippov (1988), "Differential Equations with Discontinuous Righthand Sides", for the inclusion;
Stark and Parker (1995), "Bounded-variable least squares", for the active set.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.decays import Decay, Decoupled, NoDecay
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Problem, Quadratic
from mirrortheory.flows.progress import Tick, silent
from mirrortheory.flows.result.solution import Event
from mirrortheory.flows.sign.depth_polynomial import expand, first_exit, first_root, inverse, may_leave, square_of_slack, stages
from mirrortheory.flows.sign.least_squares import WELL, Mask, Span, Spans, without
from mirrortheory.flows.sign.polynomial.trajectory import Arc, SignTrajectory, clock, excess
from mirrortheory.flows.starts import end_of, weights_of

_EPS = float(np.finfo(float).eps)
_TINY = float(np.finfo(float).tiny)
_ROUNDING = 16 * _EPS
_AT_REST = 1e-13  # a residual below this part of its terms is zero, and the loss at its minimum
_NEARLY_AT_REST, _PATIENCE = 1e-10, 20  # the same once so many events in a row are too close for rounding to order them
_CLEAR = 1e-9  # part of the bounds by which a decision is far from a tie
_HIDDEN = 1e300  # a coefficient so large that it vanishes nowhere
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
        NotSmooth: when events do not advance the clock or a weight overflows, as may happen under decay once Zx = b and d > n.

    >>> path = sign_flow(Quadratic([[1.0]], [1.0]), [0.5, 0.25], 2.0)
    >>> [(event.kind, round(event.time, 6)) for event in path.events], path.converged, path.unique
    ([('slide', 0.632782), ('rest', 0.632782)], True, True)
    """
    weights, alpha = _checked(problem, initial, t_end, decay)
    assert isinstance(problem, Quadratic)
    follower = _Follower(problem, weights, alpha)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # NaN say that there is no root
        follower.run(float(t_end), tick)
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
        self.Z, self.b, self.alpha, self.depth, self.time = problem.Z, problem.b, alpha, len(initial), 0.0
        self.idle, self.flat, self.stuck = 0, list[int](), 0  # events in a row that did not advance the clock
        self.columns = np.ascontiguousarray(self.Z.T)
        self.spans = Spans(self.columns)
        self.norms = self.spans.norms
        self.units = self.Z / np.where(self.norms > 0, self.norms, 1.0)
        self.target = np.array([[comb(self.depth, k) * alpha**k] for k in range(self.depth + 1)]) * self.b
        self.b_size = float(np.linalg.norm(self.b))
        self.initial_excess = self.excess = excess(initial)
        self.initial_stages = self.stages = stages(self.excess)
        self.squares = self.excess.sum(axis=0) ** 2  # lambda^2 at depth 2
        self.simple = (self.excess == 0).sum(axis=0) == 1
        self.y = np.sign(initial).prod(axis=0) * np.abs(initial).min(axis=0)
        self.s, self.degrees = np.abs(self.y), np.arange(self.depth + 1)
        self.falls = np.maximum(self.depth - self.degrees[:, None] - self.degrees, 0)[..., None]  # degrees in lambda of the stages
        self.P = expand(self.s, self.stages)  # Taylor coefficients of P(s + tau) at s = |y|
        self.sigma = self.side = self.hidden = np.zeros_like(self.y)  # side of 0 on which a free x is just after now; inf where
        self.signs = self.P  # Taylor coefficients of x over those of P
        self.fresh: list[tuple[int, int]] = []  # free coordinates and how many leading coefficients of g are known to vanish
        self._slide(Span(np.empty((0, len(self.b))), np.empty(0, dtype=np.intp)))
        self.arcs: list[Arc] = []
        self.events: list[Event] = []
        self.notes: list[str] = []
        self.converged, self.unique_until = False, np.inf

    def _slide(self, span: Span) -> None:
        self.span, self.sliding = span, span.columns
        self.own_excess, self.own_y = self.excess.take(self.sliding, axis=1), self.y.take(self.sliding)
        self.own_x = np.copysign(self.P[0].take(self.sliding), self.own_y)

    def run(self, end: float, tick: Tick) -> None:
        stuck = (self.y == 0) & ~self.simple
        if stuck.any():
            self._saddle(stuck)
        x = np.sign(self.y) * self.P[0]
        r = x.dot(self.columns) - self.b
        gradient = r.dot(self.units)
        zero = np.abs(gradient) <= self._noise(x, r)
        self._turn(np.where(zero | stuck, 0.0, np.sign(gradient)))
        self._polynomials()
        if (start := np.flatnonzero(zero & ~stuck)).size:
            self._decide(start.tolist(), [], np.zeros(len(self.y)))
        for _ in range(_MOST_EVENTS):
            tick(self.time / end)
            self.arcs.append(Arc(self.time, self.y, self.sigma.astype(np.int8), self.sliding, self.own))
            moving = self.sliding.size + self.stuck < len(self.y)
            if not moving and (self.alpha == 0 or self.sliding.size == 0):
                self.converged = True
                self._record("rest", range(len(self.y)))
                return
            left = longest = end - self.time
            if self.alpha:  # an arc without an event ends early, so that the clock stays in range
                left = float(clock(np.asarray(left), self.alpha))
                longest = min(left, 1 / self.alpha)
            stay, hits, exits, zeros = self._next(longest)
            sliding, last = self.sliding, not (hits or exits or zeros)
            u, v = self._advance(stay, zeros)
            if not math.isfinite(self.s.dot(self.s)):
                raise NotSmooth(f"the sign flow overflows at t = {self.time:.6g}; end before it")
            if last:
                if stay == left:
                    self.converged = not moving and self.span.independent
                    return
                self._polynomials()
                continue
            self.idle = self.idle + 1 if stay <= 4 * _EPS * self.time else 0
            if self.idle > _MOST_AT_ONCE + 4 * len(self.y):
                since = min(self.unique_until, self.time)
                why = "is not unique" if since == self.unique_until else "has events too close to order"
                raise NotSmooth(f"the sign flow {why} from t = {since:.6g} on and was not followed past it; end before it")
            if zeros:
                self._pass_zero(zeros)
            if not (hits or exits):
                self._polynomials()
            elif zeros or len(hits) + len(exits) > 1 or not self._decide_one(bool(hits), (hits or exits)[0], u, v):
                (whole := np.zeros(len(self.y)))[sliding] = u
                self._decide(hits, exits, whole)
        raise NotSmooth(f"{_MOST_EVENTS} events reach only t = {self.time:.6g}; end before it")

    def _polynomials(self) -> None:
        """Set x, Zx - b and the gradient, over the norms of the columns of Z, as Taylor coefficients in eta."""
        x, sliding = self.P * self.signs, self.sliding
        if sliding.size:
            x[0][sliding] = self.own_x
        r = x.dot(self.columns)
        r -= self.target
        if sliding.size:
            change, r = self.span.split(r)
            change[0] -= self.own_x
            self.own = np.negative(change, out=change)
        else:
            self.own = x[:, :0]
        self.x, self.r, self.g = x, r, r.dot(self.units)
        self.c = self.g * self.sigma
        self.c[0] += self.hidden

    def _noise(self, x: Array, r: Array) -> float:
        """Return what rounding leaves of a Taylor coefficient of that gradient when it vanishes, from those of x and Zx - b."""
        weighed = x * self.norms
        return _ROUNDING * (math.sqrt(weighed.dot(weighed)) + self.b_size + math.sqrt(r.dot(r)))

    def _vanishing(self) -> Mask | None:
        """Return which free coordinates have no gradient left, although nothing was decided about them, or None."""
        weighed, r, c0 = self.x[0] * self.norms, self.r[0], np.abs(self.c[0])
        scale, size = math.sqrt(weighed.dot(weighed)) + self.b_size, math.sqrt(r.dot(r))
        small = _AT_REST if self.idle < _PATIENCE else _NEARLY_AT_REST
        level = _HIDDEN / 2 if self.alpha == 0 and size <= small * scale else _ROUNDING * (scale + size)
        return c0 <= level if c0[c0.argmin()] <= level else None

    def _next(self, horizon: float) -> tuple[float, list[int], list[int], list[int]]:
        """Return how long the arc lasts, and which coordinates lose their gradient, leave sliding, reach 0."""
        d, stay, hits, exits, zeros = len(self.y), horizon, list[int](), list[int](), list[int]()
        falling = self.sigma * self.side / (self.s + _TINY)
        fastest = float(falling[falling.argmax()])
        if fastest * horizon >= 1:
            zeros = (falling == fastest).nonzero()[0].tolist()
            stay = min(float(self.s[zeros[0]]), horizon)
        c, sliding = self.c, self.sliding
        for i, column in self._after_zero():
            c[:, i] = column
        if k := len(sliding):
            own, above = self._upwards()
            free, c = c, np.empty((len(c), d + 2 * k if self.depth == 2 else d + k))
            c[:, :d], c[:, d : d + k] = free, above
            if self.depth == 2:
                square_of_slack(own, self.squares.take(sliding), c[:, d + k :])
        root, which = first_root(c, stay)
        if which:
            zeros, stay = zeros if root == stay else [], root
            for i in which:
                if i < d:
                    hits.append(i)
                elif i < d + k:
                    zeros.append(int(sliding[i - d]))
                else:
                    exits.append(int(sliding[i - d - k]))
        if self.depth > 2 and sliding.size:
            near = may_leave(own, self.P[1].take(sliding), stay)
            if near.size:
                first, which = first_exit(own.take(near, axis=1), self.s[sliding[near]], self.own_excess.take(near, axis=1), stay)
                if which:
                    hits, zeros, stay = (hits, zeros, stay) if first == stay else ([], [], first)
                    exits = sliding[near[which]].tolist()
        return stay, hits, exits, zeros

    def _after_zero(self) -> Iterator[tuple[int, list[float]]]:
        """Yield, for each free coordinate whose gradient vanishes now, its coefficients from the first on that does not."""
        self.flat = list[int]()
        if not self.fresh:
            return
        self.x.T[self.sliding] = self.own.T
        for i, order in self.fresh:
            column, k = (self.g[:, i] * self.sigma[i]).tolist(), 0
            while k <= self.depth and (k < order or abs(column[0]) <= self._noise(self.x[k], self.r[k])):
                column, k = [*column[1:], 0.0], k + 1
            if not any(column):
                self.flat.append(i)
                column[0] = 1.0
            yield i, column

    def _upwards(self) -> tuple[Array, Array]:
        """Return sliding x turned to be positive from now on, and the same without a zero now."""
        own, ahead = self.own, np.sign(self.own_y)
        if 0.0 not in ahead.tolist():
            above = own * ahead
            return above, above
        self.x.T[self.sliding] = own.T
        above, sizes = own.copy(), np.abs(self.x).max(axis=1)
        for k in range(1, len(own)):
            undecided = ahead == 0
            above[:-1, undecided], above[-1, undecided] = above[1:, undecided], 0.0
            ahead = np.where(undecided & (np.abs(own[k]) > _ROUNDING * sizes[k]), np.sign(own[k]), ahead)
        above[0, ahead == 0] = ahead[ahead == 0] = 1.0
        return own * ahead, above * ahead

    def _advance(self, stay: float, zeros: list[int]) -> tuple[Array, Array]:
        """Go to the end of the arc; return the derivatives of -x where it slides, and of b - Zx, before what is decided there."""
        sliding, length = self.sliding, stay
        powers = np.array([stay**k for k in range(self.depth + 1)])
        rates = powers[:-1] * self.degrees[1:]
        y, own, own_speed, speed = self.y - self.sigma * stay, powers.dot(self.own), rates.dot(self.own[1:]), rates.dot(self.r[1:])
        if self.alpha:  # the clock starts anew on each arc, so that hats drop here
            grown = 1 + self.alpha * stay
            y, own, own_speed, speed = (
                y / grown,
                own / grown**self.depth,
                own_speed / grown ** (self.depth - 1),
                speed / grown ** (self.depth - 1),
            )
            stay = math.log(grown) / self.alpha
            shrunk = math.exp(-self.alpha * (self.time + stay))
            self.excess = self.initial_excess * shrunk
            self.stages = self.initial_stages * shrunk**self.falls
            self.own_excess = self.excess.take(sliding, axis=1)
            self.squares = self.excess.sum(axis=0) ** 2
        if sliding.size:
            self.own_x = own
            guess = np.abs(self.own_y + self.own[1] * (length / self.P[1].take(sliding))) if self.depth > 2 else None
            self.own_y = y[sliding] = np.copysign(inverse(np.abs(own), self.own_excess, guess), own)
        if zeros:
            y[zeros] = 0.0
            self.own_y = y[sliding]
        self.y, self.s, self.time = y, np.abs(y), self.time + stay
        self.P = expand(self.s, self.stages)
        if self.fresh:
            for i, _ in self.fresh:
                self.hidden[i] = 0.0
            self.hidden[self.flat] = _HIDDEN
            self.fresh = [(i, 1) for i in self.flat]
        return -own_speed, -speed

    def _turn(self, sigma: Array) -> None:
        """Set sigma, and with it the signs of the Taylor coefficients of x."""
        self.sigma = sigma
        self.side = np.where(self.y != 0, np.sign(self.y), -sigma)
        self.signs = self.side * (-sigma * self.side) ** self.degrees[:, None]
        self.hidden = np.where(sigma == 0, _HIDDEN, 0.0)
        self.hidden[[i for i, _ in self.fresh]] = _HIDDEN

    def _turn_one(self, i: int, sigma: float) -> None:
        self.sigma[i] = sigma
        side = self.side[i] = np.sign(self.y[i]) or -sigma
        self.signs[:, i] = [side * (-sigma * side) ** k for k in range(self.depth + 1)]
        self.hidden[i] = _HIDDEN

    def _pass_zero(self, zeros: list[int]) -> None:
        passing = [i for i in zeros if self.simple[i]]
        self._record("zero", passing)
        for i in passing:
            if self.sigma[i]:
                self.side[i] = -self.sigma[i]
                self.signs[:, i] = self.side[i]
        if len(passing) < len(zeros):
            stuck = np.zeros(len(self.y), dtype=bool)
            stuck[[i for i in zeros if not self.simple[i]]] = True
            self._saddle(stuck)

    def _saddle(self, stuck: Mask) -> None:
        self.fresh = [(i, order) for i, order in self.fresh if not stuck[i]]
        self.stuck += int(stuck.sum())
        self._turn(np.where(stuck, 0.0, self.sigma))
        if stuck[self.sliding].any():
            wanted = self.sliding[~stuck[self.sliding]]
            self._slide(Span(self.columns[wanted], wanted))
        self._record("saddle", np.flatnonzero(stuck).tolist())
        where = "starts at" if self.time == 0 else "reaches"
        self._not_unique(f"{where} a saddle: two or more zero layers stay by the selection sign(0) = 0, but may leave at any time")

    def _not_unique(self, note: str) -> None:
        self.unique_until = min(self.unique_until, self.time)
        self.notes.append(f"t = {self.time:.6g}: {note}")

    def _record(self, kind: str, coordinates: Iterable[int]) -> None:
        if which := tuple(coordinates):
            self.events.append(Event(self.time, which, kind))

    def _decide_one(self, hit: bool, i: int, u: Array, v: Array) -> bool:
        """Decide one event far from every tie, by rank-one steps from the last sliding set, and say whether that could be done.

        Before the event, u = -dx/deta of the sliding set and v = -d(Zx - b)/deta.
        """
        last, before = self.span, self.sigma.copy()
        found = None if self.fresh or not last.independent else self._after_hit(i, u, v) if hit else self._after_exit(i, u)
        if found is None:
            return False
        span, turns = found
        self._slide(span)
        for j, sigma, _ in turns:
            self._turn_one(j, sigma)
        self.fresh = [(j, order) for j, sigma, order in turns if sigma]
        self._polynomials()
        if self._vanishing() is not None:
            self.fresh = []
            self._slide(last)
            self._turn(before)
            return False
        self._record("leave", sorted(j for j, _, _ in turns if not before[j]))
        self._record("slide", [j for j, sigma, _ in turns if not sigma])
        self._record("cross", [j for j, sigma, _ in turns if before[j] * sigma < 0])
        return True

    def _after_hit(self, i: int, u: Array, v: Array) -> tuple[Span, list[tuple[int, float, int]]] | None:
        """Return the sliding set and the new (coordinate, sigma, order) once the gradient of a free i vanishes, if beyond doubt.

        u_i moves from its bound towards the other until |Zu| is least; those that reach a bound on the way leave.
        """
        span, size, norm, z, sigma = self.span, float(self.P[1, i]), float(self.norms[i]), self.columns[i], float(self.sigma[i])
        room, left, moved = self.P[1].take(span.columns), list[tuple[int, float, int]](), 0.0  # u_i = sigma size (1 - moved)
        while sigma:
            inner, rest = parts = span.split(z)
            schur = float(rest.dot(rest))
            if schur <= norm * norm / WELL:
                break
            best = moved + sigma * float(z.dot(v)) / (schur * size)
            goal = min(best, 2.0)
            turn = sigma * size * (moved - goal)
            aim = u - inner * turn
            beyond = np.abs(aim) - room * (1 - _CLEAR)
            if not aim.size or beyond[beyond.argmax()] < 0:
                slack, v = _CLEAR * float(self.norms.dot(self.P[1])), v + turn * rest
                doubt = goal <= _CLEAR or abs(best - 2) <= max(_CLEAR, slack * norm / (schur * size))
                if doubt or any(side * float(self.columns[j].dot(v)) > -slack * self.norms[j] for j, side, _ in left):
                    break
                return (span.grown(z, i, parts), [*left, (i, 0.0, 0)]) if best < 2 else (span, [*left, (i, -sigma, 1)])
            walls = np.copysign(room, aim)
            part = np.where(beyond >= 0, (walls - u) / (aim - u), np.inf)
            at = int(part.argmin())
            way = max(float(part[at]), 0.0)
            u, v, moved = u + way * (aim - u), v + (way * turn) * rest, moved + way * (goal - moved)
            left.append((int(span.columns[at]), math.copysign(1.0, walls[at]), 1))
            span, u, room = span.shrunk(left[-1][0]), without(u, at), without(room, at)
        return None

    def _after_exit(self, i: int, u: Array) -> tuple[Span, list[tuple[int, float, int]]] | None:
        """Return the same once the control of i reaches its bound: no velocity jumps, and i leaves alone."""
        at = self.sliding.tolist().index(i)
        inside = np.abs(u) / self.P[1].take(self.sliding)
        reached, inside[at] = inside[at], 0.0
        if abs(reached - 1) > _CLEAR or not inside[inside.argmax()] < 1 - _CLEAR:
            return None
        return self.span.shrunk(i), [(i, math.copysign(1.0, u[at]), 2)]

    def _decide(self, hits: list[int], exits: list[int], u: Array) -> None:
        """Solve the box problem where the gradient vanishes; ``u`` = -dx/deta just before the event."""
        before, was_sliding, size = self.sigma, self.sliding, self.P[1]
        u = np.where(before != 0, before * size, np.clip(u, -size, size))
        u[exits] = np.copysign(size[exits], u[exits])
        inner, at_zero = np.zeros((2, len(u)), dtype=bool)
        inner[was_sliding] = at_zero[was_sliding] = at_zero[hits] = True
        inner[[i for i in hits if before[i] == 0]] = True
        inner[exits] = False
        while True:
            first = at_zero.copy()
            first[exits] = False
            drift = self.Z @ np.where(at_zero, 0.0, u) + self.target[1]
            found = self.spans.least(self.span, at_zero, first, inner, drift, np.where(at_zero, u, 0.0), size)
            if found is None:
                raise NotSmooth(f"crossing or sliding could not be decided at t = {self.time:.6g}; end before it")
            span, chosen, unique = found
            slides = np.zeros_like(at_zero)
            slides[span.columns] = True
            self.fresh = [(i, 2 if i in exits else 1) for i in np.flatnonzero(at_zero & ~slides).tolist()]
            self._slide(span)
            self._turn(np.where(slides, 0.0, np.where(at_zero, np.sign(chosen), before)))
            self._polynomials()
            if (vanishing := self._vanishing()) is None:
                break
            at_zero |= vanishing
        self._record("leave", was_sliding[~slides[was_sliding]].tolist())
        slides[was_sliding] = False
        self._record("slide", np.flatnonzero(slides).tolist())
        self._record("cross", np.flatnonzero(before * self.sigma < 0).tolist())
        if not unique:
            self._not_unique("the columns that may slide are dependent: x moves by selection; only the velocity of Zx is unique")
