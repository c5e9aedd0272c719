r"""Where a rate of decay is cut, so that no part holds more of it than a few points show: decided by enclosures.

A part [a, b] of length h is taken when each term of the rate is one of

- **analytic and not large** near it: bounded by M on a rectangle that holds the ellipse with foci a and b and half-axes
  :math:`\tfrac h4 (\rho \pm \rho^{-1})`, :math:`\rho = 4`, with :math:`M h \le 64 \max(1, \int_a^b \alpha)`. So the rate
  is a polynomial of degree n but for :math:`\tfrac43 M \rho^{-n}`, and 16 points of Gauss give its integral over [a, b], or over a
  part of it, but for
  :math:`\tfrac{64}{15} \tfrac h2 M \rho^{-32} / (1 - \rho^{-2}) \le 8 \cdot 10^{-18} \max(1, \int_a^b \alpha)`;
- **nearly constant**: enclosed between l and u with :math:`(u - l)\,h \le 2^{-56}`, so that no more of its integral can be missed.

Else it is halved, down to 2^-44 of its time: no double tells more. There :math:`(u - l)\,h \le 2^{-40}` is enough, as for a kink; a
peak that is narrower is refused. So a peak of width w at p is met by parts that shrink towards p down to the size of w, and a rate
without one is cut a few times only. The number of parts grows like log(1/w).

Source: Trefethen (2013), "Approximation Theory and Approximation Practice", theorems 8.2 and 19.3, for the bounds.
"""

from __future__ import annotations

from functools import lru_cache

import sympy

from mirrortheory.decays.intervals import INFINITY, NoEnclosure, enclosed
from mirrortheory.decays.schedule import TIME
from mirrortheory.errors import NotEvaluable, shown
from mirrortheory.exact import Analytic, ball, precision
from mirrortheory.exact.arb import Ball

POINTS = 16  # of Gauss on a part
_WIDE, _HIGH = sympy.Rational(17, 8), sympy.Rational(15, 8)  # half-axes of the ellipse for rho = 4, over h/2
_LARGEST = 64
_BITS = 96
_MOST_PARTS = 2**14
_CONSTANT = 56  # bits
_SHORTEST, _NEARLY = sympy.Rational(1, 2**44), 40


@lru_cache(maxsize=256)
def parts(rate: sympy.Expr, start: sympy.Rational, end: sympy.Rational) -> tuple[sympy.Rational, ...]:
    """Return ``start``, the times at which a rate is cut in between, and ``end``, in the order of time.

    Args:
        rate: an expression in :data:`mirrortheory.decays.TIME`, >= 0 and continuous on [start, end].
        start, end: times, exact.

    Raises:
        NotEvaluable: where 2^14 parts do not resolve it, or where it has a peak narrower than 2^-44 of its time; it names the time.

    >>> R = sympy.Rational
    >>> [float(t) for t in parts(1 / (1 + TIME), R(0), R(10))]
    [0.0, 1.25, 2.5, 5.0, 10.0]
    >>> peak = 1 / (1 + 10**8 * (TIME - R(1, 3)) ** 2)
    >>> times = [float(t) for t in parts(peak, R(0), R(1))]
    >>> len(times) < 100, min(abs(t - 1 / 3) for t in times) < 1e-4
    (True, True)
    """
    terms = [_Term(term) for term in sympy.Add.make_args(rate)]
    waiting, found = [(start, end)], [start]
    with precision(_BITS):
        while waiting:
            left, right = waiting.pop()
            if all(term.is_resolved(left, right) for term in terms):
                found.append(right)
                continue
            if len(found) + len(waiting) >= _MOST_PARTS:
                raise NotEvaluable(f"{shown(rate)} varies too fast to be resolved from t = {float(found[-1]):.6g} on")
            if right - left < _SHORTEST * right:
                if all(term.varies_by(left, right) <= Ball(2) ** -_NEARLY for term in terms):
                    found.append(right)
                    continue
                where = f"near t = {float(left):.17g}, narrower than the rounding of times"
                raise NotEvaluable(f"{shown(rate)} has a peak {where}")
            middle = (left + right) / 2
            waiting += [(middle, right), (left, middle)]
    return tuple(found)


class _Term:
    """A term of a rate: what is known of it on a part."""

    def __init__(self, expr: sympy.Expr) -> None:
        self.expr = expr
        try:
            self.analytic: Analytic | None = Analytic(expr, TIME)
        except NotEvaluable:
            self.analytic = None

    def is_resolved(self, left: sympy.Rational, right: sympy.Rational) -> bool:
        """Return whether a few points of [left, right] show all of it."""
        half, length = (right - left) / 2, ball(right - left)
        bound = None if self.analytic is None else self.analytic.bound((left + right) / 2, _WIDE * half, _HIGH * half)
        if bound is not None and bound * length <= _LARGEST:
            return True
        if self.varies_by(left, right) <= Ball(2) ** -_CONSTANT:
            return True
        return bound is not None and bool(bound <= _LARGEST * self._least(left, right))

    def varies_by(self, left: sympy.Rational, right: sympy.Rational) -> Ball:
        """Return how much of its integral over [left, right] one point of it may miss, at most."""
        try:
            low, high = enclosed(self.expr, TIME, left, right)
        except NoEnclosure:
            return INFINITY
        return (high - low) * ball(right - left)

    def _least(self, left: sympy.Rational, right: sympy.Rational) -> Ball:
        """Return what its modulus is on [left, right] at least."""
        try:
            low, high = enclosed(self.expr, TIME, left, right)
        except NoEnclosure:
            return Ball(0)
        return low if low > 0 else -high if high < 0 else Ball(0)
