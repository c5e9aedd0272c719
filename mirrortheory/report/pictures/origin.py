r"""How balanced layers of size a move near the origin, under slope -1: above 0 it repels, below it attracts.

q = 3/2, so that p = 3. Decoupled decay attracts for L > p, and at L = p where alpha > G^(q-1); coupled decay from depth three on.
"""

from __future__ import annotations

import numpy as np

from mirrortheory.decays import Coupled, Decay, Decoupled
from mirrortheory.drawing import line, panels
from mirrortheory.geometries import Lq
from mirrortheory.reparams import Product
from mirrortheory.report.pictures.balanced import velocity
from mirrortheory.report.pictures.picture import Picture
from mirrortheory.theory import Flow

_Q, _RATE, _DEPTHS = "3/2", "1/2", range(2, 6)
_TICKS = (-100, -10, -1, 0, 1, 10, 100)


def draw() -> Picture:
    """Draw the rate of growth of a layer over its size, under both decays."""
    figure, axes = panels(2)
    size = np.logspace(-4, 0, 81)
    decays: tuple[Decay, ...] = (Decoupled(_RATE), Coupled(_RATE))
    rows = []
    for panel, decay in zip(axes, decays, strict=True):
        name = type(decay).__name__.lower()
        for i, depth in enumerate(_DEPTHS):
            moved = velocity(Flow(Lq(_Q), Product(depth), decay))(size, -1.0)
            panel.plot(size, moved / size, label=f"L = {depth}", **line(i, points=14))
            rows += [(name, depth, float(a), float(v)) for a, v in zip(size, moved, strict=True)]
        panel.axhline(0.0, color="0.3", lw=1)
        panel.set(xscale="log", xlabel="size a of each layer", title=f"{name} decay,  q = 3/2, p = 3")
        panel.set_yscale("asinh", linear_width=0.3)
        panel.set_yticks(_TICKS, labels=[f"{tick:g}" for tick in _TICKS])
        for y, word in ((0.95, "grows: origin repels"), (0.05, "shrinks: origin attracts")):
            panel.text(0.98, y, word, transform=panel.transAxes, ha="right", va="center", fontsize="small", style="italic")
    axes[0].set_ylabel("$\\dot a / a$  (G = 1, $\\alpha$ = 1/2)")
    axes[1].legend(loc="center left")
    return Picture(figure, ("decay", "L", "a", "velocity"), rows)
