r"""The equations of a gradient flow (q = 2) as heyoka takes them, with the data of the loss and the decay as parameters.

Parameter 0 is the rate of the decay; those after it are the data, in the order of :func:`data`. So one compiled system serves
every loss of its shape: for a quadratic loss with H = Z'Z and c = Z'b

.. math:: \nabla f = H x - c,

and for labelled data with rows :math:`s_i = y_i z_i`

.. math:: \nabla f = -\frac1n \sum_i \ell(s_i \cdot x)\, s_i, \qquad
          \ell(m) = 1/(1+e^m) \text{ (logistic)}, \quad \ell(m) = e^{-m} \text{ (exponential)}.

The formula of a Scalar is part of the system itself. What heyoka cannot take is refused in one line: the link for q < 2, which
has a sign and a modulus; losses of the user's own; functions that it does not know.

Source: Biscani, Izzo (2021), "Revisiting high-order Taylor methods for astrodynamics and celestial mechanics".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Exact, exact
from mirrortheory.flows.problems import Array, Exponential, Logistic, Problem, Quadratic, Quadratics, Scalar
from mirrortheory.theory import Flow

Number = Callable[[sympy.Rational], Any]
_MOST_DATA = 1024  # numbers that couple the coordinates: each is compiled into a multiplication


@dataclass(frozen=True)
class Shape:
    """What of a problem is compiled: its class, how many rows of data, how many coupled coordinates, the formula of a Scalar."""

    loss: type
    rows: int
    width: int
    formula: sympy.Expr | None = None

    @property
    def inputs(self) -> int:
        """How many numbers of data there are."""
        return self.width * (self.width + 1) if self.loss is Quadratic else self.rows * self.width


def load() -> ModuleType:
    """Return heyoka.

    Raises:
        InvalidArgument: when it is not installed.
    """
    try:
        import heyoka
    except ImportError:
        raise refused("heyoka is not installed", "pip install mirrortheory[fast], or leave out method") from None
    module: ModuleType = heyoka
    return module


def refused(reason: str, remedy: str = "leave out method, or write method='auto'") -> InvalidArgument:
    """Return the error that says why heyoka is not used."""
    return InvalidArgument("method", f"one that can follow this flow ({reason})", "heyoka", remedy)


def shape_of(problem: Problem | Quadratics, width: int) -> Shape:
    """Return the shape of a problem in ``width`` coupled coordinates.

    Raises:
        InvalidArgument: for a loss of the user's own, and for more data than are compiled.
    """
    if isinstance(problem, Quadratic | Quadratics):
        shape = Shape(Quadratic, 0, width)
    elif isinstance(problem, Logistic | Exponential):
        shape = Shape(type(problem), len(problem.labels), width)
    elif isinstance(problem, Scalar):
        return Shape(Scalar, 0, width, problem.expr)
    else:
        raise refused(f"a {type(problem).__name__} is not compiled")
    if shape.inputs > _MOST_DATA + width:
        raise refused(f"{shape.inputs} numbers couple its coordinates, which is more than is compiled")
    return shape


def data(problem: Problem | Quadratics) -> Array:
    """Return the data of a problem as rows of parameters: one for each loss, or one for all, shape (1 or batch, inputs)."""
    if isinstance(problem, Quadratic):
        Z, b = problem.Z[None], problem.b[None]
    elif isinstance(problem, Quadratics):
        Z, b = problem.Z, problem.b
    elif isinstance(problem, Logistic | Exponential):
        return (problem.labels[:, None] * problem.Z).reshape(1, -1)
    else:
        return np.empty((1, 0))
    normal = np.einsum("kni,knj->kij", Z, Z).reshape(len(Z), -1)
    return np.hstack([normal, np.einsum("kni,kn->ki", Z, b)])


def exact_data(problem: Problem) -> list[Exact]:
    """Return the same numbers without rounding."""
    if isinstance(problem, Quadratic):
        Z, b = _exact(problem.Z), _exact(problem.b)
        return [*(Z.T @ Z).ravel(), *(Z.T @ b)]
    return [exact(value) for value in data(problem).ravel().tolist()]


def _exact(values: Array) -> Any:
    return np.array([exact(value) for value in values.ravel().tolist()], dtype=object).reshape(values.shape)


def system(heyoka: Any, flow: Flow, shape: Shape, number: Number) -> list[tuple[Any, Any]]:
    """Return each variable with its velocity, in the order of weights of shape (depth, width).

    Args:
        heyoka: the module.
        flow: with q = 2; the rate of its decay a number or a symbol, which is parameter 0.
        shape: of the problem.
        number: makes a number of the precision that is meant from a rational one.

    Raises:
        InvalidArgument: for an expression that heyoka does not know.
    """

    def expression(entry: sympy.Expr, letters: dict[sympy.Expr, Any]) -> Any:
        numbers = {value: heyoka.expression(number(value)) for value in entry.atoms(sympy.Rational)}
        decay = {flow.decay.rate: heyoka.par[0]} if flow.decay.rate.is_Symbol else {}
        return heyoka.from_sympy(entry, {**numbers, **decay, **letters})

    names = [f"w{k}" for k in range(len(flow.weights) * shape.width)]
    variables = np.array([heyoka.expression(name) for name in names]).reshape(-1, shape.width)
    columns = [dict(zip(flow.weights, column, strict=True)) for column in variables.T]
    try:
        slopes = _slopes(heyoka, shape, [expression(flow.effective, letters) for letters in columns], expression)
        return [
            (letters[weight], expression(entry, {**letters, flow.slope: slope}))
            for weight, entry in zip(flow.weights, flow.velocity, strict=True)
            for letters, slope in zip(columns, slopes, strict=True)
        ]
    except (TypeError, ValueError) as error:  # heyoka's ways to say that it does not know a function or a number
        raise refused(" ".join(str(error).split())) from None


def _slopes(heyoka: Any, shape: Shape, x: list[Any], expression: Callable[..., Any]) -> list[Any]:
    """Return the gradient of the loss at x."""
    places, d = np.array([heyoka.par[1 + k] for k in range(shape.inputs)]), shape.width

    def product(row: Any, column: list[Any]) -> Any:
        return heyoka.sum([a * b for a, b in zip(row, column, strict=True)])

    if shape.formula is not None:
        (letter,) = shape.formula.free_symbols
        return [expression(sympy.diff(shape.formula, letter), {letter: place}) for place in x]
    if shape.loss is Quadratic:
        return [product(row, x) - pull for row, pull in zip(places[: d * d].reshape(d, d), places[d * d :], strict=True)]
    rows = places.reshape(shape.rows, d)
    law = heyoka.sigmoid if shape.loss is Logistic else heyoka.exp
    rates = [law(-product(row, x)) for row in rows]
    return [-product(column, rates) / float(shape.rows) for column in rows.T]
