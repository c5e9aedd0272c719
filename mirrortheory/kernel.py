"""Recheck certificates with nothing but python-flint and the standard library.

This file imports neither SymPy nor the rest of the package, and runs by itself: ``python kernel.py FILE ..`` (with ``recount.py``
beside it where laws are counted). It reads what a
certificate states (expression trees on a domain; docs/certificates.md), differentiates, substitutes and builds the field of a flow
from its map, link and decay itself, and earns the verdict again: an identity by arithmetic of ``Sums``; an inequality by the
positive form of the difference, or by ball arithmetic on boxes that cover the domain; a sample at exact points; a refutation by two
disjoint balls. What it cannot earn again (a simulation, a SymPy simplification) adds nothing.
"""

import contextlib
import importlib
import json
import math
import operator
import re
import sys
from collections import Counter
from copy import copy
from fractions import Fraction
from functools import cache, partial, partialmethod, reduce
from itertools import chain, combinations, pairwise, product
from reprlib import repr as brief

import flint
from flint import arb, arb_mat, fmpq

KEYS = {"version", "claim", "definitions", "flows", "statement", "domain", "evidence", "verdict"}
VERSION, STRENGTH = 2, ("SUPPORTED", "DERIVED", "PROVED")
MAX_BYTES, MAX_DEPTH, MAX_DIGITS, MAX_POWER, MAX_BITS, MAX_PIECES, MAX_PARTS = 2**24, 120, 1000, 64, 5000, 100, 2000
MAX_VARIABLES, MAX_UNKNOWNS, MAX_PARAMETER, MAX_LENGTH, MAX_WORK, MAX_NODES, MAX_TERMS = 100, 4, 100, 500, 150_000, 20_000, 300
MOST = {"nodes worked out": 1_000_000, "steps of algebra": 500_000, "points or boxes": 100_000_000, "bits": 30_000_000}
SPENT: Counter = Counter()  # by one certificate, of MOST
FINER, TINY = (4000, 80_000), Fraction(1, 2**99)
ENTIRE, ON_POSITIVE = ("exp", "sinh", "cosh", "tanh", "sin", "cos", "asinh", "atan", "pi"), ("log", "gamma", "lambertw")
ARITY: dict = dict.fromkeys([*ENTIRE[:-1], *ON_POSITIVE, "abs", "sign", "acosh", "atanh", "num", "sym"], 1)
ARITY |= {"pow": 2, "hyp2f1": 4, "pi": 0} | dict.fromkeys(("add", "mul", "max", "min", "piecewise"))
TRUTHS = dict.fromkeys(("lt", "le", "gt", "ge", "eq", "ne"), 2) | dict.fromkeys(("and", "or"))
TOTAL = {*ENTIRE, "add", "mul", "max", "min", "abs", "sign"}
FOLDED: dict = {"add": operator.add, "mul": operator.mul, "pow": operator.pow, "max": arb.max, "min": arb.min}
ONE: frozenset = frozenset()
MINUS, NOUGHT, UNIT, TWO = (("num", Fraction(n)) for n in (-1, 0, 1, 2))


class Rejected(Exception):
    """The certificate does not show what it says, or cannot be read; the message is one line."""


class Unsupported(Exception):
    """The expression has no place among the sums, or takes too much work."""


# Reading --------------------------------------------------------------------------------------------------------------


def need(truth, message, error=Rejected):
    if not truth:
        raise error(message)


can = partial(need, error=Unsupported)


def spend(what, count):
    """Put what a certificate costs on its account, and return whether it may."""
    SPENT[what] += count
    return SPENT[what] <= MOST[what]


def is_index(value, length, first=0):
    return isinstance(value, int) and not isinstance(value, bool) and first <= value < length


def number(text):
    """Read an exact rational such as "3/2"."""
    known = isinstance(text, str) and len(text) <= MAX_DIGITS and re.fullmatch("-?[0-9]+(/0*[1-9][0-9]*)?", text)
    need(known, f"a number must be a short string such as 3/2, not {brief(text):.40}")
    return Fraction(text)


def tree(data, names, given=None, depth=0, heads=ARITY):
    """Check a JSON expression whose symbols are ``names``; return nested tuples with fractions for numbers.

    With ``given``, what is defined, the tree may hold derivatives (``diff``), substitutions (``at``) and names of what is defined
    (``def``, ``velocity``), which are worked out here. With ``heads`` a condition is read: true, false, a relation of two
    expressions, or "and" and "or" of conditions.
    """
    need(depth <= MAX_DEPTH, f"an expression is deeper than {MAX_DEPTH}")
    if isinstance(data, bool) and heads is TRUTHS:
        return ("and" if data else "or",)  # of nothing
    head, *rest = listed(data) or [None]
    if given is not None and heads is ARITY and head in ("diff", "at", "def", "velocity"):
        return sized(worked_out(head, rest, names, given, depth + 1))
    kind = "no expression begins with" if heads is ARITY else "a condition is [relation, left, right], and .. or or .., not"
    need(isinstance(head, str) and head in heads, f"{kind} {brief(head):.40}")
    need(len(rest) == heads[head] or (heads[head] is None and rest), f"{head} with {len(rest)} arguments")
    if head == "num":
        return head, number(rest[0])
    if head == "sym":
        need(isinstance(rest[0], str) and (names is None or rest[0] in names), f"the symbol {brief(rest[0]):.40} has no range")
        return head, rest[0]
    read = partial(tree, names=names, given=given, depth=depth + 1)
    if head == "piecewise":
        need(all(len(listed(branch)) == 2 for branch in rest), "a branch is [condition, value]")
        return head, *(("branch", read(c, heads=TRUTHS), read(value)) for c, value in rest)
    parts = [read(e, heads=heads if head in ("and", "or") else ARITY) for e in rest]
    return (head.replace("g", "l"), *reversed(parts)) if head in ("gt", "ge") else (head, *parts)


def listed(data):
    need(isinstance(data, list), f"a list is expected, got {type(data).__name__}")
    return data


def mapping(data, keys):
    need(isinstance(data, dict) and keys <= set(data), f"a mapping with the keys {', '.join(sorted(keys))} is expected")
    return data


# Definitions ----------------------------------------------------------------------------------------------------------


def defined_by(definitions, flows):
    """Work out named expressions and flows, as trees.

    A flow is dw/dt = -phi_q(f' dg/dw + a w) - b w for each weight, a coupled and b decoupled; phi_q(u) = sign(u) |u|^(q - 1).
    """
    given = {}
    for entry in listed(definitions):
        name = mapping(entry, {"name", "is"})["name"]
        need(isinstance(name, str) and ("def", name) not in given, "a definition needs a name of its own")
        given["def", name] = tree(entry["is"], None, given)
    for k, flow in enumerate(listed(flows)):
        terms = ("map", "slope", "q", "coupled", "decoupled")
        x, slope, q, a, b = (tree(mapping(flow, {"weights", *terms})[key], None, given) for key in terms)
        for weight in listed(flow["weights"]):
            need(isinstance(weight, str), "a weight is a letter")
            w = ("sym", weight)
            argument = plus(times(slope, slope_of(x, weight)), times(a, w))
            link = argument if q == TWO else times(("sign", argument), raised(("abs", argument), plus(q, MINUS)))
            given["velocity", k, weight] = sized(times(MINUS, plus(link, times(b, w))))
    return given


def worked_out(head, rest, names, given, depth):
    if head == "diff":
        need(len(rest) == 2 and isinstance(rest[1], str) and (names is None or rest[1] in names), "diff needs a tree and a letter")
        return slope_of(tree(rest[0], names, given, depth), rest[1])
    if head == "at":
        need(len(rest) == 2 and all(len(listed(p)) == 2 and isinstance(p[0], str) for p in listed(rest[1])), "at needs letters")
        values = once([(letter, tree(value, names, given, depth)) for letter, value in rest[1]])
        return with_values(tree(rest[0], None if names is None else {*names, *values}, given, depth), values)
    key = (head, *rest)
    need(all(isinstance(e, str | int) for e in rest) and key in given, f"{head} {brief(rest):.40} is not defined")
    need(names is None or letters(given[key]) <= set(names), f"a symbol of {head} {brief(rest):.40} has no range")
    return given[key]


