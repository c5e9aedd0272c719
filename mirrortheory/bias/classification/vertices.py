r"""The margin problems of the norms l_1 and l_oo: linear programs, solved in doubles and settled in exact rationals.

.. math:: \min \{ |x| : a_i \cdot x \ge 1 \} = \max \{ \textstyle\sum_i \lambda_i : \lambda \ge 0, |\sum_i \lambda_i a_i|_* \le 1 \}

with the dual norm on the right. HiGHS finds vertices of both sides in doubles. Which entries and which rows take part there is
taken from it, and from these the vertices are solved for anew in rationals; where that fails the exact simplex method decides.
In both cases the certificate is the same: x and lambda obey all constraints and their objectives are equal, by multiplication.

**Uniqueness.** With pulls :math:`r = \sum \lambda_i a_i`, a point x' of margin 1 is a solution just where it is complementary
to lambda: rows with :math:`\lambda_i > 0` have margin 1, and

- l_1: :math:`x'_j = 0` where :math:`|r_j| < 1`, else :math:`x'_j r_j \ge 0`;
- l_oo: :math:`x'_j = |x|_\infty\,\mathrm{sign}(r_j)` where :math:`r_j \ne 0`, else :math:`|x'_j| \le |x|_\infty`.

Directions of this face at x are a cone. It is {0} if the equations alone have full rank; else a linear program decides, exactly.

Source: Farkas (1902); Mangasarian (1979), "Uniqueness of solution in linear programming"; the rest: this project.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import qr
from scipy.optimize import linprog

from mirrortheory.bias.classification.data import Rows, solution, total
from mirrortheory.bias.classification.simplex import ONE, ZERO, Matrix, Optimum, Ray, Vector, maximise
from mirrortheory.exact import Exact, rank
from mirrortheory.flows.problems import Array

_NEAR = 1e-7
_WIDEST = 400  # of a cone of directions, in which a linear program decides


@dataclass(frozen=True)
class Vertex:
    """Exact x and lambda with equal objectives."""

    x: tuple[Exact, ...]
    multipliers: tuple[Exact, ...]
    norm: Exact


def approximate(rows: Rows, *, sup: bool) -> tuple[Array, Array] | None:
    """Return x and lambda in doubles, by HiGHS; None where it finds none."""
    scale = 2.0 ** -np.floor(np.log2(np.abs(rows.doubles).max()))
    data = rows.doubles * scale
    n, d = data.shape
    identity = np.eye(d)
    if sup:  # x, t
        above = np.block([[identity, -np.ones((d, 1))], [-identity, -np.ones((d, 1))]])
        cost, A = np.r_[np.zeros(d), 1.0], np.block([[-data, np.zeros((n, 1))], [above]])
        bounds = [(None, None)] * d + [(0, None)]
        b = np.r_[-np.ones(n), np.zeros(2 * d)]
    else:  # the positive and the negative part of x
        cost, A, b, bounds = np.ones(2 * d), np.hstack([-data, data]), -np.ones(n), [(0, None)] * (2 * d)
    found = linprog(cost, A_ub=A, b_ub=b, bounds=bounds, method="highs-ds")
    if found.status != 0:
        return None
    x = found.x[:d] if sup else found.x[:d] - found.x[d:]
    return np.asarray(x * scale), np.maximum(-found.ineqlin.marginals[:n], 0.0) * scale


def vertex(rows: Rows, x: Array, multipliers: Array, *, sup: bool) -> Vertex | None:
    """Return the exact vertices that these are close to, if they are optimal; None where they are not, or not found."""
    first = _primal(rows, x, sup=sup)
    second = _dual(rows, x, multipliers, sup=sup) if first is not None else None
    if first is None or second is None or not optimal(rows, first, second, sup=sup):
        return None
    return Vertex(tuple(first), tuple(second), total(second))


def by_simplex(rows: Rows, *, sup: bool) -> Vertex | None:
    """Return a solution by the exact simplex method on the dual problem; None where the data cannot be separated."""
    n, d = rows.doubles.shape
    columns = [[row[j] for row in rows.exact] for j in range(d)]
    sides = [(j, s) for j in range(d) for s in (ONE, -ONE)]
    if sup:  # sum of t_j at most 1, where t_j bounds the pull of column j
        M = [[*(s * v for v in columns[j]), *(-ONE if j == k else ZERO for k in range(d))] for j, s in sides]
        M.append([ZERO] * n + [ONE] * d)
        found = maximise([ONE] * n + [ZERO] * d, M, [ZERO] * (2 * d) + [ONE])
    else:
        found = maximise([ONE] * n, [[s * v for v in columns[j]] for j, s in sides], [ONE] * (2 * d))
    if isinstance(found, Ray):
        return None
    x = [found.v[2 * j] - found.v[2 * j + 1] for j in range(d)]
    multipliers = list(found.u[:n])
    assert optimal(rows, x, multipliers, sup=sup)
    return Vertex(tuple(x), tuple(multipliers), found.value)


def optimal(rows: Rows, x: Vector, multipliers: Vector, *, sup: bool) -> bool:
    """Return whether x has margin 1, lambda is feasible, and their objectives are equal: all of it exactly."""
    sizes = [abs(v) for v in x]
    pulls = [abs(v) for v in rows.pulls(multipliers)]
    norm = max(sizes) if sup else total(sizes)
    dual = total(pulls) if sup else max(pulls)
    return norm == total(multipliers) and dual <= 1 and all(v >= 0 for v in multipliers) and all(m >= 1 for m in rows.margins(x))


def unique(rows: Rows, found: Vertex, *, sup: bool) -> tuple[bool | None, str]:
    """Return whether x is the only solution, decided exactly, and why; None where the face is too large to look at."""
    equations, cone = _face(rows, found, sup=sup)
    width = len((equations or cone)[0]) if equations or cone else 0
    if width == 0 or rank(equations) == width:
        return True, "the equations that every solution obeys have full rank"
    if width > _WIDEST or len(equations) * width > _WIDEST**2:
        return None, f"a face with {width} coordinates is too large to look at"
    if rank([*equations, *cone]) < width:
        return False, "x can move both ways inside the face of solutions"
    # A pointed cone {E v = 0, C v >= 0} is {0} just where the sum of C v is 0 on it.
    sums = [total([row[j] for row in cone]) for j in range(width)]
    M = [*equations, *([-v for v in row] for row in equations), *([-v for v in row] for row in cone), sums]
    both = [[*row, *(-v for v in row)] for row in M]
    best = maximise([*sums, *(-v for v in sums)], both, [ZERO] * (len(M) - 1) + [ONE])
    assert isinstance(best, Optimum)
    if best.value == 0:
        return True, "a linear program in the face of solutions, exactly"
    return False, "x can move inside the face of solutions"


def _face(rows: Rows, found: Vertex, *, sup: bool) -> tuple[Matrix, Matrix]:
    """Return equations E v = 0 and inequalities C v >= 0 of the directions v in which x may move and stay a solution."""
    pulls, margins = rows.pulls(list(found.multipliers)), rows.margins(list(found.x))
    if sup:
        free = [j for j, r in enumerate(pulls) if r == 0]
        at_rim = [j for j in free if abs(found.x[j]) == found.norm]
        signs = {j: -ONE if found.x[j] > 0 else ONE for j in at_rim}
    else:
        free = [j for j, r in enumerate(pulls) if abs(r) == 1]
        signs = {j: ONE if pulls[j] > 0 else -ONE for j in free if found.x[j] == 0}
    tight = [i for i, m in enumerate(margins) if m == 1]
    equations = [[rows.exact[i][j] for j in free] for i in tight if found.multipliers[i] > 0]
    cone = [[rows.exact[i][j] for j in free] for i in tight if found.multipliers[i] == 0]
    cone += [[signs[k] if j == k else ZERO for j in free] for k in free if k in signs]
    return equations, cone


def _parts(x: Array, *, sup: bool) -> tuple[list[int], list[int], list[Exact]]:
    """Return the coordinates that are fixed together, those that are free, and the signs of the first."""
    size = np.abs(x).max()
    rim = np.abs(x) >= (1 - _NEAR) * size if sup else np.zeros(len(x), dtype=bool)
    fixed = list(map(int, np.flatnonzero(rim)))
    free = list(map(int, np.flatnonzero(~rim if sup else np.abs(x) > _NEAR * size)))
    return fixed, free, [ONE if x[j] > 0 else -ONE for j in fixed]


def _matrix(rows: Rows, which: list[int], fixed: list[int], free: list[int], signs: list[Exact]) -> Matrix:
    head = [[total([rows.exact[i][j] * s for j, s in zip(fixed, signs, strict=True)])] if fixed else [] for i in which]
    return [[*h, *(rows.exact[i][j] for j in free)] for h, i in zip(head, which, strict=True)]


def _doubles(rows: Rows, which: list[int], fixed: list[int], free: list[int], signs: list[Exact]) -> Array:
    data = rows.doubles[which]
    head = data[:, fixed] @ np.array([1.0 if s > 0 else -1.0 for s in signs]) if fixed else None
    return data[:, free] if head is None else np.column_stack([head, data[:, free]])


def _independent(matrix: Array, count: int, weights: Array) -> list[int]:
    """Return so many rows that are as independent as pivoting finds them, heavy ones first."""
    pivots = qr((matrix * weights[:, None]).T, mode="r", pivoting=True)[1]
    return list(map(int, pivots[:count]))


def _primal(rows: Rows, x: Array, *, sup: bool) -> Vector | None:
    fixed, free, signs = _parts(x, sup=sup)
    active = list(map(int, np.flatnonzero(rows.doubles @ x <= 1 + _NEAR)))
    width = len(free) + bool(fixed)
    if len(active) < width:
        return None
    matrix = _matrix(rows, active, fixed, free, signs)
    chosen = _independent(_doubles(rows, active, fixed, free, signs), width, np.ones(len(active)))
    square = [matrix[i] for i in chosen]
    values = solution(square, [ONE] * width)
    if values is None:
        return None
    found = [ZERO] * len(x)
    for j, s in zip(fixed, signs, strict=True):
        found[j] = s * values[0]
    for j, v in zip(free, values[bool(fixed) :], strict=True):
        found[j] = v
    return found


def _dual(rows: Rows, x: Array, multipliers: Array, *, sup: bool) -> Vector | None:
    support = list(map(int, np.flatnonzero(multipliers > _NEAR * multipliers.max())))
    pulls = multipliers @ rows.doubles
    if sup:  # pulls vanish on the free columns; on the others they have a sign, and their sizes add up to 1
        loose = np.abs(pulls) <= _NEAR * np.abs(pulls).max()
        fixed, free = (list(map(int, np.flatnonzero(part))) for part in (~loose, loose))
        signs = [ONE if pulls[j] > 0 else -ONE for j in fixed]
        target = [ONE] + [ZERO] * len(free)
    else:
        fixed, signs = [], []
        free = list(map(int, np.flatnonzero(np.abs(pulls) >= 1 - _NEAR)))
        target = [ONE if pulls[j] > 0 else -ONE for j in free]
    matrix = _matrix(rows, support, fixed, free, signs)
    columns = [list(column) for column in zip(*matrix, strict=True)]
    if len(columns) < len(support):
        return None
    weights = np.ones(len(columns))
    if sup:
        weights[0] = 1e6  # the equation with a 1 on the right has to be among them
    else:
        weights[[k for k, j in enumerate(free) if x[j] != 0]] = 1e3
    chosen = _independent(_doubles(rows, support, fixed, free, signs).T, len(support), weights)
    square = [columns[k] for k in chosen]
    values = solution(square, [target[k] for k in chosen])
    if values is None:
        return None
    found = [ZERO] * len(multipliers)
    for i, v in zip(support, values, strict=True):
        found[i] = v
    return found
