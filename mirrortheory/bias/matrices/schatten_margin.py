r"""The largest margin of multiclass data in a Schatten norm, proved from both sides.

.. math:: \gamma = \max_{\|W\|_{S_p} \le 1} \min_i \min_{k \ne y_i} (W_{y_i} - W_k) \cdot h_i = \min_{\lambda \in \Delta}
   \Bigl\| \sum_{i, k} \lambda_{ik} (e_{y_i} - e_k) h_i^\top \Bigr\|_{S_q}, \qquad \tfrac1p + \tfrac1q = 1

W is a linear classifier, one row a class. Steepest descent in the spectral geometry of the gradient exponent q (q = 1: Muon
without momentum) belongs to the norm p = q/(q - 1).

**What is proved.** Any W with positive margin bounds the maximum from below, and any :math:`\lambda \ge 0` bounds it from above, by
Hoelder's inequality for Schatten norms. Both are doubles, and so exact rationals: margins and sums are formed exactly, and singular
values enclosed in balls. How they were found does not matter.

**How they are found.** By interior points (:mod:`~mirrortheory.bias.matrices.power_norm`): the p-th power of the norm of W is made
least at given margins; at p = oo the margin is made largest inside the ball, and from there the powers beyond p = 2 start.

Source: Fan, Schmidt, Thrampoulidis (2025), arXiv:2502.04664, for the margins of normalised steepest descent on multiclass data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from scipy.optimize import linprog

from mirrortheory.bias.classification.data import Rows, gordan, separated
from mirrortheory.bias.matrices.power_norm import Program, path
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import Ball, exact, precision, rational, schatten_norm
from mirrortheory.flows.problems import Array, doubles, finite

_BITS = 128
_ENOUGH, _SHOWN = 1e-10, 1e-6  # relative gaps: at which to stop, and beyond which nothing is returned
_LEAST, _MOST = 1e-100, 1e100  # sizes that solvers in doubles follow
_MOST_PAIRS = 2000  # of a datum and a class that is not its own
_INWARDS = 1.5  # times the least scale at which a start has the margin 1
_STEEP, _STARTED = 2, 1e-3  # of p, and the gap at p = oo from which to start beyond it
_FEW = 3  # pairs in a message


@dataclass(frozen=True, eq=False)
class SchattenMargin:
    """The largest margin, between two bounds that are proved.

    Attributes:
        margin_at_least, margin_at_most: doubles; the maximum lies between them.
        direction: W, one row a class, its rows of sum 0, of norm 1 to rounding; its margin is ``margin_at_least`` to rounding.
            Where the norm is flat W is known less well than the margin, and at p = 1 and oo it need not be the only one.
        multipliers: lambda >= 0 of sum 1, one row a datum and one column a class, 0 at its own class.
        exponent: p.
        certificate: what is proved, in words.
    """

    margin_at_least: float
    margin_at_most: float
    direction: Array
    multipliers: Array
    exponent: sympy.Expr
    certificate: str

    @property
    def margin(self) -> float:
        """The middle of the two bounds."""
        return (self.margin_at_least + self.margin_at_most) / 2


def max_schatten_margin(
    data: Any, labels: Any, *, q: object = None, p: object = None, classes: int | None = None
) -> SchattenMargin:
    """Return the largest margin of a linear classifier of norm |W|_{S_p} <= 1, with a W and weights that prove it.

    Args:
        data: h, shape (n, d).
        labels: y, n integers from 0 to K - 1.
        q: gradient exponent of the spectral geometry, an exact rational in [1, 2]; then p = q/(q - 1).
        p: in its place, the exponent of the norm of W: a rational >= 1, or ``sympy.oo``.
        classes: K, if some classes have no data.

    Raises:
        InvalidArgument: for data that cannot be separated, with pairs that contradict each other, and for other arguments.
        NotEvaluable: where doubles do not bring the two bounds within 1e-6 of each other.

    >>> found = max_schatten_margin([[1, 0], [0, 1]], [0, 1], q=2)
    >>> found.margin_at_least <= 2**-0.5 * 2**0.5 <= found.margin_at_most, round(found.margin, 6)
    (True, 1.0)
    >>> max_schatten_margin([[1, 0], [2, 0]], [0, 1], q=1)
    Traceback (most recent call last):
    ...
    mirrortheory.errors.InvalidArgument: labels must be separable by some W, got datum 0 against class 1: 2/3, datum 1 against \
