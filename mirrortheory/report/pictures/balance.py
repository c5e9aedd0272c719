r"""The balance under decay, along simulated flows: decoupled decay follows exp(-q alpha t) at every q, coupled decay at q = 2 only.

f = (x - 1)^2/2, alpha = 1/2, from w = (6/5, 2/5). At q = 1 coupled decay has closed the balance at a finite time.
"""

from __future__ import annotations

import numpy as np
import sympy

from mirrortheory.decays import Coupled, Decoupled
from mirrortheory.drawing import line, panels
from mirrortheory.flows import Quadratic, simulate
from mirrortheory.geometries import Lq
from mirrortheory.reparams import Product
from mirrortheory.report.pictures.picture import Picture
from mirrortheory.theory import Flow

_RATE, _START, _END, _POINTS = "1/2", [[1.2], [0.4]], 1.4, 281


def draw() -> Picture:
    """Draw the balance over time, one panel for each q."""
    figure, axes = panels(3, width=3.6)
    t = np.linspace(0.0, _END, _POINTS)
    rows = []
    for panel, q in zip(axes, ("2", "3/2", "1"), strict=True):
        power = sympy.Rational(q)
        law = np.full(_POINTS, np.nan)
        for i, decay in enumerate((Decoupled(_RATE), Coupled(_RATE))):
            flow = Flow(Lq(q), Product(2), decay)
            path = simulate(flow, Quadratic([[1.0]], [1.0]), _START, _END)
            first, second = np.abs(np.moveaxis(path.at(t)[:, :, 0], 1, 0)) ** float(power)
            values = first - second
            if i == 0:
                law = values[0] * np.exp(-float(power) * float(sympy.Rational(_RATE)) * t)
            name = type(decay).__name__.lower()
            panel.plot(t, values, label=name, **line(i))
            rows += [(float(power), name, *map(float, row)) for row in zip(t, values, law, strict=True)]
        panel.plot(t[::20], law[::20], ls="none", marker="o", mfc="white", mec="black", ms=5, label="law  $e^{-q \\alpha t}$")
        panel.set(xlabel="time t", title=f"q = {q}", ylim=(0, None))
        panel.set_ylabel("balance  $|w_1|^q - |w_2|^q$" if q == "2" else "")
    axes[-1].legend()
    return Picture(figure, ("q", "decay", "t", "balance", "law"), rows)
