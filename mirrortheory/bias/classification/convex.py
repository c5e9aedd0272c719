r"""The margin problem of the norm l_e, 1 < e < oo: smooth and strictly convex in its dual.

With k the conjugate exponent of e and :math:`\phi_k(r) = \mathrm{sign}(r)|r|^{k-1}`, the problem
:math:`\min \{ |x|_e^e/e : a_i \cdot x \ge 1 \}` has the dual :math:`\max \sum \mu_i - |r|_k^k/k`, :math:`r = \sum \mu_i a_i`,
:math:`\mu \ge 0`, and

.. math:: x = \phi_k(r), \qquad \mu_i\,(a_i \cdot x - 1) = 0, \qquad \lambda = \mu / |x|_e^{e-1}

A primal-dual interior point method finds the rows with :math:`\mu_i > 0`. On them :math:`a_i \cdot \phi_k(r) = 1` is a square
system, whose zero is enclosed by Krawczyk's operator in balls; if then every :math:`\mu_i > 0` and every other margin exceeds
1, the KKT conditions hold, which for a convex problem means the minimum, and by strict convexity the only one.

**Rows of any sizes** :math:`s_i`. Both are done for :math:`(a_i/s_i) \cdot x \ge h_i = 1/(s_i c)`, whose solution is x/c, with
powers of two that make rows and solution of sizes near 1: so nothing is rounded, and a large row is a margin that is nearly 0.

Source: Karush (1939), Kuhn and Tucker (1951); Krawczyk (1969).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy
from scipy.linalg import qr

from mirrortheory.bias.classification.data import Rows
from mirrortheory.exact import Ball, as_ball, ball, enclosed_zero, precision
from mirrortheory.flows.problems import Array

_BITS = (128, 256, 512)


@dataclass(frozen=True)
class Enclosed:
    """Balls that hold x and lambda, and the least norm."""

    x: tuple[Ball, ...]
    multipliers: tuple[Ball, ...]
    norm: Ball


@dataclass(frozen=True)
class Scaled:
    """The problem in numbers near 1: the least |x|_e where rows @ x >= least; x times ``factor`` solves the one that was given.

    Attributes:
        rows: over powers of two, ``sizes``.
        sizes, least, factor: powers of two, shapes (n,), (n,) and (): least is 1/(sizes factor).
        start: a point that obeys the constraints, shape (d,).
    """

    rows: Rows
    sizes: Array
    least: Array
    factor: float
    start: Array

    def given(self, x: Sequence[Ball], mu: Sequence[Ball], exponent: sympy.Rational) -> Enclosed:
        """Return x, lambda and |x|_e of the problem that was given, from x and mu of this one."""
        factor, sizes = Ball(self.factor), [Ball(s) for s in self.sizes.tolist()]
        norm = sum((u * Ball(h) for u, h in zip(mu, self.least.tolist(), strict=True)), Ball(0)) ** ball(1 / exponent)
        flat = norm ** ball(exponent - 1)  # sum mu h = |x|_e^e
        weights = [u / (s * flat) for u, s in zip(mu, sizes, strict=True)]
        return Enclosed(tuple(factor * v for v in x), tuple(weights), factor * norm)


def scaled(rows: Rows, direction: Array) -> Scaled:
    """Return the problem in numbers near 1, from a point of positive margins."""
    unit, sizes = rows.scaled()
    top = float(np.abs(direction).max())
    start = direction / top
    start /= float((unit.doubles @ start * sizes).min())  # of margin 1
    factor = 2.0 ** float(np.ceil(np.log2(np.abs(start).max())))
    return Scaled(unit, sizes, 1 / sizes / factor, factor, start / factor)


def certified(problem: Scaled, exponent: sympy.Rational, x: Array, mu: Array) -> Enclosed | None:
    """Return balls for which the KKT conditions are proved, near a point in doubles; None where that fails."""
    rows = problem.rows
    margins = rows.doubles @ x - problem.least
    active = [i for i in range(len(mu)) if mu[i] * abs(x).max() > 0 and _taken(float(mu[i] / mu.max()), float(margins[i]))]
    active = _independent(rows.doubles, active, mu)
    if not active:
        return None
    for bits in _BITS:
        with precision(bits):
            found = _kkt(problem, exponent, active, x, mu)
        if found is not None:
            return found
    return None


def _taken(multiplier: float, slack: float) -> bool:
    """Whether a row takes part: at the solution one of the two is 0, in doubles the smaller one."""
    return multiplier > max(slack, 0.0) or (multiplier > 1e-6 and slack < 1e-6)


def _independent(data: Array, active: list[int], mu: Array) -> list[int]:
    """Drop rows that depend on others, which no multiplier determines; rows with large multipliers are kept first."""
    if not active:
        return active
    chosen = data[active]
    sizes = np.linalg.norm(chosen, axis=1, keepdims=True)
    factor, pivots = qr((chosen / sizes).T * np.sqrt(mu[active]), mode="r", pivoting=True)
    diagonal = np.abs(np.diag(factor)) / np.sqrt(mu[active])[pivots[: min(factor.shape)]]
    return sorted(active[int(p)] for p, v in zip(pivots, diagonal, strict=False) if v > 1e-11)


def _kkt(problem: Scaled, exponent: sympy.Rational, active: list[int], x: Array, mu: Array) -> Enclosed | None:
    rows, least = problem.rows, [Ball(h) for h in problem.least.tolist()]
    columns = [j for j in range(rows.doubles.shape[1]) if any(rows.exact[i][j] != 0 for i in active)]
    table = [[as_ball(rows.exact[i][j]) for j in columns] for i in active]
    start, own = mu[active], [least[i] for i in active]
    found = _by_multipliers(table, own, exponent, start) if exponent <= 2 else _by_both(table, own, exponent, x[columns], start)
    if found is None or not all(u > 0 for u in found[1]):
        return None
    balls, weights = [Ball(0)] * rows.doubles.shape[1], [Ball(0)] * len(rows.exact)
    for j, value in zip(columns, found[0], strict=True):
        balls[j] = value
    taken = {(*rows.exact[i], problem.least[i]) for i in active}
    for i, row in enumerate(rows.exact):
        margin = sum((as_ball(a) * v for a, v in zip(row, balls, strict=True) if a != 0), Ball(0))
        if not margin > least[i] and (*row, problem.least[i]) not in taken:  # an equal row has the same margin
            return None
    for i, u in zip(active, found[1], strict=True):
        weights[i] = u
    return problem.given(balls, weights, exponent)


Pair = tuple[list[Ball], list[Ball]]


def _by_multipliers(table: list[list[Ball]], least: list[Ball], exponent: sympy.Rational, mu: Array) -> Pair | None:
    """Solve for mu alone, with x = phi_k(r)."""
    power = ball(1 / (exponent - 1))  # k - 1

    def function(u: Sequence[Ball]) -> tuple[list[Ball], list[list[Ball]]]:
        pulls = _pulls(table, u)
        values = [v - h for v, h in zip(_times(table, [_link(r, power) for r in pulls]), least, strict=True)]
        bend = [_bend(r, power) for r in pulls]
        scaled = [[a * b for a, b in zip(row, bend, strict=True)] for row in table]
        return values, [_times(scaled, row) for row in table]

    found = enclosed_zero(function, [Ball(v) for v in mu.tolist()])
    return None if found is None else ([_link(r, power) for r in _pulls(table, found)], found)


def _by_both(table: list[list[Ball]], least: list[Ball], exponent: sympy.Rational, x: Array, mu: Array) -> Pair | None:
    """Solve phi_e(x) = r together with the margins: beyond e = 2 it is phi_e that has a slope at 0."""
    power, d = ball(exponent - 1), len(x)

    def function(u: Sequence[Ball]) -> tuple[list[Ball], list[list[Ball]]]:
        pulls = [_link(v, power) - r for v, r in zip(u[:d], _pulls(table, u[d:]), strict=True)]
        above = [[_bend(u[j], power) if i == j else Ball(0) for i in range(d)] + [-row[j] for row in table] for j in range(d)]
        margins = [v - h for v, h in zip(_times(table, u[:d]), least, strict=True)]
        return [*pulls, *margins], above + [[*row, *[Ball(0)] * len(table)] for row in table]

    found = enclosed_zero(function, [Ball(v) for v in (*x.tolist(), *mu.tolist())])
    return None if found is None else (found[:d], found[d:])


def _pulls(table: list[list[Ball]], u: Sequence[Ball]) -> list[Ball]:
    return [sum((row[c] * v for row, v in zip(table, u, strict=True)), Ball(0)) for c in range(len(table[0]))]


def _times(table: list[list[Ball]], x: Sequence[Ball]) -> list[Ball]:
    return [sum((a * v for a, v in zip(row, x, strict=True)), Ball(0)) for row in table]


def _link(r: Ball, power: Ball) -> Ball:
    """Return sign(r)|r|^power, also where a ball holds 0."""
    if r > 0:
        return r**power
    if r < 0:
        return -((-r) ** power)
    top = abs(r).upper()
    return Ball(0, 1) * top**power if top > 0 else Ball(0)


def _bend(r: Ball, power: Ball) -> Ball:
    """Return power |r|^(power - 1); not finite where a ball holds 0 and the power is below 1."""
    if r > 0 or r < 0:
        return power * abs(r) ** (power - 1)
    top = abs(r).upper()
    if power == 1:
        return power
    if power > 1:
        return power * top ** (power - 1) * (Ball("0.5") + Ball(0, "0.5")) if top > 0 else Ball(0)
    return Ball("nan")
