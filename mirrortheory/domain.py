"""Domains: where a statement is claimed, as data that can be printed, tested for membership and sampled."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, product

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from mirrortheory.definitions import Defined
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import ball, compile_condition, partial_parts, precision, real_where, reduce_to_ring, replaced, with_facts

Point = dict[sympy.Symbol, sympy.Rational]

REALS = sympy.S.Reals
NONZERO = sympy.S.Reals - sympy.FiniteSet(0)
POSITIVE = sympy.Interval.open(0, sympy.oo)
NONNEGATIVE = sympy.Interval(0, sympy.oo)
GRADIENT_EXPONENTS = sympy.Interval(1, 2)

_TRIES_PER_POINT = 60
_BITS = 400
_ROUGH_EVERY = 3
_MOST_PIECES = 100
_SMALL, _LARGE = sympy.Rational(1, 50), sympy.Integer(50)


@dataclass(frozen=True)
class Domain:
    """Ranges of the variables, and conditions that tie them.

    Attributes:
        ranges: a SymPy set of reals for each symbol: an ``Interval``, a ``FiniteSet`` of rationals, unions of them, or such a
            set without some points.
        conditions: SymPy relations between the symbols that hold on the domain, such as ``Ne(m, 1)``.

    >>> x, y = sympy.symbols("x y", real=True)
    >>> below = Domain({x: POSITIVE, y: POSITIVE}, (x < y,))
    >>> all(p[x] < p[y] for p in below.sample(5, seed=1))
    True
    """

    ranges: Mapping[sympy.Symbol, sympy.Set]
    conditions: tuple[Boolean, ...] = ()
    _order: tuple[sympy.Symbol, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ranges", dict(self.ranges))
        object.__setattr__(self, "_order", tuple(sorted(self.ranges, key=str)))
        if len(set(map(str, self._order))) < len(self._order):
            names = ", ".join(map(str, self._order))
            raise InvalidArgument("ranges", "of symbols that differ in name", names, "use one symbol, or two names")
        for variable, region in self.ranges.items():
            if not isinstance(variable, sympy.Symbol):
                raise InvalidArgument("ranges", "of SymPy symbols", variable, "write Symbol(..), not text")
            if not isinstance(region, sympy.Set):
                raise InvalidArgument(f"range of {variable}", "a SymPy set", region, "write Interval(0, 1), for instance")
            _must_range(variable, region)
        if not isinstance(self.conditions, tuple):
            raise InvalidArgument("conditions", "a tuple of SymPy relations", self.conditions, "write (x < y,), with the comma")
        for condition in self.conditions:
            if not _relates(condition) or condition.has(sympy.Derivative, sympy.Subs, Defined):
                remedy = "write a SymPy relation, with derivatives and substitutions worked out"
                raise InvalidArgument("conditions", "of plain expressions", condition, remedy)
            unknown = condition.free_symbols - set(self.ranges)
            if unknown:
                raise InvalidArgument("conditions", "about variables of the domain", *self.unknown(unknown))

    def __hash__(self) -> int:
        return hash((frozenset(self.ranges.items()), self.conditions))

    def __str__(self) -> str:
        parts = [f"{v} in {_set_text(s)}" for v, s in self.ranges.items()]
        return "; ".join((*parts, *map(_condition_text, self.conditions)))

    def where(self, *conditions: Boolean) -> Domain:
        """Return the part of the domain where ``conditions`` hold as well."""
        return Domain(self.ranges, (*self.conditions, *conditions))

    def with_ranges(self, ranges: Mapping[sympy.Symbol, sympy.Set]) -> Domain:
        """Return the domain with the ranges of some variables replaced, or variables added."""
        return Domain({**self.ranges, **ranges}, self.conditions)

    def unknown(self, symbols: Iterable[sympy.Symbol]) -> tuple[str, str]:
        """Return the names of symbols without a range, and what to do: a name may be known with other assumptions."""
        names = sorted({str(symbol) for symbol in symbols})
        if set(names) & set(map(str, self._order)):
            return ", ".join(names), "a symbol of that name and other assumptions has one; use that symbol"
        return ", ".join(names), "add its range to the domain"

    def contains(self, point: Mapping[sympy.Symbol, sympy.Rational]) -> bool:
        """Return whether an exact rational point lies in the domain (undecidable conditions count as no)."""
        if not all(_inside(self.ranges[v], point[v]) for v in self._order):
            return False
        return all(_compiled(condition, self._order)(point) for condition in self.conditions)

    def has(self, variable: sympy.Symbol, value: sympy.Rational) -> bool:
        """Return whether a rational lies in the range of a variable, whatever the conditions say.

        Args:
            variable: a symbol of the domain.
            value: an exact rational.
        """
        return _inside(self.ranges[variable], value)

    def box(self) -> tuple[tuple[sympy.Rational, sympy.Rational], ...] | None:
        """Return (low, high) for each variable when every range is a closed bounded interval, else None."""
        ends = []
        for region in self.ranges.values():
            if not isinstance(region, sympy.Interval) or region.left_open or region.right_open:
                return None
            ends.append((region.start, region.end))
        return tuple(ends) if all(low.is_Rational and high.is_Rational for low, high in ends) else None

    def nonvanishing(self, expr: sympy.Expr) -> bool:
        """Return whether the ranges and conditions, as stated, rule out ``expr = 0`` (False when that is not evident).

        >>> q = sympy.Symbol("q", positive=True)
        >>> Domain({q: sympy.Interval.Lopen(1, 2)}).nonvanishing(q - 1)
        True
        """
        return _nonvanishing(self, expr)

    def positive(self, expr: sympy.Expr) -> bool:
        """Return whether the ranges and conditions, as stated, make ``expr`` positive (False when that is not evident).

        >>> x = sympy.Symbol("x", real=True)
        >>> Domain({x: sympy.Interval(-3, 5)}).positive(x + 4)
        True
        """
        return _positive(self, expr)

    def _stated_signs(self, expr: sympy.Expr) -> set[int]:
        """Return the signs that the conditions state of ``expr``: 1, -1, or 0 for unequal to zero."""
        signs = set()
        for condition in self.conditions:
            if isinstance(condition, sympy.Ne | sympy.Gt | sympy.Lt):
                ratio = sympy.cancel(sympy.together((condition.lhs - condition.rhs) / expr))
                if ratio.is_number and ratio.is_nonzero:
                    direction = {sympy.Gt: 1, sympy.Lt: -1, sympy.Ne: 0}[condition.func]
                    signs.add(direction if ratio.is_positive else -direction)
        return signs

    def _sign_on_range(self, expr: sympy.Expr) -> int | None:
        """Return the sign of a polynomial in one variable on its range, or None when it may vanish there."""
        symbols = tuple(expr.free_symbols)
        if len(symbols) != 1 or symbols[0] not in self.ranges or not expr.is_polynomial(symbols[0]):
            return None
        region = self.ranges[symbols[0]]
        polynomial = sympy.Poly(expr.doit(), symbols[0])  # what stands as (w + 1)^1 SymPy reads only so
        if not all(c.is_Rational for c in polynomial.coeffs()):
            return None  # roots are isolated over the rationals only
        if any(region.contains(root) != sympy.false for root in sympy.real_roots(polynomial)):
            return None
        rng = random.Random(0)
        signs = {int(sympy.sign(expr.subs(symbols[0], _draw(region, rng)))) for _ in range(9)}
        return signs.pop() if len(signs) == 1 and isinstance(region, sympy.Interval) else 0

    def positive_by_form(self, expr: sympy.Expr, *, or_zero: bool = False, finely: bool = False) -> bool:
        """Return whether ``expr`` is a sum of positive terms once each variable is its lower end plus a positive one.

        Or a product of such, or the modulus of what has a value and does not vanish. ``finely`` tries, after that, the ranges
        cut at 0, with intervals from a to b as (a + b t)/(1 + t).

        Args:
            expr: an expression in the variables.
            or_zero: whether zero counts as positive.
            finely: whether to cut ranges, as above.

        >>> x, y = sympy.symbols("x y", positive=True)
        >>> Domain({x: POSITIVE, y: sympy.Interval.open(1, 2)}).positive_by_form(x * y - x)
        True
        >>> Domain({x: sympy.Interval.Lopen(0, 1)}).positive_by_form(2 - x, finely=True)
        True
        """
        if expr.is_Mul and all(self.positive_by_form(part, or_zero=or_zero, finely=finely) for part in expr.args):
            return True  # which is cheaper to see of the parts than of the whole
        if isinstance(expr, sympy.Abs) and (or_zero or self.nonvanishing(expr.args[0])) and self.has_value(expr.args[0]):
            return True
        variables = sorted(expr.free_symbols & set(self.ranges), key=str)
        covers = [[self._lifted(variables)], self._cut(variables) if finely else []]
        return any(cover and all(_positive_form(replaced(expr, part), or_zero=or_zero) for part in cover) for cover in covers)

    def has_value(self, expr: sympy.Expr) -> bool:
        """Return whether ``expr`` has a real value everywhere on the domain (False when that is not evident).

        >>> x, y = sympy.symbols("x y", real=True)
        >>> apart = Domain({x: REALS, y: REALS}, (sympy.Ne(x, y),))
        >>> apart.has_value(sympy.log(abs(x - y))), apart.has_value(1 / (x + y))
        (True, False)
        """
        return all(_has_value(self, part) for part in partial_parts(expr))

    def one_signed(self) -> dict[sympy.Symbol, sympy.Symbol]:
        """Return symbols that are positive, or negative, for the variables that are so on the domain, off 0."""
        ends = {v: (region.inf, region.sup) for v, region in self.ranges.items() if region is not sympy.S.EmptySet}
        above = {v: sympy.Dummy(str(v), positive=True) for v, (low, _) in ends.items() if low.is_nonnegative}
        return above | {v: sympy.Dummy(str(v), negative=True) for v, (_, high) in ends.items() if high.is_nonpositive}

    def _lifted(self, variables: Iterable[sympy.Symbol]) -> dict[sympy.Symbol, sympy.Expr]:
        """Return each variable as its lower end plus a positive one, where it has one."""
        lifted = {}
        for variable in variables:
            region = self.ranges[variable]
            if isinstance(region, sympy.Interval) and region.inf.is_finite:
                lifted[variable] = region.inf + _stand_in(variable, "positive" if region.left_open else "nonnegative")
            elif not _inside(region, sympy.S.Zero):
                lifted[variable] = _stand_in(variable, "nonzero")
        return lifted

    def _cut(self, variables: Sequence[sympy.Symbol]) -> list[dict[sympy.Symbol, sympy.Expr]]:
        """Return pieces that together cover the ranges; none when they are too many, or of another kind."""
        options = [_pieces(self.ranges[v], v) for v in variables]
        if math.prod(map(len, options)) > _MOST_PIECES:
            return []
        return [dict(zip(variables, chosen, strict=True)) for chosen in product(*options)]

    def sample(self, count: int, *, seed: int) -> list[Point]:
        """Return up to ``count`` distinct exact rational points: ends, small numbers, and every third with long denominators.

        No lattice holds them all: the long denominators are a large prime, a power of two or any number of 60 bits.
        Fewer points, or none, come back when the conditions leave few: the caller must not read that as agreement.

        Args:
            count: how many points at most.
            seed: an integer; it fixes the random points.
        """
        if sympy.S.EmptySet in self.ranges.values():
            return []
        if not self.ranges:
            return [{}] if self.contains({}) else []
        return [dict(point) for point in _drawn(self, count, seed)]

    def _points(self, count: int, rng: random.Random) -> Iterator[Point]:
        seen: set[tuple[sympy.Rational, ...]] = set()
        for attempt in range(count * _TRIES_PER_POINT):
            if len(seen) == count:
                return
            rough = attempt % _ROUGH_EVERY == _ROUGH_EVERY - 1
            # All variables small together, or large, is where many false inequalities show.
            scale = rng.choice((None, None, _SMALL**2, _LARGE**2) if rough else (None, None, _SMALL, _LARGE))
            point = {v: _draw(self.ranges[v], rng, scale, rough=rough) for v in self._order}
            key = tuple(point.values())
            if key not in seen and self.contains(point):
                seen.add(key)
                yield point


@lru_cache(maxsize=64)  # the statements of a claim and of its mutants have few domains between them
def _drawn(on: Domain, count: int, seed: int) -> list[Point]:
    return list(on._points(count, random.Random(seed)))


@lru_cache(maxsize=1024)
def _nonvanishing(on: Domain, expr: sympy.Expr) -> bool:
    if isinstance(expr, sympy.Pow | sympy.Abs | sympy.sign):
        return _nonvanishing(on, expr.args[0])
    if expr.is_Mul:
        return all(_nonvanishing(on, factor) for factor in expr.args)
    if expr.is_number:
        return bool(expr.doit().is_nonzero)  # a product kept with a factor 1 - 1 has wrong facts, as one with a 0 has
    return bool(on._stated_signs(expr)) or on._sign_on_range(expr) is not None or on.positive_by_form(expr)


@lru_cache(maxsize=1024)
def _positive(on: Domain, expr: sympy.Expr) -> bool:
    return 1 in on._stated_signs(expr) or on._sign_on_range(expr) == 1 or on.positive_by_form(expr)


@lru_cache(maxsize=1024)
def _has_value(on: Domain, part: sympy.Expr) -> bool:
    """Return whether one of the partial parts of an expression has a real value everywhere on the domain."""
    if not all(map(on.has_value, part.args)):
        return False
    if isinstance(part, sympy.Pow) and part.exp.is_Integer:
        return on.nonvanishing(part.base.doit())  # its parts have values, so it may be worked out
    if isinstance(part, sympy.Pow) and with_facts(part.exp).is_positive:
        return on.positive_by_form(part.base.doit(), or_zero=True, finely=True)
    try:
        needs = (part.base,) if isinstance(part, sympy.Pow) else part.args if isinstance(part, sympy.log) else real_where(part)
    except NotEvaluable:  # it is not known where such a function is real
        return False
    needs = tuple(e.doit() for e in needs)
    positive = (on.positive(e) or on.positive_by_form(e, finely=True) for e in needs)
    return all(positive) or all(isinstance(e, sympy.Abs) and on.nonvanishing(e) for e in needs)


@lru_cache(maxsize=256)
def _must_range(variable: sympy.Symbol, region: sympy.Set) -> None:
    """Refuse a range that no exact point meets, one wider than the symbol is declared, and one of another kind."""
    if _irrational(region):
        remedy = "write an interval around it"
        raise InvalidArgument(f"range of {variable}", "of rationals where it has single points", region, remedy)
    # A symbol declared positive on a wider range would let SymPy and the ring prove too much.
    declared = _declared(variable)
    if not region.is_subset(declared):
        raise InvalidArgument(
            f"range of {variable}",
            f"inside {_set_text(declared)}, as the symbol is declared",
            region,
            "declare the symbol real=True, or narrow the range",
        )
    if not _is_known(region):
        condition = "made of intervals and points with real numbers for ends, or such a set without some points"
        raise InvalidArgument(f"range of {variable}", condition, region, "write Interval(0, 1), for instance")


def _is_known(region: object) -> bool:
    if isinstance(region, sympy.Union | sympy.Complement):
        return all(map(_is_known, region.args))
    if region in (sympy.S.Integers, sympy.S.Naturals, sympy.S.Naturals0):
        return True
    ends = region.args[:2] if isinstance(region, sympy.Interval) else region.args if isinstance(region, sympy.FiniteSet) else ()
    kinds = sympy.Interval | sympy.FiniteSet | sympy.Range | sympy.sets.sets.EmptySet
    return isinstance(region, kinds) and all(e.is_number and e.is_extended_real for e in ends)


def _relates(condition: object) -> bool:
    """Return whether a condition is made of relations: a symbol by itself is true or false to SymPy, not a number."""
    if isinstance(condition, sympy.And | sympy.Or | sympy.Not):
        return all(map(_relates, condition.args))
    return isinstance(condition, Relational) or condition is sympy.true or condition is sympy.false


def _positive_form(expr: sympy.Expr, *, or_zero: bool) -> bool:
    try:
        reduction = reduce_to_ring(expr)
    except NotEvaluable:  # a form that the ring cannot hold
        return False
    signed = reduction.nonnegative or reduction.vanishes if or_zero else reduction.positive
    return signed and not reduction.nonzero and not reduction.defined


@lru_cache(maxsize=1024)
def _stand_in(variable: sympy.Symbol, sign: str) -> sympy.Symbol:
    """Return the symbol of a sign that stands for a variable: one for all statements, so that what the ring says is remembered."""
    return sympy.Dummy(str(variable), **{sign: True})


@lru_cache(maxsize=256)
def _pieces(region: sympy.Set, variable: sympy.Symbol) -> list[sympy.Expr]:
    """Return expressions in t > 0, or t >= 0 at an end that belongs to it, that together cover a union of intervals cut at 0.

    [a, b] is covered by [a, b) and (a, b], so that no number is put in, where an expression may be undefined. None for other sets.
    """
    parts = region.args if isinstance(region, sympy.Union) else (region,)
    if not all(isinstance(p, sympy.Interval) and all(e.is_Rational or e.is_infinite for e in (p.inf, p.sup)) for p in parts):
        return []
    found: list[sympy.Expr] = []
    for part in parts:
        for low, high in pairwise([part.inf, *([sympy.S.Zero] if part.inf < 0 < part.sup else []), part.sup]):
            closed = [(a, b) for a, b in ((low, high), (high, low)) if a.is_finite and _inside(part, a)]
            for near, far in closed or [(low, high) if low.is_finite else (high, low)]:
                t = _stand_in(variable, "nonnegative" if closed else "positive")
                beyond = sympy.sign(far) * t if far.is_infinite else None
                found.append((near + far * t) / (1 + t) if beyond is None else near + beyond)
    return found


# The assumptions that a symbol may be declared with, and where they hold.
_DECLARATIONS: tuple[tuple[dict[str, bool], sympy.Set], ...] = (
    ({"real": True}, REALS),
    ({"nonzero": True}, NONZERO),
    ({"positive": True}, POSITIVE),
    ({"nonnegative": True}, NONNEGATIVE),
    ({"negative": True}, sympy.Interval.open(-sympy.oo, 0)),
    ({"nonpositive": True}, sympy.Interval(-sympy.oo, 0)),
    ({"zero": True}, sympy.FiniteSet(0)),
)
_KNOWN = tuple((sympy.Dummy(**declaration).assumptions0, region) for declaration, region in _DECLARATIONS)


def _declared(variable: sympy.Symbol) -> sympy.Set:
    """Return where the assumptions of a symbol hold; refuse those that say anything else than its sign."""
    found = next((region for assumptions, region in _KNOWN if assumptions == variable.assumptions0), None)
    if found is None:
        words = ", ".join(name for declaration, _ in _DECLARATIONS for name in declaration)
        given = ", ".join(f"{name}={value}" for name, value in sorted(variable.assumptions0.items()) if name != "commutative")
        remedy = f"write Symbol({str(variable)!r}, real=True)"
        raise InvalidArgument(f"the symbol {variable}", f"declared one of {words}, and no more", given or "nothing", remedy)
    return found


@lru_cache(maxsize=512)
def _compiled(condition: Boolean, variables: tuple[sympy.Symbol, ...]) -> Callable[[Mapping[sympy.Symbol, sympy.Rational]], bool]:
    """Return whether a condition holds at a point, by balls; a tie of rational functions is decided exactly.

    SymPy would work out 3**(p/r), with p and r of sixty bits, as the root of 3**p.
    """
    try:
        decided = compile_condition(condition, variables)
    except NotEvaluable:
        return lambda point: bool(condition.subs(dict(point)) == sympy.true)
    rational = not condition.atoms(sympy.Function) and all(p.exp.is_Integer for p in condition.atoms(sympy.Pow))

    def holds(point: Mapping[sympy.Symbol, sympy.Rational]) -> bool:
        with precision(_BITS):
            truth = decided(*(ball(point[v]) for v in variables))
        if truth is not None or not rational:
            return truth is True
        try:
            return bool(condition.subs(dict(point)) == sympy.true)
        except TypeError:  # 1/x < 5 at 0: what is undefined holds nowhere
            return False

    return holds


def _draw(region: sympy.Set, rng: random.Random, scale: sympy.Rational | None = None, *, rough: bool = False) -> sympy.Rational:
    if isinstance(region, sympy.FiniteSet):
        return rng.choice(sorted(region.args))
    if isinstance(region, sympy.Range) and region.size.is_finite:
        return region[rng.randrange(int(region.size))]  # by its place: it may be too long to list
    if isinstance(region, sympy.Union):
        return _draw(rng.choice(region.args), rng, scale, rough=rough)
    if isinstance(region, sympy.Complement):
        return _draw(region.args[0], rng, scale, rough=rough)
    low, high = (_rational_near(end, region.sup - region.inf) for end in (region.inf, region.sup))
    if low.is_finite and high.is_finite:
        special = [e for e, is_open in ((low, region.left_open), (high, region.right_open)) if not is_open]
        if special and not rough and rng.random() < 0.3:
            return rng.choice(special)
        steps = _long(rng) if rough else rng.choice((2, 3, 4, 5, 6, 7, 8, 9, 64, 1000))
        return low + (high - low) * sympy.Rational(rng.randint(0, steps), steps)
    steps = _long(rng) if rough else rng.choice((1, 1, 2, 3, 4, 5, 7, 32))
    size = sympy.Rational(rng.randint(0, 12 * steps if rough else 12), steps) * (scale or 1)
    if low.is_finite:
        return low + size
    if high.is_finite:
        return high - size
    return rng.choice((1, -1)) * size


def _long(rng: random.Random) -> int:
    """Return a large prime, a power of two, or a number of 60 bits."""
    return rng.choice((2**61 - 1, 2**31 - 1, 2**60, rng.getrandbits(60) | 1))


def _rational_near(end: sympy.Expr, length: sympy.Expr) -> sympy.Expr:
    # Points are rational, near against the length; what lies beyond an irrational end is dropped by the test for membership.
    if end.is_Rational or end.is_infinite:
        return end
    unit = 2**20 * (1 if length.is_infinite else max(1, int(sympy.ceiling(1 / length))))
    return sympy.Rational(int(sympy.floor(end * unit)), unit)


def _inside(region: sympy.Set, value: sympy.Rational) -> bool:
    # SymPy's contains goes through relational objects, at a hundred times the cost.
    if isinstance(region, sympy.Interval):
        below = _is_below(value, region.end) or (value == region.end and not region.right_open)
        return below and (_is_below(region.start, value) or (value == region.start and not region.left_open))
    if isinstance(region, sympy.Union):
        return any(_inside(part, value) for part in region.args)
    if isinstance(region, sympy.Complement):
        return _inside(region.args[0], value) and not _inside(region.args[1], value)
    return bool(region.contains(value) == sympy.true)


def _is_below(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Return whether left < right, of a rational and an end of an interval."""
    if left.is_Rational and right.is_Rational:  # SymPy makes objects for that
        return bool(left.p * right.q < right.p * left.q)
    return left is sympy.S.NegativeInfinity or right is sympy.S.Infinity or bool(left < right)


