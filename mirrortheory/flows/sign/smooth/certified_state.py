"""The state of a certified sign flow on a smooth loss between two events, and the steps from one to the next.

A state is never changed. What is not decided on an arc is a value, as the pieces proved before it are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mirrortheory.exact import Ball, Undecided, sign
from mirrortheory.exact.series import Polynomial
from mirrortheory.flows.sign.equivalent_control import box
from mirrortheory.flows.sign.event_driven import SADDLE, Note
from mirrortheory.flows.sign.polynomial.certified_trajectory import CertifiedEvent
from mirrortheory.flows.sign.smooth.ball_components import BallComponents
from mirrortheory.flows.sign.smooth.enclosed_arc import Arc, Hit, NotDefinite


@dataclass(frozen=True, eq=False)
class State:
    """A sign flow at one time.

    Attributes:
        eta, end: the clock, now and at the end.
        z, side: the components, and the signs that they have just after now.
        sigma, sliding, stuck: who moves freely and how, who slides, who is at a saddle.
        order: leading coefficients of each G_i that vanish by identity.
        alike: components with one number have equal modulus from now on.
        begun: the arc that starts now; None until it is decided what slides.
        resting, finished: whether nothing moves any more, and whether the end is reached.
        arc, events, notes: what is kept: the arc that ends now, and what happened in the step that led here.
    """

    components: BallComponents
    eta: Ball
    end: Ball
    z: tuple[Ball, ...]
    side: tuple[int, ...]
    sigma: tuple[int, ...]
    sliding: tuple[int, ...]
    stuck: frozenset[int]
    order: tuple[int, ...]
    alike: tuple[int, ...]
    begun: Arc | None = None
    resting: bool = False
    finished: bool = False
    arc: Arc | None = None
    events: tuple[CertifiedEvent, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def time(self) -> Ball:
        """The time that belongs to eta."""
        return self.components.time(self.eta)


@dataclass(frozen=True, eq=False)
class ArcEnd:
    """The end of an arc, as far as it is proved.

    Attributes:
        arc: with the pieces proved.
        tau, z: its length, and the components there; None at the end of the flow.
        hits, zeros, exits: whose G vanishes, who reaches 0, whose control reaches the bound of this sign.
        together: layers of one coordinate that reach 0 with x, by identity.
        undecided: what is not decided before its end.
    """

    arc: Arc | None = None
    tau: Ball | None = None
    z: tuple[Ball, ...] = ()
    hits: tuple[int, ...] = ()
    zeros: tuple[int, ...] = ()
    exits: Mapping[int, int] | None = None
    together: frozenset[int] = frozenset()
    undecided: Undecided | None = None


def start(components: BallComponents, end: Ball) -> tuple[State, ArcEnd]:
    """Return the state at time 0, undecided, and whose gradient vanishes there."""
    n, zero = len(components.start), Ball(0)
    z, side = tuple(Ball(v) for v in components.start), tuple(sign(v) or 0 for v in components.start)
    state = State(components, zero, end, z, side, (0,) * n, (), frozenset(), (0,) * n, tuple(components.alike))
    state = _held(state, [i for i, v in enumerate(z) if v == 0 and not components.simple[i]])
    G = components.gradient(zero, [Polynomial([v]) for v in z], state.side, 1)
    signs = [0 if i in state.stuck else sign(g[0]) for i, g in enumerate(G)]
    hits = tuple(i for i, s in enumerate(signs) if s == 0 and i not in state.stuck)
    undecided = Undecided("the sign of a gradient at the start is not decided") if None in signs else None
    return replace(state, sigma=tuple(s or 0 for s in signs)), ArcEnd(hits=hits, undecided=undecided)


# The first event ------------------------------------------------------------------------------------------------------


def first_event(state: State) -> ArcEnd | None:
    """Return how the arc that starts now ends, with what is proved of it; None when the flow is followed no further."""
    if state.finished:
        return None
    assert state.begun is not None
    remaining = state.end - state.eta
    watched = [] if state.resting else state.begun.watched(state.order)
    arc, found, undecided = state.begun.first(remaining, watched)
    if undecided is not None or not found:
        return ArcEnd(arc, undecided=undecided)
    try:
        return _first(state, arc, found, remaining)
    except Undecided as error:
        return ArcEnd(arc, undecided=error)


def _first(state: State, arc: Arc, found: Sequence[Hit], remaining: Ball) -> ArcEnd:
    """Return the end of an arc at the first of the events found; those that are not separated must be one.

    Raises:
        Undecided: when that is not proved.
    """
    first = min(found, key=lambda hit: hit.time.upper())
    near = [hit for hit in found if not hit.time > first.time]
    low = min(hit.time.lower() for hit in near)
    together = _together(state, near)
    for hit in near:
        one, other = first.watched, hit.watched
        mirrored = one.side * arc.side[one.component] == other.side * arc.side[other.component]
        same = one.kind == other.kind and mirrored and state.alike[one.component] == state.alike[other.component]
        same = same or (one.kind == other.kind == "zero" and first.time == hit.time)  # exact times, of components that never slid
        if not (same or {one.component, other.component} <= together):
            names = name(state.components, one.component), name(state.components, other.component)
            raise Undecided(f"{one.kind} of {names[0]} and {other.kind} of {names[1]} are not separated", low)
    tau = first.time
    for hit in near:
        tau = tau.intersection(hit.time)
    if not tau <= remaining:
        if tau > remaining:
            return ArcEnd(arc)
        raise Undecided("an event is not separated from the end", low)
    who = {kind: tuple(sorted({h.watched.component for h in near if h.watched.kind == kind})) for kind in ("hit", "zero")}
    exits = {h.watched.component: h.watched.side for h in near if h.watched.kind == "exit"}
    return ArcEnd(arc, tau, tuple(arc.at(tau)), who["hit"], who["zero"], exits, together)


def _together(state: State, near: Sequence[Hit]) -> frozenset[int]:
    """Return the layers of one coordinate, two or more, that reach 0 with x now, by identity."""
    together: set[int] = set()
    for hit in near if state.components.layered else ():
        if hit.watched.kind == "zero":
            i, names, alike = hit.watched.component, state.components.coordinate, state.alike
            own = [k for k, j in enumerate(names) if j == names[i] and (k in state.sliding or alike[k] == alike[i])]
            together |= set(own) if len(own) > 1 else set()
    return frozenset(together)


# To it ----------------------------------------------------------------------------------------------------------------


def advance(state: State, end: ArcEnd) -> State:
    """Go to the end of the arc; those that reach 0 pass it or stay at a saddle."""
    kept = end.arc if end.arc is not None and end.arc.pieces else None
    here = replace(state, begun=None, arc=kept, events=(), notes=())
    if end.tau is None:
        return replace(here, finished=end.undecided is None)
    eta, at_zero, simple = state.eta + end.tau, end.together or end.zeros, state.components.simple
    here = replace(
        here,
        eta=eta,
        order=(0,) * len(end.z),
        z=tuple(Ball(0) if i in at_zero else v for i, v in enumerate(end.z)),
        side=tuple(s if i not in at_zero else 0 if end.together else -s for i, s in enumerate(state.side)),
    )
    passing = [i for i in at_zero if end.together or simple[i]]
    here = replace(here, events=_happened(here, "zero", passing))
    return _held(here, [i for i in at_zero if i not in passing])


def _held(state: State, which: Sequence[int]) -> State:
    """Return the state with these components at a saddle."""
    if not which:
        return state
    stuck = state.stuck | set(which)
    return replace(
        state,
        stuck=stuck,
        sigma=tuple(0 if i in which else s for i, s in enumerate(state.sigma)),
        side=tuple(0 if i in which else s for i, s in enumerate(state.side)),
        sliding=tuple(i for i in state.sliding if i not in stuck),
        events=(*state.events, *_happened(state, "saddle", which)),
        notes=(*state.notes, Note(state.time, SADDLE)),
    )


def _happened(state: State, kind: str, which: Sequence[int]) -> tuple[CertifiedEvent, ...]:
    names = tuple(sorted({state.components.coordinate[i] for i in which}))
    return (CertifiedEvent(state.time, names, kind),) if names else ()


# Cross or slide -------------------------------------------------------------------------------------------------------


def decide(state: State, end: ArcEnd) -> State:
    """Choose sigma where G vanishes, and prove the choice.

    Raises:
        Undecided: when it is not proved, or the arc was not to its end.
    """
    if end.undecided is not None:
        raise end.undecided
    state = replace(state, arc=None, events=(), notes=())
    if state.finished:
        return state
    hits = sorted(end.together - set(state.sliding)) if end.together else list(end.hits)
    exits = end.exits or {}
    return _started(_chosen(state, hits, exits) if hits or exits else state)


def _started(state: State) -> State:
    """Return the state with the arc that starts now; at rest if nothing moves."""
    side = tuple(s or -t for s, t in zip(state.side, state.sigma, strict=True))
    arc = Arc(state.components, state.eta, state.z, state.sigma, state.sliding, side)
    if state.components.autonomous and not any(state.sigma):
        rest = _happened(state, "rest", range(len(state.z)))
        return replace(state, side=side, begun=arc, resting=True, events=(*state.events, *rest))
    return replace(state, side=side, begun=arc)


def _chosen(state: State, hits: list[int], exits: Mapping[int, int]) -> State:
    components, before, was = state.components, state.sigma, state.sliding
    Z = sorted({*was, *hits})
    names = ", ".join(name(components, i) for i in Z)
    text = f"crossing or sliding of {names} at t = {float(state.time.mid()):.10g}"
    if hits and exits:
        raise Undecided(f"{text}: one reaches its bound as the gradient of another vanishes")
    bound = exits or guess(state, Z)
    if bound is None:
        raise Undecided(text)
    chosen = replace(
        state,
        sigma=tuple(bound.get(i, 0 if i in Z else s) for i, s in enumerate(before)),
        sliding=tuple(i for i in Z if i not in bound),
        order=tuple((1 if hits else 2) if i in bound else 0 for i in range(len(before))),
    )
    _prove(chosen, Z, text)
    alike = list(state.alike)
    if components.layered:  # G = 0 is w^2 = -x f'/alpha: layers of one coordinate have one modulus, whatever they do next
        for i in Z:
            for k in Z:
                if components.coordinate[i] == components.coordinate[k]:
                    alike = [alike[i] if a == alike[k] else a for a in alike]
    events = (
        *_happened(state, "leave", [i for i in was if i not in chosen.sliding]),
        *_happened(state, "slide", [i for i in chosen.sliding if i not in was]),
        *_happened(state, "cross", [i for i, s in enumerate(before) if s * chosen.sigma[i] < 0]),
    )
    return replace(chosen, alike=tuple(alike), events=events)


def guess(state: State, Z: Sequence[int]) -> dict[int, int] | None:
    """Return the bounds of those of Z that do not slide, in double precision: it proves nothing."""
    components, side = state.components, [s or 1 for s in state.side]
    z = [Polynomial([v, 0 if i in Z else -s]) for i, (v, s) in enumerate(zip(state.z, state.sigma, strict=True))]
    G = components.gradient(state.eta, z, side, 2)
    S, rate = components.bend(state.eta, state.z, side, Z)
    matrix, size = np.array([[float(v.mid()) for v in row] for row in S]), np.array([float(v.mid()) for v in rate])
    pull = np.array([-float(G[i][1].mid()) for i in Z])
    if not (np.isfinite(matrix).all() and np.isfinite(size).all() and np.isfinite(pull).all()):
        return None
    was = np.array([float(state.sigma[i]) for i in Z])
    pattern = box(matrix, pull, size, np.zeros(len(Z)), was, np.zeros(len(Z), dtype=bool))[0]
    return None if pattern is None else {i: int(s) for i, s in zip(Z, pattern, strict=True) if s}


def _prove(state: State, Z: Sequence[int], text: str) -> None:
    """Prove that the arc that starts now stays in the inclusion just after now, and that no other does."""
    arc = _started(state).begun
    assert arc is not None
    found = arc.state(Ball(0), [state.z[i] for i in state.sliding])
    if found is None:
        raise Undecided(f"{text}: the sliding components are not enclosed")
    there, inside = found
    if not arc.definite(Ball(0), inside, Z):
        raise NotDefinite(f"{text}: the Hessian is not shown to be positive definite, and there may be several ways on")
    for i in Z:
        if i in state.sliding and not (1 - there.z[i][1] > 0 and 1 + there.z[i][1] > 0):
            raise Undecided(f"{text}: the control of {name(state.components, i)} is not inside its bounds")
        if i not in state.sliding and not there.G[i][state.order[i]] * state.sigma[i] > 0:
            raise Undecided(f"{text}: the gradient of {name(state.components, i)} does not leave 0 as it should")


def name(components: BallComponents, i: int) -> str:
    """Return a component in words."""
    layer, j = divmod(i, components.d)
    return f"layer {layer} of coordinate {j}" if components.layered else f"coordinate {j}"
