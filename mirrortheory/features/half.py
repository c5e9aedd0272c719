r"""What one coordinate costs: steps from 0 to half the target, in closed form.

.. math:: N_{1/2} = \lambda(x^*) \int_0^{x^*/2} \frac{\mathrm d x}{\lambda(x)\,(x^* - x)}
          = \int_0^{1/2} \frac{u^{-m}}{1-u}\,\mathrm d u = B_{1/2}(1 - m, 0), \qquad \lambda(x) = \frac1{R''(x)} = L x^m

for balanced layers and the loss (x - x*)^2/2, in the clock of :mod:`mirrortheory.features.measures`, where the residual decays at
the rate lambda(x), and with steps at one rate, 1/lambda(x*), which is what is stable at the target. It is finite exactly if m < 1.

Not to be confused with steps at the rate 1/lambda(x) of the place: these are log 2 from 0 to half the target, whatever m is. What
is dear at a saddle is one rate for all places; with several coordinates, a place where one is small and another large.

Source: this project (claim cost_of_half_the_target_is_an_incomplete_beta_function).
"""

from __future__ import annotations

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, integer, power_integral, rational
from mirrortheory.exact.arb import bits_for, precision


def steps_to_half(metric_exponent: object, *, digits: int = 30) -> Ball:
    """Enclose the cost B_{1/2}(1 - m, 0) of half the target from 0.

    Args:
        metric_exponent: m, an exact rational in [0, 1); q (L - 1)/L for L balanced layers.
        digits: decimal digits of the ball, 1 to 1000.

    Returns:
        A ball that holds the number of steps at the rate 1/lambda(x*); at the limit of stability it is half of that.

    Raises:
        InvalidArgument: for other values; from m = 1 on the cost is infinite.

    >>> steps_to_half(0, digits=5), steps_to_half("1/2", digits=5)  # log 2, 2 log(1 + sqrt 2)
    ([0.69314718056 +/- 1.71e-12], [1.76274717404 +/- 9.10e-12])
    """
    m, places = rational(metric_exponent, "metric_exponent"), integer(digits, "digits", 1, 1000)
    if not 0 <= m < 1:
        remedy = "the cost is infinite from 1 on" if m >= 1 else "write for example 1/2"
        raise InvalidArgument("metric_exponent", "a number in [0, 1)", metric_exponent, remedy)
    with precision(bits_for(places)):
        scale = Ball(2) ** (Ball(int(m.p)) / int(m.q))  # u = t/2
        return scale * power_integral(-m, [(Ball(-1), Ball(2), sympy.S.NegativeOne)])
