r"""Elementary operations along a solution of a differential equation: its Taylor coefficients, and proved polynomials.

A program is a list of operations, each on the results of those before it: sums with constant coefficients, products, powers,
sign(b) a, exp and log. Along a solution of w' = f(w) the coefficients come one by one, for every operation of the list
(:mod:`mirrortheory.exact.recurrences`), and :math:`(k+1) w_{k+1} = h f_k` in tau = t/h: approximations, in which nothing is proved.

Along given polynomials on [0, 1] each operation becomes a polynomial with a bound of its error there (a Taylor model). What is
cut off a product is bounded by its coefficients; a candidate a for F(b) is checked by the linear equation that F(b) solves:
:math:`s = b a' - r a b'` gives :math:`|a - b^r| \le \sup b^r\, (|a(0) b(0)^{-r} - 1| + \sup b^{-r-1} \sup |s|)`, and likewise
exp and log. A candidate may come from the recurrences, or from anywhere: one that is bad has a large error. The two ways share the
list of operations and nothing that is believed.

Source: Moore (1966), "Interval Analysis"; Makino and Berz (2003), Int. J. Pure Appl. Math. 4, for Taylor models.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from operator import mul
from typing import Any, NamedTuple, TypeAlias

import flint
import sympy

from mirrortheory.errors import NotEvaluable, shown
from mirrortheory.exact.arb import Ball, arb_setting, ball, current_bits, precision
from mirrortheory.exact.balls import BallFunction
from mirrortheory.exact.recurrences import DOUBLES, Arithmetic, exponent, fixed, fixed_point, recurrence

Series = flint.arb_series
Polynomial: TypeAlias = flint.arb_poly
_INVERSE = (sympy.asinh, sympy.acosh, sympy.atanh)
_CANDIDATES = {"reciprocal", "power", "exp", "log"}
_SINGULAR = {"reciprocal", "power", "log", "signed"}  # at 0
_HYPERBOLIC = (sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth)


_UNIT = Ball(0.5, 0.5)
_SHORT, _SHORT_BITS, _PIECES = 8, 64, 8  # degree and bits of models that show a sign, and the pieces of [0, 1] for it
_DOUBLE_ROOM = 250  # bits of what is small or large at the start, beyond which its coefficients may leave the range of doubles
_MOST_ROOM = 2**12  # bits beyond which fixed point is given up


class _Operation(NamedTuple):  # compared and hashed more often than anything else when a program is made
    kind: str  # constant, linear, product, reciprocal, power, signed, or the name of a function
    arguments: tuple[int, ...]
    numbers: tuple[sympy.Expr, ...] = ()


class Model:
    """A function on [0, 1] as a polynomial in tau, with a bound of the distance between the two.

    Attributes:
        polynomial: coefficients that are balls: some choice in them is meant, and the bound holds for every one.
        error: upper bound of the distance on [0, 1]; not finite where the function is not defined.
    """

    def __init__(self, polynomial: Polynomial, *errors: Ball) -> None:
        self.polynomial, self.error = polynomial, sum((abs(e).upper() for e in errors), Ball(0)).upper()

    @functools.cached_property
    def over(self) -> Ball:
        """The values of the polynomial on [0, 1]."""
        return self.polynomial(_UNIT)

    @property
    def size(self) -> Ball:
        """Upper bound of the absolute value of the polynomial."""
        return abs(self.over).upper()

    @property
    def range(self) -> Ball:
        """Ball that holds every value of the function on [0, 1]."""
        return self.over + Ball(0, self.error)


class Program:
    """Elementary operations on ``inputs`` numbers or power series; every operation is known by its place in the list.

    >>> program = Program(1)
    >>> program.expand([Ball(1)], [program.product(0, 0)], Fraction(1), 3)[0]  # w' = w^2 from 1: w = 1 / (1 - t)
    1.00000000000000*x^3 + 1.00000000000000*x^2 + 1.00000000000000*x + 1.00000000000000
    """

    def __init__(self, inputs: int) -> None:
        self._inputs = inputs
        self._operations: list[_Operation] = []
        self._places: dict[_Operation, int] = {}
        self._known: dict[tuple[object, ...], int] = {}
        self._split: dict[sympy.Expr, tuple[sympy.Expr, sympy.Expr]] = {}  # each expression is met once for every coordinate
        self._numbers: dict[int, list[list[Ball]]] = {}  # of each operation, by the precision they are for
        self._reached: dict[tuple[int, ...], tuple[int, frozenset[int]]] = {}  # by the outputs, for how many operations

    def _place(self, kind: str, arguments: tuple[int, ...], numbers: tuple[sympy.Expr, ...] = ()) -> int:
        operation = _Operation(kind, arguments, numbers)
        if operation not in self._places:
            self._places[operation] = self._inputs + len(self._operations)
            self._operations.append(operation)
        return self._places[operation]

    def linear(self, coefficients: Sequence[sympy.Expr], places: Sequence[int], constant: sympy.Expr = sympy.S.Zero) -> int:
        """Return the place of constant + sum coefficients[i] places[i]; the coefficients are exact numbers."""
        pairs = [(c, p) for c, p in zip(coefficients, places, strict=True) if c != 0]
        if constant == 0 and len(pairs) == 1 and pairs[0][0] == 1:
            return pairs[0][1]
        return self._place("linear", tuple(p for _, p in pairs), (constant, *(c for c, _ in pairs)))

    def product(self, a: int, b: int) -> int:
        """Return the place of a b."""
        return self._place("product", (min(a, b), max(a, b)))

    def power(self, base: int, exponent: sympy.Rational) -> int:
        """Return the place of base^exponent; the base is positive on evaluation unless the exponent is a whole number."""
        if not isinstance(exponent, sympy.Integer):
            return self._place("power", (base,), (exponent,))
        if exponent < 0:
            return self._place("reciprocal", (self.power(base, -exponent),))
        if exponent == 0:
            return self.linear((), (), sympy.S.One)
        half = self.power(base, sympy.Integer(int(exponent) // 2)) if exponent > 1 else base
        square = self.product(half, half) if exponent > 1 else base
        return self.product(square, base) if exponent > 1 and exponent % 2 else square

    def signed(self, a: int, b: int) -> int:
        """Return the place of sign(b) a; b is different from 0 on evaluation."""
        return self._place("signed", (a, b))

    def expression(self, expr: sympy.Expr, places: Mapping[sympy.Symbol, int]) -> int:
        """Return the place of an expression without floats, given the places of its symbols.

        Raises:
            NotEvaluable: for a float, an unknown symbol, or a function that has no recurrence here.
        """
        key = (expr, *places.items())
        if key not in self._known:
            self._known[key] = self._expression(expr, places)
        return self._known[key]

    def _expression(self, expr: sympy.Expr, places: Mapping[sympy.Symbol, int]) -> int:
        if expr in places:
            return places[expr]
        if not expr.free_symbols:
            return self.linear((), (), _number(expr))
        if isinstance(expr, sympy.Add):
            split = [self._factors(a) for a in expr.args if a.free_symbols]
            constant = sympy.Add(*(a for a in expr.args if not a.free_symbols))
            return self.linear([_number(c) for c, _ in split], [self.expression(e, places) for _, e in split], _number(constant))
        if isinstance(expr, sympy.Mul):
            return self._mul(expr, places)
        if isinstance(expr, sympy.Pow) and isinstance(expr.exp, sympy.Rational):
            return self.power(self.expression(expr.base, places), expr.exp)
        if isinstance(expr, sympy.Pow):
            return self.expression(sympy.exp(expr.exp * sympy.log(expr.base), evaluate=False), places)
        if isinstance(expr, _HYPERBOLIC):
            return self.expression(expr.rewrite(sympy.exp), places)
        if isinstance(expr, _INVERSE):
            return self.expression(expr.rewrite(sympy.log), places)
        if len(expr.args) == 1:
            b = self.expression(expr.args[0], places)
            if isinstance(expr, sympy.Abs):
                return self.signed(b, b)
            if isinstance(expr, sympy.sign):
                return self.signed(self.linear((), (), sympy.S.One), b)
            if isinstance(expr, sympy.exp):
                return self._place("exp", (b,))
            if isinstance(expr, sympy.log):
                return self._place("log", (b, self.power(b, sympy.S.NegativeOne)))
        raise NotEvaluable(f"{shown(expr)} ({type(expr).__name__}) has no recurrence for Taylor coefficients here")

    def _factors(self, expr: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
        """Return the number and the rest of a product."""
        if expr not in self._split:
            self._split[expr] = expr.as_independent(*expr.free_symbols, as_Add=False)
        return self._split[expr]

    def _mul(self, expr: sympy.Mul, places: Mapping[sympy.Symbol, int]) -> int:
        number, rest = self._factors(expr)
        factors = sympy.Mul.make_args(rest)
        signs = [f for f in factors if isinstance(f, sympy.sign)]
        values = [self.expression(f, places) for f in factors if not isinstance(f, sympy.sign)]
        values[:1] = [self.linear([_number(number)], values[:1]) if values else self.linear((), (), _number(number))]
        value = self._products(values)
        for sign in signs:
            value = self.signed(value, self.expression(sign.args[0], places))
        return value

    def _products(self, values: Sequence[int]) -> int:
        """Return the place of a product of several, of products that are there already where it can be.

        Otherwise inputs start with the last two, and an operation takes the first: then w1 w2 ... wL and the products of f' with
        all of them but one share what they can, 3 L - 3 products in all.
        """
        values = sorted(values)
        while len(values) > 1:
            pairs = ((a, b) for i, b in enumerate(values) for a in values[:i])
            other = values[-2] if values[-1] < self._inputs else values[0]
            a, b = next((p for p in pairs if _Operation("product", p) in self._places), (other, values[-1]))
            values.remove(a)
            values.remove(b)
            values = sorted([*values, self.product(a, b)])
        return values[0]

    def expand(
        self, start: Sequence[Ball], velocity: Sequence[int], length: Fraction, order: int, exact: int | None = None
    ) -> list[Polynomial | None]:
        """Return polynomials in tau = t / length near the solution of w' = velocity(w), w(0) = start.

        There is one for each input, and one for each operation that :meth:`models` takes a candidate of. Nothing about them is
        proved. Coefficients up to ``exact`` (all by default) are in fixed point at the current precision, and those from there on
        doubles: high coefficients of a polynomial whose defect is enclosed afterwards matter to a few digits only.
        """
        exact = order if exact is None else min(exact, order)
        values, room = self._start(start, length)
        moved = self._moved(velocity)
        candidates = (i for i, o in enumerate(self._operations, self._inputs) if o.kind in _CANDIDATES and i in moved)
        kept = [*range(self._inputs), *candidates]
        if not all(v.is_finite() for v in values) or room > _MOST_ROOM:
            return [Polynomial([Ball("nan")]) if i in kept else None for i in range(len(values))]
        bits = current_bits() + room
        fits = room < _DOUBLE_ROOM and abs(length.numerator.bit_length() - length.denominator.bit_length()) < _DOUBLE_ROOM
        known = [[fixed(v, bits)] for v in values]
        self._extend(known, fixed_point(bits), velocity, length, range(1, exact + 1))
        more: list[list[float]] = [[] for _ in values]
        if exact < order and not fits:
            self._extend(known, fixed_point(bits), velocity, length, range(exact + 1, order + 1))
        elif exact < order:
            more = [[math.ldexp(c, -bits) for c in own] for own in known]
            self._extend(more, DOUBLES, velocity, Fraction(float(length)), range(exact + 1, order + 1))
        result: list[Polynomial | None] = [None] * len(values)
        with precision(2 * bits):  # nothing is rounded
            unit = Ball(2) ** -bits
            for i in kept:
                result[i] = Polynomial(known[i]) * unit + Polynomial(more[i][exact + 1 :]).left_shift(exact + 1)
        return result

    def _moved(self, outputs: Sequence[int]) -> frozenset[int]:
        """Return the places of operations that the outputs move with; of others they know a sign at most."""
        key = tuple(outputs)
        if key not in self._reached or self._reached[key][0] != len(self._operations):
            moved = set(key)
            for place in range(self._inputs + len(self._operations) - 1, self._inputs - 1, -1):
                if place in moved:
                    operation = self._operations[place - self._inputs]
                    moved.update(operation.arguments[:1] if operation.kind == "signed" else operation.arguments)
            self._reached[key] = len(self._operations), frozenset(moved)
        return self._reached[key][1]

    def _start(self, start: Sequence[Ball], length: Fraction) -> tuple[list[Ball], int]:
        """Return the values of all places, and the bits that fixed point needs beyond the current precision to be of use."""
        values, sizes = list(start), [length.numerator.bit_length() - length.denominator.bit_length()]
        for operation, numbers in zip(self._operations, self._balls(), strict=True):
            value, partials = _partials(operation.kind, numbers, [values[a] for a in operation.arguments])
            regular = value.is_finite() and all(p.is_finite() for p in partials)
            values.append(value if regular else Ball("nan"))
            if regular and operation.kind in _SINGULAR:
                sizes.append(-2 * exponent(values[operation.arguments[-1 if operation.kind == "signed" else 0]]))
        return values, max(0, *sizes, *(exponent(v) for v in values if v.is_finite()))

    def _extend(self, lists: list[list[Any]], by: Arithmetic, velocity: Sequence[int], length: Fraction, orders: range) -> None:
        """Append the coefficients of these orders to those that are there."""
        steps, moved = [], self._moved(velocity)
        for place, (operation, numbers) in enumerate(zip(self._operations, self._balls(), strict=True), self._inputs):
            if place not in moved:
                continue
            arguments = [lists[a] for a in operation.arguments]
            if operation.kind == "signed" and arguments[1][0] > 0:
                lists[place] = arguments[0]
            else:
                steps.append(
                    recurrence(operation.kind, operation.numbers, [by.number(n) for n in numbers], arguments, lists[place], by)
                )
        pairs, numerator, denominator = [(lists[i], lists[v]) for i, v in enumerate(velocity)], *length.as_integer_ratio()
        for k in orders:
            for weight, rate in pairs:
                weight.append(by.divide(rate[k - 1] * numerator, denominator * k))
            for step in steps:
                step(k)

    def _balls(self) -> list[list[Ball]]:
        """Return the numbers of each operation at the current precision."""
        bits = current_bits()
        known = self._numbers.setdefault(bits, [])
        known.extend([_ball(n) for n in operation.numbers] for operation in self._operations[len(known) :])
        return known

    def models(self, polynomials: Sequence[Polynomial | None], degree: int, outputs: Sequence[int] | None = None) -> list[Model]:
        """Return every input and operation along given polynomials, as models of this degree; not finite where undefined.

        ``polynomials`` are those of the inputs, then candidates for operations, or None; one that is bad costs error only. Where
        ``outputs`` are given, operations of which these know a sign at most are not worked out: short models tell the sign.
        """
        values = [Model(p) for p in polynomials[: self._inputs] if p is not None]
        candidates = [*polynomials[self._inputs :], *[None] * len(self._operations)]
        moved = None if outputs is None else self._moved(outputs)
        short: dict[int, Model] = {}
        undefined = _undefined()
        with arb_setting("cap", degree + 1):  # so many coefficients of every series are kept
            for operation, numbers, candidate in zip(self._operations, self._balls(), candidates, strict=False):
                if moved is not None and len(values) not in moved:
                    values.append(undefined)
                    continue
                arguments = [values[a] for a in operation.arguments]
                if moved is not None and operation.kind == "signed" and operation.arguments[1] not in moved:
                    with precision(_SHORT_BITS), arb_setting("cap", _SHORT + 1):
                        sign = _sign_over(self._short(operation.arguments[1], values, moved, short))
                    if sign not in (1, -1):  # nothing that follows would be of use
                        return values + [undefined] * (self._inputs + len(self._operations) - len(values))
                    values.append(_with_sign(arguments[0], sign))
                    continue
                values.append(_model(operation.kind, numbers, arguments, degree, candidate))
        return values

    def _short(self, place: int, values: Sequence[Model], moved: frozenset[int], known: dict[int, Model]) -> Model:
        """Return a model of low degree of an input or an operation, at the current precision, which may be low."""
        if place not in known:
            if place < self._inputs or place in moved:
                whole = values[place]
                rest = whole.polynomial.right_shift(_SHORT + 1)
                known[place] = Model(whole.polynomial.truncate(_SHORT + 1), rest(_UNIT), whole.error)
            else:
                operation, numbers = self._operations[place - self._inputs], self._balls()[place - self._inputs]
                arguments = [self._short(a, values, moved, known) for a in operation.arguments]
                known[place] = _model(operation.kind, numbers, arguments, _SHORT)
        return known[place]

    def jacobian(self, point: Sequence[Ball], outputs: Sequence[int]) -> list[list[Ball]]:
        """Return the derivatives of ``outputs`` by the inputs over a box, a row for each output; not finite where undefined."""
        values, moved, still = list(point), self._moved(outputs), [Ball(0)] * self._inputs
        rows = [[Ball(int(i == j)) for j in range(self._inputs)] for i in range(self._inputs)]
        for operation, numbers in zip(self._operations, self._balls(), strict=True):
            value, partials = _partials(operation.kind, numbers, [values[a] for a in operation.arguments])
            values.append(value)
            if len(rows) not in moved:
                rows.append(still)
                continue
            row = still
            for partial, argument in zip(partials, operation.arguments, strict=False):
                row = [r + partial * g for r, g in zip(row, rows[argument], strict=True)]
            rows.append(row)
        return [rows[o] for o in outputs]


def _number(expr: sympy.Expr) -> sympy.Expr:
    if not isinstance(expr, sympy.Rational):
        BallFunction(expr, ())  # refuses floats, infinities and what has no enclosure
    return expr


def _ball(number: sympy.Expr) -> Ball:
    return ball(number) if isinstance(number, sympy.Rational) else BallFunction(number, ())()


def _sign(value: Any) -> Any:
    return 1 if value > 0 else -1 if value < 0 else Ball("nan")


def _with_sign(a: Model, sign: Any) -> Model:
    return a if sign == 1 else Model(-a.polynomial, a.error) if sign == -1 else _undefined()


def _sign_over(model: Model) -> Any:
    """Return the sign that a function has on [0, 1], looked at piece by piece where the whole does not show it."""
    sign = _sign(model.range)
    if sign in (1, -1) or not model.error.is_finite():
        return sign
    pieces = (Ball(2 * i + 1, 1) / (2 * _PIECES) for i in range(_PIECES))
    signs = {str(_sign(model.polynomial(piece) + Ball(0, model.error))) for piece in pieces}
    return {"1": 1, "-1": -1}.get(signs.pop(), sign) if len(signs) == 1 else sign


def _model(kind: str, numbers: Sequence[Ball], a: Sequence[Model], degree: int, candidate: Polynomial | None = None) -> Model:
    match kind:
        case "linear":
            polynomial = sum((c * m.polynomial for c, m in zip(numbers[1:], a, strict=True)), Polynomial([numbers[0]]))
            return Model(polynomial, *(c * m.error for c, m in zip(numbers[1:], a, strict=True)))
        case "product":
            b, c = a
            whole = b.polynomial * c.polynomial
            rest = whole.right_shift(degree + 1)(_UNIT)
            return Model(whole.truncate(degree + 1), rest, b.size * c.error, c.size * b.error, b.error * c.error)
        case "signed":
            return _with_sign(a[0], _sign(a[1].range))
        case "reciprocal":
            return _reciprocal(a[0], candidate)
        case _:
            return _function(kind, numbers[0] if numbers else Ball(0), a[0], candidate)


def _reciprocal(b: Model, a: Polynomial | None) -> Model:
    if not (b.range > 0 or b.range < 0):
        return _undefined()
    a = Polynomial((1 / Series(b.polynomial)).coeffs()) if a is None else a
    return Model(a, (1 - a * b.polynomial)(_UNIT) / b.range, a(_UNIT) * b.error / b.range)


def _function(kind: str, r: Ball, b: Model, a: Polynomial | None) -> Model:
    """Return a model of F(b), checked by the equation that F(b) solves for the polynomial of b, then moved by the error of b."""
    p = b.polynomial
    start, over, near = p[0], b.over, b.range
    if not (near > 0 or kind == "exp"):
        return _undefined()
    if a is None:
        series = Series(p)
        a = Polynomial((series.exp() if kind == "exp" else series.log() if kind == "log" else series**r).coeffs())
    if kind == "exp":
        residue = (a.derivative() - p.derivative() * a)(_UNIT) * (-over).exp()
        return Model(a, over.exp() * (a[0] / start.exp() - 1), over.exp() * residue, near.exp() * b.error)
    if kind == "log":
        residue = (p * a.derivative() - p.derivative())(_UNIT) / over
        return Model(a, a[0] - start.log(), residue, b.error / near)
    if r == 0.5:  # (a - sqrt b)(a + sqrt b) = a^2 - b takes one product
        return Model(a, (a * a - p)(_UNIT) / (a(_UNIT) + over.sqrt()), b.error / near.sqrt())
    residue = (p * a.derivative() - r * a * p.derivative())(_UNIT) / (over * over**r)
    return Model(a, over**r * (a[0] / start**r - 1), over**r * residue, r * near**r / near * b.error)


def _undefined() -> Model:
    return Model(Polynomial([Ball("nan")]), Ball("nan"))


def _partials(kind: str, numbers: Sequence[Ball], a: Sequence[Ball]) -> tuple[Ball, Sequence[Ball]]:
    """Return an operation on a box and its derivatives by its arguments (the first only, where the others do not move it)."""
    match kind:
        case "linear":
            return sum(map(mul, numbers[1:], a), numbers[0]), numbers[1:]
        case "product":
            return a[0] * a[1], (a[1], a[0])
        case "signed":
            sign = Ball(_sign(a[1]))
            return sign * a[0], (sign,)
        case "reciprocal":
            inverse = 1 / a[0]
            return inverse, (-inverse * inverse,)
        case "power":
            value = a[0] ** numbers[0]
            return value, (numbers[0] * value / a[0],)
        case "exp":
            value = a[0].exp()
            return value, (value,)
        case _:
            return getattr(a[0], kind)(), (a[1],)


def growth_bound(jacobian: Sequence[Sequence[Ball]], basis: Sequence[Sequence[float]]) -> Ball:
    r"""Bound the logarithmic 2-norm of a matrix, the largest eigenvalue of M = (J + J^T)/2, from above.

    With Q near an orthogonal matrix, x = Q y gives x^T M x / x^T x = y^T (Q^T M Q) y / y^T (Q^T Q) y. Gershgorin's discs bound the
    first form, and :math:`n \max |Q^T Q - I|` how far the second is from :math:`|y|^2`. Columns of Q (``basis``) close to
    eigenvectors of M make it sharp.
    """
    J, Q, n = flint.arb_mat([list(row) for row in jacobian]), flint.arb_mat([list(row) for row in basis]), len(basis)
    form, unit = (Q.transpose() * (J + J.transpose()) * Q).table(), (Q.transpose() * Q).table()
    tops = [(row[i] - abs(row[i]) + sum(map(abs, row), Ball(0))).upper() for i, row in enumerate(form)]
    apart = n * max(abs(entry - (i == j)).upper() for i, row in enumerate(unit) for j, entry in enumerate(row))
    if not (apart < 1 and all(top.is_finite() for top in tops)):
        return Ball("inf")
    top = max(tops) / 2
    return (top / (1 - apart if top > 0 else 1 + apart)).upper()
