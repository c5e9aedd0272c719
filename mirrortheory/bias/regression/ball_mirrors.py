r"""The mirror map of one product of layers in balls: x and 1/R'' at R'(x_0) + a shift, for exact initial weights.

.. math:: |x|^q = P(s) = \prod_i (s + \lambda_i), \quad \frac1{R''} = P'(s), \quad \frac{dy}{ds} = \frac{P^{-(q-1)/q}}q

y is counted from x = 0 where it is finite there, else from the start. Integrals of power products are enclosed whatever the sizes
of the constants are (:func:`mirrortheory.exact.power_integral`), and s is the root of an increasing function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import sympy

from mirrortheory.exact import Ball, ball, current_bits, positive_root, power_integral, precision

_FIRST_BITS, _MOST_STEPS = 96, 30


class BallMirror:
    """One coordinate, at the precision at which it was made.

    Args:
        q: the gradient exponent.
        weights: exact initial weights, one for each layer.

    >>> from mirrortheory.exact import precision
    >>> with precision(100):
    ...     x, metric = BallMirror(Fraction(2), [Fraction(2), Fraction(0)]).primal(Ball(1) / 2)
    ...     x.overlaps(2 * Ball(1).sinh()), metric.overlaps(4 * Ball(1).cosh())
    (True, True)
    """

    def __init__(self, q: Fraction, weights: Sequence[Fraction]) -> None:
        self.q = q
        self.start = ball(sympy.Rational(weights[0].numerator, weights[0].denominator))  # x of a single layer
        sizes = [abs(w) for w in weights]
        least = min(sizes)
        self.tied = sizes.count(least)
        self.side = (-1) ** sum(w < 0 for w in weights) if least else 0
        self.s0 = self._power(least)
        self.shifts = [Ball(0) if size == least else self._power(size) - self.s0 for size in sizes]
        self.zeros = {i for i, size in enumerate(sizes) if size == least}
        slope = sympy.Rational(q.denominator - q.numerator, q.numerator)  # -(q-1)/q
        self.exponent, self.order = slope, 1 + self.tied * slope
        self.through = self.order > 0
        self.stuck = self.side == 0 and self.tied > 1
        self.near: Ball | None = None  # s where it was found last
        self.y0 = self.side * self._from_zero(self.s0) if self.through and self.side else Ball(0)

    def primal(self, shift: Ball) -> tuple[Ball, Ball]:
        """Enclose x and 1/R''(x) where R'(x) = R'(x_0) + shift; not finite outside the dual domain, or where balls do not tell."""
        if self.stuck:
            return Ball(0), Ball(0)
        if len(self.shifts) == 1:
            return self.start + shift, Ball(1)
        if not self.through:
            s = self._beside(self.side * shift)
            return self.side * self._size(s), self._metric(s)
        y = self.y0 + shift
        if self.tied > 1:
            if self.side * y <= 0:
                return Ball(0), Ball(0)
            s = self._root(self.side * y)
            return self.side * self._size(s), self._metric(s)
        if y > 0 or y < 0:
            s = self._root(abs(y))
            return (1 if y > 0 else -1) * self._size(s), self._metric(s)
        most = self._root(abs(y).upper() + Ball(2) ** -4000)
        largest = self._size(most).upper()
        return Ball(0, largest), self._metric(Ball(0).union(most))

    def _exponent(self) -> sympy.Rational:
        return sympy.Rational(self.q.numerator, self.q.denominator)

    def _power(self, value: Fraction) -> Ball:
        number = ball(sympy.Rational(value.numerator, value.denominator))
        return number if self.q == 1 or value == 0 else number ** ball(self._exponent())

    def _from_zero(self, s: Ball) -> Ball:
        if self.q == 1:
            return s
        pairs = [(s, shift, self.exponent) for i, shift in enumerate(self.shifts) if i not in self.zeros]
        return s ** ball(self.order) * power_integral(self.order - 1, pairs) / ball(self._exponent())

    def _density(self, s: Ball) -> Ball:
        found = Ball(1) / ball(self._exponent())
        for shift in self.shifts:
            found *= (s + shift) ** ball(self.exponent)
        return found

    def _root(self, size: Ball) -> Ball:
        return size if self.q == 1 else self._where(self._from_zero, size)

    def _beside(self, change: Ball) -> Ball:
        """Enclose s where y has changed since the start, for x > 0."""
        if change == 0:
            return self.s0

        def since(s: Ball) -> Ball:
            far = s - self.s0
            pairs = [(far, self.s0 + shift, self.exponent) for shift in self.shifts]
            return far * power_integral(sympy.S.Zero, pairs) / ball(self._exponent())

        return self._where(since, change)

    def _where(self, function: Callable[[Ball], Ball], target: Ball) -> Ball:
        """Enclose the s where an increasing function with the slope dy/ds is in a ball: by Newton from where s was last."""
        if self.near is None:
            with precision(min(_FIRST_BITS, current_bits())):
                self.near = positive_root(function, self._density, target.mid()).mid()
        s = self.near
        for _ in range(_MOST_STEPS):
            step = (function(s) - target.mid()) / self._density(s)
            if not (step.is_finite() and s - step.mid() > 0):
                break
            s = (s - step.mid()).mid()
            if abs(step.mid()) < s * Ball(2) ** (-current_bits() // 2 - 4):
                off = function(s) - target
                around = Ball(s, (2 * abs(off / self._density(s))).upper() + s * Ball(2) ** (4 - current_bits()))
                found = s - off / self._density(around) if around > 0 else Ball("nan")
                if found.is_finite() and found > around.lower() and found < around.upper():
                    self.near = s
                    return found
                break
        return positive_root(function, self._density, target)

    def _size(self, s: Ball) -> Ball:
        total = Ball(1)
        for shift in self.shifts:
            total *= s + shift
        return total if self.q == 1 else total ** ball(1 / self._exponent())

    def _metric(self, s: Ball) -> Ball:
        total = Ball(0)
        for i in range(len(self.shifts)):
            part = Ball(1)
            for k, shift in enumerate(self.shifts):
                part *= s + shift if k != i else Ball(1)
            total += part
        return total
