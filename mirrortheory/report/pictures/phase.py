r"""The plane of gradient exponent q and depth L, cut by L = p, that is m = 1: one line for stability, sparsity and decay.

At each marked (q, L) m = q(L - 1)/L is the exponent of the metric, and the origin attracts where balanced layers of small size
shrink under decoupled decay.
"""

from __future__ import annotations

import numpy as np
import sympy

from mirrortheory.decays import Decoupled
from mirrortheory.drawing import panels
from mirrortheory.geometries import Lq
from mirrortheory.notation import metric_exponent, p
from mirrortheory.notation import q as exponent
from mirrortheory.reparams import Product
from mirrortheory.report.pictures.balanced import velocity
from mirrortheory.report.pictures.picture import Picture
from mirrortheory.theory import Flow

_EXPONENTS = ("1", "6/5", "4/3", "3/2", "5/3", "2")
_DEPTHS = range(1, 7)
_TOP = 6.6
_MARKS = {-1: ("o", "black", "m < 1"), 0: ("D", "white", "m = 1"), 1: ("^", "white", "m > 1")}
_NOTES = (
    (
        "above the line: m > 1, L > p",
        "R' is not onto",
        "escape time: a power of $1/x_0$",
        "the origin attracts (decoupled decay)",
        "penalty $|x|^{p/L}$ concave: sparse",
    ),
    (
        "on the line: m = 1, L = p",
        "R' is onto, on an orthant",
        "escape time: $\\log 1/x_0$",
        "the origin attracts iff $\\alpha > G^{q-1}$",
        "penalty $|x|$: $l_1$",
    ),
    (
        "below the line: m < 1, L < p",
        "R' is onto, on all of $\\mathbb{R}$",
        "escape time bounded as $x_0 \\to 0$",
        "the origin repels (decoupled decay)",
        "penalty $|x|^{p/L}$ smooth: not sparse",
    ),
)


def draw() -> Picture:
    """Draw the plane, with what happens on each side of the line."""
    figure, (axes, notes) = panels(2, width=4.2, height=5.0, ratios=(2, 1))
    rows, seen = [], set()
    for q in _EXPONENTS:
        for depth in _DEPTHS:
            flow = Flow(Lq(q), Product(depth))
            m = metric_exponent(depth, flow.geometry.exponent)
            side = int(sympy.sign(m - 1))
            marker, face, name = _MARKS[side]
            axes.plot(
                float(sympy.Rational(q)),
                depth,
                marker=marker,
                color="black",
                mfc=face,
                ms=7,
                ls="none",
                zorder=3,
                clip_on=False,
                label=None if side in seen else name,
            )
            seen.add(side)
            rows.append((float(sympy.Rational(q)), depth, float(m), _origin(q, depth)))
    conjugate = sympy.lambdify(exponent, p, "numpy")
    q_line = np.linspace(_TOP / (_TOP - 1), 2.0, 200)
    edge = conjugate(q_line)
    axes.plot(q_line, edge, color="#D55E00", lw=2.5, zorder=2)
    axes.fill_between(q_line, edge, _TOP, facecolor="0.88", edgecolor="0.6", hatch="///", lw=0, zorder=1)
    axes.annotate("L = p = q/(q - 1)", (1.6, float(conjugate(1.6))), (1.44, 1.45), arrowprops={"arrowstyle": "-"})
    axes.set(xlabel="gradient exponent q  (1: sign flow, 2: gradient flow)", ylabel="depth L", xlim=(1, 2), ylim=(0.6, _TOP))
    axes.grid(visible=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    notes.set_axis_off()
    for place, (head, *lines) in zip((0.98, 0.64, 0.30), _NOTES, strict=True):
        notes.text(0.0, place, head, va="top", weight="bold")
        notes.text(0.0, place - 0.05, "\n".join(lines), va="top", linespacing=1.5)
    return Picture(figure, ("q", "L", "m", "origin"), rows)


def _origin(q: str, depth: int) -> str:
    """Return what the origin does to balanced layers under decoupled decay, at slope -1 and alpha = 1/2."""
    rate = velocity(Flow(Lq(q), Product(depth), Decoupled("1/2")))
    signs = {float(np.sign(rate(np.array(10.0**-k), -1.0))) for k in (40, 60)}
    return {1.0: "repels", -1.0: "attracts"}[signs.pop()]
