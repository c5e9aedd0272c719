"""Limits at the ends of intervals, which SymPy finds and balls confirm: it takes x/sqrt(1 - x^2) to -oo as x tends to 1."""

from __future__ import annotations

from itertools import pairwise

import sympy

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import Ball, BallFunction, precision

_BITS = 512
_NEAR, _FAR = (4, 8, 16, 32), (1, 2, 4, 8, 16)  # k of 2^-k, the distance from an end, and of 2^k far out


def limit_at(form: sympy.Expr, t: sympy.Symbol, end: sympy.Expr, side: str) -> sympy.Expr | None:
    """Return the limit of a monotone function at an end of an interval, or None.

    Args:
        form: an expression in ``t`` alone, monotone near the end.
        t: the variable.
        end: a constant, or an infinite end.
        side: "+" from above, "-" from below.
    """
    if end.is_finite:
        value = form.subs(t, end)
        if not value.has(sympy.zoo, sympy.nan) and value.is_finite and _enclosed(value) is not None:
            return value
    try:
        limit = sympy.limit(form, t, end, side)
    except (NotImplementedError, ValueError, TypeError, RecursionError, AttributeError, NotEvaluable):
        return None  # SymPy has no answer
    if not limit.is_extended_real or limit.has(sympy.Limit, sympy.AccumBounds):
        return None
    return confirmed(form, t, end, side, limit)


def confirmed(form: sympy.Expr, t: sympy.Symbol, end: sympy.Expr, side: str, limit: sympy.Expr) -> sympy.Expr | None:
    """Return the limit, with the sign that an infinite one has, where values tend to it."""
    sign = 1 if side == "+" else -1
    try:
        function = BallFunction(form, (t,))
        with precision(_BITS):
            if end.is_finite:
                values = [function(BallFunction(end, ())() + sign * Ball(2) ** -k) for k in _NEAR]
            else:
                values = [function(-sign * Ball(2) ** k) for k in _FAR]
    except NotEvaluable:
        return None
    values = [value for value in values if value.is_finite()]
    if len(values) < 2:
        return None
    if limit.is_infinite:
        steps = [after - before for before, after in pairwise(values)]
        if all(step > 0 for step in steps):
            return sympy.oo
        return -sympy.oo if all(step < 0 for step in steps) else None
    goal = _enclosed(limit)
    if goal is None:
        return None
    gaps = [abs(value - goal) for value in values]
    if all(gap == 0 or gap < Ball(2) ** (-_BITS // 2) for gap in gaps):
        return limit
    return limit if all(not after > before for before, after in pairwise(gaps)) and not 2 * gaps[-1] > gaps[0] else None


def _enclosed(constant: sympy.Expr) -> Ball | None:
    try:
        with precision(_BITS):
            value = BallFunction(constant, ())()
    except NotEvaluable:
        return None
    return value if value.is_finite() else None
