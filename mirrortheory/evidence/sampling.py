"""Looking at two sides at exact points of a domain, in ball arithmetic at two precisions that must agree.

What agrees to D digits is equal only if nothing smaller than 10^-D can arise: 1 - tanh(10000) and 1 + 10^-1200 - 1 are such. So a
tie is looked at with as many digits as the numbers and the exponentials of both sides can make disappear, or stays undecided.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import sympy

from mirrortheory.domain import Domain, Point
from mirrortheory.errors import BrokenCheck, InvalidArgument, NotEvaluable
from mirrortheory.evidence.verdicts import Evidence, Verdict
from mirrortheory.exact import (
    Ball,
    BallFunction,
    bits_for,
    decimal,
    is_accurate,
    precision,
    real_where,
    reduce_to_ring,
    replaced,
    with_facts,
)

DIGITS = (30, 60)
LAST_RESORT_DIGITS = 1000
MORE = 16
_AGREEING_DIGITS = 20
_MOST_DIGITS = 20_000
_MOST_ZEROS = 8
_MOST_BITS = 5000  # of a power that is worked out
_RATIONAL = (sympy.Add, sympy.Mul, sympy.Pow, sympy.Abs, sympy.sign, sympy.Max, sympy.Min)
_EXPONENTIAL = (sympy.exp, sympy.sinh, sympy.cosh, sympy.tanh)
_QUICK = (
    *_EXPONENTIAL,
    sympy.sin,
    sympy.cos,
    sympy.atan,
    sympy.log,
    sympy.Abs,
    sympy.sign,
    sympy.asinh,
    sympy.acosh,
    sympy.atanh,
    sympy.Max,
    sympy.Min,
)


def difference_of(lhs: sympy.Expr, rhs: sympy.Expr) -> sympy.Expr:
    """Return lhs - rhs, unevaluated: 1/(m - 1) - 1/(m - 1) is not 0 where it is undefined."""
    return sympy.Add(lhs, sympy.Mul(-1, rhs, evaluate=False), evaluate=False)


def sharp(value: Ball) -> bool:
    """Return whether a ball is small enough for an overlap to mean agreement."""
    return bool(value.is_finite() and is_accurate(value, _AGREEING_DIGITS))


def points_of(on: Domain, lhs: sympy.Expr, rhs: sympy.Expr, samples: int, seed: int, *, poles: bool = False) -> list[Point]:
    """Return exact points of the domain: drawn ones, and some where an argument of sign, Abs, a root or a logarithm vanishes.

    An identity that holds off the zeros of a divisor is DERIVED, and says so; an inequality has to look at its ``poles`` too.
    """
    unknown = (lhs.free_symbols | rhs.free_symbols) - set(on.ranges)
    if unknown:
        raise InvalidArgument("on", "a domain that ranges over every symbol", *on.unknown(unknown))
    points = on.sample(samples, seed=seed)
    corner = [{v: sympy.S.Zero if on.has(v, sympy.S.Zero) else value for v, value in p.items()} for p in points[:1]]
    zeros = [p for p in _zeros(on, (lhs, rhs), points[:2] + corner, poles=poles) if p not in points]
    return points + list({tuple(p.items()): p for p in itertools.islice(zeros, MORE * _MOST_ZEROS)}.values())[:_MOST_ZEROS]


def _zeros(on: Domain, sides: Sequence[sympy.Expr], points: Sequence[Point], *, poles: bool) -> Iterator[Point]:
    arguments: dict[sympy.Expr, None] = {}
    for node in itertools.chain(*map(sympy.preorder_traversal, sides)):
        for argument in _critical(node, poles=poles):
            for factor in sympy.Mul.make_args(argument):
                bare = factor.base if isinstance(factor, sympy.Pow) else factor
                if bare.free_symbols and not with_facts(bare).is_positive:
                    arguments[bare] = None
    for argument, point in itertools.product(arguments, points):
        for variable in sorted(argument.free_symbols, key=str):
            others = {v: value for v, value in point.items() if v != variable}
            for root in _rational_roots(argument, variable, others):
                found = {**point, variable: root}
                if on.contains(found):
                    yield found


def _critical(node: sympy.Basic, *, poles: bool) -> tuple[sympy.Expr, ...]:
    if isinstance(node, sympy.Abs | sympy.sign | sympy.log):
        return tuple(node.args)
    if isinstance(node, sympy.Pow):
        return () if node.exp.is_Integer and not (poles and node.exp.is_negative) else (node.base,)
    try:
        return real_where(node) if isinstance(node, sympy.Function) else ()
    except NotEvaluable:
        return ()


def _rational_roots(argument: sympy.Expr, variable: sympy.Symbol, others: Point) -> list[sympy.Rational]:
    if argument == variable:
        return [sympy.S.Zero]
    coefficients = [c.subs(others) for c in _coefficients(argument, variable)]
    if not coefficients or not all(c.is_Rational for c in coefficients) or len(coefficients) > MORE:
        return []
    return list(sympy.Poly(coefficients, variable).ground_roots())


@lru_cache(maxsize=1024)  # an argument is asked about at several points, and in several statements
def _coefficients(argument: sympy.Expr, variable: sympy.Symbol) -> tuple[sympy.Expr, ...]:
    """Return the coefficients of a polynomial, the highest first; none of what is no polynomial."""
    if not argument.is_polynomial(*argument.free_symbols):
        return ()
    return tuple(sympy.Poly(argument.doit(), variable).all_coeffs())  # with sums added up


def points_of_vanishing(nonzero: Sequence[sympy.Expr], on: Domain, points: Sequence[Point]) -> list[Point]:
    """Return the points at which one of ``nonzero`` is not seen to differ from 0."""
    variables, found = tuple(on.ranges), []
    functions = [BallFunction(e, variables) for e in nonzero]
    with precision(bits_for(DIGITS[-1])):
        for point in points:
            arguments = [point[v] for v in variables]
            if not all(value > 0 or value < 0 for value in (f(*arguments) for f in functions)):
                found.append(point)
    return found


def enclosures(
    on: Domain, lhs: sympy.Expr, rhs: sympy.Expr, points: Sequence[Point], digits: Sequence[int] = DIGITS
) -> list[tuple[Point, Ball, Ball]]:
    """Enclose both sides at each point, at precisions that must agree; the sharpest pair comes back."""
    variables = tuple(on.ranges)
    left, right = BallFunction(lhs, variables), BallFunction(rhs, variables)

    def at(point: Point, places: int) -> tuple[Ball, Ball]:
        with precision(bits_for(places)):
            return left(*point.values()), right(*point.values())

    found = []
    for point in ({v: p[v] for v in variables} for p in points):
        pairs = [at(point, places) for places in digits]
        if not all(map(sharp, pairs[-1])) and all(v.is_finite() for v in pairs[-1]):
            pairs.append(at(point, LAST_RESORT_DIGITS))  # much cancels there
        for rough, fine in zip(pairs[0], pairs[-1], strict=True):
            if rough.is_finite() and fine.is_finite() and not rough.overlaps(fine):
                raise BrokenCheck(f"two precisions give disjoint enclosures at {point_text(point)}")
        found.append((point, *pairs[-1]))
    return found


def exactly(lhs: sympy.Expr, rhs: sympy.Expr, point: Point) -> tuple[Ball, Ball]:
    """Enclose both sides at a point, where what is rational is worked out as such: |3 x - 1| is 0 at 1/3, which no ball shows."""
    left, right = (BallFunction(_folded(side, point), tuple(point)) for side in (lhs, rhs))
    with precision(bits_for(DIGITS[-1])):
        return left(*point.values()), right(*point.values())


def _folded(expr: sympy.Expr, point: Point) -> sympy.Expr:
    """Return an expression at a point, its rational parts as numbers and nothing else worked out."""
    if not isinstance(expr, _RATIONAL + _QUICK):
        return point.get(expr, expr)
    arguments = [_folded(argument, point) for argument in expr.args]
    known = all(isinstance(a, sympy.Rational) for a in arguments) and isinstance(expr, _RATIONAL)
    if known and isinstance(expr, sympy.Pow):
        base, exponent = arguments
        size = base.p.bit_length() + base.q.bit_length()
        known = base != 0 and exponent.is_Integer and size * abs(exponent) <= _MOST_BITS
    return expr.func(*arguments) if known else expr.func(*arguments, evaluate=False)


def settled(on: Domain, lhs: sympy.Expr, rhs: sympy.Expr, point: Point, *, thoroughly: bool = True) -> tuple[bool, Ball, Ball, int]:
    """Look at a tie more closely: whether it is settled, both sides and the digits used.

    A tie is settled when the sides come apart, when the ring says that they are equal there, or, unless the sides are
    constant, when nothing that small can arise at the point. Not ``thoroughly``, it is only seen whether they come apart.
    """
    if not thoroughly:
        ((_, left, right),) = enclosures(on, lhs, rhs, [point], digits=(LAST_RESORT_DIGITS,))
        return True, left, right, LAST_RESORT_DIGITS
    left, right, digits, enough = closely(on, lhs, rhs, point)
    constant = not (lhs.free_symbols or rhs.free_symbols)
    apart = not left.overlaps(right)
    return apart or (enough and not constant) or _equal_in_ring(lhs, rhs, point), left, right, digits


def closely(on: Domain, lhs: sympy.Expr, rhs: sympy.Expr, point: Point) -> tuple[Ball, Ball, int, bool]:
    """Enclose both sides at a point with as many digits as a difference may need; also these, and whether they are so many."""
    needed = LAST_RESORT_DIGITS + int(max(_vanishing_digits(side, point) for side in (lhs, rhs)))
    digits = min(needed, _MOST_DIGITS) if is_quick(lhs, rhs) else LAST_RESORT_DIGITS
    ((_, left, right),) = enclosures(on, lhs, rhs, [point], digits=(digits,))
    return left, right, digits, digits == needed


def is_quick(*sides: sympy.Expr) -> bool:
    """Return whether sides hold no function that takes long to thousands of digits."""
    return all(isinstance(f, _QUICK) for side in sides for f in side.atoms(sympy.Function))


def _equal_in_ring(lhs: sympy.Expr, rhs: sympy.Expr, point: Point) -> bool:
    try:
        return reduce_to_ring(difference_of(replaced(lhs, point), replaced(rhs, point))).vanishes
    except NotEvaluable:
        return False


def _vanishing_digits(expr: sympy.Expr, point: Point) -> float:
    """Return how many digits the numbers, powers and exponentials of an expression can make disappear at a point."""
    numbers = [*expr.atoms(sympy.Rational), *(point[v] for v in expr.free_symbols)]
    digits = math.fsum(max(n.p.bit_length(), n.q.bit_length()) for n in numbers) * math.log10(2)
    exponents = [f.args[0] for f in expr.atoms(*_EXPONENTIAL)]
    exponents += [p.exp * (1 if p.base is sympy.E else sympy.log(sympy.Abs(p.base))) for p in expr.atoms(sympy.Pow)]
    variables = tuple(point)
    with precision(bits_for(DIGITS[0])):
        for exponent in (e for e in exponents if not e.has(sympy.zoo, sympy.nan)):  # of a base that is 0
            value = abs(BallFunction(exponent, variables)(*point.values()))
            digits += 2 * float(value.upper()) * math.log10(math.e) if value.is_finite() else 0  # 1 - tanh(x) is about exp(-2x)
    return min(digits, 10.0**9)


def refuted(part: str, point: Point, left: Ball, right: Ball, detail: str, digits: int = DIGITS[-1]) -> Evidence:
    """Return the evidence that a statement fails at a point, where its sides have these values."""
    witness = {str(v): str(value) for v, value in point.items()}
    clash = {"lhs", "rhs"} & set(witness)
    short = _apart(left, right, 20) or digits > LAST_RESORT_DIGITS
    places, sides = 20 if short else digits, {"lhs": left, "rhs": right}
    if short and not _apart(left, right, 20):  # too close to be told apart in print
        sides["lhs - rhs"] = left - right
    for name, value in sides.items():
        enclosure = decimal(value, places)
        witness[f"{name} side" if clash else name] = f"{enclosure['mid']} +/- {enclosure['rad']}"
    detail = f"{detail}, in ball arithmetic at {digits} digits"
    return Evidence("sampled", Verdict.REFUTED, part, detail, witness, data={"witness": point})


def _apart(left: Ball, right: Ball, digits: int) -> bool:
    """Return whether two balls are equal, or differ visibly at this many digits."""
    gap = abs(left - right)
    return bool(gap == 0 or gap > 4 * Ball(10) ** -digits * max(abs(left), abs(right), Ball(1)))


def point_text(point: Mapping[sympy.Symbol, sympy.Rational]) -> str:
    """Return a point as text."""
    return ", ".join(f"{v} = {value}" for v, value in point.items()) or "the only point"
