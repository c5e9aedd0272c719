"""Many simulated flows as data: weights, effective parameter, dual variable, losses and invariants, one trajectory a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np
import sympy

from mirrortheory.flows.field import effective_parameter
from mirrortheory.flows.problems import Array, Problem, Stack
from mirrortheory.flows.result import storage
from mirrortheory.flows.result.dual_variable import dual_variable
from mirrortheory.flows.result.followed import Followed
from mirrortheory.flows.result.table import columns_of, data_frame
from mirrortheory.geometries import Lq
from mirrortheory.theory import Flow

if TYPE_CHECKING:
    from mirrortheory.drawing import Axes


@final
@dataclass(frozen=True, eq=False, repr=False)
class BatchTrajectory(Followed):
    """Many simulated flows; what is not kept in an attribute is made anew at each call.

    ``quantity``, ``invariants``, ``save`` and ``load`` are those of :class:`Followed`.

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
        refused: the solvers that were asked before, for some trajectory, each with its reason, when the choice was left to "auto".
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
    refused: tuple[tuple[str, str], ...] = ()

    _arrays = "q", "alpha", "t", "w", "error", "ended"
    _words = "how", "method", "independent"

    def plot(self, ax: Axes | None = None, *, of: str | None = None) -> Any:
        """Draw loss and x of each flow, told apart by q and alpha where they differ: a figure, or one of both into ``ax``.

        Lines join the times that were kept, which are five unless ``simulate`` is given more: ``times=np.linspace(0, t_end, 100)``.

        Args:
            ax: Matplotlib axes; without, a new figure, unknown to pyplot.
            of: loss or x. Without, x in ``ax``, or both.

        Raises:
            InvalidArgument: for another quantity.
        """
        from mirrortheory.flows.result.batch_panels import plotted_batch  # so that flows do without Matplotlib

        return plotted_batch(self, ax, of)

    def to_frame(self) -> Any:
        """Return :meth:`columns` as a pandas DataFrame; the index is the flow, counted from 0, and the time t.

        Raises:
            InvalidArgument: where pandas is not installed.
        """
        batch, n = self.error.shape
        return data_frame(self.columns(), {"flow": np.repeat(np.arange(batch), n), "t": np.tile(self.t, batch)})

    def columns(self) -> dict[str, Array]:
        """Return q, alpha, loss, x, weights and error by name, each of shape (batch n,): one flow after the other.

        >>> from mirrortheory import Flow, Lq, Product, Quadratic, simulate
        >>> starts = [[[0.5], [0.25]], [[1.0], [2.0]]]
        >>> list(simulate(Flow(Lq(2), Product(2)), Quadratic([[1.0]], [1.0]), starts, 1.0).columns())
        ['q', 'alpha', 'loss', 'x1', 'w1', 'w2', 'error']
        """
        (batch, n), d = self.error.shape, self.w.shape[3]
        found = {"q": np.repeat(self.q, n), "alpha": np.repeat(self.alpha, n)}
        w, x = self.w.reshape(batch * n, -1, d), self.x.reshape(batch * n, d)
        return found | columns_of(self.flow.weights, w, self.loss.ravel(), {"x": x}) | {"error": self.error.ravel()}

    @property
    def x(self) -> Array:
        """The effective parameter, shape (batch, n, d)."""
        return effective_parameter(self.flow)(np.moveaxis(self.w, 2, 0))

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

    @property
    def _letters(self) -> dict[sympy.Symbol, Array]:
        pairs = ((self.flow.geometry.exponent, self.q), (self.flow.decay.rate, self.alpha))
        return {symbol: values for symbol, values in pairs if symbol.free_symbols}

    @property
    def _second_run(self) -> Array | None:
        return None

    def _own_document(self, arrays: dict[str, Array]) -> storage.Document:
        return {"reasons": self.reasons}

    @classmethod
    def _own_fields(cls, document: storage.Document, arrays: Mapping[str, Array]) -> dict[str, Any]:
        return {"problem": storage.problem_of(document["problem"], arrays), "reasons": tuple(document["reasons"])}


def exact(value: float) -> sympy.Rational:
    """Return the rational that a double is written as: 13/10 for 1.3.

    >>> exact(1.3)
    13/10
    """
    return sympy.Rational(repr(float(value)))
