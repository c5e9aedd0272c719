"""A simulated flow as data: weights, effective parameter, dual variable, loss, invariants and events, with their errors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument, NoClosedForm, NotSmooth
from mirrortheory.exact import as_expression
from mirrortheory.flows.field import effective_parameter
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.result import storage
from mirrortheory.flows.result.dense_output import Pieces, pieces
from mirrortheory.flows.result.dual_variable import dual_variable
from mirrortheory.flows.result.invariants import Invariant, first_integrals
from mirrortheory.flows.result.solution import Event, Solution
from mirrortheory.theory import Flow

_ROUNDING = 1024 * np.finfo(float).eps
_DENSE = 64 * np.finfo(float).eps
_SAFETY = 2.0
_MOST_BREAKS = 256  # events at which dense output is broken


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A simulated flow.

    Attributes:
        flow, problem: what was simulated.
        t: increasing times, shape (n,), the first 0, dimensionless.
        w: weights, shape (n, depth, d).
        x: effective parameter, shape (n, d).
        y: dual variable R'(x), by the imbalance of each coordinate, shape (n, d); or None, for the reason in ``notes``.
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
        w_coarse: weights of a second run, from which the errors of quantities are made, or None.
        independent: whether the solver knew nothing of the first integrals.
        refused: the solvers that were asked before, each with its reason, when the choice was left to "auto".
    """

    flow: Flow
    problem: Problem
    t: Array
    w: Array
    x: Array
    y: Array | None
    loss: Array
    error: Array
    how: str
    method: str
    dense: Pieces
    events: tuple[Event, ...]
    converged: bool
    digits: tuple[tuple[str, ...], ...] | None
    unique: bool | None
    notes: tuple[str, ...]
    w_coarse: Array | None
    independent: bool
    refused: tuple[tuple[str, str], ...] = ()

    def at(self, t: ArrayLike) -> Array:
        """Return the weights at times in [t[0], t[-1]]: shape (depth, d) for one, (n, depth, d) for many.

        Raises:
            InvalidArgument: for other times.
        """
        times = np.asarray(t, dtype=float)
        if times.ndim > 1 or not ((times >= self.t[0]) & (times <= self.t[-1])).all():
            raise InvalidArgument("t", f"times in [0, {self.t[-1]:g}], one or of shape (n,)", t, "simulate to a later time")
        return self.dense(float(times)) if times.ndim == 0 else np.array([self.dense(float(s)) for s in times])

    def quantity(self, expr: sympy.Expr) -> tuple[Array, Array]:
        """Return an expression in the weights along the flow, and its error estimate, both of shape (n, d).

        The estimate is the largest difference so far between the expression on two runs. Where the solver gives one run with an
        error of its weights alone, it is twice the sum of the changes by that error in each weight: a bound to first order.
        """
        expr = as_expression(expr, "expr")
        strangers = expr.free_symbols - set(self.flow.weights)
        if strangers:
            known = f"an expression in {', '.join(map(str, self.flow.weights))}"
            raise InvalidArgument("expr", known, min(map(str, strangers)), "put numbers for other symbols")
        function = sympy.lambdify(self.flow.weights, expr, "numpy")

        def along(w: Array) -> Array:
            with np.errstate(all="ignore"):  # a neighbour may lie where the expression is undefined
                return np.broadcast_to(function(*np.moveaxis(w, 1, 0)), self.x.shape).astype(float)

        fine = along(self.w)
        if self.w_coarse is not None:
            spread = np.abs(fine - along(self.w_coarse))
        else:
            spread = np.zeros_like(fine)
            for layer in range(self.w.shape[1]):
                shift = np.zeros(self.w.shape)
                shift[:, layer] = self.error[:, None]
                spread += _SAFETY * np.maximum(np.abs(along(self.w + shift) - fine), np.abs(along(self.w - shift) - fine))
        spread = np.where(np.isnan(spread), np.inf, spread)
        scale = np.maximum.accumulate(np.abs(fine), axis=0)
        weights = np.maximum.accumulate(np.abs(self.w).max(axis=1), axis=0)
        smallest = np.finfo(float).tiny  # at rest at 0 the estimate is positive, so that one can divide by it
        return fine, np.maximum.accumulate(spread, axis=0) + _ROUNDING * np.maximum(scale, weights) + smallest

    def invariants(self) -> tuple[Invariant, ...]:
        """Return the first integrals of the flow without decay along it, with the law predicted under the decay.

        Raises:
            NoClosedForm: when no first integral is found, naming the step that failed.
        """
        found = []
        for law in first_integrals(self.flow):
            values, error = self.quantity(law.invariant)
            predicted = None if law.rate is None else np.exp(float(law.rate) * self.t)[:, None] * values[0]
            holds = None if predicted is None else bool((np.abs(values - predicted) <= error).all())
            found.append(Invariant(str(law.invariant), values, error, predicted, holds, self.independent))
        return tuple(found)

    def save(self, path: str | Path) -> None:
        """Write the trajectory to a file that ends in .npz or .json, without loss.

        Raises:
            InvalidArgument: for another ending, and for Callables, which are code.
        """
        arrays = {"t": self.t, "w": self.w, "x": self.x, "loss": self.loss, "error": self.error}
        arrays |= {"breaks": self.dense.breaks, "values": self.dense.values}
        arrays |= {name: array for name, array in (("y", self.y), ("w_coarse", self.w_coarse)) if array is not None}
        document = {
            "flow": storage.flow_document(self.flow),
            "problem": storage.problem_document(self.problem, arrays),
            "how": self.how,
            "method": self.method,
            "dense_error": self.dense.error.hex(),
            "events": [_written(event) for event in self.events],
            "converged": self.converged,
            "digits": self.digits,
            "unique": self.unique,
            "notes": self.notes,
            "independent": self.independent,
            "refused": self.refused,
        }
        storage.write(Path(path), document, arrays)

    @classmethod
    def load(cls, path: str | Path) -> Trajectory:
        """Read a trajectory that :meth:`save` wrote; nothing in the file is executed.

        Raises:
            InvalidArgument: when the file is no saved trajectory, or damaged.
        """
        document, arrays = storage.read(Path(path))
        with storage.reading(Path(path)):
            digits = document["digits"]
            named: dict[str, Any] = {name: arrays[name] for name in ("t", "w", "x", "loss", "error")}
            named |= {name: document[name] for name in ("how", "method", "converged", "unique", "independent")}
            return cls(
                flow=storage.flow_of(document["flow"]),
                problem=storage.single_problem_of(document["problem"], arrays),
                y=arrays.get("y"),
                w_coarse=arrays.get("w_coarse"),
                **named,
                dense=Pieces(arrays["breaks"], arrays["values"], float.fromhex(document["dense_error"])),
                events=tuple(
                    Event(float.fromhex(t), tuple(c), kind, *map(float.fromhex, e)) for t, c, kind, *e in document["events"]
                ),
                digits=None if digits is None else tuple(map(tuple, digits)),
                notes=tuple(document["notes"]),
                refused=tuple((str(name), str(reason)) for name, reason in document.get("refused", ())),  # older files have none
            )


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
    y = None
    try:
        y = dual_variable(flow, w)
    except NoClosedForm as failed:
        notes.append(f"no y: {failed}")
    breaks = solution.t
    if len(solution.events) <= _MOST_BREAKS:
        inside = [e.time for e in solution.events if solution.t[0] < e.time < solution.t[-1]]
        breaks = np.unique(np.concatenate([breaks, inside]))
    tolerance = max(float(solution.error[-1]) / 16, _DENSE * float(np.abs(w).max()))
    dense = pieces(solution.dense, breaks, tolerance)
    if dense.error > tolerance:
        notes.append(f"between the times the weights are interpolated, which misses up to {dense.error:.1e}")
    return Trajectory(
        flow=flow,
        problem=problem,
        t=solution.t,
        w=w,
        x=x,
        y=y,
        loss=loss,
        error=solution.error,
        how=solution.how,
        method=solution.method,
        dense=dense,
        events=tuple(sorted(solution.events, key=lambda event: event.time)),
        converged=solution.converged,
        digits=solution.digits,
        unique=solution.unique,
        notes=tuple(notes),
        w_coarse=solution.w_coarse,
        independent=independent,
        refused=refused,
    )
