r"""Ball arithmetic: SymPy expressions as Arb evaluators whose result contains the true value.

The printer keeps every rational exact until the working precision is known: a constant such as 1/3 is never rounded to
a double on the way. A result that is undefined (a pole, a branch point, an undecided condition) is a non-finite ball,
never a wrong finite one.

Source: Johansson (2017), "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic", IEEE Trans. Comput. 66.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import flint
import sympy
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair

from mirrortheory.errors import InvalidArgument, NotEvaluable, shown

Ball: TypeAlias = flint.arb
_BITS_PER_DIGIT = 3.3219280948873626
_GUARD_BITS = 24
_MAX_DOUBLINGS = 7


@contextlib.contextmanager
def precision(bits: int) -> Iterator[None]:
    """Set Arb's working precision to ``bits`` inside the block, and restore it after, whatever happens."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def bits_for(digits: int) -> int:
    """Return a working precision, in bits, that leaves a guard beyond ``digits`` decimal digits."""
    return int(digits * _BITS_PER_DIGIT) + _GUARD_BITS


def ball(value: object) -> Ball:
    """Enclose an exact rational at the current precision.

    Raises:
        InvalidArgument: when ``value`` is not rational.
    """
    if isinstance(value, Ball):
        return value
    if isinstance(value, int | sympy.Integer):
        return Ball(int(value))
    if isinstance(value, sympy.Rational):
        return Ball(flint.fmpq(int(value.p), int(value.q)))
    raise InvalidArgument("value", "an exact rational", value, "write an integer or a fraction such as 3/2")


def _nan() -> Ball:
    return Ball("nan")


def _power(base: Ball, exponent: Ball) -> Ball:
    # Arb goes through log at 0, where x**e is nevertheless 0 for e > 0 and 1 for e = 0; and its nan**0 is 1.
    if not base.is_finite():
        return _nan()
    if base == 0:
        return Ball(0) if exponent > 0 else Ball(1) if exponent == 0 else _nan()
    return base**exponent


def _integer_power(base: Ball, n: int) -> Ball:
    # Arb's power of a ball that contains 0 is not finite through python-flint; squaring is, and n is small.
    result, square = Ball(1), abs(base) if n % 2 == 0 else base
    while n:
        result = result * square if n % 2 else result
        square = square * square
        n //= 2
    return result


def _root(base: Ball, n: int) -> Ball:
    return base if base == 0 else base.root(n)  # a ball that merely holds 0 has no root through Arb


def _sign(value: Ball) -> Ball:
    return value.sgn() if value.is_finite() else _nan()  # Arb gives [-1, 1] for the sign of an undefined value


def _compare(kind: type[Relational], left: Ball, right: Ball) -> bool | None:
    difference = left - right
    if not difference.is_finite():
        return None
    positive, negative, zero = difference > 0, difference < 0, difference == 0
    truth = {
        sympy.Gt: (positive, negative or zero),
        sympy.Ge: (positive or zero, negative),
        sympy.Lt: (negative, positive or zero),
        sympy.Le: (negative or zero, positive),
        sympy.Eq: (zero, positive or negative),
        sympy.Ne: (positive or negative, zero),
    }[kind]
    return True if truth[0] else False if truth[1] else None


_METHODS: dict[type[sympy.Basic], str] = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.sinh: "sinh",
    sympy.cosh: "cosh",
    sympy.tanh: "tanh",
    sympy.asinh: "asinh",
    sympy.acosh: "acosh",
    sympy.atanh: "atanh",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.atan: "atan",
    sympy.gamma: "gamma",
}


