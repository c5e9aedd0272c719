"""Inverses of elementary expressions, by undoing one operation after the other."""

from __future__ import annotations

import sympy

from mirrortheory.exact.constants import is_steep

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

    A power is undone where its base is positive; a v^2 + b v and a v^3 + b v are where a and b are.

    >>> x, y = sympy.symbols("x y", positive=True)
    >>> inverse(sympy.asinh(2 * x / 3) / 2, x, y)
    3*sinh(2*y)/2
    """
    while expr != variable:
        if expr.is_Add:
            constant, expr = expr.as_independent(variable, as_Add=True)
            if expr.is_Add:
                root = _root(expr, variable, value - constant)
                if root is not None or constant == 0:
                    return root
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


def _root(expr: sympy.Expr, variable: sympy.Symbol, value: sympy.Expr) -> sympy.Expr | None:
    """Solve a v^2 + b v = value for v > 0, or a v^3 + b v = value, with a, b > 0.

    The cubic by v = 2 sqrt(b/(3a)) sinh(t), which makes it sinh(3t) = (value/2) sqrt(27 a/b^3).
    """
    polynomial = None if is_steep(expr) else sympy.expand(expr).as_poly(variable)
    if polynomial is None or polynomial.degree() not in (2, 3):
        return None
    a, *middle, b, constant = polynomial.all_coeffs()
    if constant != 0 or any(middle) or not (a.is_positive and b.is_positive):
        return None
    if polynomial.degree() == 2:
        return (sympy.sqrt(b**2 + 4 * a * value) - b) / (2 * a) if variable.is_positive else None
    angle = sympy.asinh(value * sympy.sqrt(27 * a / b**3) / 2) / 3
    return 2 * sympy.sqrt(b / (3 * a)) * sympy.sinh(angle)
