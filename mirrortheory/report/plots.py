"""One figure of a simulated flow: loss, x, weights, and each balance against its law, with the events marked.

Time is dimensionless, as in all of the theory. The band around a law is the error of the balance; since it is most often too narrow
to be seen, the last panel shows it again, beside the distance from the law, on a log axis.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mirrortheory.check.results import replacing
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Event, Invariant, Trajectory
from mirrortheory.flows.field import effective_parameter
from mirrortheory.flows.problems import Array
from mirrortheory.report.summary import balances

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FEW = 6  # coordinates, or lines of a panel, that a legend can tell apart
_DASHES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (7, 3)), (0, (3, 1, 1, 3)))  # of layers
_APART = 0.035  # of the time: events closer than that share a label
_POINTS = 193  # of a curve, at least
_CROWD = 20  # events beyond which their lines are dimmed
_NAMED = 3  # coordinates in a label
_TENFOLD = 10.0  # a loss that changes by less is shown on a linear axis
_LEAST_LOSS = 1e-20  # of the largest loss, where a log axis ends: what is left of a loss of 0 is rounding
_SMALLEST = 1e-300
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "mirrortheory",
    "axes.grid": True,
    "grid.alpha": 0.3,
    "font.size": 9,
    "legend.fontsize": "small",
    "axes.titlesize": "medium",
}
_SUFFIXES = (".svg", ".png")


def plot_trajectory(trajectory: Trajectory, path: Path) -> None:
    """Write a figure of a trajectory to an SVG or PNG file, never half of one.

    Args:
        trajectory: what :func:`mirrortheory.flows.simulate` returned; times are dimensionless.
        path: the file, whose suffix .svg or .png says which of the two it becomes.

    Raises:
        InvalidArgument: for another suffix, or a file that cannot be written.
    """
    save(lambda: figure(trajectory), path)


def save(draw: Callable[[], Figure], path: Path) -> None:
    """Draw a figure in the style of this package, and write it to an SVG or PNG file, never half of one.

    Raises:
        InvalidArgument: for another suffix, or a file that cannot be written.
    """
    import matplotlib.style

    kind = checked_suffix(path)
    # The default style first: what a user has set for their own plots must not change the file.
    with matplotlib.style.context(["default", _STYLE], after_reset=True):
        drawn = draw()
        metadata = dict.fromkeys(("Creator", "Date", "Format", "Type") if kind == "svg" else ("Software",))
        with replacing(path) as beside:
            drawn.savefig(beside, format=kind, dpi=150, metadata=metadata)


def checked_suffix(path: Path, name: str = "plot") -> str:
    """Return svg or png, as the file is called.

    >>> checked_suffix(Path("flow.SVG"))
    'svg'
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise InvalidArgument(name, "a file .svg or .png", path, "write for example flow.svg")
    return path.suffix.lower()[1:]


def figure(trajectory: Trajectory) -> Figure:
    """Return the figure: panels loss, x, weights, and balance and distance where there are balances and laws."""
    from matplotlib.figure import Figure

    invariants, _ = balances(trajectory)
    lawful = [invariant for invariant in invariants if invariant.predicted is not None]
    names: list[Any] = [["loss", "x"], ["weights", "weights"]]
    if invariants:
        names.append(["balance", "distance"] if lawful else ["balance", "balance"])
    drawn = Figure(figsize=(10.0, 3.4 * len(names)), layout="constrained")
    axes: dict[str, Any] = drawn.subplot_mosaic(names)
    flow = trajectory.flow
    converged = ", at rest in the end" if trajectory.converged else ""
    drawn.suptitle(f"{flow.geometry}, {flow.reparam}, {flow.decay}, {type(trajectory.problem).__name__}{converged}", fontsize=10)
    curves = _curves(trajectory)
    _loss(axes["loss"], curves)
    _x(axes["x"], curves)
    _weights(axes["weights"], curves)
    if invariants:
        _balance(axes["balance"], trajectory, invariants)
    if lawful:
        _distance(axes["distance"], trajectory, lawful)
    end = float(trajectory.t[-1])
    for name, panel in axes.items():
        panel.set(xlim=(0.0, end), xlabel="time (dimensionless)")
        _mark(panel, trajectory.events, labelled=name in ("loss", "x"), end=end)
    return drawn


