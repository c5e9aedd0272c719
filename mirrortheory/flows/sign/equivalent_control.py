r"""Cross or slide: the sign pattern after an event of a sign flow, where S is symmetric but need not be definite.

.. math:: \sigma_i \in \mathrm{SIGN}\bigl(S(\delta - u) - c\bigr)_i, \quad u = \varrho\,\sigma
          \iff u \text{ is stationary for } \tfrac12 u^T S u + (c - S\delta)^T u \text{ over } |u_i| \le \varrho_i :

a minimum, and the only one, where S is positive definite. If S is singular the u whose largest :math:`|\sigma_i|` is least is taken
(:func:`controls`); if it is indefinite all patterns of up to 7 components are tried, and of more those that pivoting reaches.

Source: derived for this project; Filippov (1988), "Differential Equations with Discontinuous Righthand Sides", for the inclusion.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from mirrortheory.flows.problems import Array
from mirrortheory.flows.sign.active_set import guess

Mask = NDArray[np.bool_]

TOUCHING = 1e-9  # a control nearer than this part to its bound is on it
_DEPENDENT = 1e-11  # eigenvalues of the scaled S below this part of the largest are zero
_ALL_PATTERNS = 7  # up to so many components every sign pattern is tried


def solve(S: Array, right: Array) -> Array:
    """Return the solution of S u = right, the least one of least residual if S is singular."""
    scale = np.sqrt(np.abs(np.diagonal(S)))
    if scale.all() and np.isfinite(S).all():
        scaled = S / np.outer(scale, scale)
        if len(S) == 0 or np.linalg.cond(scaled) < 0.1 / _DEPENDENT:
            return np.asarray(np.linalg.solve(scaled, right / scale) / scale)
    return np.asarray(np.linalg.lstsq(S, right, rcond=_DEPENDENT)[0])


def controls(S: Array, right: Array, size: Array) -> Array:
    r"""Return a solution u of S u = right, the one with the least largest :math:`|u_i|/\varrho_i` if S is singular.

    Gradients that vanish as multiples :math:`c_i E` of one function have :math:`\sigma_i = \mathrm{sign}(c_i)\,s` then, with one s:
    what sign descent does, for which all of them change sign at once, and the only choice in Filippov's convex hull.
    """
    least = solve(S, right)
    if not singular(S) or not size.all():
        return least
    scaled, root = _scaled(S)
    values, vectors = np.linalg.eigh(scaled)
    kernel = vectors[:, np.abs(values) <= _DEPENDENT * np.abs(values).max()] / (root * size)[:, None]
    moved = np.abs(kernel).max(axis=1) > TOUCHING * np.abs(kernel).max()
    sigma = least / size
    sigma[moved] += _centred(sigma[moved], kernel[moved])
    return np.asarray(sigma * size)


def _centred(s: Array, N: Array) -> Array:
    """Return the N tau for which the largest of |s + N tau| is least."""
    if N.shape[1] == 1:  # at a least maximum two of the lines +-(s + N tau) meet
        n = N[:, 0]
        turned = np.add.outer(np.outer(n, [1.0, -1.0]), n), np.add.outer(np.outer(s, [1.0, -1.0]), s)
        meeting = -turned[1][turned[0] != 0] / turned[0][turned[0] != 0]
        return np.asarray(n * meeting[np.abs(s[:, None] + np.outer(n, meeting)).max(axis=0).argmin()])
    bound = np.ones((len(N), 1))  # the least t with -t <= s + N tau <= t
    found = linprog(np.append(0 * N[0], 1.0), np.block([[N, -bound], [-N, -bound]]), np.append(-s, s), bounds=(None, None)).x
    if found is None:
        return 0 * s
    near = s + N @ found[:-1]
    at = np.abs(near) >= (1 - 1e-5) * found[-1]  # the program is solved to 1e-7 only: what is on the bound is put there
    return np.asarray(N @ np.linalg.lstsq(np.column_stack([N[at], -np.sign(near[at])]), -s[at], rcond=None)[0][:-1])


def _scaled(S: Array) -> tuple[Array, Array]:
    """Return S with rows and columns divided by the roots of its diagonal, and these."""
    size = np.abs(np.diagonal(S))
    root = np.sqrt(np.where(size == 0, float(np.abs(S).max(initial=0.0)) or 1.0, size))
    return np.asarray(S / np.outer(root, root)), root


def indefinite(S: Array) -> bool:
    """Return whether S has a negative eigenvalue."""
    return bool(len(S) and np.linalg.eigvalsh(_scaled(S)[0])[0] < -TOUCHING)


def singular(S: Array) -> bool:
    """Return whether S has an eigenvalue that is 0 up to rounding."""
    size = np.abs(np.linalg.eigvalsh(_scaled(S)[0])) if len(S) else np.ones(1)
    return bool(size.min() <= _DEPENDENT * size.max())


def box(S: Array, pull: Array, size: Array, drift: Array, was: Array, leaving: Mask) -> tuple[Array | None, str]:
    r"""Return a sign pattern (0 slides) of :math:`\sigma \in \mathrm{SIGN}(S (drift - u) - pull)`, and why it may not be alone.

    ``was`` is sigma before, 0 of those that slid. Patterns in which those ``leaving`` are on their bound are preferred: they are on
    it now, and inside no more. ``pull`` is c, ``size`` rho and ``drift`` delta above; None if no pattern is found.
    """
    k, scale, push = len(S), float(np.abs(S).max()) or 1.0, pull - S @ drift
    slack = TOUCHING * (np.abs(S) @ size + np.abs(push))
    bent, few = indefinite(S), k <= _ALL_PATTERNS

    def patterns() -> Iterator[Array]:
        if not bent:
            largest = float(size.max()) or 1.0
            yield from map(np.array, guess(S / scale, push / (scale * largest), size / largest))
        new = np.flatnonzero(was)
        if few:
            yield from map(np.array, product((0, 1, -1), repeat=k))
        elif len(new) <= _ALL_PATTERNS:
            for turn in product((0, -1, 1), repeat=len(new)):
                start = np.zeros(k, dtype=int)
                start[new] = turn * was[new]
                yield start

    best: tuple[int, Array, Array, Mask] | None = None
    several = bent and not few
    for state in patterns():
        for attempt in range(1 if few else 20 + 4 * k):
            inside = state == 0
            move = np.where(inside, 0.0, drift - state * size)
            own = S[np.ix_(inside, inside)]
            move[inside] = drift[inside] - controls(own, own @ drift[inside] - (pull - S @ move)[inside], size[inside])
            u, rest = drift - move, S @ move - pull
            wrong = np.where(inside, (np.abs(u) > size * (1 + TOUCHING)) | (np.abs(rest) > slack), rest * state < -slack)
            if not wrong.any():
                break
            chosen = np.flatnonzero(wrong)
            chosen = chosen if attempt < 20 else chosen[:1]
            state[chosen] = np.where(state[chosen] == 0, np.sign(u[chosen]), 0)
        if wrong.any():
            continue
        late = int((inside & leaving).sum())
        if best is not None and np.abs(u - best[2]).max() > 1e-6 * float(size.max()):
            several = True
        if best is None or late < best[0]:
            best = late, state, u, inside | (np.abs(rest) <= slack)
        if best[0] == 0 and not (bent and few):
            break
    if best is None:
        return None, ""
    if several:
        return best[1], "the Hessian of the decision is indefinite: one consistent velocity is selected"
    weak = best[3]
    if not bent and weak.any() and np.linalg.eigvalsh(_scaled(S[np.ix_(weak, weak)])[0])[0] <= _DEPENDENT:
        return best[1], "the Hessian of the sliding set is singular: the smallest controls are selected"
    return best[1], ""
