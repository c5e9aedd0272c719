r"""Linear equations Z x = b of full rank and good condition, equivalent to those that are given.

Doubles are rational numbers, so rank, consistency and row equivalence are decided exactly, and nothing else is: what is nearly
dependent is independent. Where the rows are far from dependent they are only scaled. Else they are replaced, in exact
arithmetic, by the equivalent

.. math:: x_P + F x_{P^c} = T b, \qquad T = Z_P^{-1},\quad F = T Z_{P^c},

rounded once, with columns P of locally largest determinant: an exchange of two columns is made while it multiplies the determinant
by more than two, so no entry of F exceeds two. A residual of these equations is in the scale of x, which one of the given ones is
not: for :math:`Z = (1, 1; 1, 1 + \varepsilon)` it is by :math:`1/\varepsilon` too small.

Source: Goreinov, Tyrtyshnikov, Zamarashkin (1997), "A theory of pseudoskeleton approximations", for columns of largest volume.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import qr

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Exact, exact, row_reduced, solve
from mirrortheory.flows.problems import Array

_FAR = 1e-3  # from dependent: the least over the largest diagonal entry of R
_LARGEST = 2


@dataclass(frozen=True, eq=False)
class Equations:
    """Equations equivalent to Z x = b.

    Attributes:
        rows: shape (r, d), r the rank of Z.
        target: shape (r,).
        back: shape (n, r): Z^T (back mu) = rows^T mu, so that multipliers of the given equations follow.
        exact_rows, exact_target: the same as rationals where they were made exactly, else None.
        notes: what was done to the equations, in words.
        scaled_exactly: whether they are the given ones times powers of two, without a rounding.
    """

    rows: Array
    target: Array
    back: Array
    exact_rows: tuple[tuple[Exact, ...], ...] | None
    exact_target: tuple[Exact, ...] | None
    notes: tuple[str, ...]
    scaled_exactly: bool = False


def equivalent(Z: Array, b: Array, *, exactly: bool = False) -> Equations:
    """Return equations of full rank and good condition with the solutions of Z x = b.

    Args:
        Z: shape (n, d), finite; rows may be dependent, or zero.
        b: shape (n,), finite.
        exactly: make them in rational arithmetic whatever the condition is.

    Raises:
        InvalidArgument: for equations without a solution.

    >>> near = equivalent(np.array([[1.0, 1.0], [1.0, 1.0 + 2.0**-40]]), np.array([1.0, 1.0 + 2.0**-31]))
    >>> near.target.tolist(), near.rows.tolist()
    ([-511.0, 512.0], [[1.0, 0.0], [0.0, 1.0]])
    """
    largest = np.abs(Z).max(axis=1)
    with np.errstate(over="ignore", divide="ignore"):
        scale = 2.0 ** -np.frexp(largest)[1].astype(float)
    scaled = Z * scale[:, None]
    if not exactly and len(Z) <= Z.shape[1] and (largest > 0).all() and np.isfinite(scale).all():
        triangle = np.linalg.qr(scaled.T, mode="r")  # of the same Gram matrix, and small: pivots are slow on long columns
        sizes = np.abs(np.diag(qr(triangle, mode="r", pivoting=True)[0]))
        target = b * scale
        if sizes.min() > _FAR * sizes.max() and np.isfinite(target).all():
            with np.errstate(over="ignore"):
                back = bool((scaled / scale[:, None] == Z).all() and (target / scale == b).all())
            return Equations(scaled, target, np.diag(scale), None, None, (), back)
    return _reduced(Z, b)


def _reduced(Z: Array, b: Array) -> Equations:
    given = [[exact(float(v)) for v in row] for row in Z]
    right = [exact(float(v)) for v in b]
    _, independent = row_reduced([list(column) for column in zip(*given, strict=True)])
    rows, pivots = row_reduced([[*row, v] for row, v in zip(given, right, strict=True)])
    n, d = Z.shape
    if d in pivots:
        remedy = "the equations contradict each other, taken as the doubles that they are; correct or leave out one"
        raise InvalidArgument("b", "in the range of Z", b.tolist(), remedy)
    _exchange(rows, pivots, d)
    kept = [[given[i][j] for j in pivots] for i in independent]
    unit = [[Exact(int(i == j)) for j in range(len(kept))] for i in range(len(kept))]
    inverse = solve(kept, unit) if kept else []
    back = np.zeros((n, len(rows)))
    for i, column in zip(independent, zip(*inverse, strict=True), strict=True):
        back[i] = [_double(v) for v in column]
    notes = [] if len(rows) == n else [f"{n - len(rows)} of {n} equations follow from the others, exactly, and were left out"]
    notes += ["the rows are nearly dependent: replaced by equivalent equations in exact arithmetic"] if n == len(rows) else []
    return Equations(
        np.array([[_double(v) for v in row[:d]] for row in rows]).reshape(len(rows), d),
        np.array([_double(row[d]) for row in rows]),
        back,
        tuple(tuple(row[:d]) for row in rows),
        tuple(row[d] for row in rows),
        tuple(notes),
    )


def _exchange(rows: list[list[Exact]], pivots: list[int], d: int) -> None:
    """Exchange pivots with other columns until no entry of the first d columns exceeds two."""
    while rows:
        sizes = np.abs(np.array([[_double(v) for v in row[:d]] for row in rows]))
        i, j = (int(k) for k in np.unravel_index(np.argmax(sizes), sizes.shape))
        if sizes[i, j] <= _LARGEST:
            return
        pivots[i], pivot = j, rows[i][j]
        rows[i] = [v / pivot for v in rows[i]]
        for k, row in enumerate(rows):
            if k != i and row[j] != 0:
                rows[k] = [v - row[j] * w for v, w in zip(row, rows[i], strict=True)]


def _double(value: object) -> float:
    """Round a rational to the nearest double, to infinity beyond all of them."""
    assert isinstance(value, Exact)
    try:
        return int(value.p) / int(value.q)
    except OverflowError:
        return float("inf") if value > 0 else -float("inf")
