r"""The state of an exact sign flow in rationals and balls between two events, and the polynomials of the arc that starts there.

A state is never changed, as in :mod:`mirrortheory.flows.sign.polynomial.double_state`. Not one code with it: there the sliding
coordinates are a least-squares problem with pivots by size, updated by rank one; here a linear system over the rationals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import comb
from typing import NamedTuple

from mirrortheory.exact import Ball, Exact, Number, Undecided, as_ball, exact, modulus, rank, sign, solve
from mirrortheory.flows.sign.ball_depth_polynomial import horner, inverse
from mirrortheory.flows.sign.depth_polynomial import taylor
from mirrortheory.flows.sign.event_driven import SADDLE, Note
from mirrortheory.flows.sign.polynomial.certified_trajectory import CertifiedArc, CertifiedEvent, excesses

ZERO, ONE = Exact(0), Exact(1)


class System:
    """What stays the same along a flow.

    Attributes:
        H, target: Z^T Z and Z^T b.
        excess, simple: lambda, shape (d, L), and whether one layer alone is smallest.
        y: dual variables at the start.
        constant: coordinates without data, whose gradient is 0 everywhere.
        end: eta at the end.
    """

    def __init__(
        self, Z: Sequence[Sequence[Exact]], b: Sequence[Exact], initial: tuple[tuple[Exact, ...], ...], alpha: Exact, end: Number
    ) -> None:
        self.d, self.depth, self.alpha, self.end = len(initial[0]), len(initial), alpha, end
        columns = list(zip(*Z, strict=True))
        self.H = [[_dot(left, right) for right in columns] for left in columns]
        self.target = [_dot(column, b) for column in columns]
        self.excess = excesses(initial)
        self.simple = [own.count(ZERO) == 1 for own in self.excess]
        self.y = [exact(_signed_least(column)) for column in zip(*initial, strict=True)]
        self.constant = frozenset(i for i in range(self.d) if self.H[i][i] == 0)

    def time(self, eta: Number) -> Ball:
        """Return the time that belongs to eta."""
        return as_ball((1 + self.alpha * as_ball(eta)).log() / self.alpha if self.alpha else eta)

    def rank(self, columns: Sequence[int]) -> int:
        """Return the rank of these columns of Z."""
        return rank([[self.H[i][j] for j in columns] for i in columns])

    def growth(self, eta: Number) -> list[Number]:
        """Return the growth of the target, (1 + alpha eta)^L, as Taylor coefficients in eta."""
        grown: Number = 1 + self.alpha * eta
        powers: list[Number] = [ONE]
        for _ in range(self.depth):
            powers.append(powers[-1] * grown)
        return [comb(self.depth, k) * self.alpha**k * powers[self.depth - k] for k in range(self.depth + 1)]


class Polynomials(NamedTuple):
    """Taylor coefficients in eta of x and of the gradient, which is left empty for coordinates that do not move freely."""

    x: list[list[Number]]
    g: list[list[Number]]


@dataclass(frozen=True)
class ArcEnd:
    """The end of an arc: its length in eta, and what happens there to which coordinates.

    Attributes:
        hits, zeros: whose gradient vanishes, and whose x does.
        exits: whose control reaches its bound, with the sign of the bound.
        touching: whether the gradients only touch 0.
    """

    length: Number
    hits: list[int]
    exits: dict[int, int | None]
    zeros: list[int]
    touching: bool


@dataclass(frozen=True, eq=False)
class State:
    """A sign flow at one time.

    Attributes:
        sigma, sliding, stuck: who moves freely and how, who slides, who is at a saddle or has no data.
        order: leading coefficients of each gradient that vanish by identity.
        trails: sigma on each arc so far of each coordinate, while it never slid; else None.
        polynomials: of the arc that starts now; None until it is decided what slides.
        resting: whether nothing moves any more.
        undecided: why the flow is not followed any further, or None.
        arc, events, notes: what is kept: the arc that starts now, and what happened in the step that led here.
    """

    system: System
    eta: Number
    y: tuple[Number, ...]
    sigma: tuple[int, ...]
    sliding: tuple[int, ...]
    stuck: frozenset[int]
    order: tuple[int, ...]
    trails: tuple[tuple[int, ...] | None, ...]
    polynomials: Polynomials | None = None
    resting: bool = False
    undecided: Undecided | None = None
    arc: CertifiedArc | None = None
    events: tuple[CertifiedEvent, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def time(self) -> Ball:
        """The time that belongs to eta."""
        return self.system.time(self.eta)

    @property
    def x(self) -> list[Number]:
        """The effective parameter, from y."""
        return [sure(y) * taylor(modulus(y), own)[0] for y, own in zip(self.y, self.system.excess, strict=True)]


def solved(state: State) -> Polynomials:
    """Return the polynomials of the arc that starts now.

    Raises:
        Undecided: when the sign of a dual variable is not known.
    """
    system, sigma, y = state.system, state.sigma, state.y
    growth, size = system.growth(state.eta), range(system.depth + 1)
    x: list[list[Number]] = [[ZERO] * (system.depth + 1) for _ in range(system.d)]
    moving = [i for i in range(system.d) if sigma[i]]
    for i, v in enumerate(state.x if system.constant else ()):
        x[i][0] = v if i in system.constant else ZERO
    for i in moving:
        side = sure(y[i]) or -sigma[i]
        x[i] = [side * v for v in taylor(modulus(y[i]), system.excess[i], -sigma[i] * side)]
    if state.sliding:
        right = [
            [system.target[i] * growth[k] - sum((system.H[i][j] * x[j][k] for j in moving), ZERO) for k in size]
            for i in state.sliding
        ]
        rows = solve([[system.H[i][j] for j in state.sliding] for i in state.sliding], right)
        for i, row in zip(state.sliding, rows, strict=True):
            x[i] = row
            if sign(y[i]) == 0:
                row[0] = ZERO
    elif not moving and system.alpha == 0:
        for i, v in enumerate(state.x):
            x[i][0] = v
    live = [*moving, *state.sliding]
    g: list[list[Number]] = [[] for _ in range(system.d)]
    for i in moving:
        g[i] = [sum((system.H[i][j] * x[j][k] for j in live), ZERO) - system.target[i] * growth[k] for k in size]
        g[i][: state.order[i]] = [ZERO] * state.order[i]
    return Polynomials(x, g)


def begun(state: State, polynomials: Polynomials | None = None) -> State:
    """Return the state with the arc that starts now, solved if it is not yet; at rest if nothing moves."""
    try:
        solution = polynomials or solved(state)
    except Undecided as error:
        return replace(state, undecided=error)
    system, y, sigma, events = state.system, state.y, state.sigma, state.events
    pulled = system.alpha != 0 and (state.sliding or any(y[i] != 0 for i in system.constant))
    resting = not (any(sigma) or pulled)
    if resting:
        events = (*events, CertifiedEvent(state.time, tuple(range(system.d)), "rest"))
    rows = tuple(map(tuple, solution.x))
    saddles = tuple(sorted(state.stuck - system.constant))
    return replace(
        state,
        polynomials=solution,
        resting=resting,
        events=events,
        trails=tuple(None if own is None or not s else (*own, s) for own, s in zip(state.trails, sigma, strict=True)),
        arc=CertifiedArc(state.eta, y, sigma, state.sliding, resting, saddles, rows),
    )


def advance(state: State, end: ArcEnd) -> State:
    """Go to the end of the arc; those that reach 0 pass it or stay at a saddle."""
    system, tau, solution = state.system, end.length, state.polynomials
    assert solution is not None
    y = list(state.y)
    for i, start in enumerate(state.y):
        if i in end.zeros:
            y[i] = ZERO
        elif i in state.sliding:
            side = side_of(state, solution.x[i], i)
            y[i] = side * inverse(side * horner(solution.x[i], tau), system.excess[i]) if side else ZERO
        else:
            y[i] = start - state.sigma[i] * tau
    eta, order, passing = state.eta + tau, (0,) * system.d, [i for i in end.zeros if system.simple[i]]
    events = happened(system.time(eta), "zero", passing)
    here = replace(state, eta=eta, y=tuple(y), order=order, polynomials=None, arc=None, events=events, notes=())
    return held(here, [i for i in end.zeros if not system.simple[i]])


def held(state: State, which: Sequence[int]) -> State:
    """Return the state with these coordinates at a saddle."""
    if not which:
        return state
    stuck = state.stuck | set(which)
    where = "starts at" if state.eta == 0 else "reaches"
    return replace(
        state,
        stuck=stuck,
        sliding=tuple(i for i in state.sliding if i not in stuck),
        sigma=tuple(0 if i in which else s for i, s in enumerate(state.sigma)),
        events=(*state.events, *happened(state.time, "saddle", which)),
        notes=(*state.notes, Note(state.time, f"{where} a saddle: {SADDLE}")),
    )


def happened(time: Ball, kind: str, which: Sequence[int]) -> tuple[CertifiedEvent, ...]:
    """Return the event of this kind of these coordinates, or none."""
    return (CertifiedEvent(time, tuple(which), kind),) if which else ()


def side_of(state: State, x: Sequence[Number], i: int) -> int:
    """Return the side of 0 on which the sliding x_i is just after now; 0 when it stays there."""
    return sure(state.y[i]) or next((s for s in map(sure, x) if s), 0)


def sure(value: Number) -> int:
    """Return the sign of a number.

    Raises:
        Undecided: when the precision is too low to know it.
    """
    found = sign(value)
    if found is None:
        raise Undecided("the sign of a number is not decided at this precision")
    return found


def _dot(left: Sequence[Exact], right: Sequence[Exact]) -> Exact:
    return sum((a * b for a, b in zip(left, right, strict=True)), ZERO)


def _signed_least(column: Sequence[Exact]) -> Exact:
    turned = 1
    for v in column:
        turned *= sign(v) or 0
    return turned * min(map(abs, column))
