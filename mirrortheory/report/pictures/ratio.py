"""What gradient descent pays at a saddle: its rate over that of sign descent, and the steps it takes at any stable rate."""

from __future__ import annotations

import sympy

from mirrortheory.drawing import line, panels
from mirrortheory.report.pictures.picture import Picture
from mirrortheory.saddles import escape_rate_ratio, fewest_stable_steps

_DEPTHS = range(2, 7)
_STARTS = tuple(sympy.Rational(1, 2 ** (1 + k)) for k in range(20))
_REACH = sympy.Rational(1, 2)


def draw() -> Picture:
    """Draw both over the start, for depths 2 to 6."""
    figure, (rates, counts) = panels(2)
    rows = []
    for i, depth in enumerate(_DEPTHS):
        found = [float(escape_rate_ratio(depth, start=w, end=1, slope=1, digits=12).mid()) for w in _STARTS]
        steps = [fewest_stable_steps(depth, start=w, reach=_REACH) for w in _STARTS]
        starts = [float(w) for w in _STARTS]
        rates.plot(starts, found, label=f"L = {depth}", **line(i, points=4))
        moved = [(w, n) for w, n in zip(starts, steps, strict=True) if n]  # from above theta x* no step is needed
        counts.plot(*zip(*moved, strict=True), label=f"L = {depth}", **line(i, points=4))
        rows += list(zip([depth] * len(starts), starts, found, steps, strict=True))
    for axes in (rates, counts):
        axes.set(xscale="log", yscale="log", xlabel="start $w_0/w^*$")
    rates.set(ylabel="$\\varrho_\\infty$  (G = 1, $w_1$ = 1)", title="rate of gradient descent over sign descent")
    counts.set(ylabel="$N_c$", title="fewest steps to x*/2 at a stable rate")
    rates.legend()
    return Picture(figure, ("L", "w_0", "rho_oo", "N_c"), rows)
