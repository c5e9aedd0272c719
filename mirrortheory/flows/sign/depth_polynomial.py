r"""The polynomial :math:`P(s) = \prod_i (s + \lambda_i)` of a coordinate, and first roots that are never passed by.

Arrays have one column per coordinate; ``excess`` is lambda, shape (L, d); Taylor coefficients come first, shape (degree + 1, d).

**Polynomials.** :math:`\sum c_k \tau^k`, positive at 0, lies on [0, h] above the parabola with bend
:math:`c_2 + \sum_{k>2} \min(c_k, 0) h^{k-2}`. Moving to the first root of the parabola passes no root of the polynomial,
converges quadratically to a simple root, and is exact up to degree 2. The parabolas of all columns at once tell which few can
have the first root; those are followed one by one, the nearest first, up to the first root found so far.

**End of sliding.** The first zero of :math:`\varphi(|x|) \mp \dot x`, :math:`\varphi = P' \circ P^{-1}`. Since P is real-rooted,
:math:`\psi = P''/P' = \sum_j 1/(s + \mu_j)` falls with s, so :math:`\varphi` is concave with :math:`\varphi' = \psi`,
:math:`|\varphi''| = -\psi'/P'`, both falling with s: their values at the least s on [0, h] bound a parabola again.
Concave and :math:`\ge 0`, it keeps on [0, h] at least the part :math:`1 - \delta/|x|` of its value at 0 if |x| falls by
:math:`\delta` at most: a coordinate no faster than that does not leave.
At depth 2, :math:`\varphi^2 = \lambda^2 + 4|x|` makes it a quadratic polynomial.

Source: derived for this project.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import comb, inf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirrortheory.flows.problems import Array

_EPS = float(np.finfo(float).eps)
_TINY = 1e-300  # added to what may be 0


def product(s: Array, excess: Array) -> tuple[Array, Array]:
    """Return P(s) and P'(s)."""
    value, slope = np.ones_like(s), np.zeros_like(s)
    for factor in s + excess:
        slope = slope * factor + value
        value = value * factor
    return value, slope


def taylor(s: Any, excess: Iterable[Any], rate: Any = 1) -> list[Any]:
    """Return the coefficients of P(s + rate tau) in tau; for arrays, rationals and balls."""
    c: list[Any] = [1]
    for shift in excess:
        factor = s + shift
        c = [low * factor + high * rate for low, high in zip([*c, 0], [0, *c], strict=True)]
    return c


def stages(excess: Array) -> Array:
    """Return the steps of :func:`expand`, shape (L + 1, L + 1, d): p_(k+m) (k+m over k), p the coefficients of P."""
    depth, p = len(excess), np.array(taylor(np.zeros(excess.shape[1]), excess))
    steps = np.zeros((depth + 1, *p.shape))
    for m in range(depth + 1):
        for k in range(depth + 1 - m):
            steps[m, k] = comb(k + m, k) * p[k + m]
    return steps


def expand(s: Array, steps: Array) -> Array:
    """Return the coefficients of P(s + tau) in tau, shape (L + 1, d), for s >= 0: Horner's rule, in which every term is >= 0."""
    c: Array = steps[-1] * s
    for step in steps[-2:0:-1]:
        c += step
        c *= s
    c += steps[0]
    return c


def inverse(X: Array, excess: Array, near: Array | None = None) -> Array:
    """Return s >= 0 with P(s) = X >= 0: a quadratic at depth 2, else by Newton, from ``near`` if given.

    P is convex and rises: the first step leads to a point above s, from which the iterates fall. As s P'' <= (L - 1) P', a step
    leaves an error below L/2 times its square over s.
    """
    if len(excess) == 1:
        return X
    if len(excess) == 2:
        larger = excess[0] + excess[1]
        return np.asarray(2 * X / (np.sqrt(larger * larger + 4 * X) + larger + _TINY))
    largest = X ** (1 / len(excess))
    s = largest if near is None else near
    for _ in range(100):
        factors = s + excess
        factors += _TINY
        value = np.multiply.reduce(factors, axis=0)
        slope = value * np.add.reduce(1 / factors, axis=0)
        step = (value - X) / np.where(slope > 0, slope, 1.0)
        s = np.minimum(np.maximum(s - step, 0.0), largest)
        left = len(excess) * step * step - 4 * _EPS * s * s
        if left.size == 0 or left[left.argmax()] <= 0:
            break
    return s


