"""Numbers that are exact rationals as long as they can be and balls from then on, with the linear algebra of both.

Sums and products of the two kinds are written alike, and a rational that meets a ball becomes one. So whatever is decided
of rationals is decided exactly, without a second version of the code.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import frexp
from typing import TypeAlias

import flint

from mirrortheory.errors import InvalidArgument, MirrorTheoryError
from mirrortheory.exact.arb import Ball
from mirrortheory.exact.rationals import rational

Exact: TypeAlias = flint.fmpq
Number: TypeAlias = flint.fmpq | flint.arb

_PRIME = 2**61 - 1
_MANTISSA = 2.0**53


class Undecided(MirrorTheoryError):
    """Balls do not decide something at this precision; nothing is decided after ``low``, and it lies before ``high``.

    Attributes:
        text: what is not decided.
        low: up to where it is decided.
        high: before which it lies.
    """

    def __init__(self, text: str, low: Ball | None = None, high: Ball | None = None) -> None:
        self.text = text
        self.low, self.high = Ball(0) if low is None else low, Ball(0) if high is None else high
        super().__init__(text)


def exact(value: object, name: str = "value") -> Exact:
    """Return a number as the exact rational that it is: a float is a fraction with a power of two below.

    Args:
        value: a number, or a text such as "1/3".
        name: what it is called in messages.

    Raises:
        InvalidArgument: for what is no finite number.

    >>> exact(0.75), exact("1/3")
    (3/4, 1/3)
    """
    if isinstance(value, Exact):
        return value
    if isinstance(value, float):
        if not abs(value) < float("inf"):
            raise InvalidArgument(name, "finite", value, "write a finite number")
        return Exact(*value.as_integer_ratio())
    ratio = rational(value, name)
    return Exact(int(ratio.p), int(ratio.q))


def is_exact(value: Number) -> bool:
    """Return whether the number is a rational, not a ball.

    Args:
        value: an exact number, or a ball.
    """
    return isinstance(value, Exact)


def sign(value: Number) -> int | None:
    """Return -1, 0 or 1 where it is certain, else None; a ball is 0 only when it is 0 exactly.

    Args:
        value: an exact number, or a ball.
    """
    return 1 if value > 0 else -1 if value < 0 else 0 if value == 0 else None


def modulus(value: Number) -> Number:
    """Return the absolute value."""
    return -value if value < 0 else value if value >= 0 else abs(as_ball(value))


def as_ball(value: Number) -> Ball:
    """Enclose a number at the current precision.

    Args:
        value: an exact number, or a ball.
    """
    return value if isinstance(value, Ball) else Ball(value)


def rank(rows: Sequence[Sequence[Exact]]) -> int:
    """Return the rank of a rational matrix, decided exactly.

    Args:
        rows: of a matrix, exact numbers or balls.

    >>> rank([[exact(1), exact(2)], [exact(2), exact(4)]])
    1
    """
    if not rows:
        return 0
    full = min(len(rows), len(rows[0]))
    if all(v.q % _PRIME != 0 for row in rows for v in row):  # modulo a prime the rank can only fall, and that is quick
        residues = [int(v.p) * pow(int(v.q), -1, _PRIME) % _PRIME for row in rows for v in row]
        if flint.nmod_mat(len(rows), len(rows[0]), residues, _PRIME).rank() == full:
            return full
    return int(flint.fmpq_mat([list(row) for row in rows]).rank())


def rank_of_doubles(rows: Sequence[Sequence[float]]) -> int:
    """Return the rank of a matrix of finite doubles, taken as the rationals that they are, decided exactly.

    Args:
        rows: of a matrix.

    >>> rank_of_doubles([[0.5, 1.0], [1.0, 2.0]]), rank_of_doubles([[0.5, 1.0], [1.0, 2.0 + 2.0**-50]])
    (1, 2)
    """
    if not rows or not rows[0]:
        return 0
    full = min(len(rows), len(rows[0]))
    residues = []
    for row in rows:
        for value in row:
            part, power = frexp(value)
            residues.append((int(part * _MANTISSA) << (power - 53) % 61) % _PRIME)  # 2^61 = 1
    if flint.nmod_mat(len(rows), len(rows[0]), residues, _PRIME).rank() == full:
        return full
    return int(flint.fmpq_mat([[exact(value) for value in row] for row in rows]).rank())


def row_reduced(rows: Sequence[Sequence[Exact]]) -> tuple[list[list[Exact]], list[int]]:
    """Return the nonzero rows of the reduced row echelon form of a rational matrix, and the columns of their pivots.

    >>> row_reduced([[exact(1), exact(2), exact(3)], [exact(2), exact(4), exact(8)]])
    ([[1, 2, 0], [0, 0, 1]], [0, 2])
    """
    reduced, count = flint.fmpq_mat([list(row) for row in rows]).rref()
    kept = [list(row) for row in reduced.tolist()[: int(count)]]
    return kept, [next(j for j, value in enumerate(row) if value != 0) for row in kept]


def solve(matrix: Sequence[Sequence[Exact]], right: Sequence[Sequence[Number]]) -> list[list[Number]]:
    """Return X with matrix X = right, exactly if all is rational, else enclosed.

    Raises:
        Undecided: when the precision is too low to show that the matrix is regular.
    """
    rows = [list(row) for row in matrix]
    exactly = [[value for value in row if isinstance(value, Exact)] for row in right]
    if all(len(kept) == len(row) for kept, row in zip(exactly, right, strict=True)):
        return [list(row) for row in flint.fmpq_mat(rows).solve(flint.fmpq_mat(exactly)).tolist()]
    balls = flint.arb_mat([[Ball(value) for value in row] for row in rows])
    try:
        found = balls.solve(flint.arb_mat([[as_ball(value) for value in row] for row in right]))
    except ZeroDivisionError:
        raise Undecided("the sliding columns are too close to dependent for this precision") from None
    return [list(row) for row in found.tolist()]
