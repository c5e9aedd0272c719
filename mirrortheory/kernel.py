"""Recheck certificates with nothing but python-flint and the standard library.

This file imports neither SymPy nor the rest of the package, and runs by itself: ``python kernel.py FILE ..``. It reads what a
certificate states (expression trees on a domain; docs/certificates.md) and earns the verdict again: an identity by arithmetic of
``Sums``; an inequality by the positive form of the difference, or by ball arithmetic on boxes that cover the domain; a sample at
exact points; a refutation by two disjoint balls. What it cannot earn again (a simulation, a SymPy simplification) adds nothing.
"""

import contextlib
import json
import math
import sys
from fractions import Fraction
from functools import reduce
from reprlib import repr as brief

import flint
from flint import arb, fmpq

VERSION = 1
KEYS = {"version", "claim", "statement", "domain", "evidence", "verdict"}
STRENGTH = ("SUPPORTED", "DERIVED", "PROVED")
MAX_BYTES, MAX_DEPTH, MAX_DIGITS, MAX_POWER, MAX_BITS = 2**24, 120, 1000, 64, 5000
MAX_VARIABLES, MAX_PARAMETER, MAX_LENGTH, MAX_WORK, MAX_EVALUATIONS = 100, 100, 500, 100_000, 30_000_000
_ONE_ARGUMENT = "abs sign exp log sinh cosh tanh asinh acosh atanh sin cos atan gamma lambertw num sym"
ARITY: dict = dict.fromkeys(_ONE_ARGUMENT.split(" "), 1)
ARITY |= {"pow": 2, "hyp2f1": 4, "pi": 0, "add": None, "mul": None}
NATURAL = {"acosh": (1, 1, -1), "atanh": (-1, 2, 1), "gamma": (1, 1, 0), "lambertw": (1, 1, 0), "hyp2f1": (-1, 1, 1)}
FINER = (4000, 80_000)
RELATIONS = ("lt", "le", "gt", "ge", "eq", "ne")
ONE: frozenset = frozenset()
MINUS = ("num", Fraction(-1))


class Rejected(Exception):
    """The certificate does not show what it says, or cannot be read; the message is one line."""


class Unsupported(Exception):
    """The expression has no place among the sums, or takes too much work."""


# Reading --------------------------------------------------------------------------------------------------------------


def need(truth, message):
    if not truth:
        raise Rejected(message)


def can(truth, message):
    if not truth:
        raise Unsupported(message)


def is_index(value, length):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < length


def number(text):
    """Read an exact rational such as "3/2"."""
    need(isinstance(text, str) and len(text) <= MAX_DIGITS and text.isascii(), "a number must be a short string such as 3/2")
    top, slash, bottom = text.partition("/")
    need(top.removeprefix("-").isdecimal() and (bottom.isdecimal() or not slash), f"{text!r:.40} is no rational")
    need(int(bottom or 1), f"{text!r:.40} divides by zero")
    return Fraction(int(top), int(bottom or 1))


def tree(data, names, depth=0):
    """Check a JSON expression whose symbols are ``names``; return nested tuples with fractions for numbers."""
    need(depth <= MAX_DEPTH, f"an expression is deeper than {MAX_DEPTH}")
    head, *rest = listed(data) or [None]
    need(isinstance(head, str) and head in ARITY, f"no expression begins with {brief(head):.40}")
    need(len(rest) == ARITY[head] or (ARITY[head] is None and rest), f"{head} with {len(rest)} arguments")
    if head == "num":
        return head, number(rest[0])
    if head == "sym":
        need(isinstance(rest[0], str) and rest[0] in names, f"the symbol {brief(rest[0]):.40} has no range")
        return head, rest[0]
    return head, *(tree(e, names, depth + 1) for e in rest)


def listed(data):
    need(isinstance(data, list), f"a list is expected, got {type(data).__name__}")
    return data


def mapping(data, keys):
    need(isinstance(data, dict) and keys <= set(data), f"a mapping with the keys {', '.join(sorted(keys))} is expected")
    return data


# Ball arithmetic ------------------------------------------------------------------------------------------------------


def ball(value):
    return arb(fmpq(value.numerator, value.denominator)) if isinstance(value, Fraction) else value


def evaluate(node, point):
    """Enclose a tree at a point of balls or fractions; a ball in which it is undefined anywhere gives one that is not finite."""
    head, *rest = node
    if head in ("num", "sym"):
        return ball(rest[0] if head == "num" else point[rest[0]])
    if head == "pi":
        return arb.pi()
    values = [evaluate(e, point) for e in rest]
    if not all(v.is_finite() for v in values):  # Arb's atan, sin, sign, 1/x and 1**x of an undefined value are finite
        return arb("nan")
    if head in ("add", "mul"):
        return sum(values[1:], values[0]) if head == "add" else math.prod(values[1:], start=values[0])
    if head == "pow":
        return power(values[0], values[1], rest[1])
    if head == "hyp2f1":  # where it loses bits, Arb integrates: for seconds if many are wanted or the parameters are large
        plain = all(abs(v) < MAX_PARAMETER and (v.is_exact() or not v.contains_integer()) for v in values[:3])
        with flint.ctx.workprec(100):
            return values[3].hypgeom_2f1(*values[:3]) if plain else arb("nan")
    if head in ("abs", "sign"):
        return abs(values[0]) if head == "abs" else values[0].sgn()
    return getattr(values[0], head)()