class BallFunction:
    """A SymPy expression compiled for ball arithmetic.

    Args:
        expr: expression in ``variables``; rationals, powers, exp, log, hyperbolic functions, Abs, sign, Piecewise, 2F1.
        variables: the symbols, in the order of the arguments of the call.

    Raises:
        NotEvaluable: when the expression holds a float, an unknown symbol or a function with no enclosure here.

    >>> x = sympy.Symbol("x")
    >>> third = BallFunction(x / 3, (x,))
    >>> with precision(200):
    ...     (3 * third(1)).contains(1)
    True
    """

    def __init__(self, expr: sympy.Expr, variables: Sequence[sympy.Symbol]) -> None:
        self.expr, self.variables = expr, tuple(variables)
        self._index = {v: i for i, v in enumerate(self.variables)}
        self._tape: list[tuple[Callable[..., Ball], tuple[int, ...]]] = []
        self._constants: list[sympy.Rational] = []
        self._places: dict[sympy.Basic, int] = {}
        # Places 0..n-1 are the variables; each later place is one operation on earlier places.
        self._result = self._place(sympy.sympify(expr))

    def __call__(self, *point: object) -> Ball:
        """Return an enclosure at ``point`` (balls or exact rationals) at the current precision; it may be non-finite."""
        if len(point) != len(self.variables):
            names = ", ".join(map(str, self.variables))
            raise InvalidArgument("point", f"one value for each of ({names})", len(point), "give every variable a value")
        values: list[Ball] = [ball(v) for v in point]
        for operation, places in self._tape:
            values.append(operation(*[values[i] for i in places]))
        return values[self._result]

    def enclose(self, point: Sequence[object], digits: int) -> Ball:
        """Return a ball of radius at most 10^-digits (relative to max(1, |value|)), raising the precision as needed.

        Raises:
            NotEvaluable: when 128 times the first precision does not reach that radius.
        """
        bits = bits_for(digits)
        for _ in range(_MAX_DOUBLINGS):
            with precision(bits):
                value = self(*point)
                if value.is_finite() and is_accurate(value, digits):
                    return value
            bits *= 2
        raise NotEvaluable(f"no enclosure of {shown(self.expr)} to {digits} digits at {shown(point)}")

    def _place(self, expr: sympy.Basic) -> int:
        if expr in self._index:
            return self._index[expr]
        if expr not in self._places:
            operation, arguments = self._operation(expr)
            places = tuple(self._place(a) for a in arguments)
            self._tape.append((operation, places))
            self._places[expr] = len(self.variables) + len(self._tape) - 1
        return self._places[expr]

    def _operation(self, expr: sympy.Basic) -> tuple[Callable[..., Ball], tuple[sympy.Basic, ...]]:
        if isinstance(expr, sympy.Rational):
            return lambda value=expr: ball(value), ()
        if expr is sympy.pi:
            return lambda: Ball.pi(), ()
        if expr is sympy.E:
            return lambda: Ball.const_e(), ()
        if isinstance(expr, sympy.Add):
            return _sum, expr.args
        if isinstance(expr, sympy.Mul):
            return _product, expr.args
        if isinstance(expr, sympy.Pow):
            return self._pow(expr)
        if isinstance(expr, sympy.Abs):
            return abs, expr.args
        if isinstance(expr, sympy.sign):
            return _sign, expr.args
        if isinstance(expr, sympy.Max):
            return _largest, expr.args
        if isinstance(expr, sympy.Min):
            return _smallest, expr.args
        if isinstance(expr, sympy.LambertW) and len(expr.args) == 1:
            return lambda z: z.lambertw(), expr.args
        if isinstance(expr, sympy.Piecewise):
            return self._conditional(expr)
        if isinstance(expr, sympy.hyper) and (len(expr.ap), len(expr.bq)) == (2, 1):
            arguments = (*expr.ap, *expr.bq, sympy.unpolarify(expr.argument))
            return lambda a, b, c, z: z.hypgeom_2f1(a, b, c), arguments
        method = _METHODS.get(type(expr))
        if method is not None:
            return lambda z, name=method: getattr(z, name)(), expr.args
        raise NotEvaluable(f"{shown(expr)} ({type(expr).__name__}) has no enclosure in ball arithmetic")

    def _pow(self, expr: sympy.Pow) -> tuple[Callable[..., Ball], tuple[sympy.Basic, ...]]:
        base, exponent = expr.args
        if isinstance(exponent, sympy.Integer):
            n = int(exponent)
            return (lambda z: _integer_power(z, n)) if n >= 0 else (lambda z: 1 / _integer_power(z, -n)), (base,)
        if exponent == sympy.S.Half:
            return lambda z: z.sqrt(), (base,)
        if isinstance(exponent, sympy.Rational) and exponent > 0:
            p, n = int(exponent.p), int(exponent.q)
            return lambda z: _integer_power(_root(z, n), p), (base,)
        return _power, (base, exponent)

    def _conditional(self, expr: sympy.Piecewise) -> tuple[Callable[..., Ball], tuple[sympy.Basic, ...]]:
        # Every branch is a function of its own, so that a pole in a branch not taken does no harm.
        pairs = []
        for value, condition in (p.args for p in expr.args if isinstance(p, ExprCondPair)):
            pairs.append((compile_condition(condition, self.variables), BallFunction(value, self.variables)))

        def choose(*point: Ball) -> Ball:
            for condition, branch in pairs:
                truth = condition(*point)
                if truth:
                    return branch(*point)
                if truth is None:
                    break
            return _nan()

        return choose, self.variables


def _sum(*terms: Ball) -> Ball:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _product(*factors: Ball) -> Ball:
    total = factors[0]
    for factor in factors[1:]:
        total = total * factor
    return total


def _largest(*values: Ball) -> Ball:
    best = values[0]
    for value in values[1:]:
        best = best.max(value)
    return best


def _smallest(*values: Ball) -> Ball:
    best = values[0]
    for value in values[1:]:
        best = best.min(value)
    return best


