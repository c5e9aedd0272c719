"""Panels of a simulated flow: loss, x, weights, and each balance against its law, with the events marked and named.

Time is dimensionless, as in all of the theory. Colours and markers are coordinates, dashes are layers. The band around a law is the
error of the balance; since it is most often too narrow to be seen, the panel of distances shows it again on a log axis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from mirrortheory.drawing import (
    DASHES,
    explained,
    letter,
    listed_names,
    marks,
    must_be_axes,
    new_figure,
    own_colour,
    shade,
    styled,
    tex,
)
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.flows.field import effective_parameter
from mirrortheory.flows.problems import Array
from mirrortheory.flows.result.invariants import Invariant
from mirrortheory.flows.result.solution import Event

if TYPE_CHECKING:
    from mirrortheory.drawing import Axes, Figure
    from mirrortheory.flows.result.trajectory import Trajectory
    from mirrortheory.theory import Flow

TIME = "time t (dimensionless)"
WORDS = {"cross": "turn", "leave": "end of slide"}  # of events; the other kinds are words themselves, as "slide" and "zero"
_FEW = 6  # coordinates, or lines of a panel, that a legend can tell apart
_APART = 0.035  # of the time: events closer than that share a label
_POINTS = 193  # of a curve, at least
_CROWD = 20  # events beyond which their lines are dimmed
_NAMED = 3  # coordinates in a label
_KINDS = 2  # of events in a label
_TENFOLD = 10.0  # a loss that changes by less is shown on a linear axis
_LEAST_LOSS = 1e-20  # of the largest loss, where a log axis ends: what is left of a loss of 0 is rounding
_SMALLEST = 1e-300
_LAW: dict[str, Any] = {"linestyle": (0, (1, 3)), "lw": 1.6, "color": "black"}


@dataclass(frozen=True)
class Curves:
    """What is drawn over time, of a flow or of steps.

    Attributes:
        t: times, shape (n,), dimensionless.
        w, x, loss: as in a trajectory, at these times.
        error: of the weights, shape (n,).
        weights: the symbols of the weights.
    """

    t: Array
    w: Array
    x: Array
    loss: Array
    error: Array
    weights: tuple[sympy.Symbol, ...]


def plotted(trajectory: Trajectory, ax: Axes | None, of: str | None) -> Any:
    """Draw one panel into axes and return them, or return a figure of one panel or of all; see :meth:`Trajectory.plot`."""
    known = _drawers(trajectory)
    of = "x" if of is None and ax is not None else of
    if of is not None and of not in known:
        raise InvalidArgument("of", f"one of {', '.join(known)}", of, "write one of them")
    if ax is not None:
        must_be_axes(ax)
        assert of is not None
        return _panel(ax, trajectory, known[of], curves(trajectory))
    with styled():
        if of is None:
            return figure(trajectory)
        drawn = new_figure(6.0, 3.6)
        _panel(drawn.subplots(), trajectory, known[of], curves(trajectory))
        return drawn


def described(flow: Flow) -> str:
    r"""Return a flow in the notation of the theory, for a title.

    >>> from mirrortheory import Decoupled, Flow, Lq, Product
    >>> described(Flow(Lq("3/2"), Product(2), Decoupled("1/2")))
    '$x = w_1 w_2$,  $q = 3/2$,  decoupled decay, $\\alpha = 1/2$'
    """
    map_, rate = tex(flow.effective).strip("$"), flow.decay.rate
    rate = rate if rate.is_Rational else tex(rate).strip("$")
    decay = f"{type(flow.decay).__name__.lower()} decay, $\\alpha = {rate}$" if flow.decay.rate != 0 else "no decay"
    return f"$x = {map_}$,  $q = {flow.geometry.exponent}$,  {decay}"


def figure(trajectory: Trajectory) -> Figure:
    """Return the figure: panels loss, x, weights, and balance and distance where there are balances and laws."""
    known = _drawers(trajectory)
    names: list[Any] = [["loss", "x"], ["weights", "weights"]]
    if "balance" in known:
        names.append(["balance", "distance"] if "distance" in known else ["balance", "balance"])
    drawn = new_figure(10.0, 3.4 * len(names))
    axes: dict[str, Any] = drawn.subplot_mosaic(names)
    converged = ",  at rest in the end" if trajectory.converged else ""
    loss = type(trajectory.problem).__name__.lower()
    drawn.suptitle(f"{described(trajectory.flow)},  {loss} loss{converged}", fontsize=10)
    shared = curves(trajectory)
    for name, panel in axes.items():
        _panel(panel, trajectory, known[name], shared, labelled=name in ("loss", "x"))
    return drawn


def _drawers(trajectory: Trajectory) -> dict[str, Callable[[Axes, Curves], None]]:
    """Return how each panel is drawn, by its name; those that would be empty are left out."""
    try:
        invariants = trajectory.invariants()
    except NoClosedForm:
        invariants = ()
    lawful = [invariant for invariant in invariants if invariant.predicted is not None]
    known: dict[str, Callable[[Axes, Curves], None]] = {"loss": draw_loss, "x": draw_x, "weights": draw_weights}
    if invariants:
        known["balance"] = lambda axes, _: _balance(axes, trajectory.t, invariants)
    if lawful:
        known["distance"] = lambda axes, _: _distance(axes, trajectory.t, lawful)
    return known


def _panel(
    axes: Axes, trajectory: Trajectory, draw: Callable[[Axes, Curves], None], shared: Curves, *, labelled: bool = True
) -> Axes:
    end = float(trajectory.t[-1])
    draw(axes, shared)
    axes.set(xlim=(0.0, end), xlabel=TIME)
    _mark(axes, trajectory.events, labelled=labelled, end=end)
    return axes


def curves(trajectory: Trajectory) -> Curves:
    """Return the trajectory at more times, by its dense output, events among them: few steps would show as corners."""
    end = float(trajectory.t[-1])
    inside = [event.time for event in trajectory.events if 0 < event.time < end]
    t = np.unique(np.concatenate([trajectory.t, np.linspace(0.0, end, _POINTS), inside]))
    w = trajectory.at(t)
    x = np.broadcast_to(effective_parameter(trajectory.flow)(np.moveaxis(w, 1, 0)), (len(t), w.shape[2]))
    error = trajectory.error[np.searchsorted(trajectory.t, t)] + trajectory.dense.error
    loss = np.array([trajectory.problem.value(row) for row in x])
    return Curves(t, w, x, loss, error, trajectory.flow.weights)


def draw_loss(axes: Axes, shown: Curves) -> None:
    """Draw the loss, on a log axis where it changes much."""
    loss = shown.loss
    positive = loss[loss > _SMALLEST]
    log = bool((loss >= 0).all()) and positive.size > 0 and positive.max() > _TENFOLD * positive.min()
    axes.plot(shown.t, np.maximum(loss, _SMALLEST) if log else loss, color="black", label="loss")
    axes.set_ylabel("loss $f(x)$")
    if log:  # a loss of 0 leaves the panel below, which ends soon after the last loss that is no rounding
        least = positive[positive >= _LEAST_LOSS * positive.max()].min()
        axes.set(yscale="log", ylim=((0.5 if loss.min() >= least else 0.05) * least, 2.0 * positive.max()))
    else:
        axes.set_ylim(*_around(loss))


def draw_x(axes: Axes, shown: Curves) -> None:
    """Draw each coordinate of x, with a legend where there are few."""
    n, d = shown.x.shape
    for j, column in enumerate(shown.x.T):
        axes.plot(shown.t, column, label=letter("x", j), lw=1.5 if d <= _FEW else 0.7, **_of_coordinate(j, d, n))
    label = "effective parameter $x = g(w)$" if d <= _FEW else f"effective parameter $x$, {d} coordinates"
    axes.set(ylabel=label, ylim=_around(shown.x))
    if d <= _FEW:
        axes.legend(ncols=2 if d > 3 else 1)


def draw_weights(axes: Axes, shown: Curves) -> None:
    """Draw each weight; the shade is the error."""
    n, depth, d = shown.w.shape
    few = d <= _FEW
    for i, symbol in enumerate(shown.weights):
        for j in range(d):
            w = shown.w[:, i, j]
            if few:
                axes.fill_between(shown.t, w - shown.error, w + shown.error, color=own_colour(j), alpha=0.2, lw=0)
            axes.plot(shown.t, w, label=f"{tex(symbol)} of {letter('x', j)}", **_of_coordinate(j, d, n), **_dashes(i, few))
    axes.set(ylabel="weights" if few else f"weights, {depth} layers of {d} coordinates", ylim=_around(shown.w))
    if few:
        explained(axes, {tex(symbol): _dashes(i, few) for i, symbol in enumerate(shown.weights)})


def _balance(axes: Axes, t: Array, invariants: Sequence[Invariant]) -> None:
    """Dashes are balances; the law is dotted, in black, and its shade is the error."""
    few = invariants[0].values.shape[1] <= _FEW
    for i, invariant in enumerate(invariants):
        n, d = invariant.values.shape
        for j in range(d):
            name, style = f"{tex(invariant.expression)} of {letter('x', j)}", _of_coordinate(j, d, n)
            axes.plot(t, invariant.values[:, j], label=name, **style, **_dashes(i, few))
            if few and invariant.predicted is not None:
                predicted, error = invariant.predicted[:, j], invariant.error[:, j]
                axes.fill_between(t, predicted - error, predicted + error, color=own_colour(j), alpha=0.3, lw=0)
                axes.plot(t, predicted, label=f"law of {name}", **_LAW)
    laws = [v.predicted for v in invariants if v.predicted is not None]
    both = np.concatenate([*(v.values for v in invariants), *laws])
    low, high = _around(both)
    axes.set(ylabel="balance and its law" if few and laws else "balance", ylim=(low, high + 0.06 * (high - low)))
    if few:
        explained(axes, {tex(v.expression): _dashes(i, few) for i, v in enumerate(invariants)} | ({"law": _LAW} if laws else {}))


def _distance(axes: Axes, t: Array, invariants: Sequence[Invariant]) -> None:
    """Dots are distances and lines errors; of many coordinates, the largest error only."""
    few = invariants[0].values.shape[1] <= _FEW
    dots: dict[str, Any] = {"linestyle": "none", "marker": ".", "ms": 4 if few else 1.5}
    widest = np.max([v.error.max(axis=1) for v in invariants], axis=0)
    shown = [widest]
    for invariant in invariants:
        assert invariant.predicted is not None
        d, gaps, error = invariant.values.shape[1], np.abs(invariant.values - invariant.predicted), invariant.error
        shown += [gaps.ravel(), error.ravel()]
        for j in range(d):
            name, colour = f"{tex(invariant.expression)} of {letter('x', j)}", own_colour(j) if few else shade(j, d)
            axes.plot(t, _log(gaps[:, j]), color=colour, label=name, **dots)
            if few:
                axes.plot(t, _log(error[:, j]), color=colour, lw=1, label=f"error of {name}")
    if not few:
        axes.plot(t, _log(widest), color="black", lw=1, label="largest error")
    values = np.concatenate(shown)
    values = values[np.isfinite(values) & (values > _SMALLEST)]
    axes.set(ylabel="distance from the law", yscale="log")
    if values.size:
        axes.set_ylim(0.3 * values.min(), 3.0 * values.max())
    explained(axes, {"|balance - law|": {**dots, "ms": 4}, "error" if few else "largest error": {"lw": 1}})


def _of_coordinate(j: int, d: int, size: int) -> dict[str, Any]:
    return marks(j, size) if d <= _FEW else {"color": shade(j, d)}


def _dashes(i: int, few: bool) -> dict[str, Any]:
    return {"linestyle": DASHES[i % len(DASHES)], "lw": 1.3 if few else 0.6}


def _mark(axes: Axes, events: Sequence[Event], *, labelled: bool, end: float) -> None:
    """Draw a line at each event; events that are close share a label, which stands above the panel."""
    times = sorted({event.time for event in events})
    if not times:
        return
    dim: dict[str, Any] = {"colors": "0.6", "lw": 0.8, "alpha": 1.0 if len(times) <= _CROWD else 0.4}
    axes.vlines(times, 0, 1, transform=axes.get_xaxis_transform(), label="events", zorder=0, **dim)
    if labelled:
        where: dict[str, Any] = {"rotation": 60, "rotation_mode": "anchor", "fontsize": "x-small"}
        for group in _groups(events, _APART * end):
            axes.text(group[0].time, 1.02, _name(group), transform=axes.get_xaxis_transform(), **where)


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
    """Return what happened and to which coordinates: in words, and in number where there is too much of it."""
    kinds = list(dict.fromkeys(WORDS.get(event.kind, event.kind) for event in group))
    names = listed_names((j for event in group for j in event.coordinates), _NAMED)
    return f"{', '.join(kinds) if len(kinds) <= _KINDS else f'{len(group)} events'}: {names}"


def _log(values: Array) -> Array:
    """Return values with gaps where a log axis has no place for them."""
    return np.where(values > _SMALLEST, values, np.nan)


def _around(values: Array) -> tuple[float, float]:
    """Return limits for an axis; a constant gets room, lest its rounding errors fill the panel."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    margin = max(0.06 * (high - low), 0.02 * max(abs(low), abs(high))) or 1.0
    return low - margin, high + margin
