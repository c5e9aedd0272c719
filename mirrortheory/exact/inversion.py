"""Inverses of elementary expressions, by undoing one operation after the other."""

from __future__ import annotations

import sympy

_INVERSES = {
    sympy.exp: sympy.log,
    sympy.log: sympy.exp,
    sympy.sinh: sympy.asinh,
    sympy.asinh: sympy.sinh,
    sympy.tanh: sympy.atanh,
    sympy.atanh: sympy.tanh,
}


def inverse(expr: sympy.Expr, variable: sympy.Symbol, value: sympy.Expr) -> sympy.Expr | None:
    """Solve ``expr = value`` for ``variable`` where ``expr`` increases or decreases strictly; None when no rule applies.

    A power is undone where its base is positive; a cubic a v^3 + b v with a, b > 0 by the hyperbolic sine of a third.

    >>> x, y = sympy.symbols("x y", positive=True)
    >>> inverse(sympy.asinh(2 * x / 3) / 2, x, y)
    3*sinh(2*y)/2
    """
    while expr != variable:
        if expr.is_Add:
            constant, expr = expr.as_independent(variable, as_Add=True)
            if expr.is_Add:
                cubic = _cubic(expr, variable, value - constant)
                if cubic is not None or constant == 0:
                    return cubic
            value = value - constant
        elif expr.is_Mul:
            coefficient, expr = expr.as_independent(variable, as_Add=False)
            if expr.is_Mul:
                return None
            value = value / coefficient
        elif expr.is_Pow and not expr.exp.has(variable) and expr.base.is_positive:
            expr, value = expr.base, value ** (1 / expr.exp)
        elif expr.is_Pow and not expr.base.has(variable) and expr.base.is_positive:
            expr, value = expr.exp, sympy.log(value) / sympy.log(expr.base)
        elif type(expr) in _INVERSES:
            (argument,) = expr.args
            expr, value = argument, _INVERSES[type(expr)](value)
        else:
            return None
    return value


def _cubic(expr: sympy.Expr, variable: sympy.Symbol, value: sympy.Expr) -> sympy.Expr | None:
    """Solve a v^3 + b v = value by v = 2 sqrt(b/(3a)) sinh(t): it becomes sinh(3t) = (value/2) sqrt(27 a/b^3)."""
    polynomial = sympy.expand(expr).as_poly(variable)
    if polynomial is None or polynomial.degree() != 3:
        return None
    a, square, b, constant = polynomial.all_coeffs()
    if square != 0 or constant != 0 or not (a.is_positive and b.is_positive):
        return None
    angle = sympy.asinh(value * sympy.sqrt(27 * a / b**3) / 2) / 3
    return 2 * sympy.sqrt(b / (3 * a)) * sympy.sinh(angle)
