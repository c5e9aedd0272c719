"""A simulated flow as data: weights, effective parameter, dual variable, loss, invariants and events, with their errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument, NoClosedForm, NotSmooth
from mirrortheory.flows.field import effective_parameter
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.result import storage
from mirrortheory.flows.result.dense_output import Pieces, pieces
from mirrortheory.flows.result.followed import Followed
from mirrortheory.flows.result.solution import Event, Solution
from mirrortheory.flows.result.table import columns_of, data_frame
from mirrortheory.flows.schedules import rates
from mirrortheory.theory import Flow

if TYPE_CHECKING:
    from mirrortheory.drawing import Axes

_DENSE = 64 * np.finfo(float).eps
_MOST_BREAKS = 256  # events at which dense output is broken


@final
@dataclass(frozen=True, eq=False, repr=False)
class Trajectory(Followed):
    """A simulated flow; ``quantity``, ``invariants``, ``save`` and ``load`` are those of :class:`Followed`.

    Attributes:
        flow, problem: what was simulated.
        t: increasing times, shape (n,), the first 0, dimensionless.
        w: weights, shape (n, depth, d).
        x: effective parameter, shape (n, d).
        y: dual variable R'(x), by the imbalance of each coordinate, shape (n, d); or None, for the reason in ``notes``. It is
            derived when it, or ``notes``, is first read.
        loss: f(x), shape (n,).
        error: a bound or an estimate of the largest error over all entries of w so far, shape (n,).
        how: how the error was made, in words; starts with "proved" or "estimated".
        method: the solver and why it was taken, in words.
        dense: the weights between the times, as piecewise polynomials; ``dense.error`` is what they miss.
        events: in the order of their times.
        converged: whether the flow came to rest, so that the last weights hold for all later times.
        digits: the weights at the exact end as decimals, shape (depth, d), or None: certified if ``how`` starts with "proved".
        unique: whether no other solution starts here; None where that is not known.
        notes: what else there is to know, in words.
        remarks: those of the notes that were made along the way.
        w_coarse: weights of a second run, from which the errors of quantities are made, or None.
        independent: whether the solver knew nothing of the first integrals.
        refused: the solvers that were asked before, each with its reason, when the choice was left to "auto".
        kept: a tuple of the y that a file holds; None where it is to be derived.
    """

    flow: Flow
    problem: Problem
    t: Array
    w: Array
    x: Array
    loss: Array
    error: Array
    how: str
    method: str
    dense: Pieces
    events: tuple[Event, ...]
    converged: bool
    digits: tuple[tuple[str, ...], ...] | None
    unique: bool | None
    remarks: tuple[str, ...]
    w_coarse: Array | None
    independent: bool
    refused: tuple[tuple[str, str], ...] = ()
    kept: tuple[Array | None] | None = None

    _arrays = "t", "w", "x", "loss", "error"
    _words = "how", "method", "converged", "unique", "independent"

    @property
    def y(self) -> Array | None:
        """The dual variable R'(x), shape (n, d), or None; see above."""
        return self._dual[0]

    @property
    def notes(self) -> tuple[str, ...]:
        """What else there is to know, in words."""
        return self.remarks + self._dual[1]

    @cached_property
    def _dual(self) -> tuple[Array | None, tuple[str, ...]]:
        """y, and a note where there is none."""
        from mirrortheory.flows.result.dual_variable import dual_variable  # which most trajectories are never asked for

        if self.kept is not None:
            return self.kept[0], ()
        try:
            return dual_variable(self.flow, self.w), ()
        except NoClosedForm as failed:
            return None, (f"no y: {failed}",)

    def at(self, t: ArrayLike) -> Array:
        """Return the weights at times in [t[0], t[-1]]: shape (depth, d) for one, (n, depth, d) for many.

        Raises:
            InvalidArgument: for other times.
        """
        times = np.asarray(t, dtype=float)
        if times.ndim > 1 or not ((times >= self.t[0]) & (times <= self.t[-1])).all():
            raise InvalidArgument("t", f"times in [0, {self.t[-1]:g}], one or of shape (n,)", t, "simulate to a later time")
        return self.dense(float(times)) if times.ndim == 0 else self.dense.at(times)

    def plot(self, ax: Axes | None = None, *, of: str | None = None) -> Any:
        """Draw the flow: a figure of all that there is to see, or one panel of it.

        Args:
            ax: Matplotlib axes to draw one panel into, in the style that they have; without, a new figure, unknown to pyplot.
            of: the panel: loss, x, weights, balance (with its law) or distance (from the law). Without, x in ``ax``, or all.

        Returns:
            The figure, or ``ax``. ``figure.savefig`` writes it.

        Raises:
            InvalidArgument: for another panel, or one that would be empty, as distance is where no law is known.

        >>> from mirrortheory import Flow, Lq, Product, Quadratic, simulate
        >>> path = simulate(Flow(Lq(1), Product(2)), Quadratic([[1.0]], [1.0]), [0.5, 0.25], 1.0)
        >>> [panel.get_ylabel() for panel in path.plot().axes][:2]
        ['loss $f(x)$', 'effective parameter $x = g(w)$']
        """
        from mirrortheory.flows.result.panels import plotted  # so that flows do without Matplotlib

        return plotted(self, ax, of)

    def to_frame(self) -> Any:
        """Return :meth:`columns` as a pandas DataFrame, a row for each time; the index is the time t.

        Raises:
            InvalidArgument: where pandas is not installed.
        """
        return data_frame(self.columns(), {"t": self.t})

    def columns(self) -> dict[str, Array]:
        """Return loss, x, y where it is known, weights and their error by name, each of shape (n,).

        The weight wi of coordinate j is called ``wi_j``, where there is one coordinate ``wi``.

        >>> from mirrortheory import Flow, Lq, Product, Quadratic, simulate
        >>> path = simulate(Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0]), [0.5, 0.25], 1.0)
        >>> list(path.columns())
        ['loss', 'x1', 'y1', 'w1', 'w2', 'error']
        """
        found = columns_of(self.flow.weights, self.w, self.loss, {"x": self.x, "y": self.y})
        return found | {"error": self.error}

    @property
    def _letters(self) -> dict[sympy.Symbol, Array]:
        return {}

    @property
    def _second_run(self) -> Array | None:
        return self.w_coarse

    def _own_document(self, arrays: dict[str, Array]) -> storage.Document:
        arrays |= {"breaks": self.dense.breaks, "values": self.dense.values}
        arrays |= {name: array for name, array in (("y", self.y), ("w_coarse", self.w_coarse)) if array is not None}
        return {
            "dense_error": self.dense.error.hex(),
            "events": [_written(event) for event in self.events],
            "digits": self.digits,
            "notes": self.notes,
        }

    @classmethod
    def _own_fields(cls, document: storage.Document, arrays: Mapping[str, Array]) -> dict[str, Any]:
        digits = document["digits"]
        return {
            "problem": storage.single_problem_of(document["problem"], arrays),
            "kept": (arrays.get("y"),),
            "w_coarse": arrays.get("w_coarse"),
            "dense": Pieces(arrays["breaks"], arrays["values"], float.fromhex(document["dense_error"])),
            "events": tuple(_read(*event) for event in document["events"]),
            "digits": None if digits is None else tuple(map(tuple, digits)),
            "remarks": tuple(document["notes"]),
        }


