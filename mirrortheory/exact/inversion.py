"""Inverses of elementary expressions, by undoing one operation after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import sympy

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact.arb import precision
from mirrortheory.exact.balls import BallFunction
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
    if is_steep(expr) or (expr.is_Add and _of_no_root(expr, variable)):
        return None
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


def _of_no_root(expr: sympy.Expr, variable: sympy.Symbol) -> bool:
    """Return whether a sum holds roots, and the variable also outside of each of them: then it is no simple function of one."""
    bases = {power.base for power in expr.atoms(sympy.Pow) if power.base.has(variable) and not power.exp.is_Integer}
    rest = (expr.replace(lambda e, base=base: e.is_Pow and e.base == base, lambda _: sympy.S.One) for base in bases)
    return bool(bases) and all(left.has(variable) for left in rest)


def solved(
    form: sympy.Expr,
    variable: sympy.Symbol,
    value: sympy.Expr,
    at: Sequence[sympy.Expr],
    constants: Mapping[sympy.Symbol, sympy.Expr],
) -> sympy.Expr | None:
    """Solve ``form = value`` on an interval where ``form`` is strictly monotone and analytic; None when no rule applies.

    Besides what :func:`inverse` does, a combination of logarithms or a product of powers of polynomials is solved where it comes to
    an equation of degree one or two in a power of the variable. Solutions are tried at points of the interval.

    Args:
        form: an expression in ``variable`` and in the symbols of ``constants``.
        variable: what is solved for.
        value: the right-hand side, a symbol or an expression.
        at: points of the interval.
        constants: values of the symbols that stand for constants.

    >>> t, y = sympy.Symbol("t", positive=True), sympy.Symbol("y", real=True)
    >>> solved(sympy.log(t) / 2 - sympy.log(1 + 2 * t**2) / 4, t, y, (sympy.S.One, sympy.Integer(2)), {})
    sqrt(-1/(2*exp(4*y) - 1))*exp(2*y)
    """
    stand_in = sympy.Dummy("v", real=True)
    direct = inverse(form, variable, stand_in)
    if direct is None and isinstance(form.as_independent(variable, as_Add=False)[1], sympy.atan):
        coefficient, angle = form.as_independent(variable, as_Add=False)
        direct = inverse(angle.args[0], variable, sympy.tan(stand_in / coefficient))
    for candidate in (direct,) if direct is not None else _from_powers(form, variable, stand_in):
        if all(_is_root(candidate.subs(stand_in, form.subs(variable, point)), point, constants) for point in at):
            return candidate.subs(stand_in, value)
    return None


def _is_root(candidate: sympy.Expr, point: sympy.Expr, constants: Mapping[sympy.Symbol, sympy.Expr]) -> bool:
    try:
        with precision(256):
            difference = BallFunction((candidate - point).xreplace(dict(constants)), ())()
    except NotEvaluable:
        return False
    return bool(difference.is_finite() and difference.contains(0) and difference.rad() < 2**-64)


def _from_powers(form: sympy.Expr, variable: sympy.Symbol, value: sympy.Symbol) -> list[sympy.Expr]:
    """Solve sum c_i log p_i = value, or c prod p_i^e_i = value, as prod p_i^n_i = E; the candidates."""
    constant, rest = form.as_independent(variable, as_Add=True)
    logs = [term.as_independent(variable, as_Add=False) for term in sympy.Add.make_args(rest)]
    if all(isinstance(log, sympy.log) for _, log in logs):
        pairs = [(log.args[0], c) for c, log in logs]
    elif constant == 0:
        constant, product = form.as_independent(variable, as_Add=False)
        pairs, logs = [factor.as_base_exp() for factor in sympy.Mul.make_args(product)], []
    else:
        return []
    unit = pairs[0][1]
    ratios = [sympy.radsimp(e / unit) for _, e in pairs]
    if not all(ratio.is_Rational and base.is_polynomial(variable) for ratio, (base, _) in zip(ratios, pairs, strict=True)):
        return []
    unit = unit * math.gcd(*(int(r.p) for r in ratios)) / math.lcm(*(int(r.q) for r in ratios))
    unit = -unit if unit.is_negative else unit
    powers = [(base, int(sympy.radsimp(e / unit))) for base, e in pairs]
    size = sympy.Dummy("E", positive=True)
    above, below = (sympy.Mul(*(b ** abs(n) for b, n in powers if side * n > 0)) for side in (1, -1))
    equation = sympy.Poly(above - size * below, variable)
    degrees = [degree for (degree,) in equation.monoms() if degree > 0]
    if not degrees:
        return []
    step = math.gcd(*degrees)
    if max(degrees) > 2 * step or (step > 1 and not variable.is_positive):
        return []
    root = sympy.Dummy("r", positive=True)
    reduced = sympy.Poly({(degree // step,): c for (degree,), c in equation.terms()}, root)
    found = (
        [sympy.together(sympy.cancel(-reduced.nth(0) / reduced.nth(1)))]
        if reduced.degree() == 1
        else list(sympy.roots(reduced, root))
    )
    target = sympy.exp((value - constant) / unit) if logs else (value / constant) ** (1 / unit)
    return [(e ** sympy.Rational(1, step)).subs(size, target) for e in found]
