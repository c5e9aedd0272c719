r"""The equations of a smooth stretch of a flow as heyoka takes them, with the data of the loss as parameters.

The parameters are the rate of the decay, q - 1, the data in the order of :func:`data`, and the signs of the arguments of the link
(for q < 2) in the order of the weights. So one compiled system serves every loss of its shape: for a quadratic loss with
H = Z'Z and c = Z'b

.. math:: \nabla f = H x - c,

and for labelled data with rows :math:`s_i = y_i z_i`

.. math:: \nabla f = -\frac1n \sum_i \ell(s_i \cdot x)\, s_i, \qquad
          \ell(m) = 1/(1+e^m) \text{ (logistic)}, \quad \ell(m) = e^{-m} \text{ (exponential)}.

The formula of a Scalar is part of the system itself. Where an argument u of the link keeps its sign s, the link is the power
:math:`s\,(s u)^{q-1}`.

**Where powers end.** A power of u that is not whole ends where u vanishes, but a Taylor series of the flow need not see it: at
q = 3/2 the flow w' = -sqrt(w) comes to rest as :math:`w = (T - t)^2/4`, a polynomial that goes on beyond T, where the flow does
not. So a variable is added that nothing depends on, and whose series converges no further than to the nearest such point:

.. math:: \dot z = \tfrac{1}{100} \sum_u \log u,

u over the bases of all powers that are not whole. The steps shrink towards the first u that vanishes, and the run fails there.

What heyoka cannot take is refused in one line: losses of the user's own; functions that it does not know.

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
from mirrortheory.flows.problems import Array, Exponential, Logistic, Problem, Quadratic, Scalar, Stack
from mirrortheory.geometries import Geometry
from mirrortheory.theory import Flow

Number = Callable[[sympy.Rational], Any]
FIRST_DATUM = 2  # parameters 0 and 1 are the rate of the decay and q - 1
_MOST_DATA = 1024  # numbers that couple the coordinates: each is compiled into a multiplication


class NotCompiled(InvalidArgument):
    """heyoka is not there or has no way to follow a flow; ``reason`` says why."""

    def __init__(self, reason: str, remedy: str = "leave out method, or write method='auto'") -> None:
        self.reason = reason
        super().__init__("method", f"one that can follow this flow ({reason})", "heyoka", remedy)

    def __reduce__(self) -> Any:
        return type(self), (self.reason, self.remedy)


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
        NotCompiled: when it is not installed.
    """
    try:
        import heyoka
    except ImportError:
        raise NotCompiled("heyoka is not installed", "pip install mirrortheory[fast], or leave out method") from None
    module: ModuleType = heyoka
    return module


def shape_of(problem: Problem | Stack, width: int) -> Shape:
    """Return the shape of a problem in ``width`` coupled coordinates.

    Raises:
        NotCompiled: for a loss of the user's own, losses of several shapes, and for more data than are compiled.
    """
    if isinstance(problem, Stack):
        if not (problem.alike and isinstance(problem.problems[0], Quadratic | Logistic | Exponential)):
            raise NotCompiled("its losses are not all quadratic, logistic or exponential with tables of one shape")
        return shape_of(problem.problems[0], width)
    if isinstance(problem, Quadratic):
        shape = Shape(Quadratic, 0, width)
    elif isinstance(problem, Logistic | Exponential):
        shape = Shape(type(problem), len(problem.labels), width)
    elif isinstance(problem, Scalar):
        return Shape(Scalar, 0, width, problem.expr)
    else:
        raise NotCompiled(f"a {type(problem).__name__} is not compiled")
    if shape.inputs > _MOST_DATA + width:
        raise NotCompiled(f"{shape.inputs} numbers couple its coordinates, which is more than is compiled")
    return shape


def data(problem: Problem | Stack) -> Array:
    """Return the data of a problem as rows of parameters: one for each loss, or one for all, shape (1 or batch, inputs)."""
    losses = problem if isinstance(problem, Stack) else Stack([problem])
    if losses.quadratics is not None:
        hessian, pull = losses.quadratics.normal
        return np.hstack([hessian.reshape(len(hessian), -1), pull])
    return np.stack([_signed(loss) for loss in losses.problems])


def _signed(loss: Problem) -> Array:
    return (loss.labels[:, None] * loss.Z).ravel() if isinstance(loss, Logistic | Exponential) else np.empty(0)


