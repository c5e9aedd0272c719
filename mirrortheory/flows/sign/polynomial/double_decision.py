r"""Cross or slide in an exact sign flow in doubles: the velocity that moves the residual least."""

from __future__ import annotations

import math

import numpy as np

from mirrortheory.errors import NotSmooth
from mirrortheory.flows.problems import Array
from mirrortheory.flows.sign.depth_polynomial import expand
from mirrortheory.flows.sign.event_driven import Note
from mirrortheory.flows.sign.least_squares import WELL, Span, Spans, without
from mirrortheory.flows.sign.polynomial.double_state import (
    MASKED,
    ArcEnd,
    Point,
    Signs,
    State,
    System,
    begun,
    happened,
    held,
    sliding_on,
    solve,
    turned,
    vanishing,
)

_CLEAR = 1e-9  # part of the bounds by which a decision is far from a tie
_DEPENDENT = "the columns that may slide are dependent: x moves by selection; only the velocity of Zx is unique"
_NEARLY = "columns that may slide are too near to dependent: doubles do not tell how x moves, and the error counts all that it can"

Turn = tuple[int, float, int]  # a coordinate, its new sigma, and how many leading coefficients of its gradient vanish


def start(system: System) -> tuple[State, ArcEnd]:
    """Return the state at time 0, undecided, and whose gradient vanishes there."""
    initial = system.initial
    y = np.sign(initial).prod(axis=0) * np.abs(initial).min(axis=0)
    s, none = np.abs(y), Span(system.columns[:0], np.empty(0, dtype=np.intp))
    squares = system.excess.sum(axis=0) ** 2  # lambda^2 at depth 2
    point = Point(0.0, y, s, system.excess, system.stages, squares, expand(s, system.stages))
    x = np.sign(y) * point.P[0]
    r = x.dot(system.columns) - system.b
    gradient = r.dot(system.directions)
    zero, stuck = np.abs(gradient) <= system.noise(x, r), (y == 0) & ~system.simple
    signs = turned(y, np.where(zero | stuck, 0.0, np.sign(gradient)), system.depth)
    sliding, spans, nothing = sliding_on(point, none), Spans(system.columns, system.norms, none), np.empty(0)
    state = State(system, point, signs, sliding, nothing, nothing, None, spans)
    if stuck.any():
        state = held(state, np.flatnonzero(stuck).tolist())
    return state, ArcEnd(0.0, np.flatnonzero(zero & ~stuck).tolist(), [], [], [])


def decide(state: State, end: ArcEnd) -> State:
    """Choose what slides from now on, where an arc has ended, and solve the next one.

    Raises:
        NotSmooth: when rounding leaves no choice.
    """
    if state.finished:
        return state
    hits, exits, decided = end.hits, end.exits, None
    if not (hits or exits):
        polynomials = solve(state.system, state.point, state.signs, state.sliding)
        return begun(state, state.signs, state.sliding, polynomials)
    if not end.zeros and len(hits) + len(exits) == 1:
        decided = by_rank_one(state, bool(hits), (hits or exits)[0])
    return by_box(state, hits, exits) if decided is None else decided


def by_rank_one(state: State, hit: bool, i: int) -> State | None:
    """Decide one event far from every tie, by rank-one steps from the last active set; None if that cannot be done."""
    old, before = state.sliding.span, state.signs
    if before.released or not old.independent:
        return None
    found = _after_hit(state, i) if hit else _after_exit(state, i)
    if found is None:
        return None
    span, turns = found
    if not span.known:
        return None
    signs, sliding = _turned(state, turns), sliding_on(state.point, span)
    polynomials = solve(state.system, state.point, signs, sliding)
    if vanishing(state.system, state.idle, polynomials) is not None:
        return None
    was, time = before.sigma, state.point.time
    events = (
        *happened(time, "leave", sorted(j for j, _, _ in turns if not was[j])),
        *happened(time, "slide", [j for j, sigma, _ in turns if not sigma]),
        *happened(time, "cross", [j for j, sigma, _ in turns if was[j] * sigma < 0]),
    )
    return begun(state, signs, sliding, polynomials, events)


def _turned(state: State, turns: list[Turn]) -> Signs:
    y, degrees, before = state.point.y, state.system.depth + 1, state.signs
    sigmas, side, powers, masked = before.sigma.copy(), before.side.copy(), before.ratio.copy(), before.masked.copy()
    for i, sigma, _ in turns:
        sigmas[i] = sigma
        here = side[i] = float(np.sign(y[i])) or -sigma
        powers[:, i] = [here * (-sigma * here) ** k for k in range(degrees)]
        masked[i] = MASKED
    return Signs(sigmas, side, powers, masked, tuple([(i, order) for i, sigma, order in turns if sigma]))


