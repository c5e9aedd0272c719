"""A simulated flow of matrices as data: factors, X, loss, singular values and Gram differences, with their errors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, final

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Problem, doubles
from mirrortheory.flows.result import storage
from mirrortheory.flows.result.dense_output import Pieces, pieces
from mirrortheory.flows.result.solution import Solution
from mirrortheory.matrices import MatrixFlow

if TYPE_CHECKING:
    from mirrortheory.drawing import Axes

_DENSE = 64 * np.finfo(float).eps
_ROUNDING = 1024 * np.finfo(float).eps
_LABELS = {"loss": "loss $f(X)$", "singular values": "singular values of $X$"}


@final
@dataclass(frozen=True, eq=False, repr=False)
class MatrixTrajectory:
    """A simulated flow of the factors of X = W_1 .. W_L.

    Attributes:
        flow, problem: what was simulated.
        t: increasing times, shape (n,), the first 0, dimensionless.
        factors: W_1 .. W_L, each of shape (n, rows, columns).
        X: their product, shape (n, rows, columns).
        loss: f(X), shape (n,).
        error: an estimate of the largest error over all entries of the factors so far, shape (n,).
        how: how the error was made, in words; starts with "estimated".
        method: the solver, in words.
        dense: all entries of the factors between the times, as piecewise polynomials.
        coarse: the factors of a second run, whose difference shows the error of what is made of them.
        notes: what else there is to know, in words.
    """

    flow: MatrixFlow
    problem: Problem
    t: Array
    factors: tuple[Array, ...]
    X: Array
    loss: Array
    error: Array
    how: str
    method: str
    dense: Pieces
    coarse: tuple[Array, ...]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"MatrixTrajectory({self.flow}: {len(self.t)} times to {self.t[-1]:g}, error {self.error[-1]:.1e})"

    def at(self, t: ArrayLike) -> tuple[Array, ...]:
        """Return the factors at times in [0, t[-1]]: of shape (rows, columns) for one, (n, rows, columns) for many.

        Raises:
            InvalidArgument: for other times.
        """
        times = doubles("t", t)
        if times.ndim > 1 or not ((times >= self.t[0]) & (times <= self.t[-1])).all():
            raise InvalidArgument("t", f"times in [0, {self.t[-1]:g}], one or of shape (n,)", t, "simulate to a later time")
        return self.flow.product.split(self.dense.at(times)[:, 0] if times.ndim else self.dense(float(times))[0])

    def singular_values(self) -> Array:
        """Return the singular values of X, shape (n, k), falling."""
        return np.asarray(np.linalg.svd(self.X, compute_uv=False))

    def gram_differences(self) -> tuple[tuple[Array, Array], ...]:
        """Return (W_i^T W_i)^(q/2) - (W_{i+1} W_{i+1}^T)^(q/2) with its error, for each i < L.

        The error is the largest difference so far between its values on two runs, times two, shape (n,).
        """
        q = self.flow.geometry.number
        found = []
        for fine, coarse in zip(_gram(self.factors, q), _gram(self.coarse, q), strict=True):
            spread = np.abs(fine - coarse).max(axis=(1, 2))
            size = max(float(np.abs(factor).max()) for factor in self.factors) ** q
            found.append((fine, 2 * np.maximum.accumulate(spread) + _ROUNDING * size))
        return tuple(found)

    def plot(self, ax: Axes | None = None, *, of: str | None = None) -> Any:
        """Draw the loss and the singular values of X: a figure of both, or one of them.

        Args:
            ax: Matplotlib axes to draw one panel into; without, a new figure, unknown to pyplot.
            of: loss or singular values. Without, singular values in ``ax``, or both.

        Raises:
            InvalidArgument: for another panel.
        """
        from mirrortheory.drawing import marks, must_be_axes, panels, styled  # so that flows do without Matplotlib

        chosen = [of] if of is not None else ["singular values"] if ax is not None else list(_LABELS)
        if of is not None and of not in _LABELS:
            raise InvalidArgument("of", f"one of {', '.join(_LABELS)}", of, "write one of them")

        def draw(axes: Any, name: str) -> Any:
            for i, column in enumerate(self.loss[None] if name == "loss" else self.singular_values().T):
                axes.plot(self.t, column, **marks(i, len(self.t)))
            axes.set(xlim=(0.0, self.t[-1]), xlabel="time $t$ (dimensionless)", ylabel=_LABELS[name])
            return axes

        if ax is not None:
            must_be_axes(ax)
            return draw(ax, chosen[0])
        with styled():
            figure, all_axes = panels(len(chosen))
            for axes, name in zip(all_axes, chosen, strict=True):
                draw(axes, name)
            return figure

    def save(self, path: str | Path) -> None:
        """Write it to the file ``path``, which ends in .npz or .json, without loss.

        Raises:
            InvalidArgument: for another ending, for Callables, which are code, and for a geometry of your own.
        """
        flat = (np.concatenate([f.reshape(len(f), -1) for f in factors], axis=1) for factors in (self.factors, self.coarse))
        arrays = dict(zip(("fine", "coarse"), flat, strict=True))
        arrays |= {name: getattr(self, name) for name in ("t", "X", "loss", "error")}
        arrays |= {"breaks": self.dense.breaks, "values": self.dense.values}
        document = {
            "matrices": storage.matrix_flow_document(self.flow),
            "problem": storage.problem_document(self.problem, arrays),
            **{name: getattr(self, name) for name in ("how", "method", "notes")},
            "dense_error": self.dense.error.hex(),
        }
        storage.write(Path(path), document, arrays)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read from the file ``path`` what :meth:`save` wrote; nothing in the file is executed.

        Raises:
            InvalidArgument: when the file is no such file, or damaged.
        """
        document, arrays = storage.read(Path(path))
        with storage.reading(Path(path)):
            flow = storage.matrix_flow_of(document["matrices"])
            return cls(
                flow=flow,
                problem=storage.single_problem_of(document["problem"], arrays),
                factors=flow.product.split(arrays["fine"]),
                coarse=flow.product.split(arrays["coarse"]),
                how=document["how"],
                method=document["method"],
                notes=tuple(document["notes"]),
                dense=Pieces(arrays["breaks"], arrays["values"], float.fromhex(document["dense_error"])),
                **{name: arrays[name] for name in ("t", "X", "loss", "error")},
            )


