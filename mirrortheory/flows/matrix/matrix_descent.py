"""Descent of a loss in the factors of a matrix product by a discrete optimizer, which keeps a state for each factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.discrete.base import Optimizer, State
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.matrices import MatrixProduct


@final
@dataclass(frozen=True, eq=False, repr=False)
class MatrixDescent:
    """The path of a discrete optimizer along a matrix product, at the steps that were recorded.

    Attributes:
        optimizer, product, problem: what was run.
        steps: numbers of the recorded steps, shape (n,), the first 0.
        t: eta times them, shape (n,), dimensionless.
        factors: W_1 .. W_L, each of shape (n, rows, columns), with the error of rounding only.
        X: their product, shape (n, rows, columns).
        loss: f(X), shape (n,).
    """

    optimizer: Optimizer[Any]
    product: MatrixProduct
    problem: Problem
    steps: NDArray[np.int64]
    t: Array
    factors: tuple[Array, ...]
    X: Array
    loss: Array

    def __repr__(self) -> str:
        return f"MatrixDescent({self.optimizer}, {self.product}: {self.steps[-1]} steps, loss {self.loss[-1]:.3g})"

    def singular_values(self) -> Array:
        """Return the singular values of X, shape (n, k), falling."""
        return np.asarray(np.linalg.svd(self.X, compute_uv=False))


def descend_matrices(
    optimizer: Optimizer[State], product: MatrixProduct, problem: Problem, initial: Any, kept: NDArray[np.int64]
) -> MatrixDescent:
    """Make steps and record those ``kept``; see :func:`mirrortheory.flows.descend`.

    Raises:
        InvalidArgument: for wrong arguments, naming the step at which a weight or gradient is infinite or nan.
    """
    m, n = product.shape
    if problem.dimension not in (None, m * n):
        raise InvalidArgument("problem", f"of dimension {m * n} = {m} x {n}", problem.dimension, "give it X row by row")
    factors = product.factors_of(initial)
    states, rows = [optimizer.start(factor) for factor in factors], list[Array]()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for k in range(int(kept[-1]) + 1):
            flat = product.flat(factors)
            if k == kept[len(rows)]:
                rows.append(flat)
                if len(rows) == len(kept):
                    break
            slope = problem.slope(product.effective(factors).ravel()).reshape(product.shape)
            gradients = product.gradients(factors, slope)
            if not all(np.isfinite(part).all() for part in (flat, *gradients)):
                condition = f"small enough to keep weights and gradient finite, which they are not at step {k}"
                raise InvalidArgument("eta", condition, optimizer.eta, "take a smaller step, or fewer of them")
            moved = [optimizer.step(*each) for each in zip(factors, gradients, states, strict=True)]
            factors, states = tuple(w for w, _ in moved), [state for _, state in moved]
    path = product.split(np.array(rows))
    X = product.effective(path)
    loss = np.array([problem.value(x.ravel()) for x in X])
    return MatrixDescent(optimizer, product, problem, kept, float(optimizer.eta) * kept.astype(float), path, X, loss)
