r"""Zeros on thin sets: an analytic function on a connected set is 0 everywhere there or on a set without an inner point.

A modulus or sign is no such function. But where the signs :math:`\sigma` of their arguments stay, |a| is :math:`\sigma a`; with any
choice of signs an expression becomes one formal function, which is analytic if roots and logarithms are of what is positive. If it
differs from 0 at one point for every choice of signs, its zeros are thin: :math:`|x| - x` fails for :math:`\sigma = 1`.

Source: the identity theorem for real analytic functions (Krantz, Parks, "A Primer of Real Analytic Functions", section 4.1).
"""

from __future__ import annotations

import itertools

import sympy

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact.arb import precision
from mirrortheory.exact.balls import BallFunction
from mirrortheory.exact.terms import with_facts

_ENTIRE = (sympy.exp, sympy.sinh, sympy.cosh, sympy.tanh, sympy.sin, sympy.cos, sympy.asinh, sympy.atan)
_MOST_SIGNS = 8
_BITS = 200


def vanishes_on_a_thin_set(expr: sympy.Expr) -> bool:
    """Return whether the zeros of an expression are shown to be a set without an inner point; False says nothing.

    >>> x = sympy.Symbol("x", real=True)
    >>> [vanishes_on_a_thin_set(e) for e in (abs(x - 1) - 2, abs(x) - x, sympy.Max(x, 0))]
    [True, False, False]
    """
    if not _is_analytic(expr, with_poles=True):
        return False
    arguments = sorted({f.args[0] for f in expr.atoms(sympy.Abs, sympy.sign)}, key=lambda e: (sympy.count_ops(e), str(e)))
    if len(arguments) > _MOST_SIGNS:
        return False
    letters = sorted(expr.free_symbols, key=str)
    values = {letter: sympy.Rational(2 * k + 3, 2 * k + 7) for k, letter in enumerate(letters)}
    for signs in itertools.product((1, -1), repeat=len(arguments)):
        point, rule = values, dict[sympy.Basic, sympy.Expr]()
        for argument, sign in zip(arguments, signs, strict=True):
            if argument.is_Symbol:  # which has the sign at the point
                point = {**point, argument: sign * values[argument]}
            else:
                rule |= {sympy.Abs(argument): sign * argument, sympy.sign(argument): sympy.Integer(sign)}
        formal = expr
        while (replaced := formal.xreplace(rule)) != formal:  # one may stand inside another
            formal = replaced
        try:
            with precision(_BITS):
                value = BallFunction(formal, letters)(*point.values())
        except NotEvaluable:
            return False
        if not (value > 0 or value < 0):
            return False
    return True


def _is_analytic(expr: sympy.Expr, *, with_poles: bool) -> bool:
    """Return whether an expression is analytic once signs are chosen, off its poles if it may have some."""
    if expr.is_Symbol or expr.is_number:
        return True
    if isinstance(expr, sympy.Add | sympy.Mul):
        return all(_is_analytic(e, with_poles=with_poles) for e in expr.args)
    if isinstance(expr, sympy.Abs | sympy.sign):
        return _is_analytic(expr.args[0], with_poles=with_poles)
    if isinstance(expr, sympy.Pow):
        whole = bool(expr.exp.is_Integer and (with_poles or expr.exp > 0))
        base = _is_analytic(expr.base, with_poles=with_poles and whole)
        return base and (whole or _is_solid(expr.base)) and _is_analytic(expr.exp, with_poles=False)
    if isinstance(expr, sympy.log | sympy.gamma | sympy.LambertW) and len(expr.args) == 1:
        return _is_solid(expr.args[0]) and _is_analytic(expr.args[0], with_poles=False)
    return isinstance(expr, _ENTIRE) and _is_analytic(expr.args[0], with_poles=False)


def _is_solid(expr: sympy.Expr) -> bool:
    """Return whether an expression is positive wherever its letters are not 0, by their assumptions."""
    if isinstance(expr, sympy.Abs):
        return bool(expr.args[0].is_Symbol)
    if any(not part.args[0].is_Symbol for part in expr.atoms(sympy.Abs, sympy.sign)):
        return False  # with a sign that is chosen it may be negative, and its root or logarithm comes back with another branch
    return bool(with_facts(expr).is_positive)
