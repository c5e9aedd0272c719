r"""Time to leave a saddle: from x_0 to 1 under the slope -1, balanced layers.

.. math:: T = R'(1) - R'(x_0)

with the derived mirror map R'. As x_0 goes to 0 it stays bounded for m < 1, grows like a logarithm at m = 1, like a power above.
"""

from __future__ import annotations

import numpy as np
import sympy

from mirrortheory.drawing import line, panels
from mirrortheory.geometries import Lq
from mirrortheory.notation import metric_exponent
from mirrortheory.reparams import Product
from mirrortheory.report.pictures.picture import Picture
from mirrortheory.theory import Flow, derive

_FLOWS = (("1", 2), ("1", 4), ("3/2", 2), ("3/2", 3), ("2", 2), ("2", 3), ("2", 4))


def draw() -> Picture:
    """Draw the time over the start, for several q and L."""
    figure, (axes,) = panels(1, width=6.4, height=4.6)
    start = np.logspace(-8, -0.3, 60)
    rows = []
    for i, (q, depth) in enumerate(_FLOWS):
        flow = Flow(Lq(q), Product(depth))
        potential = derive(flow).potential
        mirror_map = sympy.lambdify(potential.symbol, potential.mirror_map_expression(), "numpy")
        time = mirror_map(1.0) - mirror_map(start)
        m = metric_exponent(depth, flow.geometry.exponent)
        axes.plot(start, time, label=f"m = {m}:  q = {q}, L = {depth}", **line(i, points=12))
        rows += [(float(m), float(sympy.Rational(q)), depth, float(x0), float(t)) for x0, t in zip(start, time, strict=True)]
    axes.set(xscale="log", yscale="log", xlabel="start $x_0$", ylabel="escape time T from $x_0$ to 1 (slope -1)", ylim=(0.1, 2e4))
    axes.set_title("Bounded as $x_0 \\to 0$ just for m < 1")
    axes.legend()
    return Picture(figure, ("m", "q", "L", "x_0", "T"), rows)
