r"""The cost of half the target, at the rate that is stable there: gradient flow in one dimension, inverse metric |x|^m.

.. math:: N_{1/2} = \int_{x_0}^{1/2} \frac{x^{-m}}{1 - x}\,dx \quad\to\quad B_{1/2}(1 - m, 0) \quad (x_0 \to 0,\ m < 1)

for f = (x - 1)^2/2: the time to x = 1/2 in steps of the inverse of the eigenvalue at the minimum. From x_0 = 0 it is finite just
for m < 1.
"""

from __future__ import annotations

import sympy

from mirrortheory.drawing import line, panels
from mirrortheory.exact import power_integral, precision
from mirrortheory.exact.arb import Ball
from mirrortheory.features import steps_to_half
from mirrortheory.report.pictures.picture import Picture

_STARTS = (("0", "0"), ("1/100", "$10^{-2}$"), ("1/10000", "$10^{-4}$"), ("1/100000000", "$10^{-8}$"))
_EXPONENTS = tuple(sympy.Rational(k, 20) for k in range(37))
_BITS = 80


def draw() -> Picture:
    """Draw the cost over m, from several starts."""
    figure, (axes,) = panels(1, width=6.4, height=4.6)
    rows = []
    for i, (start, name) in enumerate(_STARTS):
        x0 = sympy.Rational(start)
        found = [(m, _cost(m, x0)) for m in _EXPONENTS if m < 1 or x0 > 0]
        axes.plot(*zip(*((float(m), n) for m, n in found), strict=True), label=f"$x_0$ = {name}", **line(i, points=6))
        rows += [(float(x0), float(m), n) for m, n in found]
    axes.axvline(1.0, color="0.3", lw=1, ls=":")
    axes.text(1.01, 0.6, "m = 1", color="0.3")
    axes.set(yscale="log", xlabel="metric exponent m", ylabel="$N_{1/2}$: steps to x*/2 at the rate $1/\\lambda(x^*)$")
    axes.set_title("$N_{1/2} = B_{1/2}(1 - m, 0)$ from $x_0 = 0$: finite just for m < 1")
    axes.legend()
    return Picture(figure, ("x_0", "m", "N_half"), rows)


def _cost(m: sympy.Rational, x0: sympy.Rational) -> float:
    """Return the integral of x^-m/(1 - x) from x0 to 1/2, with x = x0 + (1/2 - x0) t."""
    if x0 == 0:
        return float(steps_to_half(m).mid())
    length = sympy.Rational(1, 2) - x0
    with precision(_BITS):
        wide, low = (Ball(e.p) / e.q for e in (length, x0))
        rest = (-wide, 1 - low, sympy.Integer(-1))
        return float((wide * power_integral(sympy.S.Zero, [(wide, low, -m), rest])).mid())
