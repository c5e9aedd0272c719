r"""The state of an exact sign flow in doubles between two events, and the polynomials of the arc that starts there.

A state is never changed: :mod:`.double_events` finds the end of its arc, :func:`advance` goes there, :mod:`.double_decision`
chooses what slides from there on. Arrays are shared between states and replaced where they change. They have one column per
coordinate; Taylor coefficients in eta come first, shape (L + 1, d). The formulas are in
:mod:`mirrortheory.flows.sign.polynomial.double`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from math import comb
from typing import NamedTuple

import numpy as np

from mirrortheory.errors import NotSmooth
from mirrortheory.flows.problems import Array, Quadratic
from mirrortheory.flows.result.solution import Event
from mirrortheory.flows.sign.depth_polynomial import expand, inverse, stages
from mirrortheory.flows.sign.event_driven import SADDLE, Note
from mirrortheory.flows.sign.least_squares import Mask, Span, Spans
from mirrortheory.flows.sign.polynomial.trajectory import Arc, excess

EPS = float(np.finfo(float).eps)
ROUNDING = 16 * EPS
MASKED = 1e300  # added to a gradient that vanishes nowhere then
_AT_REST = 1e-13  # a residual below this part of its terms is zero, and the loss at its minimum
_NEARLY_AT_REST, _PATIENCE = 1e-10, 20  # the same once so many events in a row are too close for rounding to order them
_NOTHING: Array = np.empty(0)
_MOST_AT_ONCE = 100  # events in a row that do not advance the clock, per coordinate


class System:
    """What stays the same along a flow.

    Attributes:
        initial: the weights at the start, shape (L, d).
        columns: the columns of Z as rows; ``norms`` of them; ``directions``: Z with unit columns.
        target: Taylor coefficients of the growing target at the start of an arc, shape (L + 1, n); ``b_size``: its norm there.
        excess, stages: lambda at time 0, and what :func:`expand` takes of it; ``falls``: its powers in them.
        degrees: 1 to L.
        simple: whether one layer alone is smallest, so that x passes through 0.
        t_end: where the flow ends.
    """

    def __init__(self, problem: Quadratic, initial: Array, alpha: float, t_end: float) -> None:
        self.initial = initial
        self.Z, self.b, self.alpha, self.depth, self.t_end = problem.Z, problem.b, alpha, len(initial), t_end
        self.columns = np.ascontiguousarray(self.Z.T)
        self.norms = np.sqrt(np.square(self.columns).sum(axis=1))
        self.directions = self.Z / np.where(self.norms > 0, self.norms, 1.0)
        self.target = np.array([[comb(self.depth, k) * alpha**k] for k in range(self.depth + 1)]) * self.b
        self.b_size = float(np.linalg.norm(self.b))
        self.excess = excess(initial)
        self.stages = stages(self.excess)
        self.degrees = np.arange(1.0, self.depth + 1)
        own = np.arange(self.depth + 1)
        self.falls = np.maximum(self.depth - own[:, None] - own, 0)[..., None]  # degrees in lambda of the stages
        self.simple = (self.excess == 0).sum(axis=0) == 1

    def noise(self, x: Array, r: Array) -> float:
        """Return what rounding leaves of a coefficient of a gradient that vanishes, from those of x and Zx - b."""
        weighed = x * self.norms
        return ROUNDING * (math.sqrt(weighed.dot(weighed)) + self.b_size + math.sqrt(r.dot(r)))


class Point(NamedTuple):
    """Where the flow is: the time, y, s = |y|, lambda now with its stages and the square of its sum, and P(s + tau) in tau."""

    time: float
    y: Array
    s: Array
    excess: Array
    stages: Array
    squares: Array
    P: Array


class Signs(NamedTuple):
    """How the free coordinates move.

    Attributes:
        sigma: 1 or -1; 0 for those that slide or are stuck.
        side: of 0, on which x is just after now.
        ratio: Taylor coefficients of x over those of P.
        masked: added to sigma g: MASKED where no event is looked for.
        released: coordinates whose gradient vanishes now, and how many of its leading coefficients are known to.
    """

    sigma: Array
    side: Array
    ratio: Array
    masked: Array
    released: tuple[tuple[int, int], ...]


class Sliding(NamedTuple):
    """The active set: the span of its columns of Z, and lambda, y and x of its coordinates."""

    span: Span
    excess: Array
    y: Array
    x: Array


class Polynomials(NamedTuple):
    """Taylor coefficients on the arc: x (of the sliding coordinates its value alone), Zx - b, the gradient over the norms of the
    columns of Z, sigma times that where an event is looked for, and x of the sliding coordinates."""

    x: Array
    r: Array
    g: Array
    c: Array
    x_sliding: Array


class ArcEnd(NamedTuple):
    """The end of an arc.

    Attributes:
        length: of the arc in eta.
        hits, exits, zeros: coordinates whose gradient vanishes there, whose control reaches its bound, whose x reaches 0.
        flat: coordinates whose gradient vanishes all along the arc.
        final: whether the flow ends there.
    """

    length: float
    hits: list[int]
    exits: list[int]
    zeros: list[int]
    flat: list[int]
    final: bool = False

    @property
    def happens(self) -> bool:
        """Whether an event ends the arc: not the clock alone."""
        return bool(self.hits or self.exits or self.zeros)


class State(NamedTuple):
    """A sign flow at one time, as a tuple: two are made at every event, and a frozen dataclass costs three times as much.

    Attributes:
        point, signs, sliding: where it is, how the free coordinates move, and the active set.
        u, v: -dx/deta of the sliding coordinates and -d(Zx - b)/deta just before now; empty where nothing is to be decided.
        polynomials: of the arc that starts now; None until it is decided what slides.
        spans: the least-squares problems solved last.
        stuck: how many coordinates are at a saddle.
        idle: events in a row that did not advance the clock.
        unique_until: time of the first note.
        known_until: time from which on columns slide, or may, that are too near to dependent for doubles.
        finished, converged: whether the flow ends here, and whether x rests from here on.
        arc, events, notes: what is kept: the arc that starts now, and what happened in the step that led here.
    """

    system: System
    point: Point
    signs: Signs
    sliding: Sliding
    u: Array
    v: Array
    polynomials: Polynomials | None
    spans: Spans
    stuck: int = 0
    idle: int = 0
    unique_until: float = math.inf
    known_until: float = math.inf
    finished: bool = False
    converged: bool = False
    arc: Arc | None = None
    events: tuple[Event, ...] = ()
    notes: tuple[Note, ...] = ()


def solve(system: System, point: Point, signs: Signs, sliding: Sliding) -> Polynomials:
    """Return the polynomials of an arc; with sliding coordinates the residual is projected, and x corrected by their span."""
    x, columns = point.P * signs.ratio, sliding.span.columns
    if columns.size:
        x[0][columns] = sliding.x
    r = x.dot(system.columns)
    r -= system.target
    if columns.size:
        change, r = sliding.span.split(r)
        change[0] -= sliding.x
        x_sliding = np.negative(change, out=change)
    else:
        x_sliding = x[:, :0]
    g = r.dot(system.directions)
    c = g * signs.sigma
    c[0] += signs.masked
    return Polynomials(x, r, g, c, x_sliding)


def vanishing(system: System, idle: int, polynomials: Polynomials) -> Mask | None:
    """Return which free coordinates have no gradient left, although nothing was decided about them, or None."""
    weighed, r, c0 = polynomials.x[0] * system.norms, polynomials.r[0], np.abs(polynomials.c[0])
    scale, size = math.sqrt(weighed.dot(weighed)) + system.b_size, math.sqrt(r.dot(r))
    small = _AT_REST if idle < _PATIENCE else _NEARLY_AT_REST
    level = MASKED / 2 if system.alpha == 0 and size <= small * scale else ROUNDING * (scale + size)
    return c0 <= level if c0[c0.argmin()] <= level else None


def turned(y: Array, sigma: Array, depth: int, released: tuple[tuple[int, int], ...] = ()) -> Signs:
    """Return the signs of x for these sigma."""
    side, masked, ratio = np.where(y != 0, np.sign(y), -sigma), np.where(sigma == 0, MASKED, 0.0), np.empty((depth + 1, len(y)))
    ratio[0], slope = side, -sigma * side
    for k in range(depth):
        np.multiply(ratio[k], slope, out=ratio[k + 1])
    for i, _ in released:
        masked[i] = MASKED
    return Signs(sigma, side, ratio, masked, released)


def sliding_on(point: Point, span: Span) -> Sliding:
    """Return these columns as the active set."""
    y = point.y.take(span.columns)
    return Sliding(span, point.excess.take(span.columns, axis=1), y, np.copysign(point.P[0].take(span.columns), y))


def begun(
    state: State,
    signs: Signs,
    sliding: Sliding,
    polynomials: Polynomials,
    events: tuple[Event, ...] = (),
    *,
    spans: Spans | None = None,
    notes: tuple[Note, ...] = (),
) -> State:
    """Return the state at the start of an arc: decided and solved; at rest if nothing moves."""
    system, (time, y, *_), columns = state.system, state.point, sliding.span.columns
    arc = Arc(time, y, signs.sigma.astype(np.int8), columns, polynomials.x_sliding)
    rest = columns.size + state.stuck >= len(y) and (system.alpha == 0 or columns.size == 0)
    if rest:
        events = (*events, Event(time, tuple(range(len(y))), "rest"))
    since = min(state.unique_until, time) if notes else state.unique_until
    return State(
        system,
        state.point,
        signs,
        sliding,
        state.u,
        state.v,
        polynomials,
        spans or state.spans,
        state.stuck,
        state.idle,
        since,
        state.known_until,
        rest,
        rest,
        arc,
        events,
        notes,
    )


def advance(state: State, end: ArcEnd) -> State:
    """Go to the end of the arc; those that reach 0 pass it or stay at a saddle.

    Raises:
        NotSmooth: when a weight overflows, or too many events do not advance the clock.
    """
    system, before, solved, sliding, u, v = state.system, state.point, state.polynomials, state.sliding, _NOTHING, _NOTHING
    assert solved is not None
    depth, columns, stay, alpha = system.depth, sliding.span.columns, end.length, system.alpha
    excess_, stages_, squares, own_excess = before.excess, before.stages, before.squares, sliding.excess
    grown = 1 + alpha * stay
    powers = np.array([stay**k for k in range(depth + 1)])
    y, x = before.y - state.signs.sigma * stay, powers.dot(solved.x_sliding)
    if end.hits or end.exits:
        rates = powers[:-1] * system.degrees
        u, v = rates.dot(solved.x_sliding[1:]), rates.dot(solved.r[1:])
        u, v = (-(u / grown ** (depth - 1)), -(v / grown ** (depth - 1))) if alpha else (-u, -v)
    if alpha:  # the clock starts anew on each arc, so that hats drop here
        y, x, stay = y / grown, x / grown**depth, math.log(grown) / alpha
        shrunk = math.exp(-alpha * (before.time + stay))
        excess_, stages_ = system.excess * shrunk, system.stages * shrunk**system.falls
        squares, own_excess = excess_.sum(axis=0) ** 2, excess_.take(columns, axis=1)
    own_x, own_y = sliding.x, sliding.y
    if columns.size:
        near = None
        if depth > 2:
            near = np.abs(own_y + solved.x_sliding[1] * (end.length / before.P[1].take(columns)))
        own_x, y[columns] = x, (own_y := np.copysign(inverse(np.abs(x), own_excess, near), x))
    signs, time = state.signs, before.time + stay
    events: tuple[Event, ...] = ()
    if signs.released:
        masked = signs.masked.copy()
        for i, _ in signs.released:
            masked[i] = 0.0
        for i in end.flat:
            masked[i] = MASKED
        signs = Signs(signs.sigma, signs.side, signs.ratio, masked, tuple([(i, 1) for i in end.flat]))
    if end.zeros:
        y[end.zeros] = 0.0
        own_y = y[columns]
        passing = [i for i in end.zeros if system.simple[i]]
        signs, events = _past_zero(signs, passing), happened(time, "zero", passing)
    s, idle = np.abs(y), state.idle
    if not math.isfinite(s.dot(s)):
        raise NotSmooth(f"the sign flow overflows at t = {time:.6g}; end before it")
    if end.happens:
        idle = idle + 1 if end.length <= 4 * EPS * time else 0
        if idle > _MOST_AT_ONCE + 4 * len(y):
            since = min(state.unique_until, time)
            why = "is not unique" if since == state.unique_until else "has events too close to order"
            raise NotSmooth(f"the sign flow {why} from t = {since:.6g} on and was not followed past it; end before it")
    here = State(
        system,
        Point(time, y, s, excess_, stages_, squares, expand(s, stages_)),
        signs,
        Sliding(sliding.span, own_excess, own_y, own_x),
        u,
        v,
        None,
        state.spans,
        state.stuck,
        idle,
        state.unique_until,
        state.known_until,
        end.final,
        end.final and columns.size + state.stuck >= len(y) and sliding.span.independent,
        None,
        events,
    )
    if end.zeros and len(passing) < len(end.zeros):
        return held(here, [i for i in end.zeros if not system.simple[i]])
    return here


def _past_zero(signs: Signs, passing: list[int]) -> Signs:
    """Return the signs once the x of these coordinates have passed 0; those that slide take theirs from x itself."""
    sigma, side, ratio = signs.sigma, signs.side.copy(), signs.ratio.copy()
    for i in passing:
        if sigma[i]:
            side[i] = ratio[:, i] = -sigma[i]
    return Signs(sigma, side, ratio, signs.masked, signs.released)


def held(state: State, which: list[int]) -> State:
    """Return the state with these coordinates at a saddle."""
    stuck = np.zeros(len(state.point.y), dtype=bool)
    stuck[which] = True
    old, u = state.sliding.span.columns, state.u
    signs = turned(
        state.point.y,
        np.where(stuck, 0.0, state.signs.sigma),
        state.system.depth,
        tuple((i, order) for i, order in state.signs.released if not stuck[i]),
    )
    sliding = state.sliding
    if stuck[old].any():
        wanted = old[~stuck[old]]
        sliding, u = sliding_on(state.point, Span(state.system.columns[wanted], wanted)), u[~stuck[old]] if u.size else u
    where = "starts at" if state.point.time == 0 else "reaches"
    return state._replace(
        signs=signs,
        sliding=sliding,
        u=u,
        stuck=state.stuck + len(which),
        unique_until=min(state.unique_until, state.point.time),
        events=(*state.events, *happened(state.point.time, "saddle", which)),
        notes=(*state.notes, Note(state.point.time, f"{where} a saddle: {SADDLE}")),
    )


def happened(time: float, kind: str, which: Iterable[int]) -> tuple[Event, ...]:
    """Return the event of this kind of these coordinates, or none."""
    coordinates = tuple(which)
    return (Event(time, coordinates, kind),) if coordinates else ()