class 0: 1/3; for these lambda >= 0 the sum of (e_y - e_k) h^T is 0, exactly
    """
    table, own, count, order = _checked(data, labels, q, p, classes)
    pairs = [(i, k) for i, y in enumerate(own) for k in range(count) if k != y]
    scale = 2.0 ** np.floor(np.log2(np.abs(table).max()))
    rows = _rows(table / scale, own, count, pairs)
    inner = _separating(rows, pairs)
    shape = (count, table.shape[1])
    direction, weights = _solved(rows.doubles, shape, order, inner)
    multipliers = np.zeros((len(table), count))
    for (i, k), weight in zip(pairs, weights, strict=True):
        multipliers[i, k] = weight
    return _certified(_rows(table, own, count, pairs), multipliers, direction, pairs, order)


def _checked(data: Any, labels: Any, q: object, p: object, classes: int | None) -> tuple[Array, list[int], int, sympy.Expr]:
    table = doubles("data", data, 2)
    if table.ndim != 2 or 0 in table.shape:
        raise InvalidArgument("data", "of shape (n, d)", table.shape, "give one row a datum")
    finite("data", table)
    sizes = np.abs(table[table != 0])
    far = sizes[(sizes < _LEAST) | (sizes > _MOST)]
    if far.size:
        raise InvalidArgument(
            "data", f"of entries that are 0 or of sizes from {_LEAST:g} to {_MOST:g}", float(far[0]), "scale them"
        )
    zero = np.flatnonzero(~table.any(axis=1))
    if zero.size:
        raise InvalidArgument("data", "without zero rows", f"row {zero[0]}", "leave it out: its margin is 0 at every W")
    if not isinstance(labels, list | tuple | range | np.ndarray):
        raise InvalidArgument("labels", "a list of integers >= 0", labels, "number the classes from 0")
    named = list(labels)
    if len(named) != len(table) or not all(isinstance(y, int | np.integer) and not isinstance(y, bool) and y >= 0 for y in named):
        raise InvalidArgument("labels", f"integers >= 0, one for each of {len(table)} rows", labels, "number the classes from 0")
    own = [int(y) for y in named]
    count = max(own) + 1 if classes is None else classes
    if isinstance(count, bool) or not isinstance(count, int) or count < max(2, max(own) + 1):
        raise InvalidArgument("classes", f"an integer >= {max(2, max(own) + 1)}", count, "count the classes from 0; two at least")
    empty = sorted(set(range(count)) - set(own))
    if empty and classes is None:
        remedy = "number the classes from 0, or give classes= if some have no data"
        raise InvalidArgument("labels", "of classes that all have data", f"none of class {empty[0]}", remedy)
    if len(own) * (count - 1) > _MOST_PAIRS:
        raise InvalidArgument(
            "data", f"of at most {_MOST_PAIRS} pairs of a datum and another class", len(own) * (count - 1), "use fewer"
        )
    if (q is None) == (p is None):
        raise InvalidArgument("q", "given, or else p", (q, p), "write q=1 for the spectral norm, or p=sympy.oo")
    if q is not None:
        value = rational(q, "q")
        if not 1 <= value <= 2:
            raise InvalidArgument("q", "an exact rational in [1, 2]", q, "write for example 3/2, or give p")
        return table, own, count, sympy.oo if value == 1 else value / (value - 1)
    order = sympy.oo if p in (sympy.oo, "oo", float("inf")) else rational(p, "p")
    if not order >= 1:
        raise InvalidArgument("p", "a rational >= 1 or sympy.oo", p, "write for example 3/2")
    return table, own, count, order


def _rows(table: Array, own: list[int], count: int, pairs: list[tuple[int, int]]) -> Rows:
    """Return (e_y - e_k) h^T, row by row, one row a pair."""
    found = np.zeros((len(pairs), count, table.shape[1]))
    for j, (i, k) in enumerate(pairs):
        found[j, own[i]], found[j, k] = table[i], -table[i]
    return Rows(found.reshape(len(pairs), -1))


def _separating(rows: Rows, pairs: list[tuple[int, int]]) -> Array:
    """Return W of entries up to 1 in size that separates the data, shown exactly.

    Raises:
        InvalidArgument: where there is none, with the multipliers that show it.
    """
    n, size = rows.doubles.shape
    cost = np.append(np.zeros(size), -1.0)
    box = [(-1, 1)] * size + [(None, None)]
    found = linprog(cost, np.hstack([-rows.scaled()[0].doubles, np.ones((n, 1))]), np.zeros(n), bounds=box, method="highs")
    if found.x is not None and separated(rows, found.x[:-1]):
        return np.asarray(found.x[:-1])
    if not rows.small:
        got = "data for which no separating W was found in doubles"
        raise InvalidArgument("labels", "such that it can be decided whether some W separates them", got, "use fewer data")
    weights = gordan(rows)
    if weights is None:
        raise NotEvaluable("the data can be separated, but by margins that doubles do not find; scale the data to entries near 1")
    used = [(pair, v) for pair, v in zip(pairs, weights, strict=True) if v != 0]
    shown = ", ".join(f"datum {i} against class {k}: {v}" for (i, k), v in used)
    these = "for these lambda >= 0"
    if len(used) > _FEW or len(shown) > 40 * _FEW:
        shown, these = f"{len(used)} pairs of a datum and a class that contradict each other", "for some lambda >= 0"
    remedy = f"{these} the sum of (e_y - e_k) h^T is 0, exactly"
    raise InvalidArgument("labels", "separable by some W", shown, remedy)


def _solved(rows: Array, shape: tuple[int, int], order: sympy.Expr, inner: Array) -> tuple[Array, Array]:
    """Return W and lambda of sum 1 in doubles, from a W that separates the data."""
    if order == sympy.oo:
        flat, weights = _best(_in_the_ball(rows, shape, inner), rows, shape, order, _ENOUGH)
    else:
        near, inwards = inner, _INWARDS
        if order > _STEEP:  # powers that are so steep need a start of nearly the least norm
            near, _ = _best(_in_the_ball(rows, shape, inner), rows, shape, sympy.oo, _STARTED)
            inwards = 1 + 1 / float(order)
        start = inwards * near / (rows @ near).min()
        flat, weights = _best(_of_powers(rows, shape, order, start), rows, shape, order, _ENOUGH)
    return flat.reshape(shape), weights


def _best(
    stages: Iterable[tuple[Array, Array]], rows: Array, shape: tuple[int, int], order: sympy.Expr, enough: float
) -> tuple[Array, Array]:
    """Return the W and lambda of the least gap on the way, up to the first whose gap is small enough."""
    conjugate = sympy.S.One if order == sympy.oo else sympy.oo if order == 1 else order / (order - 1)
    best, found = np.inf, (np.zeros(rows.shape[1]), np.zeros(len(rows)))
    for flat, weights in stages:
        margin = float((rows @ flat).min())
        gap = (
            _size(weights @ rows, shape, float(conjugate)) * _size(flat, shape, float(order)) / margin - 1 if margin > 0 else np.inf
        )
        if gap < best:
            best, found = gap, (flat, weights)
        if gap <= enough:
            break
    return found


def _in_the_ball(rows: Array, shape: tuple[int, int], inner: Array) -> Iterator[tuple[Array, Array]]:
    """Yield W and lambda on the way to the largest margin in the ball of the spectral norm."""
    n, size = rows.shape
    start = inner / (2 * _size(inner, shape, np.inf))
    maps = np.eye(size, size + 1), np.hstack([rows, -np.ones((n, 1))]), np.zeros(n)
    program = Program(shape, None, *maps, cost=np.append(np.zeros(size), -1.0))
    for z, mu in path(program, np.append(start, 0.5 * (rows @ start).min())):
        yield z[:-1], mu / mu.sum()


def _of_powers(rows: Array, shape: tuple[int, int], order: sympy.Expr, start: Array) -> Iterator[tuple[Array, Array]]:
    """Yield W and lambda on the way to the least power of the norm at given margins."""
    n, size = rows.shape
    unit = _size(start, shape, float(order))
    program = Program(shape, float(order), np.eye(size), rows, np.full(n, 1 / unit), np.zeros(size))
    for z, mu in path(program, start / unit):
        yield z, mu / mu.sum()


def _size(flat: Array, shape: tuple[int, int], order: float) -> float:
    """Return the Schatten norm in doubles."""
    sizes = np.linalg.svd(flat.reshape(shape), compute_uv=False)
    return float(sizes[0] * np.linalg.norm(sizes / sizes[0], order)) if sizes[0] > 0 else 0.0


def _certified(rows: Rows, multipliers: Array, direction: Array, pairs: list[tuple[int, int]], order: sympy.Expr) -> SchattenMargin:
    """Bound the margin from both sides, by exact sums and balls."""
    direction = direction - direction.mean(axis=0)  # one row added to all changes no margin, and no norm is smaller with it
    shape, size = direction.shape, _size(direction.ravel(), direction.shape, float(order))
    if not (np.isfinite(direction).all() and np.isfinite(multipliers).all() and size > 0 and (multipliers >= 0).all()):
        raise NotEvaluable("doubles underflow or overflow on the way to a solution; scale the data to entries near 1")
    direction, multipliers = direction / size, multipliers / multipliers.sum()
    conjugate = sympy.S.One if order == sympy.oo else sympy.oo if order == 1 else order / (order - 1)
    with precision(_BITS):
        W = [[exact(float(v)) for v in row] for row in direction]
        norm = schatten_norm(W, order)
        least = Ball(min(rows.margins([v for row in W for v in row])))
        weights = [exact(float(multipliers[pair])) for pair in pairs]
        pull = rows.pulls(weights)
        pulled = schatten_norm([pull[k * shape[1] : (k + 1) * shape[1]] for k in range(shape[0])], conjugate)
        low, high = least / norm, pulled / Ball(sum(weights))
        if not (low > 0 and high - low <= Ball(_SHOWN) * high):
            raise NotEvaluable(f"the margin at p = {order} is known only to lie between {low.str(8)} and {high.str(8)}")
        at_least, at_most = _outward(low.lower(), -np.inf), _outward(high.upper(), np.inf)
    words = "both bounds proved: exact margins and sums of doubles, singular values in balls"
    return SchattenMargin(at_least, at_most, direction, multipliers, order, words)


def _outward(bound: Ball, towards: float) -> float:
    """Return a double on the far side of a bound, shown by exact comparison."""
    value = float(bound)
    while not (exact(value) <= bound if towards < 0 else exact(value) >= bound):
        value = float(np.nextafter(value, towards))
    return value
