r"""Least l_e norm over given margins in doubles, 1 < e < oo, by a primal-dual interior point method.

With multipliers :math:`\mu` and slacks s the central path to the least :math:`|x|_e^e/e` over :math:`a_i \cdot x \ge h_i` is
:math:`\mu_i s_i = \tau`, :math:`a_i \cdot x = h_i + s_i`,
:math:`\phi_e(x) = \sum \mu_i a_i`; Newton's steps follow it as :math:`\tau` falls.
Up to e = 2 the last equation is solved for x and
only :math:`\mu` is left; beyond, where its inverse has infinite slope at 0, x stays an unknown.

Source: Mehrotra (1992), SIAM J. Optim. 2, for the method.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from mirrortheory.errors import NotEvaluable
from mirrortheory.flows.problems import Array

_STEPS, _HALVINGS = 400, 40
_SMALL, _NOTHING = 1e-150, 1e-60
_ENOUGH, _MISSED = 1e-13, 1e-9
_SHARES = (0.1, 0.7)  # of the central path: how far the next target lies ahead

State = tuple[Array, Array, Array]  # x, or nothing; mu; s


def approximate(rows: Array, least: Array, e: float, start: Array) -> tuple[Array, Array]:
    """Return x and mu.

    Args:
        rows: the rows a_i, of sizes near 1, shape (n, d).
        least: the margins h_i > 0, shape (n,).
        e: the exponent, 1 < e < oo.
        start: shape (d,), of a size near 1, with rows @ start >= least to rounding.

    Raises:
        NotEvaluable: where the steps come to nothing.

    >>> approximate(np.array([[1.0, 2.0]]), np.ones(1), 2.0, np.array([1.0, 0.0]))[0].round(12).tolist()
    [0.2, 0.4]
    """
    n = len(rows)
    mu, slack = np.full(n, 1.0 / n), np.ones(n)
    path: _Path
    if e <= 2:
        k, free = e / (e - 1), np.zeros(0)
        path = _Dual(rows, least, k)
        most = float(np.abs(mu @ rows).max())
        margin = float(np.abs(rows @ path.x((free, mu / most, slack))).max()) if most > 0 else 1.0
        mu = mu / most / margin ** (1 / (k - 1)) if most > 0 else mu
    else:
        pull = mu @ rows  # off 0 wherever a column pulls: at 0 the power is flat
        path, free = _Primal(rows, least, e), start + pull / max(float(np.abs(pull).max()), _SMALL)
    state = _follow(path, (free, mu, slack))
    x = path.x(state)
    if not (np.isfinite(x).all() and (rows @ x > least / 2 - _MISSED).all()):
        raise NotEvaluable(f"the interior point method did not come to a margin near 1 at e = {e:g}")
    return x, state[1]


class _Path:
    """What differs between the two systems: x, the residuals, and Newton's step towards mu s = target."""

    x: Callable[[State], Array]
    residual: Callable[[State], Array]
    step: Callable[[State, float], State]


class _Dual(_Path):
    def __init__(self, rows: Array, least: Array, k: float) -> None:
        def x(state: State) -> Array:
            r = state[1] @ rows
            return np.asarray(np.sign(r) * np.abs(r) ** (k - 1))

        def residual(state: State) -> Array:
            return np.asarray(rows @ x(state) - least - state[2])

        def step(state: State, target: float) -> State:
            _, mu, slack = state
            bend = (k - 1) * np.maximum(np.abs(mu @ rows), _SMALL) ** (k - 2)
            matrix = (rows * bend) @ rows.T + np.diag(slack / mu)
            move = _solved(matrix, -residual(state) + (target - mu * slack) / mu)
            return np.zeros(0), move, (target - mu * slack - slack * move) / mu

        self.x, self.residual, self.step = x, residual, step


class _Primal(_Path):
    def __init__(self, rows: Array, least: Array, e: float) -> None:
        def residual(state: State) -> Array:
            x, mu, slack = state
            return np.concatenate([rows @ x - least - slack, np.sign(x) * np.abs(x) ** (e - 1) - mu @ rows])

        def step(state: State, target: float) -> State:
            x, mu, slack = state
            gap, slope = np.split(residual(state), [len(mu)])
            bend = (e - 1) * np.maximum(np.abs(x), _SMALL) ** (e - 2)
            matrix = (rows.T * (mu / slack)) @ rows + np.diag(bend)
            move = _solved(matrix, -slope + ((target - mu * slack - mu * gap) / slack) @ rows)
            push = rows @ move + gap
            return move, (target - mu * slack - mu * push) / slack, push

        self.x, self.residual, self.step = (lambda state: state[0]), residual, step


def _solved(matrix: Array, right: Array) -> Array:
    size = np.diag(matrix)
    root = np.where(size > _NOTHING * size.max(), 1 / np.sqrt(np.maximum(size, _SMALL)), 0.0)
    return np.asarray(root * np.linalg.lstsq(root[:, None] * matrix * root, root * right, rcond=1e-15)[0])


def _follow(path: _Path, state: State) -> State:
    n = len(state[1])

    def away(state: State, target: float) -> float:
        """The norm of what Newton's step lowers."""
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.linalg.norm(np.concatenate([path.residual(state), state[1] * state[2] - target])))

    for _ in range(_STEPS):
        centre = float(state[1] @ state[2]) / n
        if away(state, 0.0) <= _ENOUGH:
            break
        for share in _SHARES:
            there = _searched(state, path.step(state, share * centre), partial(away, target=share * centre))
            if there is not None:
                break
        else:
            break  # rounding
        state = there
    return state


def _searched(state: State, move: State, away: Callable[[State], float]) -> State | None:
    """Return a shorter step that keeps mu and s positive and comes nearer; None where none does."""
    rates = [-move[i] / state[i] for i in (1, 2)]
    length, before = min(1.0, *(0.95 / float(rate.max()) for rate in rates if rate.max() > 0), 1.0), away(state)
    for _ in range(_HALVINGS):
        there = state[0] + length * move[0], state[1] + length * move[1], state[2] + length * move[2]
        if away(there) <= (1 - 1e-4 * length) * before:
            return there
        length /= 2
    return None