def inverses(X: Array, excess: Array) -> Array:
    """Return the same for rows of X, shape (n, d), none of which depends on the others: each number has its own last step."""
    depth = len(excess)
    if depth <= 2:
        return inverse(X, excess)
    flat, shifts = X.ravel(), np.tile(excess, len(X))
    s = largest = flat ** (1 / depth)
    moving = np.arange(flat.size)
    for _ in range(100):
        factors = s[moving] + shifts[:, moving] + _TINY
        value = np.multiply.reduce(factors, axis=0)
        slope = value * np.add.reduce(1 / factors, axis=0)
        step = (value - flat[moving]) / np.where(slope > 0, slope, 1.0)
        s = s.copy()
        s[moving] = np.minimum(np.maximum(s[moving] - step, 0.0), largest[moving])
        moving = moving[depth * step * step > 4 * _EPS * s[moving] * s[moving]]
        if not moving.size:
            break
    return s.reshape(X.shape)


# First roots --------------------------------------------------------------------------------------------------------


def _parabola(c0: float, c1: float, bend: float) -> float:
    """Return the first root of c0 + c1 tau + bend tau^2, c0 > 0, or inf."""
    under = c1 * c1 - 4 * bend * c0
    below = sqrt(under) - c1 if under >= 0 else 0.0
    return 2 * c0 / below if below > 0 else inf


def first_root(c: Array, horizon: float) -> tuple[float, list[int]]:
    """Return the first of all roots of columns of polynomials >= 0 at 0, and which have it: inf and none beyond the horizon.

    Divisions by zero and roots of negative numbers are left to the caller to silence: their NaN say that there is no root.
    """
    c0, half, bend = c[0], c[1] / 2, c[2] if len(c) > 2 else 0.0
    if len(c) > 3:
        bend = bend + (horizon ** np.arange(1, len(c) - 2)).dot(np.minimum(c[3:], 0))
    rate = np.fmax((np.sqrt(half * half - bend * c0) - half) / c0, 0.0)  # 1 / root, or 0
    if c0[c0.argmin()] <= 0:
        rate[c0 <= 0] = inf
    if len(c) <= 3:
        fastest = float(rate[rate.argmax()])
        root = 1 / fastest if fastest * horizon >= 1 else inf
        return (root, (rate == fastest).nonzero()[0].tolist()) if root <= horizon else (inf, [])
    first, which = inf, list[int]()
    near = (rate * horizon >= 1 - 8 * _EPS).nonzero()[0]
    for i in near[np.argsort(-rate[near])].tolist():
        if rate[i] * horizon < 1 - 8 * _EPS:
            break
        root = _root(c[:, i].tolist(), horizon)
        if root <= horizon:
            first, which, horizon = root, ([*which, i] if root == first else [i]), root
    return first, which


def _root(c: list[float], horizon: float) -> float:
    """Return the first root within the horizon, or inf, of one polynomial that is >= 0 at 0."""
    at = 0.0
    while c[0] > 0:
        ahead, bend, power = horizon - at, c[2], 1.0
        for higher in c[3:]:
            power *= ahead
            bend += min(higher, 0.0) * power
        step = _parabola(c[0], c[1], bend)
        if step > ahead:
            return inf
        at += step
        if step <= _EPS * at:
            break
        _shift(c, step)
    return at


def _shift(c: list[float], step: float) -> None:
    """Turn the coefficients of a polynomial in tau into those in tau - step."""
    top = len(c) - 1
    for low in range(top):
        for k in range(top - 1, low - 1, -1):
            c[k] += step * c[k + 1]


# End of sliding -----------------------------------------------------------------------------------------------------


def square_of_slack(x: Array, square: Array, out: Array) -> None:
    """Write lambda^2 + 4 x - (dx/dtau)^2 at depth 2, for x of shape (3, d) > 0 at 0: the control stays inside while it is > 0."""
    x0, x1, x2 = x
    speed, rest = x1 * x1, 4 - 4 * x2
    first = square + 4 * x0
    first -= speed
    out[0] = first
    np.multiply(x[1:], rest, out=out[1:])
    if first[first.argmin()] <= 0:
        returning = (first >= -16 * _EPS * speed) & (first <= 0) & (out[1] > 0)  # on the bound, but going inside
        out[:-1, returning], out[-1, returning] = out[1:, returning], 0.0


