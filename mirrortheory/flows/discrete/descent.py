r"""Descent of a loss in the weights of a reparameterization by a discrete optimizer, step by step.

.. math:: x_k = g(w_k), \qquad \nabla_{w_i} = f'(x_k)\,\frac{\partial g}{\partial w_i}(w_k), \qquad t_k = k\,\eta .

The derivatives of g are those of :meth:`mirrortheory.reparams.Reparam.jacobian`, compiled once. The path is exact up to rounding:
a discrete law (a balance) can be tested on it to rounding, while its distance from a flow is one of method, O(eta) at best.

Not to be confused with :func:`mirrortheory.flows.simulate` and :func:`mirrortheory.flows.sign_flow`, which follow the flows.

Source: the chain rule; the optimizers name theirs.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import integer
from mirrortheory.flows.discrete import Optimizer
from mirrortheory.flows.discrete.base import State
from mirrortheory.flows.matrix.matrix_descent import MatrixDescent, descend_matrices
from mirrortheory.flows.problems import Array, Problem, doubles
from mirrortheory.flows.result.table import columns_of, data_frame
from mirrortheory.matrices import MatrixProduct
from mirrortheory.reparams import Reparam

if TYPE_CHECKING:
    from mirrortheory.drawing import Axes

UNCHECKED: dict[str, Any] = {"over": "ignore", "invalid": "ignore", "divide": "ignore"}  # what overflows is refused in words
_MOST_STEPS = 10**9


@dataclass(frozen=True, eq=False, repr=False)
class Descent:
    """The path of a discrete optimizer, at the steps that were recorded.

    Attributes:
        optimizer, reparam, problem: what was run.
        steps: numbers of the recorded steps, shape (n,), the first 0.
        t: eta times them, shape (n,), dimensionless.
        w: weights, shape (n, depth, d), with the error of rounding only.
        x: effective parameter, shape (n, d).
        loss: f(x), shape (n,).
    """

    optimizer: Optimizer[Any]
    reparam: Reparam
    problem: Problem
    steps: NDArray[np.int64]
    t: Array
    w: Array
    x: Array
    loss: Array

    def __repr__(self) -> str:
        return f"Descent({self.optimizer}, {self.reparam}: {self.steps[-1]} steps, loss {self.loss[-1]:.3g})"

    def plot(self, ax: Axes | None = None, *, of: str | None = None) -> Any:
        """Draw the recorded steps: a figure of loss, x and weights, or one of them.

        Args:
            ax: Matplotlib axes to draw one panel into; without, a new figure, unknown to pyplot.
            of: loss, x or weights. Without, x in ``ax``, or all.

        Raises:
            InvalidArgument: for another panel.
        """
        from mirrortheory.flows.result.batch_panels import plotted_steps  # so that descents do without Matplotlib

        return plotted_steps(self, ax, of)

    def to_frame(self) -> Any:
        """Return :meth:`columns` as a pandas DataFrame; the index is the step.

        Raises:
            InvalidArgument: where pandas is not installed.
        """
        return data_frame(self.columns(), {"step": self.steps})

    def columns(self) -> dict[str, Array]:
        """Return t, loss, x and weights by name, each of shape (n,); the weight wi of coordinate j is called ``wi_j``."""
        return {"t": self.t} | columns_of(self.reparam.weights, self.w, self.loss, {"x": self.x})

    def quantity(self, expr: sympy.Expr) -> Array:
        """Return an expression in the weights along the path, such as a balance, shape (n, d).

        Args:
            expr: an expression in the weights.

        Raises:
            InvalidArgument: for other symbols than the weights.
        """
        unknown = expr.free_symbols - set(self.reparam.weights)
        if unknown:
            raise InvalidArgument("expr", "an expression in the weights", min(map(str, unknown)), "substitute a number for it")
        values = sympy.lambdify(self.reparam.weights, expr, "numpy")(*np.moveaxis(self.w, 1, 0))
        return np.broadcast_to(values, self.x.shape).astype(float)


@overload
def descend(
    optimizer: Optimizer[State], reparam: Reparam, problem: Problem, initial: ArrayLike, steps: int, *, record: int = 1
) -> Descent: ...


@overload
def descend(
    optimizer: Optimizer[State], reparam: MatrixProduct, problem: Problem, initial: Any, steps: int, *, record: int = 1
) -> MatrixDescent: ...


def descend(
    optimizer: Optimizer[State], reparam: Reparam | MatrixProduct, problem: Problem, initial: Any, steps: int, *, record: int = 1
) -> Descent | MatrixDescent:
    """Make ``steps`` steps of ``optimizer`` on ``problem`` from weights ``initial``.

    Args:
        optimizer: its eta, decay and memory.
        reparam: the map g; weights that it declares positive must stay so. Or a MatrixProduct, whose factors are moved one by one.
        problem: the loss; of a matrix X row by row.
        initial: weights, shape (depth, d); d = 1 may be given as shape (depth,). Of a MatrixProduct a list of matrices.
        steps: how many, at least 1.
        record: every how many steps the path is kept; the first and the last are kept anyway.

    Returns:
        The path, with the error of rounding only.

    Raises:
        InvalidArgument: for wrong arguments; naming the step at which a weight or gradient is infinite or nan, or a weight
            that has to be positive is not.

    >>> from mirrortheory import Product
    >>> from mirrortheory.flows import Quadratic, SignDescent, descend
    >>> path = descend(SignDescent(0.125), Product(2), Quadratic([[1.0]], [1.0]), [0.5, 0.25], 4)
    >>> w1, w2 = Product(2).weights
    >>> path.quantity(abs(w1) - abs(w2))[:, 0].tolist()
    [0.25, 0.25, 0.25, 0.25, 0.25]
    """
    if not isinstance(optimizer, Optimizer):
        raise InvalidArgument("optimizer", "an Optimizer", optimizer, "write for example SignDescent(0.01)")
    if not isinstance(reparam, Reparam | MatrixProduct):
        raise InvalidArgument("reparam", "a Reparam", reparam, "write for example Product(2); an optimizer needs no Flow")
    if not isinstance(problem, Problem):
        raise InvalidArgument("problem", "a Problem", problem, "write for example Quadratic(Z, b)")
    count, every = integer(steps, "steps", 1, _MOST_STEPS), integer(record, "record", 1, _MOST_STEPS)
    kept = np.unique(np.append(np.arange(0, count, every), count))
    if isinstance(reparam, MatrixProduct):
        return descend_matrices(optimizer, reparam, problem, initial, kept)
    w = _checked(reparam, problem, initial)
    rows, row = np.empty((len(kept), *w.shape)), 0
    with np.errstate(**UNCHECKED):
        for k, (reached, _) in enumerate(itertools.islice(walk(optimizer, reparam, problem, w), count + 1)):
            if k == kept[row]:
                rows[row], row = reached, row + 1
    effective, _ = _compiled(reparam)
    x = np.array([effective(each) for each in rows])
    loss = np.array([problem.value(each) for each in x])
    return Descent(optimizer, reparam, problem, kept, kept * float(optimizer.eta), rows, x, loss)


def walk(optimizer: Optimizer[State], reparam: Reparam, problem: Problem, w: Array) -> Iterator[tuple[Array, Array]]:
    """Yield weights and x before each step, without an end; to be walked under NumPy's errstate ``UNCHECKED``.

    Raises:
        InvalidArgument: at the step at which a weight or gradient is infinite or nan, or a weight that has to be positive is not;
            for an optimizer of matrices.
    """
    if optimizer.of_matrices:
        raise InvalidArgument("reparam", f"a MatrixProduct for {type(optimizer).__name__}", reparam, "take Signum for entries")
    effective, pull_back = _compiled(reparam)
    positive = np.array([bool(symbol.is_positive) for symbol in reparam.weights])
    guarded, state = bool(positive.any()), optimizer.start(w)
    for k in itertools.count():
        x = effective(w)
        yield w, x
        gradient = pull_back(w, problem.slope(x))
        if not np.isfinite(gradient).all():
            raise _too_large(optimizer, f"keep the gradient finite, which it is not at step {k}")
        w, state = optimizer.step(w, gradient, state)
        if not np.isfinite(w).all():
            raise _too_large(optimizer, f"keep the weights finite, which they are not after step {k + 1}")
        if guarded and not (w[positive] > 0).all():
            names = ", ".join(str(s) for s in reparam.weights if s.is_positive)
            raise _too_large(optimizer, f"keep {names} positive, which fails after step {k + 1}")


def _compiled(reparam: Reparam) -> tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]:
    """Return x as a function of w, and the gradient in w as a function of w and f'(x)."""
    forward = sympy.lambdify(reparam.weights, reparam.effective, "numpy")
    jacobian = sympy.lambdify(reparam.weights, list(reparam.jacobian()), "numpy", cse=True)

    def effective(w: Array) -> Array:
        return np.asarray(forward(*w), dtype=float)

    def pull_back(w: Array, slope: Array) -> Array:
        gradient = np.empty_like(w)
        for row, entry in zip(gradient, jacobian(*w), strict=True):
            np.multiply(slope, entry, out=row)
        return gradient

    return effective, pull_back


def _too_large(optimizer: Optimizer[State], condition: str) -> InvalidArgument:
    return InvalidArgument("eta", f"small enough to {condition}", optimizer.eta, "take a smaller step, or fewer of them")


def _checked(reparam: Reparam, problem: Problem, initial: ArrayLike) -> Array:
    depth, d = len(reparam.weights), problem.dimension
    w = doubles("initial", initial)
    w = w[:, None] if w.ndim == 1 else w
    if w.ndim != 2 or w.shape[0] != depth or 0 in w.shape or d not in (None, w.shape[1]):
        shape = f"of shape ({depth}, {'d' if d is None else d})"
        raise InvalidArgument(
            "initial", shape, np.shape(initial), "give one row for each weight, one column for each coordinate of x"
        )
    if not np.isfinite(w).all():
        raise InvalidArgument("initial", "finite in every entry", float(w[~np.isfinite(w)][0]), "remove the entry")
    for symbol, layer in zip(reparam.weights, w, strict=True):
        if symbol.is_positive and not (layer > 0).all():
            raise InvalidArgument(f"initial {symbol}", "positive", float(layer.min()), "start where the map is meant for")
    return w
