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
from collections.abc import Sequence
from dataclasses import dataclass

import flint
import numpy as np

from mirrortheory.conservation.fields import Fields, Polynomial
from mirrortheory.conservation.jets import Bracket, Evaluator, Jets, Point
from mirrortheory.errors import NotEvaluable

_LARGEST_PRIME = 2**31 - 1
_TRIES = 200


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
    while new and echelon.rank < most:
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


def point_of(fields: Fields, rng: random.Random) -> Point:
    """Return a point mod a prime at which every base has the power that is asked for.

    With r = a/b, and a prime p = 3 mod 4 such that b has an inverse mod m = (p - 1)/2, each square has one b-th root among the
    squares. Of a base and its negative one is a square: which, is the sign of the base in the cell of weights that is looked
    at, and the rank is the same in each. A prime number that is a base must be a square itself. Where r is a letter, any power
    will do.

    Args:
        fields: the fields.
        rng: where the numbers come from.

    Raises:
        NotEvaluable: when no point is found.
    """
    bases, r = fields.ring.bases, fields.exponent
    numbers, size = [base for base in bases if base.is_constant()], len(fields.ring.weights)
    prime = _LARGEST_PRIME + 1
    for _ in range(_TRIES):
        prime = _prime_before(prime)
        half = (prime - 1) // 2
        if r is not None and (prime % 4 != 3 or math.gcd(half, r.denominator) > 1):
            continue
        if r is not None and any(pow(value_mod(number, (0,) * size, prime), half, prime) != 1 for number in numbers):
            continue
        weights = tuple(rng.randrange(1, prime) for _ in range(size))
        values = [value_mod(base, weights, prime) for base in bases]
        if 0 in values:
            continue
        if r is None:
            return Point(prime, weights, rng.randrange(1, prime), tuple(rng.randrange(1, prime) for _ in values))
        root = r.numerator * pow(r.denominator, -1, half) % half
        squares = [v if pow(v, half, prime) == 1 else prime - v for v in values]
        return Point(
            prime, weights, r.numerator * pow(r.denominator, -1, prime) % prime, tuple(pow(v, root, prime) for v in squares)
        )
    raise NotEvaluable("no point was found at which every power has a value")


def _prime_before(number: int) -> int:
    return next(n for n in range(number - 1, 2, -1) if flint.fmpz(n).is_prime())


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
