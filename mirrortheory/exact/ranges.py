r"""Where an expression in one variable is analytic and not negative, shown on a whole interval, unbounded ones too.

An *interval extension* bounds an expression on a cell by bounds of its parts, with ends in :math:`[-\infty, \infty]` that are known
to be reached or not: 1/x is defined on x > 0, as 0 is not reached. Cells are bisected until each is decided. A cell is decided by

.. math:: f' \ge 0,\; f(a) \ge 0 \;\Rightarrow\; f \ge 0 \text{ on } [a, b] \qquad \text{(and mirrored)},

where f' may need the same again. Rational functions of x, of exp(c x) or of a root of x are decided by the roots of their numerator
and denominator, which are isolated over the rationals. That an expression is negative somewhere takes a point: see :func:`lowest`.

Source: Moore, Kearfott, Cloud (2009), "Introduction to Interval Analysis"; FLINT and SymPy isolate the roots.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

import sympy

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact.arb import Ball, ball, precision
from mirrortheory.exact.balls import BallFunction
from mirrortheory.exact.interval import between, points
from mirrortheory.exact.order import compare, sign_of
from mirrortheory.exact.ring import reduce_to_ring

_BITS = 128
_MOST_CELLS, _FEW_CELLS = 250, 60
_MOST_DERIVATIVES = 2
_MOST_OPERATIONS = 80  # of what SymPy simplifies in a moment
_INFINITY = Ball("inf")
_MONOTONE = (sympy.exp, sympy.sinh, sympy.tanh, sympy.asinh, sympy.atan)

Cell = tuple[sympy.Expr, sympy.Expr]


@dataclass(frozen=True)
class Span:
    """Bounds of the values of an expression: exact balls or infinities, and whether a bound is known not to be reached."""

    low: Ball
    high: Ball
    above: bool = False
    below: bool = False

    def __post_init__(self) -> None:
        for name, widest in (("low", -_INFINITY), ("high", _INFINITY)):  # an overflow bounds nothing
            if not getattr(self, name).is_finite():
                object.__setattr__(self, name, widest)

    def exceeds(self, bound: int) -> bool:
        """Whether every value is greater than an integer."""
        return bool(self.low > bound or (self.low == bound and self.above))

    def stays_below(self, bound: int) -> bool:
        """Whether every value is less than an integer."""
        return bool(self.high < bound or (self.high == bound and self.below))


class Ranges:
    """Bounds of expressions in ``variable`` on the cells of an open interval, whose ends may be irrational or infinite."""

    def __init__(self, variable: sympy.Symbol, interval: Cell, *, cells: int = _MOST_CELLS) -> None:
        self.variable, self.interval, self.cells = variable, interval, cells
        self._positive: dict[sympy.Expr, bool] = {}
        self._constants: dict[sympy.Expr, Span | None] = {}
        self._functions: dict[sympy.Expr, BallFunction] = {}

    def span(self, expr: sympy.Expr, cell: Cell) -> Span | None:
        """Return bounds on a cell, closed but at the ends of the interval; None where it is not seen to be analytic on it.

        Args:
            expr: an expression in the variables.
            cell: a part of the interval of the variable.
        """
        if not expr.has(self.variable):
            return self._of_constant(expr)
        if expr == self.variable:
            left, right = (self._of_constant(e) if e.is_finite else None for e in cell)
            low, high = -_INFINITY if left is None else left.low, _INFINITY if right is None else right.high
            return Span(low, high, cell[0] == self.interval[0], cell[1] == self.interval[1])
        if isinstance(expr, sympy.sin | sympy.cos) and (found := self._half_wave(expr, cell)) is not None:
            return found
        parts = [self.span(part, cell) for part in expr.args]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        if expr.is_Add:
            return reduce(_sum, known)
        if expr.is_Mul:
            return reduce(_product, known)
        if expr.is_Pow and expr.exp.is_Rational:
            return _power(self._of_base(expr.base, known[0], expr.exp), expr.exp)
        if expr.is_Pow:
            logarithm = _function(sympy.log, self._above_zero(expr.base, known[0]))
            return None if logarithm is None else _function(sympy.exp, _product(logarithm, known[1]))
        if len(known) != 1:
            return None
        return _function(type(expr), self._above_zero(expr.args[0], known[0]) if isinstance(expr, sympy.log) else known[0])

    def _of_constant(self, constant: sympy.Expr) -> Span | None:
        if constant not in self._constants:
            value = ball(constant) if constant.is_Rational else BallFunction(constant, ())()
            self._constants[constant] = _of_ball(value)
        return self._constants[constant]

    def _of_base(self, base: sympy.Expr, bounds: Span, exponent: sympy.Rational) -> Span:
        """Return the bounds of a base; closer ones where it must not vanish, and is seen on the whole interval not to."""
        if exponent.is_Integer and exponent > 0:
            return bounds
        found = self._above_zero(base, bounds)
        if exponent.is_Integer and not (found.exceeds(0) or found.stays_below(0)):
            found = _negated(self._above_zero(-base, _negated(bounds)))
        return found

    def _above_zero(self, expr: sympy.Expr, bounds: Span) -> Span:
        if bounds.exceeds(0) or bounds.stays_below(0) or not self.positive(expr):
            return bounds
        return Span(Ball(0), bounds.high, True, bounds.below)

    def _half_wave(self, expr: sympy.Expr, cell: Cell) -> Span | None:
        """Bound a sine or cosine on a half wave where it is positive; the ends are compared exactly, as it vanishes there."""
        angle = expr.args[0] if isinstance(expr, sympy.cos) else expr.args[0] - sympy.pi / 2
        slope = sympy.diff(angle, self.variable)
        if slope.has(self.variable) or not all(e.is_finite for e in cell):
            return None
        ends = [angle.subs(self.variable, e) for e in cell]
        low, high = ends if sign_of(slope) > 0 else reversed(ends)
        if compare(low, -sympy.pi / 2) < 0 or compare(high, sympy.pi / 2) > 0:
            return None
        touching = [e for e, end in zip((low, high), (-sympy.pi / 2, sympy.pi / 2), strict=True) if compare(e, end) == 0]
        reached = [e for e in touching if self._closed(e, ends, cell)]
        least = Ball(0) if touching else _smallest([BallFunction(sympy.cos(e), ())().lower() for e in ends])
        return Span(least, Ball(1), above=not reached, below=False)

    def _closed(self, angle: sympy.Expr, ends: list[sympy.Expr], cell: Cell) -> bool:
        return any(angle == e and c != end for e, c, end in zip(ends, cell, self.interval, strict=True))

    def covers(self, expr: sympy.Expr) -> bool:
        """Return whether the expression ``expr`` is seen to be analytic on the whole interval."""
        with precision(_BITS):
            return self._each_cell(lambda cell: self.span(expr, cell) is not None, lambda p: self._value(expr, p).is_finite())

    def nonnegative(self, expr: sympy.Expr) -> bool:
        """Return whether the expression is seen to be analytic and nowhere negative on the whole interval.

        Where it is not zero identically, its zeros are then isolated, so that its integral increases strictly.

        Args:
            expr: an expression in the variables.

        >>> x = sympy.Symbol("x", real=True)
        >>> ranges = Ranges(x, (-sympy.oo, sympy.oo))
        >>> ranges.nonnegative(sympy.exp(x) - x - 1), ranges.nonnegative(sympy.exp(x) - x - 1 - sympy.Rational(1, 10**6))
        (True, False)
        """
        with precision(_BITS):
            if _by_roots(expr, self.variable, self.interval, strict=False):
                return self.covers(expr)
            factors = sympy.Mul.make_args(sympy.factor_terms(expr))
            others = [factor for factor in factors if not isinstance(factor, sympy.exp)]
            if 0 < len(others) < len(factors):  # an exponential is positive
                return self.covers(expr) and self.nonnegative(sympy.Mul(*others))
            forms = list(dict.fromkeys((expr, sympy.factor_terms(expr), simplified(expr))))
            whole = self._each_cell(
                lambda cell: any(self._holds(form, cell, _MOST_DERIVATIVES) for form in forms), lambda p: self._sign(expr, p) >= 0
            )
            return whole or self._in_parts(expr)

    def _in_parts(self, expr: sympy.Expr) -> bool:
        """Look at the middle of an unbounded interval, and at its far parts as functions of 1/|x|, where powers of x cancel."""
        low, high = self.interval
        if not (low.is_infinite or high.is_infinite):  # SymPy may not know that an end is finite
            return False
        u = sympy.Dummy("u", positive=True)
        for end, sign in ((low, -1), (high, 1)):
            inner = sympy.Integer(1) if end.is_infinite else sympy.S.Zero
            if end.is_infinite and compare(sign * (low if sign > 0 else high), inner) >= 0:
                return False  # it does not reach over 1: the bounds of its cells are as good
            if inner == 1 and not Ranges(u, (sympy.S.Zero, inner), cells=_FEW_CELLS).nonnegative(
                simplified(expr.subs(self.variable, sign / u))
            ):
                return False
        middle = sympy.Integer(-2) if low.is_infinite else low, sympy.Integer(2) if high.is_infinite else high
        return Ranges(self.variable, middle, cells=_FEW_CELLS).nonnegative(expr)

    def positive(self, expr: sympy.Expr) -> bool:
        """Return whether the expression is seen to be analytic and positive on the whole interval.

        Args:
            expr: an expression in the variables.

        >>> x = sympy.Symbol("x", real=True)
        >>> ranges = Ranges(x, (-sympy.oo, sympy.oo))
        >>> ranges.positive(x**2 - x + 1), ranges.positive(x**2 - 2 * x + 1)
        (True, False)
        """
        if expr not in self._positive:
            with precision(_BITS):
                self._positive[expr] = False  # while it is looked at
                self._positive[expr] = (
                    self.covers(expr)
                    if _by_roots(expr, self.variable, self.interval, strict=True)
                    else self._each_cell(
                        lambda cell: self._holds(expr, cell, _MOST_DERIVATIVES, strict=True), lambda p: self._sign(expr, p) > 0
                    )
                )
        return self._positive[expr]

    def _holds(self, expr: sympy.Expr, cell: Cell, depth: int, *, strict: bool = False) -> bool:
        """Return whether an expression is seen not to be negative on a cell, or, when ``strict``, to be positive."""
        bounds = self.span(expr, cell)
        if bounds is None or (bounds.exceeds(0) if strict else bounds.low >= 0):
            return bounds is not None
        if depth == 0:
            return False
        slope = sympy.diff(expr, self.variable)
        for end, start, rising in zip(cell, self.interval, (slope, -slope), strict=True):
            if end != start and self._sign(expr, end) >= int(strict) and self._holds(rising, cell, depth - 1):
                return True
        return False

    def _value(self, expr: sympy.Expr, place: sympy.Expr) -> Ball:
        if expr not in self._functions:
            self._functions[expr] = BallFunction(expr, (self.variable,))
        return self._functions[expr](ball(place) if place.is_Rational else BallFunction(place, ())())

    def _sign(self, expr: sympy.Expr, place: sympy.Expr) -> int:
        """Return the sign at a point; -1 also where it is not seen to be another."""
        value = self._value(expr, place)
        return 1 if value > 0 else 0 if value == 0 else -1

    def _each_cell(self, decided: Callable[[Cell], bool], possible: Callable[[sympy.Rational], bool]) -> bool:
        """Return whether cells that cover the interval are decided; no, as soon as a point shows that they cannot all be."""
        waiting: list[Cell] = [self.interval]
        try:
            for _ in range(self.cells):
                if not waiting:
                    return True
                cell = waiting.pop()
                if not decided(cell):
                    middle = between(*cell)
                    if not possible(middle):
                        return False
                    waiting += [(cell[0], middle), (middle, cell[1])]
        except NotEvaluable:  # a function that balls do not know
            return False
        return not waiting


def simplified(expr: sympy.Expr) -> sympy.Expr:
    """Return what SymPy simplifies an expression in real symbols to, where a ring shows that to be the same; else the expression.

    Hyperbolic functions are compared as exponentials, sine and cosine as functions of the tangent of half the angle.

    Args:
        expr: an expression.

    >>> x = sympy.Symbol("x", real=True)
    >>> simplified(1 + sympy.sin(x) ** 2 / sympy.cos(x) ** 2)
    cos(x)**(-2)
    """
    if expr.count_ops() > _MOST_OPERATIONS or expr.has(sympy.Integral):
        return expr
    found = sympy.simplify(expr).replace(sympy.tan, lambda angle: sympy.sin(angle) / sympy.cos(angle))
    difference = expr - found
    angles = {node.args[0] for node in difference.atoms(sympy.sin, sympy.cos)}
    half = sympy.Dummy("t", real=True)
    rational = {sympy.sin(a): 2 * half / (1 + half**2) for a in angles} | {
        sympy.cos(a): (1 - half**2) / (1 + half**2) for a in angles
    }
    rewritten = difference.subs(rational) if len(angles) == 1 else difference.rewrite(sympy.exp) if not angles else difference
    for form in (difference, rewritten):
        try:
            if reduce_to_ring(form).vanishes:
                return found
        except NotEvaluable:
            continue
    return expr


def lowest(expr: sympy.Expr, variable: sympy.Symbol, interval: Cell) -> tuple[sympy.Rational, Ball] | None:
    """Return a point of an interval where an expression is seen to be undefined, or else negative, with its enclosure there.

    None where there is no such point among those that are tried, which shows nothing.

    Args:
        expr: an expression in the variable.
        variable: its symbol.
        interval: the ends, which may be infinite.

    >>> x = sympy.Symbol("x", real=True)
    >>> place, value = lowest(x**2 - 1, x, (-sympy.oo, sympy.oo))
    >>> place, value < 0
    (0, True)
    """
    function = BallFunction(expr, (variable,))
    tried: list[tuple[sympy.Rational, Ball]] = []
    with precision(2 * _BITS):
        for place in points(*interval):
            value = function(ball(place))
            if not value.is_finite():
                return place, value
            if value < 0:
                return place, value
            tried.append((place, value))
        tried.sort(key=lambda entry: entry[0])
        least = min(range(len(tried)), key=lambda i: float(tried[i][1].mid()))
        low = tried[least - 1][0] if least else tried[0][0]
        high = tried[least + 1][0] if least + 1 < len(tried) else tried[-1][0]
        for _ in range(60):  # of a function that falls, then rises
            thirds = low + (high - low) / 3, high - (high - low) / 3
            values = [function(ball(place)) for place in thirds]
            for place, value in zip(thirds, values, strict=True):
                if value < 0:
                    return place, value
            low, high = (low, thirds[1]) if values[0].mid() <= values[1].mid() else (thirds[0], high)
    return None


def _by_roots(expr: sympy.Expr, variable: sympy.Symbol, interval: Cell, *, strict: bool) -> bool:
    """Return whether a rational function of x, exp(c x) or a root of x is not negative, or positive, by the roots of its parts."""
    for form, t, (low, high) in _rational_forms(expr, variable, interval):
        numerator, denominator = sympy.fraction(sympy.cancel(sympy.together(form)))
        polynomials = [sympy.Poly(part, t) for part in (numerator, denominator)]
        if not all(c.is_Rational for polynomial in polynomials for c in polynomial.coeffs()):
            continue
        multiplicities = _inside(polynomials[0], low, high).values()
        if any(m % 2 or strict for m in multiplicities) or _inside(polynomials[1], low, high):
            continue
        for place in points(low, high, depth=4):  # one is no root
            value = form.subs(t, place)
            if value.is_Rational and value != 0:
                return bool(value > 0)
    return False


def _inside(polynomial: sympy.Poly, low: sympy.Expr, high: sympy.Expr) -> dict[sympy.Expr, int]:
    """Return the roots in an open interval with their multiplicities."""
    found: dict[sympy.Expr, int] = {}
    if polynomial.degree() < 1:
        return found
    for factor, multiplicity in polynomial.factor_list()[1]:
        for root in factor.real_roots():
            if bool(root > low) and bool(root < high):
                found[root] = multiplicity
    return found


def _rational_forms(expr: sympy.Expr, x: sympy.Symbol, interval: Cell) -> Iterator[tuple[sympy.Expr, sympy.Symbol, Cell]]:
    t = sympy.Dummy("t", positive=True)
    low, high = interval
    if not all(end.is_Rational or end.is_infinite for end in interval):
        return
    if expr.is_rational_function(x):
        yield expr, x, interval
        return
    powers = [p for p in expr.atoms(sympy.Pow) if p.base == x and p.exp.is_Rational]
    index = math.lcm(*(int(p.exp.q) for p in powers))
    if index > 1 and low == 0 and high.is_infinite:
        form = expr.subs(x, t**index)
        if form.is_rational_function(t):
            yield form, t, interval
            return
    exponential = expr.rewrite(sympy.exp)
    rates = {sympy.cancel(e.args[0] / x) for e in exponential.atoms(sympy.exp) if e.has(x)}
    ends = {-sympy.oo: sympy.S.Zero, sympy.S.Zero: sympy.S.One, sympy.oo: sympy.oo}
    if rates and all(rate.is_Rational for rate in rates) and low in ends and high in ends:
        unit = sympy.Rational(1, math.lcm(*(int(rate.q) for rate in rates)))
        form = exponential.replace(sympy.exp, lambda argument: t ** (sympy.cancel(argument / x) / unit))
        if form.is_rational_function(t) and not form.has(x):
            yield form, t, (ends[low], ends[high])


def _of_ball(value: Ball) -> Span | None:
    return Span(value.lower(), value.upper()) if value.is_finite() else None


def _sum(a: Span, b: Span) -> Span:
    low, high = a.low + b.low, a.high + b.high
    return Span(
        -_INFINITY if -_INFINITY in (a.low, b.low) else low.lower(),
        _INFINITY if _INFINITY in (a.high, b.high) else high.upper(),
        a.above or b.above,
        a.below or b.below,
    )


def _product(a: Span, b: Span) -> Span:
    if a.high <= 0 and not a.low >= 0:
        return _negated(_product(_negated(a), b))
    if b.high <= 0 and not b.low >= 0:
        return _negated(_product(a, _negated(b)))
    if a.low >= 0 and b.low >= 0:
        # 0 is reached where a factor reaches it; a positive bound is reached where both are.
        at_zero = a.low == 0 or b.low == 0
        above = a.exceeds(0) and b.exceeds(0) if at_zero else a.above or b.above
        high = _times(a.high, b.high).upper()
        return Span(_times(a.low, b.low).lower(), high, above, (a.below or b.below) and bool(high > 0))
    corners = [_times(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
    return Span(_smallest([c.lower() for c in corners]), -_smallest([-c.upper() for c in corners]))


def _negated(a: Span) -> Span:
    return Span(-a.high, -a.low, a.below, a.above)


def _times(p: Ball, q: Ball) -> Ball:
    return Ball(0) if p == 0 or q == 0 else p * q  # an infinite end is not reached


def _smallest(values: list[Ball]) -> Ball:
    return reduce(lambda p, q: p if p <= q else q, values)


def _power(base: Span, exponent: sympy.Rational) -> Span | None:
    if exponent < 0:
        if not (base.exceeds(0) or base.stays_below(0)):
            return None
        return _reciprocal(_power(base, -exponent))
    if not exponent.is_Integer and not base.exceeds(0):
        return None
    if exponent.is_Integer and exponent % 2 == 0 and not base.low >= 0:
        base = _negated(base) if base.high <= 0 else Span(Ball(0), _larger(-base.low, base.high))
    low, high = (_raised(e, exponent) for e in (base.low, base.high))
    return Span(low.lower(), high.upper(), base.above, base.below)


def _raised(end: Ball, exponent: sympy.Rational) -> Ball:
    if end == 0 or not end.is_finite():
        return end
    return (end if exponent.q == 1 else end.root(int(exponent.q))) ** int(exponent.p)


def _larger(p: Ball, q: Ball) -> Ball:
    return q if p <= q else p


def _reciprocal(a: Span | None) -> Span | None:
    if a is None:
        return None
    if a.high <= 0:
        inverse = _reciprocal(_negated(a))
        return None if inverse is None else _negated(inverse)
    low = Ball(0) if not a.high.is_finite() else (1 / a.high).lower()
    high = _INFINITY if a.low == 0 else (1 / a.low).upper()
    return Span(low, high, a.below or not a.high.is_finite(), a.above or bool(a.low == 0))


def _function(kind: type[sympy.Basic], a: Span) -> Span | None:
    if kind is sympy.log:
        if not a.exceeds(0):
            return None
        low = -_INFINITY if a.low == 0 else a.low.log().lower()
        return Span(low, a.high.log().upper() if a.high.is_finite() else _INFINITY, a.above, a.below)
    if kind is sympy.cosh:
        size = _power(Span(a.low, a.high, a.above, a.below), sympy.Integer(2))
        assert size is not None
        low, high = size.low.sqrt().cosh().lower(), size.high.sqrt().cosh().upper() if size.high.is_finite() else _INFINITY
        return Span(low, high, size.above, size.below)
    if kind is sympy.atanh:
        if not (a.exceeds(-1) and a.stays_below(1)):
            return None
        low = -_INFINITY if a.low == -1 else a.low.atanh().lower()
        return Span(low, _INFINITY if a.high == 1 else a.high.atanh().upper(), a.above, a.below)
    if kind is sympy.acosh:
        if not a.exceeds(1):
            return None
        return Span(a.low.acosh().lower(), a.high.acosh().upper() if a.high.is_finite() else _INFINITY, a.above, a.below)
    if kind is sympy.LambertW:
        if not a.exceeds(0):
            return None
        return Span(a.low.lambertw().lower(), a.high.lambertw().upper() if a.high.is_finite() else _INFINITY, a.above, a.below)
    if kind in (sympy.sin, sympy.cos):
        if not (a.low.is_finite() and a.high.is_finite()):
            return Span(Ball(-1), Ball(1))
        value = a.low.union(a.high)
        found = _of_ball(value.sin() if kind is sympy.sin else value.cos())
        return found if found is not None else Span(Ball(-1), Ball(1))
    if kind is sympy.gamma:
        return Span(ball(sympy.Rational(22, 25)), _INFINITY) if a.exceeds(0) else None  # the least value is 0.8856..
    if kind not in _MONOTONE:
        return None
    least, most = (getattr(e, kind.__name__)() if e.is_finite() else None for e in (a.low, a.high))
    quarter = Ball.pi() / 2
    limits: dict[object, tuple[Ball, Ball]] = {
        sympy.exp: (Ball(0), _INFINITY),
        sympy.tanh: (Ball(-1), Ball(1)),
        sympy.atan: (-quarter, quarter),
    }
    bottom, top = limits.get(kind, (-_INFINITY, _INFINITY))
    return Span(
        bottom.lower() if least is None else least.lower(),
        top.upper() if most is None else most.upper(),
        a.above or least is None,
        a.below or most is None,
    )
