r"""The phase diagram of a flow of two weights: the directions of its field, paths, where they rest, and what is stationary.

With x = g(w) the field without decay is :math:`\dot w_i = -\phi(f'(x)\,\partial g/\partial w_i)`. It rests where :math:`f'(x) = 0`
and, for every loss, where all :math:`\partial g/\partial w_i = 0`. There the Hessian of the loss is :math:`f'(x) \nabla^2 g`;
where it is indefinite the point is a strict saddle, as :math:`w_1 = w_2 = 0` is of a product of two layers.

Source: this project; for strict saddles cf. Lee, Simchowitz, Jordan, Recht (2016), "Gradient descent only converges to minimizers".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from mirrortheory.decays import NoDecay
from mirrortheory.drawing import COLOURS, explained, must_be_axes, new_figure, styled, tex
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.field import effective_parameter, vector_field
from mirrortheory.flows.problems import Array, Problem, Quadratic
from mirrortheory.flows.result.panels import described
from mirrortheory.flows.simulate import simulate
from mirrortheory.theory import Flow
from mirrortheory.theory.flow import must_be_a_flow

if TYPE_CHECKING:
    from mirrortheory.drawing import Axes
    from mirrortheory.flows.result.trajectory import Trajectory

_REACH = 2.0
_ARROWS, _GRID = 17, 161
_T_END = 6.0
_FIELD: dict[str, Any] = {"color": "0.65"}
_PATH: dict[str, Any] = {"color": COLOURS[1], "lw": 1.6}
_START: dict[str, Any] = {"color": COLOURS[1], "marker": "o", "ms": 5, "mfc": "white", "linestyle": "none"}
_END: dict[str, Any] = {"color": COLOURS[1], "marker": "s", "ms": 5, "linestyle": "none"}
_REST: dict[str, Any] = {"color": COLOURS[3], "linestyle": "--", "lw": 2.2}
_SADDLE: dict[str, Any] = {"color": COLOURS[2], "marker": "X", "ms": 10, "linestyle": "none", "zorder": 5}

Legend = dict[str, dict[str, Any]]
Window = tuple[tuple[float, float], tuple[float, float]]


def phase_diagram(
    flow: Flow,
    problem: Problem | None = None,
    *,
    starts: Sequence[Sequence[float]] | None = None,
    window: Window | None = None,
    t_end: float = _T_END,
    ax: Axes | None = None,
) -> Any:
    """Draw the plane of the two weights of a flow: directions, paths, where f'(x) = 0, and the saddles.

    Args:
        flow: a flow of two weights without symbols, whose decay does not depend on time.
        problem: the loss of one x, by default (x - 1)^2/2.
        starts: pairs of weights from which paths are followed, none for an empty list; by default eight around the window, of
            which those that no solver follows to the end are left out, and the title says how many.
        window: ((low, high), (low, high)) of the two weights, dimensionless.
        t_end: how long each path is followed, dimensionless.
        ax: Matplotlib axes; without, a new figure, unknown to pyplot.

    Returns:
        The figure, or ``ax``.

    Raises:
        InvalidArgument: for another flow, a loss of several coordinates, and what :func:`mirrortheory.flows.simulate` refuses.
        NotSmooth: where no solver follows a path that was asked for.

    >>> from mirrortheory import Lq, Product
    >>> drawn = phase_diagram(Flow(Lq(2), Product(2)), starts=[(0.5, 1.0)], t_end=2.0)
    >>> [text.get_text() for text in drawn.axes[0].get_legend().get_texts()]
    ['direction of the flow', 'path', 'start', 'end', "$f'(x) = 0$", 'strict saddle']
    """
    must_be_a_flow(flow)
    loss = Quadratic([[1.0]], [1.0]) if problem is None else problem
    _refuse(flow, loss)
    shown = _window(flow, window)
    paths, lost = _paths(flow, loss, shown, starts, t_end)
    if ax is not None:
        must_be_axes(ax)
        explained(ax, _draw(ax, flow, loss, shown, paths, lost), loc="best")
        return ax
    with styled():
        drawn = new_figure(6.6, 4.6)
        axes = drawn.subplots()
        explained(axes, _draw(axes, flow, loss, shown, paths, lost), loc="upper left", bbox_to_anchor=(1.02, 1.0))
        return drawn


def stationary_points(flow: Flow) -> list[tuple[dict[sympy.Symbol, sympy.Expr], bool]]:
    """Return where every derivative of g is 0, as values of weights, and whether the Hessian of g is indefinite there.

    A point has values of both weights; a line has one. Under decay the only such point that is stationary is w = 0.

    >>> from mirrortheory import Lq, Product
    >>> stationary_points(Flow(Lq(2), Product(2)))
    [({w1: 0, w2: 0}, True)]
    """
    weights = flow.weights
    solved = sympy.solve(list(flow.reparam.jacobian()), list(weights), dict=True)
    constant = [place for place in solved if all(value.is_number and value.is_real for value in place.values())]
    if not isinstance(flow.decay, NoDecay):
        constant = [place for place in constant if len(place) == len(weights) and not any(place.values())]
    bends = sympy.hessian(flow.effective, weights)
    return [(place, len(place) == len(weights) and bool(bends.subs(place).det() < 0)) for place in constant]


def _refuse(flow: Flow, problem: Problem) -> None:
    if not isinstance(flow, Flow) or len(flow.weights) != 2:
        raise InvalidArgument("flow", "one of two weights", flow, "write for example Flow(Lq(2), Product(2))")
    if flow.decay.varies or flow.geometry.exponent.free_symbols or flow.decay.rate.free_symbols:
        raise InvalidArgument("flow", "one without symbols, and with a decay that does not depend on time", flow, "give numbers")
    if problem.dimension not in (None, 1):
        raise InvalidArgument("problem", "a loss of one coordinate", f"one of {problem.dimension}", "write Quadratic([[1]], [1])")


def _window(flow: Flow, window: Window | None) -> Window:
    if window is None:
        first, second = (((0.0 if symbol.is_positive else -_REACH), _REACH) for symbol in flow.weights)
        return first, second
    ends = np.asarray(window, dtype=float)
    if ends.shape != (2, 2) or not np.isfinite(ends).all() or not (ends[:, 0] < ends[:, 1]).all():
        raise InvalidArgument("window", "two intervals", window, "write for example ((-1, 1), (-1, 1))")
    return tuple(ends[0]), tuple(ends[1])


def _paths(
    flow: Flow, problem: Problem, window: Window, starts: Sequence[Sequence[float]] | None, t_end: float
) -> tuple[list[Trajectory], int]:
    """Return paths, and how many of the default ones no solver follows to the end; one that was asked for is not left out."""
    found, lost = [], 0
    for start in _starts(window, starts):
        try:
            found.append(simulate(flow, problem, [float(entry) for entry in start], t_end))
        except NotSmooth:
            if starts is not None:
                raise
            lost += 1
    return found, lost


def _starts(window: Window, starts: Sequence[Sequence[float]] | None) -> Sequence[Sequence[float]]:
    """Return the starts asked for, or eight around the window; at 45 degrees two layers are balanced, which leads to the saddle."""
    if starts is not None:
        return starts
    middle, half = np.mean(window, axis=1), np.ptp(window, axis=1) / 2
    angles = np.pi * (np.arange(8) / 4 + 1 / 16)
    return [tuple(middle + 0.7 * half * (np.cos(a), np.sin(a))) for a in angles]


def _draw(axes: Axes, flow: Flow, problem: Problem, window: Window, paths: Sequence[Trajectory], lost: int) -> Legend:
    """Draw all but the legend, and return its entries."""
    (left, right), (low, high) = window
    entries = {"direction of the flow": _FIELD | {"lw": 0, "marker": r"$\rightarrow$", "ms": 10}}
    arrows = _grid(window, _ARROWS)
    with np.errstate(all="ignore"):
        field = vector_field(flow)(arrows.reshape(2, -1), _slopes(flow, problem, arrows).ravel())
        u, v = np.nan_to_num(field / np.linalg.norm(field, axis=0)).reshape(2, _ARROWS, _ARROWS)
    axes.quiver(*arrows, u, v, pivot="mid", width=0.003, scale=1.3 * _ARROWS, zorder=1, **_FIELD)
    for path in paths:
        t = np.linspace(0.0, path.t[-1], _GRID)
        w = np.concatenate([path.at(t)[:, :, 0], path.w[-1:, :, 0]])
        axes.plot(*w.T, zorder=3, label="path", **_PATH)
        axes.plot(*w[0], zorder=4, label="start", **_START)
        axes.plot(*w[-1], zorder=4, label="end", **_END)
    if paths:
        entries |= {"path": _PATH, "start": _START, "end": _END}
    fine = _grid(window, _GRID)
    slopes = _slopes(flow, problem, fine)
    if slopes.min() < 0 < slopes.max():
        axes.contour(*fine, slopes, levels=[0.0], colors=_REST["color"], linestyles=_REST["linestyle"], linewidths=_REST["lw"])
        entries["$f'(x) = 0$"] = _REST
    for place, saddle in stationary_points(flow):
        entries |= _stationary(axes, flow, problem, window, place, saddle=saddle)
    first, second = flow.weights
    axes.set(xlabel=tex(first), ylabel=tex(second), xlim=(left, right), ylim=(low, high), aspect="equal")
    missing = f"\n{lost} paths are left out: no solver follows them so far" if lost else ""
    axes.set_title(f"{described(flow)}{missing}")
    axes.grid(visible=False)
    return entries


def _stationary(
    axes: Axes, flow: Flow, problem: Problem, window: Window, place: dict[sympy.Symbol, sympy.Expr], *, saddle: bool
) -> Legend:
    """Mark a point or line where every derivative of g is 0; return how the legend names it."""
    first, second = flow.weights
    if len(place) == 1:
        ((symbol, value),) = place.items()
        (axes.axvline if symbol == first else axes.axhline)(float(value), color=COLOURS[2], lw=2, zorder=2)
        return {r"stationary: $\nabla g = 0$": {"color": COLOURS[2], "lw": 2}}
    point = np.array([[float(place[first])], [float(place[second])]])
    if not all(low <= entry <= high for (low, high), entry in zip(window, point[:, 0], strict=True)):
        return {}
    axes.plot(*point[:, 0], **_SADDLE)
    strict = saddle and isinstance(flow.decay, NoDecay) and bool(_slopes(flow, problem, point)[0] != 0)
    return {"strict saddle" if strict else r"stationary: $\nabla g = 0$": _SADDLE}


def _grid(window: Window, count: int) -> Array:
    """Return weights at equal distances, off the border by half of one."""
    inner = [low + (high - low) * (np.arange(count) + 0.5) / count for low, high in window]
    return np.array(np.meshgrid(*inner))


def _slopes(flow: Flow, problem: Problem, w: Array) -> Array:
    """Return f'(g(w)) at weights of shape (2, ..)."""
    x = effective_parameter(flow)(w)
    return np.array([problem.slope(np.array([entry]))[0] for entry in x.ravel()]).reshape(x.shape)