def _curves(trajectory: Trajectory) -> Trajectory:
    """Return the trajectory at more times, by its dense output, events among them: few steps would show as corners."""
    end = float(trajectory.t[-1])
    inside = [event.time for event in trajectory.events if 0 < event.time < end]
    t = np.unique(np.concatenate([trajectory.t, np.linspace(0.0, end, _POINTS), inside]))
    w = trajectory.at(t)
    x = np.broadcast_to(effective_parameter(trajectory.flow)(np.moveaxis(w, 1, 0)), (len(t), w.shape[2]))
    error = trajectory.error[np.searchsorted(trajectory.t, t)] + trajectory.dense.error
    loss = np.array([trajectory.problem.value(row) for row in x])
    return dataclasses.replace(trajectory, t=t, w=w, x=x, loss=loss, error=error)


def _colour(i: int, count: int) -> Any:
    """Return the colour of one of so many lines: of the cycle for few of them, else along a map."""
    import matplotlib

    return f"C{i}" if count <= _FEW else matplotlib.colormaps["viridis"](i / (count - 1))


def _loss(axes: Axes, trajectory: Trajectory) -> None:
    loss = trajectory.loss
    positive = loss[loss > _SMALLEST]
    log = bool((loss >= 0).all()) and positive.size > 0 and positive.max() > _TENFOLD * positive.min()
    axes.plot(trajectory.t, np.where(loss > _SMALLEST, loss, np.nan) if log else loss, color="black", label="loss")
    axes.set_ylabel("loss f(x)")
    if log:
        axes.set(yscale="log", ylim=(0.5 * max(positive.min(), _LEAST_LOSS * positive.max()), 2.0 * positive.max()))
    else:
        axes.set_ylim(*_around(loss))


def _x(axes: Axes, trajectory: Trajectory) -> None:
    d = trajectory.x.shape[1]
    for j, column in enumerate(trajectory.x.T):
        axes.plot(trajectory.t, column, color=_colour(j, d), lw=1.5 if d <= _FEW else 0.7, label=f"x{j + 1}")
    axes.set(ylabel="effective parameter x" if d <= _FEW else f"effective parameter, {d} coordinates", ylim=_around(trajectory.x))
    if d <= _FEW:
        axes.legend(ncols=2 if d > 3 else 1)


def _weights(axes: Axes, trajectory: Trajectory) -> None:
    """Colours are coordinates, as for x, and dashes layers; the shade is the error."""
    _, depth, d = trajectory.w.shape
    few = d <= _FEW
    for i, symbol in enumerate(trajectory.flow.weights):
        for j in range(d):
            w, colour = trajectory.w[:, i, j], _colour(j, d)
            if few:
                axes.fill_between(trajectory.t, w - trajectory.error, w + trajectory.error, color=colour, alpha=0.2, lw=0)
            axes.plot(trajectory.t, w, color=colour, label=f"{symbol} of x{j + 1}", **_line(i, few))
    axes.set(ylabel="weights" if few else f"weights, {depth} layers of {d} coordinates", ylim=_around(trajectory.w))
    if few:
        _legend(axes, {str(symbol): _line(i, few) for i, symbol in enumerate(trajectory.flow.weights)})


def _balance(axes: Axes, trajectory: Trajectory, invariants: Sequence[Invariant]) -> None:
    """Colours are coordinates and dashes balances; the law is dotted, in black, and its shade is the error."""
    few = trajectory.x.shape[1] <= _FEW
    law: dict[str, Any] = {"linestyle": (0, (1, 3)), "lw": 1.6, "color": "black"}
    for i, invariant in enumerate(invariants):
        d = invariant.values.shape[1]
        for j in range(d):
            colour = _colour(j, d)
            axes.plot(trajectory.t, invariant.values[:, j], color=colour, label=f"{invariant.name} of x{j + 1}", **_line(i, few))
            if few and invariant.predicted is not None:
                predicted, error = invariant.predicted[:, j], invariant.error[:, j]
                axes.fill_between(trajectory.t, predicted - error, predicted + error, color=colour, alpha=0.3, lw=0)
                axes.plot(trajectory.t, predicted, label=f"law of {invariant.name} of x{j + 1}", **law)
    laws = [v.predicted for v in invariants if v.predicted is not None]
    both = np.concatenate([*(v.values for v in invariants), *laws])
    low, high = _around(both)
    axes.set(ylabel="balance and its law" if few and laws else "balance", ylim=(low, high + 0.06 * (high - low)))
    if few:
        _legend(axes, {v.name: _line(i, few) for i, v in enumerate(invariants)} | ({"law": law} if laws else {}))