def may_leave(x: Array, slope: Array, horizon: float) -> NDArray[np.intp]:
    """Return the columns of x > 0, with P' = slope at 0, whose control is not shown to stay in [-1, 1] up to the horizon."""
    powers, sizes = horizon ** np.arange(len(x)), np.abs(x[1:])
    kept = x[0] - powers[1:].dot(sizes)
    speed = (powers[:-1] * np.arange(1, len(x))).dot(sizes)
    stays = speed * x[0] < (1 - 16 * _EPS) * slope * kept
    return np.flatnonzero(~stays)


def first_exit(x: Array, s: Array, excess: Array, horizon: float) -> tuple[float, list[int]]:
    """Return when a control of columns with x > 0 first leaves [-1, 1], and whose: inf and none beyond the horizon."""
    first, which = inf, list[int]()
    for i in range(x.shape[1]):
        exit_ = _exit(x[:, i].tolist(), float(s[i]), excess[:, i].tolist(), horizon)
        if exit_ <= horizon:
            first, which, horizon = exit_, ([*which, i] if exit_ == first else [i]), exit_
    return first, which


def _exit(x: list[float], s: float, excess: list[float], horizon: float) -> float:
    """Return when the control of one coordinate with x > 0, at depth >= 3, first leaves [-1, 1] within the horizon, or inf."""
    at, top, base = 0.0, len(x) - 1, _expanded(0.0, excess)
    room = base[1] ** 2 / (4 * base[2] or 1.0)  # how far below 0 the concave phi could be continued
    for _ in range(10_000):
        X, h = max(x[0], 0.0), horizon - at
        for _ in range(60):  # the longest stretch on which |x| is known to fall by no more than the budget
            drop = sum(abs(x[k]) * h**k for k in range(1, top + 1))
            if drop <= (X + room) / 2:
                break
            h /= 2
        least = s * max(1 - drop / X, 0.0) if X > 0 else 0.0  # P^-1 is concave and 0 at 0
        _, slope, second, *_ = _expanded(s, excess)
        _, low, low_second, low_third, *_ = _expanded(least, excess)
        if slope <= 0 or low <= 0:  # P' = 0 at a multiple zero: no control holds there
            return at
        psi, low_psi = 2 * second / slope, 2 * low_second / low
        curvature = (low_psi**2 - 6 * low_third / low) / low
        fastest = sum(k * abs(x[k]) * h ** (k - 1) for k in range(1, top + 1))
        fall = max(-2 * x[2], 0.0) + sum(k * (k - 1) * abs(x[k]) * h ** (k - 2) for k in range(3, top + 1))
        jerk = sum(k * (k - 1) * (k - 2) * abs(x[k]) * h ** (k - 3) for k in range(3, top + 1))
        bend, step = -(curvature * fastest**2 + low_psi * fall + jerk) / 2, h
        for side in (1, -1):
            margin, change = slope - side * x[1], psi * x[1] - side * 2 * x[2]
            if margin > 16 * _EPS * slope:
                step = min(step, _parabola(margin, change, bend))
            elif change <= 0:
                return at
            elif bend < 0:  # on the bound, but going inside
                step = min(step, change / -bend)
        if at + step >= horizon:
            return inf
        if step <= _EPS * horizon:
            return at
        at += step
        near = s + step * x[1] / slope
        _shift(x, step)
        s = _root_of(max(x[0], 0.0), excess, max(near, s / 2))
    return inf


def _expanded(s: float, excess: list[float]) -> list[float]:
    """Return the same as :func:`taylor`, for floats at nearly twice its speed: every step of a search asks for it."""
    c = [1.0]
    for lam in excess:
        c = [(s + lam) * c[0], *((s + lam) * after + before for before, after in pairwise(c)), c[-1]]
    return c


def _root_of(X: float, excess: list[float], s: float) -> float:
    """Return P^-1(X) by Newton from s > 0."""
    for _ in range(100):
        value, slope, *_ = _expanded(s, excess)
        step = (value - X) / (slope or 1.0)
        s = max(s - step, 0.0)
        if len(excess) * step * step <= 4 * _EPS * s * s:
            break
    return s