def power(base, exponent, exact):
    if exact[0] == "num" and exact[1].denominator == 1:
        n = abs(int(exact[1]))
        need(n <= 10**6, f"the power {brief(n)} is too large")
        result, square = arb(1), abs(base) if n % 2 == 0 else base
        while n:
            result, square, n = result * square if n % 2 else result, square * square, n // 2
        return result if exact[1] >= 0 else 1 / result
    if base == 0:
        return arb(0) if exponent > 0 else arb(1) if exponent == 0 else arb("nan")
    return base**exponent


def decide(condition, point):
    """Return True, False, or None when the balls do not decide."""
    relation, left, right = condition
    difference = evaluate(("add", left, ("mul", MINUS, right)), point)
    if not difference.is_finite():
        return None
    above, below, zero = difference > 0, difference < 0, difference == 0
    truth = {"gt": (above, below or zero), "ge": (above or zero, below), "eq": (zero, above or below)}
    truth |= {"lt": (below, above or zero), "le": (below or zero, above), "ne": (above or below, zero)}
    return True if truth[relation][0] else False if truth[relation][1] else None


class Domain:
    """Ranges of variables (unions of intervals without some points) and conditions."""

    def __init__(self, data):
        data = mapping(data, {"ranges", "conditions"})
        self.ranges = {name: self.range(r) for name, r in mapping(data["ranges"], set()).items()}
        need(len(self.ranges) <= MAX_VARIABLES, f"more than {MAX_VARIABLES} variables")
        self.conditions = []
        for entry in listed(data["conditions"]):
            need(len(listed(entry)) == 3 and entry[0] in RELATIONS, "a condition is [relation, left, right]")
            self.conditions.append((entry[0], tree(entry[1], self.ranges), tree(entry[2], self.ranges)))

    @staticmethod
    def range(data):
        intervals = []
        for entry in listed(mapping(data, {"intervals", "without"})["intervals"]):
            need(len(listed(entry)) == 4 and all(isinstance(o, bool) for o in entry[2:]), "an interval is [low, high, open, open]")
            low = -math.inf if entry[0] == "-oo" else number(entry[0])
            intervals.append((low, math.inf if entry[1] == "oo" else number(entry[1]), *entry[2:]))
        need(intervals, "a range must have an interval")
        return intervals, [number(v) for v in listed(data["without"])]

    def inside(self, name, value):
        intervals, without = self.ranges[name]
        return value not in without and any(
            (low < value or (low == value and not a)) and (value < high or (value == high and not b))
            for low, high, a, b in intervals
        )

    def point(self, data):
        """Read an exact point of the domain."""
        need(isinstance(data, dict) and set(data) == set(self.ranges), "a point must give each variable a value")
        point = {name: number(value) for name, value in data.items()}
        inside = all(self.inside(n, v) for n, v in point.items()) and all(decide(c, point) for c in self.conditions)
        need(inside, "a point lies outside the domain")
        return point

    def low(self, name):
        return min(low for low, *_ in self.ranges[name][0])

    def box(self):
        """Return the closed bounded interval of each variable; reject when some range is none."""
        for intervals, without in self.ranges.values():
            (low, high, a, b), *more = intervals
            need(not (more or without or a or b or math.inf in (-low, high)), "boxes need closed bounded ranges")
        return {name: intervals[0][:2] for name, (intervals, _) in self.ranges.items()}


# Sums of c * prod base^exponent ---------------------------------------------------------------------------------------
# A sum is {monomial: coefficient}, a monomial a frozenset of (base, exponent). Bases: ("s", x) is |x|, ("n", prime), ("e",), not
# negative; ("g", x) and ("h", k), signs, of square 1; ("r", k), the k-th sum that got a name, so that 1/(a + b) is r^-1 and
# sqrt(a + b) is r^(1/2); ("v", k), any other real value. Exponents are rational functions over Q. Equal monomials are added, so a
# sum without terms is zero; if terms remain once named sums are multiplied out, nothing is known. A base that can vanish is
# collected where its exponent is no positive number, and where its sign is taken.


def is_whole(exponent):
    return isinstance(exponent, Fraction) and exponent.denominator == 1


