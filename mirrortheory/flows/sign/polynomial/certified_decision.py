r"""Cross or slide in an exact sign flow in rationals and balls: guessed in double precision, then proved.

The statement is that of :mod:`mirrortheory.flows.sign.polynomial.double_decision`; not one code with it, for a guess needs no
care, and a proof no search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from mirrortheory.exact import Number, Undecided, modulus, sign
from mirrortheory.flows.sign.active_set import guess
from mirrortheory.flows.sign.certified_steps import Indeterminate
from mirrortheory.flows.sign.depth_polynomial import taylor
from mirrortheory.flows.sign.event_driven import Note
from mirrortheory.flows.sign.polynomial.certified_state import (
    ZERO,
    ArcEnd,
    Polynomials,
    State,
    System,
    begun,
    happened,
    held,
    side_of,
    solved,
    sure,
)

_RESTS = "the gradient vanishes and columns of Z are dependent: x rests by selection, but may move in the kernel of Z"
_DEPENDENT = "uniqueness is not proved: the columns of vanishing gradient are dependent"

Choice = tuple[set[int], Mapping[int, int], Mapping[int, int]]  # who slides; the bounds the others take; their order


def start(system: System) -> tuple[State, ArcEnd]:
    """Return the state at time 0, undecided, and whose gradient vanishes there."""
    d, constant = system.d, system.constant
    state = State(system, ZERO, tuple(system.y), (0,) * d, (), constant, (0,) * d, ((),) * d)
    state = held(state, [i for i in range(d) if system.y[i] == 0 and not (system.simple[i] or i in constant)])
    x = state.x
    gradient = [sum((h * v for h, v in zip(row, x, strict=True)), ZERO) - c for row, c in zip(system.H, system.target, strict=True)]
    sigma = tuple(0 if i in state.stuck else sign(g) or 0 for i, g in enumerate(gradient))
    hits = [i for i, s in enumerate(sigma) if s == 0 and i not in state.stuck]
    return replace(state, sigma=sigma), ArcEnd(ZERO, hits, {}, [], False)


def decide(state: State, end: ArcEnd) -> State:
    """Choose sigma where the gradient vanishes, and prove the choice; what stays undecided is in the state.

    Raises:
        Undecided: when no choice is proved.
    """
    system, was, before = state.system, state.sliding, state.sigma
    hits = [i for i in end.hits if i not in state.stuck]
    exits = {i: s for i, s in end.exits.items() if i not in state.stuck}
    state = replace(state, events=(), notes=())
    if not (hits or exits):
        return begun(state)
    time, free = state.time, [i for i in range(system.d) if i not in state.stuck]
    vanishing = sorted({*was, *hits})
    if hits and system.rank(vanishing) == system.rank(free):
        vanishing = free  # the residual has no part left in the range of Z
    if system.rank(vanishing) < len(vanishing):
        if system.alpha == 0 and vanishing == free:
            events = happened(time, "slide", [i for i in free if i not in was])
            rest = replace(state, sigma=(0,) * system.d, sliding=(), events=events, notes=(Note(time, _RESTS),))
            return begun(rest)
        return replace(state, notes=(Note(time, _DEPENDENT),), undecided=_dependence(system, vanishing))
    for inside, bound, order in _choices(state, hits, exits, vanishing, end.touching):
        chosen = replace(
            state,
            sliding=tuple(sorted(inside)),
            order=tuple(order.get(i, 0) for i in range(system.d)),
            sigma=tuple(bound.get(i, 0 if i in inside else s) for i, s in enumerate(before)),
        )
        polynomials = proved(chosen, vanishing)
        if polynomials is not None:
            break
    else:
        raise Undecided(f"crossing or sliding of coordinates {vanishing} at t = {float(time.mid()):.10g}")
    grazed = hits and not exits and chosen.sliding == was and chosen.sigma == before
    events = (
        *happened(time, "leave", [i for i in was if i not in chosen.sliding]),
        *happened(time, "slide", [i for i in chosen.sliding if i not in was]),
        *happened(time, "cross", [i for i, s in enumerate(before) if s * chosen.sigma[i] < 0]),
        *happened(time, "graze", hits if grazed else []),
    )
    return begun(replace(chosen, events=events), polynomials)


def _dependence(system: System, vanishing: list[int]) -> Indeterminate:
    """Say which velocities are still unique: that of Zx, and u_i if no vector of the kernel has a component i."""
    known = system.rank(vanishing)
    alone = [i for i in vanishing if system.rank([j for j in vanishing if j != i]) < known]
    moving = [i for i in vanishing if i not in alone]
    return Indeterminate(
        f"the columns of vanishing gradient {vanishing} are dependent, of rank {known}: the velocity of Zx is unique, those of "
        f"the coordinates {moving} are not shown to be, and the flow is not followed past it"
    )


def _choices(state: State, hits: list[int], exits: Mapping[int, int | None], vanishing: list[int], touching: bool) -> list[Choice]:
    """Return guesses: who slides, which bound the others take, and how many coefficients of g then vanish by identity."""
    system, sigma, was = state.system, state.sigma, set(state.sliding)
    if not hits:  # the control is continuous, so g' vanishes as well
        leaving = {i: s for i, s in exits.items() if s}
        return [(was - set(leaving), leaving, dict.fromkeys(leaving, 2))]
    guesses: list[Choice] = []
    if touching and not exits:
        guesses.append((was, {i: sigma[i] for i in hits}, dict.fromkeys(hits, 2)))
    size = [taylor(modulus(y), own)[1] for y, own in zip(state.y, system.excess, strict=True)]
    moving = [i for i in range(system.d) if i not in vanishing and sigma[i]]
    growth = system.growth(state.eta)[1]
    offset = [
        float(sum((system.H[i][j] * (sigma[j] * size[j]) for j in moving), ZERO) + system.target[i] * growth) for i in vanishing
    ]
    gram = np.array([[float(system.H[i][j]) for j in vanishing] for i in vanishing])
    for pattern in guess(gram, np.array(offset), np.array([float(size[i]) for i in vanishing])):
        bound = {i: s for i, s in zip(vanishing, pattern, strict=True) if s}
        guesses.append((set(vanishing) - set(bound), bound, dict.fromkeys(bound, 1)))
    return guesses


def proved(state: State, vanishing: Sequence[int]) -> Polynomials | None:
    """Return the polynomials of the arc that a choice makes, if it stays in the inclusion just after now; else None."""
    try:
        x, g = polynomials = solved(state)
        for i in vanishing:
            if i in state.sliding:
                if not _stays(state, x[i], i):
                    return None
            elif next((s for s in map(sure, g[i]) if s), 0) != state.sigma[i]:  # a g_i that stays 0 is not followed freely
                return None
    except Undecided:
        return None
    return polynomials


def _stays(state: State, x: Sequence[Number], i: int) -> bool:
    c = taylor(modulus(state.y[i]), state.system.excess[i])
    side = side_of(state, x, i)
    margin = c[1] - modulus(x[1])
    if sure(margin):
        return bool(margin > 0)
    if state.system.depth == 1:
        return True  # on the bound, and constant
    toward = sure(x[1])  # on the bound: does it turn inside?
    if not side or not toward or not sign(c[1]):
        return False
    return bool(2 * c[2] / c[1] * side * x[1] - toward * 2 * x[2] > 0)
