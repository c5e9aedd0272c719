r"""The integral of a product of powers up to many points, by Taylor polynomials that neighbours share.

.. math:: \int_{s_0}^{s} \prod_i (t + \tau_i)^{e_i}\,\mathrm d t, \qquad \tau_i \ge 0,\ s > 0.

Around a centre c the integrand D is a power series for :math:`|z| < c`. With :math:`M = \sup_{|z| = c/2} |D(c + z)|`, which is at
most the product of the largest :math:`(c + \tau_i \pm c/2)^{e_i}`, Cauchy's estimate bounds its coefficients by
:math:`M (c/2)^{-n}`. So for :math:`|z| \le c/8` the terms from N on of the integral are at most :math:`\frac43 M |z| 4^{-N}`.

Source: this project. One integral alone is :func:`mirrortheory.exact.power_integral`.
"""

from __future__ import annotations

from collections.abc import Sequence

import flint
import sympy

from mirrortheory.exact.arb import Ball, arb_setting, ball, current_bits
from mirrortheory.exact.power_integrals import power_integral

_AHEAD = Ball(1.14)  # of a centre over the first point that its series is for: less than 8/7


def power_rises(factors: Sequence[tuple[Ball, sympy.Rational]], points: Sequence[Ball]) -> list[Ball]:
    """Enclose the integral from the first point to each, at the current precision.

    Args:
        factors: (tau, e) of each factor, tau >= 0.
        points: positive, in increasing order.

    >>> rises = power_rises([(Ball(1), sympy.Integer(-1))], [Ball(1), Ball(11) / 10, Ball(3)])  # log(1 + s) - log 2
    >>> rises[1].overlaps(Ball("1.05").log()), rises[2].overlaps(Ball(2).log())
    (True, True)
    """
    found: list[Ball] = []
    near: _Near | None = None
    height, base = Ball(0), Ball(0)
    for k, s in enumerate(points):
        if near is None or not near.holds(s):
            if k:
                height = found[-1] + _between(factors, points[k - 1], s)
            near = _Near(factors, s.mid() * _AHEAD)
            base = near(s)
            found.append(height)
        else:
            found.append(height + near(s) - base)
    return found


def _between(factors: Sequence[tuple[Ball, sympy.Rational]], low: Ball, high: Ball) -> Ball:
    way = high - low
    if way.contains(0):  # two parameters that balls do not tell apart
        return way * _product(factors, low.union(high))
    return way * power_integral(sympy.S.Zero, [(way, low + tau, e) for tau, e in factors])


def _product(factors: Sequence[tuple[Ball, sympy.Rational]], s: Ball) -> Ball:
    value = Ball(1)
    for tau, e in factors:
        value *= (s + tau) ** ball(e)
    return value


class _Near:
    """The integral from a centre to what is within an eighth of it."""

    def __init__(self, factors: Sequence[tuple[Ball, sympy.Rational]], centre: Ball) -> None:
        self.centre = centre
        count = current_bits() // 2 + 8
        with arb_setting("cap", count):
            total, largest = flint.arb_series([0], prec=count), Ball(1)
            for tau, e in factors:
                base = centre + tau
                total = total + ball(e) * (flint.arb_series([1, 1 / base], prec=count)).log()
                ends = [(base + side * centre / 2) ** ball(e) for side in (-1, 1)]
                largest *= ends[0].max(ends[1]).upper()
            density = total.exp()
            coefficients = [density[n] for n in range(count)]
        constant = _product(factors, centre)
        self.polynomial = flint.arb_poly([0, *(c * constant / (n + 1) for n, c in enumerate(coefficients))])
        self.rest = largest * Ball(4) / 3 * Ball(2) ** (-2 * count)

    def holds(self, s: Ball) -> bool:
        return bool(abs(s - self.centre) < self.centre / 8)

    def __call__(self, s: Ball) -> Ball:
        if not self.holds(s):
            return Ball("nan")
        z = s - self.centre
        return self.polynomial(z) + Ball(0, (abs(z).upper() * self.rest).upper())
