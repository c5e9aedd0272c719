r"""Where decoupled decay stops, over its rate: f = (x - 1)^2/2, balanced layers.

The rate at which a point x in (0, 1) is stationary is the velocity of a layer without decay over its size. For p/L < 1 it rises and
falls: two branches that meet in a fold, the inner one of maxima along x; and for large rates nothing but 0. At q = 1 the decay
makes a box |x| <= alpha^(-L), in which x = 1 lies up to the rate 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import sympy

from mirrortheory.drawing import line, panels
from mirrortheory.flows.problems import Array
from mirrortheory.geometries import Lq
from mirrortheory.reparams import Product
from mirrortheory.report.pictures.balanced import Velocity, velocity
from mirrortheory.report.pictures.picture import Picture
from mirrortheory.theory import Flow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FLOWS = (("2", 1), ("2", 2), ("2", 3), ("2", 4), ("3/2", 4))
_BOX_DEPTHS = (1, 2, 3)
_LEAST = 1e-6  # of a fold


def draw() -> Picture:
    """Draw stationary points over the rate: smooth flows on the left, the box of sign flow on the right."""
    figure, (axes, box) = panels(2)
    places = np.concatenate([np.logspace(-6, -2, 40, endpoint=False), np.linspace(0.01, 1.0, 199)])
    rows: list[tuple[object, ...]] = []
    for i, (q, depth) in enumerate(_FLOWS):
        moved = velocity(Flow(Lq(q), Product(depth)))

        def rate(x: Array, moved: Velocity = moved, depth: int = depth) -> Array:
            size = x ** (1 / depth)
            return moved(size, x - 1.0) / size

        fold, style = _fold(rate), line(i, points=40)
        x = np.sort(np.append(places, fold)) if fold else places
        axes.plot(rate(x[x >= fold]), x[x >= fold], label=_label(q, depth), **style)
        axes.plot(rate(x[x <= fold]), x[x <= fold], **style | {"lw": 0.8, "marker": ""})
        if fold:
            axes.plot(rate(np.array(fold)), fold, marker="*", ms=13, color=style["color"], mec="black", zorder=3)
        rows += [(q, depth, float(rate(v)), float(v), "outer" if v > fold else "inner" if v < fold else "fold") for v in x]
    axes.axhline(0.0, color="0.3", lw=1)
    axes.set(xlabel="rate $\\alpha$", ylabel="stationary x", xlim=(0, 1.6), ylim=(-0.03, 1.03))
    axes.set_title("$(x - 1)^2/2$, decoupled decay; stars: folds, thin: maxima")
    axes.legend(fontsize="x-small")
    rows += _box(box)
    return Picture(figure, ("q", "L", "alpha", "x", "branch"), rows)


def _label(q: str, depth: int) -> str:
    p = sympy.Rational(q) / (sympy.Rational(q) - 1)
    return f"p/L = {p / depth}:  q = {q}, L = {depth}"


def _fold(rate: Callable[[Array], Array]) -> float:
    """Return the x in (0, 1) up to which the rate rises, and from which on it falls; 0 where it falls throughout."""
    low, high = 0.0, 1.0
    for _ in range(90):
        near, far = low + (high - low) / 3, high - (high - low) / 3
        low, high = (near, high) if rate(np.array(near)) < rate(np.array(far)) else (low, far)
    return high if high > _LEAST else 0.0


def _box(axes: Axes) -> list[tuple[object, ...]]:
    """Draw where sign flow stops: at x = 1 if that is in the box, else at its border; layers of a size stand still there."""
    size = np.linspace(0.5, 3.0, 101)
    rows: list[tuple[object, ...]] = []
    for i, depth in enumerate(_BOX_DEPTHS):
        edge, rate = size**depth, velocity(Flow(Lq("1"), Product(depth)))(size, -1.0) / size
        style = line(i, points=24)
        axes.plot(rate, edge, **style | {"lw": 0.8, "marker": ""})
        axes.plot(rate, np.minimum(1.0, edge), label=f"L = {depth}", **style)
        rows += [("1", depth, float(a), float(min(1.0, x)), "box") for a, x in zip(rate, edge, strict=True)]
    axes.text(0.4, 0.25, "thin: border $\\alpha^{-L}$ of the box", fontsize="small")
    axes.set(xlabel="rate $\\alpha$", ylabel="stationary x", xlim=(0.33, 2), ylim=(-0.06, 2.06))
    axes.set_title("sign flow, q = 1")
    axes.legend(loc="upper right")
    return rows
