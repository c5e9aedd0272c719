"""A mirror potential drawn: R, R', R'' and R*, or x(y), from certified values; where one is infinite the curve has a gap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import sympy

from mirrortheory.drawing import line, must_be_axes, new_figure, styled
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.potentials.called import as_exact, refuse_symbols
from mirrortheory.potentials.numeric import Values, values
from mirrortheory.potentials.potential import Normalisation, Potential
from mirrortheory.potentials.primal import MirrorPotential

if TYPE_CHECKING:
    from mirrortheory.drawing import Axes

QUANTITIES = {
    "potential": ("x", "potential", "$x$", "mirror potential $R(x)$"),
    "mirror_map": ("x", "mirror_map", "$x$", "mirror map $y = R'(x)$"),
    "hessian": ("x", "hessian", "$x$", "$R''(x)$"),
    "conjugate": ("mirror_map", "conjugate", "$y$", "conjugate $R^*(y)$"),
    "inverse_mirror_map": ("mirror_map", "x", "$y$", "inverse mirror map $x(y)$"),
}
_ALL = ("potential", "mirror_map", "hessian", "conjugate")
_POINTS = 96
_ROUNDS = 6  # of halving the intervals over which R' or R'' changes too much for a straight line
_CHANGE = 0.05  # of its whole range, from which on it does
_DIGITS = 15
_REACH = 2  # of x, where the region has no end
_STEEP = 100.0  # of the largest R'' over the smallest, from which on its axis is a log axis


def plotted(potential: MirrorPotential, ax: Axes | None, of: str | None, x: Sequence[object] | None) -> Any:
    """Draw one quantity into axes and return them, or return a figure of one or of four; see :meth:`Shown.plot`."""
    refuse_symbols(potential)
    if of is not None and of not in QUANTITIES:
        raise InvalidArgument("of", f"one of {', '.join(QUANTITIES)}", of, "write one of them")
    seen = _values(potential, *_interval(potential, x))
    if ax is not None:
        must_be_axes(ax)
        return _draw(ax, seen, of or "potential")
    chosen = _ALL if of is None else (of,)
    with styled():
        rows = (len(chosen) + 1) // 2
        drawn = new_figure(8.0 if rows > 1 else 5.0, 3.0 * rows + 0.4)
        panels = drawn.subplots(rows, min(len(chosen), 2), squeeze=False).ravel()
        for panel, name in zip(panels, chosen, strict=True):
            _draw(panel, seen, name)
        return drawn


def _interval(potential: MirrorPotential, x: Sequence[object] | None) -> tuple[sympy.Expr, sympy.Expr]:
    """Return the interval that is drawn: the one asked for, or the region, at most two units of it on an open side."""
    if x is not None:
        try:
            low, high = map(as_exact, x)
        except (TypeError, ValueError) as error:
            if isinstance(error, InvalidArgument):
                raise
            raise InvalidArgument("x", "an interval", x, "write for example x=(-1, 1)") from None
        if low >= high:
            raise InvalidArgument("x", "an interval from low to high", x, "write for example x=(-1, 1)")
        return low, high
    if isinstance(potential, Potential):
        return (sympy.Integer(-_REACH) if _passes_zero(potential) else sympy.S.Zero), sympy.Integer(_REACH)
    low, high = potential.region
    if low.is_infinite and high.is_infinite:
        return sympy.Integer(-_REACH), sympy.Integer(_REACH)
    return (high - _REACH if low.is_infinite else low), (low + _REACH if high.is_infinite else high)


def _passes_zero(potential: MirrorPotential) -> bool:
    """Return whether R' is finite at 0 and x < 0 is covered; else the two sides are potentials of their own."""
    return not isinstance(potential, Potential) or (potential.even and potential.normalisation is Normalisation.ORIGIN)


def _values(potential: MirrorPotential, low: sympy.Expr, high: sympy.Expr) -> list[Values | None]:
    """Return what there is at points inside the interval, closer where R' or R'' is steep, None where a value is infinite.

    Raises:
        NotEvaluable: where there is nothing at all, with the reason.
    """
    left, width = _rational(low), _rational(high - low)
    found: dict[sympy.Rational, Values | None] = {}
    new = [left + width * sympy.Rational(2 * k + 1, 2 * _POINTS) for k in range(_POINTS)]
    if left < 0 < left + width:  # 0 itself too, where R'' may have a peak between two points of the same height
        if _passes_zero(potential):
            new.append(sympy.S.Zero)
        else:
            found[sympy.S.Zero] = None
    for _ in range(1 + _ROUNDS):
        for place in new:
            try:
                found[place] = values(potential, place, digits=_DIGITS)
            except NotEvaluable as error:
                found[place] = None
                reason = error
        if not any(found.values()):
            raise reason
        new = _between(found)
    return [found[place] for place in sorted(found)]


def _between(found: dict[sympy.Rational, Values | None]) -> list[sympy.Rational]:
    """Return the midpoints of neighbours between which R' or R'' changes by much of its range."""
    seen = [v for v in found.values() if v is not None]
    new = set()
    for name in ("mirror_map", "hessian"):
        heights = [float(getattr(v, name)) for v in seen]
        much = _CHANGE * (max(heights) - min(heights))
        for one, other in pairwise(sorted(found)):
            ends = [float(getattr(v, name)) for v in (found[one], found[other]) if v is not None]
            if len(ends) == 2 and abs(ends[0] - ends[1]) > much:
                new.add((one + other) / 2)
    return sorted(new)


def _rational(end: sympy.Expr) -> sympy.Rational:
    return end if isinstance(end, sympy.Rational) else sympy.Rational(float(sympy.N(end)))


def _draw(axes: Axes, seen: list[Values | None], name: str) -> Axes:
    across, up, horizontal, vertical = QUANTITIES[name]
    gap = float("nan")
    points = [(gap, gap) if v is None else (float(getattr(v, across)), float(getattr(v, up))) for v in seen]
    axes.plot(*zip(*points, strict=True), label=vertical, **line(1) | {"linestyle": "-"})
    axes.set(xlabel=horizontal, ylabel=vertical)
    heights = [y for _, y in points if y == y]
    if name == "hessian" and max(heights) > _STEEP * min(heights):
        axes.set_yscale("log")
    else:
        axes.axhline(0.0, color="0.6", lw=0.8, zorder=0)
    if min(x for x, _ in points if x == x) < 0 < max(x for x, _ in points if x == x):
        axes.axvline(0.0, color="0.6", lw=0.8, zorder=0)
    return axes