def exact_data(problem: Problem) -> list[Exact]:
    """Return the same numbers without rounding."""
    if isinstance(problem, Quadratic):
        Z, b = _exact(problem.Z), _exact(problem.b)
        return [*(Z.T @ Z).ravel(), *(Z.T @ b)]
    return [exact(value) for value in data(problem).ravel().tolist()]


def _exact(values: Array) -> Any:
    return np.array([exact(value) for value in values.ravel().tolist()], dtype=object).reshape(values.shape)


@dataclass(frozen=True)
class _Branch(Geometry):
    """The link where its argument has the sign s."""

    q: sympy.Expr
    s: sympy.Symbol

    @property
    def exponent(self) -> sympy.Expr:
        return self.q

    def link(self, gradient: sympy.Expr) -> sympy.Expr:
        return self.s * (self.s * gradient) ** (self.q - 1)


def system(heyoka: Any, flow: Flow, shape: Shape, number: Number) -> list[tuple[Any, Any]]:
    """Return each variable with its velocity, in the order of weights of shape (depth, width), and z where powers end.

    Args:
        heyoka: the module.
        flow: with q > 1; q and the rate of its decay are numbers or symbols.
        shape: of the problem.
        number: makes a number of the precision that is meant from a rational one.

    Raises:
        NotCompiled: for an expression that heyoka does not know.
    """
    q, rate, depth = flow.geometry.exponent, flow.decay.rate, len(flow.weights)
    known = {letter: heyoka.par[k] for k, letter in enumerate((rate, q - 1)) if letter.free_symbols}
    signs, velocity = sympy.symbols(f"s:{depth}", real=True, cls=sympy.Dummy), flow.velocity
    if q != 2:
        laws = zip(signs, flow.gradient, flow.weights, strict=True)
        velocity = tuple(flow.decay.velocity(_Branch(q, s), gradient, weight) for s, gradient, weight in laws)

    def expression(entry: sympy.Expr, letters: dict[sympy.Expr, Any]) -> Any:
        numbers = {value: heyoka.expression(number(value)) for value in entry.atoms(sympy.Rational)}
        return heyoka.from_sympy(entry, {**numbers, **known, **letters})

    def sign(i: int, j: int) -> Any:
        return heyoka.par[FIRST_DATUM + shape.inputs + i * shape.width + j]

    variables = [[heyoka.expression(f"w{i}_{j}") for j in range(shape.width)] for i in range(depth)]
    columns = [dict(zip(flow.weights, column, strict=True)) for column in zip(*variables, strict=True)]
    try:
        x = [expression(flow.effective, letters) for letters in columns]
        for j, (letters, slope) in enumerate(zip(columns, _slopes(heyoka, shape, x, expression), strict=True)):
            letters.update({flow.slope: slope, **{s: sign(i, j) for i, s in enumerate(signs)}})
        pairs = list(zip(flow.weights, velocity, strict=True))
        equations = [(letters[weight], expression(entry, letters)) for weight, entry in pairs for letters in columns]
        ends = [expression(sympy.log(u), letters) for u in sorted(_bases(*velocity), key=str) for letters in columns]
        if shape.formula is not None:
            (letter,) = shape.formula.free_symbols
            ends += [expression(sympy.log(u), {letter: point}) for u in _bases(shape.formula) for point in x]
        return [*equations, (heyoka.expression("z"), heyoka.sum(ends) / 100.0)] if ends else equations
    except (TypeError, ValueError) as error:  # heyoka's ways to say that it does not know a function or a number
        raise NotCompiled(" ".join(str(error).split())) from None


def _bases(*entries: sympy.Expr) -> set[sympy.Expr]:
    """Return what is raised to powers that are not whole."""
    powers = (power for entry in entries for power in entry.atoms(sympy.Pow) if not power.exp.is_integer)
    return {power.base for power in powers if power.base.free_symbols}


def _slopes(heyoka: Any, shape: Shape, x: list[Any], expression: Callable[..., Any]) -> list[Any]:
    """Return the gradient of the loss at x."""
    places, d = np.array([heyoka.par[FIRST_DATUM + k] for k in range(shape.inputs)]), shape.width

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
    share = expression(sympy.Rational(1, shape.rows), {})  # heyoka divides by a double as by its reciprocal, rounded to double
    return [-product(column, rates) * share for column in rows.T]
