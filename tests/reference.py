"""Values by mpmath, in contexts of their own, from exact rationals: what ball arithmetic is compared with."""

import mpmath
import sympy
from sympy.functions.elementary.piecewise import ExprCondPair

from mirrortheory.exact import ball, evaluate, precision

_NAMES = {
    sympy.Abs: "fabs",
    sympy.LambertW: "lambertw",
    sympy.elliptic_k: "ellipk",
    sympy.elliptic_e: "ellipe",
    sympy.elliptic_f: "ellipf",
}
_COMPARISONS = {
    sympy.Gt: lambda a, b: a > b,
    sympy.Ge: lambda a, b: a >= b,
    sympy.Lt: lambda a, b: a < b,
    sympy.Le: lambda a, b: a <= b,
}


def context(digits):
    """An mpmath context of its own: the global one is left alone."""
    ctx = mpmath.mp.clone()
    ctx.dps = digits
    return ctx


def number(ctx, value):
    """An exact rational in ``ctx``, rounded once."""
    value = sympy.Rational(value)
    return ctx.mpf(int(value.p)) / int(value.q)


def rational(value):
    """The exact rational that an mpmath number is."""
    sign, mantissa, exponent, _ = value._mpf_
    return (-1) ** sign * sympy.Integer(mantissa) * sympy.Integer(2) ** exponent


def value(ctx, expr, point):
    """Evaluate a SymPy expression in ``ctx``, walking its tree; nothing passes through a float."""
    if isinstance(expr, sympy.Rational):
        return number(ctx, expr)
    if expr in point:
        return number(ctx, point[expr])
    if expr in (sympy.E, sympy.pi):
        return +(ctx.e if expr is sympy.E else ctx.pi)
    if isinstance(expr, sympy.Piecewise):
        for branch, condition in (p.args for p in expr.args if isinstance(p, ExprCondPair)):
            if condition == sympy.true or _holds(ctx, condition, point):
                return value(ctx, branch, point)
        raise ValueError(f"no branch of {expr} holds")
    if isinstance(expr, sympy.hyper):
        above, below = ([value(ctx, e, point) for e in parameters] for parameters in (expr.ap, expr.bq))
        return ctx.hyper(above, below, value(ctx, expr.argument, point))
    arguments = [value(ctx, argument, point) for argument in expr.args]
    if isinstance(expr, sympy.Add):
        return ctx.fsum(arguments)
    if isinstance(expr, sympy.Mul):
        return ctx.fprod(arguments)
    if isinstance(expr, sympy.Pow):
        exponent = int(expr.exp) if isinstance(expr.exp, sympy.Integer) else arguments[1]
        return ctx.power(arguments[0], exponent)
    if isinstance(expr, sympy.Max | sympy.Min):
        return (max if isinstance(expr, sympy.Max) else min)(arguments)
    return ctx.convert(getattr(ctx, _NAMES.get(type(expr), type(expr).__name__))(*arguments)).real


def _holds(ctx, condition, point):
    return _COMPARISONS[type(condition)](value(ctx, condition.lhs, point), value(ctx, condition.rhs, point))


def interval(expr, point, digits):
    """A ball around mpmath's value at twice ``digits``, as wide as the two precisions differ."""
    rough, sharp = (rational(value(context(d), expr, point)) for d in (digits, 2 * digits))
    return around(sharp, abs(rough - sharp))


def around(middle, radius):
    """The ball [middle - radius, middle + radius], of exact rationals, rounded outwards at 1000 bits."""
    with precision(1000):
        return ball(middle - radius).union(ball(middle + radius))


def is_close(enclosure, approximation, tolerance):
    """Whether a ball meets [approximation (1 - tolerance), approximation (1 + tolerance)] and is as narrow itself."""
    middle = rational(approximation)
    radius = sympy.Rational(tolerance) * max(abs(middle), sympy.Rational(1, 10**400))
    return bool(enclosure.overlaps(around(middle, radius)) and enclosure.rad() <= around(sympy.S.Zero, radius).abs_upper())


def agree(left, right, points, digits=40):
    """Whether two expressions have overlapping enclosures of ``digits`` digits at every point; there must be some."""
    assert points
    return all(evaluate(left, point, digits).overlaps(evaluate(right, point, digits)) for point in points)
