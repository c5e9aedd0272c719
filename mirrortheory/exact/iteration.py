r"""Steps from a small start: how many lead past a target, however many they are, and how long they must be to end at one.

**Count.** Steps are z <- z (1 + z)^p, p >= 1. In the coordinate :math:`A(z) = -\frac{1}{pz} + b \log z + \sum_{j=1}^n a_j z^j` a
step is nearly an addition of 1: rationals b and a_j are chosen one by one so that the defect
:math:`d(z) = A(z(1+z)^p) - A(z) - 1` vanishes to order n + 2 at 0. It is analytic for :math:`|z| < 1`, so by Schwarz's lemma
:math:`|d(z)| \le M (|z|/\varrho)^{n+2}` with a bound M on the circle of radius :math:`\varrho`. A step adds at least
:math:`p z^2` to z, so along an orbit below t

.. math:: \sum |d(z_k)| \le \frac{M}{p\,\varrho^{n+2}} \sum z_k^n (z_{k+1} - z_k)
          \le \frac{M\,t^{n+1}}{p\,(n+1)\,\varrho^{n+2}},

and A grows on (0, t]. From a target above t steps are undone one by one, in balls, until it is below.

**Length.** The end of T steps v <- v + k v^n from 1 grows with k, so its one root is bracketed by two signs.

Source: Milnor, "Dynamics in One Complex Variable", section 10, for Fatou's coordinate; the bounds are of this project.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact.arb import Ball, bits_for, precision
from mirrortheory.exact.numbers import Exact

_RADIUS = Exact(1, 4)  # of the circle on which the defect is bounded, times p
_NEAR, _TERMS = Exact(1, 256), 24  # where the coordinate is used first, times p, and how many powers of z it has
_ATTEMPTS = 4


def fewest_steps(power: int, start: Exact, target: Callable[[], Ball]) -> int:
    """Return the least number of steps of z <- z (1 + z)^power that lead from ``start`` > 0 to ``target``, in (0, 1], or past it.

    Args:
        power: p >= 1.
        start: an exact rational.
        target: encloses one number at the current precision.

    Raises:
        NotEvaluable: where a step ends so close to the target that balls do not tell which is larger.

    >>> fewest_steps(1, Exact(1, 2), lambda: Ball(1)), fewest_steps(4, Exact(1, 10**24), lambda: Ball(1))
    (2, 250000000000000000000034)
    """
    near, terms, bits = _NEAR / power, _TERMS, 128 + start.denominator.bit_length()
    for _ in range(_ATTEMPTS):
        with precision(bits):
            found = _steps_walked(power, start, target()) if start >= near else _steps_counted(power, start, target(), near, terms)
        if found is not None:
            return found
        near, terms, bits = near / 4, 2 * terms, 2 * bits
    raise NotEvaluable(f"whether a step from {start} reaches the target exactly is not decided; move one of them a little")


def _step(z: Ball, power: int) -> Ball:
    return z * (1 + z) ** power


def _steps_walked(power: int, start: Exact, target: Ball) -> int | None:
    z, steps = Ball(start), 0
    while z < target:
        z, steps = _step(z, power), steps + 1
    return steps if z >= target else None


def _steps_counted(power: int, start: Exact, target: Ball, near: Exact, terms: int) -> int | None:
    undone = 0
    while not target <= near:
        if not target > near:
            return None
        target, undone = _step_back(target, power), undone + 1
    b, a = _coordinate(power, terms)
    top = _step(Ball(near), power)  # no point of the orbit that matters is beyond
    slope = Ball(1) / power - b * top - sum((j * abs(c) * top ** (j + 1) for j, c in enumerate(a, 1)), Ball(0))  # z^2 A' is more
    error = _defect(power, b, a) * top ** (terms + 1) / (power * (terms + 1) * Ball(_RADIUS / power) ** (terms + 2))

    def coordinate(z: Ball) -> Ball:
        return -1 / (power * z) + b * z.log() + sum((c * z**j for j, c in enumerate(a, 1)), Ball(0))

    steps = (coordinate(target) - coordinate(Ball(start)) + Ball(0, error.upper())).ceil().unique_fmpz()
    return undone + max(int(steps), 0) if slope > 0 and steps is not None else None


def _step_back(target: Ball, power: int) -> Ball:
    """Enclose the z with z (1 + z)^power = target by interval Newton steps."""

    def slope(z: Ball) -> Ball:
        return (1 + z) ** (power - 1) * (1 + (power + 1) * z)

    z = (target / (1 + target) ** power).union(target)
    while True:
        middle = Ball(z.mid())
        newton = middle - (_step(middle, power) - target) / slope(z.lower()).union(slope(z.upper()))  # the slope grows with z
        better = z.intersection(newton)
        if not 4 * better.rad() < 3 * z.rad():  # else half of it is cut off at least
            return better
        z = better


@cache
def _coordinate(power: int, terms: int) -> tuple[Exact, list[Exact]]:
    """Return b and a_1, .., a_n."""
    defect = [Exact(0)] * (terms + 2)  # coefficients of d(z), from the constant one
    for k in range(2, terms + 2):
        defect[k] = -_binomial(-power, k + 1) / power
    b = Exact(power + 1, 2 * power)
    for k in range(2, terms + 2):
        defect[k] += b * power * Exact((-1) ** (k + 1), k)
    found = []
    for j in range(1, terms + 1):
        found.append(-defect[j + 1] / (power * j))
        for k in range(1, terms + 2 - j):
            defect[j + k] += found[-1] * _binomial(power * j, k)
    return b, found


def _binomial(n: int, k: int) -> Exact:
    value = Exact(1)
    for i in range(k):
        value *= Exact(n - i, i + 1)
    return value


def _defect(power: int, b: Exact, a: list[Exact]) -> Ball:
    """Bound |d(z)| on the circle by the coefficients of its parts."""
    r = Ball(_RADIUS / power)
    bound = 1 + ((1 - r) ** -power - 1) / (power * r) - b * power * (1 - r).log()
    return bound + sum((abs(c) * r**j * ((1 + r) ** (power * j) - 1) for j, c in enumerate(a, 1)), Ball(0))


def step_length(power: int, ratio: Exact, steps: int, digits: int) -> Ball:
    """Enclose the k > 0 with which ``steps`` steps v <- v + k v^power lead from 1 to ``ratio`` > 1, to so many digits.

    >>> step_length(1, Exact(8), 3, 20)  # 2^3 = 8
    [1.00000000000000 +/- 1e-19]
    """
    bits = bits_for(digits) + steps.bit_length()
    with precision(bits):
        goal = Ball(ratio)
        k = _rough_length(power, float(ratio.p) / float(ratio.q), steps)
        for _ in range(bits.bit_length()):  # the correct bits double
            end, slope = _end(power, k, steps)
            k = Ball((k - (end - goal) / slope).mid())
        width = k * Ball(10) ** -digits
        below, above = (_end(power, Ball(value.mid()), steps)[0] for value in (k - width, k + width))
        if not (below < goal and above > goal):
            raise NotEvaluable(f"the length of {steps} steps to {ratio} is not enclosed to {digits} digits; ask for fewer")
        return (k - width).union(k + width)


def _end(power: int, k: Ball, steps: int) -> tuple[Ball, Ball]:
    """Return the end of the steps, and its derivative by k."""
    v, slope = Ball(1), Ball(0)
    for _ in range(steps):
        pace = v ** (power - 1)
        v, slope = v * (1 + k * pace), slope * (1 + power * k * pace) + pace * v
    return v, slope


def _rough_length(power: int, ratio: float, steps: int) -> Ball:
    """Return k to about the precision of doubles: more than along the flow, and less than with the first slope throughout."""
    rise = math.log(ratio) if power == 1 else (1 - ratio ** (1 - power)) / (power - 1)
    low, high = math.log(rise / steps) - 1e-9, math.log((ratio - 1) / steps) + 1e-9
    while high - low > 1e-14 * max(1.0, abs(low), abs(high)):
        middle = (low + high) / 2
        k, v = math.exp(middle), 1.0
        for _ in range(steps):
            if v >= ratio:
                break
            try:
                v *= 1 + k * v ** (power - 1)
            except OverflowError:  # k > 1e-7 where the ratio is so large: past any below 1e300
                v = ratio
        low, high = (middle, high) if v < ratio else (low, middle)
    return Ball(math.exp((low + high) / 2))
