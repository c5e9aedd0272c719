"""The state of a sign flow on a smooth loss in doubles at the end of a panel, and the steps from one to the next.

A state is never changed. A panel is one step, whether an event ends it or not. The formulas are in
:mod:`mirrortheory.flows.sign.smooth.double`; not one code with the certified solver, which bounds derivatives of the loss to show
that no event is passed, where here nothing is known of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mirrortheory.errors import NotSmooth
from mirrortheory.flows.result.solution import Event
from mirrortheory.flows.sign.equivalent_control import TOUCHING, box, indefinite
from mirrortheory.flows.sign.event_driven import SADDLE, Note
from mirrortheory.flows.sign.least_squares import Indices
from mirrortheory.flows.sign.smooth.components import Components
from mirrortheory.flows.sign.smooth.panels import NEAR, ArcStart, Hit, Mesh, Panel, Point, first_root

Mask = NDArray[np.bool_]

_EPS = float(np.finfo(float).eps)
_MOST_AT_ONCE, _MOST_PANELS = 100, 20_000
_STEADY, _LEAST_PART = 400, 1e-3  # so many panels, and 4 more for each component, must advance the clock by this part
_INDEFINITE = "the Hessian of the sliding set is indefinite: it goes on sliding, but may leave at any time"
_UNDERFLOW = "a gradient is 0 in double precision with the Hessian: an underflow is not told from a point of rest"


@dataclass(frozen=True, eq=False)
class State:
    """A sign flow at one time.

    Attributes:
        here: the clock, z and how it moves from now on.
        end: the clock at the end of the flow.
        held: the components at a saddle.
        begin: the clock at the last event.
        limit, zeros: the clock at which the arc ends at the latest, and the components that reach 0 then.
        length: of a panel that is thought to do.
        idle: events in a row that did not advance the clock.
        panels, mark: how many there were, and the clock at the last look at whether it advances.
        point: what is known now; None where that is not needed.
        undecided: whether G vanishes or a component leaves: it is to be decided what slides.
        finished: whether the flow rests.
        arc, events, notes: what is kept: the panel that ends now, and what happened in the step that led here.
    """

    here: ArcStart
    end: float
    held: Mask
    begin: float = 0.0
    limit: float = 0.0
    zeros: tuple[int, ...] = ()
    length: float = np.inf
    idle: int = 0
    panels: int = 0
    mark: float = 0.0
    point: Point | None = None
    undecided: bool = False
    finished: bool = False
    arc: Panel | None = None
    events: tuple[Event, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, eq=False)
class PanelEnd:
    """The end of a panel: the first ``hit`` on it, or the clock ``limit`` of the arc with the components that are ``zeros`` then.

    At time 0 there is no panel, and ``vanishing`` tells whose gradient vanishes.
    """

    arc: Panel | None = None
    hit: Hit | None = None
    limit: float = 0.0
    zeros: tuple[int, ...] = ()
    vanishing: Mask | None = None


def start(components: Components, mesh: Mesh, end: float) -> tuple[State, PanelEnd]:
    """Return the state at time 0, undecided, and whose gradient vanishes there.

    Raises:
        NotSmooth: where the loss is not finite.
    """
    z, none = components.start.copy(), np.empty(0, dtype=np.intp)
    here = ArcStart(components, mesh, 0.0, z, np.zeros_like(z), none, z[none])
    state = _stuck(State(here, end, np.zeros(len(z), dtype=bool)), np.flatnonzero(components.stuck(z)))
    point = here.panel(1.0).state(0.0)
    if point is None:
        raise NotSmooth("the loss or its derivatives are not finite at t = 0; start closer to zero")
    zero = (np.abs(point.G) <= NEAR * point.terms) & ~state.held
    here = replace(state.here, sigma=np.where(zero | state.held, 0.0, np.sign(point.G)))
    return replace(state, here=here, point=point, undecided=True), PanelEnd(vanishing=zero)


def first_event(state: State) -> PanelEnd | None:
    """Return the end of the panel that starts now; None at the end of the flow.

    Raises:
        NotSmooth: where the arc is not resolved, or hardly advances.
    """
    here = state.here
    if state.finished:
        return None
    if here.eta >= state.limit:
        return PanelEnd(limit=state.limit, zeros=state.zeros) if state.zeros else None
    panels = state.panels + 1
    if panels > _MOST_PANELS:
        raise NotSmooth(f"{panels} panels reach only t = {here.time:.6g}; end before it")
    if _is_looked_at(state, panels) and here.eta - state.mark < _LEAST_PART * here.eta:
        raise NotSmooth(f"the sign flow hardly advances at t = {here.time:.6g}: it takes ever shorter steps; end before it")
    arc, hit, passing = first_root(here, state.limit, state.length)
    if passing is not None:
        return PanelEnd(arc, hit, here.eta + passing[0], (passing[1],))
    return PanelEnd(arc, hit, state.limit, state.zeros)


def _is_looked_at(state: State, panels: int) -> bool:
    return panels % (_STEADY + 4 * len(state.here.z)) == 0


def advance(state: State, end: PanelEnd) -> State:
    """Go to the end of the panel; those that reach 0 pass it or stay at a saddle.

    Raises:
        NotSmooth: where the loss is not finite, or too many events do not advance the clock.
    """
    here, point = state.here, state.point
    notes: tuple[Note, ...] = ()
    eta, limit, z, near, length, panels, mark = here.eta, end.limit, here.z, here.near, state.length, state.panels, state.mark
    if end.arc is not None:
        tau, panels = end.hit.tau if end.hit is not None else end.arc.length, panels + 1
        mark = eta if _is_looked_at(state, panels) else mark
        point = end.arc.state(tau)
        if point is None:
            raise NotSmooth(f"the arc could not be followed past t = {here.time:.6g}; end before it")
        if indefinite(point.S[np.ix_(here.sliding, here.sliding)]):
            notes = (Note(here.time, _INDEFINITE),)
        eta = eta + tau if end.hit is not None or eta + tau < limit * (1 - 4 * _EPS) else limit
        z, near, length = point.z, point.v[here.sliding], 2 * end.arc.length
    undecided = end.hit is not None or (eta >= limit and bool(end.zeros))
    idle = state.idle
    if undecided:
        idle = idle + 1 if eta - state.begin <= 8 * _EPS * eta else 0
    state = replace(
        state,
        here=replace(here, eta=eta, z=z, near=near),
        limit=limit,
        zeros=end.zeros,
        length=length,
        idle=idle,
        panels=panels,
        mark=mark,
        point=point,
        undecided=undecided,
        arc=end.arc,
        events=(),
        notes=notes,
    )
    if idle > _MOST_AT_ONCE + 4 * len(z):
        raise NotSmooth(f"the sign flow has events too close to order from t = {state.here.time:.6g} on; end before it")
    return _past_zero(state) if undecided and end.hit is None else state


def _past_zero(state: State) -> State:
    """Return the state once its zeros are at 0: they pass it, or stay there."""
    z = state.here.z.copy()
    z[list(state.zeros)] = 0.0
    stuck = state.here.components.stuck(z)
    at_zero = np.isin(np.arange(len(z)), state.zeros)
    state = replace(state, here=replace(state.here, z=z))
    state = replace(state, events=happened(state, "zero", np.flatnonzero(at_zero & ~stuck)))
    state = _stuck(state, np.flatnonzero(at_zero & stuck))
    point = state.here.panel(1.0).state(0.0, state.here.near)
    if point is None:
        raise NotSmooth(f"the arc could not be followed past t = {state.here.time:.6g}; end before it")
    return replace(state, point=point)


def _stuck(state: State, which: Indices) -> State:
    """Return the state with these components at a saddle."""
    if not which.size:
        return state
    held, here = state.held.copy(), state.here
    held[which] = True
    kept = ~held[here.sliding]
    sigma = np.where(np.isin(np.arange(len(here.z)), which), 0.0, here.sigma)
    return replace(
        state,
        held=held,
        here=replace(here, sigma=sigma, sliding=here.sliding[kept], near=here.near[kept]),
        events=(*state.events, *happened(state, "saddle", which)),
        notes=(*state.notes, Note(here.time, SADDLE)),
    )


def happened(state: State, kind: str, which: Indices) -> tuple[Event, ...]:
    """Return the event of this kind of the coordinates of these components, or none."""
    if not which.size:
        return ()
    return (Event(float(state.here.time), tuple(int(j) for j in np.unique(state.here.components.coordinate[which])), kind),)


def decide(state: State, end: PanelEnd) -> State:
    """Choose what slides from now on, where that is to be decided.

    Raises:
        NotSmooth: when no choice is found.
    """
    point, state = state.point, replace(state, arc=None, events=(), notes=())
    if not state.undecided:
        return state
    assert point is not None
    sigma, sliding = state.here.sigma, state.here.sliding
    zero: Mask = (np.abs(point.G) <= NEAR * point.terms) & (sigma != 0) if end.vanishing is None else end.vanishing.copy()
    if end.hit is None and not zero.any():
        return _begun(state)
    leaves = end.hit is not None and end.hit.leaves
    if end.hit is not None and not leaves:
        zero[end.hit.component] = True
    exits = sliding[np.abs(point.u[sliding]) >= (1 - TOUCHING) * point.rate[sliding]]
    zero[sliding] = True
    return _begun(_chosen(state, point, zero, exits if leaves else sliding[:0], at_start=end.vanishing is not None))


def _chosen(state: State, point: Point, zero: Mask, exits: Indices, *, at_start: bool) -> State:
    """Return the state once the box problem on the components whose G vanishes is solved."""
    here, before, time = state.here, state.here.sigma, state.here.time
    Z = np.flatnonzero(zero)
    S, size = point.S[np.ix_(Z, Z)], point.rate[Z]
    pull = point.S[Z] @ (np.where(zero, 0.0, point.rate * before) - np.where(zero, 0.0, point.drift))
    was = np.where(np.isin(Z, exits), np.sign(point.u[Z]), before[Z])
    chosen, doubt = box(S, pull, size, point.drift[Z], was, np.isin(Z, exits))
    if chosen is None:
        raise NotSmooth(f"crossing or sliding could not be decided at t = {time:.6g}; end before it")
    sigma = before.copy()
    sigma[Z] = chosen
    sliding = Z[chosen == 0]
    slides, slid = (np.isin(np.arange(len(before)), which) for which in (sliding, here.sliding))
    doubts = [doubt] if doubt else []
    if at_start and (zero & (np.diagonal(point.S) == 0)).any():
        doubts.append(_UNDERFLOW)
    events = (
        *happened(state, "leave", np.flatnonzero(slid & ~slides)),
        *happened(state, "slide", np.flatnonzero(slides & ~slid)),
        *happened(state, "cross", np.flatnonzero(before * sigma < 0)),
    )
    here = replace(here, sigma=sigma, sliding=sliding, near=point.v[sliding])
    return replace(state, here=here, events=events, notes=tuple(Note(time, text) for text in doubts))


def _begun(state: State) -> State:
    """Return the state at the start of an arc; at rest if nothing moves."""
    here, state = state.here, replace(state, point=None, undecided=False)
    eta, z, sigma = here.eta, here.z, here.sigma
    if here.components.autonomous and not sigma.any():
        rest = happened(state, "rest", np.arange(len(z)))
        panel = here.panel(max(state.end - eta, _EPS))
        return replace(state, arc=panel, events=(*state.events, *rest), finished=True)
    to_zero = np.where(z * sigma > 0, np.abs(z), np.inf)
    zeros: tuple[int, ...] = ()
    limit = state.end
    if eta + to_zero.min() <= limit:
        limit, zeros = eta + float(to_zero.min()), tuple(np.flatnonzero(to_zero <= to_zero.min()).tolist())
    return replace(state, begin=eta, limit=limit, zeros=zeros, length=np.inf)
