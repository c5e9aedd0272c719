"""Losses f(x) of the effective parameter x, shape (d,), with their gradients and Hessians; and many losses at once.

Gradients at many points are made so that a column does not depend on its neighbours to the last bit: sums run over the
data in one fixed order, whatever the number of columns.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray
from sympy.printing.numpy import NumPyPrinter

from mirrortheory.errors import InvalidArgument, NotSmooth, shown
from mirrortheory.flows.kinks import derivative, kink

Array = NDArray[np.float64]
_DIFFERENCE = 6e-6  # the cube root of rounding: where rounding and the third derivative weigh the same
Indices = NDArray[np.intp]
Columns = Callable[[Array], Array]

_MOST_DIRECTIONS = 32  # in which a gradient is compared with differences of the value
_SLOPES_AGREE = 1e-5  # relative to the largest entry of the gradient

_FAR = 40.0  # a margin at which log(1 + exp(-m)) is exp(-m) to rounding

_SHORT = 64  # longer sums over the same data are made by BLAS, column by column


class Problem(ABC):
    """A differentiable loss of x, shape (d,)."""

    @property
    def dimension(self) -> int | None:
        """The dimension d of x, or None when every d will do."""
        return None

    @property
    def separable(self) -> bool:
        """Whether f is a sum of one function over the coordinates, so that they can be followed apart."""
        return False

    @abstractmethod
    def value(self, x: Array) -> float:
        """Return f(x)."""

    @abstractmethod
    def slope(self, x: Array) -> Array:
        """Return the gradient of f at x, shape (d,)."""

    def hessian(self, x: Array) -> Array:
        """Return the Hessian of f at x, shape (d, d); by central differences unless a problem gives its own."""
        steps = _DIFFERENCE * np.maximum(1.0, np.abs(x))
        rows = [
            (self.slope(x + h * unit) - self.slope(x - h * unit)) / (2 * h) for h, unit in zip(steps, np.eye(len(x)), strict=True)
        ]
        return np.asarray((np.array(rows) + np.array(rows).T) / 2)

    def relative(self, x: Array) -> tuple[Array, Array]:
        """Return the gradient and the Hessian of an increasing function of f, which has the same sign flow: of f, or of log f."""
        return self.slope(x), self.hessian(x)

    def check(self, x: Array) -> None:
        """Refuse a start x at which the loss or its gradient is not finite.

        Raises:
            NotSmooth: naming what is not finite.
        """
        with np.errstate(all="ignore"):
            for name, value in (("effective parameter", x), ("loss", self.value(x)), ("gradient of the loss", self.slope(x))):
                if not np.isfinite(value).all():
                    raise NotSmooth(f"the {name} is NaN or overflows at the start, t = 0; start where it is finite")

    def columns(self, which: Indices) -> Columns:
        """Return the function that maps points, shape (d, c), to gradients, shape (d, c), for c = len(which) columns."""
        return lambda x: np.stack([self.slope(column) for column in np.ascontiguousarray(x.T)], axis=1)

    @staticmethod
    def stacked(problems: Sequence[Any]) -> Callable[[Indices], Columns]:
        """Return ``columns`` of many losses, column k that of ``problems[which[k]]``: one by one unless a class knows better."""

        def select(which: Indices) -> Columns:
            chosen = [problems[k] for k in which]
            return lambda x: np.stack(
                [p.slope(column) for p, column in zip(chosen, np.ascontiguousarray(x.T), strict=True)], axis=1
            )

        return select


@dataclass(frozen=True, eq=False)
class Quadratic(Problem):
    """f(x) = |Z x - b|^2 / 2 with Z of shape (n, d) and b of shape (n,)."""

    Z: Array
    b: Array

    def __init__(self, Z: ArrayLike, b: ArrayLike) -> None:
        data, target = np.array(Z, dtype=float, ndmin=2), np.array(b, dtype=float, ndmin=1)
        _table(data)
        if target.shape != data.shape[:1]:
            raise InvalidArgument("b", f"of shape ({data.shape[0]},)", target.shape, "give one target for each row of Z")
        _finite("Z", data)
        _finite("b", target)
        object.__setattr__(self, "Z", data)
        object.__setattr__(self, "b", target)

    @property
    def dimension(self) -> int | None:
        return int(self.Z.shape[1])

    def value(self, x: Array) -> float:
        residual = self.Z @ x - self.b
        return float(residual @ residual / 2)

    def slope(self, x: Array) -> Array:
        return self.Z.T @ (self.Z @ x - self.b)

    def hessian(self, x: Array) -> Array:
        return np.asarray(self.Z.T @ self.Z)

    def columns(self, which: Indices) -> Columns:
        return lambda x: _times(self.Z.T, _times(self.Z, x) - self.b[:, None])

    @staticmethod
    def stacked(problems: Sequence[Any]) -> Callable[[Indices], Columns]:
        return Quadratics(*(np.stack([getattr(p, name) for p in problems]) for name in ("Z", "b"))).columns


@dataclass(frozen=True, eq=False)
class _Labelled(Problem):
    Z: Array
    labels: Array

    def __init__(self, Z: ArrayLike, labels: ArrayLike) -> None:
        data, signs = np.array(Z, dtype=float, ndmin=2), np.array(labels, dtype=float, ndmin=1)
        _table(data)
        if signs.shape != data.shape[:1] or not np.isin(signs, (-1, 1)).all():
            raise InvalidArgument("labels", f"{data.shape[0]} entries +1 or -1", labels, "give one label for each row of Z")
        _finite("Z", data)
        object.__setattr__(self, "Z", data)
        object.__setattr__(self, "labels", signs)

    @property
    def dimension(self) -> int | None:
        return int(self.Z.shape[1])

    @staticmethod
    @abstractmethod
    def pull(margins: Array) -> Array:
        """Return the derivative of the loss of a datum in its margin, label * <z, x>."""

    @staticmethod
    @abstractmethod
    def logarithms(margins: Array) -> tuple[Array, Array, Array]:
        """Return the logarithms of the loss of a datum, of minus its first derivative, and of its second, in its margin."""

    def relative(self, x: Array) -> tuple[Array, Array]:
        """Return the gradient and the Hessian of log f, which neither underflow nor overflow at any margin."""
        loss, first, second = self.logarithms(self.labels * (self.Z @ x))
        whole = np.logaddexp.reduce(loss)
        slope = -self.Z.T @ (self.labels * np.exp(first - whole))
        return slope, np.asarray((self.Z.T * np.exp(second - whole)) @ self.Z - np.outer(slope, slope))

    def columns(self, which: Indices) -> Columns:
        signed = self.labels[:, None] * self.Z
        return lambda x: _times(signed.T, self.pull(_times(signed, x))) / len(signed)

    @classmethod
    def stacked(cls, problems: Sequence[Any]) -> Callable[[Indices], Columns]:
        signed = np.stack([p.labels[:, None] * p.Z for p in problems])

        def select(which: Indices) -> Columns:
            data = _last(signed[which])
            return lambda x: _times(np.swapaxes(data, 0, 1), cls.pull(_times(data, x))) / len(data)

        return select


@dataclass(frozen=True, eq=False, init=False)
class Logistic(_Labelled):
    """f(x) = mean log(1 + exp(-labels * Z x)) with Z of shape (n, d) and labels +1 or -1 of shape (n,)."""

    def value(self, x: Array) -> float:
        return float(np.logaddexp(0, -self.labels * (self.Z @ x)).mean())

    def slope(self, x: Array) -> Array:
        margins = self.labels * (self.Z @ x)
        return -self.Z.T @ (self.labels * np.exp(-np.logaddexp(0, margins))) / len(margins)

    def hessian(self, x: Array) -> Array:
        margins = self.Z @ x
        return np.asarray((self.Z.T * np.exp(-np.logaddexp(0, margins) - np.logaddexp(0, -margins))) @ self.Z / len(margins))

    @staticmethod
    def pull(margins: Array) -> Array:
        return np.asarray(-np.exp(-np.logaddexp(0, margins)))

    @staticmethod
    def logarithms(margins: Array) -> tuple[Array, Array, Array]:
        right, wrong = np.logaddexp(0, margins), np.logaddexp(0, -margins)
        loss = np.where(margins > _FAR, -margins, np.log(np.where(margins > _FAR, 1.0, wrong)))
        return loss, -right, -right - wrong


@dataclass(frozen=True, eq=False, init=False)
class Exponential(_Labelled):
    """f(x) = mean exp(-labels * Z x) with Z of shape (n, d) and labels +1 or -1 of shape (n,).

    >>> Exponential([[1.0], [2.0]], [1, -1]).slope(np.zeros(1)).tolist()
    [0.5]
    """

    def value(self, x: Array) -> float:
        return float(self._losses(x).mean())

    def slope(self, x: Array) -> Array:
        return np.asarray(-self.Z.T @ (self.labels * self._losses(x)) / len(self.labels))

    def hessian(self, x: Array) -> Array:
        return np.asarray((self.Z.T * self._losses(x)) @ self.Z / len(self.labels))

    @staticmethod
    def pull(margins: Array) -> Array:
        return np.asarray(-np.exp(-margins))

    @staticmethod
    def logarithms(margins: Array) -> tuple[Array, Array, Array]:
        return -margins, -margins, -margins

    def _losses(self, x: Array) -> Array:
        with np.errstate(over="ignore"):  # an infinite loss is for the solver to see
            return np.asarray(np.exp(-self.labels * (self.Z @ x)))


@dataclass(frozen=True, eq=False, init=False)
class Callables(Problem):
    """A loss of your own: ``value(x)`` a number and ``gradient(x)`` of shape (d,), for x of shape (d,).

    The shapes are looked at in every call; at the start of a flow the gradient is compared with differences of the value.

    >>> Callables(lambda x: float(x @ x), lambda x: 2 * x).slope(np.ones(2)).tolist()
    [2.0, 2.0]
    >>> Callables(lambda x: float(x @ x), lambda x: x).check(np.ones(1))
    Traceback (most recent call last):
    ...
    mirrortheory.errors.InvalidArgument: gradient must be the derivative of value, got 1 where differences give 2; correct it
    """

    _value: Callable[[Array], float]
    _gradient: Callable[[Array], ArrayLike]

    def __init__(self, value: Callable[[Array], float], gradient: Callable[[Array], ArrayLike]) -> None:
        for name, function in (("value", value), ("gradient", gradient)):
            if not callable(function):
                raise InvalidArgument(name, "a function of x, shape (d,)", function, "write for example lambda x: x @ x")
        object.__setattr__(self, "_value", value)
        object.__setattr__(self, "_gradient", gradient)

    def value(self, x: Array) -> float:
        found = np.asarray(self._value(x.copy()), dtype=float)
        if found.shape != ():
            raise InvalidArgument("value", "a function that returns one number", found.shape, "return a float")
        return float(found)

    def slope(self, x: Array) -> Array:
        found = np.asarray(self._gradient(x.copy()), dtype=float)
        if found.shape != x.shape:
            raise InvalidArgument("gradient", f"a function that returns shape {x.shape}", found.shape, "one entry a coordinate")
        return found

    def check(self, x: Array) -> None:
        """Refuse a start x where the loss is not finite, or where the gradient is not that of the value.

        Raises:
            NotSmooth, InvalidArgument: naming what is wrong.
        """
        super().check(x)
        gradient, h = self.slope(x), _DIFFERENCE * max(1.0, float(np.abs(x).max()))
        directions = np.eye(len(x))
        if len(x) > _MOST_DIRECTIONS:
            directions = np.random.default_rng(0).normal(size=(_MOST_DIRECTIONS, len(x)))
            directions /= np.linalg.norm(directions, axis=1)[:, None]
        for u in directions:
            with np.errstate(all="ignore"):
                near, far = ((self.value(x + s * u) - self.value(x - s * u)) / (2 * s) for s in (h, 2 * h))
            rounding = 8 * np.finfo(float).eps * abs(self.value(x)) / h
            allowed = _SLOPES_AGREE * np.abs(gradient).max() + 4 * abs(near - far) + rounding
            if abs(near - gradient @ u) > allowed:  # not so where a difference is NaN: that says nothing
                got = f"{gradient @ u:.4g} where differences give {near:.4g}"
                raise InvalidArgument("gradient", "the derivative of value", got, "correct it")


@dataclass(frozen=True, eq=False)
class Scalar(Problem):
    """f(x) = sum_j h(x_j) for a continuously differentiable SymPy expression h in one symbol, which stands for a real number.

    A kink, and a function that NumPy lacks, are refused where the loss or a derivative is first evaluated.

    >>> Scalar(abs(sympy.Symbol("x"))).slope(np.zeros(1))
    Traceback (most recent call last):
    ...
    mirrortheory.errors.InvalidArgument: expr must be without kinks, got Abs(x); its slope jumps from -1 to 1 at x = 0: smooth it
    """

    expr: sympy.Expr

    def __post_init__(self) -> None:
        symbols = tuple(self.expr.free_symbols) if isinstance(self.expr, sympy.Expr) else ()
        if len(symbols) != 1:
            raise InvalidArgument("expr", "an expression in one symbol", self.expr, "write for example (x - 1)**2/2")
        if symbols[0].is_extended_real is False or self._real[1].has(sympy.I):
            raise InvalidArgument("expr", "a real expression in a real symbol", self.expr, "write for example (x - 1)**2/2")

    def __reduce__(self) -> tuple[type[Scalar], tuple[sympy.Expr]]:
        return Scalar, (self.expr,)  # compiled functions are made anew

    @property
    def separable(self) -> bool:
        return True

    @property
    def derivative(self) -> tuple[sympy.Symbol, sympy.Expr]:
        """The symbol as a real one, and the derivative of h by it between its kinks."""
        x, expr = self._real
        return x, derivative(expr, x)

    @cached_property
    def _real(self) -> tuple[sympy.Symbol, sympy.Expr]:
        (symbol,) = self.expr.free_symbols
        x = symbol if symbol.is_extended_real else sympy.Symbol(symbol.name, real=True)
        return x, self.expr.xreplace({symbol: x})

    @cached_property
    def _compiled(self) -> tuple[Callable[[Array], Any], ...]:
        """h, h' and h'' for NumPy."""
        x, expr = self._real
        found = kink(expr, x)
        if found is not None:
            raise InvalidArgument("expr", "without kinks", self.expr, f"its {found}: smooth it")
        slope = derivative(expr, x)
        formulas = expr, slope, derivative(slope, x)
        for formula in formulas:
            unknown = _unknown(formula)
            if unknown is not None:
                condition = "made of functions that NumPy has, and so its derivatives"
                raise InvalidArgument("expr", condition, self.expr, f"write {shown(unknown)} by others")
        return tuple(sympy.lambdify(x, formula, "numpy") for formula in formulas)

    def value(self, x: Array) -> float:
        return float(np.sum(self._compiled[0](x)))

    def slope(self, x: Array) -> Array:
        return np.broadcast_to(self._compiled[1](x), x.shape).astype(float)

    def hessian(self, x: Array) -> Array:
        return np.diag(np.broadcast_to(self._compiled[2](x), x.shape).astype(float))

    def columns(self, which: Indices) -> Columns:
        return self.slope


