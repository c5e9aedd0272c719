r"""Recheck a count of conservation laws with nothing but python-flint and the standard library.

A certificate holds a map, its weights and q, and

- ``laws``: gradients of functions. Each must be closed (so that there is such a function) and be annihilated by all fields of
  the flow. Fields none of which moves a weight on which another depends have as many laws as the weights exceed them, whether
  shown or not.
- ``brackets``: which brackets of the fields are independent at a ``point`` mod a prime.

The fields are built here from the map: its gradients at q = 2; else one for each class of parallel Jacobian columns,
J_i = lambda_i J_first, with phi_q(lambda_i) for entries, in the powers P_j = phi_q(p_j) of the ``bases``, whose derivative is
(q - 1) P_j dp_j / p_j. Bases are coprime, so their powers are independent of each other, and for q - 1 = a/b nothing ties them to
the weights but P^b = sign(p)^(a + b) p^a. An identity of polynomials in weights and powers therefore holds for the functions. A
minor that is not 0 mod a prime, at values that obey these equations, is no zero function in a cell where the p have these signs:
that of the rational point ``cell``, at which they are taken. For the letter q no equation ties them, and the minor is no zero
function for all q between 1 and 2 but finitely many.

With a ``damping`` gamma the flow is w'' + gamma w' = -J(w)^T c at q = 2: one field for the drift, and one for each gradient.

Nothing of the rest of the package is imported, and no SymPy.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import combinations
from math import comb, prod

from flint import fmpq, fmpq_mpoly_ctx, fmpz, nmod_mat

FLOW = {"map", "weights", "q", "damping", "cell"}  # what a count is of
MAX_TERMS, MAX_WEIGHTS, MAX_DEPTH, MAX_DIGITS, MAX_BITS, MAX_DEGREE = 20_000, 1000, 12, 1000, 100_000, 10_000
MAX_WORK = 5 * 10**6  # a rough count of operations on residues, in brackets


class Rejected(Exception):
    """The certificate does not show what it says."""


def need(truth, reason):
    if not truth:
        raise Rejected(reason)


def recount(data: dict) -> tuple[int, int]:
    """Return (at least, at most) for the number of laws that a certificate shows.

    Args:
        data: the certificate, as read from JSON.

    Raises:
        Rejected: when it shows nothing.
    """
    try:
        return _recount(data)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise Rejected(f"it has not the shape of a certificate ({type(error).__name__})") from None


def earned(flow: dict, count: int, shown: dict, error: type[Exception]) -> str:
    """Return the verdict that a certificate earns for the statement that a flow has exactly so many laws.

    Args:
        flow: the map, weights, q, damping and cell of the flow that is meant, as in a certificate.
        count: how many laws it is said to have.
        shown: the other parts of a certificate.
        error: raised, with the reason, where they show nothing.
    """
    try:
        need(isinstance(flow, dict) and set(flow) == FLOW, "a flow with laws is a map, its weights, q, damping and cell")
        need(isinstance(shown, dict) and not FLOW & set(shown), "what shows a count does not name the flow")
        need(type(count) is int and count >= 0, "the count is no whole number")
        least, most = recount({**flow, **shown})
    except Rejected as reason:
        raise error(str(reason)) from None
    return "PROVED" if least == count == most else "UNDECIDED" if least <= count <= most else "REFUTED"


def _recount(data: dict) -> tuple[int, int]:
    need(
        isinstance(data, dict) and set(data) == FLOW | {"bases", "classes", "laws", "point", "brackets"},
        "a certificate of a count has other parts",
    )
    names, q = data["weights"], data["q"]
    need(
        isinstance(names, list) and 0 < len(names) <= MAX_WEIGHTS and all(isinstance(n, str) for n in names), "weights are letters"
    )
    need(len(set(names)) == len(names), "two weights have one letter")
    r = None if q == "q" else number(q) - 1
    need(r is None or 0 <= r <= 1, "q must be from 1 to 2")
    damping = None if data["damping"] is None else number(data["damping"])
    need(damping is None or (r == 1 and damping >= 0), "momentum is for q = 2, with a damping of at least 0")
    more = 0 if damping is None else len(names) + (damping > 0)
    ring = Ring(names, more, data["bases"], r)
    outputs = [ring.read(entry) for entry in data["map"]]
    fields = ring.gradients(outputs) if r == 1 else ring.class_fields(outputs, data["classes"])
    fields = fields if damping is None else ring.heavy_ball(fields, len(names), fmpq(damping.numerator, damping.denominator))
    point = Point(ring, data["point"], data["cell"])
    independent = [ring.gradient(entry, fields) for entry in data["laws"]]
    at_least = rank([[point.quotient(*law.get(i, ring.nothing)) for i in range(ring.size)] for law in independent], point.prime)
    shown = rank(point.brackets(fields, data["brackets"]), point.prime)
    return max(at_least, ring.size - len(fields) if ring.are_decoupled(fields) else 0), ring.size - shown


def number(text):
    need(
        isinstance(text, str) and len(text) <= MAX_DIGITS and re.fullmatch("-?[0-9]+(/0*[1-9][0-9]*)?", text),
        "a number is like 3/2",
    )
    return Fraction(text)


def rank(rows, prime):
    return nmod_mat(len(rows), len(rows[0]), [v for row in rows for v in row], prime).rank() if rows else 0


class Ring:
    """Polynomials in the weights w and what else moves, the powers P of the bases and, last, the letter r = q - 1."""

    def __init__(self, names, more, bases, r):
        self.size, self.r = len(names) + more, r
        context = fmpq_mpoly_ctx.get((*(f"w{i}" for i in range(self.size)), *(f"P{j}" for j in range(len(bases))), "r"), "lex")
        self.gens, self.constant = context.gens(), context.constant
        self.one, self.letters = self.constant(1), dict(zip(names, self.gens, strict=False))
        self.nothing = (self.constant(0), self.one)
        self.bases = [self.polynomial(base, self.size) for base in bases]
        for base in self.bases:
            value = integer(base) if base.is_constant() else None
            need(value is None or (value > 1 and fmpz(value).is_prime()), "a base is a polynomial or a prime number")
            need(
                value is not None or all(base.gcd(base.derivative(i)).is_constant() for i in self.used(base)), "a base has a square"
            )
        for left, right in combinations(self.bases, 2):
            need(left.gcd(right).is_constant() and left != right, "two bases are not coprime")
        self.all = prod(self.bases, start=self.one)

    def used(self, value):
        return [i for i in range(self.size) if value.derivative(i) != 0]

    def read(self, data, depth=0):
        """Read an output as numerator and denominator."""
        need(isinstance(data, list) and data and depth <= 200, "an expression is a list")
        head, *rest = data
        need(len(rest) == {"num": 1, "sym": 1, "pow": 2}.get(head, len(rest)), "an expression has other parts")
        if head == "num":
            value = number(rest[0])
            return self.constant(fmpq(value.numerator, value.denominator)), self.one
        if head == "sym":
            need(rest[0] in self.letters, "the map has a letter that is no weight")
            return self.letters[rest[0]], self.one
        if head == "pow":
            top, bottom = self.read(rest[0], depth + 1)
            n = number(rest[1][1]) if rest[1][0] == "num" else Fraction(1, 2)
            need(n.denominator == 1 and abs(n) <= 1000 and (n >= 0 or top != 0), "the map has a power that is no whole one, or 1/0")
            self.must_be_short((top, bottom), abs(int(n)))
            return (top ** int(n), bottom ** int(n)) if n >= 0 else (bottom ** int(-n), top ** int(-n))
        need(head in ("add", "mul") and rest, "the map has a function that is not rational")
        total = self.read(rest[0], depth + 1)
        for entry in rest[1:]:
            (a, b), (c, d) = total, self.read(entry, depth + 1)
            need((len(a) + len(b)) * (len(c) + len(d)) <= MAX_TERMS, "the map is too long")
            total = (a * d + c * b, b * d) if head == "add" else (a * c, b * d)
            self.must_be_short(total)
        return total

    def must_be_short(self, sides, n=1):
        """Refuse a power of two polynomials that would have many or long terms."""
        for side in sides:
            bits = max((c.height_bits() for c in side.coeffs()), default=0) + len(side).bit_length()
            short = comb(len(side) + n - 1, n) <= MAX_TERMS if len(side) > 1 else True
            need(short and n * bits <= MAX_BITS and n * max(0, side.total_degree()) <= MAX_DEGREE, "the map is too long")

    def polynomial(self, data, letters):
        """Read a polynomial: a list of [coefficient, [[letter, exponent], ..]]."""
        total = self.constant(0)
        need(isinstance(data, list) and len(data) <= MAX_TERMS, "a polynomial is a list of terms")
        for c, monomial in data:
            value = number(c)
            term = self.constant(fmpq(value.numerator, value.denominator))
            for place, n in monomial:
                need(
                    type(place) is int and type(n) is int and 0 <= place < letters and 0 < n <= 1000,
                    "a letter or an exponent is wrong",
                )
                term *= self.gens[place] ** n
            total += term
        return total

    def slope(self, value, i):
        """Return the derivative of a polynomial in one weight, times the product of the bases."""
        total = value.derivative(i) * self.all
        r = self.gens[-1] if self.r is None else fmpq(self.r.numerator, self.r.denominator)
        for j, base in enumerate(self.bases):
            power = self.gens[self.size + j]
            total += value.derivative(self.size + j) * power * r * base.derivative(i) * (self.all / base)
        return total

    def gradients(self, outputs):
        need(not self.bases, "gradients have no powers")
        found = [[a.derivative(i) * b - a * b.derivative(i) for i in range(self.size)] for a, b in outputs]
        return [row for row in found if any(e != 0 for e in row)]

    def heavy_ball(self, forces, n, damping):
        """Return the fields of w'' + gamma w' = force on the weights, their velocities and, with friction, e^(gamma t)."""
        moving = [
            *self.gens[n : 2 * n],
            *(-damping * v for v in self.gens[n : 2 * n]),
            *(damping * e for e in self.gens[2 * n : self.size]),
        ]
        still = [self.constant(0)] * n
        return [moving, *([*still, *force[:n], *still[: self.size - 2 * n]] for force in forces)]

    def class_fields(self, outputs, classes):
        """Return the field of each class, once the classes are seen to be what they are said to be."""
        columns = [[a.derivative(i) * b - a * b.derivative(i) for a, b in outputs] for i in range(self.size)]
        members = [i for group in classes for i, _ in group]
        need(sorted(members) == [i for i in range(self.size) if any(e != 0 for e in columns[i])], "the classes are no partition")
        firsts, fields = [columns[group[0][0]] for group in classes], []
        need(
            not any(map(parallel, *zip(*combinations(firsts, 2), strict=True))) if len(firsts) > 1 else True, "two classes are one"
        )
        for group in classes:
            first, field = columns[group[0][0]], [self.constant(0)] * self.size
            k = next(k for k, e in enumerate(first) if e != 0)
            lowest = [min(exponents[j] for _, (_, exponents) in group) for j in range(len(self.bases))]
            for i, (sign, exponents) in group:
                need(parallel(first, columns[i]), "two columns of a class are not parallel")
                need(
                    sign in (1, -1)
                    and len(exponents) == len(self.bases)
                    and all(type(n) is int and abs(n) <= 1000 for n in exponents),
                    "a ratio is wrong",
                )
                top = prod((b ** max(0, n) for b, n in zip(self.bases, exponents, strict=True)), start=self.constant(sign))
                bottom = prod((b ** max(0, -n) for b, n in zip(self.bases, exponents, strict=True)), start=self.one)
                need(columns[i][k] * bottom == first[k] * top, "a ratio of columns is another")
                powers = zip(self.gens[self.size :], exponents, lowest, strict=False)
                field[i] = prod((power ** (n - low) for power, n, low in powers), start=self.constant(sign))
            fields.append(field)
        return fields

    def are_decoupled(self, fields):
        """Return whether no field moves a weight on which another depends: then they commute, and are straightened together."""
        moved = [{i for i, e in enumerate(field) if e != 0} for field in fields]
        used = [{i for e in field for i in self.used(e)} for field in fields]
        for letters, field in zip(used, fields, strict=True):
            powers = {j for e in field for j in range(len(self.bases)) if e.derivative(self.size + j) != 0}
            letters.update(i for j in powers for i in self.used(self.bases[j]))
        return not any(used[a] & moved[b] for a in range(len(fields)) for b in range(len(fields)) if a != b)

    def gradient(self, data, fields):
        """Read a gradient, {place: (numerator, denominator)}; it must be closed, and all fields annihilate it."""
        law = {}
        for place, top, bottom in data:
            need(type(place) is int and 0 <= place < self.size and place not in law, "a gradient has a wrong place")
            law[place] = self.polynomial(top, len(self.gens) - 1), self.polynomial(bottom, len(self.gens) - 1)
            need(law[place][1] != 0, "a gradient divides by 0")
        for field in fields:
            total = self.nothing
            for i, (a, b) in law.items():
                if field[i] != 0:
                    total = (total[0] * b + field[i] * a * total[1], total[1] * b)
            need(self.vanishes(total[0]), "a field does not annihilate a law")
        for i in range(self.size):
            for j in law:
                (a, b), (c, d) = law.get(i, self.nothing), law[j]
                left = (self.slope(a, j) * b - a * self.slope(b, j)) * d**2
                right = (self.slope(c, i) * d - c * self.slope(d, i)) * b**2
                need(left == right, "a gradient is not closed")
        return law

    def vanishes(self, value):
        """Return whether a polynomial is 0; at q = 1 the powers are signs, of square 1."""
        if self.r != 0 or value == 0:
            return value == 0
        found = {}
        for monomial, c in value.to_dict().items():
            key = tuple(n % 2 if place >= self.size else n for place, n in enumerate(monomial))
            found[key] = found.get(key, 0) + c
        return not any(found.values())


