"""The first event on an arc of an exact sign flow in rationals and balls, and which events are proved to be one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from mirrortheory.exact import Ball, Number, Root, Undecided, as_ball, first_root, is_exact, modulus, sign, simple_root
from mirrortheory.flows.sign.ball_depth_polynomial import derivative, horner, room, squared_room
from mirrortheory.flows.sign.polynomial.certified_state import ONE, ArcEnd, State, side_of
from mirrortheory.flows.sign.symmetries import exchangeable

_PAST = 1.0625  # how far past the first root found so far another one is looked for, so that ties are seen


@dataclass(frozen=True)
class _Candidate:
    kind: str  # hit, exit or zero
    i: int
    root: Root
    blocked: str = ""  # what is not decided there, instead of an event

    @property
    def low(self) -> Ball:
        return as_ball(self.root.time).lower()

    @property
    def high(self) -> Ball:
        return as_ball(self.root.time).upper()


def first_event(state: State) -> ArcEnd | None:
    """Return how the arc that starts now ends; None when the flow ends before that.

    Raises:
        Undecided: when the first event is not known, with the time up to which there is none; or the arc is not.
    """
    if state.undecided is not None:
        raise state.undecided
    if state.resting:
        return None
    remaining = state.system.end - state.eta
    found = _candidates(state, remaining)
    first = min(found, key=lambda c: c.high, default=None)
    if first is None:
        return None
    near = [c for c in found if not c.low > first.high]
    if all(c.root.time > remaining for c in near):
        return None
    earliest = min(c.low for c in near)
    for c in near:
        if c.blocked:
            raise Undecided(f"coordinate {c.i}: {c.blocked}", earliest, c.high)
        if not (c is first or _same(state, first, c)):
            names = f"{first.kind} of {first.i} and {c.kind} of {c.i}"
            raise Undecided(f"events near t = {_near(state, first):.10g} are not separated: {names}", earliest, c.high)
    tau = next((c.root.time for c in near if is_exact(c.root.time)), first.root.time)
    if not tau <= remaining:
        raise Undecided("an event is not separated from the end", earliest, first.high)
    kinds = {kind: sorted({c.i for c in near if c.kind == kind}) for kind in ("hit", "exit", "zero")}
    assert state.polynomials is not None
    exits = {i: sign(-horner(derivative(state.polynomials.x[i]), tau)) for i in kinds["exit"]}
    return ArcEnd(tau, kinds["hit"], exits, kinds["zero"], all(c.root.multiplicity > 1 for c in near))


def _candidates(state: State, remaining: Number) -> list[_Candidate]:
    """Return the first root of each function, as far as it may be the first of all."""
    assert state.polynomials is not None
    (x, g), y = state.polynomials, state.y
    end = (as_ball(remaining).upper() * _PAST).upper()
    found: list[_Candidate] = []

    def look(kind: str, i: int, find: Callable[[Ball], Root | None]) -> None:
        nonlocal end
        try:
            root = find(end)
            if root is None:
                return
            new = _Candidate(kind, i, root)
        except Undecided as error:
            new = _Candidate(kind, i, Root(error.low.union(error.high)), error.text)
        found.append(new)
        end = min(end, (new.high * _PAST).upper())

    for i, s in enumerate(state.sigma):
        if s and sign(y[i]) == s:
            look("zero", i, lambda end, i=i: first_root([modulus(y[i]), -ONE], end))  # type: ignore[misc]
    for i, s in enumerate(state.sigma):
        if s:
            look("hit", i, lambda end, i=i: first_root(g[i], end))  # type: ignore[misc]
    for i in state.sliding:
        side = side_of(state, x[i], i)
        if not side:
            continue  # it stays at 0, where a control of 0 holds it
        look("zero", i, lambda end, i=i: first_root(x[i], end))  # type: ignore[misc]
        for find in _rooms(state, x[i], side, i):
            look("exit", i, find)
    return found


def _rooms(state: State, x: Sequence[Number], side: int, i: int) -> list[Callable[[Ball], Root | None]]:
    """Return searches for the first time at which the control of i reaches a bound."""
    excess = state.system.excess[i]
    if state.system.depth <= 2:
        square = squared_room(x, side, excess)
        return [lambda end: first_root(square, end)]
    return [
        lambda end, bound=bound: simple_root(room(x, side, excess, bound), end)  # type: ignore[misc]
        for bound in (1, -1)
    ]


def _near(state: State, candidate: _Candidate) -> float:
    alpha, eta = float(state.system.alpha), float(as_ball(state.eta + candidate.root.time).mid())
    return float(np.log1p(alpha * eta) / alpha) if alpha else eta


def _same(state: State, one: _Candidate, other: _Candidate) -> bool:
    """Return whether two events are proved to be simultaneous."""
    if one.root.factor is not None and one.root.factor == other.root.factor:
        return True
    if one.kind != other.kind:
        return False
    system, i, j = state.system, one.i, other.i
    free = [k for k in range(system.d) if k not in state.stuck]
    if one.kind == "hit" and len(state.sliding) == system.rank(free) - 1:
        return True
    first, second = state.trails[i], state.trails[j]
    if one.kind == "zero" and first is not None and second is not None:
        for turn in (1, -1):
            if system.y[i] == turn * system.y[j] and first == tuple(turn * s for s in second):
                return True
    return exchangeable(system.H, system.target, system.y, system.excess, i, j)
