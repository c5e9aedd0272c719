"""Many simulated flows as data: weights, effective parameter, dual variable, losses and invariants, one trajectory a row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from mirrortheory.flows.problems import Array, Problem, Stack
from mirrortheory.flows.result import storage
from mirrortheory.flows.result.dual_variable import dual_variable
from mirrortheory.flows.result.invariants import Invariant, first_integrals
from mirrortheory.geometries import Lq
from mirrortheory.theory import Flow

_ROUNDING = 1024 * np.finfo(float).eps
_SAFETY = 2.0
_ARRAYS = "q", "alpha", "t", "w", "error", "ended"
_WORDS = "how", "method", "independent"


@dataclass(frozen=True, eq=False)
class BatchTrajectory:
    """Many simulated flows; what is not kept in an attribute is made anew at each call.

    Attributes:
        flow: the flow, with symbols where the batch has values of its own.
        problem: one loss for all, or a ``Stack`` with one for each trajectory.
        q, alpha: the exponent and the rate of decay of each trajectory, shape (batch,).
        t: increasing times, shape (n,), the first 0, dimensionless.
        w: weights, shape (batch, n, depth, d); NaN from where an entry was followed no more.
        error: for each trajectory and time a bound or an estimate of the largest error over all entries of w so far, shape
            (batch, n); infinite once the trajectory has ended.
        ended: until when each trajectory was followed, shape (batch,): the last time, or where it had to end.
        reasons: why each trajectory ended before the last time, or empty.
        how: how the errors were made, in words; starts with "proved" or "estimated".
        method: the solvers, in words.
        independent: whether no solver knew of the first integrals.
    """

    flow: Flow
    problem: Problem | Stack
    q: Array
    alpha: Array
    t: Array
    w: Array
    error: Array
    ended: Array
    reasons: tuple[str, ...]
    how: str
    method: str
    independent: bool

    @property
    def x(self) -> Array:
        """The effective parameter, shape (batch, n, d)."""
        effective = sympy.lambdify(self.flow.weights, self.flow.effective, "numpy")
        return np.array(effective(*np.moveaxis(self.w, 2, 0)))

    @property
    def loss(self) -> Array:
        """f(x), shape (batch, n); NaN where a trajectory was followed no more."""
        losses = self.problem.problems if isinstance(self.problem, Stack) else [self.problem] * len(self.w)
        with np.errstate(all="ignore"):
            return np.array([[loss.value(row) for row in rows] for loss, rows in zip(losses, self.x, strict=True)])

    @property
    def y(self) -> Array:
        """The dual variable R'(x), by the imbalance of each coordinate, shape (batch, n, d).

        Raises:
            NoClosedForm: when the flow is none of a product.
        """
        batch, n, depth, d = self.w.shape
        y = np.empty((batch, n, d))
        for q in np.unique(self.q):
            which = np.flatnonzero(self.q == q)
            side_by_side = np.moveaxis(self.w[which], 0, 2).reshape(n, depth, -1)
            found = dual_variable(Flow(Lq(exact(q)), self.flow.reparam), side_by_side)
            y[which] = np.moveaxis(found.reshape(n, len(which), d), 1, 0)
        return y

    def invariants(self) -> tuple[Invariant, ...]:
        """Return the first integrals of the flow without decay, arrays of shape (batch, n, d), with their laws under the decay.

        The error is twice the sum of the changes by the error in each weight: a bound to first order. ``holds`` is of all
        trajectories, as far as they were followed.

        Raises:
            NoClosedForm: when no first integral is found, naming the step that failed.
        """
        letters = {s: v for s, v in ((self.flow.geometry.exponent, self.q), (self.flow.decay.rate, self.alpha)) if s.free_symbols}
        columns = [v[:, None, None] for v in letters.values()]
        shifts = np.where(np.isfinite(self.error), self.error, np.nan)[:, :, None]
        found = []
        for law in first_integrals(self.flow):
            quantity = sympy.lambdify((*self.flow.weights, *letters), law.invariant, "numpy")

            def along(w: list[Array], quantity=quantity) -> Array:  # type: ignore[no-untyped-def]
                with np.errstate(all="ignore"):  # a neighbour may lie where the expression is undefined
                    return np.asarray(quantity(*w, *columns), dtype=float)

            layers = list(np.moveaxis(self.w, 2, 0))
            values = along(layers)
            spread = np.zeros(values.shape)
            for i, layer in enumerate(layers):
                near = [np.abs(along([*layers[:i], layer + s, *layers[i + 1 :]]) - values) for s in (shifts, -shifts)]
                spread += _SAFETY * np.maximum(*near)
            size = np.maximum(np.abs(values), np.abs(self.w).max(axis=2))
            error = np.maximum.accumulate(np.where(np.isnan(spread), np.inf, spread + _ROUNDING * size), axis=1)
            predicted = holds = None
            if law.rate is not None:
                rate = np.broadcast_to(sympy.lambdify(tuple(letters), law.rate, "numpy")(*letters.values()), len(self.w))
                predicted = np.exp(rate[:, None] * self.t)[..., None] * values[:, :1]
                followed = np.isfinite(values)
                holds = bool((np.abs(values - predicted) <= error)[followed].all())
            found.append(Invariant(str(law.invariant), values, error, predicted, holds, self.independent))
        return tuple(found)

    def save(self, path: str | Path) -> None:
        """Write the batch to a file that ends in .npz or .json, without loss.

        Raises:
            InvalidArgument: for another ending, and for Callables, which are code.
        """
        arrays: dict[str, Array] = {name: getattr(self, name) for name in _ARRAYS}
        document = {
            "flow": storage.flow_document(self.flow),
            "problem": storage.problem_document(self.problem, arrays),
            "reasons": self.reasons,
            **{name: getattr(self, name) for name in _WORDS},
        }
        storage.write(Path(path), document, arrays)

    @classmethod
    def load(cls, path: str | Path) -> BatchTrajectory:
        """Read a batch that :meth:`save` wrote; nothing in the file is executed.

        Raises:
            InvalidArgument: when the file is no saved batch, or damaged.
        """
        document, arrays = storage.read(Path(path))
        with storage.reading(Path(path)):
            named: dict[str, Any] = {name: arrays[name] for name in _ARRAYS} | {name: document[name] for name in _WORDS}
            return cls(
                flow=storage.flow_of(document["flow"]),
                problem=storage.problem_of(document["problem"], arrays),
                reasons=tuple(document["reasons"]),
                **named,
            )


def exact(value: float) -> sympy.Rational:
    """Return the rational that a double is written as: 13/10 for 1.3.

    >>> exact(1.3)
    13/10
    """
    return sympy.Rational(repr(float(value)))