def _gram(factors: tuple[Array, ...], q: float) -> list[Array]:
    """Return (W_i^T W_i)^(q/2) - (W_{i+1} W_{i+1}^T)^(q/2) for factors of shape (n, rows, columns)."""

    found = [
        np.linalg.svd(factor, full_matrices=False) for factor in factors
    ]  # of the factors: roots of squares lose half the digits
    inner = [(np.swapaxes(right, 1, 2) * sizes[:, None] ** q) @ right for _, sizes, right in found[:-1]]
    outer = [(left * sizes[:, None] ** q) @ np.swapaxes(left, 1, 2) for left, sizes, _ in found[1:]]
    return [before - after for before, after in zip(inner, outer, strict=True)]


def matrix_trajectory(flow: MatrixFlow, problem: Problem, solution: Solution) -> MatrixTrajectory:
    """Return the trajectory that a solution makes, whose weights are all entries of the factors, shape (n, 1, entries).

    Raises:
        NotSmooth: where the loss is NaN or overflows along it.
    """
    factors = flow.product.split(solution.w[:, 0])
    X = flow.product.effective(factors)
    with np.errstate(all="ignore"):
        loss = np.array([problem.value(x.ravel()) for x in X])
    if not np.isfinite(loss).all():
        raise NotSmooth(f"the loss is NaN or overflows at t = {solution.t[~np.isfinite(loss)][0]:.6g}; end before it")
    notes = solution.notes
    if not np.ptp(solution.w, axis=0).any():
        notes = ("nothing moves: the start is a minimiser, or a saddle", *notes)
    tolerance = max(float(solution.error[-1]) / 16, _DENSE * float(np.abs(solution.w).max()))
    dense = pieces(solution.dense, solution.t, tolerance)
    assert solution.w_coarse is not None
    coarse = flow.product.split(solution.w_coarse[:, 0])
    return MatrixTrajectory(
        flow, problem, solution.t, factors, X, loss, solution.error, solution.how, solution.method, dense, coarse, notes
    )
