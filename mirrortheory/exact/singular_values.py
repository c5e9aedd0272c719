"""Singular values and Schatten norms of small rational matrices, enclosed in balls.

The singular values of M are the roots of the eigenvalues of the smaller of M M^T and M^T M, which are formed in rationals. Arb
encloses all of them, with multiplicities; they are real and not negative, so the parts of the balls that are not are cut off.

Source: Johansson (2017), "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic", IEEE Trans. Comput. 66.
"""

from __future__ import annotations

from collections.abc import Sequence

import flint
import sympy

from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact.arb import Ball, ball, current_bits, precision
from mirrortheory.exact.numbers import Exact

_MAX_DOUBLINGS = 4


def singular_values(rows: Sequence[Sequence[Exact]]) -> tuple[Ball, ...]:
    """Return the min(m, n) singular values of a rational m x n matrix, with multiplicities, in no order.

    Args:
        rows: of the matrix, exact numbers.

    Raises:
        InvalidArgument: for rows of different lengths, or none.
        NotEvaluable: where the eigenvalues cannot be told from anything at 16 times the current precision.

    >>> from mirrortheory.exact import exact
    >>> found = singular_values([[exact(3), exact(0), exact(0)], [exact(4), exact(0), exact(0)]])
    >>> any(v.contains(5) for v in found), any(v.contains(0) for v in found)
    (True, True)
    """
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        raise InvalidArgument("rows", "of one length, at least 1", [len(row) for row in rows], "write out the matrix")
    matrix = flint.fmpq_mat([list(row) for row in rows])
    turned = matrix.transpose()
    gram = (matrix * turned if len(rows) <= len(rows[0]) else turned * matrix).tolist()
    if not any(value != 0 for row in gram for value in row):
        return (Ball(0),) * len(gram)
    bits = current_bits()
    for _ in range(_MAX_DOUBLINGS + 1):
        with precision(2 * bits):  # half of the digits of an eigenvalue 0 are left in its root
            try:
                values = [v.real for v in flint.acb_mat(flint.arb_mat([[Ball(e) for e in row] for row in gram])).eig(multiple=True)]
            except ValueError:
                values = []
            if values and all(v.is_finite() for v in values):
                return tuple(_root(v) for v in values)
        bits *= 2
    raise NotEvaluable(f"the eigenvalues of a matrix of {len(gram)} rows have no enclosure at {bits} bits")


def _root(value: Ball) -> Ball:
    """Enclose the root of a number that is not negative, given by a ball that may reach below 0."""
    if value > 0:
        return value.sqrt()
    top = value.upper()
    return Ball(0).union(top.sqrt() if top > 0 else Ball(0))


def schatten_norm(rows: Sequence[Sequence[Exact]], exponent: sympy.Expr) -> Ball:
    """Enclose the Schatten norm, (sum of sigma^p)^(1/p), or the largest singular value at p = oo.

    Args:
        rows: of the matrix, exact numbers.
        exponent: p >= 1, a rational, or ``sympy.oo``.

    Raises:
        InvalidArgument: for another exponent, or rows of different lengths.
        NotEvaluable: as :func:`singular_values`.

    >>> from mirrortheory.exact import exact
    >>> schatten_norm([[exact(3), exact(0)], [exact(0), exact(4)]], sympy.Integer(1)).contains(7)
    True
    """
    if not (exponent == sympy.oo or (isinstance(exponent, sympy.Rational) and exponent >= 1)):
        raise InvalidArgument("exponent", "a rational >= 1 or sympy.oo", exponent, "write for example 3/2")
    if exponent == 2:  # the root of the sum of squares of the entries
        return Ball(sum((v * v for row in rows for v in row), Exact(0))).sqrt()
    values = singular_values(rows)
    if exponent == sympy.oo:
        top = Ball(0)
        for value in values:
            top = top.max(value)
        return top
    power = ball(exponent)
    raised = [_raised(value, power) for value in values]
    return _raised(sum(raised, Ball(0)), 1 / power)


def _raised(value: Ball, power: Ball) -> Ball:
    """Enclose value^power of a number that is not negative, for a positive power: x^power rises from 0."""
    top = value.upper()
    if not top > 0:
        return Ball(0)
    low = value.lower()
    return (low**power if low > 0 else Ball(0)).union(top**power)