@dataclass(frozen=True, eq=False)
class Quadratics:
    """The data of many quadratic losses: Z of shape (batch, n, d), b of shape (batch, n)."""

    Z: Array
    b: Array

    @cached_property
    def normal(self) -> tuple[Array, Array]:
        """Z^T Z, shape (batch, d, d), and Z^T b, shape (batch, d)."""
        return np.einsum("kni,knj->kij", self.Z, self.Z), np.einsum("kni,kn->ki", self.Z, self.b)

    def columns(self, which: Indices) -> Columns:
        """Return the function that maps points, shape (d, c), to the gradients of the losses ``which``, shape (d, c)."""
        n, d = self.Z.shape[1:]
        if d <= 2 * n:  # one product of d x d is cheaper than two of n x d
            hessian, pull = (_last(v[which]) for v in self.normal)
            return lambda x: _minus(_times(hessian, x), pull)
        data, target = _last(self.Z[which]), _last(self.b[which])
        return lambda x: _times(np.swapaxes(data, 0, 1), _times(data, x) - target)


@dataclass(frozen=True, eq=False, init=False)
class Stack:
    """One loss for each trajectory of a batch.

    Quadratic, Logistic or Exponential losses of one kind with tables of one shape are evaluated together; others one by one.

    Args:
        problems: losses of the same dimension.

    Attributes:
        alike: whether they are of one class, with tables of one shape.

    Raises:
        InvalidArgument: for no losses, what is no loss, and losses of different dimensions.

    >>> stack = Stack([Quadratic([[1.0]], [1.0]), Quadratic([[2.0]], [0.0])])
    >>> len(stack.problems), stack.columns(np.array([0, 1]))(np.array([[3.0, 3.0]])).tolist()
    (2, [[2.0, 12.0]])
    """

    problems: tuple[Problem, ...]
    columns: Callable[[Indices], Columns]
    alike: bool

    def __init__(self, problems: Iterable[Problem]) -> None:
        if not isinstance(problems, Iterable):
            raise InvalidArgument("problems", "losses, at least one", problems, "write for example Stack([Quadratic(Z, b), ..])")
        losses = tuple(problems)
        strangers = [type(loss).__name__ for loss in losses if not isinstance(loss, Problem)]
        if strangers or not losses:
            got = strangers[0] if strangers else "nothing"
            raise InvalidArgument("problems", "losses, at least one", got, "write for example Stack([Quadratic(Z, b), ..])")
        dimensions = {loss.dimension for loss in losses} - {None}
        if len(dimensions) > 1:
            raise InvalidArgument(
                "problems", "of one dimension", sorted(map(str, dimensions)), "follow others in a batch of their own"
            )
        first = losses[0]
        alike = len({(type(loss), np.shape(getattr(loss, "Z", ()))) for loss in losses}) == 1
        object.__setattr__(self, "problems", losses)
        object.__setattr__(self, "alike", alike)
        object.__setattr__(self, "columns", (type(first) if alike else Problem).stacked(losses))

    def __reduce__(self) -> tuple[type[Stack], tuple[tuple[Problem, ...]]]:
        return Stack, (self.problems,)

    @property
    def dimension(self) -> int | None:
        """The dimension d of x, or None when every d will do."""
        return next((loss.dimension for loss in self.problems if loss.dimension is not None), None)

    @property
    def separable(self) -> bool:
        """Whether every loss is a sum over the coordinates."""
        return all(loss.separable for loss in self.problems)

    @cached_property
    def quadratics(self) -> Quadratics | None:
        """The data, where all losses are a Quadratic with tables of one shape."""
        if not self.alike or type(self.problems[0]) is not Quadratic:
            return None
        return Quadratics(*(np.stack([getattr(loss, name) for loss in self.problems]) for name in ("Z", "b")))


