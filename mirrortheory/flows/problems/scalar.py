"""A sum over the coordinates of one formula, which has no kinks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

import numpy as np
import sympy
from sympy.printing.numpy import NumPyPrinter

from mirrortheory.errors import InvalidArgument, shown
from mirrortheory.exact import as_expression
from mirrortheory.flows.problems.base import Array, Columns, Indices, Problem
from mirrortheory.flows.problems.kinks import derivative, kink

_JUMPING = (sympy.Mod, sympy.floor, sympy.ceiling, sympy.frac, sympy.arg, sympy.Derivative, sympy.Integral)  # or not worked out


@final
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
        if hasattr(self.expr, "everywhere"):  # a form of a potential, which may be written for x > 0
            object.__setattr__(self, "expr", as_expression(self.expr.everywhere(), "expr"))
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


def _unknown(expr: sympy.Expr) -> sympy.Basic | None:
    """Return the first part of an expression that has no NumPy function of arrays; None when there is none."""
    return next((part for part in sympy.postorder_traversal(expr) if isinstance(part, sympy.Expr) and not _printed(part)), None)


def _printed(expr: sympy.Expr) -> bool:
    if isinstance(expr, _JUMPING):
        return False
    printer = NumPyPrinter()
    try:
        printer.doprint(expr)
    except NotImplementedError:
        return False
    return "math" not in printer.module_imports  # whose functions are of single numbers
