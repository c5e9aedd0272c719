r"""First integrals by an ansatz: polynomials, and quotients of polynomials.

**Polynomials.** The coefficients of an h with :math:`X_k h = 0` for all k solve linear equations over the rationals.

**Quotients**, for fields whose entries have degree 1 at most. A polynomial that all brackets :math:`[X_i, X_j]` annihilate is
multiplied by a number by each X_k, or is not of use. Two with the same numbers have a quotient that is a first integral.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations, combinations_with_replacement, starmap
from typing import Any

import flint
import numpy as np
import numpy.typing as npt

from mirrortheory.conservation.fields import Fields, Indices, Polynomial, Terms
from mirrortheory.conservation.integrals import FirstIntegral, as_expr

_MOST_UNKNOWNS = 20_000


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
    if math.comb(size + degree, degree) > _MOST_UNKNOWNS:
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
    columns, nullity = equations.matrix(names).nullspace()
    found = []
    for k in range(nullity):
        solution = [int(columns[n, k]) for n in range(len(names))]
        common = math.gcd(*solution) * (1 if next(filter(None, solution)) > 0 else -1)
        terms = {
            tuple(np.bincount(monomials[u], minlength=size + 1)[:size].tolist()): c // common
            for u, c in zip(names, solution, strict=True)
            if c
        }
        found.append(fields.ring.context.from_dict(terms))
    return found


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
        self.equation, self.unknown, self.coefficient = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, object)

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
        self.coefficient = np.concatenate([self.coefficient, total[kept].astype(object)])

    def lone(self) -> Indices:
        """Return the unknowns that stand alone in an equation."""
        _, place, count = np.unique(self.equation, return_index=True, return_counts=True)
        lone: Indices = self.unknown[place[count == 1]]
        return lone

    def keep(self, alive: npt.NDArray[np.bool_]) -> None:
        """Drop the unknowns that are 0."""
        kept = alive[self.unknown]
        self.equation, self.unknown, self.coefficient = self.equation[kept], self.unknown[kept], self.coefficient[kept]

    def matrix(self, names: Indices) -> Any:
        """Return the matrix of the equations, each once, with a column for each name."""
        place = np.full(int(names.max()) + 1, -1)
        place[names] = np.arange(len(names))
        rows: dict[int, list[tuple[int, int]]] = {}
        for equation, unknown, c in zip(self.equation.tolist(), self.unknown.tolist(), self.coefficient.tolist(), strict=True):
            rows.setdefault(equation, []).append((int(place[unknown]), int(c)))
        distinct = list(dict.fromkeys(map(tuple, rows.values())))
        entries = np.zeros((max(1, len(distinct)), len(names)), object)
        for n, row in enumerate(distinct):
            for k, c in row:
                entries[n, k] = c
        return flint.fmpz_mat(*entries.shape, entries.ravel().tolist())