def _unknown(expr: sympy.Expr) -> sympy.Basic | None:
    """Return the first part of an expression that has no NumPy function of arrays; None when there is none."""
    return next((part for part in sympy.postorder_traversal(expr) if isinstance(part, sympy.Expr) and not _printed(part)), None)


def _printed(expr: sympy.Expr) -> bool:
    printer = NumPyPrinter()
    try:
        printer.doprint(expr)
    except NotImplementedError:
        return False
    return "math" not in printer.module_imports  # whose functions are of single numbers


def _last(stacked: Array) -> Array:
    return np.ascontiguousarray(np.moveaxis(stacked, 0, -1))


def _times(data: Array, x: Array) -> Array:
    """Return the products of matrices, shape (n, d, c) or (n, d) for all, and columns, shape (d, c), each as if alone."""
    if data.ndim == 2 and len(x) > _SHORT:
        product: Array = np.matmul(data, np.ascontiguousarray(x.T)[..., None])[..., 0]
        return np.ascontiguousarray(product.T)
    if x.shape[-1] == 1:  # einsum adds in another order along a single column
        return _times(data if data.ndim == 2 else np.repeat(data, 2, axis=-1), np.repeat(x, 2, axis=-1))[:, :1]
    total: Array = np.einsum("nd,dc->nc" if data.ndim == 2 else "ndc,dc->nc", data, x)
    return total


def _minus(total: Array, other: Array) -> Array:
    return np.subtract(total, other, out=total)


def _finite(name: str, array: Array) -> None:
    if not np.isfinite(array).all():
        raise InvalidArgument(name, "finite in every entry", array[~np.isfinite(array)][0], "remove the entry")


def _table(data: Array) -> None:
    if data.ndim != 2 or 0 in data.shape:
        raise InvalidArgument("Z", "of shape (n, d), n and d at least 1", data.shape, "give one row for each datum")