def _distance(axes: Axes, trajectory: Trajectory, invariants: Sequence[Invariant]) -> None:
    """Colours are coordinates, dots distances and lines errors; of many coordinates, the largest error only."""
    few = trajectory.x.shape[1] <= _FEW
    dots: dict[str, Any] = {"linestyle": "none", "marker": ".", "ms": 4 if few else 1.5}
    widest = np.max([v.error.max(axis=1) for v in invariants], axis=0)
    shown = [widest]
    for invariant in invariants:
        assert invariant.predicted is not None
        d, gaps, error = invariant.values.shape[1], np.abs(invariant.values - invariant.predicted), invariant.error
        shown += [gaps.ravel(), error.ravel()]
        for j in range(d):
            axes.plot(trajectory.t, _log(gaps[:, j]), color=_colour(j, d), label=f"{invariant.name} of x{j + 1}", **dots)
            if few:
                axes.plot(
                    trajectory.t, _log(error[:, j]), color=_colour(j, d), lw=1, label=f"error of {invariant.name} of x{j + 1}"
                )
    if not few:
        axes.plot(trajectory.t, _log(widest), color="black", lw=1, label="largest error")
    values = np.concatenate(shown)
    values = values[np.isfinite(values) & (values > _SMALLEST)]
    axes.set(ylabel="distance from the law", yscale="log")
    if values.size:
        axes.set_ylim(0.3 * values.min(), 3.0 * values.max())
    _legend(axes, {"|balance - law|": {**dots, "ms": 4}, "error" if few else "largest error": {"lw": 1}})


def _line(i: int, few: bool) -> dict[str, Any]:
    return {"linestyle": _DASHES[i % len(_DASHES)], "lw": 1.3 if few else 0.6}


def _legend(axes: Axes, entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Explain dashes, not colours: those are explained beside x."""
    from matplotlib.lines import Line2D

    axes.legend(handles=[Line2D([], [], label=label, **{"color": "black", **style}) for label, style in entries.items()])


def _mark(axes: Axes, events: Sequence[Event], *, labelled: bool, end: float) -> None:
    """Draw a line at each event; events that are close share a label, which stands above the panel."""
    times = sorted({event.time for event in events})
    dim: dict[str, Any] = {"colors": "0.6", "lw": 0.8, "alpha": 1.0 if len(times) <= _CROWD else 0.4}
    axes.vlines(times, 0, 1, transform=axes.get_xaxis_transform(), label="events", zorder=0, **dim)
    if labelled:
        for group in _groups(events, _APART * end):
            where: dict[str, Any] = {
                "rotation": 60,
                "rotation_mode": "anchor",
                "fontsize": "x-small",
                "transform": axes.get_xaxis_transform(),
            }
            axes.text(group[0].time, 1.02, _name(group), **where)


def _groups(events: Sequence[Event], apart: float) -> list[list[Event]]:
    """Return events in the order of time, those together that lie within ``apart`` of the first of them."""
    found: list[list[Event]] = []
    for event in sorted(events, key=lambda e: e.time):
        if found and event.time - found[-1][0].time < apart:
            found[-1].append(event)
        else:
            found.append([event])
    return found


def _name(group: Sequence[Event]) -> str:
    names = [f"x{j + 1}" for event in group for j in event.coordinates]
    if len({event.kind for event in group}) > 1:
        return f"{len(group)} events"
    return f"{group[0].kind} " + (", ".join(names) if len(names) <= _NAMED else f"of {len(names)}")


def _log(values: Array) -> Array:
    """Return values with gaps where a log axis has no place for them."""
    return np.where(values > _SMALLEST, values, np.nan)


def _around(values: Array) -> tuple[float, float]:
    """Return limits for an axis; a constant gets room, lest its rounding errors fill the panel."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    margin = max(0.06 * (high - low), 0.02 * max(abs(low), abs(high))) or 1.0
    return low - margin, high + margin