def letters(node):
    return {node[1]} if node[0] == "sym" else set() if node[0] == "num" else set().union(*map(letters, node[1:]))


def partial_parts(node):
    """Return the parts of a tree that may have no value; it has one where all of them have."""
    head, *rest = node
    if head == "pow" and is_whole(rest[1][-1]):
        return [("pow", rest[0], MINUS)] if rest[1][1] < 0 else partial_parts(rest[0])
    return [] if head in ("num", "sym") else [part for e in rest for part in partial_parts(e)] if head in TOTAL else [node]


def noughts(nodes):
    """Return trees that are 0 where trees have values, and have none elsewhere: a sum with them keeps where it is defined."""
    return [("mul", NOUGHT, part) for part in dict.fromkeys(part for node in nodes for part in partial_parts(node))]


def with_values(node, values):
    return plus(replaced(sized(node), values), *noughts(values.values()))


def replaced(node, values):
    """Put trees for letters; sums and products of numbers, and exact balls such as sinh(0), become numbers."""
    if node[0] in ("num", "sym"):
        return values.get(node[1], node) if node[0] == "sym" else node
    made = (node[0], *(replaced(e, values) for e in node[1:]))
    known = node[0] in ("add", "mul", "pow") and all(e[0] == "num" and isinstance(e[1], int | Fraction) for e in made[1:])
    if known and (node[0] != "pow" or is_short(*(e[1] for e in made[1:]))):
        return ("num", reduce(FOLDED[node[0]], (e[1] for e in made[1:])))
    value = evaluate(made, {}) if len(made) == 2 and made[1][0] == "num" else arb("nan")
    return ("num", exact(value.fmpq())) if value.is_exact() and value.is_finite() else made


def is_short(base, n):
    """Return whether a power of a number has a value, and a short one."""
    return abs(n) in range(MAX_POWER) and (base or n >= 0) and (base.numerator * base.denominator).bit_length() * abs(n) < MAX_BITS


def sized(node):
    """Return a tree that is short enough to work with, each node as often as it stands there."""
    found = [node]
    for count, (head, *rest) in enumerate(found, 1):  # which grows on the way
        need(count <= MAX_NODES, f"a tree that is worked out has more than {MAX_NODES} nodes")
        found += () if head in ("num", "sym") else rest
    need(spend("nodes worked out", len(found)), "too many nodes are worked out")
    return node


def plus(*parts):
    number = sum(p[1] for p in parts if p[0] == "num")
    parts = [*(p for p in parts if p[0] != "num"), *([("num", number)] if number else [])]
    return ("add", *parts) if len(parts) > 1 else parts[0] if parts else NOUGHT


def minus(left, right):
    return plus(left, times(MINUS, right))


def times(*parts):
    parts = [p for p in parts if p != UNIT]
    return plus(*noughts(parts)) if NOUGHT in parts else ("mul", *parts) if len(parts) > 1 else parts[0] if parts else UNIT


def raised(base, exponent):
    return UNIT if exponent == NOUGHT else base if exponent == UNIT else ("pow", base, exponent)


def slope_of(node, letter):
    """Differentiate a tree; |u|, its sign and powers of u that are not whole have a derivative only where 1/u has a value."""
    slope = derivative(sized(node), letter, needs := {})  # has fewer parts: that of 0/x is 0
    return sized(plus(slope, *noughts([node, *(("pow", u, MINUS) for u in needs)])))


def derivative(node, letter, needs):
    head, *rest = node
    if head in ("num", "sym"):
        return UNIT if node == ("sym", letter) else NOUGHT
    slopes = [(i, slope) for i, slope in enumerate(derivative(e, letter, needs) for e in rest) if slope != NOUGHT]
    if slopes and (head in ("abs", "sign") or (head == "pow" and not is_whole(rest[1][-1]))):
        needs[rest[0]] = None
    return plus(*(times(partial_slope(node, i), slope) for i, slope in slopes))


def partial_slope(node, i):
    """Return the derivative of a function in its i-th argument, as a tree."""
    head, u, *more = node
    if head in ("add", "mul"):
        need(head == "add" or len(more) < MAX_POWER, f"a product of more than {MAX_POWER} factors")
        return UNIT if head == "add" else times(*node[1 : i + 1], *node[i + 2 :])
    if head == "pow":
        return times(node, ("log", u)) if i else times(*more, raised(u, plus(*more, MINUS)))
    if head == "hyp2f1":
        need(i == 3, "no rule for the derivative of hyp2f1 in a parameter")
        return times(*node[1:3], ("pow", node[3], MINUS), (head, *(plus(e, UNIT) for e in node[1:4]), node[4]))
    above, below = (plus(UNIT, times(s, ("pow", u, TWO))) for s in (UNIT, MINUS))  # 1 + u^2, 1 - u^2
    half = ("num", Fraction(-1, 2))
    powers = {"log": (u, MINUS), "atan": (above, MINUS), "atanh": (below, MINUS), "asinh": (above, half)}
    rules = {"sign": NOUGHT, "abs": ("sign", u), "exp": node, "sin": ("cos", u), "sinh": ("cosh", u), "cosh": ("sinh", u)}
    rules |= {"cos": times(MINUS, ("sin", u)), "tanh": minus(UNIT, ("pow", node, TWO))}
    rules |= {f: ("pow", *of) for f, of in powers.items()}
    rules["acosh"] = times(("pow", minus(u, UNIT), half), ("pow", plus(u, UNIT), half))
    rules["lambertw"] = times(node, ("pow", times(u, plus(UNIT, node)), MINUS))
    need(head in rules, f"no rule for the derivative of {head}")
    return rules[head]


# Ball arithmetic ------------------------------------------------------------------------------------------------------


def ball(value):
    return arb(fmpq(value.numerator, value.denominator) if isinstance(value, Fraction) else value)


def evaluate(node, point):
    """Enclose a tree at a point of balls or fractions; a ball in which it is undefined anywhere gives one that is not finite."""
    head, *rest = node
    if head in ("num", "sym"):
        return ball(rest[0] if head == "num" else point[rest[0]])
    if head == "piecewise":  # a branch that is not taken may be undefined
        truth, value = next(((t, value) for _, c, value in rest if (t := decide(c, point)) is not False), (False, None))
        return evaluate(value, point) if truth else arb("nan")
    values = [evaluate(e, point) for e in rest]
    if not all(v.is_finite() for v in values):  # Arb's atan, sin, sign, 1/x and 1**x of an undefined value are finite
        return arb("nan")
    if head == "pow" and is_whole(rest[1][-1]):
        return power(values[0], int(rest[1][1]))
    if head in FOLDED:
        return reduce(FOLDED[head], values)
    if head == "hyp2f1":  # where it loses bits, Arb integrates: for seconds if many are wanted or the parameters are large
        plain = all(abs(v) < MAX_PARAMETER and (v.is_exact() or not v.contains_integer()) for v in values[:3])
        with flint.ctx.workprec(100):
            return values[3].hypgeom_2f1(*values[:3]) if plain else arb("nan")
    return getattr(values[0] if values else arb, {"abs": "__abs__", "sign": "sgn"}.get(head, head))()


