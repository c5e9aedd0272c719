r"""Convex quadratics over x >= 0, in exact rationals.

.. math:: \min_{x \ge 0} \tfrac12 x^T H x - c^T x: \qquad x \ge 0, \quad p = c - Hx \le 0, \quad x_j p_j = 0

with :math:`H = Z^T Z, c = Z^T b` for least squares :math:`\tfrac12 |Zx - b|^2`.

**Active set.** The first coordinate with p_j > 0 joins the positive ones, and the minimum over these is solved for; on the way
there those that come to 0 leave. A column z_j with p_j > 0 is no combination of those of the positive coordinates, to which the
residual is orthogonal. So these stay independent, and the equations have one solution. The quadratic falls strictly from one set
to the next: the joining coordinate leads downhill, and the others are positive, so that there is room. So no set returns, no rule
against cycling is needed, and the search ends.

**Unique** is the minimiser iff no d != 0 has Hd = 0, :math:`d_j = 0` where p_j < 0, and :math:`d_j \ge 0` where x_j = p_j = 0.
Where H is singular this is a question of the same kind: whether Hd = 0 and the sum of the latter d_j is 1 for some d.

Not to be confused with :mod:`mirrortheory.flows.sign.least_squares`, in doubles, with bounds on both sides.
Source: Lawson and Hanson (1974), "Solving least squares problems", chapter 23.
"""

from __future__ import annotations

from collections.abc import Sequence

import flint

from mirrortheory.exact.numbers import Exact, rank

Vector = Sequence[Exact]

_ZERO, _ONE = Exact(0), Exact(1)


def nonnegative_minimiser(H: Sequence[Vector], c: Vector) -> list[Exact]:
    """Return a minimiser x >= 0 of x.Hx/2 - c.x, for which H is regular where x > 0.

    Args:
        H: a table of rationals that is positive semidefinite, shape (d, d).
        c: in the range of H, shape (d,).

    >>> nonnegative_minimiser([[Exact(1), Exact(1)], [Exact(1), Exact(2)]], [Exact(1), Exact(0)])
    [1, 0]
    """
    x, positive = [_ZERO] * len(c), list[int]()
    while (joining := next((j for j, p in enumerate(pulls(H, c, x)) if p > 0), None)) is not None:
        positive = sorted((*positive, joining))
        short = True
        while short:
            system, right = [[H[i][j] for j in positive] for i in positive], [[c[j]] for j in positive]
            there = [row[0] for row in flint.fmpq_mat(system).solve(flint.fmpq_mat(right)).tolist()]
            parts = [x[j] / (x[j] - z) for j, z in zip(positive, there, strict=True) if z <= 0]
            short, part = bool(parts), min(parts, default=_ONE)
            for j, z in zip(positive, there, strict=True):
                x[j] += part * (z - x[j])
            positive = [j for j in positive if x[j] != 0]
    return x


def pulls(H: Sequence[Vector], c: Vector, x: Vector) -> list[Exact]:
    """Return p = c - H x, which is minus the gradient."""
    return [pull - sum((h * v for h, v in zip(row, x, strict=True) if v != 0), _ZERO) for row, pull in zip(H, c, strict=True)]


def is_only_minimiser(H: Sequence[Vector], c: Vector, x: Vector) -> bool:
    """Return whether a minimiser as :func:`nonnegative_minimiser` returns it is the only one.

    >>> one, two = Exact(1), Exact(2)
    >>> is_only_minimiser([[one, two], [two, 2 * two]], [one, two], [one, Exact(0)])
    False
    >>> is_only_minimiser([[one, two], [two, 2 * two]], [Exact(0)] * 2, [Exact(0)] * 2)
    True
    """
    free = [j for j, p in enumerate(pulls(H, c, x)) if p == 0]
    if rank([[H[i][j] for j in free] for i in free]) == len(free):
        return True
    signed = [(j, _ONE) for j in free] + [(j, -_ONE) for j in free if x[j] > 0]
    summed = [_ONE if x[j] == 0 else _ZERO for j, _ in signed]
    table = [
        [s * t * H[i][j] + a * b for (j, t), b in zip(signed, summed, strict=True)]
        for (i, s), a in zip(signed, summed, strict=True)
    ]
    d = nonnegative_minimiser(table, summed)
    return sum((a * v for a, v in zip(summed, d, strict=True)), _ZERO) != 1