def _after_hit(state: State, i: int) -> tuple[Span, list[Turn]] | None:
    """Return the active set and the turns once the gradient of a free i vanishes, if beyond doubt.

    u_i moves from its bound towards the other until |Zu| is least; those that reach a bound on the way leave.
    """
    system, slope, span, u, v = state.system, state.point.P[1], state.sliding.span, state.u, state.v
    size, norm, z, sigma = float(slope[i]), float(system.norms[i]), system.columns[i], float(state.signs.sigma[i])
    room, left, moved = slope.take(span.columns), list[Turn](), 0.0  # u_i = sigma size (1 - moved)
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
            slack, v = _CLEAR * float(system.norms.dot(slope)), v + turn * rest
            doubt = goal <= _CLEAR or abs(best - 2) <= max(_CLEAR, slack * norm / (schur * size))
            if doubt or any(side * float(system.columns[j].dot(v)) > -slack * system.norms[j] for j, side, _ in left):
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


def _after_exit(state: State, i: int) -> tuple[Span, list[Turn]] | None:
    """Return the same once the control of i reaches its bound: no velocity jumps, and i leaves alone."""
    span, u = state.sliding.span, state.u
    at = span.columns.tolist().index(i)
    inside = np.abs(u) / state.point.P[1].take(span.columns)
    reached, inside[at] = inside[at], 0.0
    if abs(reached - 1) > _CLEAR or not inside[inside.argmax()] < 1 - _CLEAR:
        return None
    return span.shrunk(i), [(i, math.copysign(1.0, u[at]), 2)]


def by_box(state: State, hits: list[int], exits: list[int]) -> State:
    """Decide by the box problem where the gradient vanishes.

    Raises:
        NotSmooth: when rounding leaves no choice.
    """
    system, point, before, was = state.system, state.point, state.signs.sigma, state.sliding.span.columns
    size, u = point.P[1], np.zeros(len(before))
    u[was] = state.u
    u = np.where(before != 0, before * size, np.clip(u, -size, size))
    inner, at_zero = np.zeros((2, len(u)), dtype=bool)
    inner[was] = at_zero[was] = at_zero[hits] = True
    for i in hits:
        inner[i] |= before[i] == 0
    if exits:
        u[exits], inner[exits] = np.copysign(size[exits], u[exits]), False
    span, spans = state.sliding.span, state.spans
    while True:
        first = at_zero.copy()
        if exits:
            first[exits] = False
        drift = system.Z @ np.where(at_zero, 0.0, u) + system.target[1]
        found = spans.least(span, at_zero, first, inner, drift, np.where(at_zero, u, 0.0), size)
        if found is None:
            raise NotSmooth(f"crossing or sliding could not be decided at t = {point.time:.6g}; end before it")
        spans, span, chosen, unique, known = found
        slides = np.zeros_like(at_zero)
        slides[span.columns] = True
        released = tuple([(i, 2 if i in exits else 1) for i in np.flatnonzero(at_zero & ~slides).tolist()])
        sigma: Array = np.where(slides, 0.0, np.where(at_zero, np.sign(chosen), before))
        signs, sliding = turned(point.y, sigma, system.depth, released), sliding_on(point, span)
        polynomials = solve(system, point, signs, sliding)
        if (more := vanishing(system, state.idle, polynomials)) is None:
            break
        at_zero |= more
    known = known and all(_is_told_apart(span, system.columns[i], i) for i in np.flatnonzero(at_zero & ~slides).tolist())
    time, leaves = point.time, was[~slides[was]].tolist()
    slides[was] = False
    events = (
        *happened(time, "leave", leaves),
        *happened(time, "slide", np.flatnonzero(slides).tolist()),
        *happened(time, "cross", np.flatnonzero(before * sigma < 0).tolist()),
    )
    notes = (Note(time, _DEPENDENT),) if known and not unique else ()
    if not known and time < state.known_until:
        state, notes = state._replace(known_until=time), (Note(time, _NEARLY),)
    return begun(state, signs, sliding, polynomials, events, spans=spans, notes=notes)


def _is_told_apart(span: Span, column: Array, i: int) -> bool:
    """Return whether doubles tell that a column leaves whose gradient vanishes together with those that slide.

    Nearly dependent on them, it might slide in the place of one: which of the gradients vanishes first is below rounding.
    """
    _, rest = span.split(column)
    return float(rest.dot(rest)) * WELL > float(column.dot(column)) or span.grown(column, i).known
