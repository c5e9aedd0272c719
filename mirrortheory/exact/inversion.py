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
    sympy.atan: lambda v: sympy.sin(v) / sympy.cos(v),
}


def inverse(expr: sympy.Expr, variable: sympy.Symbol, value: sympy.Expr) -> sympy.Expr | None:
    """Solve ``expr = value`` for ``variable`` where ``expr`` increases or decreases strictly; None when no rule applies.

    A power is undone where its base is positive; a v^2 + b v and a v^3 + b v are where a and b are; (a g + b)/(c g + d) is solved
    for a function g of v; k log g - k log h is k log(g/h); a root of a rational function is squared.

    >>> x, y = sympy.symbols("x y", positive=True)
    >>> inverse(sympy.asinh(2 * x / 3) / 2, x, y)
    3*sinh(2*y)/2
    """
    while expr != variable:
        if expr.is_Add:
            constant, expr = expr.as_independent(variable, as_Add=True)
            value = value - constant
            if expr.is_Add:
                root = _root(expr, variable, value)
                if root is not None:
                    return root
                simpler = _undone(expr, variable, value)
                if simpler is None:
                    return None
                expr, value = simpler
        elif expr.is_Mul:
            coefficient, expr = expr.as_independent(variable, as_Add=False)
            value = value / coefficient
            if expr.is_Mul:
                simpler = _undone(expr, variable, value)
                if simpler is None:
                    return None
                expr, value = simpler
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


def _undone(expr: sympy.Expr, variable: sympy.Symbol, value: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr] | None:
    """Return (g, w) with g = w instead of ``expr = value``, for what is a simple function of g."""
    terms = [term.as_independent(sympy.log, as_Add=False) for term in sympy.Add.make_args(expr)]
    if len(terms) == 2 and all(isinstance(log, sympy.log) for _, log in terms) and terms[0][0] == -terms[1][0]:
        (k, first), (_, second) = terms
        a, b = first.args[0], second.args[0]
        odd = sympy.cancel((a - b) / (a + b))
        if not (odd / variable).has(variable):
            return odd, sympy.tanh(value / (2 * k))
        return sympy.cancel(a / b), sympy.exp(value / k)
    square = sympy.cancel(expr**2)
    if (
        variable.is_positive
        and value.is_positive
        and square.is_rational_function(variable)
        and not expr.is_rational_function(variable)
    ):
        return square, value**2
    numerator, denominator = sympy.fraction(sympy.together(expr))
    for inner in (variable, *sorted(expr.atoms(sympy.Pow, sympy.Function), key=sympy.default_sort_key)):
        if inner != expr and inner.has(variable):
            t = sympy.Dummy("t", real=True)
            parts = [sympy.expand(part).subs(inner, t) for part in (numerator, denominator)]
            if any(part.has(variable) or not part.is_polynomial(t) or sympy.degree(part, t) > 1 for part in parts):
                continue
            (b, a), (d, c) = ((part.subs(t, 0), part.coeff(t, 1)) for part in parts)
            return None if a * d == b * c else (inner, (d * value - b) / (a - c * value))
    return None