def compile_condition(condition: sympy.Basic, variables: Sequence[sympy.Symbol]) -> Callable[..., bool | None]:
    """Return a relation as a function of balls that gives True, False, or None when they do not decide it."""
    if condition in (sympy.true, sympy.false):
        return lambda *point: bool(condition)
    if isinstance(condition, Relational):
        left, right = (BallFunction(side, variables) for side in (condition.lhs, condition.rhs))
        return lambda *point: _compare(condition.func, left(*point), right(*point))
    if isinstance(condition, sympy.And | sympy.Or):
        parts = [compile_condition(c, variables) for c in condition.args]
        decisive = isinstance(condition, sympy.Or)

        def combined(*point: Ball) -> bool | None:
            truths = [part(*point) for part in parts]
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive

        return combined
    raise NotEvaluable(f"the condition {shown(condition)} cannot be decided in ball arithmetic")


def is_accurate(value: Ball, digits: int) -> bool:
    """Return whether the radius is at most 10^-digits times max(1, |midpoint|)."""
    scale = abs(value.mid())
    return bool(value.rad() <= (scale if scale > 1 else Ball(1)) * Ball(10) ** -digits)


def power_integral(order: sympy.Rational, factors: Sequence[tuple[Ball, Ball, sympy.Rational]]) -> Ball:
    r"""Enclose the integral over [0, 1] of t^order prod (a t + b)^e, for order > -1 and a t + b > 0 on [0, 1].

    With order + 1 = m/n the substitution t = z^n leaves n z^(m-1) prod (a z^n + b)^e, analytic at 0.
    """
    m, n = int((order + 1).p), int((order + 1).q)
    if m <= 0:
        raise InvalidArgument("order", "greater than -1", order, "the integral diverges")

    def integrand(z: flint.acb, analytic: bool) -> flint.acb:
        value = n * z ** (m - 1)
        t = z**n
        for a, b, exponent in factors:
            base = a * t + b
            if isinstance(exponent, sympy.Integer):
                value = value * base ** int(exponent)
            else:
                value = value * base.pow(flint.acb(ball(exponent)), analytic=analytic)
        return value

    return flint.acb.integral(integrand, 0, 1).real


def current_bits() -> int:
    """Return Arb's working precision in bits."""
    return int(flint.ctx.prec)


def evaluate(expr: sympy.Expr, point: Mapping[sympy.Symbol, Any], digits: int = 50) -> Ball:
    """Enclose ``expr`` at an exact rational ``point`` with radius at most 10^-digits (relative above 1).

    Args:
        expr: a SymPy expression without floats.
        point: exact rational value of each symbol.
        digits: decimal digits asked for.

    Raises:
        NotEvaluable: when no finite enclosure of that radius is found.

    >>> x = sympy.Symbol("x")
    >>> evaluate(sympy.asinh(x) / 3, {x: 1}, digits=20).contains(evaluate(sympy.asinh(x) / 3, {x: 1}, digits=60))
    True
    """
    return BallFunction(expr, tuple(point)).enclose(tuple(point.values()), digits)


def decimal(value: Ball, digits: int) -> dict[str, str]:
    """Return a ball as decimal strings ``{"mid": ..., "rad": ...}`` that still enclose the true value.

    >>> decimal(Ball(1) / 4, 5)
    {'mid': '0.25', 'rad': '0'}
    """
    if not value.is_finite():
        raise NotEvaluable("the ball is not finite")
    mid, rad, exponent = (int(part) for part in value.mid_rad_10exp(digits))
    surplus = len(str(abs(mid))) - digits - 3
    if surplus > 0:  # round the midpoint, and let the radius take what that moves it by
        rounded = (mid + 10**surplus // 2) // 10**surplus
        moved = abs(rounded * 10**surplus - mid)
        mid, rad, exponent = rounded, -(-(rad + moved) // 10**surplus), exponent + surplus
    return {"mid": _scaled(mid, exponent), "rad": _short(rad, exponent)}


def _scaled(mantissa: int, exponent: int) -> str:
    if mantissa == 0:
        return "0"
    sign, figures = ("-" if mantissa < 0 else ""), str(abs(mantissa))
    trimmed = figures.rstrip("0")
    exponent += len(figures) - len(trimmed)
    point = len(trimmed) + exponent
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{trimmed}"
    if 0 < point <= 60:
        whole, part = trimmed[:point].ljust(point, "0"), trimmed[point:]
        return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"
    rest = f".{trimmed[1:]}" if len(trimmed) > 1 else ""
    return f"{sign}{trimmed[0]}{rest}e{point - 1:+d}"


def _short(mantissa: int, exponent: int) -> str:
    figures = str(mantissa)
    if mantissa == 0:
        return "0"
    if len(figures) > 3:  # round the radius up, never down
        exponent += len(figures) - 3
        figures = str(int(figures[:3]) + 1)
    return _scaled(int(figures), exponent)