def parallel(left, right):
    k = next((k for k, e in enumerate(left) if e != 0), None)
    return (
        k is not None and any(e != 0 for e in right) and all(left[k] * b == a * right[k] for a, b in zip(left, right, strict=True))
    )


def integer(value):
    c = value.leading_coefficient()
    need(c.q == 1, "a base is a polynomial or a prime number")
    return int(c.p)


class Point:
    """Residues of the weights and powers, and brackets at them.

    A number with nilpotents e_0, e_1, .. is {set of nilpotents: residue}. The derivative of Y along v is the part of Y(w + e
    v) with e.
    """

    def __init__(self, ring, data, cell):
        keys = {"prime", "weights", "powers", "exponent"}
        need(isinstance(data, dict) and set(data) == keys, "a point has other parts")
        self.ring, self.prime, self.work = ring, data["prime"], 0
        need(type(self.prime) is int and 2 < self.prime < 2**63 and fmpz(self.prime).is_prime(), "the modulus must be prime")
        for key, length in (("weights", ring.size), ("powers", len(ring.bases))):
            need(
                len(data[key]) == length and all(type(v) is int and 0 <= v < self.prime for v in data[key]), "residues are expected"
            )
        self.values = [*data["weights"], *data["powers"], 0]
        inside = [*data["weights"], *[0] * (len(ring.bases) + 1)]
        bases = [self.at(base, inside) for base in ring.bases]
        need(0 not in bases and 0 not in data["powers"], "a base vanishes at the point")
        self.exponent = data["exponent"]
        need(type(self.exponent) is int, "the exponent is a residue")
        if ring.r is not None:
            a, b = ring.r.numerator, ring.r.denominator
            need(
                b % self.prime and self.exponent % self.prime == a * pow(b, -1, self.prime) % self.prime, "the exponent is another"
            )
            for base, value, power in zip(ring.bases, bases, data["powers"], strict=True):
                right = sign_at(ring, base, cell) ** (a + b) * pow(value, a, self.prime)
                need((pow(power, b, self.prime) - right) % self.prime == 0, "a power is none of its base in this cell")
        self.powers = data["powers"]

    def at(self, value, values):
        """Return a polynomial at residues."""
        return (
            sum(
                residue(c, self.prime) * prod(pow(v, n, self.prime) for v, n in zip(values, m, strict=True) if n)
                for m, c in value.to_dict().items()
            )
            % self.prime
        )

    def quotient(self, top, bottom):
        below = self.at(bottom, self.values)
        need(below, "a gradient divides by 0 at the point")
        return self.at(top, self.values) * pow(below, -1, self.prime) % self.prime

    def brackets(self, fields, trees):
        """Return the entries of brackets at the point."""
        terms = [
            [
                (i, residue(c, self.prime), [(k, n) for k, n in enumerate(m) if n])
                for i, e in enumerate(f)
                for m, c in e.to_dict().items()
            ]
            for f in fields
        ]
        start = [{0: value} for value in self.values[: self.ring.size]]
        return [[e.get(0, 0) for e in self.bracket(terms, tree, start, 0)] for tree in trees]

    def bracket(self, fields, tree, weights, depth):
        """Return [X, Y] = DY X - DX Y at weights that hold as many nilpotents as the depth."""
        need(depth <= MAX_DEPTH, "a bracket is too deep")
        if type(tree) is int:
            need(0 <= tree < len(fields), "a bracket names no field")
            return self.field(fields[tree], weights, depth)
        need(isinstance(tree, list) and len(tree) == 2, "a bracket is of two")
        x, y = (self.bracket(fields, part, weights, depth) for part in tree)
        new, found = 1 << depth, []
        for vector, other in ((x, tree[1]), (y, tree[0])):
            moved = [{**w, **{s | new: v for s, v in step.items()}} for w, step in zip(weights, vector, strict=True)]
            found.append([{s ^ new: v for s, v in e.items() if s & new} for e in self.bracket(fields, other, moved, depth + 1)])
        return [self.plus(a, {s: -v for s, v in b.items()}) for a, b in zip(*found, strict=True)]

    def field(self, terms, weights, depth):
        self.work += 3**depth * (len(terms) + sum(map(len, self.ring.bases)))
        need(self.work <= MAX_WORK, "the brackets take too much work")
        letters = [*weights, *(self.power(j, weights, depth) for j in range(len(self.powers)))]
        found = [{} for _ in weights]
        for i, c, monomial in terms:
            found[i] = self.plus(found[i], self.product({0: c}, [letters[k] for k, n in monomial for _ in range(n)]))
        return found

    def power(self, j, weights, depth):
        """Return |p|^r = P sum_k binom(r, k) (N / p_0)^k for p = p_0 + N, N nilpotent."""
        value = {}
        for m, c in self.ring.bases[j].to_dict().items():
            term = self.product({0: residue(c, self.prime)}, [weights[k] for k, n in enumerate(m) for _ in range(n)])
            value = self.plus(value, term)
        inverse = pow(value.pop(0), -1, self.prime)
        step = {s: v * inverse % self.prime for s, v in value.items()}
        total, term, binomial = {0: 1}, {0: 1}, 1
        for k in range(1, depth + 1):
            term, binomial = self.product(term, [step]), binomial * (self.exponent - k + 1) * pow(k, -1, self.prime) % self.prime
            total = self.plus(total, {s: binomial * v for s, v in term.items()})
        return {s: v * self.powers[j] % self.prime for s, v in total.items()}

    def plus(self, left, right):
        return left | {s: (left.get(s, 0) + v) % self.prime for s, v in right.items()}

    def product(self, total, factors):
        for factor in factors:
            found = {}
            for s, a in total.items():
                for t, b in factor.items():
                    if not s & t:
                        found[s | t] = (found.get(s | t, 0) + a * b) % self.prime
            total = found
        return total


def sign_at(ring, base, cell):
    """Return the sign of a base at a rational point, which names the cell."""
    need(isinstance(cell, list) and len(cell) == ring.size, "a cell is named by a rational for each weight")
    values = [fmpq(v.numerator, v.denominator) for v in map(number, cell)]
    value = base(*values, *[fmpq(0)] * (len(ring.gens) - ring.size))
    need(value != 0, "a base vanishes at the point of the cell")
    return 1 if value > 0 else -1


def residue(c, prime):
    need(c.q % prime, "a number is divided by the modulus")
    return int(c.p) * pow(int(c.q), -1, prime) % prime