def power(base, n):
    """Return a whole power of a ball by squaring; Arb's own is undefined on a ball around 0."""
    need(abs(n) <= 10**6, f"the power {brief(n)} is too large")
    half = abs(power(base, abs(n) // 2)) if abs(n) > 1 else arb(1)
    value = half * half * (base if n % 2 else 1)
    return 1 / value if n < 0 else value


def alike(left, right, point):
    """Return whether two sides are equal at an exact point, by their form."""
    values = {name: ("num", value) for name, value in point.items()}
    return by_form("eq", replaced(left, values), replaced(right, values), Domain({"ranges": {}, "conditions": []}), halvings=0)


def decide(condition, point):
    """Return True, False, or None when the balls do not decide."""
    if condition[0] in ("and", "or"):
        truths, decisive = [decide(c, point) for c in condition[1:]], condition[0] == "or"
        return decisive if decisive in truths else None if None in truths else not decisive
    relation, left, right = condition
    difference = evaluate(minus(left, right), point)
    tie = difference.is_finite() and difference.contains(0) and all(isinstance(v, Fraction) for v in point.values())
    return compared(relation, arb(0) if tie and alike(left, right, point) else difference)


def compared(relation, d):
    """Return whether what a ball encloses has a relation to 0: True, False, or None when the ball does not decide."""
    yes, no = {"lt": (d < 0, d >= 0), "le": (d <= 0, d > 0), "eq": (d == 0, d != 0), "ne": (d != 0, d == 0)}[relation]
    return None if not d.is_finite() else True if yes else False if no else None


def region(data):
    """Read a range as parts (low, high, low is open, high is open), cut where a number is left out."""
    intervals, parts = listed(mapping(data, {"intervals", "without"})["intervals"]), []
    without = {-math.inf, math.inf, *map(number, listed(data["without"]))}
    need(len(intervals) * len(without) <= MAX_PARTS, f"a range of more than {MAX_PARTS} parts")
    for entry in intervals:
        need(len(listed(entry)) == 4 and all(isinstance(o, bool) for o in entry[2:]), "an interval is [low, high, open, open]")
        low = -math.inf if entry[0] == "-oo" else number(entry[0])
        high = math.inf if entry[1] == "oo" else number(entry[1])
        ends = [low, *sorted(v for v in without if low <= v <= high), high]
        parts += [(a, b, entry[2] or a in without, entry[3] or b in without) for a, b in pairwise(ends)]
    return [part for part in parts if part[0] < part[1] or (part[0] == part[1] and not any(part[2:]))]


class Domain:
    """Ranges of variables (unions of intervals) and conditions on them, ``every``."""

    def __init__(self, data):
        data = mapping(data, {"ranges", "conditions"})
        self.ranges = {name: region(r) for name, r in mapping(data["ranges"], set()).items()}
        need(len(self.ranges) <= MAX_VARIABLES, f"more than {MAX_VARIABLES} variables")
        self.every = [tree(entry, self.ranges, heads=TRUTHS) for entry in listed(data["conditions"])]

    def inside(self, name, value):
        return any((a, c) <= (value, False) and (value, d) <= (b, False) for a, b, c, d in self.ranges[name])

    def point(self, data):
        """Read an exact point of the domain."""
        need(isinstance(data, dict) and set(data) == set(self.ranges), "a point must give each variable a value")
        point = {name: number(value) for name, value in data.items()}
        inside = all(self.inside(n, v) for n, v in point.items()) and all(decide(c, point) for c in self.every)
        need(inside, "a point lies outside the domain")
        return point

    def is_wide_at(self, point, node):
        """Return whether the domain has inner points next to a point of it, at all of which a tree has a value."""
        near = hulls({name: (value - TINY, value + TINY) for name, value in point.items()})
        wide = all(any(low < high and low <= point[n] <= high for low, high, *_ in parts) for n, parts in self.ranges.items())
        return wide and evaluate(node, near).is_finite() and all(decide(c, near) for c in self.every)

    def is_empty(self):
        """Return whether it is evident that no point satisfies the assumptions."""
        ends = {name: (self.low(name), max(high for _, high, *_ in parts)) for name, parts in self.ranges.items() if parts}
        fails = (by_form("le" if c[0] == "lt" else "lt", c[2], c[1], self) for c in self.every if c[0] in ("lt", "le"))
        return len(ends) < len(self.ranges) or self.excludes(ends) or any(fails)

    def excludes(self, box):
        """Return whether a condition fails on the whole of a box."""
        return any(decide(c, hulls(box)) is False for c in self.every)

    def low(self, name):
        return min(low for low, *_ in self.ranges[name])

    def lifted(self, name):
        """Return a letter as its low end, if there is one, plus another letter, and the range of that."""
        low = self.low(name)
        return (("sym", name), self.ranges[name]) if low == -math.inf else placed(name, low, math.inf, not self.inside(name, low))

    def cells(self, name):
        """Cut a range at 0 into points (v, v) and open intervals (a, b)."""
        for low, high, *_ in self.ranges[name]:
            ends = [low, Fraction(0), high] if low < 0 < high else [low, high]
            yield from ((v, v) for v in ends if abs(v) < math.inf and self.inside(name, v))
            yield from pairwise(ends) if low < high else ()

    def box(self):
        """Return the closed bounded interval of each variable; reject when some range is none."""
        need(all(len(parts) == 1 and not any(parts[0][2:]) for parts in self.ranges.values()), "boxes need closed bounded ranges")
        return {name: parts[0][:2] for name, parts in self.ranges.items()}


# Sums of c * prod base^exponent ---------------------------------------------------------------------------------------
# A sum is {monomial: coefficient}, a monomial a frozenset of (base, exponent). Atoms are trees that hold sums: letters, values such
# as ("log", sum), and sums that got a name, ("add", sum). Bases: ("r", k) is the modulus of the k-th atom, ("h", k) its sign, of
# square 1, if it may be negative, and ("n", p) a prime: 1/(a + b) is r^-1 and sqrt(a + b) is r^(1/2). Exponents are rational
# functions. Equal monomials are added, so a sum without terms is zero; if terms remain once named sums are multiplied out, nothing
# is known.
# A tree that can vanish is collected where its exponent is no positive number, and where its sign is taken.


def is_whole(exponent):
    return isinstance(exponent, Fraction) and exponent.denominator == 1


class Sums:
    """Arithmetic of sums on a domain, off what is collected in ``nonzero`` and where ``positive`` and ``natural`` are positive.

    A sum with a root or logarithm is undefined where ``positive`` is negative, so that its signs are put in. One with, say, a gamma
    function may be defined where ``natural`` fails. What conditions say is learnt first.
    """

    def __init__(self, domain, rewrites=()):
        context = flint.fmpq_mpoly_ctx.get(tuple(f"z{i}" for i in range(max(1, len(domain.ranges)))), "lex")
        self.letters, self.constant = dict(zip(sorted(domain.ranges), context.gens(), strict=False)), context.constant
        self.domain, self.atoms, self.known, self.rewrites = domain, {}, [], {}
        self.off, self.over, self.powers, self.work = set(), set(), {}, 0
        self.forget()
        for entry in domain.every:
            self.learn(*entry)
        for left, right in rewrites:
            if not self.cleared(self.of(minus(left, right))):
                self.rewrites[frozenset(self.of(left).items())] = right

    def spend(self, work):
        self.work += work
        can(spend("steps of algebra", work) and self.work <= MAX_WORK, "too much work")

    def short(self, value):
        """Return a rational that was computed, in a time that grows with the square of its length."""
        self.spend(1 + (max(value.numerator.bit_length(), value.denominator.bit_length()) // 1000) ** 2)
        return value

    # Exponents

    def exponent(self, node):
        head, *rest = node
        if head in ("num", "sym"):
            return rest[0] if head == "num" else self.lowest(self.letters[rest[0]], self.constant(1))
        if head in ("add", "mul"):
            return reduce(self.plus if head == "add" else self.times, map(self.exponent, rest))
        can(head == "pow" and rest[1][0] == "num" and is_whole(rest[1][1]) and abs(rest[1][1]) <= 8, f"{head} in an exponent")
        self.of(node)  # collects a divisor
        base, n = self.exponent(rest[0]), int(rest[1][1])
        return reduce(self.times, [base if n > 0 else self.lowest(*reversed(self.fraction(base)))] * abs(n), Fraction(1))

    def fraction(self, exponent):
        return self.powers.get(exponent) or (self.constant(fmpq(exponent.numerator, exponent.denominator)), self.constant(1))

    def lowest(self, top, bottom):
        """Return a rational function as a fraction when it is constant, else as the key of its lowest terms."""
        length = sum(p.total_degree() + sum(1 + c.height_bits() // 50 for c in p.coeffs()) for p in (top, bottom))
        can(bottom != 0 and length <= MAX_LENGTH, "an exponent that is undefined or too long")
        self.spend(length)
        common = top.gcd(bottom) if top != 0 else bottom
        leading = (bottom / common).leading_coefficient()
        top, bottom = top / common / leading, bottom / common / leading
        if top.is_constant() and bottom.is_constant():
            return exact(top.leading_coefficient()) if top != 0 else Fraction(0)
        self.powers[str(top), str(bottom)] = top, bottom
        return str(top), str(bottom)

    def plus(self, left, right, added=True):
        if isinstance(left, Fraction) and isinstance(right, Fraction):
            return self.short(left + right if added else left * right)
        (a, b), (c, d) = self.fraction(left), self.fraction(right)
        return self.lowest(a * d + c * b if added else a * c, b * d)

    times = partialmethod(plus, added=False)

    def whole_part(self, exponent):
        quotient, _ = divmod(*self.fraction(exponent))
        return math.floor(sum(exact(c) for powers, c in quotient.to_dict().items() if not any(powers)))

    # Arithmetic

    def single(self, coefficient, powers=()):
        """Return one term, signs modulo 2 and whole powers of primes in the coefficient."""
        total, coefficient = {}, Fraction(coefficient)
        for base, exponent in powers:
            total[base] = self.plus(total[base], exponent) if base in total else exponent
        for base, exponent in total.items():
            if base[0] == "h":
                total[base] = exponent % 2
            elif base[0] == "n":
                whole = self.whole_part(exponent)
                can(abs(whole) * base[1].bit_length() <= MAX_BITS, "a number that is too long")
                coefficient, total[base] = coefficient * Fraction(base[1]) ** whole, self.plus(exponent, Fraction(-whole))
        monomial = frozenset((base, exponent) for base, exponent in total.items() if exponent != 0)
        return {monomial: self.short(coefficient)} if coefficient else {}

    def total(self, sums):
        total = Counter()
        for monomial, coefficient in chain.from_iterable(value.items() for value in sums):
            total[monomial] = self.short(total[monomial] + coefficient)
        return {m: c for m, c in total.items() if c}

    def product(self, left, right):
        return self.total(self.single(c * d, (*a, *b)) for a, c in left.items() for b, d in right.items())

    def times_itself(self, value, n):
        can(n <= MAX_POWER, f"the power {n}")
        return reduce(self.product, [value] * n, {ONE: Fraction(1)})

    def multiplied_out(self, value, least=0):
        """Multiply out named sums with whole powers: positive ones, or from ``least`` on by more powers of them all."""
        for k, atom in reversed([(k, atom) for k, atom in enumerate(self.atoms) if atom[0] == "add"]):
            wholes = {m: max(least, self.whole_part(dict(m).get(("r", k), Fraction(0)))) for m in value}
            if any(wholes.values()):
                modulus, low = self.product(dict(atom[1]), self.single(1, self.atom(*atom)[1:])), min((0, *wholes.values()))
                terms = {m: self.single(c, [*m, (("r", k), Fraction(-wholes[m]))]) for m, c in value.items()}
                value = self.total(self.product(term, self.times_itself(modulus, wholes[m] - low)) for m, term in terms.items())
        return value

    def cleared(self, value):
        """Multiply a sum by whole powers of named sums so that all of them are multiplied out; zero stays zero."""
        value = self.multiplied_out(value, -math.inf)
        for signs, c in sorted(self.positive, key=lambda found: sorted(found[0], reverse=True), reverse=True):
            last = max(signs, default=None)  # a product of signs that must be c is c: its last sign is that of the others
            value = self.total(self.product({m: k}, {signs: c} if last in m else {ONE: Fraction(1)}) for m, k in value.items())
        return value

    def factors(self, value):
        """Return one term whose value is that of the sum, or none; what no power divides gets a name, up to its sign."""
        rows, found = [dict(m) for m in sorted(value, key=written)], []
        for base in sorted({b for row in rows for b in row if b[0] != "h"}, key=str):
            exponent = rows[0].get(base, Fraction(0))
            beyond = [self.plus(row.get(base, Fraction(0)), self.times(exponent, Fraction(-1))) for row in rows]
            least = min(e if isinstance(e, Fraction) else Fraction(self.whole_part(e)) for e in beyond)
            found.append((base, self.plus(exponent, least)))
        rest = self.multiplied_out(self.product(value, self.single(1, [(b, self.times(e, Fraction(-1))) for b, e in found])))
        if not rest:
            return {}
        first = min(rest, key=written)
        signs = [(b, e) for b, e in first if b[0] == "h"]
        rest, coefficient = self.product(rest, self.single(1 / rest[first], signs)), rest[first]
        named = [] if rest == {ONE: 1} else self.atom("add", rest)
        return self.single(coefficient, (*found, *signs, *named))

    def shows(self, relation, value):
        """Return whether the form of a sum shows that it is positive (lt), not negative (le), zero (eq) or of one sign (ne)."""
        if relation == "eq":
            return not value
        if relation == "ne":
            return self.shows("lt", value) or self.shows("lt", {m: -c for m, c in value.items()})
        clear = relation == "le" or any(not any(self.can_vanish(b) for b, _ in m) for m in value)  # one term is not 0
        return clear and all(c > 0 and not any(b[0] == "h" for b, _ in m) for m, c in value.items())

    def atom(self, head, *inner):
        """Return the powers of an atom: its modulus and, if it may be negative, its sign."""
        key = head, *(frozenset(value.items()) if isinstance(value, dict) else value for value in inner)
        if key not in self.atoms:
            known = [head == "exp" or (head == "add" and self.shows(r, *inner)) for r in ("le", "lt")]  # not negative, not 0
            if head == "sym":
                known = self.domain.low(*inner) >= 0, not self.domain.inside(*inner, 0)
            self.atoms[key] = len(self.known)
            self.known.append(known)
        k = self.atoms[key]
        return [(("r", k), Fraction(1)), (("h", k), Fraction(1))][: 1 if self.known[k][0] else 2]

    def can_vanish(self, base):
        return base[0] == "r" and not self.known[base[1]][1]

    # Trees to sums

    def parts(self, node, used=()):
        """Return the trees, exponents and whether signs count of a product that a tree is; a rewriting is used once on the way."""
        value = self.of(node)
        key = frozenset(value.items())
        (head, *rest), used = node if key in used else self.rewrites.get(key, node), (*used, key)
        self.spend(1)
        if not value or head not in ("mul", "abs", "pow"):
            return [((head, *rest), Fraction(1), True)]
        exponent = self.exponent(rest.pop()) if head == "pow" else Fraction(1)
        signed = head != "abs" and is_whole(exponent)
        found = (part for inner in rest if exponent for part in self.parts(inner, used))  # u^0 is 1, at u = 0 too
        return [(part, self.times(e, exponent), signed and s) for part, e, s in found]

    def split(self, node, needed=False):
        """Return one term whose value is that of a tree, or none; if needed, collect its parts that can vanish."""
        total = self.single(1)
        for part, exponent, signed in self.parts(node):
            if not (term := self.factors(self.of(part))):  # once it is multiplied out, or by a rewriting
                return {}
            if needed and any(self.can_vanish(b) and b not in self.off for m in term for b, _ in m):
                self.nonzero.add(part)
            total = self.product(total, self.power(term, exponent, signed))
        return total

    def power(self, term, exponent, signed):
        """Return a power of one term, or of its modulus."""
        ((monomial, coefficient),) = term.items()
        coefficient, powers = (coefficient ** int(exponent), monomial) if signed else (1, self.modulus(monomial, coefficient))
        return self.single(coefficient, [(base, self.times(e, exponent)) for base, e in powers])

    def modulus(self, monomial, coefficient):
        """Return the powers of the modulus of a term; small primes are split off, and what is left counts as one."""
        sides = (coefficient.numerator, 1), (coefficient.denominator, -1)
        primes = ((int(p), s * int(k)) for side, s in sides for p, k in flint.fmpz(abs(side)).factor(trial_limit=1000))
        return [p for p in monomial if p[0][0] != "h"] + [(("n", p), Fraction(k)) for p, k in primes]

    def sign(self, term):
        """Return the sign of a term, or nothing of nothing."""
        return {frozenset(p for p in m if p[0][0] == "h"): Fraction(1 if c > 0 else -1) for m, c in term.items()}

    def convert(self, node):
        head, *rest = node
        if head in ("num", "sym"):
            return self.single(rest[0]) if head == "num" else self.single(1, self.atom(*node))
        if head in ("add", "mul"):
            return self.total(map(self.of, rest)) if head == "add" else reduce(self.product, map(self.of, rest))
        if head == "pow":
            return self.raised(rest[0], self.exponent(rest[1]))
        if head in ("abs", "sign"):
            sign = self.sign(term := self.split(rest[0], needed=head == "sign"))
            return sign if head == "sign" else self.product(sign, self.multiplied_out(term))  # |e| = s e at a zero too, for any s
        if head == "exp":
            with contextlib.suppress(Unsupported):
                return self.single(1, [(base, self.exponent(rest[0])) for base, _ in self.atom("exp", self.single(1))])
        can(head != "piecewise", "a piecewise value")  # where it is defined is not asked here
        *_, u = NOUGHT, *rest
        real = {"log": [u], "gamma": [u], "lambertw": [u], "acosh": [minus(u, UNIT)], "atanh": [minus(UNIT, times(u, u))]}
        real["hyp2f1"] = [minus(UNIT, u), *rest[2:3]]
        for node in real.get(head, ()):  # it is real where these are positive, and a logarithm nowhere else
            self.require(self.positive if head == "log" else self.natural, node)
        return self.log(self.of(u)) if head == "log" else self.single(1, self.atom(head, *map(self.of, rest)))

    def require(self, signs, node, needed=True):
        """Note among ``signs`` that a tree must be positive: a product of signs that is 1 or -1; return it as a term."""
        term = self.split(node, needed)
        can(term or not needed, "a value that is undefined everywhere")
        signs |= dict.fromkeys(self.sign(term).items() - {(ONE, 1)}, node)
        return term

    def raised(self, node, exponent):
        whole, above = is_whole(exponent), isinstance(exponent, Fraction) and exponent > 0
        can(not whole or abs(exponent) <= MAX_POWER, "a large power")
        if whole and exponent >= 0:
            short = len(value := self.of(node)) ** exponent <= MAX_TERMS
            term = {} if short else self.factors(value)  # a long sum keeps its name
            return self.power(term, exponent, signed=True) if term else self.times_itself(value if short else {}, int(exponent))
        term = self.require({} if whole else self.positive, node, needed=not above)
        return self.multiplied_out(self.power(term, exponent, whole)) if term else {}  # a positive power of nothing

    def log(self, value):
        """Return the logarithm of a positive sum, that of each factor if these are powers of letters, primes and exponentials."""
        total, term = {}, self.factors(value)
        can(term, "a logarithm of 0")
        for base, e in self.modulus(*term.popitem()):
            head, *inner = ("num",) if base[0] == "n" else [*self.atoms][base[1]]
            if head not in ("num", "sym", "exp") or not isinstance(e, Fraction):
                return self.single(1, self.atom("log", value))
            part = dict(inner[0]) if head == "exp" else self.single(1, self.atom("log", self.single(1, [(base, Fraction(1))])))
            total = self.total([total, self.product(part, self.single(e))])
        return total

    # Decisions

    def forget(self):
        self.nonzero, self.positive, self.natural, self.of = set(), {}, {}, cache(self.convert)

    def learn(self, relation, *sides):
        """Collect bases ``off`` 0 and signs ``over`` 0 by a condition, if its sum stands for it where earlier ones hold."""
        with contextlib.suppress(Unsupported):
            difference = relation in ("ne", "lt") and self.of(minus(*reversed(sides)))
            if difference and self.holds_everywhere():
                term = self.factors(difference)
                self.off |= {b for m in term for b, e in m if isinstance(e, Fraction)}  # these do not vanish, as the whole does not
                self.over |= self.sign(term).items() if relation != "ne" else set()
        self.forget()

    def holds_everywhere(self):
        """Return whether the domain, as stated, makes ``nonzero`` nonzero, and ``positive`` and ``natural`` positive."""
        shown = [("ne", node) for node in self.nonzero]
        for node in (node for sign, node in (self.positive | self.natural).items() if sign not in self.over):
            parts = [part for part, e, signed in self.parts(node) if signed and e % 2]
            shown.append(("lt", times(*(e for e in parts if self.sign(self.factors(self.of(e))) != {ONE: 1}))))
        return all(by_form(relation, NOUGHT, node, self.domain) for relation, node in shown)


def written(monomial):
    return sorted((str(b), str(e)) for b, e in monomial if b[0] != "h"), sorted(str(b) for b, _ in monomial)


def exact(value):
    return Fraction(int(value.p), int(value.q))


# Evidence -------------------------------------------------------------------------------------------------------------


def look(statement, point, size, insist=False):
    """Return whether a statement holds (True), fails (False) or neither (None) at an exact point.

    More bits are taken where a side is not sharp or, if one insists, neither is seen, unless some function takes long with them;
    and what then still looks like a tie is settled by form.
    """
    slow, values = any(head in size for head in ("gamma", "lambertw", "hyp2f1")), {name: ("num", v) for name, v in point.items()}
    (relation, *sides), defined = statement, False
    for bits in (flint.ctx.prec, flint.ctx.prec, *FINER):
        if bits > 240 and (slow or len(size) * bits > MOST["bits"] or not spend("bits", 3 * len(size) * (bits // 240) ** 1.5)):
            break
        with flint.ctx.workprec(bits):
            left, right = (evaluate(side, point) for side in sides)
            defined = left.is_finite() and right.is_finite()
            truth = True if (seen := compared(relation, left - right)) is None and relation == "eq" else seen
            sharp = defined and all(v.rad() <= (1 + abs(v.mid())) * 1e-20 for v in (left, right))
            if sharp and (truth is not None or not insist):
                return truth
        sides = [replaced(side, values) for side in sides]  # |3 x - 1| is 0 at 1/3, which no ball of 1/3 shows
    need(defined, "a side is undefined or not sharp at a point")
    return compared(relation, arb(0)) if insist and alike(*sides, point) else None


def earned(statement, domain, evidence):
    """Return the verdict that a piece of evidence earns for its statement, with more bits where much cancels."""
    relation, size = statement[0], repr((statement, domain.every))
    points, boxes = (listed(evidence.get(key, [])) for key in ("points", "boxes"))
    cost = len(size) + 5000 * size.count("hyp2f1")  # some take milliseconds
    need(spend("points or boxes", cost * (1 + len(points + boxes))), "too many points or boxes")
    if "witness" in evidence:
        need(look(statement, domain.point(evidence["witness"]), size, insist=True) is False, "the witness does not refute")
        return "REFUTED"
    points = [*map(domain.point, points)]
    truths = [look(statement, point, size, insist=relation == "lt") for point in points]
    if truths[:1] == [None] and True not in truths:  # ties everywhere: one is settled
        truths[0] = look(statement, points[0], size, insist=True)
    need(True in truths and {*truths} <= ({True} if relation == "lt" else {True, None}), "no points, or one that shows otherwise")
    verdict, wide = proved(statement, domain, evidence), (domain.is_wide_at(point, minus(*statement[1:])) for point in points)
    return "SUPPORTED" if verdict == "DERIVED" and not any(wide) else verdict


def proved(statement, domain, evidence):
    """Return the verdict that a kind of evidence earns by itself, the samples apart."""
    kind, (relation, left, right), shown = evidence.get("kind"), statement, "SUPPORTED"
    rewrites = [tuple(tree(side, domain.ranges) for side in listed(pair)) for pair in listed(evidence.get("rewrites", []))]
    need(all(len(pair) == 2 for pair in rewrites), "a rewriting is a pair")
    for pairs in dict.fromkeys((tuple(rewrites), ())) if kind == "ring" and relation == "eq" else ():
        with contextlib.suppress(Unsupported):  # a rewriting may hold in fewer places than what it stands for
            sums = Sums(domain, pairs)
            if not sums.cleared(sums.of(minus(left, right))):
                if sums.holds_everywhere():
                    return "PROVED"
                free = not pairs or Sums(domain, pairs).holds_everywhere()  # else a rewriting may need more than the sides do
                may_vanish = sums.nonzero.union(sums.positive.values())  # where u = 0, a root of u y says nothing of y
                thinly = free and all(is_thin(e, domain) or by_form("ne", NOUGHT, e, domain) for e in may_vanish)
                shown = "DERIVED" if thinly else shown
    if kind == "boxes" and relation != "eq":
        cover(domain.box(), listed(evidence.get("boxes", [])), [("lt", left, right)], domain.excludes)
        return "PROVED"
    return "PROVED" if kind == "form" and relation != "eq" and by_form(relation, left, right, domain, rewrites) else shown


def by_form(relation, left, right, domain, rewrites=(), halvings=8):
    """Return whether right - left is positive (le: not negative; ne: of one sign; eq: 0) by its form on each piece of the domain.

    The whole is one piece, with each letter its low end plus another; else there are points, where a ball may tell too, and
    intervals, and those of a single letter are halved: a positive polynomial is so by its form where the circle on an interval
    holds no root.
    """
    names = sorted(letters(("add", left, right, *(e for pair in rewrites for e in pair))))

    def on(chosen):
        moved, part = partial(replaced, values={name: value for name, (value, _) in chosen.items()}), copy(domain)
        part.ranges, part.every = {name: region for name, (_, region) in chosen.items()}, []
        difference = minus(moved(right), moved(left))
        with contextlib.suppress(Unsupported, RecursionError):
            sums = Sums(part, [tuple(map(moved, pair)) for pair in rewrites])
            value = sums.of(difference)
            shown = sums.shows(relation, value) or sums.shows(relation, sums.cleared(value))
            if shown and not (sums.nonzero or sums.positive or sums.natural):
                return True
        known = halvings and not letters(difference) and spend("steps of algebra", 1)
        return known and decide((relation, NOUGHT, difference), {})

    def on_cells(cells, halvings):
        if on({name: placed(name, *cell) for name, cell in zip(names, cells, strict=True)}):
            return True
        (low, high), *others = cells  # an open interval does not hold 0: it has one infinite end at most
        middle = 2 * low + 1 if high == math.inf else 2 * high - 1 if low == -math.inf else (low + high) / 2
        splits = not others and low < high and halvings and spend("steps of algebra", 1)
        return splits and all(on_cells([half], halvings - 1) for half in ((low, middle), (middle, middle), (middle, high)))

    cells = [[*domain.cells(name)] for name in names]
    few = bool(names) and math.prod(map(len, cells)) <= MAX_PIECES
    return on({name: domain.lifted(name) for name in names}) or (few and all(on_cells(c, halvings) for c in product(*cells)))


def placed(name, low, high, is_open=True):
    """Return a letter at a point, or in an interval by another letter from 0 to infinity, and the range of that."""
    ends = [(v, Fraction(1)) if abs(v) < math.inf else (Fraction((v > 0) - (v < 0)), Fraction(0)) for v in (low, high)]
    top, bottom = (plus(("num", p), times(("num", q), ("sym", name))) for p, q in zip(*ends, strict=True))
    return ("num", low) if low == high else times(top, raised(bottom, MINUS)), [(0, math.inf, is_open, True)]


def is_thin(node, domain, signs=()):
    """Return whether a tree is 0 on a thin set only: on each orthant of letters, whatever else has which sign, it is analytic, and
    not 0 at a point."""
    part, ends = copy(domain), {UNIT: (0, math.inf), MINUS: (-math.inf, 0)}
    part.ranges, part.every = domain.ranges | {u[1]: [(*ends[s], True, True)] for u, s in signs if u[0] == "sym"}, []
    try:
        value = continued(node, part, dict(signs))
        return value.is_finite() and value != 0
    except KeyError as missing:  # a sign that is to be chosen, unless it cannot be
        (u,) = missing.args
        one = UNIT if by_form("le", NOUGHT, u, part) else MINUS if by_form("le", u, NOUGHT, part) else None
        return all(is_thin(node, domain, [*signs, (u, s)]) for s in ([one] if one else ends))


def continued(node, domain, signs, poles=True):
    """Enclose a tree at a point of an orthant, from which it is continued to all of it, round poles; else not finite."""
    can(spend("steps of algebra", 1), "too much work")
    head, *rest = node
    if head in ("num", "sym"):
        size = Fraction(10007, 7001 + 211 * sorted(domain.ranges).index(rest[0])) if head == "sym" else rest[0]
        return ball(size * (signs[node][1] if head == "sym" else 1))
    poles = poles and head in ("add", "mul", "pow", "abs", "sign")
    values = [continued(e, domain, signs, poles) for e in rest]
    if head in ("abs", "sign"):
        return evaluate(signs[rest[0]], {}) * (values[0] if head == "abs" else 1)
    smooth = head in ("add", "mul", *ENTIRE) or (head == "pow" and is_whole(rest[1][-1]) and (poles or rest[1][1] > 0))
    cut = head not in ("pow", *ON_POSITIVE) or any(repr(u) in repr(rest[0]) for u in signs if u[0] != "sym")  # by a chosen sign
    smooth = smooth or (not cut and by_form("lt", NOUGHT, rest[0], domain))
    return evaluate((head, *(e if e[0] == "num" else ("sym", i) for i, e in enumerate(rest))), values) if smooth else arb("nan")


def cover(box, splits, relations, left_out):
    """Follow a subdivision of a box in preorder: an axis to bisect, -1 where a relation holds, -2 where a part may be left out."""
    names, waiting = sorted(box), [box]
    for step in splits:
        need(waiting and is_index(step, len(names), first=-2), "the boxes do not fit the domain")
        here = waiting.pop()
        if step >= 0:
            low, high = here[names[step]]
            need((high - low).denominator < 10**MAX_DIGITS, "a box is too small")
            waiting += [{**here, names[step]: half} for half in (((low + high) / 2, high), (low, (low + high) / 2))]
        else:
            need((step == -2 and left_out(here)) or any(decide(r, hulls(here)) for r in relations), "a box shows less than it says")
    need(not waiting, "the boxes do not cover the domain")


def hulls(box):
    return {name: ball(low).union(ball(high)) for name, (low, high) in box.items()}


# Kinds of statements --------------------------------------------------------------------------------------------------
# Each works out from a statement what it comes to, and earns that from the evidence.


class Stated:
    """A statement on its domain, with its evidence."""

    def __init__(self, fields, domain, given, evidence):
        self.fields, self.domain, self.given, self.evidence = fields, domain, given, evidence

    def __getitem__(self, key):
        """Read a field that is a tree."""
        return self.trees([self.fields.get(key)])[0]

    def trees(self, data, length=None):
        need(length in (None, len(listed(data))), "the lengths of two lists differ")
        return [tree(e, self.domain.ranges, self.given) for e in data]

    def flag(self, key):
        need(isinstance(self.fields.get(key), bool), f"{key} must be true or false")
        return self.fields[key]

    def unknowns(self, names):
        """Read distinct variables of the domain, none of which is tied by a condition."""
        need(listed(names) and all(isinstance(v, str) and self.domain.ranges.get(v) for v in names), "a range is missing or empty")
        need(len({*names}) == len(names) <= MAX_UNKNOWNS, f"variables must be distinct and at most {MAX_UNKNOWNS}")
        need(not any({*names} & letters(c) for c in self.domain.every), "a condition ties a variable")
        return names

    def earns(self, evidence, relation, left, right):
        """Return the verdict that evidence earns for an equality or inequality."""
        shown = {"points", "witness"} & set(mapping(evidence, set()))
        return earned((relation, sized(left), sized(right)), self.domain, evidence) if shown else self.nothing()

    def nothing(self):
        """Return what evidence earns that shows nothing."""
        return "VACUOUS" if self.domain.is_empty() else "UNDECIDED"

    def weakest(self, parts):
        """Earn equalities and inequalities, each from its own evidence; all must hold, and the weakest decides."""
        entries = listed(self.evidence.get("parts"))
        need(len(entries) == len(parts), "each part must have its evidence")
        return combined([self.earns(entry, *part) for entry, part in zip(entries, parts, strict=True)])


def table(data, columns, rows=None):
    """Read rows of rationals."""
    need(len(listed(data)) == rows or (data and rows is None), "a table of another length is expected")
    need(all(len(listed(row)) == columns or columns is None for row in data), "a row of another length is expected")
    return [[*map(number, row)] for row in data]


def minor(matrix, rows, columns=None):
    """Return the determinant of some rows and columns, the same ones unless told, along the first row, as a tree."""
    (first, *rest), columns = rows, [*rows] if columns is None else columns
    below = [minor(matrix, rest, columns[:i] + columns[i + 1 :]) if rest else UNIT for i in range(len(columns))]
    return plus(*(times(MINUS if i % 2 else UNIT, matrix[first][k], below[i]) for i, k in enumerate(columns)))


def definite(matrix, strict=True):
    """State that a symmetric matrix is definite, by leading minors, or perhaps semidefinite, by all of them, on the diagonal."""
    size = range(len(matrix))
    chosen = [size[: n + 1] for n in size] if strict else [rows for n in size for rows in combinations(size, n + 1)]
    return [("lt" if strict else "le", NOUGHT, minor(matrix, rows)) for rows in chosen]


def comparison(stated):
    """Two sides are equal, or one is less."""
    return stated.earns(stated.evidence, stated.fields["relation"], stated["lhs"], stated["rhs"])


def exists(stated):
    """At a point lhs != rhs (lhs < rhs if below): the contrary is refuted; there is none if the contrary is proved."""
    contrary = ("le", stated["rhs"], stated["lhs"]) if stated.flag("below") else ("eq", stated["lhs"], stated["rhs"])
    return {"REFUTED": "PROVED", "PROVED": "REFUTED"}.get(stated.earns(stated.evidence.get("contrary"), *contrary), "UNDECIDED")


def minimiser(stated):
    """A point where the gradient vanishes minimises a convex objective, and alone if its Hessian is positive definite."""
    names, strict, objective = stated.unknowns(stated.fields.get("variables")), stated.flag("strict"), stated["objective"]
    values = dict(zip(names, stated.trees(stated.fields.get("point"), len(names)), strict=True))
    need(not any({*names} & letters(value) for value in values.values()), "the point depends on a variable")
    if "witness" in stated.evidence:
        return stated.earns(stated.evidence, "le", with_values(objective, values), objective)
    parts = [("eq", objective, objective)]  # defined everywhere
    for v in names:
        (low, high, a, b), *more = stated.domain.ranges[v]
        need(not more, "the range of a variable must be an interval")
        parts += [("lt" if a else "le", ("num", low), values[v])] if low > -math.inf else []
        parts += [("lt" if b else "le", values[v], ("num", high))] if high < math.inf else []
    slopes = [slope_of(objective, v) for v in names]
    parts += [("eq", with_values(slope, values), NOUGHT) for slope in slopes]
    parts += definite([[slope_of(slope, v) for v in names] for slope in slopes], strict)
    verdict = stated.weakest(parts)
    return "UNDECIDED" if verdict == "REFUTED" else verdict  # only this proof fails


def spectrum(stated):
    """A symmetric matrix is definite, has a sign along a vector, or has an eigenpair."""
    sign, rows = stated.fields.get("sign"), listed(stated.fields.get("matrix"))
    need(0 < len(rows) <= MAX_UNKNOWNS, f"the matrix must have at most {MAX_UNKNOWNS} rows")
    rows, size = [stated.trees(row, len(rows)) for row in rows], range(len(rows))
    need(all(rows[i][j] == rows[j][i] for i in size for j in size), "the matrix must be symmetric")
    need(type(sign) is int and sign in (1, -1), "the sign must be 1 or -1")
    unit, vector = ("num", Fraction(sign)), stated.fields.get("vector")
    if vector is None:
        return stated.weakest(definite([[times(unit, e) for e in row] for row in rows]))
    vector = stated.trees(vector, len(rows))
    image = [plus(*map(times, row, vector)) for row in rows]
    parts = [("lt", NOUGHT, times(unit, plus(*map(times, vector, image))))]
    if stated.fields.get("value") is not None:
        value = stated["value"]
        parts = [("eq", side, times(value, e)) for side, e in zip(image, vector, strict=True)]
        parts += [("lt", NOUGHT, plus(*(raised(e, TWO) for e in vector))), ("lt", NOUGHT, times(unit, value))]
    return stated.weakest(parts)


def limit(stated):
    """A quantity is within a multiple of a positive power of the distance (or of 1/variable) of a value: its limit."""
    ((name,), to) = stated.unknowns([stated.fields.get("variable")]), stated.fields.get("to")
    expression, value, factor, power = (stated[key] for key in ("expression", "value", "factor", "power"))
    need(not any(name in letters(e) for e in (value, factor, power)), "the bound or the limit depends on the variable")
    letter, end = ("sym", name), math.inf if to == "oo" else number(to)
    near = [(low, is_open) for low, high, is_open, _ in stated.domain.ranges[name] if low <= end <= high and low < high]
    need(any(end < math.inf or low > 0 or (low == 0 and is_open) for low, is_open in near), "no way there")  # 1/0 is none
    distance = ("abs", plus(letter, ("num", -end))) if end < math.inf else ("pow", letter, MINUS)
    bound = times(factor, raised(distance, power))
    sides = ("le", minus(value, bound), expression), ("le", expression, plus(value, bound))
    return stated.weakest([("lt", NOUGHT, power), *sides])


def root(stated):
    """A system has a zero in a box: by Krawczyk in an inner box, and no other one: by boxes outside of it."""
    names, unique, whole = stated.unknowns(stated.fields.get("variables")), stated.flag("unique"), stated.domain.box()
    system, boxes = stated.trees(stated.fields.get("system"), len(names)), listed(stated.evidence.get("boxes", []))
    need(not stated.domain.every, "no condition stands in a system")
    need(spend("points or boxes", len(repr(system)) * len(boxes)), "too many boxes")
    inner, slopes = [], [[slope_of(f, v) for v in names] for f in system]
    for entry in listed(stated.evidence.get("inner")):
        inner.append({**whole, **dict(zip(names, table(mapping(entry, {"box"})["box"], 2, len(names)), strict=True))})
        need(all(whole[v][0] <= low < high <= whole[v][1] for v, (low, high) in inner[-1].items() if v in names), "no inner box")
        need(contracts(system, slopes, names, inner[-1]), "Krawczyk's operator does not pull an inner box into itself")
    if len(inner) > 1:
        apart = any(one[v][1] < other[v][0] for v in names for one, other in (inner, inner[::-1]))
        need(unique and apart and len(inner) == 2, "two zeros must lie in two boxes")
        return "REFUTED"

    def within(here):
        return inner and all(inner[0][v][0] <= here[v][0] and here[v][1] <= inner[0][v][1] for v in names)

    if unique or not inner:
        cover(whole, boxes, [("ne", f, NOUGHT) for f in system], within)
    return "PROVED" if inner else "REFUTED"


def contracts(system, slopes, names, box):
    """Return whether m - Y f(m) + (1 - Y f'(box))(box - m) is inside the box, m its middle: then exactly one zero is (Krawczyk)."""
    balls, middle = hulls(box), hulls({v: (sum(box[v]) / 2,) * 2 for v in names})
    matrix, near = (arb_mat([[evaluate(e, at) for e in row] for row in slopes]) for at in (balls, balls | middle))
    values, moved = [[evaluate(f, balls | middle)] for f in system], [[balls[v] - middle[v]] for v in names]
    with contextlib.suppress(ZeroDivisionError):  # Y is the inverse at the middle, unless that is singular
        near, inverse = near.mid(), near.mid().inv()
        image = inverse * (near - matrix) * arb_mat(moved) - inverse * arb_mat(values)
        return all(ball(box[v][0]) < middle[v] + e < ball(box[v][1]) for v, e in zip(names, image.entries(), strict=True))
    return False


def ends(stated):
    """Sign flow of a product of layers on |Zx - b|^2 / 2, whose rows share no coordinate, comes to rest in a box.

    By the chain rule all |w_i| of a coordinate move at the speed of u = w_k prod_(i != k) sign(w_i), w_k the smallest, and
    x = u prod_(i != k) (|u| + |w_i| - |w_k|) grows with u. So u = u(0) + c sign(z) with one c for each row, in which z.x grows:
    c moves to the one zero of z.x - b, |c| is the time. If two layers are smallest, u must not reach 0.
    """
    box, (target,) = table(stated.fields.get("box"), 2), table([stated.fields.get("target")], None)
    size, travel = len(box), table(stated.evidence.get("travel"), 2, len(target))
    rows, layers = table(stated.fields.get("matrix"), size, len(target)), table(stated.fields.get("initial"), size)
    need(all(sum(row[j] != 0 for row in rows) <= 1 for j in range(size)), "two rows share a coordinate")
    weights = [*zip(*layers, strict=True)]
    reached = [(place(w, 0),) * 2 for w in weights]
    for row, b, (low, high) in zip(rows, target, travel, strict=True):
        need(low <= high and any(row), "travel is an interval for each row, and a row is not 0")
        ends = [[place(w, c * ((z > 0) - (z < 0))) for w, z in zip(weights, row, strict=True)] for c in (low, high)]
        least, most = (sum(map(Fraction.__mul__, row, x)) for x in ends)
        need(least <= b <= most, "the residual does not change its sign on the travel")
        reached = [sorted(pair) if z else at for z, at, *pair in zip(row, reached, *ends, strict=True)]
    late = stated.fields.get("t_end") is not None and number(stated.fields["t_end"]) < max(abs(c) for ends in travel for c in ends)
    sides = [(*at, *side) for at, side in zip(reached, box, strict=True)]
    outside = any(high < a or b < low for low, high, a, b in sides)
    inside = not late and all(a <= low and high <= b for low, high, a, b in sides)
    return "REFUTED" if outside else "PROVED" if inside else "UNDECIDED"


def place(layers, moved):
    """Return x once the smallest weight, with the sign of the others, has moved so far."""
    smallest, *others = sorted(layers, key=abs)
    u = smallest * math.prod((1 if w > 0 else -1 for w in others), start=1)
    alone = not moved or abs(smallest) not in map(abs, others) or u * (u + moved) > 0
    need(alone, "two smallest layers reach 0, where the flow is not unique")
    return (u + moved) * math.prod((abs(u + moved) + abs(w) - abs(smallest) for w in others), start=Fraction(1))


def laws(stated):
    """A flow has so many conservation laws, whatever the loss: counted by the program ``recount`` beside this one."""
    try:
        beside = importlib.import_module(f"{__package__}.recount" if __package__ else "recount")
    except ImportError:
        raise Rejected("laws are counted by recount.py; put it beside this file") from None
    return beside.earned(stated.fields.get("flow"), stated.fields.get("count"), stated.evidence.get("brackets"), Rejected)


KINDS = dict.fromkeys(("eq", "le", "lt"), comparison)
KINDS |= {kind.__name__: kind for kind in (exists, minimiser, spectrum, limit, root, ends, laws)}


def check(data: dict) -> str:
    """Check a certificate and return its verdict; raise Rejected with the reason when it does not show it."""
    SPENT.clear()
    need(isinstance(data, dict) and set(data) == KEYS, f"a certificate must have the keys {', '.join(sorted(KEYS))}")
    need(is_index(data["version"], VERSION + 1, first=VERSION), f"the version must be {VERSION}")
    try:
        verdict = verdict_of(data)
    except RecursionError:  # trees that nest once they are worked out, rewritings that go round in a circle
        raise Rejected("nested too deeply") from None
    need(verdict == data["verdict"], f"the evidence gives {verdict}, not {brief(data['verdict']):.20}")
    return str(verdict)


def verdict_of(data):
    """Return the verdict that statements, as they are claimed, earn together."""
    domains, given, verdicts = [Domain(d) for d in listed(data["domain"])], defined_by(data["definitions"], data["flows"]), []
    statements, found = listed(data["statement"]), listed(data["evidence"])
    need(len(found) == len(statements), "each statement must have one piece of evidence")
    for at, (fields, evidence) in enumerate(zip(statements, found, strict=True)):
        relation, claimed = mapping(fields, {"relation"})["relation"], mapping(evidence, {"statement", "verdict"})["verdict"]
        need(is_index(evidence["statement"], at + 1, first=at), "evidence must be in the order of the statements")
        need(relation in ["simulated", *KINDS], "no relation of a statement")
        earns = "SUPPORTED" if claimed == "SUPPORTED" else "UNDECIDED"
        if relation != "simulated":
            need(is_index(fields.get("domain"), len(domains)), "a statement must name its domain")
            stated = Stated(fields, domains[fields["domain"]], given, evidence)
            shown = KINDS[relation] is comparison or {"witness", "parts", "contrary", "inner", "travel", "brackets"} & set(evidence)
            earns = KINDS[relation](stated) if shown else stated.nothing()
        if claimed in STRENGTH and earns in STRENGTH:  # to claim less than is earned is no fault
            earns = min(claimed, earns, key=STRENGTH.index)
        need(earns == claimed, f"statement {at} earns {earns}, not {brief(claimed):.20}")
        verdicts.append(earns)
    return combined(verdicts, [v for v, fields in zip(verdicts, statements, strict=True) if fields["relation"] != "simulated"])


def combined(every, essential=()):
    if "REFUTED" in every:
        return "REFUTED"
    if all(v == "VACUOUS" for v in essential or every):  # nothing is essential to a claim that was simulated only
        return "VACUOUS"
    return "UNDECIDED" if {"UNDECIDED", "VACUOUS"} & set(every) else min(essential or every, key=STRENGTH.index)


def once(pairs):
    need(len(dict(pairs)) == len(pairs), "a key stands twice in one mapping")
    return dict(pairs)


def read(path):
    """Read a certificate file within the limits of size and depth."""
    try:
        with open(path, "rb") as file:
            raw = file.read(MAX_BYTES + 1)
        need(len(raw) <= MAX_BYTES, f"larger than {MAX_BYTES} bytes")
        return json.loads(raw, object_pairs_hook=once)  # a number of thousands of digits is an error of Python's
    except (OSError, ValueError, RecursionError) as error:
        raise Rejected(f"no JSON: {error!s:.80}") from None


def main(paths):
    """Recheck files, print a line for each, and return how many were rejected."""
    rejected = 0
    flint.ctx.prec = 240
    for path in paths:
        try:
            verdict = check(data := read(path))
            given = data["claim"].get("given") if isinstance(data["claim"], dict) else None
            line = f"accepted {path}: {verdict}{f', given {given:.500}' if isinstance(given, str) else ''}"
        except Rejected as error:
            rejected += 1
            line = f"REJECTED {path}: {' '.join(str(error).split())}"
        print(ascii(line)[1:-1])  # what others wrote cannot end the line or move about in it
    return rejected


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