class Sums:
    """Arithmetic of sums on a domain, off what is collected in ``nonzero`` and where ``positive`` is positive."""

    def __init__(self, domain, rewrites=(), shifted=False):
        self.domain, self.shifted = domain, shifted
        context = flint.fmpq_mpoly_ctx.get(tuple(f"z{i}" for i in range(max(1, len(domain.ranges)))), "lex")
        self.letters, self.constant = dict(zip(sorted(domain.ranges), context.gens(), strict=False)), context.constant
        self.named, self.firm, self.above, self.names, self.values, self.memo, self.rewrites = [], [], [], {}, {}, {}, {}
        self.nonzero, self.positive, self.powers, self.work = set(), set(), {}, 0
        for left, right in rewrites:
            need(not self.cleared(self.difference(left, right)), "a rewriting is no identity")
            self.rewrites[left] = right

    def spend(self, work):
        self.work += work
        can(self.work <= MAX_WORK, "too much work")

    def short(self, value):
        """Return a rational that was computed, in a time that grows with the square of its length."""
        self.spend(1 + (max(value.numerator.bit_length(), value.denominator.bit_length()) // 1000) ** 2)
        return value

    def difference(self, left, right):
        return self.of(("add", left, ("mul", MINUS, right)))

    # Exponents

    def exponent(self, node):
        head, *rest = node
        if head == "num":
            return rest[0]
        if head == "sym":
            return self.lowest(self.letters[rest[0]], self.constant(1))
        if head in ("add", "mul"):
            return reduce(self.plus if head == "add" else self.times, map(self.exponent, rest))
        if head == "pow" and rest[1][0] == "num" and is_whole(rest[1][1]) and abs(rest[1][1]) <= 8:
            self.of(node)  # collects a divisor
            base, n = self.exponent(rest[0]), int(rest[1][1])
            return reduce(self.times, [base if n > 0 else self.lowest(*reversed(self.fraction(base)))] * abs(n), Fraction(1))
        raise Unsupported(f"{head} in an exponent")

    def fraction(self, exponent):
        if isinstance(exponent, tuple):
            return self.powers[exponent]
        return self.number(exponent), self.constant(1)

    def lowest(self, top, bottom):
        """Return a rational function as a fraction when it is constant, else as the key of its lowest terms."""
        length = sum(p.total_degree() + sum(1 + c.height_bits() // 50 for c in p.coeffs()) for p in (top, bottom))
        can(bottom != 0 and length <= MAX_LENGTH, "an exponent that is undefined or too long")
        self.spend(length)
        common = top.gcd(bottom) if top != 0 else bottom
        leading = (bottom / common).leading_coefficient()
        top, bottom = top / common / leading, bottom / common / leading
        if top.is_constant() and bottom.is_constant():
            value = top.leading_coefficient() if top != 0 else fmpq(0)
            return Fraction(int(value.p), int(value.q))
        self.powers[str(top), str(bottom)] = top, bottom
        return str(top), str(bottom)

    def plus(self, left, right):
        if isinstance(left, Fraction) and isinstance(right, Fraction):
            return self.short(left + right)
        (a, b), (c, d) = self.fraction(left), self.fraction(right)
        return self.lowest(a * d + c * b, b * d)

    def times(self, left, right):
        if isinstance(left, Fraction) and isinstance(right, Fraction):
            return self.short(left * right)
        (a, b), (c, d) = self.fraction(left), self.fraction(right)
        return self.lowest(a * c, b * d)

    # Arithmetic

    def single(self, coefficient, powers=()):
        """Return one term, signs modulo 2 and whole powers of primes in the coefficient."""
        total, found, coefficient = {}, {}, Fraction(coefficient)
        for base, exponent in powers:
            total[base] = self.plus(total[base], exponent) if base in total else exponent
        for base, exponent in total.items():
            if base[0] in "gh":
                exponent = exponent % 2
            if base[0] == "n":
                whole = self.whole_part(exponent)
                can(abs(whole) * base[1].bit_length() <= MAX_BITS, "a number that is too long")
                coefficient, exponent = coefficient * Fraction(base[1]) ** whole, self.plus(exponent, Fraction(-whole))
            if exponent != 0:
                found[base] = exponent
        return {frozenset(found.items()): self.short(coefficient)} if coefficient else {}

    def total(self, sums):
        total = {}
        for value in sums:
            for monomial, coefficient in value.items():
                total[monomial] = self.short(total.get(monomial, 0) + coefficient)
        return {m: c for m, c in total.items() if c}

    def product(self, left, right):
        terms = []
        for a, c in left.items():
            for b, d in right.items():
                terms.append(self.single(c * d, (*a, *b)))
        return self.total(terms)

    def times_itself(self, value, n):
        can(n <= MAX_POWER, f"the power {n}")
        return reduce(self.product, [value] * n, {ONE: Fraction(1)})

    def lead(self, value, signed=True):
        """Split a sum: value = coefficient * monomial * rest; ``rest`` has no power below 0, and no power in all of its terms."""
        powers, monomial = [dict(m) for m in value], {}
        first = dict(min(value, key=self.written))
        bases = {b for m in powers for b, e in m.items() if b[0] not in "gh" and (signed or self.is_nonnegative_power(b, e))}
        for base in sorted(bases, key=str):
            exponent = first.get(base, Fraction(0))
            beyond = [self.plus(m.get(base, Fraction(0)), self.times(exponent, Fraction(-1))) for m in powers]
            least = min(beyond) if all(isinstance(e, Fraction) for e in beyond) else Fraction(0)
            if (exponent := self.plus(exponent, least)) != 0:
                monomial[base] = exponent
        rest = self.product(value, self.single(1, [(b, self.times(e, Fraction(-1))) for b, e in monomial.items()]))
        first = min(rest, key=self.written)
        coefficient, signs = rest[first] if signed else abs(rest[first]), [(b, e) for b, e in first if b[0] in "gh" and signed]
        rest = self.product(rest, self.single(1 / coefficient, signs))
        if signed and not self.is_nonnegative(rest):  # keep x itself, which is |x| times its sign
            own = [(("g", b[1]), e) for b, e in first if b[0] == "s" and is_whole(e) and self.is_signed(b[1])]
            rest, signs = self.product(rest, self.single(1, own)), signs + own
        (unit,) = self.single(1, (*monomial.items(), *signs))
        return coefficient, unit, rest

    @staticmethod
    def written(monomial):
        return sorted((str(b), str(e)) for b, e in monomial if b[0] not in "gh"), sorted(str(b) for b, _ in monomial)

    def is_nonnegative_base(self, base):
        return base[0] in "sne" or (base[0] == "r" and self.firm[base[1]])

    def is_nonnegative_power(self, base, exponent):
        return self.is_nonnegative_base(base) or (base[0] == "r" and not is_whole(exponent))  # what has a root is not negative

    def is_nonnegative(self, value):
        """Return whether no term is negative, by its form."""
        even = {(b, e) for m in value for b, e in m if is_whole(e) and e % 2 == 0}
        signed = {(b, e) for m in value for b, e in m if not self.is_nonnegative_power(b, e)} - even
        return bool(value) and not signed and all(c > 0 for c in value.values())

    def is_positive(self, value):
        """Return whether, besides, some term has no base that can vanish."""
        return self.is_nonnegative(value) and any(not any(self.can_vanish(b) for b, _ in m) for m in value)

    def name(self, value):
        key = frozenset(value.items())
        if key not in self.names:
            self.names[key] = len(self.named)
            self.named.append(value)
            self.firm.append(self.is_nonnegative(value))
            self.above.append(self.is_positive(value))
        return "r", self.names[key]

    def collect(self, monomial):
        self.nonzero |= {b for b, _ in monomial if self.can_vanish(b)}

    def can_vanish(self, base):
        return self.may_vanish(base[1]) if base[0] == "s" else not self.above[base[1]] if base[0] == "r" else base[0] == "v"

    def may_vanish(self, name):
        low = self.domain.low(name)
        return self.domain.inside(name, low if self.shifted and low > -math.inf else 0)

    # Trees to sums

    def of(self, node):
        if node not in self.memo:
            self.memo[node] = self.convert(self.rewrites.get(node, node))
        return self.memo[node]

    def convert(self, node):
        head, *rest = node
        if head == "num":
            return self.single(rest[0])
        if head == "sym":
            low, magnitude = self.domain.low(rest[0]), self.single(1, [(("s", rest[0]), Fraction(1))])
            if self.shifted and low > -math.inf:  # what is above its low end gets the letter
                return self.total([magnitude, self.single(low)])
            return magnitude if low >= 0 else self.product(magnitude, self.single(1, [(("g", rest[0]), Fraction(1))]))
        if head in ("add", "mul"):
            parts = [self.of(e) for e in rest]
            return self.total(parts) if head == "add" else reduce(self.product, parts)
        if head == "pow":
            return self.raised(rest[0], self.exponent(rest[1]))
        if head in ("abs", "sign"):
            inner = self.rewrites.get(rest[0], rest[0])
            factors = [self.of(e) for e in (inner[1:] if inner[0] == "mul" else (inner,))]
            signs = [self.sign(value, head) for value in factors]
            return reduce(self.product, signs if head == "sign" else [*signs, *factors])
        if head == "exp":
            try:
                return self.single(1, [(("e",), self.exponent(rest[0]))])
            except Unsupported:
                return self.value("exp", self.of(rest[0]))
        if head == "log":
            return self.log(self.of(rest[0]))
        arguments = [self.of(e) for e in rest]
        if head in NATURAL:  # real only where this is positive
            scale, power, shift = NATURAL[head]
            last = self.product(self.single(scale), self.times_itself(arguments[-1], power))
            self.must_be_positive(self.total([last, self.single(shift)]))
        if head == "hyp2f1":
            self.must_be_positive(arguments[2])
        return self.value(head, *arguments)

    def must_be_positive(self, value):
        _, monomial, rest = self.lead(value, signed=False) if value else (0, ONE, {ONE: Fraction(-1)})
        self.collect(monomial)
        if not self.is_positive(rest):
            self.positive.add(self.name(rest))

    def value(self, *key):
        key = tuple(frozenset(k.items()) if isinstance(k, dict) else k for k in key)
        return self.single(1, [(("v", self.values.setdefault(key, len(self.values))), Fraction(1))])

    def raised(self, node, exponent):
        node, whole = self.rewrites.get(node, node), is_whole(exponent)
        value = self.of(node)
        if whole and exponent >= 0:
            return self.times_itself(value, int(exponent))
        if node[0] == "mul" and all(is_square(e) or self.is_nonnegative(self.of(e)) for e in node[1:]):
            return reduce(self.product, [self.raised(e, exponent) for e in node[1:]])
        if node[0] == "pow" and node[2][0] == "num" and node[2][1] % 2 == 0:  # the square of a real number
            return self.raised(("abs", node[1]), self.times(node[2][1], exponent))
        if node[0] == "pow" and self.is_nonnegative(self.of(node[1])):
            return self.raised(node[1], self.times(self.exponent(node[2]), exponent))
        can(value and not (whole and -exponent > MAX_POWER), "a power of zero, or a large one")
        vanishing, modulus = isinstance(exponent, Fraction) and exponent > 0, node[0] == "abs"  # a zero does no harm if vanishing
        coefficient, factors = self.factors(self.of(node[1]) if modulus else value)
        if whole and not modulus:
            powers = [(base, self.times(k, exponent)) for base, k in factors]
            self.collect(powers)
            return self.single(coefficient ** int(exponent), powers)
        powers, rest = [(("n", p), Fraction(k)) for p, k in primes_of(abs(coefficient))], self.single(1 if coefficient > 0 else -1)
        for base, k in factors:
            if self.is_nonnegative_power(base, k):
                powers.append((base, k))
            elif modulus or k % 2 == 0:  # |b|^k
                powers += (
                    [] if base[0] in "gh" else [(self.name(self.single(1, [(self.sign_of(base), 1), (base, Fraction(1))])), k)]
                )
            else:
                plain = base[0] == "r" and k > 0
                rest = self.product(rest, self.times_itself(self.named[base[1]], int(k)) if plain else self.single(1, [(base, k)]))
        if not modulus and rest != {ONE: 1}:
            powers.append((self.name(rest), Fraction(1)))
            self.positive.add(powers[-1][0])
        powers = [(base, self.times(k, exponent)) for base, k in powers]
        self.collect(() if vanishing else powers)
        return self.single(1, powers)

    def factors(self, value):
        """Return a coefficient and powers of bases; a polynomial in the letters is split into irreducible ones, which get names."""
        coefficient, monomial, rest = self.lead(value)
        found, letters = [(rest, 1)], sorted({b[1] for m in rest for b, _ in m if b[0] in "sg"})
        wholes = {m: [self.whole_power(m, x) for x in letters] for m in rest}
        length = sum(1 + c.numerator.bit_length() + c.denominator.bit_length() for c in rest.values())
        plain = all(b[0] in "sg" for m in rest for b, _ in m) and not any(None in k for k in wholes.values())
        if plain and len(rest) > 1 and length <= MAX_LENGTH:
            self.spend(length)
            gens = [self.letters[x] for x in letters]
            terms = (math.prod([g**k for g, k in zip(gens, wholes[m], strict=True)], start=self.number(c)) for m, c in rest.items())
            scale, split = sum(terms, self.constant(0)).factor()
            coefficient, found = coefficient * Fraction(int(scale.p), int(scale.q)), [(self.spelt(f), int(k)) for f, k in split]
        powers = list(monomial)
        for factor, k in found:
            scale, unit, core = self.lead(factor)
            coefficient *= scale**k
            powers += [(b, self.times(e, Fraction(k))) for b, e in unit]
            powers += [] if core == {ONE: 1} else [(self.name(core), Fraction(k))]
        return coefficient, powers

    def number(self, value):
        return self.constant(fmpq(value.numerator, value.denominator))

    def spelt(self, polynomial):
        """Return a polynomial in the letters as a sum."""
        terms = []
        for powers, coefficient in polynomial.to_dict().items():
            whole = [(x, Fraction(int(k))) for x, k in zip(sorted(self.domain.ranges), powers, strict=False) if k]
            bases = [(("s", x), k) for x, k in whole] + [(("g", x), k) for x, k in whole if self.is_signed(x)]
            terms.append(self.single(Fraction(int(coefficient.p), int(coefficient.q)), bases))
        return self.total(terms)

    def is_signed(self, name):
        low = self.domain.low(name)
        return low == -math.inf or (low < 0 and not self.shifted)

    def sign_of(self, base):
        return "h", base[1] if base[0] == "r" else self.name({frozenset({(base, Fraction(1))}): Fraction(1)})[1]

    def sign(self, value, head):
        """Return a sign s with s^2 = 1; under Abs it may be any sign at a zero, as |e| = s e holds there too."""
        if not value:
            return {}
        coefficient, factors = self.factors(value)
        self.collect(factors if head == "sign" else ())
        odd = [base for base, k in factors if not self.is_nonnegative_power(base, k) and k % 2 == 1]
        signs = [(base if base[0] in "gh" else self.sign_of(base), Fraction(1)) for base in odd]
        return self.single(1 if coefficient > 0 else -1, signs)

    def log(self, value):
        self.must_be_positive(value)
        ((monomial, coefficient),) = value.items() if len(value) == 1 else ((ONE, Fraction(-1)),)
        powers = (*monomial, *((("n", p), Fraction(n)) for p, n in primes_of(abs(coefficient))))
        if coefficient < 0 or any(b[0] not in "sne" or not isinstance(e, Fraction) for b, e in powers):
            return self.value("log", value)
        units = ((self.single(1) if b == ("e",) else self.value("log", b), e) for b, e in powers)
        return self.total(self.product(unit, self.single(e)) for unit, e in units)

    # Decisions

    def cleared(self, value):
        """Multiply a sum by whole powers of named sums so that all of them are multiplied out; zero stays zero."""
        for k in reversed(range(len(self.named))):
            base, parts = ("r", k), []
            wholes = {m: self.whole_part(dict(m).get(base, Fraction(0))) for m in value}
            low = min((0, *wholes.values()))
            for monomial, coefficient in value.items():
                powers = dict(monomial)
                powers[base] = self.plus(powers.get(base, Fraction(0)), Fraction(-wholes[monomial]))
                factor = self.times_itself(self.named[k], wholes[monomial] - low)
                parts.append(self.product(self.single(coefficient, powers.items()), factor))
            value = self.total(parts)
        return value

    def whole_part(self, exponent):
        if isinstance(exponent, Fraction):
            return math.floor(exponent)
        quotient, _ = divmod(*self.fraction(exponent))
        constant = [c for powers, c in quotient.to_dict().items() if not any(powers)]
        return math.floor(Fraction(int(constant[0].p), int(constant[0].q))) if constant else 0

    def holds_everywhere(self):
        """Return whether the domain, as stated, makes ``nonzero`` nonzero and ``positive`` positive."""
        return all(map(self.rules_out_zero, [*self.nonzero])) and all(
            self.is_above_zero(self.named[b[1]]) for b in [*self.positive]
        )

    def rules_out_zero(self, base):
        value = self.named[base[1]] if base[0] == "r" else {frozenset({(base, Fraction(1))}): Fraction(1)}
        negative = {m: -c for m, c in value.items()}
        if self.is_above_zero(value) or self.is_above_zero(negative) or self.stated(value) or self.sign_on_range(value) is not None:
            return True
        _, unit, core = self.lead(value)
        known = all(not self.can_vanish(b) or (b != base and self.rules_out_zero(b)) for b, _ in unit)
        return known and (core == {ONE: 1} or (core != value and self.rules_out_zero(self.name(core))))

    def is_above_zero(self, value):
        return (
            self.is_positive(value)
            or 1 in self.stated(value)
            or self.sign_on_range(value) == 1
            or self.is_positive_above_low(value)
        )

    def stated(self, value):
        """Return the signs that the conditions state of a sum: 1, -1, or 0 for unequal to zero."""
        signs, (scale, unit, core) = [], self.lead(value)
        for relation, left, right in self.domain.conditions:
            difference = self.difference(left, right)
            if relation in ("ne", "lt", "gt") and difference:
                coefficient, monomial, rest = self.lead(difference)
                off = {b for b, e in monomial if isinstance(e, Fraction)}  # these do not vanish, as the whole does not
                if core in ({ONE: 1}, rest) and all(b in off or not self.can_vanish(b) for b, _ in unit):
                    (both,) = self.product(self.single(1, monomial), self.single(1, unit))
                    known = relation != "ne" and core == rest and all(self.is_nonnegative_base(b) for b, _ in both)
                    signs.append((1 if (coefficient * scale > 0) == (relation == "gt") else -1) if known else 0)
        return signs

    def whole_power(self, monomial, name):
        """Return k when a monomial, apart from other letters, is x^k; else None."""
        powers = dict(monomial)
        k = powers.get(("s", name), Fraction(0))
        if not is_whole(k) or k < 0 or (self.is_signed(name) and (("g", name) in powers) != (k % 2 == 1)):
            return None
        return int(k)

    def sign_on_range(self, value):
        """Return the sign of a polynomial in one symbol on its range; None when it is no such or has a root there."""
        (kind, name, *_), *others = {(b[0] in "sg", *b[1:]) for m in value for b, _ in m} or {(False, None)}
        if not kind or others or self.shifted:
            return None
        exponents = {self.whole_power(m, name): c for m, c in value.items()}
        if None in exponents:
            return None
        scale = math.lcm(*(c.denominator for c in exponents.values()))
        can(max(exponents) <= MAX_POWER and scale.bit_length() <= MAX_BITS, "a polynomial that is too long")
        polynomial = flint.fmpz_poly([int(exponents.get(i, 0) * scale) for i in range(max(exponents) + 1)])
        (intervals, _), changes = self.domain.ranges[name], False
        for factor, _ in polynomial.factor()[1]:
            if factor.degree() == 1:
                root = Fraction(-int(factor[0]), int(factor[1]))
                if self.domain.inside(name, root):
                    return None
                changes = changes or any(a < root < b for a, b, *_ in intervals)  # a point that is left out
            else:
                roots = [z.real for z, _ in factor.complex_roots() if z.imag.contains(0)]
                if not all(
                    (a > -math.inf and r < ball(a)) or (b < math.inf and r > ball(b)) for r in roots for a, b, *_ in intervals
                ):
                    return None
        inner = [between(a, b) for a, b, *_ in intervals]
        signs = {polynomial(fmpq(v.numerator, v.denominator)) > 0 for v in inner}
        return (1 if signs.pop() else -1) if len(signs) == 1 and not changes else 0

    def is_positive_above_low(self, value):
        """Return whether a polynomial is positive by its form once each variable is its low end plus a positive one."""
        above, terms = Sums(self.domain, shifted=True), []
        above.work = self.work
        for monomial, coefficient in value.items():
            letters = {b[1] for b, _ in monomial if b[0] in "sg"}
            wholes = {x: self.whole_power(monomial, x) for x in letters}
            if None in wholes.values() or any(b[0] in "hrv" for b, _ in monomial):
                return False
            numbers = above.single(coefficient, [(b, e) for b, e in monomial if b[0] in "ne"])
            terms.append(reduce(above.product, [above.times_itself(above.of(("sym", x)), k) for x, k in wholes.items()], numbers))
        self.work = above.work
        return above.is_positive(above.total(terms))


def is_square(node):
    """Return whether a tree is a modulus or an even power, hence nowhere negative."""
    return node[0] == "abs" or (node[0] == "pow" and node[2][0] == "num" and node[2][1] % 2 == 0)


def between(low, high):
    if math.inf in (-low, high):
        return Fraction(0) if -low == high else high - 1 if -low == math.inf else low + 1
    return (low + high) / 2


def primes_of(value):
    """Split off the small primes; what is left counts as one."""
    sides = (value.numerator, 1), (value.denominator, -1)
    return [(int(p), s * int(n)) for side, s in sides for p, n in flint.fmpz(side).factor(trial_limit=1000)]


# Evidence -------------------------------------------------------------------------------------------------------------


def sharp(value):
    return value.is_finite() and value.rad() < (abs(value.mid()) if abs(value.mid()) > 1 else arb(1)) * arb(10) ** -20


def holds_at(statement, point):
    """Return whether a statement is seen to hold (True), to fail (False) or neither (None) at an exact point."""
    relation, (left, right) = statement["relation"], (evaluate(statement[side], point) for side in ("lhs", "rhs"))
    if left.is_finite() and right.is_finite() and not (sharp(left) and sharp(right)) and flint.ctx.prec < FINER[0]:
        with flint.ctx.workprec(FINER[0]):  # much cancels there
            return holds_at(statement, point)
    need(sharp(left) and sharp(right), "a side is undefined or not sharp at a point")
    if relation == "eq":
        return bool(left.overlaps(right))
    equal = left.is_exact() and right.is_exact() and left == right
    return True if left < right or (equal and relation == "le") else False if left > right or equal else None


def refutes(statement, point):
    """Return whether a statement is seen to fail at a point, with more bits where that is cheap."""
    if holds_at(statement, point) is False:
        return True
    size = repr((statement["lhs"], statement["rhs"]))
    for bits in FINER:
        if len(size) * bits <= MAX_EVALUATIONS and not any(head in size for head in ("gamma", "lambertw", "hyp2f1")):
            with flint.ctx.workprec(bits):
                if holds_at(statement, point) is False:
                    return True
    return False


def earned(statement, domain, evidence):
    """Return the verdict that a piece of evidence earns for its statement."""
    claimed, relation = evidence["verdict"], statement["relation"]
    left, right = statement["lhs"], statement["rhs"]
    if claimed in ("VACUOUS", "UNDECIDED"):
        return claimed
    if claimed == "REFUTED":
        need(refutes(statement, domain.point(evidence.get("witness"))), "the witness does not refute")
        return claimed
    points, boxes = listed(evidence.get("points")), listed(evidence.get("boxes", []))
    need(len(repr((left, right, domain.conditions))) * len(points + boxes) <= MAX_EVALUATIONS, "too many points or boxes")
    points = [holds_at(statement, domain.point(p)) for p in points]
    need(points and False not in points and (relation != "lt" or all(points)), "no points, or one that shows otherwise")
    return proved(statement, domain, evidence)


def proved(statement, domain, evidence):
    """Return the verdict that a kind of evidence earns by itself, the samples apart."""
    kind, relation, left, right = evidence.get("kind"), statement["relation"], statement["lhs"], statement["rhs"]
    if kind == "ring" and relation == "eq":
        rewrites = [tuple(tree(side, domain.ranges) for side in listed(pair)) for pair in listed(evidence.get("rewrites", []))]
        need(all(len(pair) == 2 for pair in rewrites), "a rewriting is a pair")
        found = []
        for pairs in ((), rewrites) if rewrites else ((),):  # a rewriting may hold in fewer places than what it stands for
            with contextlib.suppress(Unsupported):
                sums = Sums(domain, pairs)
                found += [] if sums.cleared(sums.difference(left, right)) else ["PROVED" if sums.holds_everywhere() else "DERIVED"]
            if evidence["verdict"] in found:
                break
        return max(found, key=STRENGTH.index, default="SUPPORTED")
    if kind == "form" and relation != "eq":
        sums = Sums(domain, shifted=True)
        value = sums.cleared(sums.difference(right, left))
        positive = sums.is_nonnegative(value) if relation == "le" else sums.is_positive(value)
        if positive and not any(map(sums.can_vanish, sums.nonzero | sums.positive)):
            return "PROVED"
    if kind == "boxes" and relation != "eq":
        cover(("add", right, ("mul", MINUS, left)), domain, listed(evidence.get("boxes", [])))
        return "PROVED"
    return "SUPPORTED"


def cover(difference, domain, splits):
    """Follow a subdivision of the domain in preorder: an axis to bisect, -1 positive here, -2 outside the conditions."""
    names, waiting = sorted(domain.ranges), [domain.box()]
    for step in splits:
        need(waiting and isinstance(step, int) and -2 <= step < len(names), "the boxes do not fit the domain")
        here = waiting.pop()
        balls = {name: ball(low).union(ball(high)) for name, (low, high) in here.items()}
        if step >= 0:
            low, high = here[names[step]]
            need((high - low).denominator < 10**MAX_DIGITS, "a box is too small")
            waiting += [{**here, names[step]: half} for half in (((low + high) / 2, high), (low, (low + high) / 2))]
        elif step == -1:
            value = evaluate(difference, balls)
            need(value.is_finite() and value > 0, "the difference is not positive on a box")
        else:
            need(any(decide(c, balls) is False for c in domain.conditions), "a box is not outside the domain")
    need(not waiting, "the boxes do not cover the domain")


def check(data):
    """Check a certificate and return its verdict; raise Rejected with the reason when it does not show it."""
    need(isinstance(data, dict) and set(data) == KEYS, f"a certificate must have the keys {', '.join(sorted(KEYS))}")
    need(data["version"] == VERSION, f"the version must be {VERSION}")
    domains = [Domain(d) for d in listed(data["domain"])]
    statements, verdicts = [], {}
    for entry in listed(data["statement"]):
        need(mapping(entry, {"relation"})["relation"] in ("eq", "le", "lt", "simulated"), "no relation of a statement")
        if entry["relation"] != "simulated":
            need(is_index(entry.get("domain"), len(domains)), "a statement must name its domain")
            ranges = domains[entry["domain"]].ranges
            entry = {**entry, "lhs": tree(entry.get("lhs"), ranges), "rhs": tree(entry.get("rhs"), ranges)}
        statements.append(entry)
    for evidence in listed(data["evidence"]):
        place, claimed = (mapping(evidence, {"statement", "verdict"})[key] for key in ("statement", "verdict"))
        need(is_index(place, len(statements)) and place not in verdicts, "each statement must have one piece of evidence")
        if statements[place]["relation"] == "simulated":
            verdicts[place] = "SUPPORTED" if claimed == "SUPPORTED" else "UNDECIDED"
        else:
            try:
                verdicts[place] = earned(statements[place], domains[statements[place]["domain"]], evidence)
            except Unsupported:
                verdicts[place] = "SUPPORTED"
            except RecursionError:  # rewritings that go round in a circle, sums nested in sums
                raise Rejected(f"statement {place} is nested too deeply") from None
        if claimed in STRENGTH and verdicts[place] in STRENGTH:  # to claim less than is earned is no fault
            verdicts[place] = min(claimed, verdicts[place], key=STRENGTH.index)
        need(verdicts[place] == claimed, f"statement {place} earns {verdicts[place]}, not {brief(claimed):.20}")
    need(len(verdicts) == len(statements), "a statement has no evidence")
    verdict = combined(verdicts.values(), [v for i, v in verdicts.items() if statements[i]["relation"] != "simulated"])
    need(verdict == data["verdict"], f"the evidence gives {verdict}, not {brief(data['verdict']):.20}")
    return verdict


def combined(every, essential):
    if "REFUTED" in every:
        return "REFUTED"
    if all(v == "VACUOUS" for v in essential):
        return "VACUOUS"
    return "UNDECIDED" if {"UNDECIDED", "VACUOUS"} & set(every) else min(essential, key=STRENGTH.index)


def refuse(text):
    raise Rejected(f"the number {text:.20}; numbers are strings such as 3/2")


def read(path):
    """Read a certificate file within the limits of size and depth."""
    try:
        with open(path, "rb") as file:
            raw = file.read(MAX_BYTES + 1)
        need(len(raw) <= MAX_BYTES, f"larger than {MAX_BYTES} bytes")
        return json.loads(raw, parse_float=refuse, parse_constant=refuse, parse_int=lambda t: int(t) if len(t) < 10 else refuse(t))
    except OSError as error:
        raise Rejected(error.strerror or "unreadable") from None
    except RecursionError:
        raise Rejected("nested too deeply") from None
    except ValueError as error:
        raise Rejected(f"no JSON: {error!s:.80}") from None


def main(paths):
    """Recheck files, print a line for each, and return how many were rejected."""
    rejected = 0
    flint.ctx.prec = 240
    for path in paths:
        try:
            print(f"accepted {path}: {check(read(path))}")
        except Rejected as error:
            rejected += 1
            print(f"REJECTED {path}: {' '.join(str(error).split())}")
    return rejected


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
