r"""The first event on an arc of an exact sign flow in doubles, found without passing one."""

from __future__ import annotations

import numpy as np

from mirrortheory.flows.problems import Array
from mirrortheory.flows.sign.depth_polynomial import first_exit, first_root, may_leave, square_of_slack
from mirrortheory.flows.sign.polynomial.double_state import ROUNDING, ArcEnd, State
from mirrortheory.flows.sign.polynomial.trajectory import clock

_TINY = float(np.finfo(float).tiny)


def first_event(state: State) -> ArcEnd | None:
    """Return the end of the arc that starts now: at the first event, or early under decay, so that the clock stays in range."""
    if state.finished:
        return None
    alpha = state.system.alpha
    left = longest = state.system.t_end - state.point.time
    if alpha:
        left = float(clock(np.asarray(left), alpha))
        longest = min(left, 1 / alpha)
    end = _first(state, longest)
    return end._replace(final=True) if end.length == left and not end.happens else end


def _first(state: State, horizon: float) -> ArcEnd:
    system, (_, _, s, _, _, squares, P), sliding = state.system, state.point, state.sliding.span.columns
    d, k, stay, hits, exits, zeros = len(s), len(sliding), horizon, list[int](), list[int](), list[int]()
    assert state.polynomials is not None
    c = state.polynomials.c
    falling = state.signs.sigma * state.signs.side / (s + _TINY)
    nearest = falling.argmax()
    falls = bool(falling[nearest] * horizon >= 1)
    if falls:
        stay = min(float(s[nearest]), horizon)
    columns, flat = _after_zero(state) if state.signs.released else ([], [])
    if k:
        x, above = _upwards(state)
        free, c = c, np.empty((len(c), d + 2 * k if system.depth == 2 else d + k))
        c[:, :d], c[:, d : d + k] = free, above
        if system.depth == 2:
            square_of_slack(x, squares.take(sliding), c[:, d + k :])
    elif columns:
        c = c.copy()
    for i, column in columns:
        c[:, i] = column
    root, which = first_root(c, stay)
    if which:
        falls, stay = falls and root == stay, root
        for i in which:
            if i < d:
                hits.append(i)
            elif i < d + k:
                zeros.append(int(sliding[i - d]))
            else:
                exits.append(int(sliding[i - d - k]))
    if system.depth > 2 and k:
        near = may_leave(x, P[1].take(sliding), stay)
        if near.size:
            first, which = first_exit(x.take(near, axis=1), s[sliding[near]], state.sliding.excess.take(near, axis=1), stay)
            if which:
                exits = sliding[near[which]].tolist()
                if first != stay:
                    falls, hits, zeros, stay = False, [], [], first
    if falls:
        zeros = (falling == falling[nearest]).nonzero()[0].tolist() + zeros
    return ArcEnd(stay, hits, exits, zeros, flat)


def _coefficient(state: State, k: int) -> Array:
    """Return the k-th Taylor coefficient of all of x."""
    assert state.polynomials is not None
    x: Array = state.polynomials.x[k].copy()
    x[state.sliding.span.columns] = state.polynomials.x_sliding[k]
    return x


def _after_zero(state: State) -> tuple[list[tuple[int, list[float]]], list[int]]:
    """Return, for each gradient that vanishes now, its coefficients from the first on that does not; and those that have none."""
    system, solved, columns, flat = state.system, state.polynomials, [], list[int]()
    assert solved is not None
    for i, order in state.signs.released:
        column, k = (solved.g[:, i] * state.signs.sigma[i]).tolist(), 0
        while k <= system.depth and (k < order or abs(column[0]) <= system.noise(_coefficient(state, k), solved.r[k])):
            column, k = [*column[1:], 0.0], k + 1
        if not any(column):
            flat.append(i)
            column[0] = 1.0
        columns.append((i, column))
    return columns, flat


def _upwards(state: State) -> tuple[Array, Array]:
    """Return sliding x turned to be positive from now on, and the same without a zero now."""
    assert state.polynomials is not None
    own, ahead = state.polynomials.x_sliding, np.sign(state.sliding.y)
    if 0.0 not in ahead.tolist():
        above = own * ahead
        return above, above
    above = own.copy()
    for k in range(1, len(own)):
        undecided, level = ahead == 0, ROUNDING * float(np.abs(_coefficient(state, k)).max())
        above[:-1, undecided], above[-1, undecided] = above[1:, undecided], 0.0
        ahead = np.where(undecided & (np.abs(own[k]) > level), np.sign(own[k]), ahead)
    above[0, ahead == 0] = ahead[ahead == 0] = 1.0
    return own * ahead, above * ahead
