r"""Newton-Schulz iteration: what Muon does in the place of the matrix sign, and how far from it that ends.

.. math:: X_0 = G / \|G\|_F, \qquad X_{k+1} = a X_k + b\,(X_k X_k^\top) X_k + c\,(X_k X_k^\top)^2 X_k .

The iteration keeps the singular vectors, and maps each singular value by :math:`f(s) = a s + b s^3 + c s^5`. So k steps give
:math:`U f^k(S) V^\top`, and their error in the operator norm is the largest :math:`|f^k(s) - 1|` over the singular values s of
:math:`X_0`. That is what :func:`newton_schulz_error` encloses for every s in an interval, by balls.

The cubic (3/2, -1/2, 0) converges to 1 on (0, sqrt(3)). Muon's quintic does not: f(1) = 0.701, and f^k stays in a band around 1; in
return it lifts small singular values fast, by 3.4445 a step.

Source: Jordan et al. (2024), "Muon: an optimizer for hidden layers in neural networks", kellerjordan.github.io/posts/muon; Higham
(2008), "Functions of Matrices", section 8.3, for the cubic.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sympy

from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import Ball, ball, integer, precision, rational
from mirrortheory.geometries.matrix import matrix_of

if TYPE_CHECKING:
    from mirrortheory.geometries.matrix import Matrix

Coefficients = tuple[float | str | sympy.Rational, ...]

MUON: Coefficients = ("3.4445", "-4.7750", "2.0315")
CUBIC: Coefficients = ("3/2", "-1/2", "0")
_MOST_STEPS = 50
_BITS = 128
_ENOUGH = 1e-6


def newton_schulz(gradient: Matrix, steps: int = 5, *, coefficients: Coefficients = MUON, eps: float = 1e-7) -> Matrix:
    """Return ``steps`` of the iteration from the gradient over its Frobenius norm, or over ``eps`` where that is larger.

    So a gradient much smaller than ``eps`` is not brought near the matrix sign, as in torch; 0 stays 0.

    Args:
        gradient: of shape (m, n).
        steps: from 0 to 50.
        coefficients: (a, b, c), numbers or exact texts; ``MUON`` or ``CUBIC``.
        eps: the smallest norm that is divided by.

    Raises:
        InvalidArgument: for other coefficients or steps, and a gradient that is no matrix of finite real numbers.

    >>> import numpy as np
    >>> np.diag(newton_schulz(np.eye(2), 20, coefficients=CUBIC)).round(12).tolist()
    [1.0, 1.0]
    """
    import numpy as np  # so that exact work does without it

    a, b, c = map(float, exact_coefficients(coefficients))
    count = integer(steps, "steps", 0, _MOST_STEPS)
    given = matrix_of("gradient", gradient)
    largest = float(np.abs(given).max())
    size = max(largest * float(np.linalg.norm(given / largest)) if largest else 0.0, eps)  # squares of entries may overflow
    x = given / size if size > 0 else given
    wide = x if x.shape[0] <= x.shape[1] else x.T
    for _ in range(count):
        square = wide @ wide.T
        wide = a * wide + (b * square + c * (square @ square)) @ wide
    return np.asarray(wide if x.shape[0] <= x.shape[1] else wide.T)


@dataclass(frozen=True)
class IterationRange:
    """A certified enclosure of the values of f^k on an interval of singular values.

    Attributes:
        low, high: all values lie between them, which is proved; doubles, rounded outward.
        slack: how much narrower the range may be at either end: values are taken within this distance of low and of high.
    """

    low: float
    high: float
    slack: float

    @property
    def error(self) -> float:
        """A bound of |f^k(s) - 1|, which is the error of the iteration in the operator norm."""
        return math.nextafter(max(1 - self.low, self.high - 1), math.inf)


def newton_schulz_error(
    steps: int, low: object, high: object = 1, *, coefficients: Coefficients = MUON, parts: int = 4096
) -> IterationRange:
    """Enclose the iterated polynomial on singular values in [low, high], proved by ball arithmetic on parts of the interval.

    On a part with the midpoint c each step takes f(c) + f'(part) (s - c). The part whose enclosure reaches furthest is halved,
    until it reaches at most 10^-6 further than a value that is taken, or there are no more ``parts``.

    Args:
        steps: k, from 0 to 50.
        low, high: exact rationals, 0 <= low < high; a singular value of a matrix over its Frobenius norm is at most 1.
        coefficients: (a, b, c), exact texts, or doubles, which are the numbers that they are.
        parts: how many at most, for each end.

    Raises:
        InvalidArgument: for an interval that is none, or other coefficients or steps.
        NotEvaluable: where the iteration grows beyond every bound that is found.

    >>> newton_schulz_error(20, "1/100", coefficients=CUBIC).error < 1e-12
    True
    """
    exact, count = exact_coefficients(coefficients), integer(steps, "steps", 0, _MOST_STEPS)
    start, end = rational(low, "low"), rational(high, "high")
    if not 0 <= start < end:
        raise InvalidArgument("low", "at least 0 and below high", f"[{start}, {end}]", "write for example 1/100")
    most = integer(parts, "parts", 1, 10**6)
    with precision(_BITS):
        numbers = tuple(map(ball, exact))
        (lowest, above), (highest, below) = (_least(numbers, count, start, end, side, most) for side in (1, -1))
    if not math.isfinite(lowest) or not math.isfinite(highest):
        raise NotEvaluable(f"no bound is found after {count} steps from [{start}, {end}]; take more parts, or fewer steps")
    return IterationRange(lowest, -highest, max(above - lowest, below - highest))


def exact_coefficients(coefficients: Coefficients) -> tuple[sympy.Rational, sympy.Rational, sympy.Rational]:
    """Return ``coefficients`` (a, b, c) as exact rationals; a double is the number that it is.

    Raises:
        InvalidArgument: unless there are three of them.
    """
    if isinstance(coefficients, str) or not isinstance(coefficients, Sequence) or len(coefficients) != 3:
        raise InvalidArgument("coefficients", "three numbers (a, b, c)", coefficients, "write for example MUON or CUBIC")
    a, b, c = (
        sympy.Rational(v) if isinstance(v, float) and math.isfinite(v) else rational(v, "coefficients") for v in coefficients
    )
    return a, b, c


def _least(
    numbers: tuple[Ball, ...], steps: int, low: sympy.Rational, high: sympy.Rational, side: int, parts: int
) -> tuple[float, float]:
    """Return a bound below ``side`` f^k on an interval, and a value not below what is taken there."""
    taken = min(_above(side * _iterated(numbers, steps, end, end)) for end in (low, high))
    waiting = [(_below(side * _iterated(numbers, steps, low, high)), low, high)]
    for _ in range(parts):
        bound, a, b = heapq.heappop(waiting)
        if taken - bound <= _ENOUGH:
            return bound, taken
        middle = (a + b) / 2
        taken = min(taken, _above(side * _iterated(numbers, steps, middle, middle)))
        for half in ((a, middle), (middle, b)):
            heapq.heappush(waiting, (_below(side * _iterated(numbers, steps, *half)), *half))
    return waiting[0][0], taken


def _iterated(numbers: tuple[Ball, ...], steps: int, low: sympy.Rational, high: sympy.Rational) -> Ball:
    """Enclose f^k on an interval: f(part) within f(c) + f'(part) (part - c), step by step along midpoint and slope."""
    a, b, c = numbers
    middle, part, slope = ball((low + high) / 2), ball(low).union(ball(high)), Ball(1)
    centred = part - middle
    for _ in range(steps):
        square = part * part
        slope = slope * (a + square * (3 * b + 5 * c * square))
        power = middle * middle
        middle = middle * (a + power * (b + c * power))
        part = middle + slope * centred
    return part


def _below(value: Ball) -> float:
    return math.nextafter(float(value.lower()), -math.inf) if value.is_finite() else -math.inf


def _above(value: Ball) -> float:
    return math.nextafter(float(value.upper()), math.inf)
