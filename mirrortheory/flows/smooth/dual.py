r"""Flows of products for 1 < q <= 2, through the points where the field is not Lipschitz, up to their rest.

**One layer is enough.** Let k be the smallest layer of a coordinate, :math:`\omega = w_k`, :math:`G = \partial f/\partial w_k =
f'(x) C`, :math:`C = \prod_{i \ne k} w_i`. The balances :math:`|w_i|^q = |\omega|^q + \lambda_i` give all others, so for every
depth one equation a coordinate is left, with a right-hand side that is bounded where x passes 0. Under decoupled decay, constant or
not, the balances hold for :math:`e^{A} w`, A the integral of alpha, which is followed then:

.. math:: \dot\omega = -\phi_q(G(\omega)), \qquad
          \frac{\mathrm d}{\mathrm d t}\bigl(e^{A}\omega\bigr) = -e^{A} \phi_q(G(\omega)).

**Where it is rough.** With :math:`v = \phi_q(G)` the same flow is :math:`\dot\omega = -v,\ \phi_p(v) = G(\omega)`, 1/p + 1/q = 1,
and :math:`\phi_p` is smooth enough where :math:`\phi_q` has slope oo. :mod:`mirrortheory.flows.smooth.collocation` solves for v.

- *Crossing.* With other components of the gradient at work, G passes 0 with :math:`\dot G = c \ne 0`, and
  :math:`v \sim |t - t_0|^{q-1}`; or, where G follows the others closely because its own pull is stiff (nearly the sliding of sign
  flow), v passes 0 with a slope and :math:`G \sim |t - t_0|^{1/(q-1)}`. The first needs steps that shrink towards
  :math:`t_0`, the second an implicit method. As q tends to 1, phi_p(v) falls below the rounding of G, and the flow is refused.
- *Rest.* Near a minimum :math:`\dot G = -K \phi_q(G)` with constant K, homogeneous of degree q - 1 < 1. In one dimension
  :math:`|G|^{2-q}` falls at a constant rate, so the flow stops at a finite T, like :math:`(T - t)^{1/(2-q)}`. In a block of
  coordinates that K couples, :math:`N = \|G\|_q^{2-q}` does so once the profile is settled: T = t - N/N' and the rest
  of the way is (2 - q)(T - t) v. A block is held there once the rest of the way is below the tolerance: one by one. Decay that has
  ended for good leaves A constant, and the rest comes :math:`e^A` times as fast.
- *Passing x = 0*: with one smallest layer, C has a term :math:`|\omega|^q`, so v is once differentiable there.
- *Saddle.* If n >= 2 layers are smallest, :math:`C \sim |\omega|^{n-1}`; for (n - 1)(q - 1) < 1, :math:`\omega = 0` is reached
  in finite time, like a rest. There the weights stay by the selection phi(0) = 0 while other solutions leave at any time; so it
  is at a start there. The same holds at rest on a saddle of f. Such an event is called "saddle", and ``method`` says it.

**Unique** up to such a saddle, where the Hessian H of f is positive definite and C != 0: of two solutions let
:math:`e = g - \tilde g` be the difference of the gradients in x. With D = 1/R'' > 0,

.. math:: \tfrac12 \tfrac{\mathrm d}{\mathrm d t} \langle e, H^{-1} e\rangle
          = -\langle e, D(\phi_q(g) - \phi_q(\tilde g))\rangle + O(|e|^2) \le O(|e|^2),

since :math:`\phi_q` is increasing and D diagonal. For H only semidefinite this argument is silent.

**Error.** Two runs, the second ten times tighter; their largest difference so far, plus the largest error within a step by the
estimate that controls it, plus the way left where a rest was declared, all twice, is the estimate for the second. The time of a
rest is less certain than the weights: an error delta of the weights moves it by about :math:`\delta^{2-q}`.

Not to be confused with :mod:`mirrortheory.flows.smooth.dop853`, which refuses to go past such points.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for the balances; the rest is derived for this project.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.sparse.csgraph import connected_components

from mirrortheory.decays import Coupled, Decay
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.progress import Tick, part, silent
from mirrortheory.flows.result.solution import AtTimes, Event, Solution
from mirrortheory.flows.schedules import Total, ends, rates
from mirrortheory.flows.smooth import collocation
from mirrortheory.flows.starts import UNDERFLOW, end_of, numbers_in, tolerance, underflow, weights_of
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

Mask = NDArray[np.bool_]

_EPS = float(np.finfo(float).eps)
_NOISE, _TINY = 4 * _EPS, float(np.finfo(float).tiny)
_ROUNDING = 64 * _EPS
_TIMES = 65
_TIGHTER = 0.1
_SAFETY = 2.0  # without it 4 of 120 random problems had errors up to 1.6 times the estimate
_SMALLEST_RTOL = 1e-12
_MOST_STEPS = 20_000
_FIRST = 0.1  # the first step, as a part of t_end or of the time in which a weight changes by its size, times ..
_SPREAD = 0.2  # .. the tolerance to this power: so the two runs have no step in common
_LEAST_ERROR = 1e-10  # of a step over its tolerance, where one that is smaller tells nothing
_NEWTON = 0.01  # change in the last iteration over the tolerance of a step
_PART = 0.5  # of the time that is left to a rest: the longest step
_AT_REST = 10.0  # tolerances left to go; errors of one each would keep it moving
_AT_ONCE = 0.01  # times rtol: a saddle nearer than this part of the time is reached
_ALL_BUT = 1 - 1e-6  # of the way to a jump of the rate: a longer step goes there
_DOWNHILL = 1e-8  # a negative eigenvalue of the Hessian above this part of the largest is one


def dual_flow(
    flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, *, rtol: float = 1e-9, tick: Tick = silent
) -> Solution:
    """Follow a flow of a product of layers through crossings and passages of 0 to its rest, which is at a finite time if q < 2.

    Args:
        flow: geometry with a rational q in (1, 2], a Product, no or decoupled decay with a rational rate or one of time.
        problem: the loss.
        initial: weights, shape (depth, d); d = 1 may be given as shape (depth,).
        t_end: final time > 0, dimensionless.
        rtol: tolerance of the looser run, relative to the second smallest layer of each coordinate (at depth one, to the largest
            weight), 1e-12 to 1e-3; the tighter run, which is returned, has a tenth of it.
        tick: told how far the two runs have come, from 0 to 1.

    Returns:
        The weights at 65 times, with the difference of the two runs as estimate of the error. Events: "cross" (a component of the
        gradient passes 0), "zero" (x_j passes 0), "rest" and "saddle" (coordinates stay). ``converged``: all coordinates stay.

    Raises:
        InvalidArgument: for q = 1, symbols in the flow, coupled decay, another reparameterization, wrong shapes or ranges.
        NotSmooth: where the flow blows up, needs more than 20000 steps, or is lost in rounding (q near 1).

    >>> from mirrortheory import Lq, Product
    >>> from mirrortheory.flows import Quadratic, dual_flow
    >>> path = dual_flow(Flow(Lq("3/2"), Product(1)), Quadratic([[1.0]], [1.0]), [0.0], 3.0)  # (1 - x)^(1/2) = 1 - t/2
    >>> [(event.kind, round(event.time, 4)) for event in path.events], path.converged
    ([('rest', 2.0)], True)
    """
    weights = _checked(flow, problem, initial, t_end, rtol)
    with np.errstate(over="ignore"):
        problem.check(weights.prod(axis=0))
    coarse, fine = (_Follower(flow, problem, weights, float(t_end), r) for r in (rtol, rtol * _TIGHTER))
    for run, follower in enumerate((coarse, fine)):
        follower.run(part(tick, run / 2, 1 / 2))
    t = np.linspace(0.0, float(t_end), _TIMES)
    w, rough = (follower.weights(t) for follower in (fine, coarse))
    spread, size = (np.maximum.accumulate(np.abs(a).max(axis=(1, 2))) for a in (w - rough, w))
    within = np.array([fine.within(time) for time in t])
    order, stays = 2 * collocation.STAGES - 1, "; not unique from the saddle on: it stays there" if fine.saddle else ""
    return Solution(
        t=t,
        w=w,
        error=_SAFETY * (spread + within) + _ROUNDING * size,
        how=f"estimated: twice the largest difference so far from a run at rtol {rtol:g} and error within a step, plus rounding",
        method=f"Radau IIA of order {order} in the smallest layer at rtol {rtol * _TIGHTER:g}: "
        "the field is not Lipschitz at 0 if q < 2"
        f"{stays}",
        dense=AtTimes(fine.weights),
        events=tuple(sorted(fine.events, key=lambda event: event.time)),
        converged=fine.converged,
    )


def _checked(flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, rtol: float) -> Array:
    if not isinstance(flow.reparam, Product):
        raise InvalidArgument("reparam", "a Product", flow.reparam, "use dop853 on smooth stretches")
    if isinstance(flow.decay, Coupled) and flow.decay.rate != 0:
        raise InvalidArgument("decay", "none or decoupled", flow.decay, "coupled decay does not keep the balances")
    numbers_in(flow, in_time=True)
    if flow.geometry.exponent == 1:
        raise InvalidArgument("q", "above 1", 1, "use sign_flow")
    start = weights_of(initial, flow.reparam.depth, problem.dimension)
    end_of(t_end, depth=flow.reparam.depth, decay=flow.decay)
    tolerance(rtol, _SMALLEST_RTOL)
    return start


class _Layers:
    """All weights, and the gradient in the smallest layer of each coordinate, as functions of that layer."""

    def __init__(self, q: float, decay: Decay, problem: Problem, initial: Array) -> None:
        self.q, self.total, self.problem = q, Total(decay), problem
        size, columns = np.abs(initial), np.arange(initial.shape[1])
        smallest = size.argmin(axis=0)
        self.start = initial[smallest, columns]
        self.excess = size**q - np.abs(self.start) ** q
        self.ties = (self.excess == 0).sum(axis=0)
        self.signs = np.sign(initial)
        self.signs[smallest, columns] = 1.0
        self.others = np.ones(initial.shape, dtype=bool)
        self.others[smallest, columns] = False
        if (self.others & (initial != 0) & (size**q < _TINY)).any():  # a layer that its balance does not give back
            raise underflow(0.0)

    def grown(self, omega: Array) -> Array:
        """Return all layers times exp(A), shape (depth, d)."""
        return np.asarray(self.signs * np.where(self.others, (np.abs(omega) ** self.q + self.excess) ** (1 / self.q), omega))

    def weights(self, t: float, omega: Array) -> Array:
        """Return all layers, shape (depth, d)."""
        return np.asarray(self.grown(omega) * np.exp(-self.total(t)))

    def gradient(self, t: float, omega: Array) -> Array:
        """Return the gradient of the loss in the smallest layers."""
        w = self.weights(t, omega)
        return np.asarray(self.problem.slope(w.prod(axis=0)) * np.where(self.others, w, 1.0).prod(axis=0))

    def many(self, shrunk: Array, omega: Array) -> Array:
        """Return all layers, shape (n, depth, d), for rows of omega, shape (n, d), with exp(-A) at the time of each, shape (n,)."""
        size = (np.abs(omega)[:, None] ** self.q + self.excess) ** (1 / self.q)
        return np.asarray(self.signs * np.where(self.others, size, omega[:, None]) * shrunk[:, None, None])

    def gradients(self, shrunk: Array, omega: Array) -> Array:
        """Return the gradient for rows of omega, shape (n, d)."""
        w = self.many(shrunk, omega)
        slopes = np.array([self.problem.slope(x) for x in np.multiply.reduce(w, axis=1)])
        return np.asarray(slopes * np.multiply.reduce(np.where(self.others, w, 1.0), axis=1))

    def log_speed(self, t: float, omega: Array, power: float) -> Array:
        """Return log |phi_q(G)|, G in the smallest layers, -oo where it is 0, also where G is below the range of doubles."""
        w = self.weights(t, omega)
        with np.errstate(divide="ignore"):
            others = np.where(self.others, np.log(np.abs(w)), 0.0).sum(axis=0)
            return np.asarray(power * (np.log(np.abs(self.problem.slope(w.prod(axis=0)))) + others))

    def hessian(self, t: float, omega: Array) -> Array:
        """Return the Hessian of the loss in x."""
        return self.problem.hessian(self.weights(t, omega).prod(axis=0))

    def jacobian(self, t: float, omega: Array) -> tuple[Array, Array, Array]:
        """Return :meth:`gradient`, its derivative in omega, shape (d, d), and the size of its rounding, shape (d,)."""
        w, shrink = self.weights(t, omega), np.exp(-self.total(t))
        C, x = np.where(self.others, w, 1.0).prod(axis=0), w.prod(axis=0)
        charge = np.where(self.others, np.abs(w) ** self.q, np.inf)
        own = omega * shrink
        with np.errstate(divide="ignore", invalid="ignore"):
            bend = np.where(own == 0, 0.0, C * np.sign(own) * np.abs(own) ** (self.q - 1) * (1 / charge).sum(axis=0))
        g, H = self.problem.slope(x), self.problem.hessian(x)
        K = C[:, None] * H * (C + own * bend)
        K[np.diag_indices(len(x))] += g * bend
        return g * C, K * shrink, _NOISE * (np.abs(H) @ np.abs(x) + np.abs(g)) * np.abs(C)


@dataclass(frozen=True, eq=False)
class _Piece:
    """One step: from ``start``, of this length, with omega at its start, the rates e_j v_j at the nodes, and its error within."""

    start: float
    length: float
    omega: Array
    rates: Array
    error: Array

    def __call__(self, t: float) -> Array:
        return self.part((t - self.start) / self.length)

    def part(self, theta: float) -> Array:
        """Return omega after a part of the step, free of the rounding of times."""
        return np.asarray(self.omega - self.length * collocation.partial(min(max(theta, 0.0), 1.0)) @ self.rates)


class _Follower:
    """The state at the end of a step, and the rules that take it to the next."""

    def __init__(self, flow: Flow, problem: Problem, initial: Array, t_end: float, rtol: float) -> None:
        self.q, stretches = float(flow.geometry.exponent), rates(flow.decay, t_end)
        self.jumps = [end for end, _ in stretches]  # of the rate; the last of them is the end
        self.undecayed = ends(flow.decay)  # from when on there is no decay
        self.power = float(1 / (flow.geometry.exponent - 1))
        self.layers = _Layers(self.q, flow.decay, problem, initial)
        self.t, self.t_end, self.rtol = 0.0, t_end, rtol
        self.omega = self.layers.start
        self.live = np.ones(len(self.omega), dtype=bool)
        self.peak = float(np.abs(initial).max())
        self.pieces: list[_Piece] = []
        self.events: list[Event] = []
        self.left_out: list[tuple[float, float]] = []  # at a rest: when it was declared, and the way left then
        self.converged = self.saddle = False

    def weights(self, times: Array) -> Array:
        """Return the weights at times in [0, t_end], shape (n, depth, d)."""
        starts, *rest = self._stacked
        places = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
        start, (length, begin, rates) = starts[places], (column[places] for column in rest)
        omega = begin - length[:, None] * np.einsum(
            "ns,nsj->nj", collocation.partial(np.clip((times - start) / length, 0, 1)), rates
        )
        return self.layers.many(np.exp(-self.layers.total(times)), omega)

    @cached_property
    def _stacked(self) -> tuple[Array, ...]:
        """The pieces of a run that is over: starts, lengths, omega at the starts, and rates, an array each."""
        return tuple(np.array([getattr(p, name) for p in self.pieces]) for name in ("start", "length", "omega", "rates"))

    def within(self, t: float) -> float:
        """Return the largest error within a step up to a time, as the steps estimate it, and the longest way left at a rest."""
        steps = max((float(p.error.max()) for p in self.pieces if p.start <= t), default=0.0)
        return steps + max((way for start, way in self.left_out if start <= t), default=0.0)

    def _at(self, t: float) -> Array:
        return self.pieces[max(bisect_right(self.pieces, t, key=lambda p: p.start) - 1, 0)](t)

    def run(self, tick: Tick) -> None:
        """Go to t_end, or to where all coordinates stay."""
        self._hold("saddle", (self.omega == 0) & (self.layers.ties > 1), self.t)
        gradient, _, noise = self.layers.jacobian(self.t, self.omega)
        self.v = np.where(self.live, np.sign(gradient) * np.abs(gradient) ** (1 / self.power), 0.0)
        clear, one = np.abs(gradient) > noise, self.layers.ties == 1
        signs = {"cross": np.where(clear, np.sign(gradient), 0.0), "zero": np.where(one, np.sign(self.omega), 0.0)}
        self.sides = {kind: (sign, np.zeros(len(sign))) for kind, sign in signs.items()}  # the last clear signs, and since when
        self._look()
        h, guess, last, steps = self._first(), self._constant(), None, 0
        while self.t < self.t_end and self.live.any():
            until = self.jumps[bisect_right(self.jumps, self.t)]  # no step crosses a jump of the rate, or ends just before it
            steps, h = steps + 1, until - self.t if h > (until - self.t) * _ALL_BUT else h
            if steps > _MOST_STEPS or h < max(_NOISE * self.t, _TINY):
                raise NotSmooth(f"the flow cannot be followed past t = {self.t:.6g} (blow-up or stiffness); end before it")
            end = until if h == until - self.t else self.t + h
            with np.errstate(over="ignore", invalid="ignore"):
                found = self._step(h, guess)
            if found is None:
                h, last, guess = h / 4, None, self._constant()
                continue
            piece, v, after, error = found
            factor = 0.9 * error ** (-1 / (collocation.STAGES + 1))
            if error > 1 or (self.live & (self.layers.ties > 1) & (after * self.omega <= 0)).any():
                h, last, guess = h * min(max(factor, 0.1), 0.5), None, self._constant()
                continue
            if last is not None:  # what the last two steps say of the next, by Gustafsson
                factor *= min(1.0, (h / last[0]) * (last[1] / error) ** (1 / (collocation.STAGES + 1)))
            last = (h, error)
            self._advance(piece, after, v, end)
            tick(self.t / self.t_end)
            h = min(h * min(max(factor, 0.1), 8.0), _PART * self.remaining)
            ratio = h / last[0]
            guess = collocation.extrapolated(v, ratio) * self.live if ratio < 3 else self._constant()
        self.converged = self.t < self.t_end and self.t >= self.undecayed
        self.pieces.append(_Piece(self.t, max(self.t_end - self.t, _EPS), self.omega, 0 * self._constant(), 0 * self.omega))

    def _first(self) -> float:
        """Return a first step that changes no weight much, and is another one for each tolerance."""
        with np.errstate(divide="ignore", invalid="ignore"):
            change = np.where(self.v == 0, np.inf, self._scale(self.omega) / np.abs(self.v))
        least = float(change[change > 0].min(initial=self.t_end))
        return float(_FIRST * least * self.rtol**_SPREAD)

    def _step(self, h: float, guess: Array) -> tuple[_Piece, Array, Array, float] | None:
        """Return a step of length h, its stages v, its end and its error over the tolerance."""
        live, v, before = self.live, np.zeros_like(guess), np.exp(self.layers.total(self.t))
        grown = self.layers.total(self.t + h * collocation.NODES)
        e, shrunk = np.exp(grown), np.exp(-grown)

        def gradient(own: Array) -> Array:
            omega = np.tile(self.omega, (collocation.STAGES, 1))
            omega[:, live] = own
            return self.layers.gradients(shrunk, omega)[:, live]

        least = np.maximum(_NEWTON * self.rtol * self._scale(self.omega), _NOISE * np.abs(self.omega))[live]
        start, K = self.omega[live], self.K[np.ix_(live, live)]
        found = collocation.solve(gradient, K, self.noise[live], start, h, e, guess[:, live], self.power, least)
        if found is None:
            return None
        v[:, live] = found
        rates = e[:, None] * v
        piece = _Piece(self.t, h, self.omega, rates, h * collocation.defect(before * self.v, rates))
        after = piece.part(1.0)
        error = float((piece.error[live] / (self.rtol * self._scale(after)[live])).max())
        return piece, v, after, max(error, _LEAST_ERROR)

    def _constant(self) -> Array:
        return np.tile(self.v, (collocation.STAGES, 1))

    def _scale(self, after: Array) -> Array:
        """Return what an error in omega is compared with: the second smallest layer, or the largest weight so far at depth one."""
        w = np.maximum(np.abs(self.layers.grown(self.omega)), np.abs(self.layers.grown(after)))
        if len(w) == 1:
            self.peak = max(self.peak, float(w.max()))
            return np.full(w.shape[1], self.peak)
        return np.asarray(np.partition(w, 1, axis=0)[1])

    def _advance(self, piece: _Piece, after: Array, v: Array, end: float) -> None:
        self.pieces.append(piece)
        times, gradients = self.t + piece.length * collocation.NODES, np.sign(v) * np.abs(v) ** self.power
        # The sign of a gradient is clear where an error of the size of the tolerance does not change it.
        clear = np.abs(gradients) > self.noise + np.abs(self.K) @ (self.rtol * self._scale(after))
        self._changes("cross", times, np.where(clear & self.live, gradients, 0.0), self.layers.gradient)
        inside = np.array([piece.part(theta) for theta in collocation.NODES])
        self._changes("zero", times, np.where(self.layers.ties == 1, inside, 0.0), lambda _, omega: omega)
        self.t, self.omega, self.v = end, after, v[-1]
        self._look()

    def _changes(self, kind: str, times: Array, values: Array, function: Callable[[float, Array], Array]) -> None:
        """Record where a value, known at these times and 0 there where it is unclear, changes its sign."""
        side, since = self.sides[kind]
        for t, row in zip(times, values, strict=True):
            for j in np.flatnonzero(row * side < 0):

                def along(s: float, j: int = int(j)) -> float:
                    return float(function(s, self._at(s))[j])

                a, b = float(since[j]), float(t)
                self._record(kind, float(brentq(along, a, b)) if along(a) * along(b) < 0 else b, np.arange(len(row)) == j)
            side[row != 0], since[row != 0] = np.sign(row[row != 0]), t

    def _look(self) -> None:
        """Take the Jacobian and the rounding of G here, and hold what has come to a saddle or to rest."""
        self.remaining = np.inf
        order, grown = (self.layers.ties - 1) * (self.q - 1), np.exp(self.layers.total(self.t)) * self.v
        for j in np.flatnonzero(self.live & (order > 0) & (order < 1) & (self.omega * grown > 0)):
            left = float(self.omega[j] / ((1 - order[j]) * grown[j]))
            if left < _AT_ONCE * self.rtol * self.t:
                self.omega = np.where(np.arange(len(order)) == j, 0.0, self.omega)
                self._hold("saddle", np.arange(len(order)) == j, self.t + left)
        gradient, self.K, self.noise = self.layers.jacobian(self.t, self.omega)
        lost = (np.abs(gradient) < UNDERFLOW) & (np.abs(np.diagonal(self.K)) < UNDERFLOW) & self.live
        speeds = self.layers.log_speed(self.t, self.omega, 1 / self.power) if lost.any() else np.zeros_like(self.v)
        with np.errstate(divide="ignore"):
            if (lost & (speeds + np.log(self.t_end - self.t) > np.log(self.rtol * self._scale(self.omega)))).any():
                raise underflow(self.t)
        self.hidden = lost & (speeds > -np.inf)  # what moves too slowly for doubles is at no rest
        if self.t < self.undecayed:
            return
        coupled = self.K != 0
        label = np.zeros(len(coupled)) if coupled.all() else connected_components(coupled, directed=False)[1]
        for block in (self.live & (label == i) for i in np.unique(label[self.live])):
            self._rest(block, gradient[block])

    def _rest(self, block: Mask, gradient: Array) -> None:
        """Hold these coordinates, which are coupled to no others, if they rest within the tolerance."""
        if (self.q == 2 and gradient.any()) or self.hidden[block].any():
            return  # an exponential never ends
        grown = float(np.exp(self.layers.total(self.t)))
        v = grown * np.where(np.abs(gradient) > self.noise[block], self.v[block], 0.0)  # below, v is rounding over the last step
        size, left = float(np.abs(v).max()), 0.0
        if size > 0:
            u = v / size
            fall = (2 - self.q) * float(u @ self.K[np.ix_(block, block)] @ u) * grown**self.power
            left = size ** (self.power - 1) * float((np.abs(u) ** (self.power + 1)).sum()) / fall if fall > 0 else np.inf
        if self.t + left >= self.t_end:
            return
        if (np.abs(v) * left > _AT_REST * self.rtol * self._scale(self.omega)[block]).any():
            self.remaining = min(self.remaining, left)
            return
        way, bends = (2 - self.q) * left * v, np.linalg.eigvalsh(self.layers.hessian(self.t, self.omega)[np.ix_(block, block)])
        self.omega = self.omega.copy()
        self.omega[block] -= way
        self.left_out.append((self.t, float(np.abs(way).max())))
        self._hold("saddle" if bends[0] < -_DOWNHILL * np.abs(bends).max() else "rest", block, self.t + left)

    def _hold(self, kind: str, which: Mask, time: float) -> None:
        self._record(kind, time, which)
        self.live = self.live & ~which
        self.saddle |= kind == "saddle" and bool(which.any())
        if self.t > 0:
            self.v = np.where(self.live, self.v, 0.0)

    def _record(self, kind: str, time: float, which: Mask) -> None:
        if which.any():
            self.events.append(Event(float(time), tuple(int(j) for j in np.flatnonzero(which)), kind))
