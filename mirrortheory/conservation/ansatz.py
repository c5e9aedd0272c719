r"""First integrals by an ansatz: polynomials, and quotients of polynomials.

**Polynomials.** The coefficients of an h with :math:`X_k h = 0` for all k solve linear equations over the rationals.

**Quotients**, for fields whose entries have degree 1 at most. A polynomial that all brackets :math:`[X_i, X_j]` annihilate is
multiplied by a number by each X_k, or is not of use. Two with the same numbers have a quotient that is a first integral.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain, combinations, combinations_with_replacement, starmap
from typing import Any

import flint
import numpy as np
import numpy.typing as npt
import sympy

from mirrortheory.conservation.fields import Fields
from mirrortheory.conservation.integrals import FirstIntegral, as_expr
from mirrortheory.conservation.terms import Indices, Polynomial, Terms

_PRIME, _MERSENNE = 2**31 - 1, 2**61 - 1  # primes, for residues whose products fit in 64 bits, and to tell numbers apart
_REMAINDERS = 2**17 - 1  # a prime, by which images are told apart where that is enough
_BITS, _MOST_IMAGES = 62, 200_000  # of a number that stands for a monomial, and how many are worked on at once
_MOST_UNKNOWNS, _MOST_QUADRATIC = 20_000, 140_000  # monomials, up to a degree and to degree 2, which take little time each


def polynomials(fields: Fields, degree: int) -> list[FirstIntegral]:
    """Return a basis of the polynomials without a constant that all fields annihilate, at q = 2.

    Args:
        fields: gradients.
        degree: the highest; none are returned where there are too many monomials.
    """
    found = _annihilated(fields.terms, fields, degree)
    write, one = partial(as_expr, weights=fields.ring.weights), fields.ring.context.constant(1)
    gradients = ({i: (h.derivative(i), one) for i, degree in enumerate(h.degrees()) if degree > 0} for h in found)
    return [FirstIntegral(partial(write, h), gradient) for h, gradient in zip(found, gradients, strict=True)]


def quotients(fields: Fields, degree: int) -> list[FirstIntegral]:
    """Return quotients of polynomials that all fields annihilate, at q = 2; none where an entry of a field is not of degree 1 or 0.

    Args:
        fields: gradients.
        degree: the highest of numerator and denominator.
    """
    if any(entry.total_degree() > 1 for vector in fields.vectors for entry in vector.values()):
        return []
    brackets = [b for b in starmap(_bracket, combinations(fields.vectors, 2)) if b]
    operators = [Terms.of(bracket, len(fields.ring.weights)) for bracket in brackets]
    basis = _annihilated(operators, fields, degree) if brackets else []
    multiples = [_multiples(h, fields) for h in basis]
    found = []
    for place, multiple in enumerate(multiples):
        first = next(k for k in range(len(basis)) if multiples[k] == multiple)
        if multiple is not None and first < place:
            top, bottom = basis[place], basis[first]
            expr = as_expr(top, fields.ring.weights) / as_expr(bottom, fields.ring.weights)
            found.append(FirstIntegral(expr, _gradient(top, bottom)))
    return found


def _gradient(top: Polynomial, bottom: Polynomial) -> dict[int, tuple[Polynomial, Polynomial]]:
    slopes = {i: top.derivative(i) * bottom - top * bottom.derivative(i) for i in range(len(top.context().names()))}
    return {i: (value, bottom**2) for i, value in slopes.items() if value != 0}


def _bracket(left: Mapping[int, Polynomial], right: Mapping[int, Polynomial]) -> dict[int, Polynomial]:
    entries = {}
    for i in left.keys() | right.keys():
        along_left = [a * right[i].derivative(k) for k, a in left.items()] if i in right else []
        along_right = [a * left[i].derivative(k) for k, a in right.items()] if i in left else []
        entries[i] = sum(along_left) - sum(along_right)
    return {i: entry for i, entry in entries.items() if entry != 0}


def _multiples(h: Polynomial, fields: Fields) -> tuple[Any, ...] | None:
    """Return the number by which each field multiplies a polynomial; None where one does not."""
    found = []
    for vector in fields.vectors:
        image = sum(entry * h.derivative(i) for i, entry in vector.items())
        number = image / h if image == 0 or image.leading_coefficient() * h == image * h.leading_coefficient() else None
        if number is None:
            return None
        found.append(str(number))
    return tuple(found)


# Polynomials that vector fields annihilate --------------------------------------------------------------------------------


def _annihilated(operators: Sequence[Terms], fields: Fields, degree: int) -> list[Polynomial]:
    """Return a basis of the polynomials up to a degree, without a constant, that some vector fields annihilate.

    Most coefficients are seen to be 0 since they stand alone in an equation; what is left is solved densely.
    """
    size = len(fields.ring.weights)
    if math.comb(size + degree, degree) > (_MOST_QUADRATIC if degree <= 2 else _MOST_UNKNOWNS):
        return []
    # The letter in the last place is 1; the monomial of it alone is left out.
    letters = chain.from_iterable(combinations_with_replacement(range(size + 1), degree))
    monomials = np.fromiter(letters, np.int64).reshape(-1, degree)[:-1]
    alive = np.ones(len(monomials), bool)
    equations, done = _Equations(len(monomials)), 0
    while done < len(operators):  # the first ones rule out most monomials, so that more can be asked at once then
        unknowns = np.flatnonzero(alive)
        terms = np.cumsum([len(field.slots) * len(unknowns) * degree // size for field in operators[done : 2 * done + 1]])
        some = operators[done : done + max(1, int(np.searchsorted(terms, _MOST_IMAGES)))]
        done += len(some)
        images, origins, coefficients = _images(unknowns, monomials, Terms.told_apart(some))
        alive[origins[_alone(images)]] = False
        kept = alive[origins]
        equations.take(images[kept], origins[kept], coefficients[kept])
        equations.keep(alive)
        while len(lone := equations.lone()):
            alive[lone] = False
            equations.keep(alive)
    names = np.flatnonzero(alive)
    if not len(names):
        return []
    found = []
    for solution in equations.solutions(names.tolist()):
        common = math.gcd(*solution.values()) * (1 if next(iter(solution.values())) > 0 else -1)
        found.append(fields.ring.context.from_dict({_powers(monomials[u], size): c // common for u, c in solution.items()}))
    return found


def _powers(letters: Indices, size: int) -> tuple[int, ...]:
    """Return how often each letter but the last is among some."""
    powers = [0] * (size + 1)
    for letter in letters.tolist():
        powers[letter] += 1
    return tuple(powers[:size])


def _images(unknowns: Indices, monomials: Indices, field: Terms) -> tuple[Indices, Indices, Any]:
    """Return the terms of X m = sum_i X_i dm/dw_i for some monomials m: which monomial each is, of which m, and its coefficient.

    A monomial is the product of a prime for each of its letters, which is another for each.
    """
    letters = max(field.blank, int(field.letters.max(initial=0)))
    primes = np.array([*sympy.primerange(sympy.prime(letters + 1) + 1)], np.int64)
    primes[field.blank] = 1
    if (monomials.shape[1] - 1 + field.letters.shape[1]) * math.log2(primes.max()) >= _BITS:
        primes = primes.astype(object)  # numbers of any length
    products, factors = primes[monomials].prod(axis=1), primes[field.letters].prod(axis=1)
    ends = np.searchsorted(field.slots, np.arange(field.blank + 2))
    first, last = ends[:-1], ends[1:]
    images, origins, chosen = [], [], []
    for position in range(monomials.shape[1]):
        moved = monomials[unknowns, position]
        counts = (last - first)[moved]
        term = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first[moved], counts)
        images.append(np.repeat(products[unknowns] // primes[moved], counts) * factors[term])
        origins.append(np.repeat(unknowns, counts))
        chosen.append(term)
    return np.concatenate(images), np.concatenate(origins), field.coefficients[np.concatenate(chosen)]


def _alone(images: Any) -> npt.NDArray[np.bool_]:
    """Return which images surely occur once: no other one has their remainder."""
    rests = (images % _REMAINDERS).astype(np.int64)
    alone: npt.NDArray[np.bool_] = np.bincount(rests)[rests] == 1
    return alone


class _Equations:
    """Linear equations for the coefficients of monomials, as rows of (equation, unknown, coefficient).

    Args:
        unknowns: how many there are.
    """

    def __init__(self, unknowns: int) -> None:
        self.count, self.marks = 0, np.random.default_rng(0).integers(-(2**63), 2**63 - 1, unknowns) | 1
        self.equation, self.unknown, self.coefficient = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)

    def take(self, images: Any, origins: Indices, coefficients: Any) -> None:
        """Add that the terms with one image cancel."""
        if not len(origins):
            return
        unknowns = len(self.marks)
        if images.dtype == object or int(images.max()) >= 2**_BITS // unknowns:
            _, images = np.unique(images, return_inverse=True)
        both = images * unknowns + origins
        order = np.argsort(both, kind="stable")  # which is fast on what is in order in parts
        both, coefficients = both[order], coefficients[order]
        starts = np.flatnonzero(np.diff(both, prepend=-1))
        images, origins = np.divmod(both[starts], unknowns)
        other = np.diff(images, prepend=-1) != 0
        total = np.add.reduceat(coefficients, starts)
        here = self.count + np.cumsum(other)
        self.count += int(other.sum())
        kept = total != 0
        self.equation = np.concatenate([self.equation, here[kept]])
        self.unknown = np.concatenate([self.unknown, origins[kept]])
        self.coefficient = np.concatenate([self.coefficient, total[kept]])

    def lone(self) -> Indices:
        """Return the unknowns that stand alone in an equation."""
        starts, counts = self._rows()
        lone: Indices = self.unknown[starts[counts == 1]]
        return lone

    def keep(self, alive: npt.NDArray[np.bool_]) -> None:
        """Drop the unknowns that are 0."""
        self._choose(alive[self.unknown])

    def solutions(self, names: Sequence[int]) -> list[dict[int, int]]:
        """Return a basis of the solutions in integers, each without what is 0, in the order of ``names``.

        Most equations tie two unknowns: these are worked in first, each unknown as a multiple of one that stands for its class.
        """
        self._distinct()
        starts, counts = self._rows()
        classes = _Classes()
        for k in starts[counts == 2].tolist():
            (u, a), (v, b) = ((int(self.unknown[k + n]), int(self.coefficient[k + n])) for n in (0, 1))
            classes.tie(u, v, flint.fmpq(-b, a))
        found = {u: classes.find(u) for u in names}
        places = {u: k for k, u in enumerate(u for u, (root, _) in found.items() if root == u)}
        if not places:
            return []
        common = dict.fromkeys(places, 1)  # so that every unknown is a whole multiple of its root over it
        for root, ratio in found.values():
            common[root] = math.lcm(common.get(root, 1), int(ratio.q))
        multiples = {u: (places[root], int((ratio * common[root]).p)) for u, (root, ratio) in found.items() if root != _NOUGHT}
        self._choose(np.repeat(counts > 2, counts))
        self._put(multiples)
        return [
            {u: multiple * column[place] for u, (place, multiple) in multiples.items() if column[place]}
            for column in self._nullspace(len(places))
        ]

    def _nullspace(self, size: int) -> list[list[int]]:
        """Return a basis of the solutions in integers, for the unknowns from 0 to ``size``.

        Most equations follow from others. As many as twice the unknowns are solved, and more only where these are not enough.
        """
        starts, counts = self._rows()
        order = np.random.default_rng(1).permutation(len(starts))
        terms = list(zip(self.unknown.tolist(), self.coefficient.tolist(), strict=True))
        residues = (self.coefficient % _PRIME).astype(np.int64)
        used = 2 * size
        while True:
            matrix = flint.fmpz_mat(max(1, min(used, len(starts))), size)
            for row, equation in enumerate(order[:used].tolist()):
                for place, c in terms[starts[equation] : starts[equation] + counts[equation]]:
                    matrix[row, place] = c
            basis, nullity = matrix.nullspace()
            columns = [[int(basis[place, k]) for place in range(size)] for k in range(nullity)]
            # One combination of all solutions is put into all equations mod p. A wrong one would be found not to be annihilated.
            mixed = [sum((k + 2) ** 3 * c[place] for k, c in enumerate(columns)) % _PRIME for place in range(size)]
            products = residues * np.array(mixed, np.int64)[self.unknown] % _PRIME
            if used >= len(starts) or not (np.add.reduceat(products, starts) % _PRIME).any():
                return columns
            used *= 4

    def _put(self, multiples: Mapping[int, tuple[int, int]]) -> None:
        """Put in multiples of other unknowns; those without are 0."""
        place, multiple = np.full(len(self.marks), -1), np.zeros(len(self.marks), object)
        for u, (other, number) in multiples.items():
            place[u], multiple[u] = other, number
        coefficient = self.coefficient * multiple[self.unknown]  # in numbers of any length
        unknown = place[self.unknown]
        order = np.lexsort((unknown, self.equation))
        equation, unknown, coefficient = self.equation[order], unknown[order], coefficient[order]
        starts = np.flatnonzero(np.diff(equation, prepend=-1) | np.diff(unknown, prepend=-2))
        if len(starts):
            coefficient = np.add.reduceat(coefficient, starts)
        self.equation, self.unknown, self.coefficient = equation[starts], unknown[starts], coefficient
        self._choose((self.unknown >= 0) & (coefficient != 0))
        self._distinct()

    def _distinct(self) -> None:
        """Give each equation a first coefficient above 0, and keep it once: fields of one shape give the same ones many times.

        Equations are told apart by sums of random numbers of 64 bits. If two met by chance, one would be lost, and what it alone
        rules out would be found not to be annihilated.
        """
        starts, counts = self._rows()
        if not len(starts):
            return
        self.coefficient = self.coefficient * np.repeat(np.where(self.coefficient[starts] < 0, -1, 1), counts)
        rests = (self.coefficient % _MERSENNE).astype(np.int64)
        _, first = np.unique(np.add.reduceat(self.marks[self.unknown] * rests, starts), return_index=True)
        kept = np.zeros(len(starts), bool)
        kept[first] = True
        self._choose(np.repeat(kept, counts))

    def _choose(self, kept: npt.NDArray[np.bool_]) -> None:
        self.equation, self.unknown, self.coefficient = self.equation[kept], self.unknown[kept], self.coefficient[kept]

    def _rows(self) -> tuple[Indices, Indices]:
        """Return where each equation begins, and how many terms it has."""
        starts = np.flatnonzero(np.diff(self.equation, prepend=-1))
        return starts, np.diff(starts, append=len(self.equation))


_NOUGHT, _ONE = -1, flint.fmpq(1)  # the first stands for the class of unknowns that are 0


class _Classes:
    """Unknowns that are multiples of each other, each found from one that stands for its class."""

    def __init__(self) -> None:
        self.parents: dict[int, tuple[int, Any]] = {}

    def find(self, u: int) -> tuple[int, Any]:
        """Return the unknown that stands for the class, and what multiple of it an unknown is."""
        path, ratio = [], _ONE
        while u in self.parents:
            path.append(u)
            u = self.parents[u][0]
        for v in reversed(path):
            ratio = self.parents[v][1] * ratio
            self.parents[v] = u, ratio
        return u, ratio

    def tie(self, u: int, v: int, ratio: Any) -> None:
        """Note that the first, which is not 0 times the second, is a multiple of it."""
        (a, of_a), (b, of_b) = self.find(u), self.find(v)
        if a != b and _NOUGHT not in (a, b):
            self.parents[a] = b, ratio * of_b / of_a
        elif a != b or of_a != ratio * of_b:
            self.parents.update({root: (_NOUGHT, _ONE) for root in (a, b) if root != _NOUGHT})
