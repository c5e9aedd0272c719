r"""First integrals by an ansatz: polynomials, and quotients of polynomials.

**Polynomials.** The coefficients of an h with :math:`X_k h = 0` for all k solve linear equations over the rationals.

**Quotients**, for fields whose entries have degree 1 at most. A polynomial that all brackets :math:`[X_i, X_j]` annihilate is
multiplied by a number by each X_k, or is not of use. Two with the same numbers have a quotient that is a first integral.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, combinations_with_replacement, starmap
from typing import Any

import flint
import numpy as np
import numpy.typing as npt

from mirrortheory.conservation.fields import Fields, Indices, Polynomial, Terms
from mirrortheory.conservation.integrals import FirstIntegral, as_expr

_MOST_UNKNOWNS, _MOST_QUADRATIC = 20_000, 140_000  # monomials, up to a degree and to degree 2, which take little time each


def polynomials(fields: Fields, degree: int) -> list[FirstIntegral]:
    """Return a basis of the polynomials without a constant that all fields annihilate, at q = 2.

    Args:
        fields: gradients.
        degree: the highest; none are returned where there are too many monomials.
    """
    found = _annihilated(fields.terms, fields, degree)
    one = fields.ring.context.constant(1)
    return [FirstIntegral(as_expr(h, fields.ring.weights), _gradient(h, one, one * 0)) for h in found]


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
            found.append(FirstIntegral(expr, _gradient(top, bottom, bottom)))
    return found


def _gradient(top: Polynomial, bottom: Polynomial, slope: Polynomial) -> dict[int, tuple[Polynomial, Polynomial]]:
    """Return the gradient of a quotient; ``slope`` is its denominator again, or 0 where that is constant."""
    size = len(top.context().names())
    slopes = {i: top.derivative(i) * bottom - top * slope.derivative(i) for i in range(size)}
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
    monomials = np.array(list(combinations_with_replacement(range(size + 1), degree))[:-1], np.int64)
    alive = np.ones(len(monomials), bool)
    equations = _Equations()
    for field in operators:
        equations.take(*_images(np.flatnonzero(alive), monomials, field))
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
    """Return the terms of X m = sum_i X_i dm/dw_i for some monomials m: which monomial each is, of which m, and its coefficient."""
    ends = np.searchsorted(field.slots, np.arange(field.blank + 2))
    first, last = ends[:-1], ends[1:]
    images, origins, chosen = [], [], []
    for position in range(monomials.shape[1]):
        moved = monomials[unknowns, position]
        counts = (last - first)[moved]
        origin = np.repeat(unknowns, counts)
        term = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first[moved], counts)
        rest = np.delete(monomials, position, axis=1)[origin]
        images.append(np.sort(np.concatenate([rest, field.letters[term]], axis=1), axis=1))
        origins.append(origin)
        chosen.append(term)
    return np.concatenate(images), np.concatenate(origins), field.coefficients[np.concatenate(chosen)]


class _Equations:
    """Linear equations for the coefficients of monomials, as rows of (equation, unknown, coefficient)."""

    def __init__(self) -> None:
        self.count = 0
        self.equation, self.unknown, self.coefficient = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)

    def take(self, images: Indices, origins: Indices, coefficients: Any) -> None:
        """Add that the terms with one image cancel."""
        if not len(origins):
            return
        order = np.lexsort((origins, *images.T))
        images, origins, coefficients = images[order], origins[order], coefficients[order]
        other = np.concatenate([[True], (images[1:] != images[:-1]).any(axis=1)])
        starts = np.flatnonzero(other | np.concatenate([[True], origins[1:] != origins[:-1]]))
        total = np.add.reduceat(coefficients, starts)
        here = self.count + np.cumsum(other)[starts]
        self.count += int(other.sum())
        kept = total != 0
        self.equation = np.concatenate([self.equation, here[kept]])
        self.unknown = np.concatenate([self.unknown, origins[starts][kept]])
        self.coefficient = np.concatenate([self.coefficient, total[kept]])

    def lone(self) -> Indices:
        """Return the unknowns that stand alone in an equation."""
        starts, counts = self._rows()
        lone: Indices = self.unknown[starts[counts == 1]]
        return lone

    def keep(self, alive: npt.NDArray[np.bool_]) -> None:
        """Drop the unknowns that are 0."""
        kept = alive[self.unknown]
        self.equation, self.unknown, self.coefficient = self.equation[kept], self.unknown[kept], self.coefficient[kept]

    def solutions(self, names: Sequence[int]) -> list[dict[int, int]]:
        """Return a basis of the solutions in integers, each without what is 0, in the order of ``names``.

        Most equations tie two unknowns: these are worked in first, each unknown as a multiple of one that stands for its class.
        """
        starts, counts = self._rows()
        longer, classes = np.repeat(counts > 2, counts), _Classes()
        for first, second in self._distinct(starts[counts == 2]):
            (u, a), (v, b) = ((int(self.unknown[k]), int(self.coefficient[k])) for k in (first, second))
            classes.tie(u, v, flint.fmpq(-b, a))
        found = {u: classes.find(u) for u in names}
        places = {u: k for k, u in enumerate(u for u, (root, _) in found.items() if root == u)}
        if not places:
            return []
        common = dict.fromkeys(places, 1)  # so that every unknown is a whole multiple of its root over it
        for root, ratio in found.values():
            common[root] = math.lcm(common.get(root, 1), int(ratio.q))
        multiples = {u: (places[root], int((ratio * common[root]).p)) for u, (root, ratio) in found.items() if root != _NOUGHT}
        rows: dict[int, dict[int, int]] = {}
        of_longer = (array[longer].tolist() for array in (self.equation, self.unknown, self.coefficient))
        for equation, u, c in zip(*of_longer, strict=True):
            if u in multiples:
                (place, multiple), row = multiples[u], rows.setdefault(equation, {})
                row[place] = row.get(place, 0) + int(c) * multiple
        distinct = dict.fromkeys(tuple(row.items()) for row in rows.values())
        matrix = flint.fmpz_mat(max(1, len(distinct)), len(places))
        for n, terms in enumerate(distinct):
            for place, c in terms:
                matrix[n, place] = c
        basis, nullity = matrix.nullspace()
        return [
            {u: multiple * value for u, (place, multiple) in multiples.items() if (value := int(basis[place, k]))}
            for k in range(nullity)
        ]

    def _distinct(self, pairs: Indices) -> Iterator[tuple[int, int]]:
        """Yield where the terms of equations with two terms are, each equation once."""
        _, codes = np.unique(self.coefficient, return_inverse=True)
        table = np.stack([self.unknown[pairs], codes[pairs], self.unknown[pairs + 1], codes[pairs + 1]])
        order = np.lexsort(table)
        new = np.diff(table[:, order], axis=1, prepend=-1).any(axis=0)
        yield from ((k, k + 1) for k in pairs[order][new].tolist())

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
