r"""Exact identities: an expression becomes a rational function over Q and FLINT decides whether it vanishes.

Everything that is not a rational operation gets a generator with the relations that are used:

* a real symbol ``w`` is ``s |w|`` with ``s^2 = 1``, so one reduction covers every orthant (off the coordinate planes);
* ``b^(c t)`` with ``b > 0``, ``c`` rational and ``t`` free of rational factors (``q``, ``1/q``, ``q r``) is a power of the
  generator ``b^(t/D)``; ``|uv|^t = |u|^t |v|^t`` and ``sign(uv) = sign(u) sign(v)`` are applied to factored arguments;
* ``E^(n/D)`` for another base ``E`` is a power of a generator ``g`` with ``g^D = E``;
* a logarithm of a monomial is the sum of the logarithms; any other function value is a generator without relations.

If the numerator vanishes modulo the relations, the identity holds wherever its denominators do not vanish: that is a
proof, and the denominators are returned. If it does not vanish, nothing is known, because generators may be dependent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import comb, lcm
from typing import Any, TypeVar

import flint
import sympy

from mirrortheory.errors import NotEvaluable, shown
from mirrortheory.exact.terms import arguments_of_signs, bits_of, even_root, must_be_short, prime_powers, real_where, terms

_Key = tuple[Any, ...]
_Result = TypeVar("_Result")
_MAX_RESTARTS = 400


@dataclass(frozen=True)
class Reduction:
    """What the ring says of an expression.

    Attributes:
        vanishes: True when the expression is identically zero where ``nonzero`` has no zero; False says nothing.
        nonnegative: True when it is a quotient of sums of nonnegative terms; False says nothing.
        positive: True when, besides, some term has no symbol that its assumptions let vanish.
        nonzero: what was divided by, or had its sign taken, and is not positive by its form.
        defined: what must be positive for a root, a logarithm or a function of it to be real, and is not so by its form.
        generators: the generators of the ring, as expressions.
    """

    vanishes: bool
    nonnegative: bool
    positive: bool
    nonzero: tuple[sympy.Expr, ...]
    defined: tuple[sympy.Expr, ...]
    generators: tuple[sympy.Expr, ...]


@lru_cache(maxsize=1024)  # the statements of a claim and of its mutants share most of their parts
def reduce_to_ring(expr: sympy.Expr) -> Reduction:
    """Reduce ``expr`` to a rational function over Q and decide whether it vanishes identically.

    Raises:
        NotEvaluable: when the expression holds a float or a symbol that is not declared real.

    >>> w, q = sympy.Symbol("w", real=True), sympy.Symbol("q", positive=True)
    >>> reduce_to_ring(sympy.sign(w) * abs(w) ** q * abs(w) ** (1 - q) - w).vanishes
    True
    """
    return _in_ring(expr, lambda ring, value: ring.reduction(expr, value))


def factor_in_ring(expr: sympy.Expr) -> sympy.Expr:
    """Return ``expr`` as a product of powers of irreducible polynomials in the generators of its ring.

    >>> a, q = sympy.symbols("a q", positive=True)
    >>> factor_in_ring(a ** (2 * q) + 2 * a**q + 1)
    (a**q + 1)**2
    """
    return _in_ring(expr, lambda ring, value: ring.factored(value))


def _in_ring(expr: sympy.Expr, finish: Callable[[_Ring, _Fraction], _Result]) -> _Result:
    """Convert ``expr`` and finish with it, in a ring that grows until it holds every generator that is asked for."""
    generators: dict[_Key, int] = {}
    for _ in range(_MAX_RESTARTS):
        ring = _Ring(generators)
        try:
            return finish(ring, ring.convert(expr))
        except _Missing as missing:
            order = lcm(generators.get(missing.key, 1), missing.denominator)
            if missing.key in generators:  # a finer root of a generator: what was built from it has to be named anew
                generators = {k: d for k, d in generators.items() if k[0] in _BASIC}
            generators[missing.key] = order
    raise NotEvaluable(f"{shown(expr)} needs more than {_MAX_RESTARTS} generators")


class _Missing(Exception):
    """A generator, or a finer root of one, is needed: the conversion starts again with it."""

    def __init__(self, key: _Key, denominator: int = 1) -> None:
        self.key, self.denominator = key, denominator


# ("sign", w): sign of a real symbol; ("power", b, t): b^t of a positive symbol or prime; ("exp", t): e^t;
# ("log", b): its logarithm; ("root", E, t): E^t of a positive base; ("signof", E): sign; ("value", f, ..): f(..).
_BASIC = {"sign", "power", "exp", "log"}
_OF_ANY_SIGN = {"sign", "signof", "value", "log"}
_ZERO, _SYMBOL = frozenset({"zero"}), frozenset({"symbol"})


@dataclass
class _Fraction:
    num: Any
    den: Any


@dataclass
class _Ring:
    generators: dict[_Key, int]
    keys: list[_Key] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = list(self.generators)
        self._context = flint.fmpq_mpoly_ctx.get(tuple(f"g{i}" for i in range(max(1, len(self.keys)))), "lex")
        self._gens = dict(zip(self.keys, self._context.gens(), strict=False))
        self._one, self._zero = self._context.constant(1), self._context.constant(0)
        self._denominators: list[Any] = []
        self.defined: list[sympy.Expr] = []
        self._memo: dict[sympy.Basic, _Fraction] = {}

    # Conversion -----------------------------------------------------------------------------------------------------

    def convert(self, expr: sympy.Basic) -> _Fraction:
        if expr not in self._memo:
            self._memo[expr] = self._convert(expr)
        return self._memo[expr]

    def _convert(self, expr: sympy.Basic) -> _Fraction:
        if isinstance(expr, sympy.Rational):
            return _Fraction(self._context.constant(flint.fmpq(int(expr.p), int(expr.q))), self._one)
        if isinstance(expr, sympy.Symbol):
            return self._symbol(expr)
        if isinstance(expr, sympy.Add):
            total = self.convert(expr.args[0])
            for term in expr.args[1:]:
                total = self._add(total, self.convert(term))
            return total
        if isinstance(expr, sympy.Mul):
            total = _Fraction(self._one, self._one)
            for factor in expr.args:
                total = self._multiply(total, self.convert(factor))
            return total
        if isinstance(expr, sympy.Pow):
            if expr.base is sympy.E:
                return self._exponential(expr.exp)
            base, power = even_root(expr) or (expr.base, expr.exp)
            return self._power(self.convert(base), power, known_real=isinstance(base, sympy.Abs))
        if isinstance(expr, sympy.exp):
            return self._exponential(expr.args[0])
        if isinstance(expr, sympy.Abs):
            inner = self.convert(expr.args[0])
            return self._reduced(self._multiply(inner, self._sign(inner)))
        if isinstance(expr, sympy.sign):
            return self._sign(self.convert(expr.args[0]))
        if isinstance(expr, sympy.log):
            return self._log(self.convert(expr.args[0]))
        if isinstance(expr, sympy.NumberSymbol):
            return self._exponential(sympy.S.One) if expr is sympy.E else self._raise(("power", expr, sympy.S.One), Fraction(1))
        if isinstance(expr, sympy.Function):
            for condition in real_where(expr):
                self._must_be_positive(self.convert(condition))
            return self._generator(("value", expr.func(*map(self._named, expr.args))))
        raise NotEvaluable(f"{shown(expr)} ({type(expr).__name__}) has no place in a ring of rational functions")

    def _must_be_positive(self, value: _Fraction, may_vanish: frozenset[str] = _SYMBOL) -> None:
        if not self.is_positive(value, may_vanish):
            self.defined.append(self._name(value))

    def _symbol(self, symbol: sympy.Symbol) -> _Fraction:
        if not symbol.is_extended_real:
            raise NotEvaluable(f"the symbol {symbol} is not declared real; write Symbol({str(symbol)!r}, real=True)")
        magnitude = self._raise(("power", symbol, sympy.S.One), Fraction(1))
        return magnitude if symbol.is_nonnegative else self._multiply(self._generator(("sign", symbol)), magnitude)

    def _exponential(self, exponent: sympy.Expr) -> _Fraction:
        if not exponent.is_rational_function(*exponent.free_symbols):
            return self._generator(("value", sympy.exp(self._name(self.convert(exponent)))))
        self._collect_divisors(exponent)
        total = _Fraction(self._one, self._one)
        for coefficient, atom in terms(exponent):
            total = self._multiply(total, self._raise(("exp", atom), coefficient))
        return total

    def _collect_divisors(self, exponent: sympy.Expr) -> None:
        if not exponent.is_rational_function(*exponent.free_symbols):
            raise NotEvaluable(f"the exponent {shown(exponent)} must have rational coefficients and no functions")
        for power in exponent.atoms(sympy.Pow):  # 1/(q - 1) in an exponent is undefined at q = 1
            if power.exp.is_negative:
                self.convert(power)

    def _log(self, argument: _Fraction) -> _Fraction:
        argument = self._reduced(argument)
        monomial = self._monomial(argument)
        if monomial is None or monomial[0] <= 0 or _OF_ANY_SIGN.intersection(k[0] for k in monomial[1]):
            self._must_be_positive(argument)
            return self._generator(("value", sympy.log(self._name(argument))))
        total = _Fraction(self._zero, self._one)
        content: dict[_Key, Fraction] = dict(monomial[1])
        for prime, exponent in prime_powers(monomial[0]).items():
            key: _Key = ("power", sympy.Integer(prime), sympy.S.One)
            content[key] = content.get(key, Fraction(0)) + exponent
        for key, power in content.items():
            self._denominators.append(self._gens.get(key, self._one))  # log|w| is undefined at w = 0
            scale = self._multiply(self.convert(key[-1]), self._rational(power))
            unit = _Fraction(self._one, self._one) if key[0] == "exp" else self._generator(("log", key[1]))
            total = self._add(total, self._multiply(scale, unit))
        return total

    # Powers and signs -----------------------------------------------------------------------------------------------

    def _power(self, base: _Fraction, exponent: sympy.Expr, *, known_real: bool = False) -> _Fraction:
        self._collect_divisors(exponent)
        if isinstance(exponent, sympy.Integer):
            return self._integer_power(base, int(exponent))
        base = self._reduced(base)
        if base.num == self._zero:  # 0, 1 or undefined
            raise NotEvaluable(f"0 to the power {shown(exponent)} depends on the sign of the exponent")
        monomial = self._monomial(base)
        if monomial is not None and monomial[0] > 0 and not _OF_ANY_SIGN.intersection(k[0] for k in monomial[1]):
            return self._monomial_power(*monomial, exponent)
        total = _Fraction(self._one, self._one)
        rest = _Fraction(self._one, self._one)
        for factor, power in self._factors(base):
            sign = self._definite_sign(factor, _ZERO)
            piece = self._integer_power(_Fraction(factor, self._one), power)
            if sign is None and power % 2 == 0:
                # The square of a real factor: |factor|^power, whatever its sign.
                absolute = self._multiply(_Fraction(factor, self._one), self._sign(_Fraction(factor, self._one)))
                total = self._multiply(total, self._positive_power(absolute, power * exponent))
            elif sign is not None and sign > 0:
                total = self._multiply(total, self._positive_power(_Fraction(factor, self._one), power * exponent))
            else:
                rest = self._multiply(rest, piece)
        if rest.num == self._one and rest.den == self._one:
            return total
        return self._multiply(total, self._positive_power(rest, exponent, known_real=known_real))

    def _positive_power(self, base: _Fraction, exponent: sympy.Expr, *, known_real: bool = False) -> _Fraction:
        """Power of a base that is positive wherever the expression is defined."""
        exponent = sympy.expand(exponent)
        if isinstance(exponent, sympy.Integer):
            return self._integer_power(base, int(exponent))
        monomial = self._monomial(base)
        if monomial is not None and monomial[0] > 0 and not _OF_ANY_SIGN.intersection(k[0] for k in monomial[1]):
            return self._monomial_power(*monomial, exponent)
        total = _Fraction(self._one, self._one)
        for coefficient, atom in terms(exponent):
            whole, part = divmod(coefficient, 1) if atom == 1 else (Fraction(0), coefficient)
            total = self._multiply(total, self._integer_power(base, int(whole)))
            if part:
                if not known_real:
                    self._must_be_positive(base, _ZERO)
                total = self._multiply(total, self._raise(("root", self._name(base), atom), part))
        return total

    def _monomial_power(self, coefficient: Fraction, content: dict[_Key, Fraction], exponent: sympy.Expr) -> _Fraction:
        total = _Fraction(self._one, self._one)
        for prime, multiplicity in prime_powers(coefficient).items():
            content = {**content, ("power", sympy.Integer(prime), sympy.S.One): Fraction(multiplicity)}
        for key, power in content.items():
            for scale, atom in terms(sympy.Rational(power.numerator, power.denominator) * key[-1] * exponent):
                total = self._multiply(total, self._raise((*key[:-1], atom), scale))
        return total

    def _raise(self, key: _Key, power: Fraction) -> _Fraction:
        """Return (the generator's atom)^power, asking for a finer root when the ring has only a coarser one."""
        if key[0] == "power" and isinstance(key[1], sympy.Integer) and key[2] == 1:
            whole, power = divmod(power, 1)
            number = self._rational(Fraction(int(key[1])) ** int(whole))
            return self._multiply(number, self._raise_root(key, power)) if power else number
        return self._raise_root(key, power)

    def _raise_root(self, key: _Key, power: Fraction) -> _Fraction:
        denominator = self.generators.get(key)
        if denominator is None or denominator % power.denominator:
            raise _Missing(key, power.denominator)
        if key[-1] != 1 and key[0] != "exp":  # a symbolic exponent may be negative, so the base must not vanish
            self._denominators.append(self._gens[key])
        return self._integer_power(self._generator(key), int(power * denominator))

    def _sign(self, value: _Fraction) -> _Fraction:
        value = self._reduced(value)
        total = _Fraction(self._one, self._one)
        for factor, power in self._factors(value):
            if power % 2 == 0:
                continue
            definite = self._definite_sign(factor)
            if definite is not None:
                total = self._multiply(total, self._rational(Fraction(definite)))
                continue
            monomial = self._monomial(_Fraction(factor, self._one))
            if monomial is not None and all(k[0] in ("sign", "signof", "power", "exp", "root") for k in monomial[1]):
                total = self._multiply(total, self._rational(Fraction(1 if monomial[0] > 0 else -1)))
                for key, exponent in monomial[1].items():
                    if key[0] in ("sign", "signof") and exponent % 2:
                        total = self._multiply(total, self._generator(key))
                continue
            total = self._multiply(total, self._generator(("signof", self._name(_Fraction(factor, self._one)))))
        return total

    def _definite_sign(self, polynomial: Any, may_vanish: frozenset[str] = frozenset()) -> int | None:
        """Return the sign of a polynomial whose terms all have it, when some term cannot vanish.

        A term may vanish with a logarithm or another function value in it, or with a generator of a kind in ``may_vanish``.
        """
        monomials = polynomial.to_dict()
        unsigned = [i for i, k in enumerate(self.keys) if k[0] in _OF_ANY_SIGN]
        if any(exponents[i] % 2 for exponents in monomials for i in unsigned):
            return None
        present = [(i, k) for i, k in enumerate(self.keys) if any(exponents[i] for exponents in monomials)]
        zeros = [i for i, k in present if k[0] in ("value", "log") or self._vanishes_with(k, may_vanish)]
        firm = "zero" in may_vanish or any(not any(exponents[i] for i in zeros) for exponents in monomials)
        signs = {1 if c > 0 else -1 for c in monomials.values()}
        return signs.pop() if firm and len(signs) == 1 else None

    def _vanishes_with(self, key: _Key, may_vanish: frozenset[str]) -> bool:
        if key[0] == "root":
            return not self.is_positive(self.convert(key[1]), may_vanish)
        return key[0] == "power" and "symbol" in may_vanish and not (key[1].is_number or key[1].is_nonzero)

    def reduction(self, expr: sympy.Expr, value: _Fraction) -> Reduction:
        numerator = self.relations(value.num)
        nonzero = tuple(dict.fromkeys((*self.divided_by(), *arguments_of_signs(expr))))
        defined = tuple(dict.fromkeys(self.defined))
        generators = tuple(map(self.expression_of, self.keys))
        signs = (self.is_positive(value, _ZERO), self.is_positive(value, _SYMBOL))
        return Reduction(numerator == 0, *signs, nonzero, defined, generators)

    def is_positive(self, value: _Fraction, may_vanish: frozenset[str] = frozenset()) -> bool:
        value = self._reduced(value)
        above, below = self._definite_sign(value.num, may_vanish), self._definite_sign(value.den, may_vanish - _ZERO)
        return value.num != 0 and above is not None and above == below

    # Arithmetic -----------------------------------------------------------------------------------------------------

    def _rational(self, value: Fraction) -> _Fraction:
        return _Fraction(self._context.constant(flint.fmpq(value.numerator, value.denominator)), self._one)

    def _generator(self, key: _Key) -> _Fraction:
        if key not in self._gens:
            raise _Missing(key)
        return _Fraction(self._gens[key], self._one)

    def _add(self, left: _Fraction, right: _Fraction) -> _Fraction:
        if left.den == right.den:
            return _Fraction(left.num + right.num, left.den)
        common = left.den.gcd(right.den)
        left_rest, right_rest = left.den / common, right.den / common
        return _Fraction(left.num * right_rest + right.num * left_rest, left_rest * right.den)

    def _multiply(self, left: _Fraction, right: _Fraction) -> _Fraction:
        if left.num == 0 or right.num == 0:
            return _Fraction(self._zero, self._one)
        for one, other in ((left.num, right.num), (left.den, right.den)):
            must_be_short(len(one) * len(other) * (bits_of(one) + bits_of(other)))
        across, along = left.num.gcd(right.den), right.num.gcd(left.den)
        return _Fraction((left.num / across) * (right.num / along), (left.den / along) * (right.den / across))

    def _integer_power(self, base: _Fraction, n: int) -> _Fraction:
        for side in (base.num, base.den):
            must_be_short(comb(abs(n) + max(len(side), 1) - 1, abs(n)) * abs(n) * bits_of(side))
        if n >= 0:
            return _Fraction(base.num**n, base.den**n)
        base = self._reduced(base)
        if base.num == 0:
            raise NotEvaluable("the expression divides by an expression that is identically zero")
        self._denominators.append(base.num)
        return _Fraction(base.den**-n, base.num**-n)

    def _reduced(self, value: _Fraction) -> _Fraction:
        """Apply s^2 = 1 on both sides, so that |w| w^-1 has its sign once."""
        num, den = self._fold_signs(value.num), self._fold_signs(value.den)
        common = num.gcd(den) if num != 0 else den
        return _Fraction(num / common, den / common)

    def _fold_signs(self, polynomial: Any) -> Any:
        signs = [i for i, k in enumerate(self.keys) if k[0] in ("sign", "signof")]
        if not any(exponents[i] > 1 for exponents in polynomial.monoms() for i in signs):
            return polynomial
        folded: dict[tuple[int, ...], Any] = {}
        for exponents, coefficient in polynomial.to_dict().items():
            key = tuple(int(e % 2 if i in signs else e) for i, e in enumerate(exponents))
            folded[key] = folded.get(key, flint.fmpq(0)) + coefficient
        return self._context.from_dict({k: c for k, c in folded.items() if c != 0})

    def relations(self, numerator: Any) -> Any:
        """Reduce a numerator modulo s^2 = 1 and g^D = E; the result is zero only for a true identity."""
        before = None
        while numerator != before:  # a relation may bring back generators that were reduced before it
            before, numerator = numerator, self._fold_signs(self._relations_once(numerator))
        return numerator

    def _relations_once(self, numerator: Any) -> Any:
        for key in reversed(self.keys):
            relation = self._relation(key)
            if relation is None or numerator == 0:
                continue
            order, power = relation
            place = self.keys.index(key)
            groups: dict[int, dict[tuple[int, ...], Any]] = {}
            for exponents, coefficient in numerator.to_dict().items():
                whole, rest = divmod(exponents[place], order)
                term = tuple(rest if i == place else e for i, e in enumerate(exponents))
                groups.setdefault(whole, {})[term] = coefficient
            top = max(groups)
            numerator = self._zero
            for whole, part in groups.items():
                numerator += self._context.from_dict(part) * power.num**whole * power.den ** (top - whole)
        return numerator

    def _relation(self, key: _Key) -> tuple[int, _Fraction] | None:
        if key[0] == "root" and key[2] == 1:
            return self.generators[key], self.convert(key[1])
        if key[0] == "power" and isinstance(key[1], sympy.Integer) and key[2] == 1:
            return self.generators[key], self._rational(Fraction(int(key[1])))
        return None

    def _monomial(self, value: _Fraction) -> tuple[Fraction, dict[_Key, Fraction]] | None:
        """Return (coefficient, {key: power of its atom}) when numerator and denominator are single terms."""
        top, bottom = value.num.to_dict(), value.den.to_dict()
        if len(top) != 1 or len(bottom) != 1:
            return None
        ((upper, a),), ((lower, b),) = top.items(), bottom.items()
        coefficient = Fraction(int(a.p), int(a.q)) / Fraction(int(b.p), int(b.q))
        powers = zip(self.keys, upper, lower, strict=False)
        return coefficient, {k: Fraction(int(u - v), self.generators[k]) for k, u, v in powers if u != v}

    def _factors(self, value: _Fraction) -> list[tuple[Any, int]]:
        """Factor into irreducible polynomials with integer powers; a constant comes as a constant polynomial."""
        upper, above = value.num.factor()
        lower, below = value.den.factor()
        factors = [(f, int(e)) for f, e in above] + [(f, -int(e)) for f, e in below]
        constant = upper / lower
        return factors if constant == 1 else [(self._context.constant(constant), 1), *factors]

    def divided_by(self) -> tuple[sympy.Expr, ...]:
        found: dict[sympy.Expr, None] = {}
        for polynomial in self._denominators:
            for factor, _ in polynomial.factor()[1]:
                expression = self._expression(factor)
                bare = expression
                while isinstance(bare, sympy.Abs | sympy.Pow):
                    bare = bare.args[0]
                bare = sympy.Mul(*(f for f in sympy.Mul.make_args(sympy.factor_terms(bare)) if not isinstance(f, sympy.sign)))
                if self._definite_sign(factor, _SYMBOL) is None and bare != 1:
                    found[bare] = None
        return tuple(found)

    def factored(self, value: _Fraction) -> sympy.Expr:
        return sympy.Mul(*(self._expression(factor) ** power for factor, power in self._factors(self._reduced(value))))

    def _expression(self, polynomial: Any) -> sympy.Expr:
        total = sympy.S.Zero
        for exponents, coefficient in polynomial.to_dict().items():
            term: sympy.Expr = sympy.Rational(int(coefficient.p), int(coefficient.q))
            powers = {key: int(power) for key, power in zip(self.keys, exponents, strict=False) if power}
            for key in [k for k in powers if k[0] == "sign" and powers[k] % 2]:
                magnitude = ("power", key[1], sympy.S.One)
                order = self.generators.get(magnitude, 1)
                if powers.get(magnitude, 0) % (2 * order) == order:
                    term *= key[1] ** (powers.pop(magnitude) // order)  # sign(w) |w| is w
                    powers.pop(key)
            for key, power in powers.items():
                term *= self.expression_of(key) ** power
            total += term
        return total

    def expression_of(self, key: _Key) -> sympy.Expr:
        kind, order = key[0], self.generators[key]
        if kind == "sign":
            return sympy.sign(key[1])
        if kind == "power":
            return (sympy.Abs(key[1]) ** key[2]) ** sympy.Rational(1, order)
        if kind == "exp":
            return sympy.exp(key[1] / order)
        if kind == "log":
            return sympy.log(sympy.Abs(key[1]))
        if kind == "root":
            return key[1] ** (key[2] / sympy.Integer(order))
        if kind == "signof":
            return sympy.sign(key[1])
        return key[-1]

    def _named(self, argument: sympy.Basic) -> sympy.Basic:
        several = isinstance(argument, sympy.Tuple)  # the parameters of a hypergeometric function
        return sympy.Tuple(*map(self._named, argument)) if several else self._name(self.convert(argument))

    def _name(self, value: _Fraction) -> sympy.Expr:
        """Name a value by an expression in its canonical form: equal names are equal values."""
        value = self._reduced(value)
        leading = value.den.leading_coefficient()
        return self._expression(value.num / leading) / self._expression(value.den / leading)
