"""Panels of many flows side by side, and of the steps of an optimizer: loss and x over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mirrortheory.drawing import DASHES, explained, letter, marks, must_be_axes, new_figure, shade, styled
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems import Array
from mirrortheory.flows.result.panels import TIME, Curves, draw_loss, draw_weights, draw_x

if TYPE_CHECKING:
    from mirrortheory.drawing import Axes
    from mirrortheory.flows.discrete.descent import Descent
    from mirrortheory.flows.result.batch_trajectory import BatchTrajectory

_FEW = 6  # trajectories that a legend can tell apart
_LABELS = {"loss": "loss $f(x)$", "x": "effective parameter $x = g(w)$"}


def plotted_batch(batch: BatchTrajectory, ax: Axes | None, of: str | None) -> Any:
    """Draw many flows; see :meth:`BatchTrajectory.plot`."""
    chosen = _chosen(tuple(_LABELS), ax, of)
    if ax is not None:
        must_be_axes(ax)
        return _many(ax, batch, chosen[0])
    with styled():
        drawn = new_figure(5.0 * len(chosen), 3.6)
        for axes, name in zip(drawn.subplots(1, len(chosen), squeeze=False)[0], chosen, strict=True):
            _many(axes, batch, name)
        return drawn


def plotted_steps(descent: Descent, ax: Axes | None, of: str | None) -> Any:
    """Draw the steps of an optimizer; see :meth:`Descent.plot`."""
    drawers = {"loss": draw_loss, "x": draw_x, "weights": draw_weights}
    chosen = _chosen(tuple(drawers), ax, of)
    exact = np.zeros(len(descent.t))
    shown = Curves(descent.t, descent.w, descent.x, descent.loss, exact, descent.reparam.weights)

    def draw(axes: Axes, name: str) -> Axes:
        drawers[name](axes, shown)
        axes.set(xlim=(0.0, descent.t[-1]), xlabel=rf"time $t = k \eta$ (dimensionless), {descent.steps[-1]} steps")
        return axes

    if ax is not None:
        must_be_axes(ax)
        return draw(ax, chosen[0])
    with styled():
        drawn = new_figure(4.4 * len(chosen), 3.6)
        for axes, name in zip(drawn.subplots(1, len(chosen), squeeze=False)[0], chosen, strict=True):
            draw(axes, name)
        return drawn


def _chosen(known: tuple[str, ...], ax: Axes | None, of: str | None) -> tuple[str, ...]:
    if of is None:
        return known if ax is None else ("x",)
    if of not in known:
        raise InvalidArgument("of", f"one of {', '.join(known)}", of, "write one of them")
    return (of,)


def _many(axes: Axes, batch: BatchTrajectory, name: str) -> Axes:
    """Draw one quantity of each flow, dashes are coordinates of x; a cross is where one of them ended."""
    count, values = len(batch.w), batch.loss[:, :, None] if name == "loss" else batch.x
    log = name == "loss" and _is_wide(values)
    names, ended = _names(batch), batch.ended < batch.t[-1]
    told = count <= _FEW and 1 < values.shape[2] <= len(DASHES)
    dashes: list[dict[str, Any]] = [{"linestyle": DASHES[j]} if told else {} for j in range(values.shape[2])]
    for k, flow in enumerate(values):
        style = marks(k, len(batch.t)) if count <= _FEW else {"color": shade(k, count), "lw": 0.7}
        for j, column in enumerate(flow.T):
            label = names[k] if name == "loss" or values.shape[2] == 1 else f"{letter('x', j)}, {names[k]}"
            (drawn,) = axes.plot(batch.t, column, label=label, **style, **dashes[j])
            if ended[k] and np.isfinite(column).any():
                last = np.flatnonzero(np.isfinite(column))[-1]
                axes.plot(batch.t[last], column[last], "x", color=drawn.get_color(), ms=9, label="_ended")
    axes.set(xlabel=TIME, ylabel=_LABELS[name], xlim=(0.0, batch.t[-1]))
    if log:
        axes.set_yscale("log")
    entries: dict[str, Any] = {names[k]: marks(k, 1) | {"markevery": 1} for k in range(count)} if count <= _FEW else {}
    entries |= {letter("x", j): style for j, style in enumerate(dashes) if style}
    entries |= {"ended early": {"linestyle": "none", "marker": "x"}} if ended.any() else {}
    if entries:
        explained(axes, entries)
    else:
        axes.set_title(f"{count} flows")
    return axes


def _is_wide(values: Array) -> bool:
    finite = values[np.isfinite(values)]
    return bool(finite.size and finite.min() > 0 and finite.max() > 10 * finite.min())


def _names(batch: BatchTrajectory) -> list[str]:
    """Return what tells the flows apart: q and alpha where they differ, else a number."""
    told = [(r"q", batch.q), (r"\alpha", batch.alpha)]
    told = [(name, values) for name, values in told if len(set(values)) > 1]
    names = [", ".join(f"${name} = {values[k]:.3g}$" for name, values in told) for k in range(len(batch.w))]
    return names if told and len(set(names)) == len(names) else [f"flow {k + 1}" for k in range(len(names))]