def _irrational(region: sympy.Set) -> list[sympy.Expr]:
    """Return the points of a range that stand by themselves and are no rationals: no exact point meets them."""
    if isinstance(region, sympy.FiniteSet):
        return [v for v in region if not v.is_Rational]
    parts = region.args if isinstance(region, sympy.Union) else region.args[:1] if isinstance(region, sympy.Complement) else ()
    return [v for part in parts for v in _irrational(part)]


def _set_text(region: sympy.Set) -> str:
    if region == REALS:
        return "R"
    if isinstance(region, sympy.Interval):
        left, right = "(" if region.left_open else "[", ")" if region.right_open else "]"
        return f"{left}{region.inf}, {region.sup}{right}"
    if isinstance(region, sympy.Complement):
        return f"{_set_text(region.args[0])} without {_set_text(region.args[1])}"
    if isinstance(region, sympy.Union):
        return " or ".join(map(_set_text, region.args))
    if isinstance(region, sympy.FiniteSet):
        return "{" + ", ".join(map(str, sorted(region.args))) + "}"
    return str(region)


def _condition_text(condition: Boolean) -> str:
    names = {sympy.Ne: "!=", sympy.Gt: ">", sympy.Lt: "<", sympy.Ge: ">=", sympy.Le: "<=", sympy.Eq: "="}
    symbol = names.get(condition.func)
    return f"{condition.lhs} {symbol} {condition.rhs}" if symbol else str(condition)
