r"""How much fields and their brackets span: a lower bound of the rank, shown at one point mod a prime.

The laws of a flow are the functions that all fields annihilate, hence all their brackets too. At a generic point there are

.. math:: \dim w - \operatorname{rank}\{X_i,\ [X_i, X_j],\ [X_i, [X_j, X_k]],\ \ldots\}

of them (Frobenius). A rank that is seen at one point mod a prime is a lower bound of the generic one: a minor that is not 0
there is no zero function. So brackets that are independent there bound the number of laws from above, with certainty. That no
further bracket adds to the rank is seen at random only; it bounds nothing, and need not: the laws that are exhibited do.

Brackets :math:`[X_i, B]` of a generator and a bracket that was kept suffice. A B that depends on those that were kept, with
functions for coefficients, adds nothing to them but their own brackets.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import flint
import numpy as np

from mirrortheory.conservation.fields import Fields
from mirrortheory.conservation.jets import Bracket, Evaluator, Jets, Point
from mirrortheory.conservation.terms import Polynomial
from mirrortheory.errors import NotEvaluable

_PRIMES, _MODULI, _TRIES = 100_000, 4, 3000  # primes that are looked at; of those that suit; weights that are drawn mod each
_DEEPEST = 7  # brackets of brackets, whose cost doubles with each


@dataclass(frozen=True)
class Span:
    """Brackets that are linearly independent at a point mod p.

    Attributes:
        brackets: which.
        point: where.
        steps: how many brackets were looked at.
    """

    brackets: tuple[Bracket, ...]
    point: Point
    steps: int

    @property
    def rank(self) -> int:
        """Return how many there are: no more than the generic rank."""
        return len(self.brackets)


def span(fields: Fields, point: Point, *, most: int, seed: int = 0) -> Span:
    """Return as many independent brackets as are found.

    Args:
        fields: the generators.
        point: where they are to be independent.
        most: a bound of the rank that is known, at which to stop.
        seed: fixes the order in which brackets are tried.
    """
    rng = random.Random(seed)
    at = Evaluator(fields, point)
    echelon, steps = Echelon(at.size, point.prime), 0

    def adds(tree: Bracket) -> bool:
        nonlocal steps
        steps += 1
        return echelon.adds(at.bracket(tree, at.start())[:, 0])

    generators = [i for i in range(len(fields.vectors)) if adds(i)]
    kept: list[Bracket] = list(generators)
    new = list(kept)
    for _ in range(_DEEPEST):
        if not new or echelon.rank >= most:
            break
        pairs: list[Bracket] = [(i, b) for i in generators for b in new if not isinstance(b, int) or i < b]
        rng.shuffle(pairs)
        new = [pair for pair in pairs if echelon.rank < most and adds(pair)]
        kept += new
    return Span(tuple(kept), point, steps)


class Echelon:
    """Rows that are independent mod a prime, in echelon form."""

    def __init__(self, size: int, prime: int) -> None:
        self.size, self.prime = size, prime
        self.rows = np.zeros((0, size), np.int64)
        self.pivots: list[int] = []

    @property
    def rank(self) -> int:
        """How many rows there are."""
        return len(self.pivots)

    def adds(self, row: Jets) -> bool:
        """Take a row in where it is independent of those before, and say whether it is."""
        row = row % self.prime
        for pivot, other in zip(self.pivots, self.rows, strict=True):
            if row[pivot]:
                row = (row - row[pivot] * other) % self.prime
        places = np.flatnonzero(row)
        if not len(places):
            return False
        row = row * pow(int(row[places[0]]), -1, self.prime) % self.prime
        self.rows, self.pivots = np.vstack([self.rows, row]), [*self.pivots, int(places[0])]
        return True


def point_of(fields: Fields, signs: Sequence[int], rng: random.Random) -> Point:
    """Return a point mod a prime, with values of the powers of the bases that obey the same equation as the true powers.

    For r = a/b the power of a base is P = sign(p) |p|^r, and P^b = sign(p)^(a + b) p^a is all that ties it to the weights inside
    a cell where the bases have their signs. The primes are such that b-th roots of squares are unique among squares; where b is
    even the right side must be a square. Where r is a letter, nothing ties P to the weights, and any value will do.

    Args:
        fields: the fields.
        signs: of the bases, in the cell that is looked at.
        rng: where the numbers come from.

    Raises:
        NotEvaluable: when no point is found.
    """
    bases, r, size = fields.ring.bases, fields.exponent, len(fields.ring.weights)
    lone = {place: sign for base, sign in zip(bases, signs, strict=False) if (place := _letter(base)) is not None}
    numbers = [base for base in bases if base.is_constant()]
    a, b = (1, 1) if r is None else (r.numerator, r.denominator)
    for prime in islice((p for p in _primes(b) if _suits(p, b, numbers, {b, *fields.integers()})), _MODULI):
        weights = [rng.randrange(1, prime) for _ in range(size)]
        if b % 2 == 0:  # a letter by itself gets the sign that its power asks for: -1 is no square
            for i, sign in lone.items():
                weights[i] = weights[i] ** 2 * sign % prime
        rights = _drawn(weights, bases, signs, (a, b) if r is not None else (1, 1), prime, rng)
        if rights is None:
            continue
        if r is None:
            powers = [rng.randrange(1, prime) for _ in bases]
            return Point(prime, tuple(weights), rng.randrange(1, prime), tuple(powers))
        root = pow(b, -1, prime - 1 if b % 2 else (prime - 1) // 2)
        powers = [pow(right, root, prime) for right in rights]
        return Point(prime, tuple(weights), a * pow(b, -1, prime) % prime, tuple(powers))
    remedy = "take a q with an odd denominator of q - 1, or the letter q"
    raise NotEvaluable(
        f"no prime was found mod which the {len(bases)} powers that q = {1 + (r or 0)} asks for have values; {remedy}"
    )


def _drawn(
    weights: list[int], bases: Sequence[Polynomial], signs: Sequence[int], r: tuple[int, int], prime: int, rng: random.Random
) -> list[int] | None:
    """Return sign(p)^(a + b) p^a for each base, each with a b-th root, once some weights are drawn anew; None where that fails."""
    a, b = r
    places = [[i for i in range(len(weights)) if base.derivative(i) != 0] for base in bases]

    def right(j: int) -> int:
        sign = signs[j] if j < len(signs) else 1
        value: int = sign ** ((a + b) % 2) * pow(value_mod(bases[j], weights, prime), a, prime) % prime
        return value

    def suits(value: int) -> bool:
        return value != 0 and (b % 2 == 1 or pow(value, (prime - 1) // 2, prime) == 1)

    rights = [right(j) for j in range(len(bases))]
    for _ in range(_TRIES):
        wrong = [j for j, value in enumerate(rights) if not suits(value)]
        if not wrong:
            return rights
        moved = places[rng.choice(wrong)]
        if not moved:
            return None  # a number
        i = rng.choice(moved)
        before, weights[i] = weights[i], rng.randrange(1, prime)
        new = [right(j) if i in places[j] else value for j, value in enumerate(rights)]
        if sum(map(suits, new)) >= len(rights) - len(wrong):
            rights = new
        else:
            weights[i] = before
    return None


def _suits(prime: int, b: int, numbers: Sequence[Polynomial], used: set[int]) -> bool:
    """Return whether no coefficient vanishes mod a prime, and its numbers have b-th roots."""
    squares = b % 2 or all(pow(int(n.leading_coefficient().p), (prime - 1) // 2, prime) == 1 for n in numbers)
    return bool(squares) and all(n % prime for n in used if n)


def _letter(base: Polynomial) -> int | None:
    """Return the place of the weight that a base is, if it is one."""
    terms = base.to_dict()
    ((powers, c),) = terms.items() if len(terms) == 1 else (((), 0),)
    return list(powers).index(1) if c == 1 and sum(powers) == 1 else None


def _primes(b: int) -> Iterator[int]:
    """Yield primes below 2^31 mod which squares (for odd b all numbers) have one b-th root, and for even b -1 is no square."""
    number = 2**31
    for _ in range(_PRIMES):
        number -= 1
        while not flint.fmpz(number).is_prime():
            number -= 1
        if math.gcd(number - 1, b) == 1 or (b % 2 == 0 and number % 4 == 3 and math.gcd((number - 1) // 2, b) == 1):
            yield number


def value_mod(base: Polynomial, weights: Sequence[int], prime: int) -> int:
    """Return the value of a polynomial mod a prime.

    Args:
        base: the polynomial.
        weights: a residue for each of its letters.
        prime: the modulus.
    """
    total = 0
    for powers, c in base.to_dict().items():
        term = int(c.p) * pow(int(c.q), -1, prime)
        for weight, n in zip(weights, powers, strict=True):
            term = term * pow(weight, int(n), prime) % prime
        total += term
    return total % prime
