r"""In which order targets are learnt: the time to fit b from 0, on orthogonal data of curvature h = 1, depth two.

.. math:: T = \frac{h^{1-q}\,b^{2-m-q}}{L}\,B(1 - m, 2 - q), \qquad m = q\,\frac{L-1}L

The exponent of b changes its sign at q = 2L/(2L - 1): below, small targets are fitted first; above, large ones.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import sympy

from mirrortheory.drawing import line, panels
from mirrortheory.report.pictures.picture import Picture
from mirrortheory.saddles import fit_time

_DEPTH, _EXPONENTS = 2, ("1", "6/5", "4/3", "3/2", "5/3", "9/5")


def draw() -> Picture:
    """Draw the time over the target, for several q."""
    figure, (axes,) = panels(1, width=6.4, height=4.6)
    target = np.logspace(-2, 2, 41)
    reversal = sympy.Rational(2 * _DEPTH, 2 * _DEPTH - 1)
    rows = []
    for i, text in enumerate(_EXPONENTS):
        q = sympy.Rational(text)
        time = [float(fit_time(_DEPTH, exponent=q, target=Fraction(b), digits=20).mid()) for b in target]
        first = "small b first" if q < reversal else "large b first" if q > reversal else "all at once"
        axes.plot(target, time, label=f"q = {text}: {first}", **line(i, points=8))
        rows += [(float(q), _DEPTH, float(b), float(t)) for b, t in zip(target, time, strict=True)]
    axes.set(xscale="log", yscale="log", xlabel="target b", ylabel="time to fit b from 0  (h = 1)")
    axes.set_title(f"L = {_DEPTH}: the order reverses at q = 2L/(2L - 1) = {reversal}")
    axes.legend(fontsize="x-small")
    return Picture(figure, ("q", "L", "b", "T"), rows)