def _written(event: Event) -> list[Any]:
    entry = [float(event.time).hex(), [int(j) for j in event.coordinates], event.kind]
    return entry if event.error is None else [*entry, float(event.error).hex()]


def _read(time: str, coordinates: list[int], kind: str, error: str | None = None) -> Event:
    return Event(float.fromhex(time), tuple(coordinates), kind, None if error is None else float.fromhex(error))


def trajectory(
    flow: Flow, problem: Problem, solution: Solution, *, independent: bool, refused: tuple[tuple[str, str], ...] = ()
) -> Trajectory:
    """Return the trajectory that a solution makes.

    Args:
        flow, problem: what was solved.
        solution: what the solver returned.
        independent: whether the solver knew nothing of the first integrals.
        refused: solvers that were asked before, and why they refused.

    Raises:
        NotSmooth: where the loss is NaN or overflows along it.
    """
    w, notes = solution.w, list(solution.notes)
    x = np.asarray(np.broadcast_to(effective_parameter(flow)(np.moveaxis(w, 1, 0)), (len(w), w.shape[2])), dtype=float)
    with np.errstate(all="ignore"):
        loss = np.array([problem.value(row) for row in x])
    if not np.isfinite(loss).all():
        raise NotSmooth(f"the loss is NaN or overflows at t = {solution.t[~np.isfinite(loss)][0]:.6g}; end before it")
    breaks = solution.t
    if len(solution.events) <= _MOST_BREAKS:
        inside = [e.time for e in solution.events if solution.t[0] < e.time < solution.t[-1]]
        breaks = np.unique(np.concatenate([breaks, inside]))
    if flow.decay.varies:  # a narrow peak of the decay may lie between all times that are compared
        parts = [end for end, _ in rates(flow.decay, float(solution.t[-1]))]
        breaks = np.unique(np.concatenate([breaks, parts]))
    # Within a part of the error at the end of each piece, as early ones may be far smaller than the last.
    error = solution.error[np.minimum(np.searchsorted(solution.t, breaks[1:]), len(solution.t) - 1)]
    tolerance = np.maximum(error / 16, _DENSE * float(np.abs(w).max()))
    dense = pieces(solution.dense, breaks, tolerance)
    if dense.error > tolerance[-1]:
        notes.append(f"between the times the weights are interpolated, which misses up to {dense.error:.1e}")
    return Trajectory(
        flow=flow,
        problem=problem,
        t=solution.t,
        w=w,
        x=x,
        loss=loss,
        error=solution.error,
        how=solution.how,
        method=solution.method,
        dense=dense,
        events=tuple(sorted(solution.events, key=lambda event: event.time)),
        converged=solution.converged,
        digits=solution.digits,
        unique=solution.unique,
        remarks=tuple(notes),
        w_coarse=solution.w_coarse,
        independent=independent,
        refused=refused,
    )
